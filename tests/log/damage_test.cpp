// Every truncation and every flipped bit of a small log: it is recovered, cut
// as a torn tail where nothing was promised, or refused with file and offset.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "log/log_world.h"
#include "log/replay.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::Files;
using support::OwnedCommand;
using support::SimulatedDisk;
using support::text_of;

// A log as one run of the server left it.
struct Sample {
  Files files;
  std::string last;            // the segment that was open
  std::uint64_t attested = 0;  // bytes of it that a later batch calls synced
  std::vector<std::string> texts;  // of the store after each command
  bool closed = false;
};

std::uint64_t last_mark(const std::string& segment) {
  FileHeader header;
  EXPECT_FALSE(read_header(segment, FileKind::Segment, &header));
  std::uint64_t synced = 0;
  for (std::size_t at = kHeaderBytes; at < segment.size();) {
    const std::string_view rest = std::string_view(segment).substr(at);
    const auto record = read_record(rest, header.salt);
    EXPECT_TRUE(record.has_value());
    if (record->type == RecordType::Batch) {
      synced = load_u64(record->payload.data() + 8);
    }
    at += record->bytes();
  }
  return synced;
}

Sample make_sample(std::uint64_t seed, bool close) {
  SimulatedDisk disk;
  LogWorld world(&disk, small_options(SyncPolicy::Always));
  EXPECT_TRUE(world.open());
  CommandSource source(seed);
  Sample sample;
  sample.texts.push_back(text_of(world.store()));
  const auto say = [&] {
    world.append(source.next(world.store()));
    world.settle();
    sample.texts.push_back(text_of(world.store()));
  };
  while (world.log().counts().compactions == 0) say();
  for (int i = 0; i < 12; ++i) say();
  sample.closed = close;
  if (close) world.close();
  sample.files = disk.files();
  sample.files.erase("lock");
  const FolderContents contents = *read_folder(&disk);
  sample.last = file_name(FileKind::Segment, contents.segments.back());
  sample.attested = last_mark(sample.files[sample.last]);
  return sample;
}

struct Reading {
  bool ok = false;
  Trouble trouble;
  ReplayReport report;
  std::string text;
};

Reading read(const Files& files, bool salvage) {
  SimulatedDisk disk(files);
  Reading reading;
  const auto contents = read_folder(&disk);
  EXPECT_TRUE(contents.ok());
  chat::RoomStore store(kWorldLimits, chat::Language::English, {});
  Replay replay(&disk, &store, {.salvage = salvage});
  const auto end = replay.run(*contents);
  reading.ok = end.ok();
  if (!end) reading.trouble = end.error();
  reading.report = replay.report();
  reading.text = text_of(store);
  // Read again, it is the same.
  chat::RoomStore again(kWorldLimits, chat::Language::English, {9, 9});
  Replay second(&disk, &again, {.salvage = salvage});
  EXPECT_EQ(second.run(*contents).ok(), reading.ok);
  EXPECT_EQ(text_of(again), reading.text);
  return reading;
}

bool is_prefix(const Sample& sample, const std::string& text) {
  for (const std::string& each : sample.texts) {
    if (each == text) return true;
  }
  return false;
}

// One copy of the header is enough: the other's damage is behind both.
constexpr std::uint64_t kHeaderAt = kHeaderBytes;

// `where`: the first byte of `name` that is not as it was. `rest_is_there`:
// what is behind it and tells how much was synced.
void judge(const Sample& sample, const Files& files, const std::string& name,
           std::uint64_t where, bool rest_is_there) {
  const Reading strict = read(files, false);
  if (!strict.ok) {
    ASSERT_EQ(strict.trouble.kind, Trouble::Kind::Damaged);
    ASSERT_FALSE(strict.trouble.file.empty());
    ASSERT_LE(strict.trouble.offset, sample.files.at(name).size());
    // The place is told: that record begins at or before the damage.
    if (strict.trouble.file == name) {
      ASSERT_LE(strict.trouble.offset, std::max(where, kHeaderAt));
    }
  } else if (strict.text != sample.texts.back()) {
    // Something is missing: that can only be the end of the last segment, as
    // far as nothing behind it says that it was there.
    ASSERT_EQ(name, sample.last);
    ASSERT_TRUE(is_prefix(sample, strict.text)) << strict.text;
    if (rest_is_there) {
      ASSERT_GE(where, sample.attested);
    }
  }
  const Reading salvage = read(files, true);
  ASSERT_TRUE(salvage.ok || salvage.trouble.kind != Trouble::Kind::Damaged);
  if (strict.ok && strict.report.torn_bytes == 0) {
    ASSERT_EQ(salvage.text, strict.text);
    ASSERT_TRUE(salvage.report.passed_over.empty());
  } else {
    ASSERT_FALSE(salvage.report.passed_over.empty());
  }
}

class Damage : public testing::TestWithParam<bool> {};

