#include "chat/room_store.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "chat/store_driver.h"

namespace papo::chat {
namespace {

using base::Micros;
using RoomStoreTest = StoreDriver;

// The audience hears of a leave while the room is still there.
TEST_F(RoomStoreTest, TellsEveryEventOnceInOrder) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId sent = send("r", "ana", "oi")->id;
  ASSERT_TRUE(edit("ana", sent, "ola").ok());
  ASSERT_TRUE(erase("ana", sent).ok());
  ASSERT_TRUE(set_topic("ana", "t").ok());
  ASSERT_TRUE(leave("r", "ana").ok());
  const std::string_view kinds[] = {
      R"(r: {"type":"system","event":"join")",
      R"(r: {"type":"message")",
      R"(r: {"type":"edit")",
      R"(r: {"type":"delete")",
      R"(r: {"type":"system","event":"topic")",
      R"(r: {"type":"system","event":"leave")",
  };
  ASSERT_EQ(audience_.told.size(), std::size(kinds));
  for (std::size_t i = 0; i < std::size(kinds); ++i) {
    EXPECT_TRUE(audience_.told[i].starts_with(kinds[i])) << audience_.told[i];
    if (i > 0) {
      EXPECT_GT(audience_.ids[i], audience_.ids[i - 1]);
    }
  }
}

// Comings and goings between the messages push none out.
TEST_F(RoomStoreTest, KeepsMessagesWhoeverComesAndGoes) {
  ASSERT_TRUE(join("r", "ana").ok());
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(send("r", "ana", "oi").ok());
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(join("r", "bia").ok());
    ASSERT_TRUE(leave("r", "bia").ok());
  }
  const History& history = store_.find_room("r")->history;
  EXPECT_EQ(history.messages().size(), 4u);
  EXPECT_EQ(history.system_entries().size(), 4u);
  EXPECT_FALSE(store_.is_truncated("r", 1));
}

TEST_F(RoomStoreTest, SpeaksTheLanguageOfTheMoment) {
  ASSERT_TRUE(join("r", "ana").ok());
  store_.set_limits(limits_, Language::Portuguese);
  ASSERT_TRUE(join("r", "bia").ok());
  EXPECT_NE(history_of("r").find("ana joined the room"), std::string::npos);
  EXPECT_NE(history_of("r").find("bia entrou na sala"), std::string::npos);
}

TEST_F(RoomStoreTest, TakesUpOtherLimitsWithTheNextCommandAlone) {
  for (const char* user : {"a", "b", "c"}) ASSERT_TRUE(join("r", user).ok());
  StoreLimits limits = limits_;
  limits.history = 1;
  store_.set_limits_with_next_command(limits, Language::Portuguese);
  limits.history = 2;
  store_.set_limits_with_next_command(limits, Language::Portuguese);
  EXPECT_EQ(store_.find_room("r")->history.size(), 3u);
  EXPECT_EQ(store_.limits().history, limits_.history);
  EXPECT_EQ(store_.language(), Language::English);
  // One that is refused is a command too.
  expect_refused(leave("r", "nobody"), Refusal::NotAMember);
  EXPECT_EQ(store_.find_room("r")->history.size(), 2u);
  EXPECT_EQ(store_.limits().history, 2u);
  EXPECT_EQ(store_.language(), Language::Portuguese);
}

TEST_F(RoomStoreTest, LowerLimitsCutHistoriesAndLeaveMembers) {
  for (const char* user : {"a", "b", "c"}) ASSERT_TRUE(join("r", user).ok());
  ASSERT_TRUE(send("r", "a", "one").ok());
  ASSERT_TRUE(send("r", "a", "two").ok());
  const MessageId last = store_.last_id();
  store_.set_limits(
      {.history = 1, .rooms = 1, .members = 1, .rooms_of_user = 1},
      Language::English);
  EXPECT_EQ(store_.find_room("r")->history.size(), 1u);
  EXPECT_EQ(members_of("r"), "a b c");
  EXPECT_TRUE(store_.is_truncated("r", 1));
  EXPECT_FALSE(store_.is_truncated("r", last - 1));
  expect_refused(join("r", "d"), Refusal::TooManyMembers);
  expect_refused(join("s", "d"), Refusal::TooManyRooms);
  EXPECT_TRUE(join("r", "a").ok());
}

// ---- A clock that was ahead once.

// ---- Lives.

