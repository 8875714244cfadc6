// Looking for a byte of some class many bytes at a time: sixteen with SSE2,
// elsewhere eight in a word.
//
// A class of bytes is a type with two spellings of one rule:
//   static bool has(unsigned char byte);
//   static auto marks(auto block);  // built from the comparisons below
// and find_first<Class>() is then one loop for all of them. The comparisons
// are exact for every byte value: no mark depends on a neighbour.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace papo::base {

// Eight bytes in a word. Each comparison gives a block of marks.
class WordBlock {
 public:
  static constexpr std::size_t kBytes = 8;

  // REQUIRES: kBytes readable bytes, at any alignment.
  static WordBlock load(const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) {
      word = __builtin_bswap64(word);
    }
    return WordBlock(word);
  }

  // Marks the bytes that compare so. REQUIRES: `byte` is ASCII, or 0x80 for
  // at_least().
  // A mark is the top bit of its byte. Each sum stays within its byte, since
  // the top bit is masked away first and no addend exceeds 0x80.
  WordBlock equal(char byte) const {
    const std::uint64_t differing = word_ ^ each(byte);
    return WordBlock(~(((differing & kLow) + kLow) | differing) & kTop);
  }
  WordBlock at_least(char byte) const {
    return WordBlock((((word_ & kLow) + (kTop - each(byte))) | word_) & kTop);
  }
  WordBlock at_most(char byte) const {
    return WordBlock(~(((word_ & kLow) + (kLow - each(byte))) | word_) & kTop);
  }
  WordBlock or_with(WordBlock other) const {
    return WordBlock(word_ | other.word_);
  }
  WordBlock without(WordBlock other) const {
    return WordBlock(word_ & ~other.word_);
  }

  // The index of the first mark; kBytes when there is none.
  std::size_t first() const {
    return static_cast<std::size_t>(std::countr_zero(word_)) / 8;
  }

 private:
  static constexpr std::uint64_t kEach = 0x0101010101010101;
  static constexpr std::uint64_t kLow = 0x7F * kEach;
  static constexpr std::uint64_t kTop = 0x80 * kEach;
  static constexpr std::uint64_t each(char byte) {
    return static_cast<unsigned char>(byte) * kEach;
  }

  explicit WordBlock(std::uint64_t word) : word_(word) {}

  std::uint64_t word_;
};

#ifdef __SSE2__

// The same for sixteen bytes in a register.
class SseBlock {
 public:
  static constexpr std::size_t kBytes = 16;

  static SseBlock load(const char* at) {
    return SseBlock(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }

  SseBlock equal(char byte) const {
    return SseBlock(_mm_cmpeq_epi8(bits_, _mm_set1_epi8(byte)));
  }
  SseBlock at_least(char byte) const {
    return SseBlock(
        _mm_cmpeq_epi8(_mm_max_epu8(bits_, _mm_set1_epi8(byte)), bits_));
  }
  SseBlock at_most(char byte) const {
    return SseBlock(
        _mm_cmpeq_epi8(_mm_min_epu8(bits_, _mm_set1_epi8(byte)), bits_));
  }
  SseBlock or_with(SseBlock other) const {
    return SseBlock(_mm_or_si128(bits_, other.bits_));
  }
  SseBlock without(SseBlock other) const {
    return SseBlock(_mm_andnot_si128(other.bits_, bits_));
  }

  std::size_t first() const {
    const auto marks = static_cast<std::uint32_t>(_mm_movemask_epi8(bits_));
    return static_cast<std::size_t>(std::countr_zero(marks | 1u << kBytes));
  }

 private:
  explicit SseBlock(__m128i bits) : bits_(bits) {}

  __m128i bits_;
};

using WidestBlock = SseBlock;

#else

using WidestBlock = WordBlock;

#endif

// The index of the first byte of the class in [begin, end), or `end`.
// REQUIRES: begin <= end.
template <class Class, class Block = WidestBlock>
inline std::size_t find_first(const char* bytes, std::size_t begin,
                              std::size_t end) {
  std::size_t at = begin;
  for (; end - at >= Block::kBytes; at += Block::kBytes) {
    const std::size_t hit = Class::marks(Block::load(bytes + at)).first();
    if (hit != Block::kBytes) return at + hit;
  }
  while (at < end && !Class::has(static_cast<unsigned char>(bytes[at]))) ++at;
  return at;
}

}  // namespace papo::base
