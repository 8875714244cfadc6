#include "sys/wakeup.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <cerrno>
#include <thread>

namespace papo::sys {
namespace {

bool is_readable(const Wakeup& wakeup, int milliseconds = 0) {
  pollfd polled = {wakeup.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, milliseconds) == 1;
}

TEST(Wakeup, IsReadableUntilDrained) {
  const auto wakeup = Wakeup::create();
  ASSERT_TRUE(wakeup.ok());
  EXPECT_FALSE(is_readable(*wakeup));
  wakeup->wake();
  wakeup->wake();
  EXPECT_TRUE(is_readable(*wakeup));
  wakeup->drain();
  EXPECT_FALSE(is_readable(*wakeup));
  wakeup->drain();
  wakeup->wake();
  EXPECT_TRUE(is_readable(*wakeup));
}

// More often than a pipe has room for; and a signal handler may not leave
// another errno behind.
TEST(Wakeup, NeverBlocksAndKeepsErrno) {
  const auto wakeup = Wakeup::create();
  ASSERT_TRUE(wakeup.ok());
  errno = EDOM;
  for (int i = 0; i < 200'000; ++i) wakeup->wake();
  EXPECT_EQ(errno, EDOM);
  EXPECT_TRUE(is_readable(*wakeup));
  wakeup->drain();
  EXPECT_FALSE(is_readable(*wakeup));
}

TEST(Wakeup, WakesFromAnotherThread) {
  const auto wakeup = Wakeup::create();
  ASSERT_TRUE(wakeup.ok());
  std::thread other([&] { wakeup->wake(); });
  EXPECT_TRUE(is_readable(*wakeup, 30'000));
  other.join();
}

}  // namespace
}  // namespace papo::sys
