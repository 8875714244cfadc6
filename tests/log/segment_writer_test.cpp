#include "log/segment_writer.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "log/log_world.h"
#include "log/replay.h"
#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::Files;
using support::SimulatedDisk;
using support::Survival;

constexpr base::HashKey kKey{1, 2};
const Settings kSettings = {kWorldLimits, chat::Language::English};
const Settings kOthers = {{.history = 1}, chat::Language::Portuguese};

base::Result<base::Done> write(SegmentWriter* writer, const std::string& text,
                               bool sync) {
  Batch batch;
  batch.add(saying(text).view(), 1);
  return writer->write(&batch, sync);
}

FileHeader header_of(const Files& files, const std::string& name) {
  FileHeader header;
  EXPECT_EQ(read_header(files.at(name), FileKind::Segment, &header),
            std::nullopt);
  return header;
}

// The texts of the messages that a power cut leaves, in their order.
std::string texts_left(const SimulatedDisk& disk, Survival survival) {
  SimulatedDisk left(disk.after_power_cut(survival, 0));
  chat::RoomStore store({}, chat::Language::English, {});
  Replay replay(&left, &store, {});
  const auto end = replay.run(*read_folder(&left));
  EXPECT_TRUE(end.ok()) << describe(end.error(), "data");
  std::string texts = std::to_string(replay.report().commands) + ":";
  const chat::Room* room = store.find_room("geral");
  if (room == nullptr) return texts;
  const auto& messages = room->history.messages();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string_view json = messages[i].event.json.view();
    const std::size_t at = json.find("\"message\":\"") + 11;
    texts += json.substr(at, json.find('"', at) - at);
  }
  return texts;
}

TEST(SegmentWriter, NumbersSegmentsAndReplacesThoseWithoutACommand) {
  SimulatedDisk disk;
  SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
  EXPECT_FALSE(writer.is_open());
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  EXPECT_TRUE(writer.is_open());
  EXPECT_EQ(writer.number(), 1u);
  ASSERT_TRUE(writer.begin_segment(kOthers).ok());
  EXPECT_EQ(writer.number(), 1u);
  ASSERT_TRUE(write(&writer, "a", true).ok());
  const std::uint64_t bytes = writer.bytes();
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  EXPECT_EQ(writer.number(), 2u);
  EXPECT_EQ(writer.previous_bytes(), bytes);
  const FileHeader header = header_of(disk.files(), "00000002.log");
  EXPECT_EQ(header.number, 2u);
  EXPECT_EQ(header.sequence, 2u);
  EXPECT_EQ(header.previous, bytes);
  EXPECT_EQ(disk.files().size(), 2u);
}

TEST(SegmentWriter, HasOnTheDiskWhatWasSynced) {
  SimulatedDisk disk;
  SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  ASSERT_TRUE(write(&writer, "a", true).ok());
  EXPECT_EQ(writer.unsynced_bytes(), 0u);
  ASSERT_TRUE(write(&writer, "b", false).ok());
  EXPECT_GT(writer.unsynced_bytes(), 0u);
  EXPECT_EQ(texts_left(disk, Survival::Nothing), "1:a");
  EXPECT_EQ(texts_left(disk, Survival::Everything), "2:ab");
  ASSERT_TRUE(writer.sync().ok());
  EXPECT_EQ(writer.unsynced_bytes(), 0u);
  EXPECT_EQ(texts_left(disk, Survival::Nothing), "2:ab");
}

// A batch that failed counts nowhere, wherever its write stopped.
TEST(SegmentWriter, CutsWhatItCouldNotWrite) {
  for (const bool at_sync : {false, true}) {
    SimulatedDisk disk;
    SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
    ASSERT_TRUE(writer.begin_segment(kSettings).ok());
    ASSERT_TRUE(write(&writer, "a", true).ok());
    const std::uint64_t next = disk.operations() + 1 + (at_sync ? 1 : 0);
    disk.fail(next, next + 1, EIO);  // and the cut that follows it
    EXPECT_EQ(write(&writer, "lost", true).error().number, EIO);
    EXPECT_FALSE(writer.is_open());
    ASSERT_TRUE(writer.begin_segment(kSettings).ok());
    ASSERT_TRUE(write(&writer, "b", true).ok());
    EXPECT_EQ(texts_left(disk, Survival::Nothing), "2:ab");
    EXPECT_EQ(texts_left(disk, Survival::Everything), "2:ab");
  }
}

