#include "crypto/sha1.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace papo::crypto {
namespace {

constexpr std::size_t kBlockSize = 64;
constexpr std::size_t kLengthAt = 56;  // the message's length ends its block

using State = std::array<std::uint32_t, 5>;

// The 80 words that a block is stretched to (§6.1.2, step 1).
std::array<std::uint32_t, 80> schedule(const char* block) {
  std::array<std::uint32_t, 80> words;
  for (std::size_t t = 0; t < 16; ++t) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      word = word << 8 | static_cast<std::uint8_t>(block[4 * t + i]);
    }
    words[t] = word;
  }
  for (std::size_t t = 16; t < 80; ++t) {
    words[t] = std::rotl(
        words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
  }
  return words;
}

// The three functions of §4.1.1.
constexpr auto kChoose = [](std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  return (x & y) ^ (~x & z);
};
constexpr auto kParity = [](std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  return x ^ y ^ z;
};
constexpr auto kMajority = [](std::uint32_t x, std::uint32_t y,
                              std::uint32_t z) {
  return (x & y) ^ (x & z) ^ (y & z);
};

// Twenty rounds of step 3 of §6.1.2 with their function and their constant K
// (§4.2.1); the letters are the standard's.
template <class Function>
void run_rounds(const std::uint32_t* words, Function function, std::uint32_t k,
                State* state) {
  auto [a, b, c, d, e] = *state;
  for (std::size_t t = 0; t < 20; ++t) {
    const std::uint32_t next =
        std::rotl(a, 5) + function(b, c, d) + e + k + words[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  *state = {a, b, c, d, e};
}

void absorb(const char* block, State* state) {
  const std::array<std::uint32_t, 80> words = schedule(block);
  State work = *state;
  run_rounds(&words[0], kChoose, 0x5A827999, &work);
  run_rounds(&words[20], kParity, 0x6ED9EBA1, &work);
  run_rounds(&words[40], kMajority, 0x8F1BBCDC, &work);
  run_rounds(&words[60], kParity, 0xCA62C1D6, &work);
  for (std::size_t i = 0; i < work.size(); ++i) (*state)[i] += work[i];
}

// Absorbs what is left after the whole blocks, the 1 bit, the zeros and the
// length in bits (§5.1.1): one block, or two when the length finds no room.
void absorb_last(std::string_view rest, std::uint64_t byte_count,
                 State* state) {
  std::array<char, 2 * kBlockSize> padded{};
  if (!rest.empty()) std::memcpy(padded.data(), rest.data(), rest.size());
  padded[rest.size()] = static_cast<char>(0x80);
  const std::size_t last = rest.size() < kLengthAt ? 0 : kBlockSize;
  for (std::size_t i = 0; i < 8; ++i) {
    padded[last + kLengthAt + i] =
        static_cast<char>(byte_count * 8 >> (56 - 8 * i));
  }
  for (std::size_t at = 0; at <= last; at += kBlockSize) {
    absorb(padded.data() + at, state);
  }
}

}  // namespace

Sha1Digest sha1(std::string_view bytes) {
  State state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const std::uint64_t byte_count = bytes.size();
  while (bytes.size() >= kBlockSize) {
    absorb(bytes.data(), &state);
    bytes.remove_prefix(kBlockSize);
  }
  absorb_last(bytes, byte_count, &state);

  Sha1Digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace papo::crypto
