// A door: one protocol, for all connections that speak it.
//
// The machine (app/machine.h) knows when something happens to a connection, and
// tells its door; what that means is the door's to know. A door answers into
// the connection's outbox, sets its deadline, closes it, or hands it over to
// another door: all through Connections (app/connections.h).
//
// A new protocol is a new door, and one line in app/doors.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "app/connection.h"

namespace papo::app {

struct Decision;
struct Problem;

// What to do with a connection when its bytes are sent.
enum class Ending : std::uint8_t {
  StayOpen,
  FinishSending,  // close our side; the peer's bytes are still read
  Close,
};

// Why a connection has to go, whatever it is doing.
enum class Excess : std::uint8_t {
  Backlog,  // it listens, and does not read what it is told (--max-backlog)
  Partial,  // what it has sent of something that is not whole (--max-partial)
};

class Door {
 public:
  virtual ~Door() = default;

  // ---- What happens to a connection of its own.

  // A peer has come through a listener of this door. `refused`: it is one too
  // many, is told so and goes.
  virtual void on_open(Connection& connection, bool refused) = 0;
  // Bytes came. They are read in place, and may be written over.
  virtual void on_bytes(Connection& connection, std::span<char> bytes) = 0;
  // Some of what is queued has left; `all` of it, or the rest waits for room.
  virtual void on_sent(Connection& connection, bool all) = 0;
  // The deadline that it has set is there.
  virtual void on_deadline(Connection& connection) = 0;
  // The peer will send no more, but may still read.
  virtual void on_end_of_input(Connection& connection) = 0;
  // The server ends: what is under way is finished, and nothing else begun.
  virtual void on_shutdown(Connection& connection) = 0;
  // In the end of the turn in which Connections::resume() was called.
  virtual void on_resume(Connection&) {}
  // There is something new in a room that the connection waits for.
  virtual void on_news(Connection&) {}
  // The connection is closed, gone, or another door's from now on: what is
  // known of it outside its state is forgotten. The state follows.
  virtual void on_leave(Connection&) {}
  virtual void turn_out(Connection& connection, Excess excess) = 0;

  // The command with this number (app/answer_line.h) is decided.
  virtual void decided(Connection&, std::uint32_t, const Decision&) {}
  // It is not stored, and will not be.
  virtual void refuse(Connection&, std::uint32_t, const Problem&) {}

  // ---- What the machine asks.

  // False while the connection must not be read from.
  virtual bool wants_input(const Connection& connection) const = 0;
  // What follows when nothing is queued.
  virtual Ending when_sent(const Connection&) const { return Ending::StayOpen; }
  // Of what is not whole, or waits: the door's share of --max-partial.
  virtual std::size_t partial_bytes(const Connection&) const { return 0; }

  // ---- Of all its connections.

  // Once a turn, when all that came has been taken.
  virtual void on_turn() {}
  // True when it remembers nothing of anybody: for tests.
  virtual bool is_quiet() const { return true; }
};

}  // namespace papo::app
