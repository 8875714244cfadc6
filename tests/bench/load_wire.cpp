#include "bench/load_wire.h"

#include <strings.h>

#include <array>
#include <charconv>
#include <cstdio>

#include "bench/load_basics.h"

namespace papo::bench {
namespace {

// The number at the beginning of `text`; 0 when there is none.
std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Payload length as 7 bits, or 126 and 16 bits (RFC 6455 5.2). Messages of a
// benchmark are shorter than 64 KiB.
void append_length(std::string* frame, std::size_t length, int mask_bit) {
  if (length < 126) {
    frame->push_back(static_cast<char>(static_cast<int>(length) | mask_bit));
    return;
  }
  frame->push_back(static_cast<char>(126 | mask_bit));
  frame->push_back(static_cast<char>(length >> 8));
  frame->push_back(static_cast<char>(length & 0xff));
}

}  // namespace

std::string_view header(std::string_view head, std::string_view name) {
  std::size_t line = head.find("\r\n");
  while (line != std::string_view::npos && line + 2 < head.size()) {
    const std::size_t begin = line + 2;
    line = head.find("\r\n", begin);
    const std::string_view field = head.substr(begin, line - begin);
    if (field.size() <= name.size() || field[name.size()] != ':') continue;
    if (strncasecmp(field.data(), name.data(), name.size()) != 0) continue;
    const std::size_t value = field.find_first_not_of(' ', name.size() + 1);
    return value == std::string_view::npos ? "" : field.substr(value);
  }
  return {};
}

void AnswerReader::learn_head(std::string_view bytes, std::size_t head_bytes) {
  head_ = std::string(bytes.substr(0, head_bytes));
  if (!head_.starts_with("HTTP/1.")) {
    die("not an HTTP answer: %.40s", head_.c_str());
  }
  if (!header(head_, "Transfer-Encoding").empty() &&
      !header(head_, "Content-Type").starts_with("text/event-stream")) {
    die("a chunked answer cannot be measured");
  }
  status_ = static_cast<int>(number_in(head_.substr(9, 3)));
  body_bytes_ = number_in(header(head_, "Content-Length"));
}

std::optional<Answer> AnswerReader::read(std::string_view bytes) {
  if (head_.empty() || !bytes.starts_with(head_)) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    learn_head(bytes, end + 4);
  }
  if (bytes.size() < head_.size() + body_bytes_) return std::nullopt;
  return Answer{status_, bytes.substr(0, head_.size()),
                bytes.substr(head_.size(), body_bytes_)};
}

std::optional<Frame> read_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint8_t>(bytes[i]);
  };
  std::size_t length = byte(1);
  std::size_t begin = 2;
  if (length >= 127) die("a masked or huge frame from the server");
  if (length == 126) {
    if (bytes.size() < 4) return std::nullopt;
    length = std::size_t{byte(2)} << 8 | byte(3);
    begin = 4;
  }
  if (bytes.size() < begin + length) return std::nullopt;
  return Frame{static_cast<std::uint8_t>(byte(0) & 0x0f),
               bytes.substr(begin, length), begin + length};
}

std::string client_frame(std::string_view payload) {
  constexpr std::array<char, 4> kMask = {0x37, 0x21, 0x5a, 0x3d};
  std::string frame = "\x81";
  append_length(&frame, payload.size(), 0x80);
  frame.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ kMask[i % kMask.size()]));
  }
  return frame;
}

std::string server_frame(std::string_view payload) {
  std::string frame = "\x81";
  append_length(&frame, payload.size(), 0);
  frame.append(payload);
  return frame;
}

// "#" room "." number "." nanoseconds "#", each with leading zeros.
std::string write_mark(const Mark& mark) {
  std::array<char, kMarkBytes + 1> text;
  std::snprintf(text.data(), text.size(), "#%05u.%010llu.%020llu#", mark.room,
                static_cast<unsigned long long>(mark.number),
                static_cast<unsigned long long>(mark.sent_ns));
  return text.data();
}

std::optional<Mark> take_mark(std::string_view* bytes) {
  const std::size_t begin = bytes->find('#');
  if (begin == std::string_view::npos || begin + kMarkBytes > bytes->size()) {
    return std::nullopt;
  }
  const std::string_view mark = bytes->substr(begin, kMarkBytes);
  bytes->remove_prefix(begin + kMarkBytes);
  if (mark.back() != '#' || mark[6] != '.' || mark[17] != '.') {
    die("a damaged message: %.*s", static_cast<int>(mark.size()), mark.data());
  }
  return Mark{static_cast<std::uint32_t>(number_in(mark.substr(1, 5))),
              number_in(mark.substr(7, 10)), number_in(mark.substr(18, 20))};
}

}  // namespace papo::bench
