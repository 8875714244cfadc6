#include "support/websocket_client.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace papo::support {
namespace {

// RFC 6455 §1.3 has both.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

void append_big_endian(std::string* out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    out->push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  }
}

}  // namespace

int Frame::close_code() const {
  return payload.size() < 2 ? 1005
                            : static_cast<int>(big_endian(
                                  std::string_view(payload).substr(0, 2)));
}

std::string masked(const Frame& frame) {
  std::string bytes;
  bytes.push_back(static_cast<char>((frame.final ? 0x80 : 0) |
                                    frame.reserved << 4 | frame.opcode));
  const std::size_t size = frame.payload.size();
  if (size < 126) {
    bytes.push_back(static_cast<char>(0x80 | size));
  } else if (size < 65'536) {
    bytes.push_back(static_cast<char>(0x80 | 126));
    append_big_endian(&bytes, size, 2);
  } else {
    bytes.push_back(static_cast<char>(0x80 | 127));
    append_big_endian(&bytes, size, 8);
  }
  constexpr std::array<char, 4> kMask = {0x37, 0x21, 0x4D, 0x5A};
  bytes.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(frame.payload[i] ^ kMask[i % 4]));
  }
  return bytes;
}

std::string masked_text(std::string_view text) {
  return masked({.opcode = 1, .payload = std::string(text)});
}

std::string upgrade_request(std::string_view target) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: " +
         std::string(kKey) + "\r\n\r\n";
}

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view target)
    : raw_(port) {
  EXPECT_TRUE(raw_.send(upgrade_request(target)));
  const Answer answer = raw_.read_answer();
  EXPECT_EQ(answer.status, 101) << answer.head << answer.body;
  EXPECT_EQ(answer.field("Sec-WebSocket-Accept"), kAccept);
  handshake_ = answer.head;
}

void WebSocketClient::send(std::string_view text) const {
  EXPECT_TRUE(raw_.send(masked_text(text)));
}

void WebSocketClient::send(const Frame& frame) const {
  EXPECT_TRUE(raw_.send(masked(frame)));
}

Frame WebSocketClient::read_frame() {
  const std::string head = raw_.read(2);
  if (head.size() < 2) return {.opcode = -1};
  Frame frame;
  const int first = static_cast<unsigned char>(head[0]);
  frame.final = (first & 0x80) != 0;
  frame.reserved = first >> 4 & 7;
  frame.opcode = first & 0xF;
  const int second = static_cast<unsigned char>(head[1]);
  EXPECT_EQ(second & 0x80, 0) << "a server's frame is not masked (§5.1)";
  const int short_size = second & 0x7F;
  std::uint64_t size = static_cast<std::uint64_t>(short_size);
  if (short_size == 126) size = big_endian(raw_.read(2));
  if (short_size == 127) size = big_endian(raw_.read(8));
  frame.payload = raw_.read(size);
  if (frame.payload.size() < size) return {.opcode = -1};
  return frame;
}

std::string WebSocketClient::read_text() {
  for (;;) {
    Frame frame = read_frame();
    if (frame.opcode == 1) return frame.payload;
    if (frame.opcode == 9) {
      frame.opcode = 10;
      send(frame);
      continue;
    }
    if (frame.opcode == 10) continue;
    ADD_FAILURE() << "no text but opcode " << frame.opcode << ": "
                  << frame.payload;
    return "";
  }
}

std::string WebSocketClient::read_text_with(std::string_view part) {
  for (;;) {
    std::string text = read_text();
    if (text.empty() || text.find(part) != std::string::npos) return text;
  }
}

int WebSocketClient::read_close() {
  for (;;) {
    const Frame frame = read_frame();
    if (frame.opcode == 8) return frame.close_code();
    if (frame.opcode == -1) return 1006;
  }
}

}  // namespace papo::support
