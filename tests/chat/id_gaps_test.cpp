#include "chat/id_gaps.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace papo::chat {
namespace {

TEST(IdGaps, HoldWhatLiesBetween) {
  IdGaps gaps(4);
  EXPECT_FALSE(gaps.contains(0));
  EXPECT_FALSE(gaps.contains(10));
  gaps.add({0, 10});
  gaps.add({20, 30});
  gaps.add({30, 33});
  const struct {
    MessageId id;
    bool is_in;
  } rows[] = {{0, false},
              {1, true},
              {9, true},
              {10, false},
              {15, false},
              {20, false},
              {21, true},
              {29, true},
              {30, false},
              {31, true},
              {32, true},
              {33, false},
              {~MessageId{0}, false}};
  for (const auto& row : rows) {
    EXPECT_EQ(gaps.contains(row.id), row.is_in) << row.id;
  }
}

TEST(IdGaps, KeepNoneWithoutAnId) {
  IdGaps gaps(4);
  gaps.add({9, 10});
  EXPECT_TRUE(gaps.gaps().empty());
  EXPECT_FALSE(gaps.contains(9));
  EXPECT_FALSE(gaps.contains(10));
}

// The oldest two become one, and their neighbours stay.
TEST(IdGaps, AreBounded) {
  IdGaps gaps(2);
  gaps.add({0, 10});
  gaps.add({20, 30});
  gaps.add({40, 50});
  ASSERT_EQ(gaps.gaps().size(), 2u);
  EXPECT_FALSE(gaps.contains(0));
  EXPECT_TRUE(gaps.contains(10));
  EXPECT_TRUE(gaps.contains(20));
  EXPECT_FALSE(gaps.contains(30));
  EXPECT_FALSE(gaps.contains(40));
  EXPECT_TRUE(gaps.contains(41));
}

// However few are kept, an id that lies in a gap is never taken for another;
// and nothing newer than the gaps that became one is taken for one of them.
TEST(IdGaps, NeverHideOne) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::size_t most = 1 + random() % 6;
    IdGaps gaps(most);
    std::vector<IdGaps::Gap> truth;
    MessageId id = 0;
    for (int step = 0; step < 60; ++step) {
      const MessageId last = id += random() % 4;
      id += 1 + random() % 5;
      gaps.add({last, id});
      if (id - last > 1) truth.push_back({last, id});
      ASSERT_LE(gaps.gaps().size(), most);
      const std::size_t exact = std::min(truth.size(), most - 1);
      const MessageId from =
          truth.empty() || exact == 0 ? id : truth[truth.size() - exact].last;
      for (MessageId each = 0; each <= id; ++each) {
        bool is_in = false;
        for (const auto& gap : truth)
          is_in |= each > gap.last && each < gap.first;
        if (is_in || each >= from) {
          ASSERT_EQ(gaps.contains(each), is_in) << each;
        }
      }
    }
  }
}

TEST(IdGaps, BecomeOneOfAllThatWasBefore) {
  IdGaps gaps(3);
  gaps.cover(1);
  EXPECT_EQ(gaps.gaps().size(), 0u);
  gaps.add({10, 20});
  gaps.add({30, 40});
  gaps.cover(50);
  ASSERT_EQ(gaps.gaps().size(), 1u);
  EXPECT_FALSE(gaps.contains(0));
  for (const MessageId id : {1U, 9U, 15U, 25U, 45U, 49U}) {
    EXPECT_TRUE(gaps.contains(id)) << id;
  }
  EXPECT_FALSE(gaps.contains(50));
  EXPECT_FALSE(gaps.contains(51));
  gaps.add({60, 70});
  EXPECT_FALSE(gaps.contains(55));
  EXPECT_TRUE(gaps.contains(65));
}

}  // namespace
}  // namespace papo::chat
