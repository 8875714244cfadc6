#include "wire/websocket_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/result.h"
#include "base/utf8.h"

namespace papo::websocket {

using Mask = std::array<char, 4>;

// What stands before a client's payload.
struct ClientHead {
  Opcode opcode = Opcode::Continuation;
  bool final = false;
  std::uint8_t size = 0;  // of the head itself; 0 while it is cut
  Mask mask{};
  std::uint64_t payload_size = 0;
};

namespace {

constexpr std::size_t kHeadBytesMax = 14;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::Continuation:
    case Opcode::Text:
    case Opcode::Binary:
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong:
      return true;
  }
  return false;
}

// Reads what follows the first two bytes: the rest of the length, if the seven
// bits of `short_size` announce one, and the mask.
base::Result<ClientHead, Fault> read_length_and_mask(std::string_view bytes,
                                                     std::uint8_t short_size,
                                                     ClientHead head) {
  const std::size_t length_size =
      short_size < 126 ? 0 : (short_size == 126 ? 2 : 8);
  if (bytes.size() < 2 + length_size) return head;
  std::uint64_t length = short_size;
  if (length_size > 0) {
    length = 0;
    for (std::size_t i = 0; i < length_size; ++i) {
      length = length << 8 | byte_at(bytes, 2 + i);
    }
    if (length >> 63 != 0) return base::Unexpected{Fault::LengthOutOfRange};
    if (length < (length_size == 2 ? 126u : 65536u)) {
      return base::Unexpected{Fault::LengthNotMinimal};
    }
  }
  const std::size_t size = 2 + length_size + head.mask.size();
  if (bytes.size() < size) return head;
  std::memcpy(head.mask.data(), &bytes[2 + length_size], head.mask.size());
  head.payload_size = length;
  head.size = static_cast<std::uint8_t>(size);
  return head;
}

// Reads the head at the front of `bytes`; its size is 0 when it is cut there.
// Each byte is judged by itself and those before it, so that a cut head is
// refused for the same fault as a whole one.
base::Result<ClientHead, Fault> read_head(std::string_view bytes) {
  ClientHead head;
  if (bytes.empty()) return head;
  const std::uint8_t first = byte_at(bytes, 0);
  if ((first & 0x70) != 0) return base::Unexpected{Fault::ReservedBits};
  head.opcode = static_cast<Opcode>(first & 0x0F);
  head.final = (first & 0x80) != 0;
  if (!is_known(head.opcode)) return base::Unexpected{Fault::ReservedOpcode};
  if (is_control(head.opcode) && !head.final) {
    return base::Unexpected{Fault::FragmentedControl};
  }
  if (bytes.size() < 2) return head;
  const std::uint8_t second = byte_at(bytes, 1);
  if ((second & 0x80) == 0) return base::Unexpected{Fault::NotMasked};
  const auto short_size = static_cast<std::uint8_t>(second & 0x7F);
  if (is_control(head.opcode) && short_size > kControlBytesMax) {
    return base::Unexpected{Fault::ControlTooLong};
  }
  return read_length_and_mask(bytes, short_size, head);
}

// Removes the mask in place (§5.3), eight bytes at a time.
void unmask(std::span<char> bytes, const Mask& mask) {
  std::uint64_t wide;
  std::memcpy(&wide, mask.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&wide) + 4, mask.data(), 4);
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, &bytes[at], 8);
    word ^= wide;
    std::memcpy(&bytes[at], &word, 8);
  }
  for (; at < bytes.size(); ++at) {
    bytes[at] = static_cast<char>(bytes[at] ^ mask[at % 4]);
  }
}

std::string_view view_of(std::span<char> bytes) {
  return {bytes.data(), bytes.size()};
}

// Removes `size` bytes from the front of `*input`.
std::span<char> take(std::span<char>* input, std::size_t size) {
  const std::span<char> taken = input->first(size);
  *input = input->subspan(size);
  return taken;
}

Event message_event(Opcode opcode, std::string_view payload) {
  Event event;
  event.kind = opcode == Opcode::Text ? Event::Kind::Text : Event::Kind::Binary;
  event.payload = payload;
  return event;
}

}  // namespace

// What must be remembered between two calls: a frame whose head or payload is
// cut, and a message that lacks fragments. A control frame may stand between
// the fragments, so its payload is kept apart.
struct FrameReader::Partial {
  std::array<char, kHeadBytesMax> head_bytes;
  std::uint8_t head_size = 0;  // of the bytes of a cut head
  std::uint8_t control_size = 0;
  bool in_payload = false;  // of `frame`
  // Of the frame under way: payload_size is what is yet to come of it, and the
  // mask is turned so that it begins at the next byte.
  ClientHead frame;
  bool in_message = false;  // begun by a Text or Binary frame
  Opcode message_opcode{};  // which of them
  base::Utf8Checker text;   // of the message
  std::string message;
  std::array<char, kControlBytesMax> control;

  bool done() const { return head_size == 0 && !in_payload && !in_message; }

  // Puts what the head may need from the front of `bytes` behind head_size;
  // returns the head so far, and leaves head_size to be set when it is cut.
  std::string_view add_to_head(std::span<char> bytes) {
    const std::size_t size =
        std::min(bytes.size(), head_bytes.size() - head_size);
    std::memcpy(&head_bytes[head_size], bytes.data(), size);
    return {head_bytes.data(), head_size + size};
  }

  void begin_payload(const ClientHead& head) {
    frame = head;
    in_payload = true;
    control_size = 0;
    if (is_control(head.opcode) || head.opcode == Opcode::Continuation) return;
    in_message = true;
    message_opcode = head.opcode;
  }

