// A connection as the machine sees it: a number, what it has not finished
// reading, what it has not finished sending, and a deadline.
//
// An idle connection is this struct and nothing else; a listener of the feed
// has its Listener besides.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/feed.h"
#include "app/outbox.h"
#include "app/timer_wheel.h"
#include "wire/http_request.h"

namespace papo::app {

// A connection's name: a slot, and which of the connections that had the slot.
// Never a descriptor, so that a late event finds nobody instead of somebody
// else. 0 is nobody.
using ConnectionId = std::uint64_t;

// The address of the peer, IPv4 as ::ffff:a.b.c.d; all zeros for a local
// socket.
using PeerAddress = std::array<std::uint8_t, 16>;

enum class Stage : std::uint8_t {
  Free,       // the slot is nobody's
  Requests,   // reads HTTP requests
  LongPoll,   // a request waits for a message
  Stream,     // an answer without end: server-sent events or lines
  WebSocket,  // frames
  Draining,   // the last answer is under way; what still comes is discarded
};

// So much of a total, which must outlive it; given back when it goes.
class Share {
 public:
  explicit Share(std::size_t* total) : total_(total) {}
  ~Share() { set(0); }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  void set(std::size_t size) {
    *total_ += size - size_;
    size_ = size;
  }
  std::size_t size() const { return size_; }

 private:
  std::size_t* total_;
  std::size_t size_ = 0;
};

// A request that the network has cut, or that waits for the answers before it.
struct PartialRequest {
  PartialRequest(const http::RequestReader& started, std::size_t* total)
      : reader(started), share(total) {}
  std::string bytes;
  http::RequestReader reader;
  Share share;
};

struct Connection : Timed {
  ConnectionId id() const { return std::uint64_t{generation} << 32 | slot; }

  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  PeerAddress peer{};
  Stage stage = Stage::Free;
  bool touched : 1 = false;        // is in this turn's list
  bool peer_finished : 1 = false;  // no more bytes will come
  bool last_request : 1 = false;   // the client, or we, close after it
  bool broken : 1 = false;         // close now, whatever is unsent
  bool refused : 1 = false;        // one too many: its request gets a 429
  bool said_continue : 1 = false;  // "100 Continue" was sent for this request
  bool resumable : 1 = false;      // is in the list of those that may read on
  bool cut : 1 = false;            // a listener that was too slow
  bool unread : 1 = false;         // what it was sent before waits still
  bool progressed : 1 = false;     // something was sent since the heartbeat
  // Heartbeats in a row without a sign of the peer: a byte that left on a
  // stream, a byte that came on a WebSocket.
  std::uint8_t stalled_beats = 0;
  // What the deadline is for, while requests are read.
  http::RequestReader::Phase timed_phase = http::RequestReader::Phase::Head;
  std::uint16_t in_flight = 0;  // commands that are not decided yet
  Outbox outbox;
  std::unique_ptr<PartialRequest> partial;
  std::unique_ptr<Listener> listener;
};

// All connections, in blocks that never move. Slots are used again, with
// another generation.
class ConnectionTable {
 public:
  // Places for the next connection; REQUIRES: size() < 2^32 - 1.
  Connection& add();
  void remove(Connection* connection);

  // nullptr when the connection is gone.
  Connection* find(ConnectionId id);
  std::size_t size() const { return size_; }

  // Calls `visit` with every connection, in no particular order.
  template <class Visit>
  void for_each(Visit visit) {
    for (auto& block : blocks_) {
      for (Connection& each : *block) {
        if (each.stage != Stage::Free) visit(each);
      }
    }
  }

 private:
  static constexpr std::size_t kBlock = 64;

  std::vector<std::unique_ptr<std::array<Connection, kBlock>>> blocks_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

}  // namespace papo::app
