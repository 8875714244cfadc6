#include "sys/system_random.h"

#include <gtest/gtest.h>

#include <set>

namespace papo::sys {
namespace {

// More than are drawn at a time: none comes twice, from one or from two.
TEST(SystemRandom, NeverRepeatsItself) {
  SystemRandom one;
  SystemRandom other;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(one.next());
    seen.insert(other.next());
  }
  EXPECT_EQ(seen.size(), 200u);
}

TEST(SystemRandom, UsesEveryBit) {
  SystemRandom random;
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = random.next();
    ones |= number;
    zeros |= ~number;
  }
  EXPECT_EQ(ones, ~std::uint64_t{0});
  EXPECT_EQ(zeros, ~std::uint64_t{0});
}

}  // namespace
}  // namespace papo::sys
