#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace papo::base {
namespace {

Result<std::string> read(bool works) {
  if (!works) return Unexpected{Error{"read", 5}};
  return std::string("text");
}

TEST(Result, IsAValueOrAReason) {
  const auto good = read(true);
  EXPECT_TRUE(good.ok());
  EXPECT_TRUE(static_cast<bool>(good));
  EXPECT_EQ(*good, "text");
  EXPECT_EQ(good->size(), 4u);
  const auto bad = read(false);
  EXPECT_FALSE(bad.ok());
  EXPECT_FALSE(static_cast<bool>(bad));
  EXPECT_STREQ(bad.error().doing, "read");
  EXPECT_EQ(bad.error().number, 5);
}

// A value and a reason of one type are not taken for each other.
TEST(Result, TellsAValueFromAReasonOfItsType) {
  const Result<int, int> value = 7;
  const Result<int, int> reason = Unexpected{7};
  EXPECT_TRUE(value.ok());
  EXPECT_FALSE(reason.ok());
  EXPECT_EQ(reason.error(), 7);
}

TEST(Result, GivesAwayWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(*result);
  EXPECT_EQ(*taken, 7);
  EXPECT_EQ(*result, nullptr);
}

TEST(Result, EndsTheProcessWhenItIsAskedForWhatItHasNot) {
  auto good = read(true);
  auto bad = read(false);
  EXPECT_DEATH(static_cast<void>(good.error()), "CHECK failed");
  EXPECT_DEATH(static_cast<void>(*bad), "CHECK failed");
}

}  // namespace
}  // namespace papo::base
