#include "chat/names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace papo::chat {
namespace {

using std::string_view_literals::operator""sv;

std::string repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated.append(text);
  return repeated;
}

std::string utf8_of(char32_t character) {
  char bytes[4];
  return {bytes, base::encode_utf8(character, bytes)};
}

TEST(Names, AreTakenWithoutTheSpaceAroundThem) {
  const struct {
    std::string_view text;
    std::string_view name;
  } rows[] = {
      {"a", "a"},
      {"ana", "ana"},
      {"sala de estar", "sala de estar"},
      {" ana", "ana"},
      {"ana \t\r\n", "ana"},
      {"\v\fana", "ana"},
      {" a  b ", "a  b"},
      {"jo\xC3\xA3o", "jo\xC3\xA3o"},
      {"\xE3\x80\x80\xE6\x97\xA5\xE6\x9C\xAC\xC2\xA0",
       "\xE6\x97\xA5\xE6\x9C\xAC"},
      {"\xF0\x9F\x92\xAC", "\xF0\x9F\x92\xAC"},
      {"<b>&\"'/\\", "<b>&\"'/\\"},
      {"\xE2\x80\x8B", "\xE2\x80\x8B"},  // U+200B is no White_Space
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto name = parse_name(row.text);
    ASSERT_TRUE(name.ok());
    EXPECT_EQ(*name, row.name);
    // A view into the text.
    EXPECT_GE(name->data(), row.text.data());
    EXPECT_LE(name->data() + name->size(), row.text.data() + row.text.size());
  }
}

TEST(Names, AreRefusedByTheirFault) {
  const struct {
    std::string_view rule;
    std::string text;
    NameFault fault;
  } rows[] = {
      {"nothing", "", NameFault::Empty},
      {"a space", " ", NameFault::Empty},
      {"spaces of all kinds", " \t\n\xC2\x85\xE2\x80\xA8", NameFault::Empty},
      {"NUL", std::string("a\0b"sv), NameFault::ControlCharacter},
      {"NUL alone", std::string(1, '\0'), NameFault::ControlCharacter},
      {"a line break within", "a\nb", NameFault::ControlCharacter},
      {"a tab within", "a\tb", NameFault::ControlCharacter},
      {"an escape", "\x1B[31m", NameFault::ControlCharacter},
      {"DEL", "a\x7F", NameFault::ControlCharacter},
      {"U+0080", "a\xC2\x80z", NameFault::ControlCharacter},
      {"U+0085 within", "a\xC2\x85z", NameFault::ControlCharacter},
      {"U+009F", "a\xC2\x9Fz", NameFault::ControlCharacter},
      {"a byte beyond ASCII", "\xFF", NameFault::NotUtf8},
      {"cut", "a\xC3", NameFault::NotUtf8},
      {"overlong", "\xC0\xAF", NameFault::NotUtf8},
      {"a surrogate", "\xED\xA0\x80", NameFault::NotUtf8},
      {"above U+10FFFF", "\xF4\x90\x80\x80", NameFault::NotUtf8},
      {"Latin 1", "jo\xE3o", NameFault::NotUtf8},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto name = parse_name(row.text);
    ASSERT_FALSE(name.ok());
    EXPECT_EQ(name.error(), row.fault);
  }
}

TEST(Names, AreMeasuredInCharactersAndInBytes) {
  const struct {
    std::string_view rule;
    std::string text;
    bool good;
  } rows[] = {
      {"64 of one byte", repeat("x", 64), true},
      {"65 of one byte", repeat("x", 65), false},
      {"64 of one byte after trimming", "  " + repeat("x", 64) + "  ", true},
      {"64 with a space within", repeat("x ", 31) + "xx", true},
      {"65 with a space within", repeat("x ", 32) + "x", false},
      {"64 of two bytes", repeat("\xC3\xA9", 64), true},
      {"65 of two bytes", repeat("\xC3\xA9", 65), false},
      {"64 of four bytes are 256", repeat("\xF0\x9F\x92\xAC", 64), true},
      {"65 of four bytes", repeat("\xF0\x9F\x92\xAC", 65), false},
      {"257 bytes", repeat("\xF0\x9F\x92\xAC", 64) + "x", false},
      {"a mebibyte", repeat("x", 1 << 20), false},
      {"a mebibyte of spaces around one",
       repeat(" ", 1 << 19) + "x" + repeat(" ", 1 << 19), true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto name = parse_name(row.text);
    ASSERT_EQ(name.ok(), row.good);
    if (!row.good) {
      EXPECT_EQ(name.error(), NameFault::TooLong);
    }
  }
}

// Every character of Unicode stands between two letters, and at the end.
TEST(Names, TrimWhiteSpaceAndRefuseControlsAsUnicodeHasThem) {
  std::set<char32_t> spaces = {' ',    0x85,   0xA0,   0x1680, 0x2028,
                               0x2029, 0x202F, 0x205F, 0x3000};
  for (char32_t c = 0x09; c <= 0x0D; ++c) spaces.insert(c);
  for (char32_t c = 0x2000; c <= 0x200A; ++c) spaces.insert(c);
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string character = utf8_of(c);
    const bool space = spaces.count(c) > 0;
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const std::string within = "a" + character + "b";
    ASSERT_EQ(parse_name(within).ok(), !control) << std::hex << int(c);
    const std::string behind = "a" + character;
    const auto name = parse_name(behind);
    ASSERT_EQ(name.ok(), space || !control) << std::hex << int(c);
    if (!name.ok()) continue;
    ASSERT_EQ(*name, space ? "a" : behind) << std::hex << int(c);
  }
}

TEST(Names, SayWhatIsWrong) {
  std::set<std::string> clauses;
  for (const NameFault fault :
       {NameFault::Empty, NameFault::TooLong, NameFault::ControlCharacter,
        NameFault::NotUtf8}) {
    clauses.insert(describe(fault));
  }
  EXPECT_EQ(clauses.size(), 4u);
}

}  // namespace
}  // namespace papo::chat
