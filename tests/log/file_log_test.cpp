#include "log/file_log.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/log_world.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::Files;
using support::OwnedCommand;
using support::SimulatedDisk;
using support::Survival;
using support::text_of;

OwnedCommand saying(const std::string& text) {
  OwnedCommand command;
  command.kind = chat::CommandKind::Post;
  command.time = base::Micros(1'700'000'000'000'000);
  command.room = "geral";
  command.user = "ana";
  command.text = text;
  return command;
}

using Fates = std::vector<std::int64_t>;

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
  options.segment_bytes_max = options.compaction_bytes_min = 1 << 30;
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
  auto log = FileLog::open(
      options, {&disk, &writer, &compactor, &counter, &counter}, &store);
  ASSERT_TRUE(log.ok());
  const OwnedCommand command = saying("01234567890123456789");
  for (int i = 0; i < 5; ++i) (*log)->append(command.view(), 0);
  EXPECT_TRUE((*log)->is_full());
  EXPECT_EQ(counter.failed, 3);
  (*log)->deliver();
  EXPECT_FALSE((*log)->is_full());
  (*log)->append(command.view(), 0);
  (*log)->close();
  EXPECT_EQ(counter.committed, 3);
  EXPECT_EQ(counter.failed, 3);
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

// ---- A folder that is not ours any more ----

// What happens to the folder of a running server, and what brings it back.
struct Loss {
  const char* name;
  std::function<void(SimulatedDisk*)> happens;
  std::function<void(SimulatedDisk*)> mends;  // empty: only a start does
};

constexpr std::string_view kOpen = "00000001.log";

std::vector<Loss> losses() {
  return {
      {"the path leads nowhere",
       [](SimulatedDisk* disk) { disk->lead_path_to(ENOENT); },
       [](SimulatedDisk* disk) { disk->lead_path_to(std::nullopt); }},
      {"another folder is there, or a mount",
       [](SimulatedDisk* disk) { disk->lead_path_to(0); },
       [](SimulatedDisk* disk) { disk->lead_path_to(std::nullopt); }},
      {"the lock's file is another program's",
       [](SimulatedDisk* disk) {
         disk->lock_folders(false);
         disk->put("lock", "");
       },
       {}},
      {"what is written to was removed",
       [](SimulatedDisk* disk) { disk->take_away(kOpen); },
       {}},
      {"what is written to was restored from a backup",
       [](SimulatedDisk* disk) {
         disk->put(kOpen, disk->files().at("00000001.log"));
       },
       {}},
      {"all was removed",
       [](SimulatedDisk* disk) {
         disk->take_away(kOpen);
         disk->take_away("lock");
       },
       {}},
  };
}

void expect_nothing_stored(SimulatedDisk* disk, LogWorld* world,
                           bool is_reported) {
  const std::int64_t before = static_cast<std::int64_t>(world->fates().size());
  if (!is_reported) world->append(saying("too late"));
  world->settle();
  if (!is_reported) {
    EXPECT_EQ(world->fates().back(), -(before + 1));
  }
  EXPECT_FALSE(world->log().is_available());
  Files there = disk->files();
  there.erase("lock");
  for (int i = 0; i < 70; ++i) {
    world->advance(std::chrono::seconds(1));
    world->settle();
    world->append(saying("too late"));
    EXPECT_LT(world->fates().back(), 0);
  }
  Files later = disk->files();
  later.erase("lock");
  EXPECT_EQ(later, there) << "another's files are left alone";
}

TEST(LostFolder, StoresNothingAndSaysSoUntilItIsBack) {
  for (const Loss& loss : losses()) {
    for (const SyncPolicy sync : {SyncPolicy::Always, SyncPolicy::Interval}) {
      SCOPED_TRACE(loss.name);
      SimulatedDisk disk;
      LogWorld world(&disk, small_options(sync));
      const bool can_lock = loss.name[4] != 'l';
      disk.lock_folders(can_lock);
      ASSERT_TRUE(world.open());
      world.append(saying("kept"));
      world.settle();
      loss.happens(&disk);
      expect_nothing_stored(&disk, &world, false);
      ASSERT_EQ(world.notices().size(), 1u);
      EXPECT_TRUE(world.notices()[0].ends_with(
          "Nothing can be stored until this passes; trying every second."))
          << world.notices()[0];
      if (!loss.mends) continue;
      loss.mends(&disk);
      world.advance(std::chrono::seconds(1));
      world.settle();
      world.append(saying("again"));
      world.settle();
      EXPECT_GT(world.fates().back(), 0);
      world.close();
      disk.restart();
      LogWorld next(&disk, small_options(sync));
      ASSERT_TRUE(next.open());
      EXPECT_EQ(text_of(next.store()), text_of(world.store()));
    }
  }
}

TEST(LostFolder, IsNoticedWhileNobodySaysAnything) {
  for (const Loss& loss : losses()) {
    SCOPED_TRACE(loss.name);
    SimulatedDisk disk;
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    disk.lock_folders(loss.name[4] != 'l');
    ASSERT_TRUE(world.open());
    world.append(saying("kept"));
    world.settle();
    loss.happens(&disk);
    world.advance(kCheck);
    expect_nothing_stored(&disk, &world, true);
  }
}

TEST(LostFolder, IsNoPlaceForANewSegment) {
  for (const Loss& loss : losses()) {
    SCOPED_TRACE(loss.name);
    SimulatedDisk disk;
    FileLogOptions options = small_options(SyncPolicy::Always);
    options.segment_bytes_max = 160;
    LogWorld world(&disk, options);
    disk.lock_folders(loss.name[4] != 'l');
    ASSERT_TRUE(world.open());
    world.append(saying("kept"));
    world.deliver();
    world.run_writer();
    loss.happens(&disk);
    world.settle();
    world.append(saying("too late"));
    EXPECT_EQ(world.fates(), (Fates{1, -2}));
    EXPECT_FALSE(disk.files().contains("00000002.log"));
  }
}

// The folder is still locked: nobody can have been in it.
TEST(LostFolder, TakesALockAgainWhoseFileWasRemoved) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  disk.take_away("lock");
  LogWorld second(&disk, small_options(SyncPolicy::Always));
  EXPECT_FALSE(second.open());
  disk.take_away("lock");
  world.append(saying("too early"));
  world.settle();
  EXPECT_EQ(world.fates(), Fates{-1});
  world.advance(std::chrono::seconds(1));
  world.settle();
  EXPECT_TRUE(disk.files().contains("lock"));
  world.append(saying("kept"));
  world.settle();
  EXPECT_EQ(world.fates(), (Fates{-1, 2}));
  EXPECT_FALSE(second.open());
  EXPECT_EQ(second.trouble().kind, Trouble::Kind::InUse);
}

