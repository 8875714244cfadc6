#include "base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::base {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::int64_t kLargest = INT64_MAX;

TEST(Text, KnowsAsciiOnly) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(is_digit(c), byte >= '0' && byte <= '9') << byte;
    const bool capital = byte >= 'A' && byte <= 'Z';
    EXPECT_EQ(to_lower(c), static_cast<char>(capital ? byte + 32 : byte));
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t value = kDigits.find(to_lower(c));
    EXPECT_EQ(hex_value(c),
              value == kDigits.npos ? -1 : static_cast<int>(value));
  }
}

TEST(Text, ComparesIgnoringTheCaseOfAscii) {
  const struct {
    std::string_view a;
    std::string_view b;
    bool equal;
  } rows[] = {
      {"", "", true},
      {"Content-Length", "content-LENGTH", true},
      {"az", "AZ", true},
      {"a", "", false},
      {"a", "ab", false},
      {"a", "b", false},
      {"@[", "`{", false},  // 32 apart, but no letters
      {"\xC3\xA7", "\xC3\x87", false},
      {"k", "\xE2\x84\xAA", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.a);
    EXPECT_EQ(equals_ignoring_case(row.a, row.b), row.equal);
    EXPECT_EQ(equals_ignoring_case(row.b, row.a), row.equal);
  }
}

