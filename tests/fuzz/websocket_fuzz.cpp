// The frame reader, differential: a stream of frames must mean the same whole,
// byte by byte, and in pieces whose sizes the input chooses.
//
// The first byte seeds the sizes of the pieces; the rest is what the client
// sends, so a file of the corpus is one byte and then frames.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "wire/websocket_reader.h"

namespace {

using papo::websocket::Event;
using papo::websocket::FrameReader;

constexpr std::uint32_t kLimit = 1000;
constexpr std::size_t kStateBytesMax = 300;

// What must hold of every event by itself.
void judge(const Event& event) {
  switch (event.kind) {
    case Event::Kind::NeedBytes:
      break;
    case Event::Kind::Text:
      PAPO_CHECK(papo::base::is_utf8(event.payload));
      PAPO_CHECK(event.payload.size() <= kLimit);
      break;
    case Event::Kind::Binary:
      PAPO_CHECK(event.payload.size() <= kLimit);
      break;
    case Event::Kind::Ping:
    case Event::Kind::Pong:
      PAPO_CHECK(event.payload.size() <= papo::websocket::kControlBytesMax);
      break;
    case Event::Kind::Close:
      PAPO_CHECK(papo::base::is_utf8(event.payload));
      PAPO_CHECK(event.close_code == papo::websocket::kNoStatus ||
                 papo::websocket::is_sendable(event.close_code));
      break;
    case Event::Kind::Fault:
      PAPO_CHECK(papo::websocket::is_sendable(event.close_code));
      break;
  }
}

void add_to_log(const Event& event, std::string* log) {
  log->push_back(static_cast<char>(event.kind));
  log->push_back(static_cast<char>(event.fault));
  log->append(std::to_string(event.close_code)).push_back(' ');
  log->append(std::to_string(event.payload.size())).push_back(' ');
  log->append(event.payload);
}

// Gives the reader one piece in memory of its own, until it wants more.
void feed(FrameReader* reader, std::string_view piece, std::string* log) {
  std::vector<char> memory(piece.begin(), piece.end());
  std::span<char> input(memory);
  while (true) {
    const Event event = reader->next(&input);
    if (event.kind == Event::Kind::NeedBytes) break;
    judge(event);
    add_to_log(event, log);
  }
  PAPO_CHECK(input.empty());
  PAPO_CHECK(reader->held_bytes() <= 2 * kLimit + kStateBytesMax);
}

// Reads `bytes` in pieces of the sizes that `next_size` gives, each at least 1.
template <class NextSize>
std::string read_in_pieces(std::string_view bytes, NextSize next_size) {
  FrameReader reader(kLimit);
  std::string log;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, next_size());
    feed(&reader, piece, &log);
    bytes.remove_prefix(piece.size());
  }
  return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  const std::string whole = read_in_pieces(bytes, [&] { return size; });
  const auto one = [] { return std::size_t{1}; };
  PAPO_CHECK(read_in_pieces(bytes, one) == whole);
  // Mostly small pieces, one in 32 of up to 512 bytes.
  std::uint32_t luck = data[0];
  const auto some = [&luck]() -> std::size_t {
    luck = luck * 1664525 + 1013904223;
    const std::uint32_t most = luck >> 27 == 0 ? 0x1FF : 0xF;
    return (luck >> 16 & most) + 1;
  };
  PAPO_CHECK(read_in_pieces(bytes, some) == whole);
  return 0;
}
