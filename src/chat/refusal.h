// The store's "no": a command that was understood, and cannot be done.
#pragma once

#include <cstdint>

namespace papo::chat {

enum class Refusal : std::uint8_t {
  RoomNotFound,
  NotAMember,
  MessageNotFound,  // no such entry in the history, or it is a system entry
  NotTheAuthor,
  ClientIdReused,      // the user sent another text with it
  TooManyRooms,        // the server is at its cap
  TooManyMembers,      // the room is at its cap
  TooManyRoomsOfUser,  // the user is at their cap
  TooManyMemberships,  // all rooms together are at their cap
  StoreFull,           // there is no memory for it
};

}  // namespace papo::chat
