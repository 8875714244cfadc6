// What is on its way to the disk: the batch that gathers, the one that is being
// written, and the writer's thread with its task.
//
// The thread has one task at a time. While it runs, the loop gathers the next
// batch and touches nothing else: what the task works on is the thread's until
// finish() has taken it back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "log/batch.h"
#include "log/command_log.h"
#include "log/command_record.h"
#include "log/segment_writer.h"
#include "log/worker.h"

namespace papo::log {

// When a command is committed, and how much a power cut can take. (A crash of
// the program takes nothing that was committed.)
enum class SyncPolicy : std::uint8_t {
  Always,    // committed when it is on the disk: nothing is lost
  Interval,  // when the system has it; synced a second later
  Never,     // the same; synced when the system would, after half a minute
};

class BatchWriter final : private Job {
 public:
  enum class Task : std::uint8_t {
    None,
    Write,  // the batch that has gathered
    Sync,   // what was written
    Begin,  // a segment
    Check,  // whether the folder is still ours
    Close,  // all that counts is on the disk then, if it can: with one last try
            // where no segment is open, and with none after it
  };

  // `worker` must outlive it. `settings`: those of every segment it begins.
  BatchWriter(Worker* worker, SegmentWriter segments, SyncPolicy policy,
              const Settings& settings)
      : worker_(*worker),
        policy_(policy),
        settings_(settings),
        segments_(std::move(segments)) {}
  // Waits for the thread.
  ~BatchWriter() override { worker_.wait(); }

  // ---- The batch that gathers.

  // REQUIRES: a well-formed command (log/command_record.h).
  void add(const chat::Command& command, Ticket ticket) {
    pending_.add(command, ticket);
  }
  bool has_pending() const { return !pending_.empty(); }
  std::size_t pending_bytes() const { return pending_.bytes().size(); }

  // ---- Tasks.

  // From start() until finish().
  bool has_task() const { return task_ != Task::None; }
  // While the thread works.
  bool is_busy() const { return worker_.busy(); }
  // REQUIRES: no task.
  void start(Task task);
  // Which task is done since the last call; None: there is none, or it runs.
  Task finish(base::Micros now);
  void wait() { worker_.wait(); }
  // For as long as is left, as Worker::wait() has it.
  bool wait(base::Micros* left) { return worker_.wait(left); }
  // What came of the last task. An error leaves no segment open, but for that
  // of a segment that could not be begun beside the one that is open.
  const base::Result<base::Done>& outcome() const { return outcome_; }

  // What was written and is not synced waits until then; max(): for nothing.
  base::Micros sync_at() const { return sync_at_; }
  bool is_sync_due(base::Micros now) const;

  // ---- The fates of commands. How many there were.

  // Those of the batch that was written last.
  std::size_t report_committed(Committed* committed);
  // Those of the batch whose task failed, and those that wait.
  std::size_t report_failed(Committed* committed);
  // Those that wait.
  std::size_t report_pending_failed(Committed* committed);

  // ---- In the loop, while there is no task.

  base::Result<base::Done> begin() {
    return segments_.begin_segment(settings_);
  }
  const SegmentWriter& segments() const { return segments_; }

 private:
  void run(Worker& worker) override;
  base::Result<base::Done> close();

  Worker& worker_;
  const SyncPolicy policy_;
  const Settings settings_;
  Task task_ = Task::None;
  Batch pending_;
  Batch decided_;
  base::Micros sync_at_ = base::Micros::max();

  // The thread's, while it is busy.
  SegmentWriter segments_;
  Batch writing_;
  base::Result<base::Done> outcome_ = base::Done{};
};

}  // namespace papo::log
