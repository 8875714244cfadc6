// What every thread beside the loop's is begun with, how it locks, and how it
// waits.
#pragma once

#include <pthread.h>

#include "base/time.h"

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

// What threads that share a mutex tell each other of. REQUIRES of each wait:
// the mutex is held; it is not while the thread waits. A wait may end without
// anybody having told.
class Condition {
 public:
  Condition();
  ~Condition() { ::pthread_cond_destroy(&told_); }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void tell_all() { ::pthread_cond_broadcast(&told_); }
  void wait(::pthread_mutex_t* mutex) { ::pthread_cond_wait(&told_, mutex); }
  // False when the steady clock has reached `end`.
  bool wait_until(::pthread_mutex_t* mutex, base::Micros end);

 private:
  ::pthread_cond_t told_;
};

}  // namespace papo::sys
