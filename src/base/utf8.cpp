#include "base/utf8.h"

#include "base/byte_block.h"

namespace papo::base {
namespace {

struct NotAscii {
  static bool has(unsigned char byte) { return byte >= 0x80; }
  static auto marks(auto block) { return block.at_least('\x80'); }
};

// How many bytes at the front are ASCII.
std::size_t ascii_prefix(std::string_view text) {
  return find_first<NotAscii>(text.data(), 0, text.size());
}

}  // namespace

// The ranges of the second byte are those of Unicode's Table 3-7.
bool Utf8Checker::feed(std::string_view bytes) {
  if (wrong_) return false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (pending_ == 0) {
      at += ascii_prefix(bytes.substr(at));
      if (at == bytes.size()) break;
    }
    const auto byte = static_cast<std::uint8_t>(bytes[at]);
    if (pending_ > 0) {
      if (byte < low_ || byte > high_) return !(wrong_ = true);
      --pending_;
      low_ = 0x80;
      high_ = 0xBF;
    } else if (byte >= 0xC2 && byte <= 0xDF) {
      pending_ = 1;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
      pending_ = 2;
      if (byte == 0xE0) low_ = 0xA0;
      if (byte == 0xED) high_ = 0x9F;  // surrogates
    } else if (byte >= 0xF0 && byte <= 0xF4) {
      pending_ = 3;
      if (byte == 0xF0) low_ = 0x90;
      if (byte == 0xF4) high_ = 0x8F;  // above U+10FFFF
    } else {
      return !(wrong_ = true);
    }
  }
  return true;
}

bool is_utf8(std::string_view text) {
  Utf8Checker checker;
  return checker.feed(text) && checker.complete();
}

char32_t take_character(std::string_view* text) {
  const auto byte = [&](std::size_t at) {
    return static_cast<char32_t>(static_cast<std::uint8_t>((*text)[at]));
  };
  char32_t character = byte(0);
  std::size_t length = 1;
  if (character >= 0xF0) {
    character = (character & 0x07) << 18 | (byte(1) & 0x3F) << 12 |
                (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    length = 4;
  } else if (character >= 0xE0) {
    character =
        (character & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    length = 3;
  } else if (character >= 0xC0) {
    character = (character & 0x1F) << 6 | (byte(1) & 0x3F);
    length = 2;
  }
  text->remove_prefix(length);
  return character;
}

std::size_t encode_utf8(char32_t character, char* out) {
  const auto put = [&](std::size_t at, char32_t bits) {
    out[at] = static_cast<char>(bits);
  };
  if (character < 0x80) {
    put(0, character);
    return 1;
  }
  if (character < 0x800) {
    put(0, 0xC0 | character >> 6);
    put(1, 0x80 | (character & 0x3F));
    return 2;
  }
  if (character < 0x10000) {
    put(0, 0xE0 | character >> 12);
    put(1, 0x80 | (character >> 6 & 0x3F));
    put(2, 0x80 | (character & 0x3F));
    return 3;
  }
  put(0, 0xF0 | character >> 18);
  put(1, 0x80 | (character >> 12 & 0x3F));
  put(2, 0x80 | (character >> 6 & 0x3F));
  put(3, 0x80 | (character & 0x3F));
  return 4;
}

std::string printable(std::string_view text) {
  std::string shown;
  if (!is_utf8(text)) return shown;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take_character(&text);
    const bool is_control =
        (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
    if (is_control) {
      shown.push_back('?');
    } else {
      shown.append(before.substr(0, before.size() - text.size()));
    }
  }
  return shown;
}

}  // namespace papo::base
