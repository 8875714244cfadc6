#include "sys/thread.h"

#include <gtest/gtest.h>

#include <csignal>

#include "sys/clock.h"

namespace papo::sys {
namespace {

struct Seen {
  ::pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  bool blocks_term = false;
  bool ran = false;
};

void* look(void* argument) {
  auto* seen = static_cast<Seen*>(argument);
  ::sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  const Guard guard(&seen->mutex);
  seen->blocks_term = ::sigismember(&mask, SIGTERM) == 1;
  seen->ran = true;
  return nullptr;
}

TEST(Thread, RunsWithoutSignalsAndLeavesThoseOfWhoBeganIt) {
  ::sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  Seen seen;
  ::pthread_t thread{};
  {
    const Guard guard(&seen.mutex);
    ASSERT_TRUE(begin_thread(&thread, look, &seen));
    EXPECT_FALSE(seen.ran) << "the mutex is held";
  }
  ::pthread_join(thread, nullptr);
  EXPECT_TRUE(seen.ran);
  EXPECT_TRUE(seen.blocks_term);
  ::sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(::sigismember(&after, SIGTERM), ::sigismember(&before, SIGTERM));
}

struct Told {
  ::pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  Condition changed;
  bool is_told = false;
};

void* tell(void* argument) {
  auto* told = static_cast<Told*>(argument);
  const Guard guard(&told->mutex);
  told->is_told = true;
  told->changed.tell_all();
  return nullptr;
}

TEST(Condition, WaitsUntilItIsToldOrTheTimeHasCome) {
  Told told;
  ::pthread_t thread{};
  {
    const Guard guard(&told.mutex);
    const base::Micros now = read_clocks().steady;
    EXPECT_FALSE(told.changed.wait_until(&told.mutex, now));
    while (told.changed.wait_until(&told.mutex, now + base::Micros(1'000))) {
    }
    EXPECT_GE(read_clocks().steady, now + base::Micros(1'000));
    ASSERT_TRUE(begin_thread(&thread, tell, &told));
    const base::Micros end = now + std::chrono::seconds(30);
    while (!told.is_told && told.changed.wait_until(&told.mutex, end)) {
    }
    EXPECT_TRUE(told.is_told);
  }
  ::pthread_join(thread, nullptr);
}

}  // namespace
}  // namespace papo::sys
