#include "log/batch.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "log/command_record.h"
#include "log/format.h"
#include "log/payload.h"

namespace papo::log {
namespace {

class Told final : public Committed {
 public:
  void on_committed(const chat::Command& command, Ticket ticket) override {
    text += "+" + std::to_string(ticket) + std::string(command.text);
  }
  void on_failed(Ticket ticket) override {
    text += "-" + std::to_string(ticket);
  }
  std::string text;
};

chat::Command saying(std::string_view text) {
  return {.kind = chat::CommandKind::Post,
          .time = base::Micros(1'700'000'000'000'000),
          .room = "geral",
          .user = "ana",
          .text = text};
}

TEST(Batch, ReportsCommandsInOrderAndIsEmptyThen) {
  Batch batch;
  Told fates;
  for (int round = 0; round < 2; ++round) {
    batch.add(saying("a"), 3);
    batch.add(saying(""), 0);
    batch.add(saying("c"), 1);
    EXPECT_EQ(batch.size(), 3u);
    batch.report_committed(&fates);
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(batch.bytes(), "");
  }
  batch.add(saying("d"), 4);
  batch.add(saying("e"), 5);
  batch.report_failed(&fates);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(fates.text, "+3a+0+1c+3a+0+1c-4-5");
}

// Mark, two commands; mark, one command: the second mark counts on.
TEST(Batch, IsSealedForOneFileAndThenForAnother) {
  Batch first;
  first.add(saying("a"), 1);
  first.add(saying("b"), 2);
  Batch second;
  second.add(saying("c"), 3);
  std::string records(first.bytes());
  records += second.bytes();
  for (const std::uint32_t salt : {11u, 12u}) {
    seal_batches(&records, {.salt = salt, .sequence = 40, .synced = 99});
    std::string found;
    for (std::string_view rest = records; !rest.empty();) {
      const auto record = read_record(rest, salt);
      ASSERT_TRUE(record.has_value());
      if (record->type == RecordType::Batch) {
        PayloadReader reader(record->payload);
        found += std::to_string(reader.fixed());
        EXPECT_EQ(reader.fixed(), 99u);
        EXPECT_TRUE(reader.done());
      } else {
        found += read_command(record->payload)->text;
      }
      rest.remove_prefix(record->bytes());
    }
    EXPECT_EQ(found, "40ab42c");
  }
}

TEST(Batch, OpensWithOneMarkAndKeepsNoBurstInMemory) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.add(saying("a"), 1);
  const std::size_t one = batch.bytes().size();
  batch.add(saying("a"), 2);
  EXPECT_EQ(batch.bytes().size() - one,
            one - kRecordHeadBytes - kBatchPayloadBytes);
  const std::string burst(100'000, 'x');
  batch.add(saying(burst), 3);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_LT(batch.mutable_bytes()->capacity(), std::size_t{1024});
}

TEST(Batch, HasAMarkOfTwoNumbersAndNothingElse) {
  std::string bytes;
  append_batch_mark(&bytes);
  seal_batches(&bytes, {.salt = 7, .sequence = 1, .synced = 2});
  const auto record = read_record(bytes, 7);
  ASSERT_TRUE(record.has_value());
  const auto mark = read_batch_mark(record->payload);
  ASSERT_TRUE(mark.has_value());
  EXPECT_EQ(mark->sequence, 1u);
  EXPECT_EQ(mark->synced, 2u);
  const std::string payload(record->payload);
  EXPECT_FALSE(read_batch_mark(payload + "x").has_value());
  EXPECT_FALSE(read_batch_mark(payload.substr(1)).has_value());
}

}  // namespace
}  // namespace papo::log
