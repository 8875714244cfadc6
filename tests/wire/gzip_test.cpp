// Members as gzip writes them, of each kind of block; then damage of every bit.
#include "wire/gzip.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::gzip {
namespace {

constexpr std::size_t kEnough = 1 << 20;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(
        std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

struct Member {
  const char* name;
  std::string packed;
  std::string bytes;
};

const Member kMembers[] = {
    {"empty", bytes_of("1f8b080000000000020303000000000000000000"), ""},
    {"stored",
     bytes_of("1f8b0800000000000203010400fbff7061706fa8db5cf104000000"),
     "papo"},
    {"fixed codes",
     bytes_of("1f8b08000000000002032b482cc85728801100670c7ba80e000000"),
     "papo papo papo"},
    {"codes of its own",
     bytes_of(
         "1f8b08000000000002032d8e890d043108035b716b0106e8bf8235a7b3a290587e205"
         "518533c7cb4a56730bc85d52e7a54abc44810986f294d225b4274ef1b0b755a5b030d"
         "dccf82ed4e45e6e3695567ed569f18eadd18a75fa1cdd16ec52f5df08432a55f510c1"
         "d271d37d43157d0f30ff0bd19e95dbce6a13e76b48e48dc000000"),
     "ec deeeegdeaeeae hd aaaaegeaheeh hhe aedf d eg  eebeheef  cedfe eaeb "
     "effhaghe  e aeegebe gee e a eahffc bccaea h df  cff f  e eeda e eg d "
     "geahaeebfeehehae eb egb cc  fe eabgefbeg dgegede ea e afg e eg de "
     "ehcbceffg      d"},
    {"a copy that repeats itself",
     bytes_of("1f8b08000000000002034b4c1c05a360140c77000003da389ae8030000"),
     std::string(1000, 'a')},
};

TEST(Gzip, UnpacksEveryKindOfBlock) {
  for (const Member& each : kMembers) {
    SCOPED_TRACE(each.name);
    const auto bytes = unpack(each.packed, kEnough);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_EQ(*bytes, each.bytes);
  }
}

TEST(Gzip, UnpacksNoMoreThanIsAllowed) {
  for (const Member& each : kMembers) {
    SCOPED_TRACE(each.name);
    EXPECT_TRUE(unpack(each.packed, each.bytes.size()).has_value());
    if (each.bytes.empty()) continue;
    EXPECT_FALSE(unpack(each.packed, each.bytes.size() - 1).has_value());
  }
}

// The checksum and the size cover all but the head, whose time (bytes 4 to 7),
// extra flags and system mean nothing to us.
TEST(Gzip, RefusesEveryFlippedBitAndEveryCut) {
  for (const Member& each : kMembers) {
    SCOPED_TRACE(each.name);
    for (std::size_t bit = 0; bit < each.packed.size() * 8; ++bit) {
      std::string damaged = each.packed;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
      const auto bytes = unpack(damaged, kEnough);
      const bool matters = bit / 8 < 4 || bit / 8 >= 10;
      if (matters && bytes) {
        // Bits that pad a last byte are not looked at.
        EXPECT_EQ(*bytes, each.bytes) << "bit " << bit;
      }
    }
    for (std::size_t size = 0; size < each.packed.size(); ++size) {
      EXPECT_FALSE(unpack(each.packed.substr(0, size), kEnough).has_value());
    }
    EXPECT_FALSE(unpack(each.packed + "x", kEnough).has_value());
  }
}

TEST(Gzip, RefusesImpossibleBlocks) {
  const std::string head = bytes_of("1f8b0800000000000003");
  const struct {
    const char* name;
    const char* hex;
  } rows[] = {
      {"nothing", ""},
      {"the reserved kind (RFC 1951 3.2.3)", "07"},
      {"a stored block whose sizes differ", "01010000000061"},
      {"a distance before the beginning", "0302000000"},
      {"more codes than there are (3.2.2)", "05c08110000000"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(unpack(head + bytes_of(row.hex), kEnough).has_value());
    EXPECT_FALSE(
        unpack(head + bytes_of(row.hex) + std::string(64, '\0'), kEnough)
            .has_value());
  }
}

}  // namespace
}  // namespace papo::gzip
