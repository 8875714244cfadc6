// The network as it is: sockets and clocks around the machine (app/machine.h).
//
// A turn waits, takes the moment once, reads each ready socket once into one
// buffer that all share, lets the machine finish, and then sends what each
// touched connection has, once. The order is the promise: nothing is sent
// before the machine has finished the turn it came from.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "app/machine.h"
#include "app/network.h"
#include "base/result.h"
#include "sys/descriptor.h"
#include "sys/diagnostics.h"
#include "sys/poller.h"
#include "sys/wakeup.h"

namespace papo::sys {

class Server final : public app::Network {
 public:
  // All must outlive it.
  Server(app::Machine* machine, std::unique_ptr<Poller> poller,
         const Diagnostics* diagnostics);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Begins to accept on a socket that listens, for `door`, which must outlive
  // the Server. Before the first turn.
  base::Result<base::Done> add_listener(Descriptor listener, app::Door* door);
  // wake() ends a turn's wait; what it was called for is seen by the machine in
  // the same turn. One, before the first turn; it must outlive the Server.
  base::Result<base::Done> add_wakeup(const Wakeup* wakeup);

  // One turn, which waits for at most `at_most`.
  void turn(base::Micros at_most) { machine_->turn(this, at_most); }

  // Closes the listeners and asks the machine to finish. Turns go on until
  // is_finished().
  void begin_shutdown();
  bool is_finished() const { return machine_->connection_count() == 0; }

  // ---- What the machine calls in a turn.

  void wait(app::Arrivals* arrivals, base::Micros at_most) override;
  void send(std::span<app::Parcel> parcels) override;
  void grant(app::ConnectionId id, const app::Wish& wish) override;

 private:
  struct Socket {
    int descriptor = -1;
    std::uint32_t generation = 0;
    bool finished_sending = false;
  };
  struct Listener {
    Descriptor descriptor;
    app::Door* door;
  };

  void handle(app::Arrivals* arrivals, const Ready& ready);
  void accept_all(app::Arrivals* arrivals, const Listener& listener);
  void refuse_one(const Listener& listener);
  void adopt(app::Arrivals* arrivals, const Listener& listener,
             Descriptor socket, const base::PeerAddress& peer);
  Socket* find(app::ConnectionId id);
  void read(app::Arrivals* arrivals, app::ConnectionId id, Socket* socket);
  static void send_one(const Socket& socket, app::Parcel* parcel);
  void close(Socket* socket);

  app::Machine* machine_;
  std::unique_ptr<Poller> poller_;
  const Diagnostics* diagnostics_;
  const Wakeup* wakeup_ = nullptr;
  std::vector<Listener> listeners_;
  std::vector<Socket> sockets_;  // by the slot in a ConnectionId
  std::vector<char> scratch_;    // what every socket is read into
  std::vector<Ready> ready_;
  Descriptor reserve_;  // given up for a moment when descriptors run out
  bool told_of_shortage_ = false;
};

}  // namespace papo::sys
