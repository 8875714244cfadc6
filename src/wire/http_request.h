// HTTP/1.1 requests: bytes in, requests out (RFC 9110, RFC 9112).
//
// Pure: no socket, no clock, and no allocation but for a body that comes in
// several chunks. Strict where the RFC allows leniency, because leniency is
// how a request is smuggled past a proxy: a bare LF (§2.2), a folded line
// (§5.2), a space before the colon (§5.1), Transfer-Encoding beside
// Content-Length (§6.3) and a second Host (§3.2) are all faults.
//
// A line is judged when its CRLF is there, a control character as soon as it
// comes, and a limit at the byte that passes it. So a fault depends on the
// bytes alone, never on how the network cut them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/http_fault.h"
#include "wire/http_syntax.h"

namespace papo::http {

// What a request may cost. All in bytes unless named otherwise.
struct Limits {
  static constexpr std::size_t kFieldsCapacity = 100;
  // Empty lines before a request line that are passed over; RFC 9112 §2.2 asks
  // for at least one, for clients that end a body with a stray CRLF.
  static constexpr std::size_t kEmptyLinesMax = 4;

  std::size_t request_line_bytes_max = 8192;  // without its CRLF
  std::size_t head_bytes_max = 16384;  // request line to blank line, 64–65,000
  std::size_t fields_max = kFieldsCapacity;  // a count, <= kFieldsCapacity
  std::size_t body_bytes_max = 65536;        // decoded, <= 1 GiB
  std::size_t chunk_line_bytes_max = 256;    // size to CRLF, >= 8
  std::size_t framing_bytes_max = 65536;     // of all chunks, without trailers

  // More bytes than this are never asked for: the reader has reported a
  // request or a fault by then. Trailers are bound like a second head.
  std::size_t request_bytes_max() const {
    return 2 * kEmptyLinesMax + 2 * head_bytes_max + body_bytes_max +
           chunk_line_bytes_max + framing_bytes_max;
  }
};

struct Field {
  std::string_view name;   // as it was sent; compare without regard to case
  std::string_view value;  // without the blanks around it; may hold obs-text
};

// A request as the reader left it. Every view points into the bytes last given
// to RequestReader::next(), or into the reader, and is valid until either
// changes.
class Request {
 public:
  Method method() const { return parts_.method; }
  std::string_view method_text() const { return view(parts_.method_text); }

  // The target as sent, and its parts, still percent-encoded. The path begins
  // with '/', is "*" in asterisk-form, and is empty in authority-form.
  TargetForm target_form() const { return parts_.form; }
  std::string_view target() const { return view(parts_.target); }
  std::string_view path() const {
    const bool implied =
        parts_.form == TargetForm::Absolute && parts_.path.size == 0;
    return implied ? std::string_view("/") : view(parts_.path);
  }
  std::string_view query() const { return view(parts_.query); }

  // 0 or 1: a higher minor version is served as 1 (RFC 9110 §2.5).
  int minor_version() const { return parts_.minor_version; }

  // The authority meant: the target's if it has one, else Host's (RFC 9112
  // §3.2.2). Empty in an HTTP/1.0 request without either.
  std::string_view host() const { return view(parts_.host); }

  // Whether the connection outlives the answer (RFC 9112 §9.3).
  bool keep_alive() const {
    return !parts_.closes && (parts_.minor_version > 0 || parts_.keeps_alive);
  }

  // The first field of that name, in any case. Without one, a view whose
  // data() is null. Linear in the number of fields.
  std::string_view field(std::string_view name) const;
  // These were noted in passing, and cost nothing to ask.
  std::string_view content_type() const { return view(parts_.content_type); }
  std::string_view upgrade() const { return view(parts_.upgrade); }

  std::size_t field_count() const { return parts_.field_count; }
  // In the order sent. REQUIRES: index < field_count().
  Field field_at(std::size_t index) const {
    return {view(fields_[index].name), view(fields_[index].value)};
  }

  // The payload, chunks joined. Complete with the request, not before.
  std::string_view body() const {
    return joined_.empty()
               ? std::string_view(bytes_ + parts_.body_begin, parts_.body_size)
               : joined_;
  }

 private:
  friend class RequestReader;

  // A piece of the head, kept as numbers because the bytes may move.
  struct Span {
    std::uint16_t begin = 0;
    std::uint16_t size = 0;
  };
  struct FieldSpan {
    Span name;
    Span value;
  };

  std::string_view view(Span span) const {
    if (span.begin == 0 && span.size == 0) return {};
    return {bytes_ + span.begin, span.size};
  }

