// What each kind of command does to a store.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "chat/store_driver.h"

namespace papo::chat {
namespace {

using base::Micros;
using RoomCommands = StoreDriver;

TEST_F(RoomCommands, JoiningMakesTheRoomAndKeepsTheOrder) {
  ASSERT_TRUE(join("r", "ana").ok());
  ASSERT_TRUE(join("s", "ana").ok());
  ASSERT_TRUE(join("r", "bia").ok());
  ASSERT_TRUE(join("r", "caio").ok());
  EXPECT_EQ(members_of("r"), "ana bia caio");
  EXPECT_EQ(rooms_of("ana"), "r s");
  EXPECT_EQ(rooms(), "r s");
  EXPECT_EQ(store_.find_room("r")->member_count, 3u);
  EXPECT_EQ(store_.membership_count(), 4u);
  ASSERT_TRUE(leave("r", "ana").ok());
  ASSERT_TRUE(join("r", "ana").ok());
  EXPECT_EQ(members_of("r"), "bia caio ana");
  EXPECT_EQ(rooms_of("ana"), "s r");
}

TEST_F(RoomCommands, JoiningAgainAnnouncesNothing) {
  ASSERT_TRUE(join("r", "ana").ok());
  const std::size_t told = audience_.told.size();
  const MessageId last = store_.last_id();
  const auto again = join("r", "ana");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->id, 0u);
  EXPECT_EQ(audience_.told.size(), told);
  EXPECT_EQ(store_.last_id(), last);
  EXPECT_EQ(members_of("r"), "ana");
}

TEST_F(RoomCommands, TheLastOneOutRemovesTheRoomAndTheUser) {
  ASSERT_TRUE(join("r", "ana").ok());
  ASSERT_TRUE(join("r", "bia").ok());
  ASSERT_TRUE(send("r", "ana", "oi").ok());
  ASSERT_TRUE(leave("r", "ana").ok());
  EXPECT_EQ(members_of("r"), "bia");
  EXPECT_EQ(store_.find_user("ana"), nullptr);
  ASSERT_TRUE(leave("r", "bia").ok());
  EXPECT_EQ(store_.find_room("r"), nullptr);
  EXPECT_EQ(store_.room_count(), 0u);
  EXPECT_EQ(store_.user_count(), 0u);
  EXPECT_EQ(store_.membership_count(), 0u);
  EXPECT_EQ(rooms(), "");
  // A new room of that name has no old history, and says that it is missing.
  const MessageId last = store_.last_id();
  EXPECT_TRUE(store_.is_truncated("r", 1));
  EXPECT_FALSE(store_.is_truncated("r", 0));
  EXPECT_FALSE(store_.is_truncated("r", last));
  ASSERT_TRUE(join("r", "caio").ok());
  EXPECT_TRUE(store_.is_truncated("r", 1));
  EXPECT_FALSE(store_.is_truncated("r", last));
  EXPECT_EQ(store_.find_room("r")->history.size(), 1u);
}

TEST_F(RoomCommands, SendingNeedsTheRoomAndNoMembership) {
  expect_refused(send("r", "ana", "oi"), Refusal::RoomNotFound);
  ASSERT_TRUE(join("r", "ana").ok());
  ASSERT_TRUE(send("r", "bia", "oi").ok());
  EXPECT_EQ(members_of("r"), "ana");
  EXPECT_EQ(store_.find_user("bia"), nullptr);
}

TEST_F(RoomCommands, PostingJoinsWhereNeedBe) {
  ASSERT_TRUE(post("r", "ana", "um").ok());
  EXPECT_EQ(members_of("r"), "ana");
  EXPECT_EQ(audience_.told.size(), 2u);
  ASSERT_TRUE(post("r", "ana", "dois").ok());
  EXPECT_EQ(audience_.told.size(), 3u);
}

TEST_F(RoomCommands, LeavingNeedsTheRoomAndMembership) {
  expect_refused(leave("r", "ana"), Refusal::RoomNotFound);
  ASSERT_TRUE(join("r", "ana").ok());
  expect_refused(leave("r", "bia"), Refusal::NotAMember);
  EXPECT_EQ(members_of("r"), "ana");
}

TEST_F(RoomCommands, RefusesOneRoomTooMany) {
  ASSERT_TRUE(join("1", "a").ok());
  ASSERT_TRUE(join("2", "b").ok());
  ASSERT_TRUE(join("3", "c").ok());
  expect_refused(join("4", "d"), Refusal::TooManyRooms);
  expect_refused(post("4", "d", "x"), Refusal::TooManyRooms);
  EXPECT_EQ(store_.user_count(), 3u);
  ASSERT_TRUE(join("3", "d").ok());
  ASSERT_TRUE(leave("1", "a").ok());
  EXPECT_TRUE(join("4", "a").ok());
}

TEST_F(RoomCommands, RefusesOneMemberTooMany) {
  for (const char* user : {"a", "b", "c"}) ASSERT_TRUE(join("r", user).ok());
  expect_refused(join("r", "d"), Refusal::TooManyMembers);
  expect_refused(post("r", "d", "x"), Refusal::TooManyMembers);
  EXPECT_TRUE(join("r", "a").ok());
  EXPECT_EQ(store_.find_user("d"), nullptr);
  ASSERT_TRUE(leave("r", "b").ok());
  EXPECT_TRUE(join("r", "d").ok());
}

TEST_F(RoomCommands, RefusesOneRoomTooManyOfAUser) {
  ASSERT_TRUE(join("1", "a").ok());
  ASSERT_TRUE(join("2", "a").ok());
  expect_refused(join("3", "a"), Refusal::TooManyRoomsOfUser);
  EXPECT_EQ(store_.find_room("3"), nullptr);
  EXPECT_TRUE(join("2", "a").ok());
  ASSERT_TRUE(leave("1", "a").ok());
  EXPECT_TRUE(join("3", "a").ok());
}

TEST_F(RoomCommands, AClientIdMakesARetrySafe) {
  ASSERT_TRUE(join("r", "ana").ok());
  ASSERT_TRUE(join("s", "ana").ok());
  const MessageId first = send("r", "ana", "oi", "x")->id;
  const std::string before = history_of("r");
  const auto again = send("r", "ana", "oi", "x");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->id, first);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(history_of("r"), before);
  // Another's, in another room, or without one, it is another message.
  EXPECT_FALSE(send("r", "bia", "oi", "x")->duplicate);
  EXPECT_FALSE(send("s", "ana", "oi", "x")->duplicate);
  EXPECT_FALSE(send("r", "ana", "oi")->duplicate);
}

