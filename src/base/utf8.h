// UTF-8 (RFC 3629), checked as the Unicode Standard's Table 3-7 has it: no
// overlong form, no surrogate, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace papo::base {

// Checks text that arrives in pieces, and knows it is wrong at the first byte
// that no well-formed continuation could follow (RFC 6455 §8.1 asks a server
// to fail fast).
class Utf8Checker {
 public:
  // Takes the next bytes. False once any byte so far was wrong; it stays false.
  bool feed(std::string_view bytes);
  // True when the text so far is well formed and ends between characters.
  bool complete() const { return pending_ == 0 && !wrong_; }
  void reset() { *this = {}; }

 private:
  std::uint8_t pending_ = 0;  // continuation bytes still to come
  std::uint8_t low_ = 0x80;   // the range that the next of them must be in
  std::uint8_t high_ = 0xBF;
  bool wrong_ = false;
};

// True when `text` is well-formed UTF-8. Eight bytes at a time while it is
// ASCII.
bool is_utf8(std::string_view text);

// Decodes the character at the front of `*text` and removes it.
// REQUIRES: `*text` is well-formed UTF-8 and not empty.
char32_t take_character(std::string_view* text);

// Writes `character` as UTF-8 to `out` (room for 4 bytes); returns how many.
// REQUIRES: a Unicode scalar value.
std::size_t encode_utf8(char32_t character, char* out);

// `text` with every control character but line breaks and tabs as '?', so that
// it cannot give a terminal orders. Nothing when it is not UTF-8.
std::string printable(std::string_view text);

}  // namespace papo::base
