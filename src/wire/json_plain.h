// The characters that a JSON string holds as they are, for both the reader and
// the writer.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace papo::json {

// Eight bytes as one number, the first the lowest. Compilers make it one load.
inline std::uint64_t load_eight(const char* bytes) {
  const auto byte = [bytes](int at) {
    return std::uint64_t{static_cast<std::uint8_t>(bytes[at])} << (8 * at);
  };
  return byte(0) | byte(1) | byte(2) | byte(3) | byte(4) | byte(5) | byte(6) |
         byte(7);
}

// The first byte from `at` on that may not stand in a string as it is: a
// quotation mark, a backslash or a control character (RFC 8259 §7); `end` when
// there is none. Bytes of UTF-8's longer characters all may.
//
// Eight at a time. For a word w and a byte b, (w ^ b…b) - 1…1 borrows into the
// high bit of each byte that is b, and w - 32…32 of each that is a control
// character; `& ~w` forgets bytes whose high bit was set before. A borrow can
// also mark bytes above a marked one, never below, so the lowest mark is true.
inline const char* skip_plain(const char* at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = kOnes * 0x80;
  for (; end - at >= 8; at += 8) {
    const std::uint64_t word = load_eight(at);
    const std::uint64_t marks =
        (((word ^ kOnes * '"') - kOnes) | ((word ^ kOnes * '\\') - kOnes) |
         (word - kOnes * 0x20)) &
        ~word & kHighBits;
    if (marks != 0) return at + std::countr_zero(marks) / 8;
  }
  const auto plain = [](char c) {
    return c != '"' && c != '\\' && static_cast<std::uint8_t>(c) >= 0x20;
  };
  while (at != end && plain(*at)) ++at;
  return at;
}

}  // namespace papo::json
