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
      scratch_(kScratchBytes),
      ready_(kReadyMax),
      reserve_(open_reserve()) {}

Server::~Server() {
  for (const Socket& socket : sockets_) {
    if (socket.descriptor >= 0) Descriptor(socket.descriptor).close();
  }
}

base::Result<base::Done> Server::add_listener(Descriptor listener,
                                              app::Door* door) {
  auto added = poller_->add(listener.get(), listeners_.size(), {.read = true});
  if (added) listeners_.push_back({std::move(listener), door});
  return added;
}

base::Result<base::Done> Server::add_wakeup(const Wakeup* wakeup) {
  wakeup_ = wakeup;
  return poller_->add(wakeup->descriptor(), kWakeupKey, {.read = true});
}

void Server::wait(app::Arrivals* arrivals, base::Micros at_most) {
  const std::size_t count = poller_->wait(ready_, at_most);
  arrivals->on_moment(read_clocks());
  for (std::size_t i = 0; i < count; ++i) handle(arrivals, ready_[i]);
}

void Server::handle(app::Arrivals* arrivals, const Ready& ready) {
  // Before the machine looks at what it was woken for: what comes later wakes
  // the next turn.
  if (ready.key == kWakeupKey) return wakeup_->drain();
  if (ready.key < listeners_.size()) {
    return accept_all(arrivals, listeners_[ready.key]);
  }
  Socket* socket = find(ready.key);
  if (socket == nullptr) return;
  if (ready.readable) {
    read(arrivals, ready.key, socket);
  } else if (ready.hung_up) {
    close(socket);
    arrivals->on_lost(ready.key);
  } else if (ready.writable) {
    arrivals->on_room(ready.key);
  }
}

void Server::accept_all(app::Arrivals* arrivals, const Listener& listener) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    base::PeerAddress peer;
    auto socket = accept_on(listener.descriptor, &peer);
    if (socket) {
      adopt(arrivals, listener, std::move(*socket), peer);
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
void Server::refuse_one(const Listener& listener) {
  if (!told_of_shortage_) {
    diagnostics_->warn(
        "out of descriptors: connections are refused (raise ulimit -n or "
        "lower --max-connections)");
    told_of_shortage_ = true;
  }
  reserve_.close();
  base::PeerAddress peer;
  auto socket = accept_on(listener.descriptor, &peer);
  if (socket) socket->close();
  reserve_ = open_reserve();
}

void Server::adopt(app::Arrivals* arrivals, const Listener& listener,
                   Descriptor socket, const base::PeerAddress& peer) {
  const app::ConnectionId id = arrivals->on_open(listener.door, peer);
  if (id == 0) return;
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot >= sockets_.size()) sockets_.resize(slot + 1);
  const auto added = poller_->add(socket.get(), id, {.read = true});
  if (!added) {
    diagnostics_->warn(describe(added.error()));
    return arrivals->on_lost(id);
  }
  sockets_[slot] = {.descriptor = socket.release(),
                    .generation = static_cast<std::uint32_t>(id >> 32)};
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
void Server::read(app::Arrivals* arrivals, app::ConnectionId id,
                  Socket* socket) {
  const ssize_t count =
      ::recv(socket->descriptor, scratch_.data(), scratch_.size(), 0);
  if (count > 0) {
    arrivals->on_bytes(id, {scratch_.data(), static_cast<std::size_t>(count)});
  } else if (count == 0) {
    arrivals->on_end_of_input(id);
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    close(socket);
    arrivals->on_lost(id);
  }
}

void Server::send(std::span<app::Parcel> parcels) {
  for (app::Parcel& each : parcels) {
    const Socket* socket = find(each.id);
    if (socket != nullptr) send_one(*socket, &each);
  }
}

// All its pieces in one call.
void Server::send_one(const Socket& socket, app::Parcel* parcel) {
  const auto pieces = parcel->pieces;
  ssize_t sent;
  if (pieces.size() == 1) {
    sent = ::send(socket.descriptor, pieces[0].data(), pieces[0].size(),
                  MSG_NOSIGNAL);
  } else {
    std::array<iovec, app::kPiecesMax> vectors;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = pieces.size();
    sent = ::sendmsg(socket.descriptor, &message, MSG_NOSIGNAL);
  }
  if (sent >= 0) {
    parcel->sent = static_cast<std::size_t>(sent);
  } else {
    parcel->is_lost = errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  }
}

void Server::grant(app::ConnectionId id, const app::Wish& wish) {
  Socket* socket = find(id);
  if (socket == nullptr) return;
  switch (wish.ending) {
    case app::Ending::Close:
      return close(socket);
    case app::Ending::FinishSending:
      if (!std::exchange(socket->finished_sending, true)) {
        ::shutdown(socket->descriptor, SHUT_WR);
      }
      break;
    case app::Ending::StayOpen:
      break;
  }
  poller_->change(socket->descriptor, id, {wish.reads, wish.writes});
}

void Server::close(Socket* socket) {
  poller_->remove(socket->descriptor);
  Descriptor(socket->descriptor).close();
  socket->descriptor = -1;
}

void Server::begin_shutdown() {
  for (const Listener& each : listeners_) {
    poller_->remove(each.descriptor.get());
  }
  listeners_.clear();
  machine_->begin_shutdown(read_clocks());
  machine_->finish_turn();
  machine_->send_all(this);
}

}  // namespace papo::sys
