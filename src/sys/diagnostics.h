// What the server says to its operator: one line each, on standard error. Who
// says something never waits for who reads it (sys/line_writer.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/phrases.h"
#include "sys/line_writer.h"

namespace papo::sys {

enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };
enum class LogFormat : std::uint8_t { Text, Json };

class Diagnostics {
 public:
  Diagnostics(LogLevel level, LogFormat format);

  // From any thread.
  void error(std::string_view text) const { write(LogLevel::Error, text); }
  void warn(std::string_view text) const { write(LogLevel::Warning, text); }
  void info(std::string_view text) const { write(LogLevel::Info, text); }
  void debug(std::string_view text) const { write(LogLevel::Debug, text); }

  // Lines that nobody read in time. The next one that is written says so.
  std::size_t lines_lost() const { return writer_.lines_lost(); }
  // Waits until all is written, but no longer than that.
  void drain(base::Micros at_most) const { writer_.drain(at_most); }

 private:
  void write(LogLevel level, std::string_view text) const;
  std::string line_of(LogLevel level, std::string_view text) const;

  LogLevel level_;
  LogFormat format_;
  mutable LineWriter writer_;
  mutable std::atomic<std::size_t> told_lost_ = 0;
};

// A last word on standard error, for set_check_reporter(): waits for its reader
// at most a second.
void write_last_line(const char* line);

using base::describe;  // "bind: Address already in use"

}  // namespace papo::sys
