#include "base/text.h"

#include <algorithm>
#include <limits>

namespace papo::base {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

std::string_view trim_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    if (__builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, static_cast<std::uint64_t>(c - '0'),
                               &number)) {
      return std::nullopt;
    }
  }
  return number;
}

void append_number(std::string* out, std::uint64_t number) {
  char digits[20];
  char* const end = digits + sizeof digits;
  char* begin = end;
  do {
    *--begin = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  out->append(begin, end);
}

void append_seconds(std::string* out, Micros time) {
  const auto micros = static_cast<std::uint64_t>(time.count());
  append_number(out, micros / 1'000'000);
  char decimals[7] = {'.'};
  std::uint64_t rest = micros % 1'000'000;
  for (int at = 6; at >= 1; --at, rest /= 10) {
    decimals[at] = static_cast<char>('0' + rest % 10);
  }
  out->append(decimals, sizeof decimals);
}

namespace {

// A decimal number split as the grammar has it.
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
};

std::string_view take_digits(std::string_view* text) {
  std::size_t length = 0;
  while (length < text->size() && is_digit((*text)[length])) ++length;
  const std::string_view digits = text->substr(0, length);
  text->remove_prefix(length);
  return digits;
}

// Reads a sign; true when it was a minus.
bool take_sign(std::string_view* text) {
  if (text->empty() || (text->front() != '-' && text->front() != '+')) {
    return false;
  }
  const bool minus = text->front() == '-';
  text->remove_prefix(1);
  return minus;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = take_sign(&text);
  decimal.whole = take_digits(&text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    decimal.fraction = take_digits(&text);
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) return std::nullopt;
  if (!text.empty() && to_lower(text.front()) == 'e') {
    text.remove_prefix(1);
    const bool minus = take_sign(&text);
    const std::string_view digits = take_digits(&text);
    if (digits.empty()) return std::nullopt;
    // More than any text has digits: from there on every exponent means the
    // same, zero or too large.
    constexpr std::uint64_t kMost = 1'000'000'000;
    const auto size = parse_unsigned(digits);
    const int magnitude =
        static_cast<int>(std::min(size.value_or(kMost), kMost));
    decimal.exponent = minus ? -magnitude : magnitude;
  }
  if (!text.empty()) return std::nullopt;
  return decimal;
}

}  // namespace

std::optional<Micros> parse_seconds(std::string_view text) {
  const std::optional<Decimal> decimal = parse_decimal(text);
  if (!decimal) return std::nullopt;
  if (decimal->negative) return Micros(0);
  // The digits whole+fraction, of which the first `kept` are the microseconds.
  const auto digit = [&](std::size_t at) -> std::uint64_t {
    const std::size_t whole = decimal->whole.size();
    if (at < whole) return static_cast<std::uint64_t>(decimal->whole[at] - '0');
    at -= whole;
    if (at >= decimal->fraction.size()) return 0;
    return static_cast<std::uint64_t>(decimal->fraction[at] - '0');
  };
  const std::int64_t kept =
      static_cast<std::int64_t>(decimal->whole.size()) + decimal->exponent + 6;
  constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t given = static_cast<std::int64_t>(
      decimal->whole.size() + decimal->fraction.size());
  std::int64_t micros = 0;
  for (std::int64_t at = 0; at < kept; ++at) {
    // Zeros past the last digit given matter only to a number that is not 0.
    if (at >= given && micros == 0) break;
    if (__builtin_mul_overflow(micros, std::int64_t{10}, &micros) ||
        __builtin_add_overflow(
            micros,
            static_cast<std::int64_t>(digit(static_cast<std::size_t>(at))),
            &micros)) {
      return Micros(kLargest);
    }
  }
  return Micros(micros);
}

}  // namespace papo::base
