#include "sys/diagnostics.h"

#include <poll.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "app/limits.h"
#include "base/text.h"
#include "sys/clock.h"
#include "wire/json_writer.h"

namespace papo::sys {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::Error:
      return "error";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Info:
      return "info";
    case LogLevel::Debug:
      return "debug";
  }
  __builtin_unreachable();
}

}  // namespace

Diagnostics::Diagnostics(LogLevel level, LogFormat format)
    : level_(level),
      format_(format),
      writer_({.file = Descriptor(::dup(STDERR_FILENO)),
               .bytes_max = app::kErrorLogBytesMax}) {}

// A line that is lost has nowhere else to go: the next one tells of it.
void Diagnostics::write(LogLevel level, std::string_view text) const {
  if (level > level_) return;
  std::string lines;
  const std::size_t lost = writer_.lines_lost();
  if (lost > told_lost_) {
    std::string loss;
    base::append_number(&loss, lost);
    loss.append(" lines of this log were lost: nobody read them in time");
    lines = line_of(LogLevel::Warning, loss);
  }
  if (writer_.add(lines + line_of(level, text))) told_lost_ = lost;
}

// Text has no time of its own: journals and containers add one.
std::string Diagnostics::line_of(LogLevel level, std::string_view text) const {
  std::string line;
  switch (format_) {
    case LogFormat::Text:
      line.append("papo: ");
      if (level != LogLevel::Info) line.append(name_of(level)).append(": ");
      line.append(text);
      break;
    case LogFormat::Json:
      json::Writer(&line)
          .begin_object()
          .key("time")
          .seconds(read_clocks().wall)
          .key("level")
          .string(name_of(level))
          .key("message")
          .string(text)
          .end_object();
      break;
  }
  return line.append("\n");
}

// What fits into a pipe that has room is written at once (pipe(7)).
void write_last_line(const char* line) {
  constexpr int kPatienceMillis = 1000;
  pollfd polled = {STDERR_FILENO, POLLOUT, 0};
  if (::poll(&polled, 1, kPatienceMillis) != 1) return;
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, line, std::strlen(line));
}

}  // namespace papo::sys
