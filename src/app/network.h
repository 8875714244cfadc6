// The network as the machine sees it: what has come, and what goes out.
//
// sys/server.h does it with sockets, the simulator and the tests with strings.
// A turn calls wait() once and send() as often as one call does not take all
// that there is, each time with everything that can go, so that an
// implementation may put a whole turn into one system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "app/door.h"
#include "base/peer_address.h"
#include "base/time.h"

namespace papo::app {

// Is told of what has come, within wait(): of the moment first.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  virtual void on_moment(base::Moment now) = 0;
  // A peer has connected to a listener of `door`. 0 when it cannot even be
  // refused: close it.
  virtual ConnectionId on_open(Door* door, const base::PeerAddress& peer) = 0;
  // Bytes came. They are needed during the call only, and may be written over.
  virtual void on_bytes(ConnectionId id, std::span<char> bytes) = 0;
  // The peer will send no more, but may still read.
  virtual void on_end_of_input(ConnectionId id) = 0;
  // The network takes more of a connection that had more to send than it took.
  virtual void on_room(ConnectionId id) = 0;
  // The connection is broken.
  virtual void on_lost(ConnectionId id) = 0;
};

// A parcel has so many pieces at most; nearly all have one or two.
inline constexpr std::size_t kPiecesMax = 64;

// What one connection has to send.
struct Parcel {
  ConnectionId id = 0;
  // Valid until send() returns. Never empty.
  std::span<const std::string_view> pieces;
  // Filled in by send(): how much of it has left, from the front.
  std::size_t sent = 0;
  bool is_lost = false;  // the connection is broken
};

// What is wished of the network for one connection, until the next wish.
struct Wish {
  bool reads = true;    // its bytes are wanted
  bool writes = false;  // on_room() is wanted
  Ending ending = Ending::StayOpen;
};

class Network {
 public:
  virtual ~Network() = default;
  // Waits until something has come, for at most so long, and tells of it.
  virtual void wait(Arrivals* arrivals, base::Micros at_most) = 0;
  // Sends as much as the connections take now. No connection twice.
  virtual void send(std::span<Parcel> parcels) = 0;
  // For a connection whose wish has changed; nothing more is told of one that
  // was to be closed.
  virtual void grant(ConnectionId id, const Wish& wish) = 0;
};

}  // namespace papo::app
