#include "log/record_cursor.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "log/batch.h"
#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::SimulatedDisk;
using Step = RecordCursor::Step;

constexpr std::uint32_t kSalt = 77;
constexpr std::string_view kName = "file";

void add_record(std::string* file, RecordType type, std::string_view payload) {
  const std::size_t begin = open_record(file, type);
  *file += payload;
  close_record(file, begin);
  seal_record(&(*file)[begin], kSalt);
}

void add_mark(std::string* file) {
  std::string mark;
  append_batch_mark(&mark);
  seal_batches(&mark, {kSalt, 1, 2});
  *file += mark;
}

std::string header() {
  std::string file;
  append_header(&file, FileKind::Segment, {.salt = kSalt, .number = 1});
  return file;
}

// On a disk that outlives the cursor.
RecordCursor cursor_on(SimulatedDisk* disk, std::string file,
                       std::uint64_t end = kToTheEnd) {
  disk->put(kName, std::move(file));
  RecordCursor cursor(std::move(*disk->open(kName)), end);
  FileHeader header;
  EXPECT_EQ(*cursor.read_header(FileKind::Segment, &header), std::nullopt);
  EXPECT_EQ(header.salt, kSalt);
  return cursor;
}

TEST(RecordCursor, WalksRecordsOfAnySize) {
  SimulatedDisk disk;
  std::string file = header();
  std::vector<std::string> payloads;
  for (const unsigned size : {0U, 1U, 200000U, 100000U, 262144U, 600000U, 3U}) {
    payloads.push_back(std::string(size, static_cast<char>('a' + size % 26)));
    add_record(&file, RecordType::Command, payloads.back());
  }
  RecordCursor cursor = cursor_on(&disk, file);
  std::uint64_t offset = kHeaderBytes;
  for (const std::string& payload : payloads) {
    ASSERT_EQ(cursor.next(), Step::Record);
    EXPECT_EQ(cursor.offset(), offset);
    EXPECT_TRUE(cursor.record().payload == payload);
    offset += kRecordHeadBytes + payload.size();
  }
  EXPECT_EQ(cursor.next(), Step::End);
  EXPECT_EQ(cursor.offset(), file.size());
}

TEST(RecordCursor, EndsWhereItIsTold) {
  SimulatedDisk disk;
  std::string file = header();
  add_record(&file, RecordType::Command, "first");
  const std::size_t end = file.size();
  add_record(&file, RecordType::Command, "second");
  RecordCursor exact = cursor_on(&disk, file, end);
  EXPECT_EQ(exact.next(), Step::Record);
  EXPECT_EQ(exact.next(), Step::End);
  RecordCursor within = cursor_on(&disk, file, end + 3);
  EXPECT_EQ(within.next(), Step::Record);
  EXPECT_EQ(within.next(), Step::Damaged);
  EXPECT_EQ(within.offset(), end);
}

TEST(RecordCursor, FindsTheNextRecordBehindDamage) {
  SimulatedDisk disk;
  std::string file = header();
  add_record(&file, RecordType::Command, "damaged");
  const std::size_t second = file.size();
  add_record(&file, RecordType::Command, "second");
  add_mark(&file);
  add_record(&file, RecordType::Command, "third");
  file[kHeaderBytes + 10] ^= 0x50;
  RecordCursor cursor = cursor_on(&disk, file);
  ASSERT_EQ(cursor.next(), Step::Damaged);
  EXPECT_EQ(cursor.offset(), kHeaderBytes);
  ASSERT_EQ(cursor.next_after_damage(), Step::Record);
  EXPECT_EQ(cursor.offset(), second);
  EXPECT_EQ(cursor.record().payload, "second");
  ASSERT_EQ(cursor.next(), Step::Record);
  EXPECT_EQ(cursor.record().type, RecordType::Batch);

  RecordCursor batches = cursor_on(&disk, file);
  ASSERT_EQ(batches.next(), Step::Damaged);
  ASSERT_EQ(batches.next_batch(), Step::Record);
  EXPECT_EQ(batches.record().type, RecordType::Batch);
  EXPECT_EQ(batches.next_batch(), Step::End);
  EXPECT_EQ(batches.offset(), file.size());
}

TEST(RecordCursor, TellsAFlippedBitFromOtherDamage) {
  SimulatedDisk disk;
  std::string file = header();
  add_record(&file, RecordType::Command, "some text");
  std::string flipped = file;
  flipped[kHeaderBytes + 12] ^= 0x04;
  RecordCursor one = cursor_on(&disk, flipped);
  ASSERT_EQ(one.next(), Step::Damaged);
  EXPECT_TRUE(one.has_flipped_bit());
  flipped[kHeaderBytes + 13] ^= 0x04;
  RecordCursor two = cursor_on(&disk, flipped);
  ASSERT_EQ(two.next(), Step::Damaged);
  EXPECT_FALSE(two.has_flipped_bit());
}

TEST(RecordCursor, TakesALengthBeyondTheCapForDamage) {
  SimulatedDisk disk;
  std::string file = header();
  file.append(kRecordHeadBytes, '\0');
  store_u32(&file[kHeaderBytes], kPayloadBytesMax + 1);
  RecordCursor cursor = cursor_on(&disk, file);
  EXPECT_EQ(cursor.next(), Step::Damaged);
  EXPECT_EQ(cursor.next_after_damage(), Step::End);
}

TEST(RecordCursor, TellsOfAFileThatCannotBeRead) {
  SimulatedDisk disk;
  std::string file = header();
  add_record(&file, RecordType::Command, std::string(300'000, 'x'));
  RecordCursor cursor = cursor_on(&disk, file);
  disk.fail_reads(EIO);
  EXPECT_EQ(cursor.next(), Step::Failed);
  EXPECT_EQ(cursor.error().number, EIO);
}

TEST(RecordCursor, TellsWhatIsWrongWithAHeader) {
  SimulatedDisk disk;
  for (const std::string& file :
       {std::string(), std::string(200, 'x'), header().substr(0, 40)}) {
    disk.put(kName, file);
    RecordCursor cursor(std::move(*disk.open(kName)), kToTheEnd);
    FileHeader header;
    EXPECT_EQ(*cursor.read_header(FileKind::Segment, &header),
              HeaderFault::Damaged);
  }
}

}  // namespace
}  // namespace papo::log
