// Everything that changes the store, as a value.
//
// A request that changes something becomes a Command with its time, goes into
// the log, and is applied when the log says that it is committed. The fields
// are checked before (chat/names.h): a command in the log is well formed, and
// only the state decides whether it is refused.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace papo::chat {

// Orders everything: microseconds since the Unix epoch, strictly increasing.
// 0 is before every message.
using MessageId = std::uint64_t;

// Stored in logs: a number is never given a second meaning.
enum class CommandKind : std::uint8_t {
  Join = 1,    // room, user
  Leave = 2,   // room, user
  Send = 3,    // room, user, text, client_id
  Post = 4,    // as Send, joining first where need be
  Edit = 5,    // room, user, target, text
  Delete = 6,  // room, user, target
  Topic = 7,   // room, user, text
  // A life of the server begins: the first command of each, from the server
  // itself. Moves the last id on, so that what lies between is no id of it.
  Start = 8,
};

// Views of text that the holder keeps alive; unused ones are empty.
struct Command {
  CommandKind kind{};
  base::Micros time{};  // wall clock, when the request was read
  std::string_view room = {};
  std::string_view user = {};
  std::string_view text = {};
  std::string_view client_id = {};
  MessageId target = 0;
};

}  // namespace papo::chat
