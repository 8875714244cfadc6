#include "app/connection.h"

namespace papo::app {

Connection& ConnectionTable::add(Door* door) {
  if (free_.empty()) {
    const std::size_t first = blocks_.size() * kBlock;
    blocks_.push_back(std::make_unique<std::array<Connection, kBlock>>());
    // The lowest slot is used first, so that few connections share few pages.
    for (std::size_t i = kBlock; i > 0; --i) {
      free_.push_back(static_cast<std::uint32_t>(first + i - 1));
    }
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  Connection& connection = (*blocks_[slot / kBlock])[slot % kBlock];
  const std::uint32_t generation = connection.generation + 1;
  connection = Connection();
  connection.slot = slot;
  connection.generation = generation == 0 ? 1 : generation;
  connection.door = door;
  ++size_;
  return connection;
}

void ConnectionTable::remove(Connection* connection) {
  connection->door = nullptr;
  connection->state.reset();
  free_.push_back(connection->slot);
  --size_;
}

Connection* ConnectionTable::find(ConnectionId id) {
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot / kBlock >= blocks_.size()) return nullptr;
  Connection& connection = (*blocks_[slot / kBlock])[slot % kBlock];
  const bool same = connection.id() == id && connection.door != nullptr;
  return same ? &connection : nullptr;
}

}  // namespace papo::app