  // Takes unmasked bytes of the frame. False when they break a text's UTF-8.
  bool add_to_payload(std::string_view bytes) {
    frame.payload_size -= bytes.size();
    std::rotate(frame.mask.begin(), frame.mask.begin() + bytes.size() % 4,
                frame.mask.end());
    if (is_control(frame.opcode)) {
      std::copy(bytes.begin(), bytes.end(), control.begin() + control_size);
      control_size = static_cast<std::uint8_t>(control_size + bytes.size());
      return true;
    }
    message.append(bytes);
    return message_opcode != Opcode::Text || text.feed(bytes);
  }
};

FrameReader::FrameReader(std::uint32_t message_bytes_max)
    : message_bytes_max_(message_bytes_max) {}
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

std::size_t FrameReader::held_bytes() const {
  if (partial_ == nullptr) return 0;
  return sizeof(Partial) + partial_->message.capacity();
}

Event FrameReader::next(std::span<char>* input) {
  // The view that the last event gave into it has had its time.
  if (partial_ != nullptr && (finished_ || partial_->done())) partial_.reset();

  while (!finished_ && !input->empty()) {
    const bool in_payload = partial_ != nullptr && partial_->in_payload;
    const Event event = in_payload ? read_payload(input) : read_frame(input);
    if (event.kind != Event::Kind::NeedBytes) return event;
  }
  *input = input->last(0);
  return {};
}

Event FrameReader::read_frame(std::span<char>* input) {
  const std::size_t kept = partial_ == nullptr ? 0 : partial_->head_size;
  const auto head =
      read_head(kept == 0 ? view_of(*input) : partial_->add_to_head(*input));
  if (!head.ok()) return fail(head.error());
  if (head->size == 0) {
    const std::size_t size = partial().add_to_head(*input).size();
    partial().head_size = static_cast<std::uint8_t>(size);
    *input = input->last(0);
    return {};
  }
  if (kept != 0) partial_->head_size = 0;
  take(input, head->size - kept);
  if (const auto fault = check_place(*head)) return fail(*fault);

  const bool alone = head->final && head->opcode != Opcode::Continuation;
  if (alone && head->payload_size <= input->size()) {
    const auto size = static_cast<std::size_t>(head->payload_size);
    const std::span<char> payload = take(input, size);
    unmask(payload, head->mask);
    return deliver_whole(head->opcode, view_of(payload));
  }
  partial().begin_payload(*head);
  return read_payload(input);
}

// Whether a frame may stand where it stands (§5.4), and finds room.
std::optional<Fault> FrameReader::check_place(const ClientHead& head) const {
  if (is_control(head.opcode)) return std::nullopt;
  const bool in_message = partial_ != nullptr && partial_->in_message;
  const bool continues = head.opcode == Opcode::Continuation;
  if (continues && !in_message) return Fault::StrayContinuation;
  if (!continues && in_message) return Fault::InterruptedMessage;
  const std::size_t so_far = in_message ? partial_->message.size() : 0;
  if (head.payload_size > message_bytes_max_ - so_far) {
    return Fault::MessageTooBig;
  }
  return std::nullopt;
}

Event FrameReader::read_payload(std::span<char>* input) {
  Partial& partial = *partial_;
  const std::size_t size = static_cast<std::size_t>(
      std::min<std::uint64_t>(partial.frame.payload_size, input->size()));
  const std::span<char> bytes = take(input, size);
  unmask(bytes, partial.frame.mask);
  if (!partial.add_to_payload(view_of(bytes))) return fail(Fault::TextNotUtf8);
  if (partial.frame.payload_size > 0) return {};
  partial.in_payload = false;
  return finish_frame();
}

Event FrameReader::finish_frame() {
  Partial& partial = *partial_;
  if (is_control(partial.frame.opcode)) {
    return deliver_control(partial.frame.opcode,
                           {partial.control.data(), partial.control_size});
  }
  if (!partial.frame.final) return {};
  partial.in_message = false;
  if (!partial.text.complete()) return fail(Fault::TextNotUtf8);
  return message_event(partial.message_opcode, partial.message);
}

Event FrameReader::deliver_whole(Opcode opcode, std::string_view payload) {
  if (is_control(opcode)) return deliver_control(opcode, payload);
  if (opcode == Opcode::Text && !base::is_utf8(payload)) {
    return fail(Fault::TextNotUtf8);
  }
  return message_event(opcode, payload);
}

Event FrameReader::deliver_control(Opcode opcode, std::string_view payload) {
  if (opcode == Opcode::Close) return deliver_close(payload);
  Event event;
  event.kind = opcode == Opcode::Ping ? Event::Kind::Ping : Event::Kind::Pong;
  event.payload = payload;
  return event;
}

// §5.5.1 and §7.1.5.
Event FrameReader::deliver_close(std::string_view payload) {
  if (payload.size() == 1) return fail(Fault::CloseCodeCut);
  Event event;
  event.kind = Event::Kind::Close;
  event.close_code = kNoStatus;
  if (!payload.empty()) {
    event.close_code =
        static_cast<CloseCode>(byte_at(payload, 0) << 8 | byte_at(payload, 1));
    event.payload = payload.substr(2);
    if (!is_sendable(event.close_code)) return fail(Fault::CloseCodeInvalid);
    if (!base::is_utf8(event.payload)) return fail(Fault::CloseReasonNotUtf8);
  }
  finished_ = true;
  return event;
}

Event FrameReader::fail(Fault fault) {
  finished_ = true;
  Event event;
  event.kind = Event::Kind::Fault;
  event.fault = fault;
  event.close_code = close_code_for(fault);
  return event;
}

FrameReader::Partial& FrameReader::partial() {
  if (partial_ == nullptr) partial_ = std::make_unique<Partial>();
  return *partial_;
}

}  // namespace papo::websocket
