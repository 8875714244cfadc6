#include "log/compaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <memory>
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

TEST(Compaction, KeepsTheFolderWithinThreeTimesTheState) {
  SimulatedDisk disk;
  const FileLogOptions options = small_options(SyncPolicy::Always);
  LogWorld world(&disk, options);
  ASSERT_TRUE(world.open());
  CommandSource source(9);
  std::uint64_t most = 0;
  std::uint64_t state = options.disk.compaction_bytes_min;
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

// ---- What the folder takes, for what the store holds

constexpr chat::StoreLimits kMuchLimits = {.history = 1'000};

OwnedCommand by_ana(chat::CommandKind kind, const std::string& room,
                    chat::MessageId target = 0) {
  OwnedCommand command = saying("");
  command.kind = kind;
  command.room = room;
  command.target = target;
  return command;
}

void say_much(LogWorld* world) {
  for (int i = 0; i < 120; ++i) {
    OwnedCommand command = saying(std::string(2'000, 'x'));
    command.room = i % 2 == 0 ? "geral" : "ops";
    world->append(command);
    if (i % 8 == 0) world->settle();
  }
  world->settle();
}

void delete_all(LogWorld* world) {
  for (const char* room : {"geral", "ops"}) {
    std::vector<chat::MessageId> ids;
    const auto& messages = world->store().find_room(room)->history.messages();
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ids.push_back(messages[i].event.id);
    }
    for (const chat::MessageId id : ids) {
      world->append(by_ana(chat::CommandKind::Delete, room, id));
    }
  }
}

void leave_all(LogWorld* world) {
  world->append(by_ana(chat::CommandKind::Leave, "geral"));
  world->append(by_ana(chat::CommandKind::Leave, "ops"));
}

void start(LogWorld* world) {
  OwnedCommand command = by_ana(chat::CommandKind::Start, "");
  command.user.clear();
  world->append(command);
}

// At rest the folder takes at most twice what the store holds.
void expect_in_proportion(const SimulatedDisk& disk, const LogWorld& world,
                          std::uint64_t live) {
  const std::uint64_t floor =
      small_options(SyncPolicy::Always).disk.compaction_bytes_min;
  EXPECT_LE(disk.bytes(), 2 * std::max(floor, live));
  const FileLogCounts counts = world.log().counts();
  EXPECT_EQ(counts.log_bytes + counts.snapshot_bytes, disk.bytes());
}

TEST(Compaction, GivesTheDiskBackWhenMuchIsGone) {
  const struct {
    const char* name;
    chat::StoreLimits limits;  // of a second start
    void (*act)(LogWorld*);
  } cases[] = {
      {"mass deletion", kMuchLimits, delete_all},
      {"all rooms left", kMuchLimits, leave_all},
      {"a lower --history", {.history = 3}, start},
      {"a lower --max-store", {.history = 1'000, .bytes = 20'000}, start},
  };
  for (const auto& each : cases) {
    for (const bool starts_again : {false, true}) {
      if (!starts_again && each.act == start) continue;
      SCOPED_TRACE(std::string(each.name) + (starts_again ? ", later" : ""));
      SimulatedDisk disk;
      auto world = std::make_unique<LogWorld>(
          &disk, small_options(SyncPolicy::Always),
          Settings{kMuchLimits, chat::Language::English});
      ASSERT_TRUE(world->open());
      say_much(world.get());
      const std::uint64_t before = world->store().bytes().contents();
      ASSERT_GT(disk.bytes(), std::uint64_t{100'000});
      expect_in_proportion(disk, *world, before);
      if (starts_again) {
        world->close();
        world.reset();
        disk.restart();
        world = std::make_unique<LogWorld>(
            &disk, small_options(SyncPolicy::Always),
            Settings{each.limits, chat::Language::English});
        ASSERT_TRUE(world->open());
      }
      each.act(world.get());
      world->settle();
      // Nothing more is logged: the log looks around every few seconds.
      world->advance(std::chrono::seconds(5));
      world->settle();
      const std::uint64_t live = world->store().bytes().contents();
      EXPECT_LT(live, before);
      expect_in_proportion(disk, *world, live);
      const std::string text = text_of(world->store());
      const std::uint64_t compactions = world->log().counts().compactions;
      EXPECT_GT(compactions, 0u);
      for (int i = 0; i < 100; ++i) {
        world->advance(std::chrono::seconds(5));
        world->settle();
      }
      EXPECT_EQ(world->log().counts().compactions, compactions);
      world->close();
      SimulatedDisk left(disk.files());
      LogWorld next(&left, small_options(SyncPolicy::Always),
                    {each.limits, chat::Language::English});
      ASSERT_TRUE(next.open()) << describe(next.trouble(), "data");
      EXPECT_EQ(text_of(next.store()), text);
    }
  }
}

// What only grows is not written again and again, and what changes in its place
// once for as much as it is.
TEST(Compaction, IsWorthItsTrouble) {
  SimulatedDisk disk;
  FileLogOptions options = small_options(SyncPolicy::Always);
  options.disk.segment_bytes_max = 100'000;
  LogWorld world(&disk, options, {{.history = 100}, chat::Language::English});
  ASSERT_TRUE(world.open());
  say_much(&world);
  EXPECT_LE(world.log().counts().compactions, 4u);
  const std::uint64_t before = world.log().counts().compactions;
  const chat::MessageId id =
      world.store().find_room("geral")->history.messages()[0].event.id;
  std::uint64_t logged = 0;
  std::uint64_t least = disk.bytes();
  for (int i = 0; i < 3'000; ++i) {
    OwnedCommand edit = by_ana(chat::CommandKind::Edit, "geral", id);
    edit.text = std::string(200, static_cast<char>('a' + i % 20));
    world.append(edit);
    world.settle();
    logged += edit.text.size() + 60;
    least = std::min(least, disk.bytes());
  }
  EXPECT_LE(world.log().counts().compactions - before, logged / least + 1);
  EXPECT_GE(world.log().counts().compactions - before, 1u);
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
  world.fill_until_compaction();
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
  world.fill_until_compaction();
  world.close();
  for (const auto& [name, bytes] : disk.files()) {
    EXPECT_FALSE(name.ends_with(".snapshot")) << name;
    EXPECT_FALSE(name.ends_with(kTemporarySuffix)) << name;
  }
  EXPECT_TRUE(world.notices().empty());
}

}  // namespace
}  // namespace papo::log
