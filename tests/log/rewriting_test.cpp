// Copying logs and writing them anew.
#include "log/rewriting.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "log/written_log.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::Files;
using support::OwnedCommand;
using support::SimulatedDisk;
using support::Survival;
using support::text_of;

TEST(CopyLog, CopiesEveryFileOfTheLogAndNoOther) {
  Written written = write_log(5, 40);
  written.files["00000099.log.tmp"] = "unfinished";
  Files others = written.files;
  others["notes.txt"] = "not papo's";
  SimulatedDisk from(others);
  SimulatedDisk to;
  const auto contents = read_folder(&from);
  ASSERT_TRUE(contents.ok());
  ASSERT_TRUE(copy_log(&from, *contents, &to).ok());
  written.files.erase(std::string(kLockName));
  EXPECT_EQ(to.after_power_cut(Survival::Nothing, 0), written.files);
}

TEST(CopyLog, TellsOfADiskThatIsFull) {
  SimulatedDisk from(write_log(6, 40).files);
  SimulatedDisk to;
  to.set_capacity(100);
  const auto contents = read_folder(&from);
  ASSERT_TRUE(contents.ok());
  const auto copied = copy_log(&from, *contents, &to);
  ASSERT_FALSE(copied.ok());
  EXPECT_NE(copied.error().what.find("No space left"), std::string::npos);
}

// A file of more than one piece, and of exactly one.
TEST(CopyLog, CopiesLargeFiles) {
  constexpr std::size_t kPiece = 256 * 1024;
  for (const std::size_t size : {kPiece - 1, kPiece, 3 * kPiece + 7}) {
    SimulatedDisk from(Files{{"00000001.log", std::string(size, 'x')}});
    SimulatedDisk to;
    ASSERT_TRUE(copy_log(&from, *read_folder(&from), &to).ok());
    EXPECT_EQ(to.files(), from.files());
  }
}

TEST(ReplaceLog, LeavesTheNewLogAndNothingOfTheOld) {
  const Written written = write_log(7, 60);
  SimulatedDisk disk(damaged(written.files));
  const Inspection found = inspected(&disk);
  const std::string kept = text_of(*found.store);
  ASSERT_TRUE(
      replace_log(&disk, found.contents, *found.store, found.end.sequence, kKey)
          .ok());
  const Inspection after = inspected(&disk);
  EXPECT_TRUE(after.is_intact());
  EXPECT_EQ(text_of(*after.store), kept);
  EXPECT_EQ(after.contents.segments.size(), 1U);
  EXPECT_TRUE(after.contents.leftovers.empty());
  EXPECT_EQ(after.end.sequence, found.end.sequence);
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  ASSERT_TRUE(world.open());
  EXPECT_EQ(text_of(world.store()), kept);
}

TEST(ReplaceLog, WritesALogWhereThereIsNone) {
  chat::RoomStore store(kWorldLimits, chat::Language::Portuguese, kKey);
  CommandSource source(8);
  for (int i = 0; i < 30; ++i) {
    static_cast<void>(store.apply(source.next(store).view(), nullptr));
  }
  SimulatedDisk disk;
  ASSERT_TRUE(replace_log(&disk, {}, store, 1, kKey).ok());
  const Inspection found = inspected(&disk);
  EXPECT_TRUE(found.is_intact());
  EXPECT_EQ(text_of(*found.store), text_of(store));
  EXPECT_EQ(found.store->language(), chat::Language::Portuguese);
  EXPECT_EQ(found.store->limits().history, kWorldLimits.history);
}

TEST(ReplaceLog, LosesNothingWhenThePowerIsCutAtAnyStep) {
  const Written written = write_log(9, 60);
  const Files before = damaged(written.files);
  for (std::uint64_t cut = 1;; ++cut) {
    SCOPED_TRACE("cut at operation " + std::to_string(cut));
    SimulatedDisk disk(before);
    const Inspection found = inspected(&disk);
    const std::string kept = text_of(*found.store);
    disk.cut_power_at(cut);
    const bool done = replace_log(&disk, found.contents, *found.store,
                                  found.end.sequence, kKey)
                          .ok();
    const bool through = disk.has_power();
    for (std::uint64_t chance = 0; chance < 8; ++chance) {
      const auto survival = chance == 0   ? Survival::Nothing
                            : chance == 1 ? Survival::Everything
                                          : Survival::Chance;
      SimulatedDisk left(disk.after_power_cut(survival, chance));
      const Inspection after = inspected(&left);
      ASSERT_EQ(text_of(*after.store), kept) << "survival " << chance;
      ASSERT_TRUE(after.is_intact() || !done);
    }
    if (through) return;
  }
}

