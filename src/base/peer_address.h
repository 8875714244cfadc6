// Where a peer calls from.
#pragma once

#include <array>
#include <cstdint>

namespace papo::base {

// IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2); all zeros for a local socket.
using PeerAddress = std::array<std::uint8_t, 16>;

}  // namespace papo::base
