#include "sys/thread.h"

#include <csignal>
#include <cstddef>

namespace papo::sys {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} * 1024;

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

}  // namespace papo::sys
