#include "log/golden.h"

#include <gtest/gtest.h>

#include <string>

#include "log/log_world.h"
#include "log/replay.h"
#include "log/segment_writer.h"
#include "log/snapshot_file.h"
#include "support/hex.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::Files;
using support::from_hex;
using support::SimulatedDisk;
using support::text_of;
using support::to_hex;

constexpr const char* kTextOfAll =
    "store 1700000000000031 0\n"
    "removed 'x' 1700000000000021\n"
    "room 'geral' 'tudo' 0 0\n"
    "member 'ana'\n"
    "entry 1700000000000000 1 '' '' '{\"type\":\"system\",\"event\":\"join\","
    "\"user\":\"ana\",\"id\":1700000000000000,\"room\":\"geral\",\"message\":"
    "\"ana joined the room\",\"timestamp\":1700000000.000000}'\n"
    "entry 1700000000000005 0 'ana' 'c1' '{\"type\":\"message\",\"id\":"
    "1700000000000005,\"room\":\"geral\",\"username\":\"ana\",\"message\":"
    "\"oi!\",\"timestamp\":1700000000.000005,\"client_id\":\"c1\",\"edited\":"
    "1700000000.000009}'\n"
    "change 1700000000000009 2 1700000000000005 '{\"type\":\"edit\",\"id\":"
    "1700000000000009,\"target\":1700000000000005,\"room\":\"geral\","
    "\"username\":\"ana\",\"message\":\"oi!\",\"timestamp\":"
    "1700000000.000009}'\n"
    "entry 1700000000000030 1 '' '' '{\"type\":\"system\",\"event\":\"topic\","
    "\"user\":\"ana\",\"id\":1700000000000030,\"room\":\"geral\",\"topic\":"
    "\"tudo\",\"message\":\"ana definiu o assunto: tudo\",\"timestamp\":"
    "1700000000.000030}'\n"
    "room 'ops' '' 0 0\n"
    "member 'bia'\n"
    "entry 1700000000000006 1 '' '' '{\"type\":\"system\",\"event\":\"join\","
    "\"user\":\"bia\",\"id\":1700000000000006,\"room\":\"ops\",\"message\":"
    "\"bia joined the room\",\"timestamp\":1700000000.000006}'\n"
    "tombstone 1700000000000007 0 'bia' '' '{\"type\":\"message\",\"id\":"
    "1700000000000007,\"room\":\"ops\",\"username\":\"bia\",\"timestamp\":"
    "1700000000.000007,\"deleted\":1700000000.000031}'\n"
    "change 1700000000000031 3 1700000000000007 '{\"type\":\"delete\",\"id\":"
    "1700000000000031,\"target\":1700000000000007,\"room\":\"ops\","
    "\"username\":\"bia\",\"timestamp\":1700000000.000031}'\n";

// The memory of client_ids. What is made of a snapshot from before it had
// records of its own knows no texts.
std::string client_id_of_all(std::uint64_t digest) {
  return "client_id 'geral' 'ana' 'c1' 1700000000000005 " +
         std::to_string(digest) + " 1700000000000005\n";
}

// What the store was told when there was no such memory.
constexpr chat::StoreLimits kLimitsThen = {.refuses_reused_client_ids = false};

constexpr std::uint64_t kCounted = 374;  // bytes of the first segment

Files segments() {
  return {{"00000001.log", from_hex(golden::kSegment1)},
          {"00000002.log", from_hex(golden::kSegment2)}};
}

Files snapshot_and_segment() {
  return {{"00000002.snapshot", from_hex(golden::kSnapshot2)},
          {"00000002.log", from_hex(golden::kSegment2)}};
}

LogEnd read(const Files& files, chat::RoomStore* store, ReplayReport* report) {
  SimulatedDisk disk(files);
  const auto contents = read_folder(&disk);
  EXPECT_TRUE(contents.ok());
  Replay replay(&disk, store, {});
  const auto end = replay.run(*contents);
  EXPECT_TRUE(end.ok()) << describe(end.error(), "data");
  *report = replay.report();
  return end.ok() ? *end : LogEnd{};
}

// What is written today is the same bytes, but for the salt.

std::string with_salt_of(std::string_view golden, FileKind kind,
                         std::string_view written) {
  FileHeader ours;
  FileHeader theirs;
  EXPECT_EQ(read_header(golden, kind, &ours), std::nullopt);
  EXPECT_EQ(read_header(written, kind, &theirs), std::nullopt);
  ours.salt = theirs.salt;
  std::string bytes;
  append_header(&bytes, kind, ours);
  bytes += golden.substr(kHeaderBytes);
  for (std::size_t at = kHeaderBytes; at < bytes.size();) {
    at += seal_record(&bytes[at], ours.salt);
  }
  return bytes;
}

