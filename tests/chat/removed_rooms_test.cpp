#include "chat/removed_rooms.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace papo::chat {
namespace {

TEST(RemovedRooms, RememberTheLastIdOfEach) {
  RemovedRooms removed(3, {});
  EXPECT_EQ(removed.last_id("a"), 0u);
  removed.add("a", 10);
  removed.add("b", 20);
  EXPECT_EQ(removed.last_id("a"), 10u);
  EXPECT_EQ(removed.last_id("b"), 20u);
  EXPECT_EQ(removed.last_id("c"), 0u);
  removed.add("a", 30);
  EXPECT_EQ(removed.last_id("a"), 30u);
  EXPECT_EQ(removed.older(), 0u);
  EXPECT_EQ(removed.removals().size(), 3u);
}

// At the cap exactly nothing is forgotten; one over, the oldest stands for
// every name that is not known one by one.
TEST(RemovedRooms, ForgetTheOldestIntoOneNumber) {
  RemovedRooms removed(2, {});
  removed.add("a", 10);
  removed.add("b", 20);
  EXPECT_EQ(removed.older(), 0u);
  removed.add("c", 30);
  EXPECT_EQ(removed.older(), 10u);
  EXPECT_EQ(removed.last_id("a"), 10u);
  EXPECT_EQ(removed.last_id("never was"), 10u);
  EXPECT_EQ(removed.last_id("b"), 20u);
  EXPECT_EQ(removed.removals().size(), 2u);
}

// "a" was removed twice: its first place in the order goes without a trace.
TEST(RemovedRooms, KeepARoomThatWasRemovedAgain) {
  RemovedRooms removed(2, {});
  removed.add("a", 10);
  removed.add("a", 20);
  removed.add("b", 30);
  EXPECT_EQ(removed.last_id("a"), 20u);
  EXPECT_EQ(removed.older(), 0u);
  removed.add("c", 40);
  EXPECT_EQ(removed.last_id("a"), 20u);
  EXPECT_EQ(removed.older(), 20u);
}

TEST(RemovedRooms, CanBeToldWhatIsOlder) {
  RemovedRooms removed(2, {});
  removed.set_older(5);
  EXPECT_EQ(removed.last_id("x"), 5u);
  removed.add("x", 7);
  EXPECT_EQ(removed.last_id("x"), 7u);
}

// What is answered is never less than the truth: that would hide a hole.
TEST(RemovedRooms, NeverAnswerLessThanTheTruth) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    RemovedRooms removed(1 + random() % 8, {});
    std::map<std::string, MessageId> truth;
    MessageId id = 0;
    for (int step = 0; step < 500; ++step) {
      const std::string room = "room " + std::to_string(random() % 20);
      id += 1 + random() % 3;
      removed.add(room, id);
      truth[room] = id;
      for (const auto& [name, last_id] : truth) {
        ASSERT_GE(removed.last_id(name), last_id);
        ASSERT_LE(removed.last_id(name), id);
      }
      ASSERT_LE(removed.removals().size(), 8u);
    }
  }
}

}  // namespace
}  // namespace papo::chat
