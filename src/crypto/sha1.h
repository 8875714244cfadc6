// SHA-1 (FIPS 180-4 §6.1).
//
// Here only because the WebSocket handshake asks for it (RFC 6455 §4.2.2),
// where it is a proof of having read the request and no secret hangs on it.
// SHA-1 is broken: nothing that must resist an attacker may use this.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace papo::crypto {

using Sha1Digest = std::array<std::uint8_t, 20>;

// The digest of `bytes`, which may be empty. No allocation.
Sha1Digest sha1(std::string_view bytes);

}  // namespace papo::crypto
