#include "sys/diagnostics.h"

#include <unistd.h>

#include <cstring>
#include <string>

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

// Text has no time of its own: journals and containers add one. A line that
// cannot be written has nowhere else to go.
void Diagnostics::write(LogLevel level, std::string_view text) const {
  if (level > level_) return;
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
  line.append("\n");
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, line.data(), line.size());
}

std::string describe(const base::Error& error) {
  return std::string(error.doing) + ": " + ::strerror(error.number);
}

}  // namespace papo::sys
