// The reader of responses, differential: an answer must mean the same whole,
// byte by byte, and in pieces whose sizes the input chooses.
//
// The first byte seeds the sizes of the pieces; the rest is what the server
// sends before it closes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/http_response_reader.h"

namespace {

using papo::http::ResponseReader;
using Kind = ResponseReader::Event::Kind;

struct Log {
  std::string text;
  bool over = false;

  void add(const ResponseReader& reader, const ResponseReader::Event& event) {
    switch (event.kind) {
      case Kind::NeedBytes:
        return;
      case Kind::Head:
        PAPO_CHECK(reader.status() >= 200 && reader.status() <= 599);
        text += std::to_string(reader.status()) + reader.location() + "\n";
        return;
      case Kind::Body:
        PAPO_CHECK(!event.body.empty());
        text.append(event.body);
        return;
      case Kind::End:
        text += "\nend";
        over = true;
        return;
      case Kind::Fault:
        text += "\n";
        text += papo::http::describe(reader.fault());
        over = true;
        return;
    }
  }
};

// Gives the reader one piece in memory of its own, until it wants more.
void feed(ResponseReader* reader, std::string_view piece, Log* log) {
  const std::vector<char> memory(piece.begin(), piece.end());
  std::string_view input(memory.data(), memory.size());
  while (!log->over) {
    const auto event = reader->next(&input);
    log->add(*reader, event);
    if (event.kind != Kind::NeedBytes) continue;
    PAPO_CHECK(input.empty());
    return;
  }
}

template <class NextSize>
std::string read_in_pieces(std::string_view bytes, NextSize next_size) {
  ResponseReader reader;
  Log log;
  while (!bytes.empty() && !log.over) {
    const std::string_view piece = bytes.substr(0, next_size());
    feed(&reader, piece, &log);
    bytes.remove_prefix(piece.size());
  }
  if (!log.over) log.add(reader, reader.finish());
  PAPO_CHECK(log.over);
  return log.text;
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
