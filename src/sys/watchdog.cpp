#include "sys/watchdog.h"

#include <unistd.h>

#include <ctime>

#include "sys/thread.h"

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
  ::pthread_t thread{};
  if (begin_thread(&thread, run, nullptr)) ::pthread_detach(thread);
}

}  // namespace papo::sys
