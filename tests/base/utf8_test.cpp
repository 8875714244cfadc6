#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/splits.h"

namespace papo::base {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kNever = std::string_view::npos;

// Where the first byte is that nothing well formed could have; kNever when
// there is none.
std::size_t first_wrong(std::string_view text) {
  Utf8Checker checker;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!checker.feed(text.substr(at, 1))) return at;
  }
  return kNever;
}

struct Case {
  const char* name;
  std::string_view bytes;
  std::size_t wrong_at = kNever;
  bool complete = true;
};

// Table 3-7 of the Unicode Standard: each row of it at both ends of each range
// and one beyond.
const Case kCases[] = {
    {"nothing", ""},
    {"U+0000", "\0"sv},
    {"U+007F", "\x7F"},
    {"continuation alone", "\x80", 0, false},
    {"last continuation alone", "\xBF", 0, false},
    {"overlong of two, C0", "\xC0\x80", 0, false},
    {"overlong of two, C1", "\xC1\xBF", 0, false},
    {"U+0080", "\xC2\x80"},
    {"U+07FF", "\xDF\xBF"},
    {"C2 and below", "\xC2\x7F", 1, false},
    {"DF and above", "\xDF\xC0", 1, false},
    {"overlong of three", "\xE0\x9F\xBF", 1, false},
    {"U+0800", "\xE0\xA0\x80"},
    {"U+0FFF", "\xE0\xBF\xBF"},
    {"E0 and above", "\xE0\xC0\x80", 1, false},
    {"E1 and below", "\xE1\x7F\x80", 1, false},
    {"U+1000", "\xE1\x80\x80"},
    {"U+CFFF", "\xEC\xBF\xBF"},
    {"EC and above", "\xEC\xC0\x80", 1, false},
    {"ED and below", "\xED\x7F\x80", 1, false},
    {"U+D7FF", "\xED\x9F\xBF"},
    {"U+D800, a surrogate", "\xED\xA0\x80", 1, false},
    {"U+DFFF, a surrogate", "\xED\xBF\xBF", 1, false},
    {"U+E000", "\xEE\x80\x80"},
    {"U+FFFF", "\xEF\xBF\xBF"},
    {"EF and above", "\xEF\xC0\x80", 1, false},
    {"third of three below", "\xE1\x80\x7F", 2, false},
    {"third of three above", "\xE1\x80\xC0", 2, false},
    {"third of E0 has the whole range", "\xE0\xA0\x80"},
    {"third of ED has the whole range", "\xED\x80\xBF"},
    {"overlong of four", "\xF0\x8F\xBF\xBF", 1, false},
    {"U+10000", "\xF0\x90\x80\x80"},
    {"U+3FFFF", "\xF0\xBF\xBF\xBF"},
    {"F0 and above", "\xF0\xC0\x80\x80", 1, false},
    {"F1 and below", "\xF1\x7F\x80\x80", 1, false},
    {"U+40000", "\xF1\x80\x80\x80"},
    {"U+FFFFF", "\xF3\xBF\xBF\xBF"},
    {"F4 and below", "\xF4\x7F\x80\x80", 1, false},
    {"U+100000", "\xF4\x80\x80\x80"},
    {"U+10FFFF", "\xF4\x8F\xBF\xBF"},
    {"U+110000", "\xF4\x90\x80\x80", 1, false},
    {"third of four below", "\xF1\x80\x7F\x80", 2, false},
    {"third of four above", "\xF1\x80\xC0\x80", 2, false},
    {"third of F0 has the whole range", "\xF0\x90\xBF\x80"},
    {"third of F4 has the whole range", "\xF4\x80\xBF\x80"},
    {"fourth below", "\xF1\x80\x80\x7F", 3, false},
    {"fourth above", "\xF1\x80\x80\xC0", 3, false},
    {"F5", "\xF5\x80\x80\x80", 0, false},
    {"five bytes", "\xF8\x88\x80\x80\x80", 0, false},
    {"FE", "\xFE", 0, false},
    {"FF", "\xFF", 0, false},
    {"two of two missing", "\xC3", kNever, false},
    {"one of three missing", "\xE2\x82", kNever, false},
    {"two of three missing", "\xE2", kNever, false},
    {"one of four missing", "\xF0\x9F\x98", kNever, false},
    {"three of four missing", "\xF0", kNever, false},
    {"letter within a character", "\xE2\x82Z", 2, false},
    {"character within a character", "\xC3\xC3\xA7", 1, false},
    {"one continuation too many", "\xC3\xA7\xA7", 2, false},
    {"range of E0 ends with it", "\xE0\xA0\x80\xC2\x80"},
    {"range of ED ends with it", "\xED\x80\x80\xC3\xBF"},
    {"range of F0 ends with it", "\xF0\x90\x80\x80\xF1\x80\x80\x80"},
    {"range of F4 ends with it", "\xF4\x80\x80\x80\xF1\xBF\x80\x80"},
    {"eight ASCII bytes", "01234567"},
    {"nine ASCII bytes, then a character", "012345678\xC3\xA7"},
    {"wrong in the first eight", "0123456\xFF", 7, false},
    {"wrong after eight", "01234567\xFF", 8, false},
    {"wrong after a character and eight",
     "\xC3\xA7"
     "01234567\xA7z",
     10, false},
    {"cut after eight", "01234567\xC3", kNever, false},
    {"words", "n\xC3\xA3o \xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97 \xF0\x9F\x98\x80!"},
};

