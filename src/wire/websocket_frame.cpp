#include "wire/websocket_frame.h"

#include "base/check.h"

namespace papo::websocket {
namespace {

constexpr std::uint8_t kFin = 0x80;

// Writes `number` into `size` bytes, most significant first.
void put_big_endian(std::uint64_t number, std::size_t size, char* out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<char>(number >> (8 * (size - 1 - i)));
  }
}

}  // namespace

bool is_sendable(CloseCode code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

CloseCode close_code_for(Fault fault) {
  switch (fault) {
    case Fault::TextNotUtf8:
    case Fault::CloseReasonNotUtf8:
      return kInvalidPayload;
    case Fault::MessageTooBig:
      return kMessageTooBig;
    case Fault::ReservedBits:
    case Fault::ReservedOpcode:
    case Fault::FragmentedControl:
    case Fault::NotMasked:
    case Fault::ControlTooLong:
    case Fault::LengthNotMinimal:
    case Fault::LengthOutOfRange:
    case Fault::StrayContinuation:
    case Fault::InterruptedMessage:
    case Fault::CloseCodeCut:
    case Fault::CloseCodeInvalid:
      return kProtocolError;
  }
  __builtin_unreachable();
}

std::string_view describe(Fault fault) {
  switch (fault) {
    case Fault::ReservedBits:
      return "reserved bit set";
    case Fault::ReservedOpcode:
      return "reserved opcode";
    case Fault::FragmentedControl:
      return "fragmented control frame";
    case Fault::NotMasked:
      return "frame not masked";
    case Fault::ControlTooLong:
      return "control frame over 125 bytes";
    case Fault::LengthNotMinimal:
      return "length not in its shortest form";
    case Fault::LengthOutOfRange:
      return "length over 63 bits";
    case Fault::StrayContinuation:
      return "continuation of no message";
    case Fault::InterruptedMessage:
      return "new message inside a fragmented one";
    case Fault::MessageTooBig:
      return "message too big";
    case Fault::TextNotUtf8:
      return "text is not UTF-8";
    case Fault::CloseCodeCut:
      return "close code cut short";
    case Fault::CloseCodeInvalid:
      return "invalid close code";
    case Fault::CloseReasonNotUtf8:
      return "close reason is not UTF-8";
  }
  __builtin_unreachable();
}

FrameHead frame_head(Opcode opcode, std::uint64_t payload_size) {
  PAPO_CHECK(!is_control(opcode) || payload_size <= kControlBytesMax);
  FrameHead head;
  head.bytes[0] = static_cast<char>(kFin | static_cast<std::uint8_t>(opcode));
  if (payload_size < 126) {
    head.bytes[1] = static_cast<char>(payload_size);
    head.size = 2;
  } else if (payload_size < 65536) {
    head.bytes[1] = 126;
    put_big_endian(payload_size, 2, &head.bytes[2]);
    head.size = 4;
  } else {
    head.bytes[1] = 127;
    put_big_endian(payload_size, 8, &head.bytes[2]);
    head.size = 10;
  }
  return head;
}

void append_frame(std::string* out, Opcode opcode, std::string_view payload) {
  out->append(frame_head(opcode, payload.size()).view()).append(payload);
}

std::string close_payload(CloseCode code, std::string_view reason) {
  PAPO_CHECK(reason.size() <= kCloseReasonBytesMax);
  if (code == kNoStatus) {
    PAPO_CHECK(reason.empty());
    return {};
  }
  PAPO_CHECK(is_sendable(code));
  std::string payload(2, '\0');
  put_big_endian(code, 2, payload.data());
  payload.append(reason);
  return payload;
}

}  // namespace papo::websocket
