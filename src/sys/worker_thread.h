// A thread that runs one job at a time for the log (log/worker.h).
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

#include "log/worker.h"
#include "sys/thread.h"
#include "sys/wakeup.h"

namespace papo::sys {

class WorkerThread final : public log::Worker {
 public:
  enum class Priority : std::uint8_t {
    Normal,
    Background,  // as little of the processor and the disk as they give
  };
  // The thread begins with the first job, and blocks all signals. After each
  // job, when busy() is false, it wakes `wakeup`, which must outlive it.
  WorkerThread(Priority priority, const Wakeup* wakeup);
  // Waits for the job, and ends the thread.
  ~WorkerThread() override;
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Where no thread can be had, runs the job before it returns.
  void start(log::Job* job) override;
  bool busy() const override { return busy_.load(std::memory_order_acquire); }
  void wait() override;
  bool wait(base::Micros* left) override;
  // Sleeps as long as the job has worked since the last rest, up to 50 ms.
  void rest() override;

 private:
  static void* run_thread(void* self);
  void run();
  bool begin_thread();
  void run_job(log::Job* job);

  const Priority priority_;
  const Wakeup* wakeup_;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  Condition changed_;
  pthread_t thread_{};
  bool has_thread_ = false;
  // Guarded by mutex_.
  log::Job* job_ = nullptr;
  bool ending_ = false;
  std::atomic<bool> busy_ = false;
  std::int64_t rested_at_ = 0;  // nanoseconds; the job's
};

}  // namespace papo::sys
