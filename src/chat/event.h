// What the feed carries: one object, encoded once, the same for everyone.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/shared_bytes.h"
#include "chat/command.h"

namespace papo::chat {

// Stored in snapshots: a number is never given a second meaning.
enum class EventType : std::uint8_t {
  Message = 0,
  System = 1,
  Edit = 2,
  Delete = 3,
};

// The `type` member of the object, and the `event:` field of its event stream.
constexpr std::string_view name_of(EventType type) {
  switch (type) {
    case EventType::Message:
      return "message";
    case EventType::System:
      return "system";
    case EventType::Edit:
      return "edit";
    case EventType::Delete:
      return "delete";
  }
  __builtin_unreachable();
}

struct Event {
  MessageId id = 0;
  EventType type = EventType::Message;
  base::SharedBytes json;  // one object, no line break
};

}  // namespace papo::chat
