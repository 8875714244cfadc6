// What simulated clients ask, in the form that the wire wants and in the form
// that the judge reads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "chat/command.h"
#include "sim/lottery.h"

namespace papo::sim {

enum class Ask : std::uint8_t {
  // Commands, by both doors.
  Join,
  Leave,
  Send,
  Post,  // by HTTP alone
  Edit,
  Delete,
  Topic,
  // Questions, by both doors.
  Typing,
  Receive,
  UserRooms,
  Rooms,
  Members,
  BadField,
  // By HTTP alone.
  Health,
  File,
  NotFound,
  WrongMethod,
  Options,
  Events,
  Lines,
  WebSocket,
  Garbage,  // what no server may answer but with an error
  // By WebSocket alone.
  Subscribe,
  Unsubscribe,
  Ping,
  BadJson,
  PingFrame,
  PongFrame,
  BinaryFrame,
  CloseFrame,
  GarbageFrame,
};

bool is_command(Ask ask);

struct Request {
  Ask ask{};
  std::string room = {};
  std::string user = {};
  std::string text = {};
  std::string client_id = {};
  std::optional<std::uint64_t> after = {};
  std::uint64_t target = 0;
  std::size_t limit = 0;
  base::Micros wait{};
  bool changes = false;
  std::vector<std::string> rooms = {};  // Events, WebSocket
  bool as_text = false;                 // Lines
  bool poll = false;                    // Lines: the history and no more
  bool head_only = false;
  bool closes = false;  // the connection, after the answer

  // By HTTP: the request line. By WebSocket: the `ref`, as JSON.
  std::string name = {};
  std::string bytes = {};
  // Where it ends in what the connection sends, and when it was there.
  std::size_t end = 0;
  base::Micros delivered{-1};

  chat::CommandKind command_kind() const;
  bool is(const chat::Command& command) const;
  // How long /receive waits: whatever was asked, proxies give up after 60 s.
  base::Micros patience() const {
    return std::min<base::Micros>(wait, std::chrono::seconds(55));
  }
};

// Fills `name` and `bytes`: one of the many ways to write it.
void write_http(Request* request, Lottery* lottery);
void write_frames(Request* request, std::size_t ref, Lottery* lottery);

}  // namespace papo::sim