TEST(LostFolder, IsNotOpened) {
  SimulatedDisk disk;
  disk.lead_path_to(0);
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  EXPECT_FALSE(world.open());
  EXPECT_TRUE(read_folder(&disk)->segments.empty());
}

TEST(LostFolder, IsNotCompacted) {
  for (const Loss& loss : losses()) {
    if (loss.name[4] == 'l') continue;  // the writer's to notice
    SCOPED_TRACE(loss.name);
    SimulatedDisk disk;
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    ASSERT_TRUE(world.open());
    while (world.compactor().started() == 0) {
      world.append(saying("a"));
      world.deliver();
      world.run_writer();
      world.deliver();
    }
    loss.happens(&disk);
    const std::string open =
        file_name(FileKind::Segment, world.log().counts().batches > 0
                                         ? read_folder(&disk)->segments.back()
                                         : 1);
    if (loss.name[0] == 'w') disk.put(open, "another's");
    if (loss.name[0] == 'a' && loss.name[1] == 'l') disk.take_away(open);
    const Files before = disk.files();
    ASSERT_TRUE(world.run_compactor());
    for (const auto& [name, bytes] : before) {
      EXPECT_TRUE(disk.files().contains(name)) << name;
    }
    for (const auto& [name, bytes] : disk.files()) {
      EXPECT_FALSE(name.ends_with(".snapshot")) << name;
    }
  }
}