// Whatever is said in between, and whether or not the room is another by now.
TEST_F(RoomCommands, AClientIdOutlivesTheHistory) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId first = send("r", "ana", "oi", "x")->id;
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(send("r", "ana", "more").ok());
  EXPECT_EQ(store_.find_room("r")->history.find(first), nullptr);
  EXPECT_EQ(send("r", "ana", "oi", "x")->id, first);
  ASSERT_TRUE(leave("r", "ana").ok());
  ASSERT_TRUE(join("r", "ana").ok());
  EXPECT_EQ(send("r", "ana", "oi", "x")->id, first);
}

TEST_F(RoomCommands, RefusesAClientIdWithAnotherText) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId first = send("r", "ana", "oi", "x")->id;
  const std::string before = history_of("r");
  expect_refused(send("r", "ana", "something else", "x"),
                 Refusal::ClientIdReused);
  // What counts is the text as it was sent.
  ASSERT_TRUE(edit("ana", first, "olá").ok());
  expect_refused(send("r", "ana", "olá", "x"), Refusal::ClientIdReused);
  ASSERT_TRUE(erase("ana", first).ok());
  EXPECT_EQ(send("r", "ana", "oi", "x")->id, first);
  // A post that is refused does not join either.
  ASSERT_TRUE(join("r", "bia").ok());
  ASSERT_TRUE(leave("r", "ana").ok());
  expect_refused(apply({.kind = CommandKind::Post,
                        .room = "r",
                        .user = "ana",
                        .text = "something else",
                        .client_id = "x"}),
                 Refusal::ClientIdReused);
  EXPECT_FALSE(store_.is_member(*store_.find_room("r"), "ana"));
}

TEST_F(RoomCommands, OnlyTheAuthorChangesAMessage) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId joined = store_.last_id();
  const MessageId sent = send("r", "bia", "oi")->id;
  expect_refused(edit("ana", sent, "x"), Refusal::NotTheAuthor);
  expect_refused(erase("ana", sent), Refusal::NotTheAuthor);
  expect_refused(edit("ana", joined, "x"), Refusal::MessageNotFound);
  expect_refused(erase("ana", joined), Refusal::MessageNotFound);
  expect_refused(edit("bia", 0, "x"), Refusal::MessageNotFound);
  expect_refused(edit("bia", sent + 1, "x"), Refusal::MessageNotFound);
  expect_refused(edit("bia", ~MessageId{0}, "x"), Refusal::MessageNotFound);
  EXPECT_EQ(store_.last_id(), sent);
  EXPECT_TRUE(edit("bia", sent, "y").ok());
  EXPECT_TRUE(erase("bia", sent).ok());
  expect_refused(erase("bia", sent), Refusal::MessageNotFound);
  expect_refused(edit("bia", sent, "z"), Refusal::MessageNotFound);
  expect_refused(
      apply({.kind = CommandKind::Edit, .room = "s", .user = "a", .target = 1}),
      Refusal::RoomNotFound);
}

