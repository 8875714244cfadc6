#include "base/text.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace papo::base {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;  // as nearly everybody writes it
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
  // So many digits fit whatever they are.
  constexpr std::size_t kSafeDigits = 19;
  if (digits.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : digits.substr(0, kSafeDigits)) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (digits.size() <= kSafeDigits) return number;
  for (const char c : digits.substr(kSafeDigits)) {
    if (!is_digit(c) || __builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, static_cast<std::uint64_t>(c - '0'),
                               &number)) {
      return std::nullopt;
    }
  }
  return number;
}

namespace {

constexpr std::size_t kDigitsMax = 20;  // of 64 bits

// Writes the decimal digits of `number` so that they end at `end`; returns
// where they begin. Two at a time: a division costs more than all the rest.
char* write_digits(std::uint64_t number, char* end) {
  static constexpr char kPairs[] =
      "00010203040506070809101112131415161718192021222324252627282930313233"
      "34353637383940414243444546474849505152535455565758596061626364656667"
      "6869707172737475767778798081828384858687888990919293949596979899";
  while (number >= 10) {
    end -= 2;
    std::memcpy(end, &kPairs[number % 100 * 2], 2);
    number /= 100;
  }
  if (number > 0) *--end = static_cast<char>('0' + number);
  return end;
}

}  // namespace

void append_number(std::string* out, std::uint64_t number) {
  if (number < 10) return out->push_back(static_cast<char>('0' + number));
  char digits[kDigitsMax];
  char* const end = digits + sizeof digits;
  out->append(write_digits(number, end), end);
}

void append_seconds(std::string* out, Micros time) {
  constexpr std::size_t kDecimals = 6;
  char digits[kDigitsMax + 1];
  char* const end = digits + sizeof digits;
  const auto micros = static_cast<std::uint64_t>(time.count());
  char* begin = write_digits(micros, end);
  while (end - begin <= std::ptrdiff_t{kDecimals}) *--begin = '0';
  // The point goes before the decimals.
  char* const point = end - kDecimals - 1;
  std::memmove(begin - 1, begin, static_cast<std::size_t>(point + 1 - begin));
  *point = '.';
  out->append(begin - 1, end);
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
