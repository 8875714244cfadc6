// What may name a room or a user, and what may be said.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace papo::chat {

inline constexpr std::size_t kNameCharactersMax = 64;
inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kClientIdBytesMax = 64;
inline constexpr std::size_t kTopicBytesMax = 1024;

// Why a text cannot be a name.
enum class NameFault : std::uint8_t {
  Empty,             // nothing is left after trimming
  TooLong,           // over 64 characters or 256 bytes
  ControlCharacter,  // U+0000–U+001F, U+007F–U+009F
  NotUtf8,
};

// One clause for a person: "is empty".
const char* describe(NameFault fault);

// The name in `text`: white space (Unicode's White_Space) is trimmed from both
// ends, the rest must be 1–64 characters, at most 256 bytes, well-formed UTF-8
// without control characters. A view into `text`.
base::Result<std::string_view, NameFault> parse_name(std::string_view text);

}  // namespace papo::chat
