#include "log/file_log.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "log/log_world.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::Files;
using support::OwnedCommand;
using support::SimulatedDisk;
using support::Survival;
using support::text_of;

// How often an idle log looks at its folder.
constexpr base::Micros kCheck = std::chrono::seconds(5);

// ---- When a command is committed ----

TEST(FileLog, CommitsWhatIsOnTheDiskAndNothingBefore) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  world.append(saying("a"));
  EXPECT_EQ(world.fates(), Fates{});
  world.deliver();
  world.deliver();
  EXPECT_EQ(world.fates(), Fates{});
  const Files lost = disk.after_power_cut(Survival::Nothing, 0);
  ASSERT_TRUE(world.run_writer());
  EXPECT_NE(disk.after_power_cut(Survival::Nothing, 0), lost);
  EXPECT_EQ(world.fates(), Fates{});
  world.deliver();
  EXPECT_EQ(world.fates(), Fates{1});
}

// What arrives while the disk is busy goes out with the next write.
TEST(FileLog, GathersWhileTheDiskIsBusy) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  int writes = 0;
  int syncs = 0;
  world.append(saying("a"));
  world.deliver();
  for (int i = 0; i < 10; ++i) {
    world.append(saying("b"));
    world.deliver();
  }
  const std::uint64_t before = disk.operations();
  world.settle();
  writes = static_cast<int>(world.log().counts().batches);
  syncs = static_cast<int>(disk.operations() - before) / 2;
  EXPECT_EQ(writes, 2);
  EXPECT_EQ(syncs, 2);
  EXPECT_EQ(world.fates(), (Fates{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(FileLog, SyncsASecondLaterWithTheIntervalPolicy) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Interval));
  ASSERT_TRUE(world.open());
  EXPECT_EQ(world.log().next_time(), kCheck);
  world.append(saying("a"));
  world.settle();
  EXPECT_EQ(world.fates(), Fates{1});
  EXPECT_EQ(world.promises().durable, 0u);
  EXPECT_EQ(world.log().next_time(), std::chrono::seconds(1));
  world.advance(base::Micros(999'999));
  EXPECT_FALSE(world.run_writer());
  world.advance(base::Micros(1));
  EXPECT_TRUE(world.run_writer());
  EXPECT_EQ(world.promises().durable, 1u);
  world.settle();
  EXPECT_EQ(world.log().next_time(), std::chrono::seconds(1) + kCheck);
}

TEST(FileLog, SyncsAfterHalfAMinuteWithTheNeverPolicy) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Never));
  ASSERT_TRUE(world.open());
  world.append(saying("a"));
  world.settle();
  for (int i = 0; i < 5; ++i) {
    world.advance(kCheck);
    world.settle();
    EXPECT_EQ(world.promises().durable, 0u);
  }
  world.advance(kCheck);
  world.settle();
  EXPECT_EQ(world.promises().durable, 1u);
}

// Of what is not synced there is a copy in memory: it must not grow.
TEST(FileLog, SyncsBeforeTheIntervalWhenMuchIsWritten) {
  SimulatedDisk disk;
  FileLogOptions options = small_options(SyncPolicy::Never);
  options.disk.segment_bytes_max = options.disk.compaction_bytes_min = 1 << 30;
  LogWorld world(&disk, options);
  ASSERT_TRUE(world.open());
  const std::string text(1 << 20, 'x');
  for (int i = 0; i < 3; ++i) world.append(saying(text));
  world.settle();
  EXPECT_EQ(world.promises().durable, 0u);
  world.append(saying(text));
  world.settle();
  EXPECT_EQ(world.promises().durable, 4u);
}

TEST(FileLog, ClosesWithAllOnTheDisk) {
  for (const SyncPolicy sync :
       {SyncPolicy::Always, SyncPolicy::Interval, SyncPolicy::Never}) {
    SimulatedDisk disk;
    LogWorld world(&disk, small_options(sync));
    ASSERT_TRUE(world.open());
    world.append(saying("a"));
    world.append(saying("b"));
    world.close();
    EXPECT_EQ(world.fates(), (Fates{1, 2}));
    EXPECT_EQ(world.promises().durable, 2u);
    world.append(saying("c"));
    EXPECT_EQ(world.fates(), (Fates{1, 2, -3}));
  }
}

