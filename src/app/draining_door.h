// Connections that have had their last answer: it goes out, our side closes,
// and what still comes is discarded for a while, so that the answer is not lost
// to a reset (RFC 9112 §9.6).
#pragma once

#include "app/door.h"
#include "base/time.h"

namespace papo::app {

class Connections;

class DrainingDoor final : public Door {
 public:
  // `connections` must outlive it. `patience`: how long the peer may take to
  // read the next bit.
  DrainingDoor(Connections* connections, base::Micros patience)
      : connections_(*connections), patience_(patience) {}

  // Takes a connection whose last bytes are queued. `within`: all of it has to
  // be read by then; 0: every bit renews the patience.
  void take(Connection& connection, base::Micros within);

  void on_open(Connection& connection, bool refused) override;
  void on_bytes(Connection&, std::span<char>) override {}
  void on_sent(Connection& connection, bool all) override;
  void on_deadline(Connection& connection) override;
  void on_end_of_input(Connection&) override {}
  void on_shutdown(Connection&) override {}
  void turn_out(Connection& connection, Excess excess) override;
  bool wants_input(const Connection&) const override { return true; }
  Ending when_sent(const Connection& connection) const override;

 private:
  Connections& connections_;
  base::Micros patience_;
};

}  // namespace papo::app
