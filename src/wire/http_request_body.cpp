// How a RequestReader reads on behind the head: a body, its chunks, and their
// trailers.
#include "wire/http_request.h"

namespace papo::http {

bool RequestReader::read_body(std::string_view bytes) {
  if (bytes.size() - at_ < length_) return false;
  parts().body_size = length_;
  at_ += length_;
  state_ = State::Whole;
  return false;
}

bool RequestReader::read_chunk_line(std::string_view bytes) {
  std::string_view line;
  if (!take_line(bytes, at_ + limits_.chunk_line_bytes_max, Fault::BodyTooLarge,
                 &line)) {
    return false;
  }
  std::uint64_t size = 0;
  if (!parse_chunk_line(line, &size)) return fail(Fault::BadChunk);
  if (at_ - begin_ - body_bytes_ > limits_.framing_bytes_max ||
      size > limits_.body_bytes_max - body_bytes_) {
    return fail(Fault::BodyTooLarge);
  }
  length_ = static_cast<std::size_t>(size);
  if (length_ == 0) {
    begin_ = at_;
    state_ = State::Trailers;
  } else {
    state_ = State::ChunkData;
  }
  return true;
}

// chunk-data CRLF (RFC 9112 §7.1).
bool RequestReader::read_chunk_data(std::string_view bytes) {
  const std::size_t end = at_ + length_;
  if (bytes.size() > end && bytes[end] != '\r') return fail(Fault::BadChunk);
  if (bytes.size() <= end + 1) return false;
  if (bytes[end + 1] != '\n') return fail(Fault::BadChunk);
  keep_chunk(bytes.substr(at_, length_));
  at_ = scanned_ = end + 2;
  state_ = State::ChunkLine;
  return true;
}

// One chunk is a view of the bytes, like any other body; the second makes a
// copy necessary.
void RequestReader::keep_chunk(std::string_view data) {
  if (body_bytes_ == 0) {
    parts().body_begin = at_;
    parts().body_size = data.size();
  } else {
    if (request_.joined_.empty()) request_.joined_ = request_.body();
    request_.joined_ += data;
  }
  body_bytes_ += data.size();
}

// Trailers are fields (RFC 9112 §7.1.2), checked like them and then dropped:
// none may change what the head said (RFC 9110 §6.5.1).
bool RequestReader::read_trailers(std::string_view bytes) {
  const std::size_t end_max = begin_ + limits_.head_bytes_max;
  std::string_view line;
  Field field;
  while (take_line(bytes, end_max, Fault::HeadersTooLarge, &line)) {
    if (line.empty()) {
      state_ = State::Whole;
      return false;
    }
    if (!take_field(line, &field)) return false;
    if (++lines_ > limits_.fields_max) return fail(Fault::HeadersTooLarge);
  }
  return false;
}

}  // namespace papo::http
