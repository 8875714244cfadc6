// The characters that a JSON string holds as they are, for both the reader and
// the writer.
#pragma once

#include <cstddef>

#include "base/byte_block.h"

namespace papo::json {

// What may not stand in a string as it is: a quotation mark, a backslash or a
// control character (RFC 8259 §7). Bytes of UTF-8's longer characters all may.
struct NotPlain {
  static bool has(unsigned char byte) {
    return byte < 0x20 || byte == '"' || byte == '\\';
  }
  static auto marks(auto block) {
    return block.at_most('\x1F')
        .or_with(block.equal('"'))
        .or_with(block.equal('\\'));
  }
};

// The first byte from `at` on that is not plain; `end` when there is none.
inline const char* skip_plain(const char* at, const char* end) {
  return at +
         base::find_first<NotPlain>(at, 0, static_cast<std::size_t>(end - at));
}

}  // namespace papo::json