// A disk that does not answer is waited for no longer than was said.
TEST(FileLog, ClosesInTimeWithoutTheDisk) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  world.append(saying("on its way"));
  world.deliver();
  world.append(saying("waiting"));
  world.set_writer_stuck(true);
  EXPECT_FALSE(world.close());
  EXPECT_EQ(world.fates(), Fates{-2}) << "it is not stored for certain";
  world.append(saying("late"));
  EXPECT_EQ(world.fates(), (Fates{-2, -3}));
  EXPECT_FALSE(world.log().health().is_available);
  EXPECT_EQ(world.log().next_time(), base::Micros::max());
  // The disk answers after all. Nothing new is begun.
  world.set_writer_stuck(false);
  EXPECT_TRUE(world.run_writer());
  world.deliver();
  EXPECT_EQ(world.fates(), (Fates{-2, -3, 1}));
  world.advance(std::chrono::hours(1));
  world.deliver();
  EXPECT_FALSE(world.run_writer());
  EXPECT_EQ(world.log().next_time(), base::Micros::max());
}

// An error that comes late fails what was on its way, and is the end of it.
TEST(FileLog, ClosesInTimeWithoutADiskThatFailsLater) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  world.append(saying("on its way"));
  world.deliver();
  world.set_writer_stuck(true);
  EXPECT_FALSE(world.close());
  EXPECT_EQ(world.fates(), Fates{});
  disk.set_capacity(0);
  world.run_writer();
  world.deliver();
  EXPECT_EQ(world.fates(), Fates{-1});
  world.advance(std::chrono::hours(1));
  world.deliver();
  EXPECT_FALSE(world.run_writer());
}

// All is decided, but what was written is not synced, nor its end marked.
TEST(FileLog, ClosesInTimeWithoutItsLastSync) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Interval));
  ASSERT_TRUE(world.open());
  world.append(saying("a"));
  world.settle();
  world.set_writer_stuck(true);
  EXPECT_FALSE(world.close());
  EXPECT_EQ(world.fates(), Fates{1});
  EXPECT_EQ(world.promises().durable, 0u);
  world.set_writer_stuck(false);
  EXPECT_TRUE(world.run_writer());
  world.deliver();
  EXPECT_EQ(world.promises().durable, 1u);
  EXPECT_EQ(world.notices(), std::vector<std::string>{});
}

TEST(FileLog, ClosesInTimeWithoutItsCompactor) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  world.fill_until_compaction();
  world.append(saying("last"));
  world.set_compactor_stuck(true);
  EXPECT_FALSE(world.close());
  EXPECT_TRUE(world.promises().tail.empty()) << "all is decided";
  world.set_compactor_stuck(false);
}

// ---- When the disk fails ----

TEST(FileLog, FailsEverythingUntilItCanStoreAgain) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  world.append(saying("kept"));
  world.settle();
  disk.set_capacity(disk.bytes() + 10);
  world.append(saying("on its way"));
  world.deliver();
  world.append(saying("waiting"));
  world.run_writer();
  world.deliver();
  EXPECT_FALSE(world.log().is_available());
  world.append(saying("at once"));
  EXPECT_EQ(world.fates(), (Fates{1, -2, -3, -4}));
  ASSERT_EQ(world.notices().size(), 1u);
  EXPECT_EQ(world.notices()[0],
            "data: write: No space left on device. Nothing can be stored until "
            "this passes; trying every second.");

  EXPECT_EQ(world.log().next_time(), std::chrono::seconds(1));
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_FALSE(world.log().is_available());
  disk.set_capacity(~std::uint64_t{0});
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_TRUE(world.log().is_available());
  world.append(saying("again"));
  world.settle();
  EXPECT_EQ(world.fates(), (Fates{1, -2, -3, -4, 5}));
  ASSERT_EQ(world.notices().size(), 2u);
  EXPECT_EQ(world.notices()[1], "data: storing works again.");

  SimulatedDisk left(disk.after_power_cut(Survival::Nothing, 0));
  LogWorld next(&left, small_options(SyncPolicy::Always));
  ASSERT_TRUE(next.open());
  EXPECT_EQ(text_of(next.store()), text_of(world.store()));
}

