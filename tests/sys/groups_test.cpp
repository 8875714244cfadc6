#include "sys/groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace papo::sys {
namespace {

constexpr std::string_view kFile =
    "root:x:0:\n"
    "# a comment\n"
    "\n"
    "www-data:x:33:ana,bia\n"
    "short\n"
    "letters:x:1a:\n"
    "large:x:4294967295:\n"
    ":x:7:\n"
    "last:x:99";

TEST(Groups, AreFoundByTheirNames) {
  const struct {
    std::string_view name;
    int number;  // -1: none
  } rows[] = {
      {"root", 0},       {"www-data", 33},    {"last", 99},
      {"www", -1},       {"short", -1},       {"letters", -1},
      {"large", -1},     {"none", -1},        {"33", 33},
      {"5", 5},          {"4294967295", -1},  {"-1", -1},
      {"www-data:", -1}, {"# a comment", -1},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto found = find_group_in(kFile, row.name);
    EXPECT_EQ(found.has_value(), row.number >= 0);
    EXPECT_EQ(static_cast<int>(found.value_or(0)), std::max(row.number, 0));
  }
  EXPECT_FALSE(find_group_in("", "root").has_value());
}

TEST(Groups, AreThoseOfThisMachine) {
  EXPECT_FALSE(find_group("no-such-group-anywhere").has_value());
}

}  // namespace
}  // namespace papo::sys
