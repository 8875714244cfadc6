// Requests, however they are cut: what is read must not depend on the pieces.
//
// The first byte seeds the cuts, the rest is what the peer sends. The bytes and
// the reader move with each piece, in a buffer of exactly their size, so that
// the address sanitizer sees a stale view or a read beyond the end.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "wire/http_request.h"

namespace {

using papo::http::Limits;
using papo::http::Request;
using papo::http::RequestReader;

// Small, so that short inputs reach them.
constexpr Limits kLimits = {.request_line_bytes_max = 64,
                            .head_bytes_max = 256,
                            .fields_max = 8,
                            .body_bytes_max = 64,
                            .chunk_line_bytes_max = 16,
                            .framing_bytes_max = 64};

void require(bool condition) {
  if (!condition) std::abort();
}

void append(std::string* log, std::string_view text) {
  *log += text;
  *log += '|';
}

void append_request(std::string* log, const Request& request) {
  for (const std::string_view part :
       {request.method_text(), request.target(), request.path(),
        request.query(), request.host(), request.content_type(),
        request.upgrade(), request.body()}) {
    append(log, part);
  }
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    append(log, request.field_at(i).name);
    append(log, request.field_at(i).value);
  }
  append(log, request.keep_alive() ? "keep" : "close");
  append(log, std::to_string(request.minor_version()));
  *log += '\n';
}

class Caller {
 public:
  void receive(std::string_view piece) {
    if (failed_) return;
    hold(std::string(held()).append(piece));
    reader_ = RequestReader(reader_);
    while (step()) {
    }
  }

  std::string log() const {
    return failed_ ? log_
                   : log_ + std::to_string(static_cast<int>(reader_.phase()));
  }

 private:
  std::string_view held() const { return {bytes_.get(), size_}; }

  void hold(std::string_view bytes) {
    bytes_ = std::make_unique<char[]>(bytes.size());
    size_ = bytes.size();
    bytes.copy(bytes_.get(), size_);
  }

  bool step() {
    switch (reader_.next(held())) {
      case RequestReader::Event::NeedBytes:
        require(size_ < kLimits.request_bytes_max());
        return false;
      case RequestReader::Event::Fault:
        append(&log_, papo::http::describe(reader_.fault()));
        failed_ = true;
        return false;
      case RequestReader::Event::Request:
        require(reader_.consumed() > 0 && reader_.consumed() <= size_);
        require(reader_.request().path().size() <= size_);
        append_request(&log_, reader_.request());
        hold(std::string(held().substr(reader_.consumed())));
        reader_.reset();
        return true;
    }
    return false;
  }

  RequestReader reader_{kLimits};
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::string log_;
  bool failed_ = false;
};

std::string read_in_pieces(std::string_view bytes, std::uint32_t seed) {
  Caller caller;
  while (!bytes.empty()) {
    // A step of a linear congruential generator: the sizes need not be random.
    seed = seed * 1664525 + 1013904223;
    const std::size_t size = 1 + (seed >> 16) % 29;
    caller.receive(bytes.substr(0, size));
    bytes.remove_prefix(size < bytes.size() ? size : bytes.size());
  }
  return caller.log();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  Caller whole;
  whole.receive(bytes);
  require(read_in_pieces(bytes, data[0]) == whole.log());
  return 0;
}
