// The loop: sockets and clocks around the machine (app/machine.h).
//
// A turn waits, takes the moment once, reads each ready socket once into one
// buffer that all share, lets the machine finish, and then sends what each
// touched connection has, once. The order is the promise: nothing is sent
// before the machine has finished the turn it came from.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/machine.h"
#include "base/result.h"
#include "sys/descriptor.h"
#include "sys/diagnostics.h"
#include "sys/poller.h"
#include "sys/wakeup.h"

namespace papo::sys {

class Server {
 public:
  // All must outlive it.
  Server(app::Machine* machine, std::unique_ptr<Poller> poller,
         const Diagnostics* diagnostics);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Begins to accept on a socket that listens. Before the first turn.
  base::Result<base::Done> add_listener(Descriptor listener);
  // wake() ends a turn's wait; what it was called for is seen by the machine in
  // the same turn. One, before the first turn; it must outlive the Server.
  base::Result<base::Done> add_wakeup(const Wakeup* wakeup);

  // One turn, which waits for at most `at_most`.
  void turn(base::Micros at_most);

  // Closes the listeners and asks the machine to finish. Turns go on until
  // is_finished().
  void begin_shutdown();
  bool is_finished() const { return machine_->connection_count() == 0; }

 private:
  struct Socket {
    int descriptor = -1;
    std::uint32_t generation = 0;
    Interest interest;
    bool finished_sending = false;
  };

  void handle(const Ready& ready);
  void accept_all(const Descriptor& listener);
  void refuse_one(const Descriptor& listener);
  void adopt(Descriptor socket, const app::PeerAddress& peer);
  Socket* find(app::ConnectionId id);
  void read(app::ConnectionId id, Socket* socket);
  void send_touched();
  void settle(app::ConnectionId id, Socket* socket);
  bool send(app::ConnectionId id, const Socket& socket);
  void drop(app::ConnectionId id, Socket* socket);

  app::Machine* machine_;
  std::unique_ptr<Poller> poller_;
  const Diagnostics* diagnostics_;
  const Wakeup* wakeup_ = nullptr;
  base::Moment now_;  // of this turn
  std::vector<Descriptor> listeners_;
  std::vector<Socket> sockets_;  // by the slot in a ConnectionId
  std::vector<char> scratch_;    // what every socket is read into
  std::vector<Ready> ready_;
  std::vector<app::ConnectionId> touched_;
  Descriptor reserve_;  // given up for a moment when descriptors run out
  bool told_of_shortage_ = false;
};

}  // namespace papo::sys
