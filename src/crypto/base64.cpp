#include "crypto/base64.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/text.h"

namespace papo::crypto {
namespace {

constexpr char kAlphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Writes one to three bytes as a group of four characters.
void append_group(std::string_view bytes, std::string* out) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    bits <<= 8;
    if (i < bytes.size()) bits |= static_cast<std::uint8_t>(bytes[i]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const bool padding = i > bytes.size();
    out->push_back(padding ? '=' : kAlphabet[bits >> (18 - 6 * i) & 0x3F]);
  }
}

// Reads two to four characters, padding removed. False when one is foreign or
// a bit beyond the last byte is set.
bool append_bytes(std::string_view group, std::string* out) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int value = i < group.size() ? base64_value(group[i]) : 0;
    if (value < 0) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
  }
  const std::size_t byte_count = group.size() - 1;
  for (std::size_t i = 0; i < byte_count; ++i) {
    out->push_back(static_cast<char>(bits >> (16 - 8 * i)));
  }
  const std::uint32_t beyond = (1u << (24 - 8 * byte_count)) - 1;
  return (bits & beyond) == 0;
}

}  // namespace

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (base::is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    append_group(bytes.substr(at, 3), &text);
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    if (!append_bytes(text.substr(at, 4), &bytes)) return std::nullopt;
  }
  return bytes;
}

}  // namespace papo::crypto