// ---- Points of before a repair

// Lives, each with a start and messages; the points that readers were given.
struct Lives {
  Files files;
  std::vector<chat::MessageId> points;
  chat::MessageId last = 0;
};

OwnedCommand at(chat::CommandKind kind, int seconds) {
  OwnedCommand command = saying("oi");
  command.kind = kind;
  command.time += std::chrono::seconds(seconds);
  if (kind == chat::CommandKind::Start) {
    command.room.clear();
    command.user.clear();
  }
  return command;
}

// `folds`: the starts and the gaps before them are in a snapshot.
Lives write_lives(bool folds) {
  SimulatedDisk disk;
  Lives lives;
  for (int life = 1; life <= 3; ++life) {
    disk.restart();
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    EXPECT_TRUE(world.open());
    world.append(at(chat::CommandKind::Start, 100 * life));
    for (int i = 1; i < 4; ++i) {
      world.append(at(chat::CommandKind::Post, 100 * life + i));
      world.settle();
      lives.points.push_back(world.store().last_id());
    }
    while (folds && life == 3 && world.log().counts().compactions == 0) {
      world.append(at(chat::CommandKind::Post, 400));
      world.settle();
    }
    world.close();
    lives.last = world.store().last_id();
  }
  lives.files = disk.files();
  lives.files.erase(std::string(kLockName));
  return lives;
}

// A point between lives, and one of each message.
void expect_all_told(const Lives& lives, const chat::RoomStore& store) {
  for (const chat::MessageId point : lives.points) {
    if (point == store.last_id()) continue;
    EXPECT_TRUE(store.is_truncated("geral", point));
    EXPECT_TRUE(store.is_truncated("gone", point));
    EXPECT_TRUE(store.is_foreign(point + 50'000'000)) << "in a gap";
  }
  EXPECT_FALSE(store.is_truncated("geral", store.last_id()));
}

void repair(SimulatedDisk* disk) {
  const Inspection found = inspected(disk);
  ASSERT_FALSE(found.is_intact());
  ASSERT_TRUE(
      replace_log(disk, found.contents, *found.store, found.end.sequence, kKey)
          .ok());
}

// Whatever byte is damaged, of a start, of a gap, of a message: nobody who
// comes back is told that they have missed nothing.
TEST(ReplaceLog, TellsWhoeverComesBackOfWhatWasPassedOver) {
  for (const bool folds : {false, true}) {
    const Lives lives = write_lives(folds);
    for (const auto& [name, bytes] : lives.files) {
      for (std::size_t at = kHeaderBytes; at < bytes.size(); ++at) {
        Files files = lives.files;
        files[name][at] = static_cast<char>(bytes[at] ^ 0x41);
        SimulatedDisk disk(files);
        if (inspected(&disk).is_intact()) continue;  // a torn tail
        SCOPED_TRACE(name + " byte " + std::to_string(at));
        repair(&disk);
        disk.restart();
        LogWorld world(&disk, small_options(SyncPolicy::Always));
        ASSERT_TRUE(world.open());
        expect_all_told(lives, world.store());
        if (HasFailure()) return;
      }
    }
  }
}

// The gaps of a log that is intact stay as they are, through everything.
TEST(ReplaceLog, KeepsTheGapsBeforeStarts) {
  for (const bool folds : {false, true}) {
    const Lives lives = write_lives(folds);
    SimulatedDisk disk(lives.files);
    const Inspection found = inspected(&disk);
    ASSERT_TRUE(found.is_intact());
    ASSERT_TRUE(replace_log(&disk, found.contents, *found.store,
                            found.end.sequence, kKey)
                    .ok());
    const Inspection after = inspected(&disk);
    EXPECT_EQ(after.store->id_gaps().gaps().size(), 3u);
    for (const chat::MessageId point : lives.points) {
      EXPECT_FALSE(after.store->is_foreign(point));
    }
    for (const int life : {0, 1, 2}) {
      EXPECT_TRUE(after.store->is_foreign(
          lives.points[0] - 50'000'000 +
          100'000'000 * static_cast<std::uint64_t>(life)));
    }
  }
}

}  // namespace
}  // namespace papo::log
