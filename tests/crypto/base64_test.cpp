#include "crypto/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::crypto {
namespace {

struct Pair {
  std::string bytes;
  std::string text;
};

TEST(Base64, EncodesAndDecodes) {
  const Pair pairs[] = {
      {"", ""},
      // RFC 4648 §10.
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      // The digits 62 and 63, and bytes that are negative as char.
      {"\xFB\xEF\xFF", "++//"},
      {std::string("\0\0\0", 3), "AAAA"},
      {std::string("\0", 1), "AA=="},
      {"\xFF", "/w=="},
  };
  for (const Pair& each : pairs) {
    SCOPED_TRACE(each.text);
    EXPECT_EQ(base64_encode(each.bytes), each.text);
    EXPECT_EQ(base64_decode(each.text), each.bytes);
  }
}

TEST(Base64, RoundTripsEveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < 4; ++place) {
      std::string bytes = "papo";
      bytes[place] = static_cast<char>(byte);
      EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    }
  }
}

TEST(Base64, KnowsExactlyTheAlphabet) {
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int c = 0; c < 256; ++c) {
    const std::size_t at = alphabet.find(static_cast<char>(c));
    const int value = at == alphabet.npos ? -1 : static_cast<int>(at);
    EXPECT_EQ(base64_value(static_cast<char>(c)), value) << c;
  }
}

TEST(Base64, RefusesWhatItWouldNotWrite) {
  struct Row {
    const char* rule;
    std::string text;
  };
  const Row rows[] = {
      {"padding is not optional (4648 3.2)", "Zg"},
      {"half the padding", "Zg="},
      {"one digit", "Z"},
      {"one digit, padded", "Z==="},
      {"padding alone", "===="},
      {"padding alone, short", "=="},
      {"padding after nothing", "Zm9v===="},
      {"padding too long by one", "Zm9vYg==="},
      {"padding inside (4648 3.3)", "Zg==Zm9v"},
      {"padding between digits", "Z=g="},
      {"a blank (4648 3.3)", "Zm 9"},
      {"a line end (4648 3.3)", "Zm9v\n"},
      {"a line end in place of a digit", "Zm9\n"},
      {"a zero byte", std::string("Zm9\0", 4)},
      {"base64url's digits (4648 5)", "-_-_"},
      {"a byte over 127", "Zm9\xE9"},
      {"four bits left over are set (4648 3.5)", "Zh=="},
      {"the highest of four bits left over", "Zo=="},
      {"two bits left over are set (4648 3.5)", "Zm9="},
  };
  for (const Row& each : rows) {
    SCOPED_TRACE(each.rule);
    EXPECT_EQ(base64_decode(each.text), std::nullopt);
  }
}

}  // namespace
}  // namespace papo::crypto
