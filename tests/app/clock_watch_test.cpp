#include "app/clock_watch.h"

#include <gtest/gtest.h>

namespace papo::app {
namespace {

using base::Micros;

TEST(ClockWatch, KnowsHowFarTheIdsAreAhead) {
  const struct {
    chat::MessageId last_id;
    std::int64_t wall;
    std::uint64_t ahead;
  } rows[] = {
      {0, 0, 0},
      {1'700'000'000'000'000, 1'700'000'000'000'000, 0},
      {1'700'000'000'000'000, 1'800'000'000'000'000, 0},
      {1'700'000'005'000'000, 1'700'000'000'000'000, 0},
      {1'700'000'005'000'001, 1'700'000'000'000'000, 5},
      {1'700'003'600'999'999, 1'700'000'000'000'000, 3600},
      {1'700'000'000'000'000, -5, 1'700'000'000},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(seconds_ahead(row.last_id, Micros(row.wall)), row.ahead)
        << row.last_id << ' ' << row.wall;
  }
}

TEST(ClockWatch, SaysSoOnceAndWhenItIsOver) {
  ClockWatch watch;
  EXPECT_EQ(watch.look(0), "");
  EXPECT_TRUE(
      watch.look(3600).starts_with("ids are 3600 s ahead of the clock"));
  EXPECT_EQ(watch.look(3599), "");
  EXPECT_EQ(watch.look(6), "");
  EXPECT_EQ(watch.look(0), "the clock has caught up with the ids");
  EXPECT_EQ(watch.look(0), "");
  EXPECT_TRUE(watch.look(10).starts_with("ids are 10 s ahead"));
}

}  // namespace
}  // namespace papo::app
