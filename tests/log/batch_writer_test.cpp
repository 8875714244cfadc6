#include "log/batch_writer.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "log/log_world.h"
#include "support/scripted_worker.h"
#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::SimulatedDisk;
using Task = BatchWriter::Task;

constexpr base::Micros kNow = std::chrono::seconds(100);

class Told final : public Committed {
 public:
  void on_committed(const chat::Command& command, Ticket ticket) override {
    text += "+" + std::to_string(ticket) + std::string(command.text);
  }
  void on_failed(Ticket ticket) override {
    text += "-" + std::to_string(ticket);
  }
  std::string text;
};

// A writer on a disk of its own, with a segment begun.
class Desk {
 public:
  explicit Desk(SyncPolicy policy)
      : batches(&worker, SegmentWriter(&disk, {1, 2}, LogEnd{}, nullptr),
                policy, {}) {
    EXPECT_TRUE(batches.begin().ok());
  }

  void add(const std::string& text, Ticket ticket) {
    batches.add(saying(text).view(), ticket);
  }
  Task run(Task task) {
    batches.start(task);
    worker.run();
    return batches.finish(kNow);
  }

  SimulatedDisk disk;
  support::ScriptedWorker worker;
  BatchWriter batches;
  Told told;
};

TEST(BatchWriter, GathersTheNextBatchWhileOneIsWritten) {
  Desk desk(SyncPolicy::Always);
  desk.add("a", 1);
  desk.add("b", 2);
  desk.batches.start(Task::Write);
  EXPECT_TRUE(desk.batches.has_task());
  EXPECT_TRUE(desk.batches.is_busy());
  EXPECT_FALSE(desk.batches.has_pending());
  desk.add("c", 3);
  EXPECT_EQ(desk.batches.finish(kNow), Task::None);
  EXPECT_EQ(desk.batches.report_committed(&desk.told), 0u);
  desk.worker.run();
  EXPECT_TRUE(desk.batches.has_task());
  EXPECT_EQ(desk.batches.finish(kNow), Task::Write);
  EXPECT_FALSE(desk.batches.has_task());
  EXPECT_EQ(desk.batches.finish(kNow), Task::None);
  EXPECT_EQ(desk.batches.report_committed(&desk.told), 2u);
  EXPECT_EQ(desk.batches.report_committed(&desk.told), 0u);
  EXPECT_EQ(desk.told.text, "+1a+2b");
  EXPECT_GT(desk.batches.pending_bytes(), 0u);
}

TEST(BatchWriter, SyncsWhenThePolicySays) {
  const struct {
    SyncPolicy policy;
    base::Micros sync_at;
  } cases[] = {
      {SyncPolicy::Always, base::Micros::max()},
      {SyncPolicy::Interval, kNow + std::chrono::seconds(1)},
      {SyncPolicy::Never, kNow + std::chrono::seconds(30)},
  };
  for (const auto& each : cases) {
    Desk desk(each.policy);
    EXPECT_EQ(desk.batches.sync_at(), base::Micros::max());
    desk.add("a", 1);
    ASSERT_EQ(desk.run(Task::Write), Task::Write);
    EXPECT_EQ(desk.batches.sync_at(), each.sync_at);
    if (each.policy == SyncPolicy::Always) continue;
    EXPECT_FALSE(desk.batches.is_sync_due(each.sync_at - base::Micros(1)));
    EXPECT_TRUE(desk.batches.is_sync_due(each.sync_at));
    // What is written later waits no longer.
    desk.add("b", 2);
    ASSERT_EQ(desk.run(Task::Write), Task::Write);
    EXPECT_EQ(desk.batches.sync_at(), each.sync_at);
    ASSERT_EQ(desk.run(Task::Sync), Task::Sync);
    EXPECT_EQ(desk.batches.sync_at(), base::Micros::max());
  }
}

TEST(BatchWriter, SyncsAtOnceWhenMuchIsWritten) {
  Desk desk(SyncPolicy::Never);
  const std::string text(1 << 20, 'x');
  for (Ticket ticket = 1; ticket <= 4; ++ticket) {
    EXPECT_FALSE(desk.batches.is_sync_due(kNow));
    desk.add(text, ticket);
    ASSERT_EQ(desk.run(Task::Write), Task::Write);
  }
  EXPECT_TRUE(desk.batches.is_sync_due(kNow));
}

TEST(BatchWriter, FailsWhatWasWrittenAndWhatWaitsInTheirOrder) {
  Desk desk(SyncPolicy::Always);
  desk.add("a", 1);
  desk.batches.start(Task::Write);
  desk.add("b", 2);
  desk.disk.fail(desk.disk.operations() + 1, desk.disk.operations() + 1, EIO);
  desk.worker.run();
  EXPECT_EQ(desk.batches.finish(kNow), Task::Write);
  EXPECT_EQ(desk.batches.outcome().error().number, EIO);
  EXPECT_FALSE(desk.batches.segments().is_open());
  EXPECT_EQ(desk.batches.sync_at(), base::Micros::max());
  EXPECT_EQ(desk.batches.report_committed(&desk.told), 0u);
  EXPECT_EQ(desk.batches.report_failed(&desk.told), 2u);
  EXPECT_EQ(desk.told.text, "-1-2");
  EXPECT_EQ(desk.run(Task::Begin), Task::Begin);
  EXPECT_TRUE(desk.batches.outcome().ok());
  EXPECT_TRUE(desk.batches.segments().is_open());
}

TEST(BatchWriter, ClosesWithOneLastTry) {
  Desk desk(SyncPolicy::Interval);
  desk.add("told", 1);
  ASSERT_EQ(desk.run(Task::Write), Task::Write);
  desk.disk.fail(desk.disk.operations() + 1, desk.disk.operations() + 1, EIO);
  EXPECT_EQ(desk.run(Task::Sync), Task::Sync);
  EXPECT_FALSE(desk.batches.segments().is_open());
  EXPECT_EQ(desk.run(Task::Close), Task::Close);
  EXPECT_TRUE(desk.batches.outcome().ok());
  EXPECT_FALSE(desk.batches.segments().is_open());
  SimulatedDisk left(desk.disk.after_power_cut(support::Survival::Nothing, 0));
  LogWorld world(&left, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  EXPECT_EQ(world.log().counts().replayed, 1u);
}

}  // namespace
}  // namespace papo::log