// What was told is written again where the next sync can be believed.
TEST(SegmentWriter, RepeatsWhatAFailedSyncMayHaveLost) {
  SimulatedDisk disk;
  SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  ASSERT_TRUE(write(&writer, "a", true).ok());
  ASSERT_TRUE(write(&writer, "b", false).ok());
  ASSERT_TRUE(write(&writer, "c", false).ok());
  disk.fail(disk.operations() + 1, disk.operations() + 1, EIO);
  EXPECT_FALSE(writer.sync().ok());
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  EXPECT_EQ(header_of(disk.files(), "00000002.log").sequence, 2u);
  EXPECT_EQ(texts_left(disk, Survival::Nothing), "3:abc");
}

TEST(SegmentWriter, RepeatsUnderTheSettingsThatHeld) {
  SimulatedDisk disk;
  {
    SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
    ASSERT_TRUE(writer.begin_segment(kSettings).ok());
    ASSERT_TRUE(write(&writer, "a", true).ok());
    ASSERT_TRUE(write(&writer, "b", true).ok());
  }
  chat::RoomStore store({}, chat::Language::English, {});
  auto end = Replay(&disk, &store, {}).run(*read_folder(&disk));
  ASSERT_TRUE(end.ok());
  ASSERT_TRUE(read_unattested(&disk, &*end).ok());
  ASSERT_TRUE(end->unattested.has_value());
  SegmentWriter writer(&disk, kKey, *end, nullptr);
  ASSERT_TRUE(writer.begin_segment(kOthers).ok());
  EXPECT_EQ(writer.number(), 3u);
  EXPECT_EQ(header_of(disk.files(), "00000002.log").sequence, 2u);
  EXPECT_EQ(header_of(disk.files(), "00000003.log").sequence, 3u);
  EXPECT_EQ(texts_left(disk, Survival::Nothing), "2:ab");
  ASSERT_TRUE(write(&writer, "c", true).ok());
  EXPECT_EQ(texts_left(disk, Survival::Nothing), "3:c");
}

TEST(SegmentWriter, KeepsTheOpenSegmentWhereNoOtherCanBeBegun) {
  SimulatedDisk disk;
  SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  ASSERT_TRUE(write(&writer, "a", true).ok());
  disk.fail(disk.operations() + 1, disk.operations() + 1, ENOSPC);
  EXPECT_EQ(writer.begin_segment(kSettings).error().number, ENOSPC);
  EXPECT_TRUE(writer.is_open());
  ASSERT_TRUE(write(&writer, "b", true).ok());
  EXPECT_EQ(writer.number(), 1u);
  EXPECT_EQ(texts_left(disk, Survival::Nothing), "2:ab");
}

// So that damage before the end is never taken for a torn tail.
TEST(SegmentWriter, MarksTheEndWhenItCloses) {
  SimulatedDisk disk;
  SegmentWriter writer(&disk, kKey, LogEnd{}, nullptr);
  ASSERT_TRUE(writer.begin_segment(kSettings).ok());
  ASSERT_TRUE(write(&writer, "a", false).ok());
  const std::uint64_t bytes = writer.bytes();
  ASSERT_TRUE(writer.close().ok());
  EXPECT_FALSE(writer.is_open());
  chat::RoomStore store({}, chat::Language::English, {});
  const auto end = Replay(&disk, &store, {}).run(*read_folder(&disk));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->attested, bytes);
  EXPECT_EQ(end->segment_bytes, bytes + kRecordHeadBytes + kBatchPayloadBytes);
}

}  // namespace
}  // namespace papo::log
