#include "sys/watchdog.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

namespace papo::sys {
namespace {

struct Watch {
  ::timespec time{};
  void (*speak)(void*) = nullptr;
  void* context = nullptr;
};
Watch watch;

void* run(void*) {
  ::nanosleep(&watch.time, nullptr);
  watch.speak(watch.context);
  ::_exit(1);
}

}  // namespace

void exit_after(base::Micros time, void (*speak)(void*), void* context) {
  watch.time.tv_sec =
      static_cast<decltype(watch.time.tv_sec)>(time.count() / 1'000'000);
  watch.time.tv_nsec =
      static_cast<decltype(watch.time.tv_nsec)>(time.count() % 1'000'000) *
      1000;
  watch.speak = speak;
  watch.context = context;
  ::sigset_t all;
  ::sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  ::pthread_t thread{};
  if (::pthread_create(&thread, nullptr, run, nullptr) == 0) {
    ::pthread_detach(thread);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace papo::sys
