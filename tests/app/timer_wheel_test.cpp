#include "app/timer_wheel.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace papo::app {
namespace {

using base::Micros;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Micros kStart = seconds(1'000);
constexpr Micros kTick = TimerWheel::kTick;

std::vector<Timed*> take_all(TimerWheel* wheel, Micros now) {
  std::vector<Timed*> taken;
  while (Timed* timed = wheel->take_due(now)) taken.push_back(timed);
  return taken;
}

TEST(TimerWheel, MeetsADeadlineNeverEarlyAndAtMostATickLate) {
  const Micros delays[] = {
      Micros(0),         Micros(1),   kTick - Micros(1),     kTick,
      kTick + Micros(1), seconds(10), kTick * 511,           kTick * 512,
      kTick * 513,       seconds(75), seconds(60 * 60 * 24), Micros(-5),
  };
  for (const Micros delay : delays) {
    SCOPED_TRACE(delay.count());
    TimerWheel wheel(kStart);
    Timed timed;
    const Micros set_at = kStart + milliseconds(37);
    EXPECT_TRUE(take_all(&wheel, set_at).empty());
    wheel.set(&timed, set_at + delay);
    const Micros when = std::max(set_at + delay, set_at);
    if (delay.count() > 0) {
      EXPECT_TRUE(take_all(&wheel, when - Micros(1)).empty());
    }
    EXPECT_EQ(take_all(&wheel, when + kTick), std::vector<Timed*>{&timed});
    EXPECT_TRUE(take_all(&wheel, when + seconds(100'000)).empty());
    EXPECT_EQ(timed.deadline_tick, 0u);
    EXPECT_EQ(timed.place_tick, 0u);
  }
}

TEST(TimerWheel, MovesADeadlineLaterAndEarlier) {
  TimerWheel wheel(kStart);
  Timed timed;
  wheel.set(&timed, kStart + seconds(10));
  wheel.set(&timed, kStart + seconds(20));
  EXPECT_TRUE(take_all(&wheel, kStart + seconds(15)).empty());
  wheel.set(&timed, kStart + seconds(16));
  EXPECT_EQ(take_all(&wheel, kStart + seconds(17)).size(), 1u);
  wheel.set(&timed, kStart + seconds(300));
  wheel.set(&timed, kStart + seconds(18));
  EXPECT_EQ(take_all(&wheel, kStart + seconds(19)).size(), 1u);
}

TEST(TimerWheel, ForgetsWhatIsCleared) {
  TimerWheel wheel(kStart);
  Timed one;
  Timed other;
  wheel.clear(&one);
  wheel.set(&one, kStart + seconds(1));
  wheel.set(&other, kStart + seconds(1));
  wheel.clear(&one);
  wheel.clear(&one);
  EXPECT_EQ(take_all(&wheel, kStart + seconds(2)), std::vector<Timed*>{&other});
}

// A deadline that has passed while nobody asked, or is set in the past, is met
// at once; and one that is set while others are taken is not lost.
TEST(TimerWheel, CatchesUpAfterALongPause) {
  TimerWheel wheel(kStart);
  std::vector<Timed> timed(100);
  for (std::size_t i = 0; i < timed.size(); ++i) {
    wheel.set(&timed[i], kStart + seconds(i * 7));
  }
  const Micros later = kStart + seconds(100'000);
  Timed* first = wheel.take_due(later);
  ASSERT_NE(first, nullptr);
  wheel.set(first, later + seconds(5));
  EXPECT_EQ(take_all(&wheel, later).size(), 99u);
  EXPECT_EQ(take_all(&wheel, later + seconds(6)), std::vector<Timed*>{first});
}

TEST(TimerWheel, SaysWhenToAskAgain) {
  TimerWheel wheel(kStart);
  const Micros at_most = seconds(60);
  EXPECT_EQ(wheel.next_due(kStart, at_most), kStart + at_most);
  Timed timed;
  wheel.set(&timed, kStart + seconds(10));
  const Micros due = wheel.next_due(kStart, at_most);
  EXPECT_GE(due, kStart + seconds(10));
  EXPECT_LE(due, kStart + seconds(10) + kTick);
  EXPECT_EQ(wheel.next_due(kStart, seconds(1)), kStart + seconds(1));
  // Overdue: now, not in the past.
  EXPECT_EQ(wheel.next_due(kStart + seconds(20), at_most),
            kStart + seconds(20));
}

// Whoever waits until next_due() and then takes, meets every deadline in time,
// although it is set, moved and cleared at random.
TEST(TimerWheel, IsAMapFromTimesToThings) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    TimerWheel wheel(kStart);
    std::vector<Timed> timed(40);
    std::map<Timed*, Micros> model;
    Micros now = kStart;
    for (int step = 0; step < 3'000; ++step) {
      Timed* one = &timed[random() % timed.size()];
      switch (random() % 4) {
        case 0:
        case 1: {
          const Micros delay = Micros(random() % 200'000'000);
          wheel.set(one, now + delay);
          model[one] = now + delay;
          break;
        }
        case 2:
          wheel.clear(one);
          model.erase(one);
          break;
        default:
          now = random() % 2 == 0 ? wheel.next_due(now, seconds(60))
                                  : now + Micros(random() % 2'000'000);
          break;
      }
      for (Timed* due : take_all(&wheel, now)) {
        ASSERT_TRUE(model.count(due)) << "nobody asked";
        ASSERT_GE(now, model[due]) << "early";
        model.erase(due);
      }
      for (const auto& [each, when] : model) {
        ASSERT_LT(now, when + kTick) << "late";
      }
    }
  }
}

}  // namespace
}  // namespace papo::app
