#include "wire/gzip.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace papo::gzip {
namespace {

constexpr int kCodeBitsMax = 15;
constexpr std::size_t kLiteralsMax = 288;
constexpr std::size_t kDistancesMax = 32;
constexpr std::size_t kEndOfBlock = 256;

// Bits off bytes, the lowest first (RFC 1951 §3.1.1). Past the end come zeros,
// and failed() is true.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  // REQUIRES: count <= 16.
  std::uint32_t take(int count) {
    std::uint32_t taken = 0;
    for (int i = 0; i < count; ++i) taken |= take_one() << i;
    return taken;
  }

  // Drops what is left of a byte that was begun.
  void align() { bit_ = (bit_ + 7) / 8 * 8; }

  // The next `count` whole bytes. REQUIRES: aligned.
  std::string_view take_bytes(std::size_t count) {
    if (count > bytes_.size() - std::min(bytes_.size(), bit_ / 8)) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = bytes_.substr(bit_ / 8, count);
    bit_ += 8 * count;
    return taken;
  }

  bool failed() const { return failed_; }
  std::size_t bytes_left() const {
    return bytes_.size() - std::min(bytes_.size(), (bit_ + 7) / 8);
  }

 private:
  std::uint32_t take_one() {
    if (bit_ / 8 >= bytes_.size()) {
      failed_ = true;
      return 0;
    }
    const auto byte = static_cast<std::uint8_t>(bytes_[bit_ / 8]);
    return byte >> (bit_++ % 8) & 1u;
  }

  std::string_view bytes_;
  std::size_t bit_ = 0;
  bool failed_ = false;
};

// A canonical Huffman code (RFC 1951 §3.2.2): codes of one length follow one
// another, in the order of their symbols.
class HuffmanCode {
 public:
  // `lengths` has each symbol's code length, 0 for none. False when more codes
  // are asked for than there are.
  bool build(std::span<const std::uint8_t> lengths) {
    counts_ = {};
    for (const std::uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::uint16_t, kCodeBitsMax + 2> places{};
    int left = 1;
    for (std::size_t bits = 1; bits <= kCodeBitsMax; ++bits) {
      left = left * 2 - counts_[bits];
      if (left < 0) return false;
      places[bits + 1] =
          static_cast<std::uint16_t>(places[bits] + counts_[bits]);
    }
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] == 0) continue;
      symbols_[places[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
    }
    return true;
  }

  // Nothing when no code has these bits.
  std::optional<std::size_t> take(BitReader* bits) const {
    std::uint32_t code = 0;
    std::uint32_t first = 0;  // code of the length at hand
    std::uint32_t place = 0;  // of its symbol
    for (std::size_t length = 1; length <= kCodeBitsMax; ++length) {
      code = code << 1 | bits->take(1);
      first <<= 1;
      if (code - first < counts_[length]) {
        return symbols_[place + code - first];
      }
      place += counts_[length];
      first += counts_[length];
    }
    return std::nullopt;
  }

 private:
  std::array<std::uint16_t, kCodeBitsMax + 1> counts_{};
  std::array<std::uint16_t, kLiteralsMax> symbols_{};
};

// What a length or distance symbol stands for (RFC 1951 §3.2.5).
struct Extra {
  std::uint16_t base;
  std::uint8_t bits;
};
constexpr Extra kLengths[] = {
    {3, 0},   {4, 0},   {5, 0},   {6, 0},   {7, 0},  {8, 0},  {9, 0},  {10, 0},
    {11, 1},  {13, 1},  {15, 1},  {17, 1},  {19, 2}, {23, 2}, {27, 2}, {31, 2},
    {35, 3},  {43, 3},  {51, 3},  {59, 3},  {67, 4}, {83, 4}, {99, 4}, {115, 4},
    {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}};
constexpr Extra kDistances[] = {
    {1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},
    {9, 2},     {13, 2},    {17, 3},    {25, 3},     {33, 4},     {49, 4},
    {65, 5},    {97, 5},    {129, 6},   {193, 6},    {257, 7},    {385, 7},
    {513, 8},   {769, 8},   {1025, 9},  {1537, 9},   {2049, 10},  {3073, 10},
    {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}};

class Inflater {
 public:
  Inflater(std::string_view bytes, std::size_t bytes_max)
      : bits_(bytes), bytes_max_(bytes_max) {}

  // All blocks (RFC 1951 §3.2.3). False when they are damaged or too large.
  bool run() {
    for (bool last = false; !last;) {
      last = bits_.take(1) == 1;
      if (!read_block() || bits_.failed()) return false;
    }
    bits_.align();
    return true;
  }

  std::string take_output() { return std::move(out_); }
  // What follows the blocks.
  std::string_view take_rest(std::size_t count) {
    return bits_.take_bytes(count);
  }
  std::size_t bytes_left() const { return bits_.bytes_left(); }

 private:
  bool read_block() {
    switch (bits_.take(2)) {
      case 0:
        return read_stored();
      case 1:
        return set_fixed_codes() && read_compressed();
      case 2:
        return read_codes() && read_compressed();
      default:
        return false;
    }
  }

  bool read_stored() {
    bits_.align();
    const std::uint32_t size = bits_.take(16);
    if ((size ^ bits_.take(16)) != 0xFFFF) return false;
    const std::string_view stored = bits_.take_bytes(size);
    if (stored.size() > bytes_max_ - out_.size()) return false;
    out_.append(stored);
    return true;
  }

