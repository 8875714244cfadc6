// What a server is told when it starts, with its defaults. Each of its limits,
// and of its store's, has a row in app/limits.cpp, which makes the flag of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "chat/room_store.h"

namespace papo::app {

// Which origins a browser may call from.
struct Cors {
  enum class Mode { Any, SameOrigin, Listed };
  Mode mode = Mode::Any;
  std::vector<std::string> origins;  // for Listed: "https://example.org"
};

struct Options {
  // Of the log's limits; the bytes are set by who knows the machine.
  chat::StoreLimits store = {.memberships = 1'000'000};
  chat::Language language = chat::Language::English;
  Cors cors;
  // The names that the server answers to, perhaps with a port:
  // "chat.example", "[::1]:5501". Empty: to any.
  std::vector<std::string> hosts;

  std::size_t message_bytes_max = 8 * 1024;
  std::size_t body_bytes_max = 64 * 1024;
  std::size_t connections_max = 10'000;
  // Connections beyond those that may be told so at one time.
  std::size_t refused_max = 64;
  // What may wait for a subscriber before it is cut.
  std::size_t backlog_bytes_max = 1024 * 1024;
  // What may wait for all connections together.
  std::size_t unread_bytes_max = 64 * 1024 * 1024;
  // Commands that wait for the disk, in bytes; one beyond is not stored.
  std::size_t pending_bytes_max = 16 * 1024 * 1024;
  // What connections have sent of requests and messages that are not whole, or
  // wait for the answers before them, together.
  std::size_t partial_bytes_max = 64 * 1024 * 1024;
  // Rooms that one connection may listen to, and all connections together.
  std::size_t subscriptions_max = 1'000;
  std::size_t all_subscriptions_max = 250'000;
  // Answers that wait to be read on an HTTP connection, beyond which its next
  // request is not begun.
  std::size_t answers_bytes_max = 256 * 1024;
  // Commands without an answer, beyond which nothing more is read of an HTTP
  // connection, or of a WebSocket.
  std::size_t pipelined_max = 64;
  std::size_t commands_max = 256;
  // How many users at a time may be just gone, poll, and type.
  std::size_t presence_max = 100'000;
  // Lines that wait for the access log's reader, or its disk.
  std::size_t access_log_bytes_max = 256 * 1024;

  base::Micros header_timeout = std::chrono::seconds(10);
  base::Micros body_timeout = std::chrono::seconds(30);
  base::Micros idle_timeout = std::chrono::seconds(75);
  // When a long poll is answered without a message: proxies give up after 60 s.
  base::Micros wait_max = std::chrono::seconds(55);

  base::HashKey hash_key;
};

}  // namespace papo::app
