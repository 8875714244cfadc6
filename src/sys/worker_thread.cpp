#include "sys/worker_thread.h"

#include <sys/resource.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <csignal>
#include <ctime>
#include <utility>

#include "base/check.h"
#include "sys/clock.h"
#include "sys/thread.h"

namespace papo::sys {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kRestMax = 50'000'000;

std::int64_t steady_nanoseconds() {
  ::timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * kSecond + std::int64_t{now.tv_nsec};
}

// On Linux priorities are a thread's own. Where they cannot be had, the rests
// have to do.
void lower_priority() {
#if defined(__linux__)
  constexpr int kNice = 10;
  const auto thread = static_cast<::id_t>(::syscall(SYS_gettid));
  static_cast<void>(::setpriority(PRIO_PROCESS, thread, kNice));
#if defined(SYS_ioprio_set)
  constexpr int kThisThread = 1;                // IOPRIO_WHO_PROCESS
  constexpr int kBestEffortLast = 2 << 13 | 7;  // its class and level
  static_cast<void>(::syscall(SYS_ioprio_set, kThisThread, 0, kBestEffortLast));
#endif
#endif
}

}  // namespace

WorkerThread::WorkerThread(Priority priority, const Wakeup* wakeup)
    : priority_(priority), wakeup_(wakeup) {}

WorkerThread::~WorkerThread() {
  if (has_thread_) {
    {
      const Guard guard(&mutex_);
      ending_ = true;
      changed_.tell_all();
    }
    ::pthread_join(thread_, nullptr);
  }
  ::pthread_mutex_destroy(&mutex_);
}

void WorkerThread::start(log::Job* job) {
  PAPO_CHECK(!busy());
  busy_.store(true, std::memory_order_relaxed);
  if (!has_thread_ && !begin_thread()) {
    run_job(job);
    return;
  }
  const Guard guard(&mutex_);
  job_ = job;
  changed_.tell_all();
}

bool WorkerThread::begin_thread() {
  has_thread_ = sys::begin_thread(&thread_, run_thread, this);
  return has_thread_;
}

void* WorkerThread::run_thread(void* self) {
  static_cast<WorkerThread*>(self)->run();
  return nullptr;
}

void WorkerThread::run() {
  if (priority_ == Priority::Background) lower_priority();
  for (;;) {
    log::Job* job = nullptr;
    {
      const Guard guard(&mutex_);
      while (job_ == nullptr && !ending_) {
        changed_.wait(&mutex_);
      }
      if (job_ == nullptr) return;
      job = std::exchange(job_, nullptr);
    }
    run_job(job);
  }
}

void WorkerThread::run_job(log::Job* job) {
  rested_at_ = steady_nanoseconds();
  job->run(*this);
  {
    const Guard guard(&mutex_);
    busy_.store(false, std::memory_order_release);
    changed_.tell_all();
  }
  wakeup_->wake();
}

void WorkerThread::wait() {
  const Guard guard(&mutex_);
  while (busy()) changed_.wait(&mutex_);
}

bool WorkerThread::wait(base::Micros* left) {
  const base::Micros end = read_clocks().steady + *left;
  const Guard guard(&mutex_);
  while (busy() && changed_.wait_until(&mutex_, end)) {
  }
  *left = std::max(end - read_clocks().steady, base::Micros(0));
  return !busy();
}

void WorkerThread::rest() {
  const std::int64_t worked = steady_nanoseconds() - rested_at_;
  const std::int64_t length = std::clamp<std::int64_t>(worked, 0, kRestMax);
  ::timespec rest{};
  rest.tv_nsec = static_cast<decltype(rest.tv_nsec)>(length);
  ::nanosleep(&rest, nullptr);
  rested_at_ = steady_nanoseconds();
}

}  // namespace papo::sys
