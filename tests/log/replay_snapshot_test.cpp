// Snapshots as a replay reads them, whole and not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "log/command_record.h"
#include "log/log_world.h"
#include "log/payload.h"
#include "log/replay.h"
#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::SimulatedDisk;

constexpr std::uint32_t kSalt = 5;
constexpr chat::MessageId kLast = 900;

// A snapshot before segment 2, record by record.
class SnapshotMaker {
 public:
  SnapshotMaker() {
    append_header(
        &bytes_, FileKind::Snapshot,
        {.salt = kSalt, .number = 2, .sequence = 8, .previous = kLast});
  }
  SnapshotMaker& settings() {
    const std::size_t begin = bytes_.size();
    append_settings(&bytes_, {});
    return seal(begin);
  }
  SnapshotMaker& store() { return numbers(RecordType::Store, {kLast, 0}); }
  SnapshotMaker& room(std::string_view name) {
    const std::size_t begin = open_record(&bytes_, RecordType::Room);
    PayloadWriter(&bytes_).text(name).text("").number(0).number(0);
    close_record(&bytes_, begin);
    return seal(begin);
  }
  SnapshotMaker& member(std::string_view name) {
    const std::size_t begin = open_record(&bytes_, RecordType::Member);
    PayloadWriter(&bytes_).text(name);
    close_record(&bytes_, begin);
    return seal(begin);
  }
  SnapshotMaker& end() { return numbers(RecordType::End, {records_}); }
  SnapshotMaker& numbers(RecordType type,
                         const std::vector<std::uint64_t>& numbers) {
    const std::size_t begin = open_record(&bytes_, type);
    for (const std::uint64_t each : numbers) {
      PayloadWriter(&bytes_).number(each);
    }
    close_record(&bytes_, begin);
    return seal(begin);
  }
  // A byte of the last record is not as it was written.
  SnapshotMaker& damage() {
    bytes_.back() = static_cast<char>(bytes_.back() ^ 0x55);
    return *this;
  }
  std::string bytes() const { return bytes_; }

 private:
  SnapshotMaker& seal(std::size_t begin) {
    seal_record(&bytes_[begin], kSalt);
    ++records_;
    return *this;
  }

  std::string bytes_;
  std::uint64_t records_ = 0;
};

struct Reading {
  bool ok = false;
  std::string what;
  Trouble::Kind kind{};
  ReplayReport report;
  std::uint64_t rooms = 0;
  std::uint64_t memberships = 0;
  chat::MessageId last_id = 0;
  chat::MessageId older_removals = 0;
};

Reading read(const SnapshotMaker& snapshot, bool salvage) {
  std::string segment;
  append_header(&segment, FileKind::Segment,
                {.salt = 1, .number = 2, .sequence = 8});
  const std::size_t begin = segment.size();
  append_settings(&segment, {});
  seal_record(&segment[begin], 1);
  SimulatedDisk disk(
      {{"00000002.snapshot", snapshot.bytes()}, {"00000002.log", segment}});
  chat::RoomStore store({}, chat::Language::English, {});
  Replay replay(&disk, &store, {.salvage = salvage});
  const auto end = replay.run(*read_folder(&disk));
  Reading reading;
  reading.ok = end.ok();
  reading.report = replay.report();
  if (!end) {
    reading.what = end.error().what;
    reading.kind = end.error().kind;
  }
  reading.rooms = store.room_count();
  reading.memberships = store.membership_count();
  reading.last_id = store.last_id();
  reading.older_removals = store.removed_rooms().older();
  return reading;
}

