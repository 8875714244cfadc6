#include "sys/access_log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace papo::sys {
namespace {

constexpr std::size_t kLinesMax = 64 * 1024;

base::Result<Descriptor> open_log(const std::string& path) {
  const bool to_output = path == "-";
  Descriptor file(to_output ? ::dup(STDOUT_FILENO)
                            : ::open(path.c_str(),
                                     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
                                     0640));
  if (!file) return base::Unexpected{base::Error{"open", errno}};
  return file;
}

}  // namespace

base::Result<AccessLogFile> AccessLogFile::open(const std::string& path,
                                                LogFormat format) {
  auto file = open_log(path);
  if (!file) return base::Unexpected{file.error()};
  return AccessLogFile(path, format, std::move(*file));
}

void AccessLogFile::write(const app::AccessEntry& entry) {
  switch (format_) {
    case LogFormat::Text:
      app::append_common(&lines_, entry);
      break;
    case LogFormat::Json:
      app::append_json(&lines_, entry);
      break;
  }
  lines_.append("\n");
  if (lines_.size() >= kLinesMax) flush();
}

// What cannot be written is lost: a full disk must not stop the chat.
void AccessLogFile::flush() {
  if (lines_.empty()) return;
  [[maybe_unused]] const ssize_t written =
      ::write(file_.get(), lines_.data(), lines_.size());
  lines_.clear();
}

base::Result<base::Done> AccessLogFile::reopen() {
  flush();
  auto file = open_log(path_);
  if (!file) return base::Unexpected{file.error()};
  file_ = std::move(*file);
  return base::Done{};
}

}  // namespace papo::sys
