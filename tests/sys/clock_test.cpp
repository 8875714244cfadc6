#include "sys/clock.h"

#include <gtest/gtest.h>

#include <ctime>

namespace papo::sys {
namespace {

TEST(Clock, GoesOnAndNeverBack) {
  base::Moment last = read_clocks();
  for (int i = 0; i < 1'000; ++i) {
    const base::Moment now = read_clocks();
    ASSERT_GE(now.steady, last.steady);
    last = now;
  }
  // Each reading takes some time: a clock that stands still is none.
  const base::Micros begin = last.steady;
  while (read_clocks().steady == begin) {
  }
}

TEST(Clock, TellsTheWallsTimeSinceTheEpoch) {
  const auto before = std::chrono::seconds(std::time(nullptr) - 1);
  const base::Micros wall = read_clocks().wall;
  const auto after = std::chrono::seconds(std::time(nullptr) + 2);
  EXPECT_GE(wall, before);
  EXPECT_LE(wall, after);
}

}  // namespace
}  // namespace papo::sys
