#include "crypto/sha1.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::crypto {
namespace {

std::string hex(const Sha1Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

struct Case {
  const char* name;
  std::string bytes;
  const char* digest;
};

// The first four are FIPS 180's examples; the others stand at the edges of the
// padding (§5.1.1).
TEST(Sha1, GivesTheKnownAnswers) {
  const Case cases[] = {
      {"nothing", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"one block", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
      {"a million times a", std::string(1000000, 'a'),
       "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
      {"the last length that leaves room for the length", std::string(55, 'x'),
       "cef734ba81a024479e09eb5a75b6ddae62e6abf1"},
      {"the first that needs another block", std::string(56, 'x'),
       "901305367c259952f4e7af8323f480d59f81335b"},
      {"one byte short of a block", std::string(63, 'x'),
       "0ddc4e0cccd9a12850deb5abb0853a4425559fec"},
      {"exactly a block", std::string(64, 'x'),
       "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"},
      {"a block and a byte", std::string(65, 'x'),
       "78c741ddc482e4cdf8c474a0876347a0905b6233"},
      {"two blocks, last with room", std::string(119, 'x'),
       "4300320394f7ee239bcdce7d3b8bcee173a0cd5c"},
      {"two blocks, first without room", std::string(120, 'x'),
       "ceb2821639c4b6dcb10bce0e522ca2e608ce056d"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(hex(sha1(each.bytes)), each.digest);
  }
}

}  // namespace
}  // namespace papo::crypto
