#include "chat/names.h"

#include "base/utf8.h"

namespace papo::chat {
namespace {

// Unicode's White_Space property (PropList.txt).
bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// The general category Cc.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

std::string_view trim_front(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = text;
    if (!is_white_space(base::take_character(&rest))) break;
    text = rest;
  }
  return text;
}

// Where the last character that is not white space ends.
std::string_view trim_back(std::string_view text) {
  std::size_t kept = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const bool blank = is_white_space(base::take_character(&rest));
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
  }
  __builtin_unreachable();
}

base::Result<std::string_view, NameFault> parse_name(std::string_view text) {
  if (is_plain(text)) return text;
  if (!base::is_utf8(text)) return base::Unexpected{NameFault::NotUtf8};
  text = trim_back(trim_front(text));
  if (text.empty()) return base::Unexpected{NameFault::Empty};
  if (text.size() > kNameBytesMax) return base::Unexpected{NameFault::TooLong};
  std::size_t characters = 0;
  for (std::string_view rest = text; !rest.empty(); ++characters) {
    if (is_control(base::take_character(&rest))) {
      return base::Unexpected{NameFault::ControlCharacter};
    }
  }
  if (characters > kNameCharactersMax) {
    return base::Unexpected{NameFault::TooLong};
  }
  return text;
}

}  // namespace papo::chat
