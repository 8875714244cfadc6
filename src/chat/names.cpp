#include "chat/names.h"

#include <optional>

#include "base/utf8.h"

namespace papo::chat {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t count>
bool is_in(char32_t c, const Range (&ranges)[count]) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

// WhiteSpace and LineTerminator of ECMA-262 §12.2 and §12.3: what trim() takes.
constexpr Range kTrimmed[] = {
    {0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
    {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

// Default_Ignorable_Code_Point (DerivedCoreProperties.txt), all bidirectional
// controls among them, and the interlinear annotations, U+FFF9–U+FFFB.
constexpr Range kHidden[] = {
    {0xAD, 0xAD},      {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},
    {0x17B4, 0x17B5},  {0x180B, 0x180F}, {0x200B, 0x200F},   {0x202A, 0x202E},
    {0x2060, 0x206F},  {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},  {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF}};

// Characters without ink that are not ignorable: the blank of Braille and the
// null notehead.
constexpr Range kInkless[] = {{0x2800, 0x2800}, {0x1D159, 0x1D159}};

// The blocks of combining marks of no script, which need a character to sit on.
constexpr Range kMarks[] = {{0x0300, 0x036F},
                            {0x1AB0, 0x1AFF},
                            {0x1DC0, 0x1DFF},
                            {0x20D0, 0x20FF},
                            {0xFE20, 0xFE2F}};

// What may be shown as an emoji or as text (emoji-variation-sequences.txt).
constexpr Range kTwofold[] = {{'#', '#'},        {'*', '*'},   {'0', '9'},
                              {0xA9, 0xA9},      {0xAE, 0xAE}, {0x203C, 0x3299},
                              {0x1F000, 0x1FAFF}};

enum class Look : std::uint8_t {
  Visible,
  Mark,      // on what is before it
  Blank,     // white space, or without ink
  Joiner,    // ZWNJ and ZWJ: Persian, Sinhala and families of emoji need them
  Selector,  // U+FE0E and U+FE0F: as text, as an emoji
  Hidden,
};

Look look_of(char32_t c) {
  if (c == 0x200C || c == 0x200D) return Look::Joiner;
  if (c == 0xFE0E || c == 0xFE0F) return Look::Selector;
  if (is_in(c, kHidden)) return Look::Hidden;
  if (is_in(c, kMarks)) return Look::Mark;
  return is_in(c, kTrimmed) || is_in(c, kInkless) ? Look::Blank : Look::Visible;
}

// The general category Cc.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

std::string_view trim_front(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = text;
    if (!is_in(base::take_character(&rest), kTrimmed)) break;
    text = rest;
  }
  return text;
}

// Up to where the last character that stays ends.
std::string_view trim_back(std::string_view text) {
  std::size_t kept = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const bool blank = is_in(base::take_character(&rest), kTrimmed);
    if (!blank) kept = text.size() - rest.size();
  }
  return text.substr(0, kept);
}

// Nearly every name: printable ASCII with no space at either end.
bool is_plain(std::string_view text) {
  if (text.empty() || text.size() > kNameCharactersMax) return false;
  if (text.front() == ' ' || text.back() == ' ') return false;
  for (const char c : text) {
    if (c < 0x20 || c >= 0x7F) return false;
  }
  return true;
}

bool is_dots(std::string_view text) {
  return text == "." || text == "..";
}

// What every papo asked of a name. REQUIRES: well-formed UTF-8.
std::optional<NameFault> measure(std::string_view text) {
  if (text.empty()) return NameFault::Empty;
  if (text.size() > kNameBytesMax) return NameFault::TooLong;
  std::size_t characters = 0;
  for (std::string_view rest = text; !rest.empty(); ++characters) {
    if (is_control(base::take_character(&rest))) {
      return NameFault::ControlCharacter;
    }
  }
  if (characters > kNameCharactersMax) return NameFault::TooLong;
  return std::nullopt;
}

// A joiner stands between two characters that show it, and a selector behind
// one that it changes: elsewhere both are as hidden as the rest.
bool may_follow(Look look, char32_t before) {
  const Look behind = look_of(before);
  if (look == Look::Selector) {
    return behind == Look::Visible && is_in(before, kTwofold);
  }
  if (look == Look::Joiner) {
    return behind != Look::Blank && behind != Look::Joiner;
  }
  return behind != Look::Joiner || look != Look::Blank;
}

// REQUIRES: not empty, well-formed.
std::optional<NameFault> look_at(std::string_view text) {
  bool seen = false;
  char32_t before = ' ';
  for (std::string_view rest = text; !rest.empty();) {
    const char32_t c = base::take_character(&rest);
    const Look look = look_of(c);
    if (look == Look::Hidden || !may_follow(look, before)) {
      return NameFault::Hidden;
    }
    seen |= look == Look::Visible;
    before = c;
  }
  if (look_of(before) == Look::Joiner) return NameFault::Hidden;
  return seen ? std::nullopt : std::optional(NameFault::Invisible);
}

}  // namespace

const char* describe(NameFault fault) {
  switch (fault) {
    case NameFault::Empty:
      return "is empty";
    case NameFault::TooLong:
      return "is longer than 64 characters or 256 bytes";
    case NameFault::ControlCharacter:
      return "has a control character";
    case NameFault::NotUtf8:
      return "is not UTF-8";
    case NameFault::Hidden:
      return "has a character that cannot be seen";
    case NameFault::Invisible:
      return "has no character that can be seen";
    case NameFault::Dots:
      return "cannot be \".\" or \"..\"";
  }
  __builtin_unreachable();
}

base::Result<std::string_view, NameFault> parse_name(std::string_view text) {
  if (!is_plain(text)) {
    if (!base::is_utf8(text)) return base::Unexpected{NameFault::NotUtf8};
    text = trim_back(trim_front(text));
    if (const auto fault = measure(text)) return base::Unexpected{*fault};
    if (const auto fault = look_at(text)) return base::Unexpected{*fault};
  }
  if (is_dots(text)) return base::Unexpected{NameFault::Dots};
  return text;
}

// U+FEFF was no white space then; all else that is trimmed was.
bool is_kept_name(std::string_view text) {
  if (is_plain(text)) return true;
  if (!base::is_utf8(text) || measure(text)) return false;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string_view rest = trim_front(text);
  const bool front =
      rest.size() == text.size() || text.starts_with(kByteOrderMark);
  const bool back =
      trim_back(text).size() == text.size() || text.ends_with(kByteOrderMark);
  return front && back;
}

bool is_kept_client_id(std::string_view text) {
  return text.size() <= kClientIdBytesMax && base::is_utf8(text);
}

}  // namespace papo::chat
