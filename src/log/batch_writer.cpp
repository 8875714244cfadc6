#include "log/batch_writer.h"

#include <chrono>

#include "base/check.h"

namespace papo::log {
namespace {

// A copy of what is not synced is in memory; at this size it is synced.
constexpr std::uint64_t kUnsyncedBytesMax = std::uint64_t{4} * 1024 * 1024;

// How long what is written may wait for a sync.
base::Micros sync_interval(SyncPolicy policy) {
  switch (policy) {
    case SyncPolicy::Always:
      return base::Micros(0);
    case SyncPolicy::Interval:
      return std::chrono::seconds(1);
    case SyncPolicy::Never:
      return std::chrono::seconds(30);
  }
  __builtin_unreachable();
}

}  // namespace

void BatchWriter::start(Task task) {
  PAPO_CHECK(task_ == Task::None && task != Task::None);
  task_ = task;
  if (task == Task::Write) std::swap(pending_, writing_);
  worker_.start(this);
}

// On the writer's thread.
void BatchWriter::run(Worker&) {
  switch (task_) {
    case Task::None:
      break;
    case Task::Write:
      outcome_ = segments_.write(&writing_, policy_ == SyncPolicy::Always);
      break;
    case Task::Sync:
      outcome_ = segments_.sync();
      break;
    case Task::Begin:
      outcome_ = begin();
      break;
    case Task::Check:
      outcome_ = segments_.check();
      break;
    case Task::Close:
      outcome_ = close();
      break;
  }
}

BatchWriter::Task BatchWriter::finish(base::Micros now) {
  if (task_ == Task::None || worker_.busy()) return Task::None;
  const Task done = std::exchange(task_, Task::None);
  if (!segments_.is_open() || segments_.unsynced_bytes() == 0) {
    sync_at_ = base::Micros::max();
  } else if (sync_at_ == base::Micros::max()) {
    sync_at_ = now + sync_interval(policy_);
  }
  if (done == Task::Write && outcome_) std::swap(decided_, writing_);
  return done;
}

bool BatchWriter::is_sync_due(base::Micros now) const {
  return now >= sync_at_ || segments_.unsynced_bytes() > kUnsyncedBytesMax;
}

std::size_t BatchWriter::report_committed(Committed* committed) {
  const std::size_t count = decided_.size();
  decided_.report_committed(committed);
  return count;
}

std::size_t BatchWriter::report_failed(Committed* committed) {
  const std::size_t count = writing_.size();
  writing_.report_failed(committed);
  return count + report_pending_failed(committed);
}

std::size_t BatchWriter::report_pending_failed(Committed* committed) {
  const std::size_t count = pending_.size();
  pending_.report_failed(committed);
  return count;
}

base::Result<base::Done> BatchWriter::close() {
  if (!segments_.is_open()) {
    auto begun = begin();
    if (!begun) return begun;
  }
  return segments_.close();
}

}  // namespace papo::log
