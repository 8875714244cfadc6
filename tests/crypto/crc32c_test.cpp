#include "crypto/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::crypto {
namespace {

std::string counting(int first, int step) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) {
    bytes.push_back(static_cast<char>(first + i * step));
  }
  return bytes;
}

struct Case {
  const char* name;
  std::string bytes;
  std::uint32_t checksum;
};

TEST(Crc32c, GivesTheKnownAnswers) {
  const std::string read_command(
      "\x01\xC0\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
      "\x14\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x14\x00\x00\x00\x18"
      "\x28\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00",
      48);
  const Case cases[] = {
      {"nothing", "", 0},
      {"32 zeros (RFC 3720 B.4)", std::string(32, '\0'), 0x8A9136AA},
      {"32 ones (RFC 3720 B.4)", std::string(32, '\xFF'), 0x62A8AB43},
      {"counting up (RFC 3720 B.4)", counting(0, 1), 0x46DD794E},
      {"counting down (RFC 3720 B.4)", counting(31, -1), 0x113FDB5C},
      {"a read command (RFC 3720 B.4)", read_command, 0xD9963A56},
      {"the catalogue's check value", "123456789", 0xE3069283},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(crc32c(0, each.bytes), each.checksum);
    for (std::size_t at = 0; at <= each.bytes.size(); ++at) {
      const std::uint32_t before = crc32c(0, each.bytes.substr(0, at));
      EXPECT_EQ(crc32c(before, each.bytes.substr(at)), each.checksum) << at;
    }
  }
}

// One bit after the other by the polynomial, as the tables and the instruction
// must have it too.
std::uint32_t by_definition(std::string_view bytes) {
  std::uint32_t state = 0xFFFFFFFF;
  for (const char byte : bytes) {
    state ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      state = state >> 1 ^ ((state & 1) != 0 ? 0x82F63B78 : 0);
    }
  }
  return ~state;
}

TEST(Crc32c, AgreesWithItsDefinitionAtEveryLengthAndAlignment) {
  std::string bytes;
  for (std::uint32_t i = 0, value = 1; i < 96; ++i, value = value * 167 + 13) {
    bytes.push_back(static_cast<char>(value >> 3));
  }
  for (std::size_t from = 0; from < 8; ++from) {
    for (std::size_t size = 0; from + size <= bytes.size(); ++size) {
      const auto part = std::string_view(bytes).substr(from, size);
      EXPECT_EQ(crc32c(0, part), by_definition(part)) << from << '+' << size;
    }
  }
}

}  // namespace
}  // namespace papo::crypto
