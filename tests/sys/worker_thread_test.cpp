#include "sys/worker_thread.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <functional>
#include <memory>

namespace papo::sys {
namespace {

class LambdaJob final : public log::Job {
 public:
  explicit LambdaJob(std::function<void(log::Worker&)> run)
      : run_(std::move(run)) {}
  void run(log::Worker& worker) override { run_(worker); }

 private:
  std::function<void(log::Worker&)> run_;
};

class WorkerThreadTest : public testing::TestWithParam<WorkerThread::Priority> {
 protected:
  bool is_woken(int milliseconds) const {
    pollfd polled = {wakeup_->descriptor(), POLLIN, 0};
    return ::poll(&polled, 1, milliseconds) == 1;
  }

  base::Result<Wakeup> wakeup_ = Wakeup::create();
};

TEST_P(WorkerThreadTest, RunsJobsOnAThreadOfItsOwn) {
  WorkerThread worker(GetParam(), &*wakeup_);
  EXPECT_FALSE(worker.busy());
  worker.wait();
  pthread_t thread = ::pthread_self();
  int runs = 0;
  LambdaJob job([&](log::Worker& on) {
    EXPECT_EQ(&on, &worker);
    thread = ::pthread_self();
    ++runs;
  });
  for (int i = 1; i <= 100; ++i) {
    worker.start(&job);
    worker.wait();
    EXPECT_FALSE(worker.busy());
    EXPECT_EQ(runs, i) << "what the job wrote is seen after it";
  }
  EXPECT_FALSE(::pthread_equal(thread, ::pthread_self()));
}

TEST_P(WorkerThreadTest, IsBusyUntilTheJobIsDoneAndWakesThen) {
  WorkerThread worker(GetParam(), &*wakeup_);
  std::atomic<bool> may_end = false;
  LambdaJob job([&](log::Worker&) {
    while (!may_end) ::sched_yield();
  });
  worker.start(&job);
  EXPECT_TRUE(worker.busy());
  EXPECT_FALSE(is_woken(0));
  may_end = true;
  EXPECT_TRUE(is_woken(30'000));
  EXPECT_FALSE(worker.busy()) << "is not when it wakes";
}

TEST_P(WorkerThreadTest, IsWaitedForNoLongerThanIsLeft) {
  WorkerThread worker(GetParam(), &*wakeup_);
  base::Micros left = std::chrono::seconds(30);
  EXPECT_TRUE(worker.wait(&left)) << "it has nothing to do";
  EXPECT_GT(left, base::Micros(0));
  std::atomic<bool> may_end = false;
  LambdaJob job([&](log::Worker&) {
    while (!may_end) ::sched_yield();
  });
  worker.start(&job);
  for (const int at_most : {0, 1'000}) {
    left = base::Micros(at_most);
    EXPECT_FALSE(worker.wait(&left));
    EXPECT_EQ(left, base::Micros(0));
  }
  may_end = true;
  left = std::chrono::seconds(30);
  EXPECT_TRUE(worker.wait(&left));
  EXPECT_FALSE(worker.busy());
  EXPECT_GT(left, base::Micros(0));
}

// Signals are for the thread of the loop.
TEST_P(WorkerThreadTest, BlocksSignals) {
  WorkerThread worker(GetParam(), &*wakeup_);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  LambdaJob job(
      [&](log::Worker&) { ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked); });
  worker.start(&job);
  worker.wait();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) {
    EXPECT_EQ(::sigismember(&blocked, signal), 1) << signal;
  }
  sigset_t own;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &own);
  EXPECT_EQ(::sigismember(&own, SIGTERM), 0);
}

TEST_P(WorkerThreadTest, FinishesTheJobBeforeItGoes) {
  bool done = false;
  LambdaJob job([&](log::Worker& on) {
    on.rest();
    on.rest();
    done = true;
  });
  {
    WorkerThread worker(GetParam(), &*wakeup_);
    worker.start(&job);
  }
  EXPECT_TRUE(done);
}

TEST_P(WorkerThreadTest, CostsNoThreadBeforeItsFirstJob) {
  for (int i = 0; i < 1'000; ++i) {
    const WorkerThread worker(GetParam(), &*wakeup_);
  }
}

INSTANTIATE_TEST_SUITE_P(Priorities, WorkerThreadTest,
                         testing::Values(WorkerThread::Priority::Normal,
                                         WorkerThread::Priority::Background),
                         [](const auto& each) {
                           return each.param == WorkerThread::Priority::Normal
                                      ? "Normal"
                                      : "Background";
                         });

}  // namespace
}  // namespace papo::sys
