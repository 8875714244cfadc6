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
  Hidden,     // a character that nobody sees, or that turns the text round
  Invisible,  // blanks and marks alone
  Dots,       // "." and "..", which every client takes out of a path
};

// One clause for a person: "is empty".
const char* describe(NameFault fault);

// The name in `text`: what JavaScript's trim() takes (ECMA-262 §22.1.3.32) is
// trimmed from both ends; the rest must be 1–64 characters, at most 256 bytes,
// well-formed UTF-8 without control characters, and look like something:
// at least one character can be seen, and none is hidden (names.cpp says which
// are, and where joiners and variation selectors may stand). A view into
// `text`; the bytes stay as they are, in no normal form.
base::Result<std::string_view, NameFault> parse_name(std::string_view text);

// Whether a papo of any version took this as a name, so that it may be in a
// log: as above, but hidden characters and dots were names once, and so was
// nothing that begins or ends with Unicode's White_Space.
bool is_kept_name(std::string_view text);
// The same of a client_id. Empty: none was given.
bool is_kept_client_id(std::string_view text);

}  // namespace papo::chat
