#include "base/list.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace papo::base {
namespace {

struct Guest {
  char name;
  Links<Guest> of_room;
  Links<Guest> of_user;
};
using Room = List<Guest, &Guest::of_room>;
using Table = List<Guest, &Guest::of_user>;

template <class L>
std::string names(const L& list) {
  std::string all;
  for (const Guest& each : list) all += each.name;
  return all;
}

TEST(List, KeepsTheOrderInWhichTheyCame) {
  std::array<Guest, 3> guests = {{{'a', {}, {}}, {'b', {}, {}}, {'c', {}, {}}}};
  Room room;
  EXPECT_TRUE(room.empty());
  EXPECT_EQ(room.front(), nullptr);
  EXPECT_EQ(room.back(), nullptr);
  for (Guest& each : guests) room.push_back(&each);
  EXPECT_EQ(names(room), "abc");
  EXPECT_EQ(room.front(), &guests[0]);
  EXPECT_EQ(room.back(), &guests[2]);
}

TEST(List, LetsAnyoneGo) {
  const struct {
    const char* name;
    int gone;
    const char* left;
  } rows[] = {
      {"the first", 0, "bc"}, {"the middle", 1, "ac"}, {"the last", 2, "ab"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::array<Guest, 3> guests = {
        {{'a', {}, {}}, {'b', {}, {}}, {'c', {}, {}}}};
    Room room;
    for (Guest& each : guests) room.push_back(&each);
    Guest* gone = &guests[static_cast<std::size_t>(row.gone)];
    room.remove(gone);
    EXPECT_EQ(names(room), row.left);
    EXPECT_EQ(room.front()->name, row.left[0]);
    EXPECT_EQ(room.back()->name, row.left[1]);
    EXPECT_EQ(gone->of_room.previous, nullptr);
    EXPECT_EQ(gone->of_room.next, nullptr);
    room.push_back(gone);  // again, as the last
    EXPECT_EQ(names(room), std::string(row.left) + gone->name);
  }
}

TEST(List, IsEmptyWhenTheOnlyOneHasGone) {
  Guest guest{'a', {}, {}};
  Room room;
  room.push_back(&guest);
  room.remove(&guest);
  EXPECT_TRUE(room.empty());
  EXPECT_EQ(room.back(), nullptr);
}

TEST(List, LeavesOtherListsOfTheSameElementsAlone) {
  Guest ana{'a', {}, {}};
  Guest bia{'b', {}, {}};
  Room room;
  Table table;
  room.push_back(&ana);
  room.push_back(&bia);
  table.push_back(&bia);
  table.push_back(&ana);
  room.remove(&ana);
  EXPECT_EQ(names(room), "b");
  EXPECT_EQ(names(table), "ba");
}

}  // namespace
}  // namespace papo::base
