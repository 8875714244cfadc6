#include "crypto/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__SSE4_2__) && defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32) && defined(__AARCH64EL__)
#include <arm_acle.h>
#endif

namespace papo::crypto {
namespace {

// Each of the three ways defines take_byte() and take_eight(), which move the
// inverted checksum over one byte, and over eight.

#if defined(__SSE4_2__) && defined(__x86_64__)

std::uint32_t take_byte(std::uint32_t state, char byte) {
  return _mm_crc32_u8(state, static_cast<std::uint8_t>(byte));
}

std::uint32_t take_eight(std::uint32_t state, const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, 8);
  return static_cast<std::uint32_t>(_mm_crc32_u64(state, word));
}

#elif defined(__ARM_FEATURE_CRC32) && defined(__AARCH64EL__)

std::uint32_t take_byte(std::uint32_t state, char byte) {
  return __crc32cb(state, static_cast<std::uint8_t>(byte));
}

std::uint32_t take_eight(std::uint32_t state, const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, 8);
  return __crc32cd(state, word);
}

#else

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // 0x1EDC6F41, bits reversed

// kTables[n][b] is what byte b does to the checksum n bytes later, so that
// eight bytes are looked up side by side (Kounavis and Berry, "A Systematic
// Approach to Building High Performance Software-Based CRC Generators").
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = value >> 1 ^ ((value & 1) != 0 ? kPolynomial : 0);
    }
    tables[0][byte] = value;
  }
  for (std::size_t n = 1; n < tables.size(); ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[n - 1][byte];
      tables[n][byte] = before >> 8 ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

std::uint32_t take_byte(std::uint32_t state, char byte) {
  return state >> 8 ^
         kTables[0][(state ^ static_cast<std::uint8_t>(byte)) & 0xFF];
}

// Four bytes, least significant first, on any machine.
std::uint32_t word_at(const char* bytes) {
  std::uint32_t word = 0;
  for (int i = 3; i >= 0; --i) {
    word = word << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  return word;
}

std::uint32_t take_eight(std::uint32_t state, const char* bytes) {
  const std::uint32_t low = state ^ word_at(bytes);
  const std::uint32_t high = word_at(bytes + 4);
  return kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^
         kTables[5][low >> 16 & 0xFF] ^ kTables[4][low >> 24] ^
         kTables[3][high & 0xFF] ^ kTables[2][high >> 8 & 0xFF] ^
         kTables[1][high >> 16 & 0xFF] ^ kTables[0][high >> 24];
}

#endif

}  // namespace

std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes) {
  std::uint32_t state = ~seed;
  while (bytes.size() >= 8) {
    state = take_eight(state, bytes.data());
    bytes.remove_prefix(8);
  }
  for (const char byte : bytes) state = take_byte(state, byte);
  return ~state;
}

}  // namespace papo::crypto
