// A house without a network: a test says what comes, and takes what goes out.
//
// Nothing happens by itself: what is not taken stays unread, and what the
// machine closes is remembered as closed.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string_view>

#include "app/house.h"

namespace papo::support {

class TurnedHouse final : public app::Network {
 public:
  TurnedHouse(const app::House::Parts& parts, base::Moment now)
      : house_(parts, now) {}

  app::House& house() { return house_; }
  const app::Metrics& metrics() const { return house_.metrics(); }
  bool is_quiet() { return house_.is_quiet(); }
  std::size_t connection_count() { return machine().connection_count(); }

  // ---- What comes.

  app::ConnectionId open(const base::PeerAddress& peer, base::Moment now) {
    machine().on_moment(now);
    return machine().on_open(&house_.http(), peer);
  }
  void receive(app::ConnectionId id, std::span<char> bytes, base::Moment now) {
    machine().on_moment(now);
    machine().on_bytes(id, bytes);
  }
  void end_of_input(app::ConnectionId id, base::Moment now) {
    machine().on_moment(now);
    machine().on_end_of_input(id);
  }
  void lost(app::ConnectionId id, base::Moment now) {
    machine().on_moment(now);
    machine().on_lost(id);
  }

  // ---- What the machine makes of it.

  // The end of a turn, in which nobody takes anything.
  void finish_turn(base::Moment now) {
    machine().on_moment(now);
    machine().finish_turn();
    machine().send_all(this);
  }
  base::Micros next_due(base::Moment now, base::Micros at_most) {
    machine().on_moment(now);
    return machine().next_due(at_most);
  }
  void begin_shutdown(base::Moment now) { machine().begin_shutdown(now); }

  // What goes out next.
  std::size_t gather(app::ConnectionId id, std::span<std::string_view> views) {
    const app::Connection* connection = house_.connections().find(id);
    return connection == nullptr ? 0 : connection->outbox.gather(views);
  }
  // So much of it is taken.
  void sent(app::ConnectionId id, std::size_t count, base::Moment now) {
    machine().on_moment(now);
    machine().on_room(id);
    taker_ = id;
    takes_ = count;
    machine().send_all(this);
    taker_ = 0;
  }
  bool wants_input(app::ConnectionId id) { return machine().wish_of(id).reads; }
  app::Ending ending(app::ConnectionId id) {
    return machine().wish_of(id).ending;
  }

  // ---- What the machine calls.

  void wait(app::Arrivals*, base::Micros) override {}
  void send(std::span<app::Parcel> parcels) override {
    for (app::Parcel& each : parcels) {
      if (each.id != taker_) continue;
      for (const std::string_view piece : each.pieces) {
        const std::size_t taken = std::min(takes_, piece.size());
        each.sent += taken;
        takes_ -= taken;
      }
    }
  }
  void grant(app::ConnectionId, const app::Wish&) override {}

 private:
  app::Machine& machine() { return house_.machine(); }

  app::House house_;
  app::ConnectionId taker_ = 0;
  std::size_t takes_ = 0;
};

}  // namespace papo::support
