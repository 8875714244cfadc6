#include "cli/inventory.h"

#include <string_view>

#include "base/text.h"

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
  return counted(inventory.rooms, "room") + ", " +
         counted(inventory.users, "user") + " and " +
         counted(inventory.messages, "message");
}

std::string counted(std::uint64_t count, std::string_view noun) {
  std::string text;
  base::append_number(&text, count);
  text.append(" ").append(noun);
  if (count != 1) text.append("s");
  return text;
}

}  // namespace papo::cli
