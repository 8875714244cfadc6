// What the server says to its operator: one line each, on standard error.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace papo::sys {

enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };
enum class LogFormat : std::uint8_t { Text, Json };

class Diagnostics {
 public:
  Diagnostics(LogLevel level, LogFormat format)
      : level_(level), format_(format) {}

  void error(std::string_view text) const { write(LogLevel::Error, text); }
  void warn(std::string_view text) const { write(LogLevel::Warning, text); }
  void info(std::string_view text) const { write(LogLevel::Info, text); }
  void debug(std::string_view text) const { write(LogLevel::Debug, text); }

 private:
  void write(LogLevel level, std::string_view text) const;

  LogLevel level_;
  LogFormat format_;
};

// "bind: Address already in use".
std::string describe(const base::Error& error);

}  // namespace papo::sys
