// Copying logs and writing them anew.
#include "log/rewriting.h"

#include <gtest/gtest.h>

#include <string>

#include "log/written_log.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::Files;
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

}  // namespace
}  // namespace papo::log
