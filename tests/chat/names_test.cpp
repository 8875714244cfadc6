#include "chat/names.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

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
      {"\uFEFFana\uFEFF", "ana"},  // as JavaScript trims
      {"...", "..."},
      {"ana.", "ana."},
      {"\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u200C\u062E"},  // Persian
      {"\u2764\uFE0F\u200D\U0001F525", "\u2764\uFE0F\u200D\U0001F525"},
      {"1\uFE0F\u20E3", "1\uFE0F\u20E3"},
      {"cafe\u0301", "cafe\u0301"},  // in no normal form
      {"caf\u00E9", "caf\u00E9"},
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
      {"spaces of all kinds", " \t\n\xC2\xA0\xE2\x80\xA8", NameFault::Empty},
      {"a byte order mark", "\uFEFF", NameFault::Empty},
      {"a soft hyphen", "\u00AD", NameFault::Hidden},
      {"a zero-width space", "\u200B", NameFault::Hidden},
      {"a zero-width space behind", "ana\u200B", NameFault::Hidden},
      {"a word joiner", "\u2060", NameFault::Hidden},
      {"a filler of Hangul", "\u3164", NameFault::Hidden},
      {"turned round", "\u202Dana", NameFault::Hidden},
      {"isolated", "\u2067ana\u2069", NameFault::Hidden},
      {"a mark of direction", "ana\u200F", NameFault::Hidden},
      {"a tag", "ana\U000E0061", NameFault::Hidden},
      {"a joiner before", "\u200Dana", NameFault::Hidden},
      {"a joiner behind", "ana\u200C", NameFault::Hidden},
      {"two joiners", "a\u200C\u200Db", NameFault::Hidden},
      {"a joiner before a space", "a\u200D b", NameFault::Hidden},
      {"a joiner after a space", "a \u200Db", NameFault::Hidden},
      {"a joiner alone", "\u200D", NameFault::Hidden},
      {"a selector alone", "\uFE0F", NameFault::Hidden},
      {"a selector of a letter", "ana\uFE0F", NameFault::Hidden},
      {"a selector of a blank", "a\u2800\uFE0Fb", NameFault::Hidden},
      {"two selectors", "\u2764\uFE0F\uFE0F", NameFault::Hidden},
      {"a selector of another kind", "\u2764\uFE00", NameFault::Hidden},
      {"a blank of Braille", "\u2800", NameFault::Invisible},
      {"blanks of Braille", "\u2800 \u2800", NameFault::Invisible},
      {"an accent alone", "\u0301", NameFault::Invisible},
      {"one dot", ".", NameFault::Dots},
      {"two dots", "..", NameFault::Dots},
      {"two dots between spaces", " ..\n", NameFault::Dots},
      {"NUL", std::string("a\0b"sv), NameFault::ControlCharacter},
      {"NUL alone", std::string(1, '\0'), NameFault::ControlCharacter},
      {"a line break within", "a\nb", NameFault::ControlCharacter},
      {"a tab within", "a\tb", NameFault::ControlCharacter},
      {"an escape", "\x1B[31m", NameFault::ControlCharacter},
      {"DEL", "a\x7F", NameFault::ControlCharacter},
      {"U+0080", "a\xC2\x80z", NameFault::ControlCharacter},
      {"U+0085 at the end", "a\xC2\x85", NameFault::ControlCharacter},
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

std::set<char32_t> set_of(
    std::initializer_list<std::pair<char32_t, char32_t>> ranges) {
  std::set<char32_t> all;
  for (const auto& [first, last] : ranges) {
    for (char32_t c = first; c <= last; ++c) all.insert(c);
  }
  return all;
}

// What String.prototype.trim() takes.
std::set<char32_t> spaces() {
  return set_of({{0x09, 0x0D},
                 {' ', ' '},
                 {0xA0, 0xA0},
                 {0x1680, 0x1680},
                 {0x2000, 0x200A},
                 {0x2028, 0x2029},
                 {0x202F, 0x202F},
                 {0x205F, 0x205F},
                 {0x3000, 0x3000},
                 {0xFEFF, 0xFEFF}});
}

