#include "log/snapshot_file.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "log/log_world.h"
#include "log/replay.h"
#include "log/segment_writer.h"
#include "support/hex.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::SimulatedDisk;
using support::Survival;
using support::text_of;

TEST(Snapshot, IsReadAsTheStoreThatWasWritten) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    support::CommandSource source(seed);
    chat::RoomStore store({.history = 2}, chat::Language::Portuguese, {});
    for (int i = 0; i < 400; ++i) {
      static_cast<void>(store.apply(source.next(store).view(), nullptr));
    }
    SimulatedDisk disk;
    ASSERT_TRUE(write_snapshot(&disk, store, {.number = 1}).ok());
    SegmentWriter writer(&disk, {1, 2}, LogEnd{}, nullptr);
    ASSERT_TRUE(writer.begin_segment({{.history = 2}}).ok());
    chat::RoomStore copy({}, chat::Language::English, {});
    ASSERT_TRUE(Replay(&disk, &copy, {}).run(*read_folder(&disk)).ok());
    EXPECT_EQ(text_of(copy), text_of(store));
  }
}

void fill(chat::RoomStore* store) {
  support::CommandSource source(3);
  for (int i = 0; i < 100; ++i) {
    static_cast<void>(store->apply(source.next(*store).view(), nullptr));
  }
}

// At whatever step the disk fails, no half of one lies there.
TEST(Snapshot, IsThereWholeOrNotAtAll) {
  chat::RoomStore store({}, chat::Language::English, {});
  fill(&store);
  for (std::uint64_t step = 1;; ++step) {
    SimulatedDisk disk;
    disk.fail(step, step, ENOSPC);
    const auto bytes = write_snapshot(&disk, store, {.number = 4});
    if (bytes) {
      EXPECT_GT(step, 4u);
      EXPECT_EQ(disk.after_power_cut(Survival::Nothing, 0)
                    .at("00000004.snapshot")
                    .size(),
                *bytes);
      return;
    }
    EXPECT_EQ(bytes.error().number, ENOSPC);
    EXPECT_FALSE(disk.files().contains("00000004.snapshot.tmp"));
    EXPECT_FALSE(disk.after_power_cut(Survival::Nothing, 0)
                     .contains("00000004.snapshot"));
  }
}

TEST(Snapshot, IsWrittenInPiecesAndStoppedBetweenThem) {
  class Counted final : public Pace {
   public:
    explicit Counted(int pieces) : left_(pieces) {}
    bool go_on() override { return left_-- > 0; }

   private:
    int left_;
  };
  chat::RoomStore store({.history = 1'000}, chat::Language::English, {});
  for (int i = 0; i < 20; ++i) {
    const auto command = saying(std::string(100'000, 'x'));
    static_cast<void>(store.apply(command.view(), nullptr));
  }
  SimulatedDisk disk;
  Counted three(3);
  const auto stopped = write_snapshot(&disk, store, {.pace = &three});
  EXPECT_FALSE(stopped.ok());
  EXPECT_TRUE(disk.files().empty());
  Counted many(100);
  EXPECT_TRUE(write_snapshot(&disk, store, {.pace = &many}).ok());
}

// Payloads that are cut short, too long, or say what cannot be.
TEST(Snapshot, HasNoFactsWithoutSense) {
  const struct {
    const char* name;
    RecordType type;
    const char* bytes;
    bool is_told;
  } cases[] = {
      {"a store", RecordType::Store, "64 05", true},
      {"a store that goes on", RecordType::Store, "64 05 00", false},
      {"a store with half of it", RecordType::Store, "64", false},
      {"a last id beyond belief", RecordType::Store, "ffffffffffffffffff01 00",
       false},
      {"a gap", RecordType::Gap, "0a 14", true},
      {"a gap without an end", RecordType::Gap, "0a", false},
      {"a gap that goes back", RecordType::Gap, "14 0a", false},
      {"a removed room", RecordType::RemovedRoom, "03 6f7073 05", true},
      {"a removed room without a name", RecordType::RemovedRoom, "00 05",
       false},
      {"a room", RecordType::Room, "03 6f7073 00 00 00", true},
      {"a room that forgot what was never there", RecordType::Room,
       "03 6f7073 00 7f 00", false},
      {"an entry of no room", RecordType::Entry, "05 00 00 01 61 00 02 7b7d",
       false},
      {"an entry of no kind", RecordType::Entry, "05 09 00 01 61 00 02 7b7d",
       false},
      {"a change of no room", RecordType::Change, "05 02 04 02 7b7d", false},
      {"an order without a room", RecordType::RoomOrder, "01 61", false},
      {"a client_id without its time", RecordType::ClientId,
       "03 6f7073 01 61 01 63 05 0000000000000000", false},
      {"a command", RecordType::Command, "00", false},
      {"an end", RecordType::End, "00", false},
      {"settings", RecordType::Settings, "00", false},
      {"a batch", RecordType::Batch, "00", false},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    chat::RoomStore store({}, chat::Language::English, {});
    chat::StoreBuilder builder(&store);
    if (each.type != RecordType::Store) {
      ASSERT_TRUE(builder.on_store({100, 0}));
    }
    const std::string payload = support::from_hex(each.bytes);
    EXPECT_EQ(tell_record({each.type, payload}, &builder), each.is_told);
  }
}

}  // namespace
}  // namespace papo::log
