// The end of a log that no later write attests (read_unattested()).
#include <gtest/gtest.h>

#include <string>

#include "log/log_world.h"
#include "log/replay.h"
#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::Files;
using support::SimulatedDisk;

LogEnd end_of(SimulatedDisk* disk) {
  chat::RoomStore store({}, chat::Language::English, {});
  auto end = Replay(disk, &store, {}).run(*read_folder(disk));
  EXPECT_TRUE(end.ok()) << describe(end.error(), "data");
  EXPECT_TRUE(read_unattested(disk, &*end).ok());
  return *end;
}

// A log whose batches hold one text each; closed in good order, or killed.
Files log_of(const std::string& texts, SyncPolicy sync, bool closes) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(sync));
  EXPECT_TRUE(world.open());
  for (const char text : texts) {
    world.append(saying(std::string(1, text)));
    world.settle();
  }
  if (closes) world.close();
  Files files = disk.files();
  files.erase("lock");
  return files;
}

TEST(Unattested, IsWhatFollowsWhatTheLastBatchCallsSynced) {
  const struct {
    const char* name;
    const char* texts;
    SyncPolicy sync;
    bool closes;
    std::uint64_t sequence;  // of the first command; 0: there is nothing
  } cases[] = {
      {"an empty log", "", SyncPolicy::Always, false, 0},
      {"a log that was closed", "abc", SyncPolicy::Always, true, 0},
      {"closed, and synced then", "abc", SyncPolicy::Never, true, 0},
      {"the last of three synced batches", "abc", SyncPolicy::Always, false, 3},
      {"the only batch", "a", SyncPolicy::Always, false, 1},
      {"three that wait for a sync", "abc", SyncPolicy::Never, false, 1},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    SimulatedDisk disk(log_of(each.texts, each.sync, each.closes));
    const LogEnd end = end_of(&disk);
    ASSERT_EQ(end.unattested.has_value(), each.sequence != 0);
    if (each.sequence == 0) continue;
    EXPECT_EQ(end.unattested->sequence, each.sequence);
    const std::string bytes = disk.files().at("00000001.log");
    EXPECT_EQ(end.unattested->records,
              bytes.substr(static_cast<std::size_t>(end.unattested->offset)));
    EXPECT_TRUE(is_same(end.unattested->settings,
                        {kWorldLimits, chat::Language::English}));
  }
}

TEST(Unattested, EndsWhereATornTailBegins) {
  Files files = log_of("ab", SyncPolicy::Always, false);
  const std::size_t whole = files.at("00000001.log").size();
  files["00000001.log"] += "torn";
  SimulatedDisk disk(files);
  const LogEnd end = end_of(&disk);
  ASSERT_TRUE(end.unattested.has_value());
  EXPECT_EQ(end.unattested->offset + end.unattested->records.size(), whole);
}

TEST(Unattested, IsNothingWithoutASegment) {
  SimulatedDisk disk;
  EXPECT_FALSE(end_of(&disk).unattested.has_value());
}

TEST(Unattested, TellsOfAFileThatCannotBeRead) {
  SimulatedDisk disk(log_of("ab", SyncPolicy::Always, false));
  LogEnd end = end_of(&disk);
  disk.fail_reads(5);
  EXPECT_FALSE(read_unattested(&disk, &end).ok());
}

}  // namespace
}  // namespace papo::log
