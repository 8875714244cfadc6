// WebSocket frames: their vocabulary, and how a server writes them
// (RFC 6455 §5.2 and §7.4). How a client's are read is websocket_reader.h.
//
// A server's frames are not masked, so one message has one framing: the same
// head, of at most ten bytes, goes before the same shared payload for every
// subscriber.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace papo::websocket {

enum class Opcode : std::uint8_t {
  Continuation = 0x0,
  Text = 0x1,
  Binary = 0x2,
  Close = 0x8,
  Ping = 0x9,
  Pong = 0xA,
};

// Control frames are those whose opcode has the high bit set (§5.5). They are
// never fragmented and their payload is short.
constexpr bool is_control(Opcode opcode) {
  return (static_cast<std::uint8_t>(opcode) & 0x8) != 0;
}
inline constexpr std::size_t kControlBytesMax = 125;
inline constexpr std::size_t kCloseReasonBytesMax = kControlBytesMax - 2;

// Close codes (§7.4.1 and IANA's registry). Peers may send others: 3000 to
// 3999 are registered by libraries, 4000 to 4999 are anyone's.
using CloseCode = std::uint16_t;
inline constexpr CloseCode kNormalClosure = 1000;
inline constexpr CloseCode kGoingAway = 1001;
inline constexpr CloseCode kProtocolError = 1002;
inline constexpr CloseCode kUnsupportedData = 1003;
inline constexpr CloseCode kNoStatus = 1005;  // a close frame without a code
inline constexpr CloseCode kInvalidPayload = 1007;
inline constexpr CloseCode kPolicyViolation = 1008;
inline constexpr CloseCode kMessageTooBig = 1009;
inline constexpr CloseCode kInternalError = 1011;
inline constexpr CloseCode kServiceRestart = 1012;
inline constexpr CloseCode kTryAgainLater = 1013;

// True for the codes that may stand in a close frame. Not 1004, 1005, 1006 and
// 1015, which are reserved, and nothing unassigned below 3000.
bool is_sendable(CloseCode code);

// What can be wrong with a client's bytes.
enum class Fault : std::uint8_t {
  ReservedBits,        // an RSV bit without an extension (§5.2)
  ReservedOpcode,      // 3 to 7, 0xB to 0xF (§5.2)
  FragmentedControl,   // a control frame without FIN (§5.5)
  NotMasked,           // a client must mask (§5.1)
  ControlTooLong,      // over 125 bytes (§5.5)
  LengthNotMinimal,    // a length written longer than needed (§5.2)
  LengthOutOfRange,    // the highest bit of 64 is set (§5.2)
  StrayContinuation,   // continues nothing (§5.4)
  InterruptedMessage,  // a new message inside a fragmented one (§5.4)
  MessageTooBig,       // over the server's limit
  TextNotUtf8,         // §8.1
  CloseCodeCut,        // a close frame with one byte (§5.5.1)
  CloseCodeInvalid,    // not is_sendable() (§7.4)
  CloseReasonNotUtf8,  // §5.5.1
};

// The code to close with: 1007 for text, 1009 for size, 1002 for the others.
CloseCode close_code_for(Fault fault);

// One short sentence, which fits the reason of a close frame.
std::string_view describe(Fault fault);

// What goes on the wire before a server's payload: 2, 4 or 10 bytes.
struct FrameHead {
  std::array<char, 10> bytes;
  std::uint8_t size;
  // Valid as long as this FrameHead.
  std::string_view view() const { return {bytes.data(), size}; }
};

// The head of an unfragmented frame with `payload_size` bytes to follow.
// REQUIRES: a control frame's payload is within kControlBytesMax.
FrameHead frame_head(Opcode opcode, std::uint64_t payload_size);

// Appends a whole frame. REQUIRES: as above.
void append_frame(std::string* out, Opcode opcode, std::string_view payload);

// The payload of a close frame: `code` in two bytes, then `reason`; nothing at
// all for kNoStatus. An answer to a peer's close repeats the code it gave.
// REQUIRES: is_sendable(code), or kNoStatus and no reason; `reason` is UTF-8
// within kCloseReasonBytesMax.
std::string close_payload(CloseCode code, std::string_view reason);

}  // namespace papo::websocket