TEST(ReplayedSnapshot, IsTheStore) {
  const SnapshotMaker snapshot = SnapshotMaker()
                                     .settings()
                                     .store()
                                     .room("geral")
                                     .member("ana")
                                     .member("bia")
                                     .room("ops")
                                     .member("ana")
                                     .end();
  const Reading reading = read(snapshot, false);
  ASSERT_TRUE(reading.ok) << reading.what;
  EXPECT_EQ(reading.rooms, 2u);
  EXPECT_EQ(reading.memberships, 3u);
  EXPECT_EQ(reading.last_id, kLast);
  EXPECT_EQ(reading.report.snapshot.number, 2u);
  EXPECT_EQ(reading.report.snapshot.bytes, snapshot.bytes().size());
  EXPECT_GT(reading.report.snapshot.contents, 2 * 640u);
}

TEST(ReplayedSnapshot, IsRefusedWhenItIsNotWhole) {
  const struct {
    const char* what;
    SnapshotMaker snapshot;
  } cases[] = {
      {"the file ends too soon", SnapshotMaker().settings().store()},
      {"the file ends too soon", SnapshotMaker()},
      {"records are missing",
       SnapshotMaker().settings().store().numbers(RecordType::End, {3})},
      {"records are missing", SnapshotMaker().settings().end()},
      {"a record is where it cannot be", SnapshotMaker().store().end()},
      {"a record is where it cannot be",
       SnapshotMaker().settings().store().settings().end()},
      {"the snapshot goes on after its end",
       SnapshotMaker().settings().store().end().room("geral")},
      {"settings without sense",
       SnapshotMaker().numbers(RecordType::Settings, {1}).store().end()},
      {"a record contradicts those before it",
       SnapshotMaker().settings().store().member("nobody's").end()},
      {"a record contradicts those before it",
       SnapshotMaker().settings().store().room("a").room("a").end()},
      {"a record contradicts those before it",
       SnapshotMaker()
           .settings()
           .store()
           .numbers(RecordType::Command, {1})
           .end()},
      {kBrokenRecord,
       SnapshotMaker().settings().store().room("a").damage().end()},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.what);
    const Reading strict = read(each.snapshot, false);
    EXPECT_FALSE(strict.ok);
    EXPECT_EQ(strict.kind, Trouble::Kind::Damaged);
    EXPECT_EQ(strict.what, each.what);
    const Reading salvage = read(each.snapshot, true);
    EXPECT_TRUE(salvage.ok) << salvage.what;
    EXPECT_TRUE(!salvage.report.passed_over.empty() ||
                strict.what == "a record is where it cannot be");
  }
}

TEST(ReplayedSnapshot, OfANewerPapoIsLeftAlone) {
  const SnapshotMaker snapshot = SnapshotMaker().settings().store().numbers(
      static_cast<RecordType>(30), {1});
  for (const bool salvage : {false, true}) {
    const Reading reading = read(snapshot, salvage);
    EXPECT_FALSE(reading.ok);
    EXPECT_EQ(reading.kind, Trouble::Kind::Newer);
  }
}

// Whose members they are nobody knows: not the room's before.
TEST(ReplayedSnapshot, GivesNoMembersOfALostRoomToAnother) {
  const SnapshotMaker snapshot = SnapshotMaker()
                                     .settings()
                                     .store()
                                     .room("geral")
                                     .member("ana")
                                     .room("lost")
                                     .damage()
                                     .member("bia")
                                     .room("ops")
                                     .member("eva")
                                     .end();
  const Reading reading = read(snapshot, true);
  ASSERT_TRUE(reading.ok);
  EXPECT_EQ(reading.rooms, 2u);
  EXPECT_EQ(reading.memberships, 2u);
}

// The careful guess: the header's last id, up to which any room may be gone.
TEST(ReplayedSnapshot, DoesWithoutTheStoresRecord) {
  const Reading reading = read(
      SnapshotMaker().settings().store().damage().room("geral").end(), true);
  ASSERT_TRUE(reading.ok);
  EXPECT_EQ(reading.rooms, 1u);
  EXPECT_EQ(reading.last_id, kLast);
  EXPECT_EQ(reading.older_removals, kLast);
}

}  // namespace
}  // namespace papo::log
