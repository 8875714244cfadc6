// A connection as the machine sees it: a number, the door that speaks on it,
// what it has not finished sending, and a deadline.
//
// Of a protocol it knows nothing. What a door must remember of a connection is
// the door's own state, made when it is needed: an idle connection is this
// struct and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "app/outbox.h"
#include "app/timer_wheel.h"
#include "base/peer_address.h"

namespace papo::app {

class Door;

// A connection's name: a slot, and which of the connections that had the slot.
// Never a descriptor, so that a late event finds nobody instead of somebody
// else. 0 is nobody.
using ConnectionId = std::uint64_t;

// What a door remembers of one connection.
struct DoorState {
  virtual ~DoorState() = default;
};

struct Connection : Timed {
  ConnectionId id() const { return std::uint64_t{generation} << 32 | slot; }

  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  base::PeerAddress peer{};
  Door* door = nullptr;  // whose it is; nullptr: the slot is nobody's
  std::unique_ptr<DoorState> state;  // the door's, if there is any
  Outbox outbox;
  std::uint32_t note = 0;          // the door's: what needs no state yet
  bool touched : 1 = false;        // is in this turn's list
  bool resumable : 1 = false;      // is in the list of those that may read on
  bool peer_finished : 1 = false;  // no more bytes will come
  bool broken : 1 = false;         // close now, whatever is unsent
  bool unread : 1 = false;         // what it was sent before waits still
  // What the network was last told of it (app/network.h).
  bool told_reads : 1 = true;
  bool told_writes : 1 = false;
  bool told_finished : 1 = false;
};

// All connections, in blocks that never move. Slots are used again, with
// another generation.
class ConnectionTable {
 public:
  // The next connection, `door`'s. REQUIRES: size() < 2^32 - 1.
  Connection& add(Door* door);
  void remove(Connection* connection);

  // nullptr when the connection is gone.
  Connection* find(ConnectionId id);
  std::size_t size() const { return size_; }

  // Calls `visit` with every connection, in no particular order.
  template <class Visit>
  void for_each(Visit visit) {
    for (auto& block : blocks_) {
      for (Connection& each : *block) {
        if (each.door != nullptr) visit(each);
      }
    }
  }

 private:
  static constexpr std::size_t kBlock = 64;

  std::vector<std::unique_ptr<std::array<Connection, kBlock>>> blocks_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

}  // namespace papo::app
