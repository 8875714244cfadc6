#include "app/answer_line.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace papo::app {
namespace {

Problem problem(std::string text) {
  return {ErrorCode::NotFound, std::move(text)};
}

TEST(AnswerLine, TellsNumbersThatItKeeps) {
  AnswerLine<std::string> line;
  EXPECT_TRUE(line.empty());
  const std::uint32_t first = line.next();
  line.reserve("a");
  const std::uint32_t second = line.next();
  line.reserve("b");
  EXPECT_EQ(line.size(), 2u);
  EXPECT_FALSE(line.take_refusal());
  EXPECT_EQ(line.take(first), "a");
  EXPECT_EQ(line.take(second), "b");
  EXPECT_TRUE(line.empty());
  EXPECT_NE(line.next(), first) << "a late decision finds no other's place";
}

// A refusal that is known at once is said when its turn comes.
TEST(AnswerLine, KeepsARefusalInItsPlace) {
  AnswerLine<std::string> line;
  const std::uint32_t first = line.next();
  line.reserve("a");
  line.refuse("b", problem("wrong"));
  EXPECT_FALSE(line.take_refusal());
  EXPECT_EQ(line.take(first), "a");
  const auto refusal = line.take_refusal();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->first, "b");
  EXPECT_EQ(refusal->second.message, "wrong");
  EXPECT_FALSE(line.take_refusal());
}

// A command that fails before those in front of it are decided waits for them.
TEST(AnswerLine, ACommandThatFailsEarlyWaitsForThoseBefore) {
  AnswerLine<std::string> line;
  const std::uint32_t first = line.next();
  line.reserve("a");
  const std::uint32_t second = line.next();
  line.reserve("b");
  line.refuse(second, problem("full"));
  EXPECT_FALSE(line.take_refusal());
  line.refuse(first, problem("full, too"));
  EXPECT_EQ(line.take_refusal()->first, "a");
  EXPECT_EQ(line.take_refusal()->first, "b");
  EXPECT_TRUE(line.empty());
}

TEST(AnswerLineDeath, ADecisionOutOfOrderIsABug) {
  AnswerLine<std::string> line;
  line.reserve("a");
  const std::uint32_t second = line.next();
  line.reserve("b");
  EXPECT_DEATH(line.take(second), "");
}

// Whatever happens when, answers come in the order of the calls.
TEST(AnswerLine, KeepsTheOrderWhateverHappens) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    AnswerLine<std::string> line;
    std::vector<std::uint32_t> pending;
    int called = 0;
    int answered = 0;
    const auto take_refusals = [&] {
      while (const auto refusal = line.take_refusal()) {
        ASSERT_EQ(refusal->first, std::to_string(answered++));
      }
    };
    for (int step = 0; step < 300; ++step) {
      switch (random() % 4) {
        case 0:
          pending.push_back(line.next());
          line.reserve(std::to_string(called++));
          break;
        case 1:
          line.refuse(std::to_string(called++), problem("x"));
          break;
        case 2:  // some pending command fails
          if (pending.empty()) break;
          {
            const auto at = pending.begin() + static_cast<std::ptrdiff_t>(
                                                  random() % pending.size());
            line.refuse(*at, problem("x"));
            pending.erase(at);
          }
          break;
        default:  // the first one is decided
          if (pending.empty()) break;
          take_refusals();
          ASSERT_EQ(line.take(pending.front()), std::to_string(answered++));
          pending.erase(pending.begin());
          break;
      }
      take_refusals();
      ASSERT_EQ(line.size(), static_cast<std::size_t>(called - answered));
    }
  }
}

}  // namespace
}  // namespace papo::app