TEST_F(RoomCommands, AnEditKeepsIdPlaceAndClientId) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId sent = send("r", "ana", "oi", "x")->id;
  ASSERT_TRUE(send("r", "ana", "depois").ok());
  const auto edited = edit("ana", sent, "ola");
  ASSERT_TRUE(edited.ok());
  EXPECT_GT(edited->id, sent);
  const std::string history = history_of("r");
  EXPECT_NE(history.find(R"("message":"ola","timestamp":1.000020,)"
                         R"("client_id":"x","edited":1.000040})"),
            std::string::npos)
      << history;
  EXPECT_EQ(history.find("\"oi\""), std::string::npos);
  EXPECT_LT(history.find("ola"), history.find("depois"));
}

TEST_F(RoomCommands, ATopicIsForMembersAndAnnouncedOnce) {
  expect_refused(set_topic("ana", "t"), Refusal::RoomNotFound);
  ASSERT_TRUE(join("r", "ana").ok());
  expect_refused(set_topic("bia", "t"), Refusal::NotAMember);
  EXPECT_NE(set_topic("ana", "t")->id, 0u);
  EXPECT_EQ(store_.find_room("r")->topic, "t");
  EXPECT_EQ(set_topic("ana", "t")->id, 0u);
  EXPECT_NE(set_topic("ana", "")->id, 0u);
  EXPECT_EQ(store_.find_room("r")->topic, "");
}

TEST_F(RoomCommands, IdsAreTheTimeAndNeverGoBack) {
  const struct {
    std::string_view rule;
    Micros time;
    MessageId id;
  } rows[] = {
      {"the time", Micros(5'000'000), 5'000'000},
      {"the same microsecond", Micros(5'000'000), 5'000'001},
      {"and again", Micros(5'000'000), 5'000'002},
      {"a clock that goes back", Micros(4'000'000), 5'000'003},
      {"a clock before the epoch", Micros(-1), 5'000'004},
      {"a clock that overtakes", Micros(5'000'006), 5'000'006},
      {"a clock far ahead", Micros(9'007'199'254'740'990), 9007199254740990},
      {"that is set right", Micros(6'000'000), 9007199254740991},
  };
  ASSERT_TRUE(store_
                  .apply({.kind = CommandKind::Join,
                          .time = Micros(1),
                          .room = "r",
                          .user = "ana"},
                         nullptr)
                  .ok());
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto sent = store_.apply({.kind = CommandKind::Send,
                                    .time = row.time,
                                    .room = "r",
                                    .user = "ana",
                                    .text = "oi"},
                                   nullptr);
    ASSERT_TRUE(sent.ok());
    EXPECT_EQ(sent->id, row.id);
    EXPECT_EQ(store_.last_id(), row.id);
  }
}

TEST_F(RoomCommands, WhatIsSaidBehindTheIdsCarriesItsOwnTime) {
  now_ = Micros(9'000'000'000);
  ASSERT_TRUE(join("r", "ana").ok());
  now_ = Micros(2'000'000);
  const MessageId said = send("r", "ana", "oi")->id;
  EXPECT_TRUE(history_of("r").ends_with(R"(,"sent_at":2.000010})"));
  ASSERT_TRUE(edit("ana", said, "olá").ok());
  EXPECT_TRUE(history_of("r").ends_with(
      R"("timestamp":9000.000011,"sent_at":2.000010,)"
      R"("edited":9000.000012,"edited_at":2.000020})"));
  EXPECT_TRUE(audience_.told.back().ends_with(
      R"("timestamp":9000.000012,"sent_at":2.000020})"));
  // The clock is right again: the edit's time is, the message's stays.
  now_ = Micros(9'100'000'000);
  ASSERT_TRUE(edit("ana", said, "oi!").ok());
  EXPECT_TRUE(
      history_of("r").ends_with(R"("sent_at":2.000010,"edited":9100.000010})"));
  now_ = Micros(3'000'000);
  ASSERT_TRUE(erase("ana", said).ok());
  EXPECT_TRUE(
      store_.find_room("r")->history.find(said)->event.json.view().ends_with(
          R"("sent_at":2.000010,"deleted":9100.000011,)"
          R"("deleted_at":3.000010})"));
  EXPECT_TRUE(audience_.told.back().ends_with(R"("sent_at":3.000010})"));
}

TEST_F(RoomCommands, AStartMovesTheIdsToItsClock) {
  const auto begun = apply({.kind = CommandKind::Start, .time = Micros(5000)});
  ASSERT_TRUE(begun.ok());
  EXPECT_EQ(begun->id, 5000u);
  EXPECT_EQ(store_.last_id(), 5000u);
  EXPECT_EQ(store_.resume_point(), 5000u);
  EXPECT_TRUE(audience_.told.empty());
  EXPECT_EQ(store_.room_count(), 0u);
}

}  // namespace
}  // namespace papo::chat
