#include "sys/access_log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace papo::sys {
namespace {

constexpr std::size_t kLinesMax = std::size_t{64} * 1024;

// Does not wait for who reads a named pipe: without one it is ENXIO.
Descriptor open_log(const std::string& path) {
  Descriptor file(::open(
      path.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640));
  // The writer's thread may wait.
  if (file) ::fcntl(file.get(), F_SETFL, O_APPEND);
  return file;
}

}  // namespace

base::Result<AccessLogFile> AccessLogFile::open(const Target& wanted,
                                                const Wakeup* wakeup) {
  LineWriter::Target target;
  target.bytes_max = wanted.bytes_max;
  target.wakeup = wakeup;
  if (wanted.path == "-") {
    target.file = Descriptor(::dup(STDOUT_FILENO));
  } else {
    target.path = wanted.path;
    target.file = open_log(wanted.path);
  }
  const bool waits_for_reader = errno == ENXIO && !target.path.empty();
  if (!target.file && !waits_for_reader) {
    return base::Unexpected{base::Error{"open", errno}};
  }
  return AccessLogFile(wanted.format, std::move(target));
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

void AccessLogFile::flush() {
  if (lines_.empty()) return;
  writer_->add(lines_);
  lines_.clear();
}

void AccessLogFile::reopen() {
  flush();
  writer_->reopen();
}

// Twice for each time that lines are lost: when it begins, and how many they
// were.
void AccessLogFile::report(const Diagnostics& diagnostics) {
  const LineWriter::State state = writer_->state();
  report_opening(diagnostics, state);
  const std::size_t lost = writer_->lines_lost();
  if (lost == reported_lost_) return;
  if (!is_losing_) {
    is_losing_ = true;
    diagnostics.warn("the access log loses lines: " +
                     (state.error != 0
                          ? describe(base::Error{"write", state.error})
                          : std::string("they are not taken in time")));
  }
  if (state.error != 0 || !state.is_idle) return;
  std::string text = "the access log is written again: ";
  base::append_number(&text, lost - reported_lost_);
  diagnostics.warn(text.append(" lines were lost"));
  reported_lost_ = lost;
  is_losing_ = false;
}

void AccessLogFile::report_opening(const Diagnostics& diagnostics,
                                   const LineWriter::State& state) {
  if (state.openings == reported_openings_) return;
  reported_openings_ = state.openings;
  if (state.opening_error != 0) {
    diagnostics.warn("the access log goes on as it was: " +
                     describe(base::Error{"open", state.opening_error}));
  } else {
    diagnostics.debug("the access log was opened again");
  }
}

}  // namespace papo::sys
