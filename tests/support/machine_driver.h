// The machine with strings for a network and a clock that a test moves.
//
// What sys/server.cpp does with sockets is done here with peers: each has bytes
// on their way to the machine, and takes as many of the machine's as it has
// room for. As there, only connections that the machine touched are looked at,
// so that one it forgets to touch stands still here as well.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/house.h"
#include "support/held_log.h"

namespace papo::support {

// Counts up: what is drawn is known, and no two are the same.
class CountingRandom final : public base::Random {
 public:
  std::uint64_t next() override { return ++last_; }

 private:
  std::uint64_t last_ = 0;
};

// One response, taken apart.
struct HttpAnswer {
  int status = 0;
  std::string head;  // with its last CRLF
  std::string body;

  // The value of the field of that name, as it was sent; "" when there is none.
  std::string field(std::string_view name) const;
};

class MachineDriver final : public app::Network {
 public:
  static constexpr std::size_t kUnlimited = ~std::size_t{0};

  explicit MachineDriver(const app::Options& options = {});

  app::House& house() { return house_; }
  app::Machine& machine() { return house_.machine(); }
  const app::Metrics& metrics() const { return house_.metrics(); }
  chat::RoomStore& store() { return store_; }
  HeldLog& log() { return log_; }
  const std::vector<std::string>& logged() const { return access_log_.lines; }

  // ---- The network.

  app::ConnectionId connect(const base::PeerAddress& peer = {});
  // The bytes reach the machine, as far as it wants them, and are answered.
  void send(app::ConnectionId id, std::string_view bytes);
  // No more bytes will come from the peer.
  void finish(app::ConnectionId id);
  // The connection breaks.
  void cut(app::ConnectionId id);
  // How many more bytes the peer takes.
  void set_room(app::ConnectionId id, std::size_t bytes);

  // What has come to the peer since the last call.
  std::string take(app::ConnectionId id);
  // The same as responses. REQUIRES: they are whole. `head_only`: to HEAD.
  std::vector<HttpAnswer> take_answers(app::ConnectionId id,
                                       bool head_only = false);
  // The same as the payloads of WebSocket frames; a close frame is
  // "close 1000 reason", a ping "ping", a pong "pong payload".
  std::vector<std::string> take_frames(app::ConnectionId id);
  // The machine will send no more, or has closed.
  bool is_finished(app::ConnectionId id) const;
  bool is_closed(app::ConnectionId id) const;
  // Bytes that are still on their way to the machine.
  std::size_t unread(app::ConnectionId id) const;

  // ---- Time.

  base::Moment now() const { return now_; }
  // Turns at whatever moments the machine asks for on the way.
  void advance(base::Micros by);
  // Moves the wall clock alone.
  void set_wall(base::Micros wall) { now_.wall = wall; }
  // Turns until nothing moves any more.
  void run();

  // ---- What the machine calls in a turn.

  void wait(app::Arrivals* arrivals, base::Micros at_most) override;
  void send(std::span<app::Parcel> parcels) override;
  void grant(app::ConnectionId id, const app::Wish& wish) override;

 private:
  struct Peer {
    std::string on_their_way;
    std::string received;
    std::size_t room = kUnlimited;
    app::Wish wish;              // the machine's last
    bool finishes = false;       // after what is on its way
    bool told_finished = false;  // the machine knows
    bool is_finished = false;
    bool is_closed = false;
  };
  class AccessLines final : public app::AccessLog {
   public:
    void write(const app::AccessEntry& entry) override;
    std::vector<std::string> lines;
  };

  bool turn();
  void deliver(app::Arrivals* arrivals, app::ConnectionId id, Peer* peer);

  app::Options options_;
  chat::RoomStore store_;
  app::EmbeddedFiles files_;
  CountingRandom random_;
  AccessLines access_log_;
  base::Moment now_;
  app::CommandDesk desk_;
  app::House house_;
  HeldLog log_;
  std::map<app::ConnectionId, Peer> peers_;
  bool moved_ = false;  // something, in this turn
};

// A request with a Host.
std::string get(std::string_view target, std::string_view fields = {});
std::string post(std::string_view target, std::string_view body,
                 std::string_view fields = {});
// The upgrade of RFC 6455 §1.3.
std::string upgrade(std::string_view target);
// A masked text frame, as a client sends it.
std::string text_frame(std::string_view payload);
// Any masked frame; REQUIRES: FIN, less than 64 KiB.
std::string client_frame(unsigned opcode, std::string_view payload);

}  // namespace papo::support