TEST(Utf8, IsCheckedByTable37) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(is_utf8(each.bytes), each.complete);
    EXPECT_EQ(first_wrong(each.bytes), each.wrong_at);
    // Also where it is not the front that is looked at eight bytes at a time.
    for (std::size_t before = 1; before < 17; ++before) {
      const std::string padding(before, 'a');
      EXPECT_EQ(is_utf8(padding + std::string(each.bytes)), each.complete);
      EXPECT_EQ(is_utf8(std::string(each.bytes) + padding),
                each.complete && each.wrong_at == kNever);
    }
  }
}

TEST(Utf8, IsCheckedAlikeHoweverItIsCut) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.name);
    support::for_every_split(each.bytes, [&](const auto& pieces) {
      Utf8Checker checker;
      std::size_t taken = 0;
      for (const std::string_view piece : pieces) {
        taken += piece.size();
        // At once with the piece that holds the wrong byte, and ever after.
        EXPECT_EQ(checker.feed(piece),
                  taken <= each.wrong_at || each.wrong_at == kNever);
      }
      EXPECT_EQ(checker.complete(), each.complete);
    });
  }
}

TEST(Utf8, StaysWrongUntilItIsReset) {
  Utf8Checker checker;
  EXPECT_TRUE(checker.complete());
  EXPECT_FALSE(checker.feed("\xFF"));
  EXPECT_FALSE(checker.feed(""));
  EXPECT_FALSE(checker.feed("a"));
  EXPECT_FALSE(checker.complete());
  checker.reset();
  EXPECT_TRUE(checker.complete());
  EXPECT_TRUE(checker.feed("\xE0"));
  EXPECT_FALSE(checker.complete());
  EXPECT_TRUE(checker.feed(""));
  checker.reset();
  EXPECT_TRUE(checker.feed("\xC2\x80"));
  EXPECT_TRUE(checker.complete());
}

// Encoded by division, unlike the product.
std::string encoded(char32_t character) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (character < 0x80) return {byte(character)};
  const char last = byte(0x80 + character % 64);
  if (character < 0x800) return {byte(0xC0 + character / 64), last};
  const char third = byte(0x80 + character / 64 % 64);
  if (character < 0x10000) {
    return {byte(0xE0 + character / 4096), third, last};
  }
  return {byte(0xF0 + character / 262144), byte(0x80 + character / 4096 % 64),
          third, last};
}

TEST(Utf8, EncodesAndTakesEveryCharacter) {
  for (char32_t character = 0; character <= 0x10FFFF; ++character) {
    if (character >= 0xD800 && character <= 0xDFFF) continue;
    char bytes[5] = "****";
    const std::size_t size = encode_utf8(character, bytes);
    const std::string expected = encoded(character);
    ASSERT_EQ(std::string_view(bytes, size), expected);
    // Nothing is written beyond it.
    ASSERT_EQ(std::string_view(bytes + size), std::string(4 - size, '*'));
    ASSERT_TRUE(is_utf8(expected));
    const std::string text = expected + "z";
    std::string_view rest = text;
    ASSERT_EQ(take_character(&rest), character);
    ASSERT_EQ(rest, "z");
  }
}

TEST(Utf8, HasNothingButTheCharacters) {
  // Of all sequences of one, two and three bytes, as many are well formed as
  // there are characters of that length.
  constexpr int kAscii = 0x80;
  constexpr int kOfTwo = 0x800 - 0x80;
  constexpr int kOfThree = 0x10000 - 0x800 - 0x800;
  int ascii = 0, of_two = 0, of_three = 0;
  std::string text(3, '\0');
  for (int first = 0; first < 256; ++first) {
    text[0] = static_cast<char>(first);
    ascii += is_utf8(std::string_view(text).substr(0, 1));
    if (first < 0x80) continue;
    for (int second = 0; second < 256; ++second) {
      text[1] = static_cast<char>(second);
      of_two += is_utf8(std::string_view(text).substr(0, 2));
      if (first < 0xE0) continue;  // a character of two, and one more
      for (int third = 0; third < 256; ++third) {
        text[2] = static_cast<char>(third);
        of_three += is_utf8(text);
      }
    }
  }
  EXPECT_EQ(ascii, kAscii);
  EXPECT_EQ(of_two, kOfTwo);
  EXPECT_EQ(of_three, kOfThree);
}

TEST(Utf8, HasNothingButTheCharactersOfFourBytes) {
  int characters = 0;
  for (int first = 0xF0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      for (const char third : "\x7F\x80\xBF\xC0"sv) {
        for (const char fourth : "\x7F\x80\xBF\xC0"sv) {
          characters +=
              is_utf8(std::string{static_cast<char>(first),
                                  static_cast<char>(second), third, fourth});
        }
      }
    }
  }
  // The first two bytes hold all but the last 12 bits; of each of the last two
  // bytes, two values of four were right.
  EXPECT_EQ(characters, 0x100000 / 4096 * 4);
}

TEST(Utf8, TakesOneCharacterAfterTheOther) {
  std::string_view text = "a\xC3\xA7\xE2\x82\xAC\xF0\x9F\x98\x80z";
  for (const char32_t expected :
       {U'a', U'\u00E7', U'\u20AC', U'\U0001F600', U'z'}) {
    EXPECT_EQ(take_character(&text), expected);
  }
  EXPECT_TRUE(text.empty());
}

TEST(Utf8, IsPrintableWithoutOrdersToATerminal) {
  EXPECT_EQ(printable("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(printable("\x1B[31m\x7F\r"), "?[31m??");
  EXPECT_EQ(printable("\xC2\x9B"), "?");  // U+009B, a control too
  EXPECT_EQ(printable("\xC2\xA0\xF0\x9F\x98\x80"), "\xC2\xA0\xF0\x9F\x98\x80");
  EXPECT_EQ(printable("\xFF"), "");
}

}  // namespace
}  // namespace papo::base
