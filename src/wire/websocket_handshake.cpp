#include "wire/websocket_handshake.h"

#include <algorithm>
#include <cstddef>

#include "crypto/base64.h"
#include "crypto/sha1.h"
#include "wire/http_syntax.h"

namespace papo::websocket {

std::optional<HandshakeFault> check_handshake(const HandshakeFields& fields) {
  if (fields.method != "GET") return HandshakeFault::NotGet;
  if (fields.protocol != "HTTP/1.1") return HandshakeFault::NotHttp11;
  if (!http::has_token(fields.upgrade, "websocket"))
    return HandshakeFault::NoUpgrade;
  if (!http::has_token(fields.connection, "upgrade")) {
    return HandshakeFault::NoUpgradeOption;
  }
  if (fields.version != kVersion) return HandshakeFault::WrongVersion;
  if (!is_valid_key(fields.key)) return HandshakeFault::BadKey;
  return std::nullopt;
}

int status_for(HandshakeFault fault) {
  switch (fault) {
    case HandshakeFault::NotGet:
      return 405;
    case HandshakeFault::NoUpgrade:
    case HandshakeFault::WrongVersion:
      return 426;
    case HandshakeFault::NotHttp11:
    case HandshakeFault::NoUpgradeOption:
    case HandshakeFault::BadKey:
      return 400;
  }
  __builtin_unreachable();
}

std::string_view describe(HandshakeFault fault) {
  switch (fault) {
    case HandshakeFault::NotGet:
      return "a WebSocket opens with GET";
    case HandshakeFault::NotHttp11:
      return "a WebSocket opens over HTTP/1.1";
    case HandshakeFault::NoUpgrade:
      return "this resource is a WebSocket: send Upgrade: websocket";
    case HandshakeFault::NoUpgradeOption:
      return "Connection must name Upgrade";
    case HandshakeFault::WrongVersion:
      return "Sec-WebSocket-Version must be 13";
    case HandshakeFault::BadKey:
      return "Sec-WebSocket-Key must be 16 bytes in base64";
  }
  __builtin_unreachable();
}

bool is_valid_key(std::string_view key) {
  constexpr std::size_t kDigits = 22;  // of six bits, for 16 bytes
  if (key.size() != kDigits + 2 || !key.ends_with("==")) return false;
  return std::ranges::all_of(key.substr(0, kDigits), [](char c) {
    return crypto::base64_value(c) >= 0;
  });
}

std::string accept_key(std::string_view key) {
  std::string text(key);
  text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");  // §1.3
  const crypto::Sha1Digest digest = crypto::sha1(text);
  return crypto::base64_encode(
      {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace papo::websocket
