// Small questions about text, answered without a locale and without floating
// point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace papo::base {

// ASCII only, as HTTP and the URL standard mean it.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool equals_ignoring_case(std::string_view a, std::string_view b);

// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Removes spaces and tabs from both ends: HTTP's OWS (RFC 9110 §5.6.3).
std::string_view trim_blanks(std::string_view text);

// A whole number: digits only, nothing else, no overflow.
std::optional<std::uint64_t> parse_unsigned(std::string_view digits);

// Appends the decimal digits of `number`.
void append_number(std::string* out, std::uint64_t number);

// Appends a time as seconds with six decimals: 1700000000.123456.
// REQUIRES: not negative.
void append_seconds(std::string* out, Micros time);

// A number of seconds as text into microseconds, exactly: digits, optionally a
// point and more digits, optionally an exponent, optionally a sign (RFC 8259
// §6's grammar, and "5." and ".5" besides). Digits beyond the sixth decimal
// are cut. A negative number is 0; a number too large for a time is the
// largest time. Nothing when it is not a number.
std::optional<Micros> parse_seconds(std::string_view text);

}  // namespace papo::base
