#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_map>

namespace papo::base {
namespace {

// The key and the texts of the paper's own test vectors: bytes that count up.
constexpr HashKey kKey = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

std::string counting(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i);
  return bytes;
}

TEST(SipHash13, GivesWhatEveryImplementationGives) {
  const struct {
    std::size_t size;
    std::uint64_t hash;
  } rows[] = {
      {0, 0xabac0158050fc4dc},  {1, 0xc9f49bf37d57ca93},
      {7, 0xd3927d989bb11140},  {8, 0x369095118d299a8e},
      {9, 0x25a48eb36c063de4},  {15, 0xd320d86d2a519956},
      {16, 0xcc4fdd1a7d908b66}, {63, 0x9d199062b7bbb3a8},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(siphash13(kKey, counting(row.size)), row.hash) << row.size;
  }
}

TEST(SipHash13, DependsOnEveryByteAndOnTheKey) {
  const std::string text = counting(19);
  std::set<std::uint64_t> hashes = {siphash13(kKey, text)};
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 0x80);
    hashes.insert(siphash13(kKey, other));
  }
  hashes.insert(siphash13({kKey.low ^ 1, kKey.high}, text));
  hashes.insert(siphash13({kKey.low, kKey.high ^ 1}, text));
  // Zeros at the end are bytes, too.
  hashes.insert(siphash13(kKey, text + '\0'));
  EXPECT_EQ(hashes.size(), text.size() + 4);
}

TEST(SipHash13, ReadsWordsAtAnyAlignment) {
  const std::string text = counting(24);
  for (std::size_t offset = 0; offset < 8; ++offset) {
    const std::string shifted = std::string(offset, '.') + text;
    EXPECT_EQ(siphash13(kKey, std::string_view(shifted).substr(offset)),
              siphash13(kKey, text));
  }
}

TEST(NameHash, FindsByAViewWithoutAString) {
  std::unordered_map<std::string, int, NameHash, std::equal_to<>> table(
      8, NameHash{kKey});
  table["ana"] = 1;
  EXPECT_EQ(table.find(std::string_view("ana"))->second, 1);
  EXPECT_EQ(table.find(std::string_view("Ana")), table.end());
}

}  // namespace
}  // namespace papo::base
