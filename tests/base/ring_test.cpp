#include "base/ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

namespace papo::base {
namespace {

std::string all(const Ring<int>& ring) {
  std::string text;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    text += std::to_string(ring[i]) + " ";
  }
  return text;
}

// Against a deque, through every filling and emptying: the block wraps, grows
// and shrinks on the way.
TEST(Ring, IsAQueueAtEverySize) {
  Ring<int> ring;
  std::deque<int> model;
  int next = 0;
  for (const int wave : {3, 4, 5, 16, 17, 100, 7}) {
    for (int i = 0; i < wave; ++i) {
      ring.push_back(next);
      model.push_back(next++);
      if (i % 3 == 2) {
        EXPECT_EQ(ring.pop_front(), model.front());
        model.pop_front();
      }
      ASSERT_EQ(ring.size(), model.size());
      ASSERT_EQ(ring.front(), model.front());
      ASSERT_EQ(ring.back(), model.back());
      for (std::size_t at = 0; at < model.size(); ++at) {
        ASSERT_EQ(ring[at], model[at]);
      }
    }
    for (; model.size() > 1; model.pop_front()) {
      ASSERT_EQ(ring.pop_front(), model.front());
    }
  }
  EXPECT_EQ(ring.pop_front(), model.front());
  EXPECT_TRUE(ring.empty());
}

TEST(Ring, ErasesAnyElementAndKeepsTheOrder) {
  const struct {
    std::size_t index;
    const char* left;
  } rows[] = {{0, "3 4 5 6 "}, {2, "2 3 5 6 "}, {4, "2 3 4 5 "}};
  for (const auto& row : rows) {
    Ring<int> ring;
    // Past the end of its block, and on from its beginning.
    for (int i = 0; i < 7; ++i) {
      ring.push_back(i);
      if (i < 2) ring.pop_front();
    }
    ASSERT_EQ(all(ring), "2 3 4 5 6 ");
    ring.erase(row.index);
    EXPECT_EQ(all(ring), row.left);
    ring.push_back(9);
    EXPECT_EQ(all(ring), std::string(row.left) + "9 ");
  }
}

// What was popped or erased is not kept alive by its place.
TEST(Ring, HoldsNothingThatItGaveUp) {
  const auto thing = std::make_shared<int>(7);
  Ring<std::shared_ptr<int>> ring;
  for (int i = 0; i < 3; ++i) ring.push_back(thing);
  EXPECT_EQ(thing.use_count(), 4);
  ring.pop_front();
  EXPECT_EQ(thing.use_count(), 3);
  ring.erase(1);
  EXPECT_EQ(thing.use_count(), 2);
  ring.erase(0);
  EXPECT_EQ(thing.use_count(), 1);
}

TEST(Ring, TakesWhatCanOnlyBeMoved) {
  Ring<std::unique_ptr<int>> ring;
  for (int i = 0; i < 40; ++i) ring.push_back(std::make_unique<int>(i));
  for (int i = 0; i < 40; ++i) EXPECT_EQ(*ring.pop_front(), i);
}

TEST(Ring, HasNothingToPopWhenItIsEmpty) {
  Ring<int> ring;
  EXPECT_DEATH(ring.pop_front(), "CHECK failed");
}

}  // namespace
}  // namespace papo::base
