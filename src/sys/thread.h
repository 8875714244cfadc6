// What every thread beside the loop's is begun with, and how it locks.
#pragma once

#include <pthread.h>

namespace papo::sys {

// Begins a thread that runs `run(argument)`: with 256 KiB of stack, and without
// signals, which are for the loop's thread. False when the system has none
// left; then nothing runs.
bool begin_thread(::pthread_t* thread, void* (*run)(void*), void* argument);

// Holds the mutex, which must outlive it.
class Guard {
 public:
  explicit Guard(::pthread_mutex_t* mutex) : mutex_(mutex) {
    ::pthread_mutex_lock(mutex_);
  }
  ~Guard() { ::pthread_mutex_unlock(mutex_); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  ::pthread_mutex_t* mutex_;
};

}  // namespace papo::sys
