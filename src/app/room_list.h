// The list of all rooms, as GET /rooms answers it.
//
// Encoded when it has changed and somebody asks, and then shared by all who
// ask: however many of them do not read their answer, it is held once.
#pragma once

#include <cstdint>

#include "app/presence.h"
#include "base/shared_bytes.h"
#include "chat/room_store.h"

namespace papo::app {

class RoomList {
 public:
  // Both must outlive it.
  RoomList(const chat::RoomStore* store, const Presence* presence)
      : store_(*store), presence_(*presence) {}

  // The list as it is now, a JSON array.
  const base::SharedBytes& json();

 private:
  const chat::RoomStore& store_;
  const Presence& presence_;
  // What the list was made of: whatever changes it moves one of the two.
  chat::MessageId last_id_ = 0;
  std::uint64_t presence_version_ = 0;
  base::SharedBytes json_;
};

}  // namespace papo::app
