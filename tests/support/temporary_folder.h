// A folder of a test's own, gone with it.
#pragma once

#include <string>
#include <string_view>

namespace papo::support {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Short enough for a socket below it (unix(7)).
  const std::string& path() const { return path_; }
  std::string path_of(std::string_view name) const;

  // Writes a file, and the folders that its name needs ("css/app.css").
  void write(std::string_view name, std::string_view content) const;
  // "" when there is no such file.
  std::string read(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace papo::support
