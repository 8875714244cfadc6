// Bytes written as hexadecimal digits, for tests of formats.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"

namespace papo::support {

// Blanks are skipped.
inline std::string from_hex(std::string_view digits) {
  std::string bytes;
  int high = -1;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    const int value = base::hex_value(digit);
    PAPO_CHECK(value >= 0);
    if (high >= 0) bytes.push_back(static_cast<char>(high * 16 + value));
    high = high >= 0 ? -1 : value;
  }
  PAPO_CHECK(high < 0);
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  std::string digits;
  for (const char byte : bytes) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(byte)));
    digits += pair;
  }
  return digits;
}

}  // namespace papo::support
