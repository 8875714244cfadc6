// What servers say, cut into pieces: answers, frames and events. Only as much
// of each protocol as a benchmark must understand to count and to check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace papo::bench {

// One HTTP answer at the beginning of some bytes.
struct Answer {
  int status = 0;
  std::string_view head;  // with the empty line at its end
  std::string_view body;  // empty after a head without Content-Length
  std::size_t size() const { return head.size() + body.size(); }
};

// Reads answers. The head of an answer mostly repeats the one before, so it is
// compared before it is parsed: the load must be cheaper than the server.
class AnswerReader {
 public:
  // Nothing while the answer is not whole. Dies on what is no HTTP answer.
  std::optional<Answer> read(std::string_view bytes);

 private:
  void learn_head(std::string_view bytes, std::size_t head_bytes);

  std::string head_;
  std::size_t body_bytes_ = 0;
  int status_ = 0;
};

// The value of a header field, or empty. Names compare without case.
std::string_view header(std::string_view head, std::string_view name);

// One unmasked WebSocket frame at the beginning of some bytes (RFC 6455 5.2).
struct Frame {
  std::uint8_t opcode;
  std::string_view payload;
  std::size_t size;  // of the whole frame
};
std::optional<Frame> read_frame(std::string_view bytes);
// One masked text frame, as a client must send it.
std::string client_frame(std::string_view payload);
// One unmasked text frame, as a server sends it.
std::string server_frame(std::string_view payload);

// A mark in a message's text says which message it is and when it was sent; it
// has the same length always.
struct Mark {
  std::uint32_t room;
  std::uint64_t number;
  std::uint64_t sent_ns;
};
constexpr std::size_t kMarkBytes = 39;
std::string write_mark(const Mark& mark);
// The first mark, and removes everything up to its end from `bytes`; nothing
// when there is none.
std::optional<Mark> take_mark(std::string_view* bytes);

}  // namespace papo::bench