// Every character of Unicode stands between two letters, and at the end.
TEST(Names, TrimWhatJavaScriptTrimsAndRefuseWhatIsNotSeen) {
  const std::set<char32_t> trimmed = spaces();
  const std::set<char32_t> hidden = set_of({{0xAD, 0xAD},
                                            {0x34F, 0x34F},
                                            {0x61C, 0x61C},
                                            {0x115F, 0x1160},
                                            {0x17B4, 0x17B5},
                                            {0x180B, 0x180F},
                                            {0x200B, 0x200B},
                                            {0x200E, 0x200F},
                                            {0x202A, 0x202E},
                                            {0x2060, 0x206F},
                                            {0x3164, 0x3164},
                                            {0xFE00, 0xFE0F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFA0, 0xFFA0},
                                            {0xFFF0, 0xFFFB},
                                            {0x1BCA0, 0x1BCA3},
                                            {0x1D173, 0x1D17A},
                                            {0xE0000, 0xE0FFF}});
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string character = utf8_of(c);
    const bool space = trimmed.count(c) > 0;
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool refused = control || hidden.count(c) > 0;
    const std::string within = "a" + character + "b";
    ASSERT_EQ(parse_name(within).ok(), !refused) << std::hex << int(c);
    const bool joiner = c == 0x200C || c == 0x200D;
    const std::string behind = "a" + character;
    const auto name = parse_name(behind);
    ASSERT_EQ(name.ok(), space || !(refused || joiner)) << std::hex << int(c);
    if (!name.ok()) continue;
    ASSERT_EQ(*name, space ? "a" : behind) << std::hex << int(c);
  }
}

// Every name is one that a log may hold; and so is what older papos took, which
// knew of no hidden characters and trimmed White_Space.
TEST(Names, OfOlderPaposAreKept) {
  std::set<char32_t> white = spaces();
  white.erase(0xFEFF);
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string character = utf8_of(c);
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool good = !control && white.count(c) == 0;
    ASSERT_EQ(is_kept_name(character), good) << std::hex << int(c);
    ASSERT_EQ(is_kept_name("a" + character), good) << std::hex << int(c);
    ASSERT_EQ(is_kept_name(character + "a"), good) << std::hex << int(c);
    const auto name = parse_name(character);
    ASSERT_TRUE(!name.ok() || is_kept_name(*name)) << std::hex << int(c);
  }
  for (const std::string_view kept :
       {".", "..", "\u200B", "\u202Eana", "\uFEFF ana"}) {
    EXPECT_TRUE(is_kept_name(kept)) << kept;
  }
  for (const std::string& never :
       {std::string(), std::string(" "), std::string(" \uFEFF"),
        std::string("a "), repeat("x", 65), std::string("\xFF")}) {
    EXPECT_FALSE(is_kept_name(never)) << never;
  }
}

TEST(Names, SayWhatIsWrong) {
  std::set<std::string> clauses;
  for (const NameFault fault :
       {NameFault::Empty, NameFault::TooLong, NameFault::ControlCharacter,
        NameFault::NotUtf8, NameFault::Hidden, NameFault::Invisible,
        NameFault::Dots}) {
    clauses.insert(describe(fault));
  }
  EXPECT_EQ(clauses.size(), 7u);
}

TEST(Names, KeepsClientIdsOfAnyCharactersUpToALength) {
  const struct {
    const char* name;
    std::string text;
    bool good;
  } rows[] = {
      {"none", "", true},
      {"a control character", std::string("\0\n", 2), true},
      {"as long as may be", std::string(kClientIdBytesMax, 'x'), true},
      {"one over", std::string(kClientIdBytesMax + 1, 'x'), false},
      {"bytes count, not characters",
       std::string(kClientIdBytesMax - 1, 'x') + "\xC3\xA9", false},
      {"not UTF-8", "\xFF", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(is_kept_client_id(row.text), row.good) << row.name;
  }
}

}  // namespace
}  // namespace papo::chat
