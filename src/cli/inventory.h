// What a store holds, in numbers and in words.
#pragma once

#include <cstdint>
#include <string>

#include "chat/room_store.h"

namespace papo::cli {

struct Inventory {
  std::uint64_t rooms = 0;
  std::uint64_t users = 0;     // who are a member of a room
  std::uint64_t messages = 0;  // without those that were deleted
};

// Walks all of the store.
Inventory take_inventory(const chat::RoomStore& store);

// "1 room, 2 users and 3 messages".
std::string describe(const Inventory& inventory);

}  // namespace papo::cli
