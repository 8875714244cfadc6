// A worker without a thread: its jobs run when the test says.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/check.h"
#include "log/worker.h"

namespace papo::support {

class ScriptedWorker final : public log::Worker {
 public:
  // With `at_once`, start() runs the job before it returns.
  explicit ScriptedWorker(bool at_once = false) : at_once_(at_once) {}

  void start(log::Job* job) override {
    PAPO_CHECK(job_ == nullptr);
    job_ = job;
    ++started_;
    if (at_once_) run();
  }
  bool busy() const override { return job_ != nullptr; }
  void wait() override { run(); }
  bool wait(base::Micros* left) override {
    if (stuck_) *left = base::Micros(0);
    if (!stuck_) run();
    return !busy();
  }
  void rest() override {
    ++rests_;
    if (on_rest_) on_rest_();
  }

  // Runs the job that was started. False: there is none.
  bool run() {
    if (job_ == nullptr) return false;
    job_->run(*this);
    job_ = nullptr;
    return true;
  }

  // Nobody's wait is long enough for its jobs any more.
  void set_stuck(bool stuck) { stuck_ = stuck; }

  std::uint64_t started() const { return started_; }
  std::uint64_t rests() const { return rests_; }
  // Called when a job rests: where others may get in between.
  void on_rest(std::function<void()> then) { on_rest_ = std::move(then); }

 private:
  const bool at_once_;
  log::Job* job_ = nullptr;
  bool stuck_ = false;
  std::uint64_t started_ = 0;
  std::uint64_t rests_ = 0;
  std::function<void()> on_rest_;
};

}  // namespace papo::support
