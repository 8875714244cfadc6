#include "log/disk_use.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace papo::log {
namespace {

constexpr DiskUseOptions kOptions = {.segment_bytes_max = 10'000,
                                     .compaction_bytes_min = 100};

// A snapshot, and one segment behind it that is open.
DiskUse use_of(const SnapshotSize& snapshot, std::uint64_t log_bytes) {
  FolderContents contents;
  contents.snapshot = snapshot.number;
  contents.segments = {std::max<std::uint64_t>(snapshot.number, 1)};
  ReplayReport report;
  report.segment_bytes = log_bytes;
  report.snapshot = snapshot;
  LogEnd end;
  end.segment = contents.segments.back();
  end.segment_bytes = log_bytes;
  return DiskUse(kOptions, contents, report, end);
}

TEST(DiskUse, IsFoldedWhenThatWinsAsMuchAsItLeaves) {
  const struct {
    const char* name;
    SnapshotSize snapshot;
    std::uint64_t live;
    std::uint64_t log_bytes;  // the most that may lie there
  } cases[] = {
      {"no snapshot yet: the least that is worth it", {}, 5'000, 100},
      {"as much as then", {2, 1'000, 2'000}, 2'000, 1'000},
      {"a little less", {2, 1'000, 2'000}, 1'500, 500},
      {"grown", {2, 1'000, 2'000}, 4'000, 3'000},
      {"nothing left, and a small snapshot", {2, 50, 100}, 0, 50},
      {"a snapshot of nothing", {2, 40, 0}, 7'000, 60},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_FALSE(
        use_of(each.snapshot, each.log_bytes).is_folding_due(each.live));
    EXPECT_TRUE(
        use_of(each.snapshot, each.log_bytes + 1).is_folding_due(each.live));
  }
}

// Nothing needs to be logged for that.
TEST(DiskUse, IsFoldedWhenTheStoreBecameSmall) {
  const SnapshotSize large = {2, 1'000, 2'000};
  EXPECT_FALSE(use_of(large, 0).is_folding_due(1'000));
  EXPECT_TRUE(use_of(large, 0).is_folding_due(990));
  EXPECT_TRUE(use_of(large, 0).is_folding_due(0));
}

// Larger than was thought: the next guess is from what came of this one.
TEST(DiskUse, IsNotFoldedAgainForAGuessThatWasWrong) {
  DiskUse use = use_of({2, 1'000, 2'000}, 200);
  ASSERT_TRUE(use.is_folding_due(500));
  use.on_begun(3, 10, 200);
  ASSERT_TRUE(use.can_fold());
  use.on_folding();
  use.on_folded({3, 900, 500});
  EXPECT_EQ(use.segment_bytes(), 10u);
  EXPECT_EQ(use.snapshot_bytes(), 900u);
  EXPECT_EQ(use.contents().snapshot, 3u);
  EXPECT_EQ(use.contents().segments, std::vector<std::uint64_t>{3});
  use.on_written(900);
  EXPECT_FALSE(use.is_folding_due(500));
  use.on_written(901);
  EXPECT_TRUE(use.is_folding_due(500));
}

TEST(DiskUse, IsFoldedOnceAtATimeAndNeverTheOpenSegmentAlone) {
  DiskUse use = use_of({}, 500);
  EXPECT_TRUE(use.is_folding_due(0));
  EXPECT_FALSE(use.can_fold());
  use.on_begun(2, 10, 500);
  EXPECT_TRUE(use.can_fold());
  use.on_folding();
  EXPECT_TRUE(use.is_folding());
  EXPECT_FALSE(use.is_folding_due(0));
  EXPECT_FALSE(use.can_fold());
  use.on_not_folded();
  EXPECT_TRUE(use.is_folding_due(0));
}

TEST(DiskUse, CountsWhatIsWrittenWhileItIsFolded) {
  DiskUse use = use_of({}, 500);
  use.on_begun(2, 10, 500);
  use.on_folding();
  use.on_written(70);
  use.on_begun(3, 10, 70);
  use.on_written(40);
  use.on_folded({2, 100, 200});
  EXPECT_EQ(use.segment_bytes(), 110u);
  EXPECT_EQ(use.contents().segments, (std::vector<std::uint64_t>{2, 3}));
}

TEST(DiskUse, KnowsASegmentThatReplacesTheLastOneAndTwoAtOnce) {
  DiskUse use = use_of({}, 500);
  use.on_begun(1, 90, 0);
  EXPECT_EQ(use.segment_bytes(), 90u);
  // Segment 2 holds what had to be repeated: 300 bytes.
  use.on_begun(3, 10, 300);
  EXPECT_EQ(use.segment_bytes(), 400u);
  EXPECT_EQ(use.contents().segments, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST(DiskUse, IsNotOfMoreThan64Segments) {
  DiskUse use = use_of({2, 100'000, 1}, 0);
  for (std::uint64_t number = 3; number < 66; ++number) {
    use.on_begun(number, 0, 0);
  }
  EXPECT_FALSE(use.is_folding_due(1));
  use.on_begun(66, 0, 0);
  EXPECT_TRUE(use.is_folding_due(1));
}

TEST(DiskUse, AsksForASegmentWhenTheOpenOneIsLargeAndInGoodTimes) {
  constexpr base::Micros kNow = std::chrono::seconds(9);
  DiskUse use = use_of({2, 100'000, 1}, 10'000);
  EXPECT_FALSE(use.is_segment_due(kNow, 1));
  use.on_written(10'001);
  EXPECT_TRUE(use.is_segment_due(kNow, 1));
  use.wait_until(kNow + base::Micros(1));
  EXPECT_FALSE(use.is_segment_due(kNow, 1));
  EXPECT_TRUE(use.is_segment_due(kNow + base::Micros(1), 1));
  use.on_written(0);
  EXPECT_FALSE(use.is_segment_due(kNow + base::Micros(1), 1));
  EXPECT_TRUE(use.is_segment_due(kNow + base::Micros(1), 0));
}

}  // namespace
}  // namespace papo::log
