// A socket that a test speaks through byte by byte, and what it needs to read
// answers. Nothing here is papo's own code: what it believes about HTTP is what
// any other client does.
//
// Reading waits for bytes, at most for kPatience; then the test fails, and what
// has come until then is returned.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace papo::support {

// One HTTP response.
struct Answer {
  int status = 0;    // 0 when none came
  std::string head;  // with the status line and the empty line
  std::string body;

  // A field's value; "" when it is not there. `name` in any case.
  std::string field(std::string_view name) const;
  bool has_field(std::string_view name) const;
};

// A head and its body, as a request: "POST /send HTTP/1.1\r\nHost: x\r\n…".
std::string get_request(std::string_view target);
std::string post_request(std::string_view target, std::string_view json);

class RawClient {
 public:
  // Connects to 127.0.0.1. Fails the test when nobody listens.
  explicit RawClient(std::uint16_t port);
  // Connects to a Unix socket.
  explicit RawClient(const std::string& path);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&& other) noexcept;

  // Sends all of it. False when the peer has closed or takes no more.
  bool send(std::string_view bytes) const;
  // Sends what fits without waiting; returns how much that was.
  std::size_t send_some(std::string_view bytes) const;

  std::string read(std::size_t count);
  // All up to and with `text`.
  std::string read_until(std::string_view text);
  // All until the peer closes or resets.
  std::string read_to_end();
  // Waits for the peer to close, with nothing sent before.
  bool is_closed();

  // Whether something can be read within that time: bytes, or the end.
  bool has_input_within(std::chrono::milliseconds time) const;

  // The next answer: its body is as long as Content-Length says, or lasts until
  // the peer closes. One to HEAD has no body.
  Answer read_answer(bool to_head = false);
  Answer ask(std::string_view request);

  // Half-closes: the peer reads an end, and can still answer.
  void finish_sending() const;
  void close();
  // Closes with RST, as a program that is killed with unread bytes does.
  void reset();

 private:
  // Waits for more bytes in buffer_. False at the end of the stream.
  bool read_more();
  std::string take(std::size_t count);

  int descriptor_ = -1;
  std::string buffer_;  // read, not yet taken
};

// Asks on a connection of its own.
Answer get(std::uint16_t port, std::string_view target);
Answer post(std::uint16_t port, std::string_view target, std::string_view json);

// Returns when the server has taken what was sent to it on any connection until
// now: its loop serves what came first first, so an answer on a new connection
// comes after.
void settle(std::uint16_t port);

// "404 room_not_found" of an error's status and code, or "200": what most tests
// look at.
std::string outcome_of(const Answer& answer);
// The value of a top-level member of JSON text: of a string what is between its
// quotes, of anything else its text. For answers whose values have no commas,
// braces or quotes of their own.
std::string member_of(std::string_view json, std::string_view name);

}  // namespace papo::support