// ---- Compaction ----

TEST(Compaction, KeepsTheFolderWithinThreeTimesTheState) {
  SimulatedDisk disk;
  const FileLogOptions options = small_options(SyncPolicy::Always);
  LogWorld world(&disk, options);
  ASSERT_TRUE(world.open());
  CommandSource source(9);
  std::uint64_t most = 0;
  std::uint64_t state = options.compaction_bytes_min;
  for (int i = 0; i < 3000; ++i) {
    world.append(source.next(world.store()));
    world.settle();
    most = std::max(most, disk.bytes());
    state = std::max(state, world.log().counts().snapshot_bytes);
  }
  EXPECT_GT(world.log().counts().compactions, 20u);
  EXPECT_LT(most, 3 * state);
  const FileLogCounts counts = world.log().counts();
  EXPECT_EQ(counts.log_bytes + counts.snapshot_bytes, disk.bytes());
}

bool holds(const Files& files, std::string_view text) {
  for (const auto& [name, bytes] : files) {
    if (bytes.find(text) != bytes.npos) return true;
  }
  return false;
}

TEST(Compaction, TakesDeletedAndEditedTextsOffTheDisk) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  world.append(saying("SECRET"));
  world.settle();
  OwnedCommand change = saying("SECRET too");
  change.kind = chat::CommandKind::Edit;
  change.target = world.store().last_id();
  world.append(change);
  world.settle();
  change.kind = chat::CommandKind::Delete;
  change.text.clear();
  world.append(change);
  world.settle();
  EXPECT_TRUE(holds(disk.files(), "SECRET"));
  // A removal that fails is made up for by the next compaction.
  bool failed = false;
  world.on_rest([&] {
    const bool removing = disk.files().size() > 3 && !failed &&
                          disk.files().contains("00000002.snapshot");
    if (removing)
      disk.fail(disk.operations() + 1, disk.operations() + 1, EPERM);
    failed = failed || removing;
  });
  while (world.log().counts().compactions < 2) {
    world.append(saying("other"));
    world.settle();
  }
  EXPECT_FALSE(holds(disk.files(), "SECRET"));
  EXPECT_FALSE(holds(disk.after_power_cut(Survival::Nothing, 0), "SECRET"));
}

// While the compactor works, commands are stored as always: the loop's calls
// start jobs and wait for none.
TEST(Compaction, KeepsNobodyWaiting) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  std::size_t stored_meanwhile = 0;
  bool nested = false;
  world.on_rest([&] {
    if (nested) return;
    nested = true;
    const std::size_t before = world.fates().size();
    world.append(saying("meanwhile"));
    world.deliver();
    EXPECT_TRUE(world.run_writer());
    world.deliver();
    EXPECT_EQ(world.fates().size(), before + 1);
    ++stored_meanwhile;
    nested = false;
  });
  while (world.log().counts().compactions == 0) {
    world.append(saying("before"));
    world.settle();
  }
  EXPECT_GT(stored_meanwhile, 1u);
  EXPECT_EQ(world.log().counts().failed, 0u);
}

