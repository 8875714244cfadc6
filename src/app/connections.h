// All connections: this turn's moment, their deadlines, who is to be looked at,
// and how a connection ends or changes doors.
//
// The first half is the doors': what they may do with a connection. The second
// is the machine's (app/machine.h), which moves them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "app/connection.h"
#include "app/draining_door.h"
#include "app/metrics.h"
#include "app/options.h"
#include "base/time.h"

namespace papo::app {

class Connections {
 public:
  // Both must outlive it.
  Connections(const Options* options, Metrics* metrics, base::Moment now);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // The moment of this turn.
  base::Moment now() const { return now_; }
  bool is_shutting_down() const { return shutting_down_; }
  OutboxPool& pool() { return pool_; }
  const OutboxPool& pool() const { return pool_; }
  std::size_t size() const { return table_.size(); }
  // nullptr when it is gone.
  Connection* find(ConnectionId id) { return table_.find(id); }

  // ---- What a door does with one of its connections.

  // Something is queued, or what it wishes has changed: looked at in this
  // turn's end.
  void touch(Connection& connection);
  // Queues a copy of `bytes`.
  void send(Connection& connection, std::string_view bytes);
  // From now on, in place of the deadline it had.
  void set_deadline(Connection& connection, base::Micros after);
  // What it waited for may be there: Door::on_resume() in this turn's end.
  void resume(Connection& connection);
  // It is `door`'s from now on, which remembers `state` of it.
  void hand_over(Connection& connection, Door& door,
                 std::unique_ptr<DoorState> state);
  // Closes without another byte.
  void close_now(Connection& connection);
  // What is queued goes out, then our side closes, and what the peer still
  // sends is discarded for a while. Every bit of progress renews the patience.
  void close_after_sending(Connection& connection);
  // The same with a patience that nothing renews.
  void close_within(Connection& connection, base::Micros patience);

  // ---- What bounds them together.

  // What all connections leave unread (--max-unread): beyond it those are
  // closed that leave the most, so that a flood trims itself. Only what had its
  // chance to be sent counts as unread. False when that was not enough.
  bool bound_unread(const Connection* spared = nullptr);
  // What all connections hold of requests and messages that are not whole.
  std::size_t partial_bytes() const { return partial_bytes_; }
  std::size_t* partial_total() { return &partial_bytes_; }
  // Beyond --max-partial those that have sent the most go.
  void bound_partial();

  // ---- What the machine does.

  void begin_turn(base::Moment now) { now_ = now; }
  void begin_shutdown() { shutting_down_ = true; }
  // A new one, `door`'s.
  Connection& add(Door* door, const base::PeerAddress& peer);
  // It is gone from the network.
  void forget(Connection& connection);
  // One whose deadline has passed; nullptr when there is none.
  Connection* take_due();
  // When the next deadline is, at most so much later.
  base::Micros next_due(base::Micros at_most) const;
  // Those that were touched since the last call; they may be gone.
  void take_touched(std::vector<ConnectionId>* touched);
  bool has_resumable() const { return !resumable_.empty(); }
  std::vector<ConnectionId> take_resumable();
  template <class Visit>
  void for_each(Visit visit) {
    table_.for_each(visit);
  }

 private:
  const Options& options_;
  Metrics& metrics_;
  base::Moment now_;
  OutboxPool pool_;
  TimerWheel wheel_;
  std::size_t partial_bytes_ = 0;
  ConnectionTable table_;
  DrainingDoor draining_;
  std::vector<ConnectionId> touched_;  // no connection twice
  std::vector<ConnectionId> resumable_;
  bool shutting_down_ = false;
};

}  // namespace papo::app
