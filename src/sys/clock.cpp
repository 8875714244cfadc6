#include "sys/clock.h"

#include <ctime>

#include "base/check.h"

namespace papo::sys {
namespace {

base::Micros read_clock(clockid_t clock) {
  timespec time{};
  PAPO_CHECK(::clock_gettime(clock, &time) == 0);
  return std::chrono::seconds(time.tv_sec) + base::Micros(time.tv_nsec / 1'000);
}

}  // namespace

base::Moment read_clocks() {
  return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC)};
}

}  // namespace papo::sys
