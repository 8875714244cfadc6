#include "base/check.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace papo::base {
namespace {

int looks = 0;
bool look(bool answer) {
  ++looks;
  return answer;
}

void say_twice(const char* line) {
  std::fprintf(stderr, "<%s><%s>", line, line);
}

TEST(Check, LooksOnceAndGoesOnWhereItHolds) {
  looks = 0;
  PAPO_CHECK(look(true));
  EXPECT_EQ(looks, 1);
}

TEST(Check, EndsTheProcessWithOneLineThatSaysWhere) {
  EXPECT_DEATH(PAPO_CHECK(look(false)),
               "^[^\n]*check_test.cpp:[0-9]+: CHECK failed: look\\(false\\)\n");
}

TEST(Check, TellsItsReporterInstead) {
  const CheckReporter before = set_check_reporter(say_twice);
  EXPECT_DEATH(check_failed("a.cpp", 7, "x"),
               "<a.cpp:7: CHECK failed: x\n><a.cpp:7: CHECK failed: x\n>");
  EXPECT_EQ(set_check_reporter(before), say_twice);
}

// A condition may be a long one: its line is cut, and nothing beside it.
TEST(Check, CutsALineThatIsTooLong) {
  const std::string condition(5'000, 'x');
  EXPECT_DEATH(check_failed("a.cpp", 7, condition.c_str()),
               "^a.cpp:7: CHECK failed: x+$");
}

}  // namespace
}  // namespace papo::base
