#include "wire/http_response_reader.h"

#include <algorithm>

#include "base/text.h"
#include "wire/http_syntax.h"

namespace papo::http {
namespace {

using Kind = ResponseReader::Event::Kind;
using Verdict = std::optional<ResponseFault>;

bool is_control(char c) {
  return (c >= 0 && c < ' ' && c != '\t') || c == '\x7F';
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

}  // namespace

const char* describe(ResponseFault fault) {
  switch (fault) {
    case ResponseFault::NotHttp:
      return "the answer is not HTTP";
    case ResponseFault::BadHead:
      return "the answer has a line that is not HTTP";
    case ResponseFault::TooLarge:
      return "the answer's head is too large";
    case ResponseFault::Framing:
      return "the answer says in two ways where it ends";
    case ResponseFault::Coding:
      return "the answer has a coding that papo does not know";
    case ResponseFault::BadChunk:
      return "the answer has a chunk that is none";
    case ResponseFault::Upgraded:
      return "the server wants to speak another protocol";
    case ResponseFault::NoAnswer:
      return "the server closed without an answer";
    case ResponseFault::CutShort:
      return "the answer was cut short";
  }
  __builtin_unreachable();
}

ResponseReader::Event ResponseReader::next(std::string_view* bytes) {
  while (true) {
    switch (state_) {
      case State::Failed:
        return {Kind::Fault};
      case State::Whole:
        return {Kind::End};
      case State::Sized:
      case State::Data:
        if (length_ > 0) return take_body(bytes);
        state_ = state_ == State::Data ? State::AfterData : State::Whole;
        break;
      case State::Endless:
        return take_body(bytes);
      case State::StatusLine:
      case State::Fields:
      case State::Chunk:
      case State::AfterData:
      case State::Trailers: {
        const bool in_fields = state_ == State::Fields;
        if (!take_line(bytes)) {
          if (line_bytes_ > kHeadBytesMax) return fail(ResponseFault::TooLarge);
          return {Kind::NeedBytes};
        }
        const Verdict fault = read_line(line_);
        line_.clear();
        if (fault) return fail(*fault);
        // The empty line ends the head, and those of interim answers.
        const bool ended = in_fields && state_ != State::Fields;
        if (ended && state_ != State::StatusLine) return {Kind::Head};
        break;
      }
    }
  }
}

ResponseReader::Event ResponseReader::finish() {
  if (state_ == State::Failed) return {Kind::Fault};
  if (state_ == State::Endless) state_ = State::Whole;
  if (state_ == State::Whole) return {Kind::End};
  const bool nothing = state_ == State::StatusLine && line_bytes_ == 0;
  return fail(nothing ? ResponseFault::NoAnswer : ResponseFault::CutShort);
}

ResponseReader::Event ResponseReader::fail(ResponseFault fault) {
  fault_ = fault;
  state_ = State::Failed;
  return {Kind::Fault};
}

// True when line_ is whole, with its line break.
bool ResponseReader::take_line(std::string_view* bytes) {
  const std::size_t room = kHeadBytesMax + 1 - line_bytes_;
  const std::size_t end = bytes->find('\n');
  const std::size_t size =
      std::min(end == bytes->npos ? bytes->size() : end + 1, room);
  line_.append(bytes->substr(0, size));
  line_bytes_ += size;
  bytes->remove_prefix(size);
  return line_bytes_ <= kHeadBytesMax && line_.ends_with('\n');
}

Verdict ResponseReader::read_line(std::string_view line) {
  const bool first = state_ == State::StatusLine;
  if (!line.ends_with("\r\n")) {
    return first ? ResponseFault::NotHttp : ResponseFault::BadHead;
  }
  line.remove_suffix(2);
  switch (state_) {
    case State::StatusLine:
      return read_status(line);
    case State::Fields:
      return line.empty() ? finish_head() : read_field(line);
    case State::Chunk:
      return read_chunk_line(line);
    case State::AfterData:
      line_bytes_ = 0;
      state_ = State::Chunk;
      return line.empty() ? Verdict() : ResponseFault::BadChunk;
    case State::Trailers:
      if (line.empty()) state_ = State::Whole;
      return {};
    case State::Sized:
    case State::Endless:
    case State::Data:
    case State::Whole:
    case State::Failed:
      break;
  }
  __builtin_unreachable();
}

// status-line = HTTP-version SP status-code SP [ reason ] (RFC 9112 §4); the
// second space is often forgotten.
Verdict ResponseReader::read_status(std::string_view line) {
  constexpr std::size_t kSize = sizeof("HTTP/1.1 200") - 1;
  if (line.size() < kSize || !line.starts_with("HTTP/1.") ||
      !base::is_digit(line[7]) || line[8] != ' ') {
    return ResponseFault::NotHttp;
  }
  const auto status = base::parse_unsigned(line.substr(9, 3));
  const bool ends = line.size() == kSize || line[kSize] == ' ';
  if (!status || *status < 100 || *status > 599 || !ends) {
    return ResponseFault::NotHttp;
  }
  status_ = static_cast<int>(*status);
  is_http_1_0_ = line[7] == '0';
  state_ = State::Fields;
  return {};
}

// A folded line begins with a blank, which is no token (RFC 9112 §5.2).
Verdict ResponseReader::read_field(std::string_view line) {
  const std::size_t size = token_size(line);
  if (size == 0 || size == line.size() || line[size] != ':' ||
      std::any_of(line.begin(), line.end(), is_control)) {
    return ResponseFault::BadHead;
  }
  const std::string_view name = line.substr(0, size);
  const std::string_view value = base::trim_blanks(line.substr(size + 1));
  const auto is = [&](std::string_view other) {
    return base::equals_ignoring_case(name, other);
  };
  if (is("content-length")) return note_length(value);
  if (is("transfer-encoding")) {
    const bool known = base::equals_ignoring_case(value, "chunked");
    if (!known || is_chunked_ || is_http_1_0_) return ResponseFault::Coding;
    is_chunked_ = true;
  } else if (is("content-encoding")) {
    const bool plain = base::equals_ignoring_case(value, "identity");
    if (!plain) return ResponseFault::Coding;
  } else if (is("location")) {
    location_ = value;
  }
  return {};
}

Verdict ResponseReader::note_length(std::string_view value) {
  const auto length = base::parse_unsigned(value);
  if (!length) return ResponseFault::BadHead;
  if (content_length_.value_or(*length) != *length) {
    return ResponseFault::Framing;
  }
  content_length_ = length;
  return {};
}

// Where the body ends (RFC 9112 §6.3).
Verdict ResponseReader::finish_head() {
  if (status_ == 101) return ResponseFault::Upgraded;
  if (is_chunked_ && content_length_) return ResponseFault::Framing;
  if (status_ < 200) {
    if (is_chunked_ || content_length_) return ResponseFault::Framing;
    location_.clear();
    state_ = State::StatusLine;
    return {};
  }
  line_bytes_ = 0;
  length_ = content_length_.value_or(0);
  if (has_no_body(status_)) {
    state_ = State::Whole;
  } else if (is_chunked_) {
    state_ = State::Chunk;
  } else {
    state_ = content_length_ ? State::Sized : State::Endless;
  }
  return {};
}

Verdict ResponseReader::read_chunk_line(std::string_view line) {
  if (!parse_chunk_line(line, &length_)) return ResponseFault::BadChunk;
  line_bytes_ = 0;
  state_ = length_ == 0 ? State::Trailers : State::Data;
  return {};
}

ResponseReader::Event ResponseReader::take_body(std::string_view* bytes) {
  if (bytes->empty()) return {Kind::NeedBytes};
  std::string_view piece = *bytes;
  if (state_ != State::Endless) {
    if (piece.size() > length_) {
      piece = piece.substr(0, static_cast<std::size_t>(length_));
    }
    length_ -= piece.size();
  }
  bytes->remove_prefix(piece.size());
  return {Kind::Body, piece};
}

}  // namespace papo::http
