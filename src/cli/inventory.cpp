#include "cli/inventory.h"

#include "base/phrases.h"

namespace papo::cli {
namespace {

std::uint64_t count_messages(const chat::History& history) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < history.messages().size(); ++i) {
    if (!history.messages()[i].deleted) ++count;
  }
  return count;
}

}  // namespace

Inventory take_inventory(const chat::RoomStore& store) {
  Inventory inventory{store.room_count(), store.user_count(), 0};
  for (const chat::Room& room : store.rooms()) {
    inventory.messages += count_messages(room.history);
  }
  return inventory;
}

std::string describe(const Inventory& inventory) {
  return base::counted(inventory.rooms, "room") + ", " +
         base::counted(inventory.users, "user") + " and " +
         base::counted(inventory.messages, "message");
}

}  // namespace papo::cli
