// Looking at damaged logs, copying them and writing them anew.
#include "log/rewriting.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "log/format.h"
#include "log/inspection.h"
#include "log/log_world.h"
#include "support/command_source.h"
#include "support/simulated_disk.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::Files;
using support::SimulatedDisk;
using support::Survival;
using support::text_of;

constexpr base::HashKey kKey{7, 7};

// The files of a log that a server has closed, and what it held.
struct Written {
  Files files;
  std::string text;
};

Written write_log(std::uint64_t seed, int commands) {
  SimulatedDisk disk;
  Written written;
  {
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    EXPECT_TRUE(world.open());
    CommandSource source(seed);
    for (int i = 0; i < commands; ++i) {
      world.append(source.next(world.store()));
      world.settle();
    }
    world.close();
    written.text = text_of(world.store());
  }
  written.files = disk.files();
  return written;
}

// In their order.
std::vector<std::string> segments_of(const Files& files) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) {
    if (file_number(FileKind::Segment, name)) names.push_back(name);
  }
  return names;
}

// With a byte of the middle of its first segment wrong.
Files damaged(Files files) {
  std::string& bytes = files[segments_of(files).front()];
  bytes[bytes.size() / 2] ^= 1;
  return files;
}

Inspection inspected(SimulatedDisk* disk) {
  auto found = inspect(disk, kKey);
  EXPECT_TRUE(found.ok());
  return std::move(*found);
}

TEST(Inspection, FindsAnIntactLogWhole) {
  const Written written = write_log(1, 40);
  SimulatedDisk disk(written.files);
  const Inspection found = inspected(&disk);
  EXPECT_TRUE(found.is_intact());
  EXPECT_EQ(text_of(*found.store), written.text);
  EXPECT_EQ(disk.operations(), 0U);
}

TEST(Inspection, TakesATornTailForNoDamage) {
  Written written = write_log(2, 40);
  written.files[segments_of(written.files).back()] += "torn";
  SimulatedDisk disk(written.files);
  const Inspection found = inspected(&disk);
  EXPECT_TRUE(found.is_intact());
  EXPECT_EQ(found.report.torn_bytes, 4U);
  EXPECT_EQ(text_of(*found.store), written.text);
}

TEST(Inspection, TellsEachDamageAndKeepsTheRest) {
  const Written written = write_log(3, 40);
  SimulatedDisk disk(damaged(written.files));
  const Inspection found = inspected(&disk);
  ASSERT_FALSE(found.is_intact());
  EXPECT_EQ(found.report.passed_over.front().file,
            segments_of(written.files).front());
  EXPECT_GT(found.store->last_id(), 0U);
  EXPECT_EQ(disk.operations(), 0U);
}

TEST(Inspection, FailsWhereReadingFails) {
  SimulatedDisk disk(write_log(4, 10).files);
  disk.fail_reads(5);
  EXPECT_FALSE(inspect(&disk, kKey).ok());
}

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
