// The WebSocket handshake, from the server's side (RFC 6455 §4.2).
//
// It knows nothing of how a request is read: the caller hands over the fields
// that matter as text. Extensions and subprotocols are never agreed to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace papo::websocket {

// The version that this server speaks, for Sec-WebSocket-Version in a 426.
inline constexpr std::string_view kVersion = "13";

// What a request says. A field that is absent is empty; lines of the same name
// are joined with commas, which makes a list of Upgrade and Connection and
// makes invalid the fields that may stand only once (§11.3).
struct HandshakeFields {
  std::string_view method;
  std::string_view protocol;    // "HTTP/1.1"
  std::string_view upgrade;     // Upgrade
  std::string_view connection;  // Connection
  std::string_view version;     // Sec-WebSocket-Version
  std::string_view key;         // Sec-WebSocket-Key
};

// Why a request is no handshake (§4.2.1), in the order of the checks.
enum class HandshakeFault : std::uint8_t {
  NotGet,           // method other than GET
  NotHttp11,        // HTTP/1.0 cannot be upgraded
  NoUpgrade,        // Upgrade does not name websocket: an ordinary request
  NoUpgradeOption,  // Connection does not name upgrade
  WrongVersion,     // Sec-WebSocket-Version is not 13
  BadKey,           // Sec-WebSocket-Key is absent or not 16 bytes in base64
};

// Nothing when the request may be answered with 101 and accept_key().
std::optional<HandshakeFault> check_handshake(const HandshakeFields& fields);

// The status that refuses the request: 405 for NotGet; 426 for NoUpgrade and
// WrongVersion, which must carry `Upgrade: websocket` (RFC 9110 §15.5.22) and
// Sec-WebSocket-Version (§4.4); 400 for the others.
int status_for(HandshakeFault fault);

// One short sentence for the answer's body.
std::string_view describe(HandshakeFault fault);

// True for base64 of exactly 16 bytes. The bits that base64 leaves over are
// not looked at: they are set in the key that §4.1 itself gives as an example.
bool is_valid_key(std::string_view key);

// The value of Sec-WebSocket-Accept for a valid key: 28 characters (§4.2.2).
std::string accept_key(std::string_view key);

}  // namespace papo::websocket
