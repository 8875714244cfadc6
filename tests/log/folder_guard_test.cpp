// A folder that is not ours any more, and what the log does then.
#include "log/folder_guard.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "log/log_world.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::Files;
using support::SimulatedDisk;
using support::text_of;

// How often an idle log looks at its folder.
constexpr base::Micros kCheck = std::chrono::seconds(5);

TEST(FolderGuard, TellsWhoseTheFolderAndItsFilesAre) {
  SimulatedDisk disk(Files{{"a", "1"}, {"b", "2"}});
  FolderGuard guard(&disk, std::move(*lock_folder(&disk)));
  const FileIdentity a = *disk.identity("a");
  EXPECT_TRUE(guard.check().ok());
  EXPECT_TRUE(guard.check_file("a", a).ok());
  EXPECT_STREQ(guard.check_file("b", a).error().doing, kFileReplaced);
  disk.put("a", "1");
  EXPECT_STREQ(guard.check_file("a", a).error().doing, kFileReplaced);
  disk.take_away("a");
  EXPECT_STREQ(guard.check_file("a", a).error().doing, kFileRemoved);
  EXPECT_TRUE(guard.check().ok());
  disk.lead_path_to(ENOENT);
  EXPECT_EQ(guard.check().error().number, ENOENT);
  EXPECT_EQ(guard.check_place().error().number, ENOENT);
  EXPECT_EQ(guard.regain().error().number, ENOENT);
  disk.lead_path_to(std::nullopt);
  EXPECT_TRUE(guard.regain().ok());
  disk.take_away(kLockName);
  EXPECT_FALSE(guard.check().ok());
  EXPECT_TRUE(guard.check_place().ok());
  EXPECT_TRUE(guard.regain().ok());
  EXPECT_TRUE(guard.check().ok());
}

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
    options.disk.segment_bytes_max = 160;
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
    world.fill_until_compaction();
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

}  // namespace
}  // namespace papo::log