  // RFC 1951 §3.2.6.
  bool set_fixed_codes() {
    std::array<std::uint8_t, kLiteralsMax> lengths;
    std::fill(lengths.begin(), lengths.begin() + 144, std::uint8_t{8});
    std::fill(lengths.begin() + 144, lengths.begin() + 256, std::uint8_t{9});
    std::fill(lengths.begin() + 256, lengths.begin() + 280, std::uint8_t{7});
    std::fill(lengths.begin() + 280, lengths.end(), std::uint8_t{8});
    std::array<std::uint8_t, kDistancesMax> distances;
    distances.fill(5);
    return literals_.build(lengths) && distances_.build(distances);
  }

  // RFC 1951 §3.2.7: the code lengths of both codes, themselves encoded.
  bool read_codes() {
    const std::size_t literals = bits_.take(5) + 257;
    const std::size_t distances = bits_.take(5) + 1;
    HuffmanCode code;
    if (!read_length_code(&code)) return false;
    std::array<std::uint8_t, kLiteralsMax + kDistancesMax> lengths{};
    const std::size_t count = literals + distances;
    if (!read_lengths(code, std::span(lengths).first(count))) return false;
    const std::span<const std::uint8_t> all(lengths);
    return literals <= kLiteralsMax && literals_.build(all.first(literals)) &&
           distances_.build(all.subspan(literals, distances));
  }

  bool read_length_code(HuffmanCode* code) {
    static constexpr std::uint8_t kOrder[] = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const std::size_t count = bits_.take(4) + 4;
    std::array<std::uint8_t, std::size(kOrder)> lengths{};
    for (std::size_t i = 0; i < count; ++i) {
      lengths[kOrder[i]] = static_cast<std::uint8_t>(bits_.take(3));
    }
    return code->build(lengths);
  }

  bool read_lengths(const HuffmanCode& code, std::span<std::uint8_t> lengths) {
    for (std::size_t at = 0; at < lengths.size();) {
      const auto symbol = code.take(&bits_);
      if (!symbol || bits_.failed()) return false;
      if (*symbol < 16) {
        lengths[at++] = static_cast<std::uint8_t>(*symbol);
        continue;
      }
      if (*symbol == 16 && at == 0) return false;
      const std::uint8_t repeated = *symbol == 16 ? lengths[at - 1] : 0;
      const std::size_t times = *symbol == 16   ? 3 + bits_.take(2)
                                : *symbol == 17 ? 3 + bits_.take(3)
                                                : 11 + bits_.take(7);
      if (times > lengths.size() - at) return false;
      for (std::size_t i = 0; i < times; ++i) lengths[at++] = repeated;
    }
    return true;
  }

  bool read_compressed() {
    for (;;) {
      const auto symbol = literals_.take(&bits_);
      if (!symbol || bits_.failed()) return false;
      if (*symbol == kEndOfBlock) return true;
      if (*symbol < kEndOfBlock) {
        if (out_.size() == bytes_max_) return false;
        out_.push_back(static_cast<char>(*symbol));
      } else if (!copy_earlier(*symbol - kEndOfBlock - 1)) {
        return false;
      }
    }
  }

  // A copy may reach into itself: it then repeats.
  bool copy_earlier(std::size_t length_symbol) {
    if (length_symbol >= std::size(kLengths)) return false;
    const Extra length = kLengths[length_symbol];
    const std::size_t size = length.base + bits_.take(length.bits);
    const auto symbol = distances_.take(&bits_);
    if (!symbol || *symbol >= std::size(kDistances)) return false;
    const Extra extra = kDistances[*symbol];
    const std::size_t distance = extra.base + bits_.take(extra.bits);
    if (distance > out_.size() || size > bytes_max_ - out_.size()) return false;
    for (std::size_t i = 0; i < size; ++i) {
      out_.push_back(out_[out_.size() - distance]);
    }
    return true;
  }

  BitReader bits_;
  std::size_t bytes_max_;
  std::string out_;
  HuffmanCode literals_;
  HuffmanCode distances_;
};

// CRC-32 of the IEEE (RFC 1952 §8).
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

std::uint32_t little_endian(std::string_view four) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i > 0; --i) {
    number = number << 8 | static_cast<std::uint8_t>(four[i - 1]);
  }
  return number;
}

}  // namespace

// A member without optional fields (RFC 1952 §2.3): `gzip -n` writes no other.
std::optional<std::string> unpack(std::string_view packed,
                                  std::size_t bytes_max) {
  constexpr std::string_view kMagic("\x1f\x8b\x08\0", 4);
  constexpr std::size_t kHeadBytes = 10;
  constexpr std::size_t kTailBytes = 8;
  if (packed.size() < kHeadBytes || !packed.starts_with(kMagic)) {
    return std::nullopt;
  }
  Inflater inflater(packed.substr(kHeadBytes), bytes_max);
  if (!inflater.run() || inflater.bytes_left() != kTailBytes) {
    return std::nullopt;
  }
  const std::string_view tail = inflater.take_rest(kTailBytes);
  std::string bytes = inflater.take_output();
  const bool intact =
      little_endian(tail) == crc32(bytes) &&
      little_endian(tail.substr(4)) == static_cast<std::uint32_t>(bytes.size());
  if (!intact) return std::nullopt;
  return bytes;
}

}  // namespace papo::gzip
