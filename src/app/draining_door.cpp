#include "app/draining_door.h"

#include "app/connections.h"

namespace papo::app {
namespace {

// How long a finished connection waits for the peer to close, reading on.
constexpr base::Micros kLingerFor = std::chrono::seconds(2);

// Connection::note: the patience is not renewed.
constexpr std::uint32_t kLastPatience = 1;

}  // namespace

void DrainingDoor::take(Connection& connection, base::Micros within) {
  connections_.hand_over(connection, *this, nullptr);
  const bool last = within.count() != 0;
  if (last) connection.note = kLastPatience;
  base::Micros patience = last ? within : patience_;
  if (connection.outbox.empty()) patience = kLingerFor;
  connections_.set_deadline(connection, patience);
}

// Nobody comes in by this door.
void DrainingDoor::on_open(Connection& connection, bool) {
  connections_.close_now(connection);
}

void DrainingDoor::on_sent(Connection& connection, bool all) {
  if (all) {
    connections_.set_deadline(connection, kLingerFor);
  } else if (connection.note != kLastPatience) {
    connections_.set_deadline(connection, patience_);
  }
}

void DrainingDoor::on_deadline(Connection& connection) {
  connections_.close_now(connection);
}

void DrainingDoor::turn_out(Connection& connection, Excess) {
  connections_.close_now(connection);
}

Ending DrainingDoor::when_sent(const Connection& connection) const {
  return connection.peer_finished ? Ending::Close : Ending::FinishSending;
}

}  // namespace papo::app
