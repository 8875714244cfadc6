#include "sys/thread.h"

#include <csignal>
#include <cstddef>
#include <ctime>

#include "base/check.h"
#include "sys/clock.h"

namespace papo::sys {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} * 1024;

::timespec to_timespec(base::Micros time) {
  ::timespec result{};
  result.tv_sec =
      static_cast<decltype(result.tv_sec)>(time.count() / 1'000'000);
  result.tv_nsec =
      static_cast<decltype(result.tv_nsec)>(time.count() % 1'000'000 * 1'000);
  return result;
}

}  // namespace

bool begin_thread(::pthread_t* thread, void* (*run)(void*), void* argument) {
  ::sigset_t all;
  ::sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  ::pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kStackBytes);
  const bool begun = ::pthread_create(thread, &attributes, run, argument) == 0;
  ::pthread_attr_destroy(&attributes);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return begun;
}

// Apple's conditions know no steady clock, but how long a wait may be.
#if defined(__APPLE__)
Condition::Condition() {
  ::pthread_cond_init(&told_, nullptr);
}

bool Condition::wait_until(::pthread_mutex_t* mutex, base::Micros end) {
  const base::Micros left = end - read_clocks().steady;
  if (left <= base::Micros(0)) return false;
  const ::timespec length = to_timespec(left);
  ::pthread_cond_timedwait_relative_np(&told_, mutex, &length);
  return true;
}
#else
Condition::Condition() {
  ::pthread_condattr_t attributes;
  ::pthread_condattr_init(&attributes);
  PAPO_CHECK(::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
  ::pthread_cond_init(&told_, &attributes);
  ::pthread_condattr_destroy(&attributes);
}

bool Condition::wait_until(::pthread_mutex_t* mutex, base::Micros end) {
  if (read_clocks().steady >= end) return false;
  const ::timespec time = to_timespec(end);
  ::pthread_cond_timedwait(&told_, mutex, &time);
  return true;
}
#endif

}  // namespace papo::sys
