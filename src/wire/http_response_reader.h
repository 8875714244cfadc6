// HTTP/1.1 responses: bytes in, an answer out (RFC 9110, RFC 9112), for a
// client that asks one thing on a connection.
//
// Pure and incremental: what is reported depends on the bytes alone, never on
// how the network cut them, but for where a body is cut into pieces. Interim
// answers (1xx) are passed over. A body ends by its length, by its last chunk,
// or with the connection; an answer whose end is in doubt is a fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace papo::http {

enum class ResponseFault : std::uint8_t {
  NotHttp,   // the first line is no status line of HTTP/1.x
  BadHead,   // a line, a field, or a length that is none
  TooLarge,  // a head or trailers beyond kHeadBytesMax
  Framing,   // a length and chunks at once, or two lengths
  Coding,    // a coding other than chunked
  BadChunk,  // chunks that are none
  Upgraded,  // 101, which nobody asked for
  NoAnswer,  // the connection ended before the answer began
  CutShort,  // and within it
};
// One clause for a person.
const char* describe(ResponseFault fault);

class ResponseReader {
 public:
  // Of the head, with those of interim answers before it; as much of trailers.
  static constexpr std::size_t kHeadBytesMax = 16 * 1024;

  struct Event {
    enum class Kind : std::uint8_t {
      NeedBytes,  // all bytes were taken; call again when there are more
      Head,       // status() and location() are known
      Body,       // `body` is the next piece of it, a view into the bytes given
      End,        // there is no more
      Fault,      // fault() says why
    };
    Kind kind;
    std::string_view body = {};
  };

  // Takes what comes next off the front of `*bytes`. After an End or a Fault,
  // repeats it and takes nothing.
  Event next(std::string_view* bytes);
  // The connection has ended: an End or a Fault. REQUIRES: the last event was
  // NeedBytes, End or Fault.
  Event finish();

  int status() const { return status_; }
  // Where a redirection leads; "" when the answer does not say.
  const std::string& location() const { return location_; }
  ResponseFault fault() const { return fault_; }

 private:
  enum class State : std::uint8_t {
    StatusLine,
    Fields,
    Sized,      // a body of length_ more bytes
    Endless,    // a body that ends with the connection
    Chunk,      // the line before a chunk
    Data,       // length_ more bytes of it
    AfterData,  // the line break behind it
    Trailers,
    Whole,
    Failed,
  };

  Event fail(ResponseFault fault);
  bool take_line(std::string_view* bytes);
  std::optional<ResponseFault> read_status(std::string_view line);
  std::optional<ResponseFault> read_field(std::string_view line);
  std::optional<ResponseFault> note_length(std::string_view value);
  std::optional<ResponseFault> finish_head();
  std::optional<ResponseFault> read_chunk_line(std::string_view line);
  std::optional<ResponseFault> read_line(std::string_view line);
  Event take_body(std::string_view* bytes);

  State state_ = State::StatusLine;
  ResponseFault fault_ = ResponseFault::NotHttp;
  int status_ = 0;
  bool is_http_1_0_ = false;
  bool is_chunked_ = false;
  std::optional<std::uint64_t> content_length_;
  std::uint64_t length_ = 0;    // of the body or the chunk, still to come
  std::size_t line_bytes_ = 0;  // of the head or the trailers so far
  std::string line_;            // one that has not ended
  std::string location_;
};

}  // namespace papo::http
