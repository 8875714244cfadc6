#include "log/replay.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <utility>

#include "log/batch.h"
#include "log/log_world.h"
#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::Files;
using support::SimulatedDisk;

constexpr std::uint32_t kSalt = 5;

// A segment, record by record.
class SegmentMaker {
 public:
  explicit SegmentMaker(const FileHeader& header) : header_(header) {
    header_.salt = kSalt;
    append_header(&bytes_, FileKind::Segment, header_);
  }
  SegmentMaker& settings() {
    const std::size_t begin = bytes_.size();
    append_settings(&bytes_, {});
    seal_record(&bytes_[begin], kSalt);
    return *this;
  }
  SegmentMaker& mark(std::uint64_t sequence, std::uint64_t synced) {
    std::string mark;
    append_batch_mark(&mark);
    seal_batches(&mark, {kSalt, sequence, synced});
    bytes_ += mark;
    return *this;
  }
  SegmentMaker& post(const std::string& text) {
    const std::size_t begin = bytes_.size();
    append_command(&bytes_, saying(text).view());
    seal_record(&bytes_[begin], kSalt);
    return *this;
  }
  SegmentMaker& record(RecordType type, std::string_view payload) {
    const std::size_t begin = open_record(&bytes_, type);
    bytes_ += payload;
    close_record(&bytes_, begin);
    seal_record(&bytes_[begin], kSalt);
    return *this;
  }
  std::string bytes() const { return bytes_; }

 private:
  FileHeader header_;
  std::string bytes_;
};

SegmentMaker first() {
  return std::move(
      SegmentMaker({.number = 1, .sequence = 1}).settings().mark(1, 0));
}

struct Reading {
  bool ok = false;
  std::string trouble;
  Trouble::Kind kind{};
  LogEnd end;
  ReplayReport report;
};

Reading read(const Files& files, const ReplayOptions& options = {}) {
  SimulatedDisk disk(files);
  chat::RoomStore store({}, chat::Language::English, {});
  Replay replay(&disk, &store, options);
  const auto end = replay.run(*read_folder(&disk));
  Reading reading;
  reading.ok = end.ok();
  reading.report = replay.report();
  if (end) {
    reading.end = *end;
  } else {
    reading.trouble = summarize(end.error());
    reading.kind = end.error().kind;
  }
  return reading;
}

Reading read_first(const SegmentMaker& segment) {
  return read({{"00000001.log", segment.bytes()}});
}

TEST(Replay, TellsWhereALogEnds) {
  const SegmentMaker one = first().post("a").post("b");
  const std::uint64_t size = one.bytes().size();
  const SegmentMaker two =
      SegmentMaker({.number = 2, .sequence = 3, .previous = size})
          .settings()
          .mark(3, 0)
          .post("c");
  const Reading reading =
      read({{"00000001.log", one.bytes()}, {"00000002.log", two.bytes()}});
  ASSERT_TRUE(reading.ok) << reading.trouble;
  EXPECT_EQ(reading.end.sequence, 4u);
  EXPECT_EQ(reading.end.segment, 2u);
  EXPECT_EQ(reading.end.segment_bytes, two.bytes().size());
  EXPECT_EQ(reading.end.previous, size);
  EXPECT_EQ(reading.end.first_sequence, 3u);
  EXPECT_FALSE(reading.end.segment_is_empty);
  EXPECT_EQ(reading.report.commands, 3u);
  EXPECT_EQ(reading.report.segment_bytes, size + two.bytes().size());
}

TEST(Replay, CountsOfASegmentWhatTheNextHeaderSays) {
  const SegmentMaker one = first().post("a");
  const std::uint64_t size = one.bytes().size();
  const SegmentMaker two =
      SegmentMaker({.number = 2, .sequence = 2, .previous = size}).settings();
  const Files files = {{"00000001.log", one.bytes() + "left by a failure"},
                       {"00000002.log", two.bytes()}};
  const Reading reading = read(files);
  ASSERT_TRUE(reading.ok) << reading.trouble;
  EXPECT_EQ(reading.report.commands, 1u);
  EXPECT_TRUE(reading.end.segment_is_empty);
}

