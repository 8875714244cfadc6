// Opening many connections, each with its first request and the answer to it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bench/load_connection.h"
#include "bench/load_dialect.h"

namespace papo::bench {

struct Opening {
  std::uint16_t port = 0;
  Transport transport = Transport::Http;
  // The first request of the connection of this index.
  std::function<std::string(std::size_t)> request;
  // Connections that are being opened at a time, fewer than a listener queues.
  std::size_t at_a_time = 64;
};

// Opens all, and returns when each has had its answer: the whole of it for
// HTTP, the head for a WebSocket or event stream, nothing yet for a long poll.
// What came behind is kept in the connection. Dies on any other answer.
void open_all(std::span<Connection> connections, const Opening& opening);

// One request's answer, byte for byte, on a connection that open() began.
// Dies unless its status is 200.
std::string fetch(Connection& connection, std::string_view request);

// Makes the rooms 0 to rooms - 1 of papo, and fills the first with `messages`.
// Other servers have no rooms.
void prepare_rooms(Dialect dialect, std::uint16_t port, std::uint32_t rooms,
                   std::uint32_t messages);

// All that the server says within `quiet_ms` of the last it said.
std::string listen_until_quiet(Connection& connection, int quiet_ms);

}  // namespace papo::bench