TEST(Golden, SegmentsOfVersionOneAreRead) {
  chat::RoomStore store({}, chat::Language::English, {});
  ReplayReport report;
  const LogEnd end = read(segments(), &store, &report);
  EXPECT_EQ(text_of(store),
            kTextOfAll + client_id_of_all(chat::digest_of("oi")));
  EXPECT_EQ(end.sequence, 9u);
  EXPECT_EQ(end.segment, 2u);
  EXPECT_EQ(end.previous, kCounted);
  EXPECT_EQ(end.settings.language, chat::Language::Portuguese);
  EXPECT_EQ(report.commands, 8u);
}

TEST(Golden, ASnapshotOfVersionOneIsRead) {
  chat::RoomStore store({}, chat::Language::English, {});
  ReplayReport report;
  const LogEnd end = read(snapshot_and_segment(), &store, &report);
  EXPECT_EQ(text_of(store), kTextOfAll + client_id_of_all(chat::kUnknownText));
  EXPECT_EQ(end.sequence, 9u);
  EXPECT_EQ(report.commands, 2u);
}

constexpr const char* kTextOfLives =
    "store 1700000000000101 0\n"
    "gap 0 1700000000000000\n"
    "gap 1700000000000005 1700000000000100\n"
    "room 'geral' '' 0 0\n"
    "member 'ana'\n"
    "entry 1700000000000005 1 '' '' '{\"type\":\"system\",\"event\":\"join\","
    "\"user\":\"ana\",\"id\":1700000000000005,\"room\":\"geral\",\"message\":"
    "\"ana joined the room\",\"timestamp\":1700000000.000005}'\n"
    "entry 1700000000000101 0 'ana' '' '{\"type\":\"message\",\"id\":"
    "1700000000000101,\"room\":\"geral\",\"username\":\"ana\",\"message\":"
    "\"oi\",\"timestamp\":1700000000.000101}'\n";

TEST(Golden, StartsAndTheGapsBeforeThemAreRead) {
  chat::RoomStore store({}, chat::Language::English, {});
  ReplayReport report;
  const LogEnd end = read({{"00000001.log", from_hex(golden::kSegmentOfLives)}},
                          &store, &report);
  EXPECT_EQ(text_of(store), kTextOfLives);
  EXPECT_EQ(end.sequence, 5u);
  EXPECT_TRUE(report.torn_file.empty());
}

TEST(Golden, ASnapshotOfLivesIsReadAndStillWrittenSo) {
  const std::string golden = from_hex(golden::kSnapshotOfLives);
  SimulatedDisk disk;
  chat::RoomStore store({}, chat::Language::English, {});
  ReplayReport report;
  read({{"00000001.log", from_hex(golden::kSegmentOfLives)}}, &store, &report);
  ASSERT_TRUE(
      write_snapshot(&disk, store, {.number = 2, .sequence = 5, .salt = 3})
          .ok());
  const std::string written = disk.files()["00000002.snapshot"];
  EXPECT_EQ(to_hex(written),
            to_hex(with_salt_of(golden, FileKind::Snapshot, written)));
  SegmentWriter writer(&disk, {1, 2}, {.sequence = 5, .segment = 1}, nullptr);
  ASSERT_TRUE(writer.begin_segment({}).ok());
  Files files = disk.files();
  files["00000002.snapshot"] = golden;
  chat::RoomStore copy({}, chat::Language::English, {});
  read(files, &copy, &report);
  EXPECT_EQ(text_of(copy), kTextOfLives);
}

// Alone, the first segment is the last one, and its end a torn tail.
TEST(Golden, TheTornTailIsCutAndTold) {
  Files files = segments();
  files.erase("00000002.log");
  chat::RoomStore store({}, chat::Language::English, {});
  ReplayReport report;
  const LogEnd end = read(files, &store, &report);
  EXPECT_EQ(end.sequence, 7u);
  EXPECT_EQ(end.segment_bytes, kCounted);
  EXPECT_EQ(report.torn_file, "00000001.log");
  EXPECT_EQ(report.torn_offset, kCounted);
  EXPECT_EQ(report.torn_bytes, 20u);
}

