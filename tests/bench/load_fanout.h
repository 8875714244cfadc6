// Fan-out load: publishers and subscribers of rooms in one process, so that one
// clock tells how long a message was under way, end to end.
#pragma once

#include <cstdint>

#include "bench/load_dialect.h"
#include "bench/load_figures.h"

namespace papo::bench {

struct FanoutLoad {
  std::uint16_t port = 0;
  Dialect dialect = Dialect::Papo;
  Transport transport = Transport::WebSocket;
  std::uint32_t subscribers = 1;  // of all rooms together
  std::uint32_t rooms = 1;        // each with one publisher
  std::uint32_t window = 1;       // messages published at once
};

// Each publisher publishes `window` messages, waits until every subscriber of
// its room has had them all, and publishes again. Every message carries its
// room, number and time, and every delivery is checked against them.
// REQUIRES: rooms made by prepare_rooms().
Figures run_fanout(const FanoutLoad& load, Course* course);

// The length of one message from a publisher to the bare responder, which gets
// it ready for its subscribers.
std::size_t bare_message_bytes(Transport transport);

}  // namespace papo::bench
