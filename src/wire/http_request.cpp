#include "wire/http_request.h"

#include <algorithm>

#include "base/byte_block.h"
#include "base/check.h"
#include "base/text.h"

namespace papo::http {

namespace {

// What may stand in no line: controls but the tab (RFC 9110 §5.5, RFC 9112
// §2.2). The line's own CR is one.
struct ControlBytes {
  static bool has(unsigned char byte) {
    return (byte < ' ' && byte != '\t') || byte == 0x7F;
  }
  static auto marks(auto block) {
    return block.at_most('\x1F')
        .without(block.equal('\t'))
        .or_with(block.equal('\x7F'));
  }
};

// True when the field name, in any case, is `known`, which is in lower case.
// Exact for tokens: no other token character becomes a letter or '-' when 0x20
// is set. REQUIRES: name.size() == known.size().
inline bool is_named(std::string_view name, std::string_view known) {
  for (std::size_t i = 0; i < known.size(); ++i) {
    if ((name[i] | 0x20) != known[i]) return false;
  }
  return true;
}

inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// As base::trim_blanks(), but here, where it is called once a field.
inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Which fault a Transfer-Encoding other than "chunked" is. When the last
// coding is not chunked, the body has no known end (RFC 9112 §6.3); chunked
// may not be applied twice (§6.1); what precedes it, we do not implement.
Fault fault_of_codings(std::string_view list) {
  std::string_view coding;
  std::size_t chunked = 0;
  bool last_is_chunked = false;
  while (take_element(&list, &coding)) {
    last_is_chunked = base::equals_ignoring_case(coding, "chunked");
    if (last_is_chunked) ++chunked;
    if (token_size(coding) == 0) return Fault::BadTransferEncoding;
  }
  return last_is_chunked && chunked == 1 ? Fault::CodingNotImplemented
                                         : Fault::BadTransferEncoding;
}

}  // namespace

std::string_view Request::field(std::string_view name) const {
  for (std::size_t i = 0; i < parts_.field_count; ++i) {
    if (fields_[i].name.size != name.size()) continue;
    if (base::equals_ignoring_case(view(fields_[i].name), name)) {
      return view(fields_[i].value);
    }
  }
  return {};
}

RequestReader::RequestReader(const Limits& limits) : limits_(limits) {
  PAPO_CHECK(limits.head_bytes_max >= 64 && limits.head_bytes_max <= 65'000);
  PAPO_CHECK(limits.fields_max <= Limits::kFieldsCapacity);
  PAPO_CHECK(limits.body_bytes_max <= 1u << 30);
  PAPO_CHECK(limits.chunk_line_bytes_max >= 8);
}

RequestReader::Event RequestReader::next(std::string_view bytes) {
  request_.bytes_ = bytes.data();
  seen_ = bytes.size();
  while (advance(bytes)) {
  }
  if (state_ == State::Whole) return Event::Request;
  return state_ == State::Failed ? Event::Fault : Event::NeedBytes;
}

RequestReader::Phase RequestReader::phase() const {
  if (state_ == State::RequestLine) {
    return seen_ > at_ ? Phase::Head : Phase::Idle;
  }
  return state_ == State::Fields ? Phase::Head : Phase::Body;
}

bool RequestReader::wants_continue() const {
  const bool before_body = state_ == State::Body || state_ == State::ChunkLine;
  return expects_continue_ && before_body && seen_ == begin_;
}

void RequestReader::reset() {
  parts() = {};
  request_.joined_.clear();
  state_ = State::RequestLine;
  has_host_ = false;
  has_length_ = false;
  chunked_ = false;
  expects_continue_ = false;
  expects_other_ = false;
  seen_ = at_ = scanned_ = begin_ = lines_ = length_ = body_bytes_ = 0;
}

bool RequestReader::advance(std::string_view bytes) {
  switch (state_) {
    case State::RequestLine:
      return read_request_line(bytes);
    case State::Fields:
      return read_fields(bytes);
    case State::Body:
      return read_body(bytes);
    case State::ChunkLine:
      return read_chunk_line(bytes);
    case State::ChunkData:
      return read_chunk_data(bytes);
    case State::Trailers:
      return read_trailers(bytes);
    case State::Whole:
    case State::Failed:
      return false;
  }
  return false;
}

// Takes the line at at_, without its CRLF, which must end by `end_max`. False
// when it is not whole yet, and when it fails: as ControlByte, or as `over` at
// the first byte that makes it too long, whichever byte comes first.
bool RequestReader::take_line(std::string_view bytes, std::size_t end_max,
                              Fault over, std::string_view* line) {
  const std::size_t cr_max = end_max - 2;
  const std::size_t stop = std::min(bytes.size(), cr_max + 1);
  if (scanned_ < stop) {
    scanned_ = base::find_first<ControlBytes>(bytes.data(), scanned_, stop);
  }
  if (scanned_ > cr_max) return fail(over);
  if (scanned_ == bytes.size()) return false;
  if (bytes[scanned_] != '\r') return fail(Fault::ControlByte);
  if (scanned_ + 1 == bytes.size()) return false;
  if (bytes[scanned_ + 1] != '\n') return fail(Fault::ControlByte);
  *line = bytes.substr(at_, scanned_ - at_);
  at_ = scanned_ = scanned_ + 2;
  return true;
}

// request-line = method SP request-target SP HTTP-version (RFC 9112 §3), with
// exactly these spaces: to guess at others is to disagree with a proxy.
bool RequestReader::read_request_line(std::string_view bytes) {
  std::string_view line;
  begin_ = at_;
  const std::size_t bytes_max =
      std::min(limits_.request_line_bytes_max + 2, limits_.head_bytes_max);
  if (!take_line(bytes, at_ + bytes_max, Fault::UriTooLong, &line)) {
    return false;
  }
  if (line.empty()) return skip_empty_line();
  const std::size_t method_size = token_size(line);
  if (method_size == line.size()) return fail(Fault::BadRequestLine);
  if (method_size == 0 || line[method_size] != ' ') {
    return fail(Fault::BadMethod);
  }
  take_method(line.substr(0, method_size));
  line.remove_prefix(method_size + 1);
  const std::size_t size = target_size(line);
  if (size == line.size()) return fail(Fault::BadRequestLine);
  if (line[size] != ' ') return fail(Fault::BadTarget);
  if (size == 0) return fail(Fault::BadRequestLine);
  if (!take_version(line.substr(size + 1))) return false;
  if (!take_target(line.substr(0, size))) return fail(Fault::BadTarget);
  lines_ = 0;
  state_ = State::Fields;
  return true;
}

bool RequestReader::skip_empty_line() {
  return ++lines_ <= Limits::kEmptyLinesMax || fail(Fault::BadRequestLine);
}

void RequestReader::take_method(std::string_view token) {
  parts().method = method_of(token);
  parts().method_text = span(token);
}

bool RequestReader::take_target(std::string_view text) {
  Target target;
  if (!parse_target(parts().method, text, &target)) return false;
  parts().form = target.form;
  parts().target = span(text);
  parts().path = span(target.path);
  parts().query = span(target.query);
  parts().host = span(target.authority);
  return true;
}

// HTTP-version (RFC 9112 §2.3) is case-sensitive and has one digit a side.
bool RequestReader::take_version(std::string_view text) {
  if (text.size() != 8 || text.substr(0, 5) != "HTTP/" || text[6] != '.' ||
      !base::is_digit(text[5]) || !base::is_digit(text[7])) {
    return fail(Fault::BadRequestLine);
  }
  if (text[5] != '1') return fail(Fault::VersionNotSupported);
  parts().minor_version = text[7] == '0' ? 0 : 1;
  return true;
}

bool RequestReader::read_fields(std::string_view bytes) {
  const std::size_t end_max = begin_ + limits_.head_bytes_max;
  std::string_view line;
  Field field;
  while (take_line(bytes, end_max, Fault::HeadersTooLarge, &line)) {
    if (line.empty()) return finish_head();
    if (!take_field(line, &field) || !keep_field(field)) return false;
  }
  return false;
}

// field-name ":" OWS field-value OWS (RFC 9112 §5).
bool RequestReader::take_field(std::string_view line, Field* field) {
  if (is_blank(line.front())) return fail(Fault::FoldedLine);
  const std::size_t size = token_size(line);
  if (size == 0 || size == line.size() || line[size] != ':') {
    return fail(Fault::BadField);
  }
  field->name = line.substr(0, size);
  field->value = trim(line.substr(size + 1));
  return true;
}

bool RequestReader::keep_field(const Field& field) {
  if (parts().field_count == limits_.fields_max) {
    return fail(Fault::HeadersTooLarge);
  }
  request_.fields_[parts().field_count++] = {span(field.name),
                                             span(field.value)};
  return note_field(field);
}

// Notes what framing and every answer depend on.
bool RequestReader::note_field(const Field& field) {
  const std::string_view name = field.name;
  switch (name.size()) {
    case 4:
      return !is_named(name, "host") || note_host(field.value);
    case 6:
      if (is_named(name, "expect")) note_expectation(field.value);
      return true;
    case 7:
      if (is_named(name, "upgrade")) note_first(field.value, &parts().upgrade);
      return true;
    case 10:
      if (is_named(name, "connection")) note_connection(field.value);
      return true;
    case 12:
      if (is_named(name, "content-type")) {
        note_first(field.value, &parts().content_type);
      }
      return true;
    case 14:
      return !is_named(name, "content-length") ||
             note_content_length(field.value);
    case 17:
      return !is_named(name, "transfer-encoding") ||
             note_transfer_encoding(field.value);
    default:
      return true;
  }
}

void RequestReader::note_first(std::string_view value, Request::Span* noted) {
  if (noted->begin == 0) *noted = span(value);
}

// uri-host [ ":" port ], or nothing where the target has no authority (RFC 9110
// §7.2). An absolute target's authority goes before Host's (RFC 9112 §3.2.2).
bool RequestReader::note_host(std::string_view value) {
  if (has_host_ || (!value.empty() && !is_authority(value))) {
    return fail(Fault::BadHost);
  }
  has_host_ = true;
  if (parts().form == TargetForm::Origin ||
      parts().form == TargetForm::Asterisk) {
    parts().host = span(value);
  }
  return true;
}

// HTTP/1.0 has no 100 Continue to wait for (RFC 9110 §10.1.1).
void RequestReader::note_expectation(std::string_view value) {
  if (!base::equals_ignoring_case(value, "100-continue")) {
    expects_other_ = true;
  } else {
    expects_continue_ = parts().minor_version > 0;
  }
}

void RequestReader::note_connection(std::string_view value) {
  std::string_view option;
  while (take_element(&value, &option)) {
    if (base::equals_ignoring_case(option, "close")) {
      parts().closes = true;
    } else if (base::equals_ignoring_case(option, "keep-alive")) {
      parts().keeps_alive = true;
    }
  }
}

// 1*DIGIT, once. RFC 9110 §8.6 lets a recipient repair "5, 5"; we do not. A
// number past the limit stops growing there, and so cannot overflow.
bool RequestReader::note_content_length(std::string_view value) {
  if (has_length_ || value.empty()) return fail(Fault::BadContentLength);
  has_length_ = true;
  for (const char c : value) {
    if (!base::is_digit(c)) return fail(Fault::BadContentLength);
    if (length_ > limits_.body_bytes_max) continue;
    length_ = length_ * 10 + static_cast<std::size_t>(c - '0');
  }
  return true;
}

bool RequestReader::note_transfer_encoding(std::string_view value) {
  // RFC 9112 §6.1: in HTTP/1.0 the framing is faulty.
  if (chunked_ || parts().minor_version == 0) {
    return fail(Fault::BadTransferEncoding);
  }
  chunked_ = base::equals_ignoring_case(value, "chunked");
  return chunked_ || fail(fault_of_codings(value));
}

// The message body's length (RFC 9112 §6.3), once all fields are known.
bool RequestReader::finish_head() {
  if (!has_host_ && parts().minor_version > 0) return fail(Fault::BadHost);
  if (chunked_ && has_length_) return fail(Fault::AmbiguousLength);
  if (expects_other_) return fail(Fault::ExpectationFailed);
  if (length_ > limits_.body_bytes_max) return fail(Fault::BodyTooLarge);
  begin_ = parts().body_begin = at_;
  if (chunked_) {
    state_ = State::ChunkLine;
  } else {
    state_ = length_ > 0 ? State::Body : State::Whole;
  }
  return true;
}

Request::Span RequestReader::span(std::string_view text) const {
  if (text.data() == nullptr) return {};
  return {static_cast<std::uint16_t>(text.data() - request_.bytes_),
          static_cast<std::uint16_t>(text.size())};
}

bool RequestReader::fail(Fault fault) {
  state_ = State::Failed;
  fault_ = fault;
  return false;
}

}  // namespace papo::http
