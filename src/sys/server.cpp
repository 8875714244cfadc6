#include "sys/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "base/check.h"
#include "sys/clock.h"
#include "sys/sockets.h"

namespace papo::sys {
namespace {

constexpr std::size_t kScratchBytes = 64 * 1024;
constexpr std::size_t kReadyMax = 1024;
constexpr int kAcceptsPerTurn = 256;
constexpr std::size_t kPiecesMax = 64;

// Keys of listeners and wake-ups: connections' generations begin at 1, so
// their ids are larger.
constexpr std::uint64_t kWakeupKey = 0xFFFFFFFF;

Descriptor open_reserve() {
  return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

Server::Server(app::Machine* machine, std::unique_ptr<Poller> poller,
               const Diagnostics* diagnostics)
    : machine_(machine),
      poller_(std::move(poller)),
      diagnostics_(diagnostics),
      now_(read_clocks()),
      scratch_(kScratchBytes),
      ready_(kReadyMax),
      reserve_(open_reserve()) {}

Server::~Server() {
  for (const Socket& socket : sockets_) {
    if (socket.descriptor >= 0) Descriptor(socket.descriptor).close();
  }
}

base::Result<base::Done> Server::add_listener(Descriptor listener) {
  auto added = poller_->add(listener.get(), listeners_.size(), {.read = true});
  if (added) listeners_.push_back(std::move(listener));
  return added;
}

base::Result<base::Done> Server::add_wakeup(const Wakeup* wakeup) {
  wakeup_ = wakeup;
  return poller_->add(wakeup->descriptor(), kWakeupKey, {.read = true});
}

void Server::turn(base::Micros at_most) {
  const base::Micros wait = machine_->next_due(now_, at_most) - now_.steady;
  const std::size_t count = poller_->wait(ready_, wait);
  now_ = read_clocks();
  for (std::size_t i = 0; i < count; ++i) handle(ready_[i]);
  machine_->finish_turn(now_);
  send_touched();
}

void Server::handle(const Ready& ready) {
  // Before the machine looks at what it was woken for: what comes later wakes
  // the next turn.
  if (ready.key == kWakeupKey) return wakeup_->drain();
  if (ready.key < listeners_.size()) return accept_all(listeners_[ready.key]);
  Socket* socket = find(ready.key);
  if (socket == nullptr) return;
  if (ready.readable) {
    read(ready.key, socket);
  } else if (ready.hung_up) {
    drop(ready.key, socket);
  } else if (ready.writable) {
    touched_.push_back(ready.key);
  }
}

void Server::accept_all(const Descriptor& listener) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    app::PeerAddress peer;
    auto socket = accept_on(listener, &peer);
    if (socket) {
      adopt(std::move(*socket), peer);
      continue;
    }
    const int reason = socket.error().number;
    // The peer left before it was accepted: the next may not have.
    if (reason == ECONNABORTED || reason == EINTR) continue;
    if (reason == EMFILE || reason == ENFILE) {
      refuse_one(listener);
      continue;
    }
    const bool none = reason == EAGAIN || reason == EWOULDBLOCK;
    if (!none) diagnostics_->warn(describe(socket.error()));
    return;
  }
}

// Without a free descriptor a connection could not even be closed, and would
// be told again in every turn. The reserve makes room for one at a time.
void Server::refuse_one(const Descriptor& listener) {
  if (!told_of_shortage_) {
    diagnostics_->warn(
        "out of descriptors: connections are refused (raise ulimit -n or "
        "lower --max-connections)");
    told_of_shortage_ = true;
  }
  reserve_.close();
  app::PeerAddress peer;
  auto socket = accept_on(listener, &peer);
  if (socket) socket->close();
  reserve_ = open_reserve();
}

void Server::adopt(Descriptor socket, const app::PeerAddress& peer) {
  const app::ConnectionId id = machine_->open(peer, now_);
  if (id == 0) return;
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot >= sockets_.size()) sockets_.resize(slot + 1);
  const auto added = poller_->add(socket.get(), id, {.read = true});
  if (!added) {
    diagnostics_->warn(describe(added.error()));
    return machine_->lost(id, now_);
  }
  sockets_[slot] = {.descriptor = socket.release(),
                    .generation = static_cast<std::uint32_t>(id >> 32),
                    .interest = {.read = true}};
}

// A late event finds nobody: the slot may be another connection's by now.
Server::Socket* Server::find(app::ConnectionId id) {
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot >= sockets_.size()) return nullptr;
  Socket& socket = sockets_[slot];
  const bool same = socket.descriptor >= 0 && socket.generation == id >> 32;
  return same ? &socket : nullptr;
}

// One read a turn: more is told again.
void Server::read(app::ConnectionId id, Socket* socket) {
  const ssize_t count =
      ::recv(socket->descriptor, scratch_.data(), scratch_.size(), 0);
  if (count > 0) {
    machine_->receive(id, {scratch_.data(), static_cast<std::size_t>(count)},
                      now_);
  } else if (count == 0) {
    machine_->end_of_input(id, now_);
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    return drop(id, socket);
  }
  // Input may have stopped being wanted without a byte to send.
  if (machine_->wants_input(id) != socket->interest.read) {
    touched_.push_back(id);
  }
}

void Server::send_touched() {
  const auto touched = machine_->touched();
  touched_.insert(touched_.end(), touched.begin(), touched.end());
  machine_->clear_touched();
  for (const app::ConnectionId id : touched_) {
    Socket* socket = find(id);
    if (socket != nullptr) settle(id, socket);
  }
  touched_.clear();
}

// Sends what there is, then does what the machine says comes next.
void Server::settle(app::ConnectionId id, Socket* socket) {
  if (machine_->has_output(id) && !send(id, *socket)) return drop(id, socket);
  switch (machine_->ending(id)) {
    case app::Ending::Close:
      return drop(id, socket);
    case app::Ending::FinishSending:
      if (!socket->finished_sending) {
        ::shutdown(socket->descriptor, SHUT_WR);
        socket->finished_sending = true;
      }
      break;
    case app::Ending::StayOpen:
      break;
  }
  const Interest wanted = {machine_->wants_input(id), machine_->has_output(id)};
  if (wanted == socket->interest) return;
  poller_->change(socket->descriptor, id, wanted);
  socket->interest = wanted;
}

// Everything in as few calls as its pieces allow: usually one. False when the
// connection is broken.
bool Server::send(app::ConnectionId id, const Socket& socket) {
  std::array<std::string_view, kPiecesMax> pieces;
  for (;;) {
    const std::size_t count = machine_->gather(id, pieces);
    if (count == 0) return true;
    std::array<iovec, kPiecesMax> vectors;
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
      size += pieces[i].size();
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent =
        count == 1
            ? ::send(socket.descriptor, pieces[0].data(), size, MSG_NOSIGNAL)
            : ::sendmsg(socket.descriptor, &message, MSG_NOSIGNAL);
    if (sent < 0) {
      return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    }
    machine_->sent(id, static_cast<std::size_t>(sent), now_);
    if (static_cast<std::size_t>(sent) < size) return true;
  }
}

void Server::drop(app::ConnectionId id, Socket* socket) {
  poller_->remove(socket->descriptor);
  Descriptor(socket->descriptor).close();
  socket->descriptor = -1;
  machine_->lost(id, now_);
}

void Server::begin_shutdown() {
  for (const Descriptor& listener : listeners_) {
    poller_->remove(listener.get());
  }
  listeners_.clear();
  now_ = read_clocks();
  machine_->begin_shutdown(now_);
  machine_->finish_turn(now_);
  send_touched();
}

}  // namespace papo::sys
