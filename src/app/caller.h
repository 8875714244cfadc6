// Who asks, and what may be asked of the server.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/peer_address.h"

namespace papo::app {

struct Caller {
  base::PeerAddress address{};
  // Who the caller has shown to be; "" while nobody has to.
  std::string_view identity = {};
};

// What a caller must be allowed for a route or a command.
enum class Right : std::uint8_t {
  Read,     // rooms, members, messages, files of the web client
  Listen,   // to hear what is said from now on
  Write,    // to say something, to come and go
  Monitor,  // to look at the server itself
};

// What one request takes of the server, in the price of the cheapest: what a
// caller's rate is counted in.
using Cost = std::uint8_t;

// What a route or a command asks of the gate.
struct Price {
  Right right = Right::Read;
  Cost cost = 1;
};

}  // namespace papo::app
