// The access log, into a file or standard output.
#pragma once

#include <string>

#include "app/machine.h"
#include "base/result.h"
#include "sys/descriptor.h"
#include "sys/diagnostics.h"

namespace papo::sys {

class AccessLogFile final : public app::AccessLog {
 public:
  // Appends to `path`; "-" is standard output.
  static base::Result<AccessLogFile> open(const std::string& path,
                                          LogFormat format);

  // Keeps the entry until flush(), or until there are many.
  void write(const app::AccessEntry& entry) override;
  // Once a turn, after its answers are sent.
  void flush();
  // After the file was moved away. Goes on with the old one when it fails.
  base::Result<base::Done> reopen();

 private:
  AccessLogFile(std::string path, LogFormat format, Descriptor file)
      : path_(std::move(path)), format_(format), file_(std::move(file)) {}

  std::string path_;
  LogFormat format_;
  Descriptor file_;
  std::string lines_;
};

}  // namespace papo::sys
