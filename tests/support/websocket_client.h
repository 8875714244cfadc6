// The client's half of a WebSocket (RFC 6455), for tests: as strict as a
// browser about what it reads, and free to write what no browser would.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/raw_client.h"

namespace papo::support {

struct Frame {
  bool final = true;
  int reserved = 0;  // the three bits after FIN
  int opcode = 0;    // 1 text, 2 binary, 8 close, 9 ping, 10 pong
  std::string payload;

  // Of a close frame; 1005 when it holds none (RFC 6455 §7.1.5).
  int close_code() const;
};

// A frame as a client sends it, masked.
std::string masked(const Frame& frame);
std::string masked_text(std::string_view text);

class WebSocketClient {
 public:
  // Connects and shakes hands: fails the test when the answer is not 101 with
  // the right Sec-WebSocket-Accept.
  explicit WebSocketClient(std::uint16_t port, std::string_view target = "/ws");

  void send(std::string_view text) const;
  void send(const Frame& frame) const;
  // The next frame, which must be whole and unmasked; opcode -1 when the peer
  // closed instead.
  Frame read_frame();
  // The next text, with pings between answered. "" and a failed test when a
  // close frame or the end comes first.
  std::string read_text();
  // Texts until one contains `part`; returns that one.
  std::string read_text_with(std::string_view part);
  // Frames until the peer's close; returns its code, or 1006 when the
  // connection ended without one.
  int read_close();

  RawClient& raw() { return raw_; }
  const std::string& handshake() const { return handshake_; }

 private:
  RawClient raw_;
  std::string handshake_;  // the head of the answer
};

// The head that asks for an upgrade.
std::string upgrade_request(std::string_view target);

}  // namespace papo::support
