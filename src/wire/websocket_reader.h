// A client's WebSocket frames: bytes in, messages out (RFC 6455 §5).
//
// Theory of operation. The caller reads its socket into memory that it shares
// among all connections, and the reader works right there: it removes the mask
// in place and answers with views into that memory. Only a frame or a message
// that does not end where the bytes end is copied, into a buffer that exists
// from then until the message is whole. A quiet connection is 16 bytes.
//
// What a stream of bytes means does not depend on how it was cut: the events
// are the same for every division of it into calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "wire/websocket_frame.h"

namespace papo::websocket {

struct Event {
  enum class Kind : std::uint8_t {
    NeedBytes,  // all was consumed; nothing more to say until more arrives
    Text,       // payload is a whole message, well-formed UTF-8
    Binary,     // payload is a whole message
    Ping,       // payload is at most 125 bytes, to be sent back in a pong
    Pong,       // payload is at most 125 bytes
    Close,      // close_code (kNoStatus if none was given), payload its reason
    Fault,      // fault says why; close_code is the code to close with
  };
  Kind kind = Kind::NeedBytes;
  websocket::Fault fault{};
  CloseCode close_code = 0;
  // Valid until the next call of next(), and as long as the input's memory.
  std::string_view payload;
};

struct ClientHead;

class FrameReader {
 public:
  // A message, all its fragments together, may have `message_bytes_max` bytes.
  explicit FrameReader(std::uint32_t message_bytes_max);
  FrameReader(FrameReader&&) noexcept;
  FrameReader& operator=(FrameReader&&) noexcept;
  ~FrameReader();

  // Reads on in `*input`, removes from its front what it read, and writes over
  // what it removed. Call again until NeedBytes, which leaves `*input` empty.
  //
  // Text is checked as it arrives, so a wrong byte is a fault before its frame
  // is whole (§8.1), and a message over the limit is one as soon as a frame's
  // head announces it. After Close and Fault nothing more is said and further
  // bytes are discarded (§5.5.1 and §7.1.7).
  //
  // Linear in the bytes; allocates only for a frame that the input cuts or a
  // message in fragments.
  Event next(std::span<char>* input);

  // What this reader has allocated, in bytes. After NeedBytes it is 0 unless
  // a frame or message is under way, and then within twice the message's
  // limit and 300 bytes.
  std::size_t held_bytes() const;

 private:
  struct Partial;

  Event read_frame(std::span<char>* input);
  Event read_payload(std::span<char>* input);
  Event finish_frame();
  Event deliver_whole(Opcode opcode, std::string_view payload);
  Event deliver_control(Opcode opcode, std::string_view payload);
  Event deliver_close(std::string_view payload);
  Event fail(Fault fault);
  std::optional<Fault> check_place(const ClientHead& head) const;
  Partial& partial();

  std::unique_ptr<Partial> partial_;  // what the end of the input cut
  std::uint32_t message_bytes_max_;
  bool finished_ = false;  // after Close or Fault
};

}  // namespace papo::websocket
