// Static files from a folder, read anew for each request: for work on the web
// client. Nothing outside the folder can be had, not by links either.
#pragma once

#include <string>
#include <string_view>

#include "app/static_files.h"
#include "base/result.h"
#include "sys/descriptor.h"

namespace papo::sys {

class FolderFiles final : public app::FileSource {
 public:
  static base::Result<FolderFiles> open(const std::string& path);

  bool find(std::string_view path, app::File* file) override;
  bool is_permanent() const override { return false; }
  std::string_view fingerprint() const override { return "folder"; }

 private:
  explicit FolderFiles(Descriptor folder) : folder_(std::move(folder)) {}

  Descriptor folder_;
  std::string bytes_;  // of the file found last
  std::string etag_;
};

}  // namespace papo::sys
