#include "log/payload.h"

#include "log/format.h"

namespace papo::log {

PayloadWriter& PayloadWriter::fixed(std::uint64_t value) {
  char bytes[8];
  store_u64(bytes, value);
  out_.append(bytes, sizeof bytes);
  return *this;
}

PayloadWriter& PayloadWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    byte(static_cast<std::uint8_t>(value | 0x80));
  }
  return byte(static_cast<std::uint8_t>(value));
}

PayloadWriter& PayloadWriter::text(std::string_view text) {
  number(text.size());
  out_.append(text);
  return *this;
}

std::string_view PayloadReader::take(std::uint64_t size) {
  if (size > rest_.size()) {
    failed_ = true;
    rest_ = {};
    return {};
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(taken.size());
  return taken;
}

std::uint8_t PayloadReader::byte() {
  const std::string_view taken = take(1);
  return taken.empty() ? 0 : static_cast<std::uint8_t>(taken.front());
}

std::uint64_t PayloadReader::fixed() {
  const std::string_view taken = take(8);
  return taken.empty() ? 0 : load_u64(taken.data());
}

std::uint64_t PayloadReader::number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    value |= std::uint64_t{next & 0x7FU} << shift;
    if (next < 0x80) return value;
  }
  failed_ = true;
  rest_ = {};
  return 0;
}

std::string_view PayloadReader::text() {
  return take(number());
}

}  // namespace papo::log