// A second sync would succeed and mean nothing: what a failed one may have
// lost is written again, to another file.
TEST(FileLog, WritesAgainWhatAFailedSyncMayHaveLost) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Interval));
  ASSERT_TRUE(world.open());
  world.append(saying("reported"));
  world.settle();
  ASSERT_EQ(world.fates(), Fates{1});
  disk.fail(disk.operations() + 1, disk.operations() + 1, EIO);
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_FALSE(world.log().is_available());
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_TRUE(world.log().is_available());
  SimulatedDisk left(disk.after_power_cut(Survival::Nothing, 0));
  LogWorld next(&left, small_options(SyncPolicy::Interval));
  ASSERT_TRUE(next.open());
  EXPECT_EQ(text_of(next.store()), text_of(world.store()));
}

// The program is killed before what a failed sync may have lost was written
// again. The system still shows it, the next sync says that all is well, and a
// power cut would take it.
TEST(FileLog, WritesAgainAtTheStartWhatAFailedSyncMayHaveLost) {
  for (const SyncPolicy sync :
       {SyncPolicy::Always, SyncPolicy::Interval, SyncPolicy::Never}) {
    for (const bool is_full : {false, true}) {
      for (const std::size_t history : {std::size_t{4}, std::size_t{1}}) {
        SCOPED_TRACE(std::to_string(static_cast<int>(sync)) + " " +
                     std::to_string(is_full) + " " + std::to_string(history));
        SimulatedDisk disk;
        {
          LogWorld world(&disk, small_options(sync));
          ASSERT_TRUE(world.open());
          for (const char* text : {"a", "b", "c"}) world.append(saying(text));
          world.settle();
          world.append(saying("d"));
          world.deliver();
          // The sync, and whatever would cut or repeat what it lost. A sync
          // follows the write at once, or later.
          const std::uint64_t next = disk.operations() + 2;
          disk.fail(next, next + 9, EIO);
          world.run_writer();
          world.deliver();
          if (sync != SyncPolicy::Always) {
            disk.fail(next - 1, next + 9, EIO);
            world.advance(std::chrono::seconds(30));
            world.settle();
          }
          EXPECT_FALSE(world.log().is_available());
        }
        disk.restart();
        if (is_full) disk.set_capacity(disk.bytes());
        chat::StoreLimits limits = kWorldLimits;
        limits.history = history;
        LogWorld next(&disk, small_options(sync),
                      {limits, chat::Language::Portuguese});
        ASSERT_TRUE(next.open());
        EXPECT_EQ(next.store().find_room("geral")->history.size(), 5u);
        EXPECT_EQ(next.log().is_available(), !is_full);
        if (is_full) {
          disk.set_capacity(~std::uint64_t{0});
          next.advance(std::chrono::seconds(1));
          next.settle();
        }
        ASSERT_TRUE(next.log().is_available());
        const auto expect_kept = [&] {
          SimulatedDisk left(disk.after_power_cut(Survival::Nothing, 0));
          LogWorld last(&left, small_options(sync));
          ASSERT_TRUE(last.open()) << describe(last.trouble(), "data");
          EXPECT_EQ(text_of(last.store()), text_of(next.store()));
        };
        expect_kept();
        next.append(saying("e"));
        next.settle();
        next.advance(std::chrono::seconds(30));
        next.settle();
        EXPECT_EQ(next.store().find_room("geral")->history.size(), history);
        expect_kept();
      }
    }
  }
}