TEST(Compaction, ThatFailsKeepsTheSegmentsAndIsTriedAgain) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  while (world.compactor().started() == 0) {
    world.append(saying("a"));
    world.deliver();
    world.run_writer();
    world.deliver();
  }
  disk.fail(disk.operations() + 1, disk.operations() + 1, ENOSPC);
  ASSERT_TRUE(world.run_compactor());
  world.settle();
  EXPECT_EQ(world.log().counts().compactions, 0u);
  ASSERT_EQ(world.notices().size(), 1u);
  EXPECT_EQ(
      world.notices()[0].substr(0, 66),
      "data: old segments could not be replaced by a snapshot: data/00000");
  const Files before = disk.files();
  for (const auto& [name, bytes] : before) {
    EXPECT_FALSE(name.ends_with(kTemporarySuffix));
  }
  world.append(saying("still"));
  world.settle();
  EXPECT_EQ(world.log().counts().failed, 0u);
  EXPECT_EQ(world.log().counts().compactions, 0u);
  world.advance(std::chrono::seconds(31));
  world.settle();
  EXPECT_EQ(world.log().counts().compactions, 1u);
}

TEST(Compaction, EndsEarlyWithTheServer) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  while (world.compactor().started() == 0) {
    world.append(saying("a"));
    world.deliver();
    world.run_writer();
    world.deliver();
  }
  world.close();
  for (const auto& [name, bytes] : disk.files()) {
    EXPECT_FALSE(name.ends_with(".snapshot")) << name;
    EXPECT_FALSE(name.ends_with(kTemporarySuffix)) << name;
  }
  EXPECT_TRUE(world.notices().empty());
}

// ---- What the one who runs it reads ----

TEST(Trouble, SaysWhereWhatAndWhatToDo) {
  EXPECT_EQ(
      describe(Trouble{Trouble::Kind::Damaged, "00000001.log", 88,
                       "a record "
                       "is broken"},
               "/var/papo"),
      "/var/papo/00000001.log at byte 88: a record is broken. Nothing was "
      "changed. `papo log check /var/papo` tells what is intact; `papo log "
      "repair /var/papo` keeps all that is, and a copy of every file.");
  EXPECT_EQ(
      describe(Trouble{Trouble::Kind::Newer, "00000001.log", 0, "so"}, "d"),
      "d/00000001.log at byte 0: so. A newer papo wrote it: use that "
      "one.");
  EXPECT_EQ(describe(system_trouble("lock", {"open", EACCES}), "d"),
            "d/lock: open: Permission denied.");
}

TEST(Folder, TellsWhatIsTheLogAndWhatIsLeftOver) {
  SimulatedDisk disk({{"00000003.snapshot", ""},
                      {"00000005.snapshot", ""},
                      {"00000004.log", ""},
                      {"00000005.log", ""},
                      {"00000006.log", ""},
                      {"00000009.log", ""},
                      {"00000007.log.tmp", ""},
                      {"00000007.snapshot.tmp", ""},
                      {"lock", ""},
                      {"README", ""},
                      {"notes.tmp", ""},
                      {"6.log", ""}});
  const auto contents = read_folder(&disk);
  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(contents->snapshot, 5u);
  EXPECT_EQ(contents->segments, (std::vector<std::uint64_t>{5, 6, 9}));
  EXPECT_EQ(contents->missing, (std::vector<std::string>{"00000007.log"}));
  std::vector<std::string> leftovers = contents->leftovers;
  std::sort(leftovers.begin(), leftovers.end());
  EXPECT_EQ(leftovers, (std::vector<std::string>{
                           "00000003.snapshot", "00000004.log",
                           "00000007.log.tmp", "00000007.snapshot.tmp"}));
}

TEST(Folder, MissesTheFirstSegment) {
  SimulatedDisk disk(Files{{"00000002.log", ""}});
  EXPECT_EQ(read_folder(&disk)->missing,
            (std::vector<std::string>{"00000001.log"}));
  SimulatedDisk snapshot(Files{{"00000002.snapshot", ""}});
  EXPECT_EQ(read_folder(&snapshot)->missing,
            (std::vector<std::string>{"00000002.log"}));
  SimulatedDisk empty;
  EXPECT_TRUE(read_folder(&empty)->missing.empty());
}

}  // namespace
}  // namespace papo::log