// Writes the commands of `golden` again, in its batches.
std::string rewritten(std::string_view golden, std::uint32_t salt,
                      const Settings& settings) {
  SimulatedDisk disk;
  SegmentWriter writer(&disk, {1, 2}, LogEnd{}, nullptr);
  EXPECT_TRUE(writer.begin_segment(settings).ok());
  Batch batch;
  for (std::size_t at = kHeaderBytes; at < golden.size();) {
    const auto record = read_record(golden.substr(at), salt);
    EXPECT_TRUE(record.has_value());
    if (!record) return {};
    at += record->bytes();
    if (record->type == RecordType::Command) {
      batch.add(*read_command(record->payload), 1);
    }
    const bool ends = at == golden.size() ||
                      golden[at + 8] == static_cast<char>(RecordType::Batch);
    if (ends && !batch.empty()) {
      EXPECT_TRUE(writer.write(&batch, true).ok());
      batch.clear();
    }
  }
  return disk.files()["00000001.log"];
}

TEST(Golden, SegmentsAreStillWrittenSo) {
  const std::string golden =
      from_hex(golden::kSegment1).substr(0, std::size_t{kCounted});
  const std::string written = rewritten(golden, 0x04030201, {kLimitsThen});
  EXPECT_EQ(to_hex(written),
            to_hex(with_salt_of(golden, FileKind::Segment, written)));
}

const Settings kAllSettings = {{.history = 7,
                                .rooms = 300,
                                .members = 20'000,
                                .rooms_of_user = 9,
                                .memberships = 1'000'000,
                                .bytes = std::uint64_t{1} << 30,
                                .client_ids = 16'384,
                                .client_id_age = std::chrono::seconds(90)},
                               chat::Language::Portuguese};

TEST(Golden, AllSettingsAndAStartAreRead) {
  chat::RoomStore store({}, chat::Language::English, {});
  ReplayReport report;
  const LogEnd end =
      read({{"00000001.log", from_hex(golden::kSegmentOfSettings)}}, &store,
           &report);
  EXPECT_TRUE(is_same(end.settings, kAllSettings));
  EXPECT_EQ(end.settings.limits.history, 7u);
  EXPECT_EQ(end.settings.limits.rooms, 300u);
  EXPECT_EQ(end.settings.limits.members, 20'000u);
  EXPECT_EQ(end.settings.limits.rooms_of_user, 9u);
  EXPECT_EQ(end.settings.limits.memberships, 1'000'000u);
  EXPECT_EQ(end.settings.limits.bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(end.settings.limits.client_ids, 16'384u);
  EXPECT_EQ(end.settings.limits.client_id_age, std::chrono::seconds(90));
  EXPECT_TRUE(end.settings.limits.refuses_reused_client_ids);
  EXPECT_EQ(end.settings.language, chat::Language::Portuguese);
  EXPECT_EQ(end.sequence, 4u);
  EXPECT_EQ(report.commands, 3u);
  EXPECT_EQ(store.limits().history, 7u);
  // The start, and what it says of the ids before it.
  EXPECT_TRUE(store.is_foreign(1'699'999'999'999'999));
  EXPECT_FALSE(store.is_foreign(1'700'000'000'000'000));
  EXPECT_EQ(store.find_room("geral")->topic, "tudo");
}

TEST(Golden, AllSettingsAndAStartAreStillWrittenSo) {
  const std::string golden = from_hex(golden::kSegmentOfSettings);
  const std::string written = rewritten(golden, 0x5A5B5C5D, kAllSettings);
  EXPECT_EQ(to_hex(written),
            to_hex(with_salt_of(golden, FileKind::Segment, written)));
}

TEST(Golden, SnapshotsAreStillWrittenSo) {
  // The client_id that is known comes before the end, which counts it.
  std::string golden = from_hex(golden::kSnapshot2);
  golden.resize(golden.size() - kRecordHeadBytes - 1);
  const std::size_t at = open_record(&golden, RecordType::ClientId);
  golden += from_hex(
      "05 676572616c 03 616e61 02 6331 8580f9c0c1c48203 2fb6c1538600c354"
      "05401e18240a0600");
  close_record(&golden, at);
  const std::size_t end = open_record(&golden, RecordType::End);
  golden.push_back('\x0d');
  close_record(&golden, end);
  SimulatedDisk disk({{"00000001.log", from_hex(golden::kSegment1)}});
  chat::RoomStore store({}, chat::Language::English, {});
  ASSERT_TRUE(Replay(&disk, &store, {}).run(*read_folder(&disk)).ok());
  const auto bytes =
      write_snapshot(&disk, store, {.number = 2, .sequence = 7, .salt = 3});
  ASSERT_TRUE(bytes.ok());
  const std::string written = disk.files()["00000002.snapshot"];
  EXPECT_EQ(*bytes, written.size());
  EXPECT_EQ(to_hex(written),
            to_hex(with_salt_of(golden, FileKind::Snapshot, written)));
}

}  // namespace
}  // namespace papo::log