TEST(Replay, RefusesWhatNoPapoWrites) {
  const struct {
    const char* trouble;
    SegmentMaker segment;
  } cases[] = {
      {"00000001.log at byte 88: its first record is missing",
       SegmentMaker({.number = 1, .sequence = 1})},
      {"00000001.log at byte 88: a record is where it cannot be",
       SegmentMaker({.number = 1, .sequence = 1}).mark(1, 0)},
      {"00000001.log at byte 0: it does not follow on what is before it",
       SegmentMaker({.number = 1, .sequence = 7}).settings()},
      {"00000001.log at byte 0: the header is that of another file",
       SegmentMaker({.number = 2, .sequence = 1}).settings()},
      {"00000001.log at byte 142: a record is where it cannot be",
       first().settings()},
      {"00000001.log at byte 142: commands are missing before it",
       first().mark(2, 0)},
      {"00000001.log at byte 142: a batch without sense",
       first().mark(1, 1'000)},
      {"00000001.log at byte 142: a batch without sense",
       first().record(RecordType::Batch, "short")},
      {"00000001.log at byte 142: a command without sense",
       first().record(RecordType::Command, "\x04")},
      {"00000001.log at byte 142: a snapshot's record is in a segment",
       first().record(RecordType::Room, "")},
      {"00000001.log at byte 88: settings without sense",
       SegmentMaker({.number = 1, .sequence = 1})
           .record(RecordType::Settings, "x")},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.trouble);
    const Reading reading = read_first(each.segment);
    EXPECT_FALSE(reading.ok);
    EXPECT_EQ(reading.kind, Trouble::Kind::Damaged);
    // Where its settings end depends on how many they are.
    const auto words = [](const std::string& text) {
      return text.substr(text.rfind(": "));
    };
    EXPECT_EQ(words(reading.trouble), words(each.trouble));
    const Reading salvage =
        read({{"00000001.log", each.segment.bytes()}}, {.salvage = true});
    EXPECT_TRUE(salvage.ok);
    ASSERT_FALSE(salvage.report.passed_over.empty());
    EXPECT_EQ(words(summarize(salvage.report.passed_over[0])),
              words(each.trouble));
  }
}

TEST(Replay, LeavesWhatANewerPapoWroteAlone) {
  const SegmentMaker cases[] = {
      first().record(static_cast<RecordType>(99), "?"),
      first().record(RecordType::Command, "\x63"),
  };
  for (const SegmentMaker& each : cases) {
    for (const bool salvage : {false, true}) {
      const Reading reading =
          read({{"00000001.log", each.bytes()}}, {.salvage = salvage});
      EXPECT_FALSE(reading.ok);
      EXPECT_EQ(reading.kind, Trouble::Kind::Newer);
    }
  }
}

TEST(Replay, TakesDamageForATornTailUnlessALaterBatchCallsItSynced) {
  const SegmentMaker whole = first().post("a").mark(2, 0).post("b");
  const std::size_t damage = whole.bytes().size() - 3;
  const auto damaged = [damage](std::string bytes) {
    bytes.replace(damage, 2, "??");
    return bytes;
  };
  const Reading torn = read({{"00000001.log", damaged(whole.bytes())}});
  ASSERT_TRUE(torn.ok) << torn.trouble;
  EXPECT_EQ(torn.report.commands, 1u);
  EXPECT_EQ(torn.report.torn_file, "00000001.log");
  EXPECT_EQ(torn.report.torn_offset + torn.report.torn_bytes,
            whole.bytes().size());
  EXPECT_TRUE(
      describe_torn_tail(torn.report).starts_with("00000001.log ends in "));
  SegmentMaker unsynced = whole;
  EXPECT_TRUE(
      read({{"00000001.log", damaged(unsynced.mark(3, damage - 60).bytes())}})
          .ok);
  SegmentMaker synced = whole;
  const Reading refused =
      read({{"00000001.log",
             damaged(synced.mark(3, whole.bytes().size()).bytes())}});
  EXPECT_FALSE(refused.ok);
  EXPECT_EQ(refused.kind, Trouble::Kind::Damaged);
}

TEST(Replay, StopsBeforeASegment) {
  const SegmentMaker one = first().post("a");
  const SegmentMaker two =
      SegmentMaker({.number = 2, .sequence = 2, .previous = one.bytes().size()})
          .settings()
          .mark(2, 0)
          .post("b");
  const Reading reading =
      read({{"00000001.log", one.bytes()}, {"00000002.log", two.bytes()}},
           {.stop_before = 2});
  ASSERT_TRUE(reading.ok);
  EXPECT_EQ(reading.report.commands, 1u);
  EXPECT_EQ(reading.end.sequence, 2u);
}

TEST(Replay, IsStoppedByItsPace) {
  class NotOn final : public Pace {
   public:
    bool go_on() override { return false; }
  } pace;
  SegmentMaker segment = first();
  for (int i = 0; i < 2'000; ++i) segment.post("x");
  const Reading reading =
      read({{"00000001.log", segment.bytes()}}, {.pace = &pace});
  EXPECT_FALSE(reading.ok);
  EXPECT_EQ(reading.kind, Trouble::Kind::System);
  EXPECT_LT(reading.report.commands, 2'000u);
}

}  // namespace
}  // namespace papo::log