TEST_P(Damage, IsNeverTakenForALogAtAnyFlippedBit) {
  const Sample sample = make_sample(1, GetParam());
  ASSERT_EQ(read(sample.files, false).text, sample.texts.back());
  for (const auto& [name, bytes] : sample.files) {
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      // Every bit of every fourth byte, and one of each.
      if (bit / 8 % 4 != 0 && bit % 8 != bit / 8 % 8) continue;
      SCOPED_TRACE(name + " bit " + std::to_string(bit));
      Files files = sample.files;
      files[name][bit / 8] =
          static_cast<char>(files[name][bit / 8] ^ 1 << bit % 8);
      judge(sample, files, name, bit / 8, true);
      // No write that was cut short looks like this, in the last batch either.
      if (bit / 8 >= kHeaderBytes && files[name][bit / 8] != '\0') {
        ASSERT_FALSE(read(files, false).ok);
      }
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(Damage, IsNeverTakenForALogAtAnyTruncation) {
  const Sample sample = make_sample(2, GetParam());
  for (const auto& [name, bytes] : sample.files) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      SCOPED_TRACE(name + " cut at " + std::to_string(size));
      Files files = sample.files;
      files[name].resize(size);
      judge(sample, files, name, size, false);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(Damage, IsNeverTakenForALogWithZerosAtTheEnd) {
  const Sample sample = make_sample(3, GetParam());
  const std::string& bytes = sample.files.at(sample.last);
  for (std::size_t from = 0; from < bytes.size(); ++from) {
    SCOPED_TRACE("zeros from " + std::to_string(from));
    Files files = sample.files;
    files[sample.last].replace(from, bytes.size() - from, bytes.size() - from,
                               '\0');
    judge(sample, files, sample.last, from, false);
    if (HasFatalFailure()) return;
  }
}

TEST_P(Damage, OfAMissingFileIsTold) {
  const Sample sample = make_sample(4, GetParam());
  for (const auto& [name, bytes] : sample.files) {
    SCOPED_TRACE(name);
    Files files = sample.files;
    files.erase(name);
    const Reading strict = read(files, false);
    // Nobody can know of a last segment, unless it is all there was.
    if (name == sample.last && files.size() > 1) {
      EXPECT_TRUE(!strict.ok || is_prefix(sample, strict.text));
    } else {
      EXPECT_FALSE(strict.ok);
      EXPECT_EQ(strict.trouble.kind, Trouble::Kind::Damaged);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OpenAndClosed, Damage, testing::Bool());

// After a good end a flipped bit in the very last batch is no torn tail.
TEST(Damage, InTheLastBatchOfAClosedLogIsRefused) {
  const Sample sample = make_sample(5, true);
  const std::string& bytes = sample.files.at(sample.last);
  EXPECT_EQ(sample.attested + kRecordHeadBytes + kBatchPayloadBytes,
            bytes.size());
  Files files = sample.files;
  files[sample.last][sample.attested - 1] ^= 1;
  EXPECT_FALSE(read(files, false).ok);
}

// ---- Salvage ----

OwnedCommand saying(int number) {
  OwnedCommand command;
  command.kind = chat::CommandKind::Post;
  command.time = base::Micros(1'700'000'000'000'000 + number);
  command.room = "r" + std::to_string(number);
  command.user = "u";
  command.text = std::to_string(number);
  return command;
}

// Commands in batches of two, each in a room of its own, so that each can be
// missed for itself.
Files independent_commands(int count, std::uint64_t segment_bytes_max) {
  SimulatedDisk disk;
  FileLogOptions options = small_options(SyncPolicy::Always);
  options.disk.segment_bytes_max = segment_bytes_max;
  options.disk.compaction_bytes_min = ~std::uint64_t{0};
  support::ScriptedWorker writer(true);
  support::ScriptedWorker compactor(true);
  struct Nobody final : Committed, Notices {
    void on_committed(const chat::Command&, Ticket) override {}
    void on_failed(Ticket) override {}
    void on_notice(std::string_view) override {}
  } nobody;
  chat::RoomStore store({}, chat::Language::English, {});
  auto log =
      FileLog::open(options, {&disk, &writer, &compactor, &nobody}, &store);
  EXPECT_TRUE(log.ok());
  for (int i = 0; i < count; ++i) {
    (*log)->append(saying(i).view(), 0);
    if (i % 2 == 1) (*log)->deliver(&nobody);
  }
  EXPECT_TRUE((*log)->close(&nobody, base::Micros(0)));
  Files files = disk.files();
  files.erase("lock");
  return files;
}

std::size_t rooms_left(const Files& files) {
  SimulatedDisk disk(files);
  chat::RoomStore store({}, chat::Language::English, {});
  Replay replay(&disk, &store, {.salvage = true});
  EXPECT_TRUE(replay.run(*read_folder(&disk)).ok());
  return store.room_count();
}

TEST(Salvage, LosesTheOneCommandThatIsDamagedAndNoOther) {
  constexpr int kCount = 24;
  const Files whole = independent_commands(kCount, 400);
  ASSERT_GT(whole.size(), 3u);
  ASSERT_EQ(rooms_left(whole), std::size_t{kCount});
  for (const auto& [name, bytes] : whole) {
    for (std::size_t at = kHeaderBytes; at < bytes.size(); ++at) {
      SCOPED_TRACE(name + " byte " + std::to_string(at));
      Files files = whole;
      files[name][at] = static_cast<char>(files[name][at] ^ 0x40);
      ASSERT_GE(rooms_left(files), std::size_t{kCount - 1});
    }
  }
}

TEST(Salvage, DoesWithoutAnyOneFile) {
  constexpr int kCount = 24;
  const Files whole = independent_commands(kCount, 400);
  for (const auto& [name, bytes] : whole) {
    SCOPED_TRACE(name);
    Files files = whole;
    files.erase(name);
    EXPECT_GE(rooms_left(files), std::size_t{kCount - 8});
    files[name] = std::string(bytes.size(), 'x');
    EXPECT_GE(rooms_left(files), std::size_t{kCount - 8});
  }
}

}  // namespace
}  // namespace papo::log
