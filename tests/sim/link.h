// One simulated connection: the bytes under way in both directions, what was
// asked on it, and what must come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/connection.h"
#include "base/time.h"
#include "log/command_log.h"
#include "sim/model.h"
#include "sim/request.h"

namespace papo::sim {

// How a connection speaks from some point on.
enum class Speech : std::uint8_t { Http, Events, Lines, Text, WebSocket };

// What the server has answered, as far as the judge knows, and the client has
// not read yet.
struct ExpectedAnswer {
  Request request;
  int status = 200;
  std::string body;
  bool body_is_start = false;  // the rest of it is for people
  bool has_body = true;
  bool endless = false;
  bool closes = false;
  bool may_close = false;  // the server ends
  Speech then = Speech::Http;
  MessageId start = 0;  // of an event stream: the point it begins after
};

struct Link {
  std::size_t number = 0;
  app::ConnectionId id = 0;
  base::PeerAddress peer{};
  bool refused = false;
  bool is_slow = false;  // its reader stops at times

  // ---- To the server.
  std::string outgoing;       // not yet delivered
  std::size_t queued = 0;     // bytes asked in all
  std::size_t delivered = 0;  // bytes delivered in all
  std::deque<Request> asked;  // not yet answered by the server
  bool finishes = false;      // the client will send no more
  bool finished = false;      // and the server knows
  bool wants_input = true;    // as the server's poller was last told
  bool wants_output = false;
  base::Micros opened{};
  base::Micros request_began{};  // when the first byte of it was delivered
  base::Micros last_delivered{};
  base::Micros last_taken{};
  base::Micros last_answered_at{};
  base::Micros head_since{};  // the first of `asked` is first since

  // ---- From the server.
  std::string incoming;  // not yet read by the client
  bool reads = true;
  bool server_finished = false;
  bool gone = false;
  Speech speech = Speech::Http;  // of what the client reads next
  bool greeted = false;          // the stream's first block has come

  // ---- What a WebSocket's machine has queued.
  std::size_t taken = 0;             // bytes that left, in all
  std::size_t seen = 0;              // bytes that the judge has looked at
  bool upgraded = false;             // the head was among them
  std::vector<std::size_t> replies;  // each reply: how much was unsent before
  std::size_t replies_told = 0;      // of them, in `answers` at one time
  std::uint16_t close_seen = 0;      // the close frame's code
  // Its commands that are under way, and what was refused behind them: the
  // answers come in this order.
  struct Place {
    log::Ticket ticket = 0;  // 0: not a command's that the log has
    Request request;
  };
  std::deque<Place> line;

  // ---- What must come.
  std::deque<ExpectedAnswer> answers;
  std::deque<Told> events;

  // ---- What the server knows of it.
  Speech granted = Speech::Http;
  bool last_answered = false;  // nothing more is answered on it
  bool was_cut = false;        // it lagged too far
  bool lagged = false;
  std::uint16_t close_code = 0;  // the close frame that must come; 0: none
  std::string user;
  std::vector<std::string> rooms;
  bool follows = false;
  bool is_listening = false;

  // ---- What the client knows.
  MessageId point = 0;                         // the last id that it was told
  std::map<std::string, MessageId> points;     // by room
  std::map<std::string, MessageId> truncated;  // holes it knows of, up to an id
  std::set<std::string> rooms_ever;
  std::map<std::pair<std::string, std::string>, bool> online, typing;
  std::size_t refs = 0;

  bool listens_to(const std::string& room) const {
    for (const std::string& each : rooms) {
      if (each == room) return true;
    }
    return false;
  }
};

}  // namespace papo::sim
