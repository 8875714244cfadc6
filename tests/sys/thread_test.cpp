#include "sys/thread.h"

#include <gtest/gtest.h>

#include <csignal>

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

}  // namespace
}  // namespace papo::sys