TEST(Text, TrimsSpacesAndTabs) {
  const struct {
    std::string_view text;
    std::string_view trimmed;
  } rows[] = {
      {"", ""},
      {" ", ""},
      {" \t \t", ""},
      {"a", "a"},
      {" a", "a"},
      {"a\t", "a"},
      {"\t a b \t", "a b"},
      {"a\tb", "a\tb"},
      {"\na\r", "\na\r"},
      {"\v", "\v"},
      {"\0 "sv, "\0"sv},
      {"\xC2\xA0", "\xC2\xA0"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(trim_blanks(row.text), row.trimmed) << row.text;
  }
}

TEST(Text, ParsesWholeNumbers) {
  const struct {
    std::string_view text;
    std::optional<std::uint64_t> number;
  } rows[] = {
      {"0", 0},
      {"00", 0},
      {"007", 7},
      {"5501", 5501},
      {"18446744073709551615", UINT64_MAX},
      {"00000000000000000000018446744073709551615", UINT64_MAX},
      {"18446744073709551616", {}},
      {"18446744073709551620", {}},
      {"184467440737095516150", {}},
      {"99999999999999999999", {}},
      {"", {}},
      {"+1", {}},
      {"-1", {}},
      {" 1", {}},
      {"1 ", {}},
      {"1.0", {}},
      {"1e1", {}},
      {"0x1", {}},
      {"1\0"sv, {}},
      {"a", {}},
      {"/", {}},
      {":", {}},
      {"\xD9\xA1", {}},  // ARABIC-INDIC DIGIT ONE
  };
  for (const auto& row : rows) {
    EXPECT_EQ(parse_unsigned(row.text), row.number) << row.text;
  }
}

TEST(Text, AppendsNumbers) {
  const struct {
    std::uint64_t number;
    const char* digits;
  } rows[] = {
      {0, "0"},
      {9, "9"},
      {10, "10"},
      {1700000000123456, "1700000000123456"},
      {UINT64_MAX, "18446744073709551615"},
  };
  for (const auto& row : rows) {
    std::string out = "id: ";
    append_number(&out, row.number);
    EXPECT_EQ(out, std::string("id: ") + row.digits);
  }
}

TEST(Text, AppendsSeconds) {
  const struct {
    std::int64_t micros;
    const char* seconds;
  } rows[] = {
      {0, "0.000000"},
      {1, "0.000001"},
      {10, "0.000010"},
      {999999, "0.999999"},
      {1000000, "1.000000"},
      {60000001, "60.000001"},
      {1700000000123456, "1700000000.123456"},
      {kLargest, "9223372036854.775807"},
  };
  for (const auto& row : rows) {
    std::string out = "t=";
    append_seconds(&out, Micros(row.micros));
    EXPECT_EQ(out, std::string("t=") + row.seconds);
    EXPECT_EQ(parse_seconds(row.seconds), Micros(row.micros));
  }
}

std::string zeros(std::size_t count) {
  return std::string(count, '0');
}

TEST(Text, ParsesSeconds) {
  const struct {
    std::string text;
    std::optional<std::int64_t> micros;
  } rows[] = {
      // exactly
      {"0", 0},
      {"1", 1000000},
      {"007", 7000000},
      {"1.5", 1500000},
      {"1700000000.123456", 1700000000123456},
      {"1700000000.000001", 1700000000000001},
      {"0.1", 100000},
      {"0.000001", 1},
      {"+2", 2000000},
      {"5.", 5000000},
      {".5", 500000},
      {"+.5", 500000},
      // digits beyond the sixth decimal are cut, not rounded
      {"0.0000019", 1},
      {"0.0000009999999999", 0},
      {"1.9999999999999999999999", 1999999},
      {"1700000000.1234569", 1700000000123456},
      // exponents
      {"1e0", 1000000},
      {"1e3", 1000000000},
      {"1E3", 1000000000},
      {"1e+3", 1000000000},
      {"1e-6", 1},
      {"1e-7", 0},
      {"19e-7", 1},
      {"12e-1", 1200000},
      {"1.7000000001234567e9", 1700000000123456},
      {"1.7e9", 1700000000000000},
      {"17000000001234567e-7", 1700000000123456},
      {"5.e1", 50000000},
      {".5e1", 5000000},
      {"0.0000001e1", 1},
      {"1e0003", 1000000000},
      {"1e-0006", 1},
      // too small, too large, and 0 whatever its exponent
      {"1e-99999", 0},
      {"1e-99999999999999999999999", 0},
      {"1e99999", kLargest},
      {"1e99999999999999999999999", kLargest},
      {"0e99999", 0},
      {"0e99999999999999999999999", 0},
      {"0.000e99999", 0},
      {"0.0e-99999", 0},
      {"0." + zeros(20000) + "1e20000", 100000},
      {"0." + zeros(20000) + "1", 0},
      {"1" + zeros(20000) + "e-20000", 1000000},
      {"1" + zeros(20000) + "e-20006", 1},
      {"1" + zeros(20000) + "e-20007", 0},
      {zeros(20000) + "1", 1000000},
      {"1" + zeros(20000), kLargest},
      // the limit
      {"9223372036854.775807", kLargest},
      {"9223372036854.775808", kLargest},
      {"9223372036854.77580699", kLargest - 1},
      {"9223372036854.775806", kLargest - 1},
      {"9223372036854775807e-6", kLargest},
      {"9223372036855", kLargest},
      {"99999999999999999999", kLargest},
      {"9e18", kLargest},
      // negative is 0
      {"-0", 0},
      {"-1", 0},
      {"-0.5", 0},
      {"-.5", 0},
      {"-5.", 0},
      {"-1e99999", 0},
      // no numbers
      {"", {}},
      {".", {}},
      {"+", {}},
      {"-", {}},
      {"-.", {}},
      {"e5", {}},
      {".e5", {}},
      {"1e", {}},
      {"1e+", {}},
      {"1e-", {}},
      {"1e5.", {}},
      {"1e5.5", {}},
      {"1e5e5", {}},
      {"1..5", {}},
      {"1.5.5", {}},
      {"--1", {}},
      {"+-1", {}},
      {"-x", {}},
      {"1-", {}},
      {"1,5", {}},
      {" 1", {}},
      {"1 ", {}},
      {"1\n", {}},
      {"1_000", {}},
      {"0x10", {}},
      {"NaN", {}},
      {"nan", {}},
      {"Infinity", {}},
      {"-inf", {}},
      {"1s", {}},
      {"null", {}},
      {std::string("1\0", 2), {}},
      {"\xEF\xBC\x91", {}},  // FULLWIDTH DIGIT ONE
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text.substr(0, 60));
    const std::optional<Micros> time = parse_seconds(row.text);
    ASSERT_EQ(time.has_value(), row.micros.has_value());
    if (time) {
      EXPECT_EQ(time->count(), *row.micros);
    }
  }
}

// The point and the exponent may share the work in any way.
TEST(Text, ParsesSecondsWhereverThePointIs) {
  constexpr std::string_view kDigits = "1700000000123456";
  for (int at = 0; at <= static_cast<int>(kDigits.size()); ++at) {
    std::string text(kDigits);
    text.insert(static_cast<std::size_t>(at), ".");
    text += "e" + std::to_string(10 - at);
    EXPECT_EQ(parse_seconds(text), Micros(1700000000123456)) << text;
  }
}

TEST(Text, ReadsBackEveryTimeItWrites) {
  std::uint64_t state = 1;
  for (int i = 0; i < 100000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const Micros time(static_cast<std::int64_t>(state >> (1 + i % 60)));
    std::string text;
    append_seconds(&text, time);
    ASSERT_EQ(parse_seconds(text), time) << text;
  }
}

}  // namespace
}  // namespace papo::base