  // What one request sets and the next must not inherit.
  struct Parts {
    Method method = Method::Other;
    TargetForm form = TargetForm::Origin;
    std::uint8_t minor_version = 1;
    bool closes = false;
    bool keeps_alive = false;
    Span method_text;
    Span target;
    Span path;
    Span query;
    Span host;
    Span content_type;
    Span upgrade;
    std::size_t field_count = 0;
    std::size_t body_begin = 0;
    std::size_t body_size = 0;
  };

  const char* bytes_ = nullptr;
  Parts parts_;
  std::string joined_;  // the body, once it has more than one chunk
  // Those beyond the count are never looked at, so that beginning a request
  // costs the same for any number of them.
  std::array<FieldSpan, Limits::kFieldsCapacity> fields_{};
};

// Reads one request at a time off bytes that somebody else holds.
//
// About 1 KB of plain state that keeps offsets, not pointers: when a request is
// cut, copy its bytes and the reader to the connection and go on there.
class RequestReader {
 public:
  enum class Event : std::uint8_t {
    NeedBytes,  // all bytes were read; call again when there are more
    Request,    // request() is whole; the next begins at consumed()
    Fault,      // fault() says why
  };
  // How far a request is that still needs bytes: what to time out.
  enum class Phase : std::uint8_t {
    Idle,  // not begun: nothing but empty lines has come
    Head,  // the request line or the fields
    Body,  // request() has everything but the body
  };

  // REQUIRES: limits within the ranges stated there.
  explicit RequestReader(const Limits& limits = {});

  // Reads on. `bytes` begin at the first byte of this request, as in the calls
  // before, and may have grown and moved; what has been read is not read
  // again. After a Request or a Fault, repeats it until reset().
  Event next(std::string_view bytes);

  const Request& request() const { return request_; }
  // REQUIRES: the last event was Request.
  std::size_t consumed() const { return at_; }
  // REQUIRES: the last event was Fault.
  Fault fault() const { return fault_; }

  // REQUIRES: the last event was NeedBytes, or there was none.
  Phase phase() const;
  // True while the client may be waiting for "100 Continue" before it sends
  // the body (RFC 9110 §10.1.1): send it once.
  bool wants_continue() const;

  // Begins the next request.
  void reset();

 private:
  enum class State : std::uint8_t {
    RequestLine,
    Fields,
    Body,
    ChunkLine,
    ChunkData,
    Trailers,
    Whole,
    Failed,
  };

  // One step; true when another may follow at once.
  bool advance(std::string_view bytes);
  bool read_request_line(std::string_view bytes);
  bool read_fields(std::string_view bytes);
  bool read_body(std::string_view bytes);
  bool read_chunk_line(std::string_view bytes);
  bool read_chunk_data(std::string_view bytes);
  bool read_trailers(std::string_view bytes);

  bool take_line(std::string_view bytes, std::size_t end_max, Fault over,
                 std::string_view* line);
  bool skip_empty_line();
  void take_method(std::string_view token);
  bool take_version(std::string_view text);
  bool take_target(std::string_view text);
  bool take_field(std::string_view line, Field* field);
  bool keep_field(const Field& field);
  bool note_field(const Field& field);
  void note_first(std::string_view value, Request::Span* noted);
  bool note_host(std::string_view value);
  void note_expectation(std::string_view value);
  bool note_content_length(std::string_view value);
  bool note_transfer_encoding(std::string_view value);
  void note_connection(std::string_view value);
  bool finish_head();
  void keep_chunk(std::string_view data);

  Request::Parts& parts() { return request_.parts_; }
  Request::Span span(std::string_view text) const;
  bool fail(Fault fault);

  Limits limits_;
  Request request_;
  State state_ = State::RequestLine;
  Fault fault_ = Fault::ControlByte;
  bool has_host_ = false;
  bool has_length_ = false;
  bool chunked_ = false;
  bool expects_continue_ = false;
  bool expects_other_ = false;
  std::size_t seen_ = 0;     // how many bytes there were last time
  std::size_t at_ = 0;       // where the line or the data not yet read begins
  std::size_t scanned_ = 0;  // how far that line has no end
  std::size_t begin_ = 0;    // of the head, the body, the trailers in turn
  std::size_t lines_ = 0;    // empty ones before the head, or trailers
  std::size_t length_ = 0;   // Content-Length, or the chunk's
  std::size_t body_bytes_ = 0;  // in the chunks before this one
};

}  // namespace papo::http