TEST(FileLog, BoundsWhatWaitsForTheDisk) {
  SimulatedDisk disk;
  FileLogOptions options = small_options(SyncPolicy::Always);
  options.pending_bytes_max = 100;
  struct Counter final : Committed, Notices {
    void on_committed(const chat::Command&, Ticket) override { ++committed; }
    void on_failed(Ticket) override { ++failed; }
    void on_notice(std::string_view) override {}
    int committed = 0;
    int failed = 0;
  } counter;
  support::ScriptedWorker writer;
  support::ScriptedWorker compactor;
  chat::RoomStore store(kWorldLimits, chat::Language::English, {});
  auto log =
      FileLog::open(options, {&disk, &writer, &compactor, &counter}, &store);
  ASSERT_TRUE(log.ok());
  const OwnedCommand command = saying("01234567890123456789");
  // Those before are still undecided when one fails.
  for (const Appended expected : {Appended::Pending, Appended::Pending,
                                  Appended::Failed, Appended::Failed}) {
    EXPECT_EQ((*log)->append(command.view(), 0), expected);
  }
  (*log)->deliver(&counter);
  EXPECT_EQ((*log)->append(command.view(), 0), Appended::Pending);
  EXPECT_TRUE((*log)->close(&counter, base::Micros(0)));
  EXPECT_EQ(counter.committed, 3);
  EXPECT_EQ(counter.failed, 0) << "nobody is told twice";
  EXPECT_EQ((*log)->counts().failed, 2u);
}

// ---- The start ----

TEST(FileLog, KeepsASecondProgramOut) {
  SimulatedDisk disk;
  LogWorld first(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(first.open());
  LogWorld second(&disk, small_options(SyncPolicy::Always));
  ASSERT_FALSE(second.open());
  EXPECT_EQ(second.trouble().kind, Trouble::Kind::InUse);
  EXPECT_EQ(describe(second.trouble(), "data"),
            "data: another papo uses this folder.");
}

TEST(FileLog, StartsOnAFullDiskAndWaitsForSpace) {
  SimulatedDisk disk;
  std::string text;
  {
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    ASSERT_TRUE(world.open());
    world.append(saying("kept"));
    world.close();
    text = text_of(world.store());
  }
  disk.restart();
  disk.set_capacity(disk.bytes());
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  EXPECT_EQ(text_of(world.store()), text);
  EXPECT_FALSE(world.log().is_available());
  world.append(saying("too early"));
  EXPECT_EQ(world.fates(), Fates{-1});
  disk.set_capacity(~std::uint64_t{0});
  world.advance(std::chrono::seconds(1));
  world.settle();
  world.append(saying("in time"));
  world.settle();
  EXPECT_EQ(world.fates(), (Fates{-1, 2}));
}

TEST(FileLog, DoesNotStartOnADiskThatCannotBeReadOrWritten) {
  SimulatedDisk disk;
  disk.fail_reads(EIO);
  LogWorld unread(&disk, small_options(SyncPolicy::Always));
  ASSERT_FALSE(unread.open());
  EXPECT_EQ(unread.trouble().kind, Trouble::Kind::System);
  EXPECT_EQ(unread.trouble().what, "list: Input/output error");
  disk.restart();
  disk.fail(1, 99, EROFS);
  LogWorld unwritten(&disk, small_options(SyncPolicy::Always));
  ASSERT_FALSE(unwritten.open());
  EXPECT_EQ(unwritten.trouble().kind, Trouble::Kind::System);
}

TEST(FileLog, LeavesNoTrailOfEmptyFiles) {
  SimulatedDisk disk;
  for (int i = 0; i < 5; ++i) {
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.log().counts().log_bytes, disk.bytes());
    world.close();
  }
  EXPECT_EQ(disk.files().size(), 2u);  // a segment and the lock
}

TEST(FileLog, ReplaysUnderTheLimitsThatCounted) {
  SimulatedDisk disk;
  {
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    ASSERT_TRUE(world.open());
    for (int i = 0; i < 9; ++i) world.append(saying(std::to_string(i)));
    world.close();
    EXPECT_EQ(world.store().find_room("geral")->history.size(), 4u);
  }
  chat::StoreLimits limits = kWorldLimits;
  limits.history = 2;
  LogWorld world(&disk, small_options(SyncPolicy::Always),
                 {limits, chat::Language::Portuguese});
  ASSERT_TRUE(world.open());
  EXPECT_EQ(world.store().find_room("geral")->history.size(), 4u);
  EXPECT_EQ(world.store().limits().history, kWorldLimits.history);
  EXPECT_EQ(world.store().language(), chat::Language::English);
  world.append(saying("with this one"));
  world.settle();
  EXPECT_EQ(world.store().find_room("geral")->history.size(), 2u);
  EXPECT_EQ(world.store().limits().history, 2u);
  EXPECT_EQ(world.store().language(), chat::Language::Portuguese);
}

}  // namespace
}  // namespace papo::log