// Every position of a point, in a room that is there, in one that was, and in
// one that never was.
TEST_F(RoomStoreTest, APointOfAnotherLifeIsTold) {
  ASSERT_TRUE(apply({.kind = CommandKind::Start, .time = Micros(1000)}).ok());
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId joined = store_.last_id();
  ASSERT_TRUE(join("gone", "bia").ok());
  ASSERT_TRUE(leave("gone", "bia").ok());
  const MessageId left = store_.last_id();
  ASSERT_TRUE(
      apply({.kind = CommandKind::Start, .time = now_ + Micros(500)}).ok());
  const MessageId second = store_.last_id();
  now_ = Micros(2'000'000);
  ASSERT_TRUE(send("r", "ana", "oi").ok());
  const MessageId last = store_.last_id();
  const struct {
    const char* name;
    MessageId point;
    bool foreign;
    bool gone;  // truncated in the room that is gone
  } rows[] = {
      {"whatever there is", 0, false, false},
      {"before the first life", 1, true, true},
      {"just before the first life", 999, true, true},
      {"the first life's beginning", 1000, false, true},
      {"an id", joined, false, true},
      {"the last id of a life", left, false, false},
      {"just after a life", left + 1, true, true},
      {"just before the next", second - 1, true, true},
      {"its beginning", second, false, false},
      {"the last id", last, false, false},
      {"ahead of it", last + 1, true, true},
      {"far ahead", MessageId{1} << 53, true, true},
      {"the year 3000", 32'503'680'000'000'000, true, true},
      {"as far as can be", ~MessageId{0}, true, true},
  };
  const std::string all = history_of("r");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(store_.is_foreign(row.point), row.foreign);
    EXPECT_EQ(store_.is_truncated("r", row.point), row.foreign);
    EXPECT_EQ(store_.is_truncated("gone", row.point), row.gone);
    EXPECT_EQ(store_.is_truncated("never", row.point), row.foreign);
    const Page page = store_.page_after("r", row.point, 0);
    EXPECT_EQ(page.truncated, row.foreign);
    EXPECT_EQ(page.view() == all, row.foreign || row.point < joined);
    EXPECT_EQ(store_.events_after("r", row.point).size(),
              row.foreign || row.point < joined ? 2u
              : row.point < last                ? 1u
                                                : 0u);
    EXPECT_EQ(store_.page_after("gone", row.point, 0).truncated, row.gone);
    EXPECT_TRUE(store_.events_after("gone", row.point).empty());
  }
}

// The ids are ahead of a clock that was put right, and this is an older copy of
// the folder: what the other gave is no point of this one.
TEST_F(RoomStoreTest, AStartBehindTheIdsLeavesAGapToo) {
  now_ = Micros(9'000'000'000);
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId before = store_.last_id();
  ASSERT_TRUE(apply({.kind = CommandKind::Start, .time = Micros(1000)}).ok());
  EXPECT_EQ(store_.last_id(), before + 1'000'000);
  EXPECT_TRUE(store_.is_truncated("r", before + 1));
  EXPECT_TRUE(store_.is_truncated("r", before + 999'999));
  EXPECT_FALSE(store_.is_truncated("r", before));
  EXPECT_FALSE(store_.is_truncated("r", before + 1'000'000));
}

// A room that is removed and made again, with a point at each of its moments.
TEST_F(RoomStoreTest, ARoomMadeAgainTellsWhoMissedItsEnd) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId first = store_.last_id();
  const MessageId said = send("r", "ana", "before")->id;
  const MessageId left = leave("r", "ana")->id;
  const MessageId other = join("s", "bia")->id;
  const MessageId again = join("r", "ana")->id;
  const MessageId last = send("r", "ana", "after")->id;
  const struct {
    MessageId point;
    bool truncated;
    std::size_t held;
  } rows[] = {{first - 1, true, 2}, {first, true, 2},   {said, true, 2},
              {left, false, 2},     {other, false, 2},  {again, false, 1},
              {last, false, 0},     {last + 1, true, 2}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.point);
    EXPECT_EQ(store_.is_truncated("r", row.point), row.truncated);
    EXPECT_EQ(store_.page_after("r", row.point, 0).truncated, row.truncated);
    EXPECT_EQ(store_.events_after("r", row.point).size(), row.held);
  }
}

}  // namespace
}  // namespace papo::chat
