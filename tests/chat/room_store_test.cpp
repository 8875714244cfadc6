#include "chat/room_store.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace papo::chat {
namespace {

using base::Micros;

// Keeps what it is told, as "room: json".
struct Recorder : Audience {
  void on_event(std::string_view room, const Event& event) override {
    told.push_back(std::string(room) + ": " + std::string(event.json.view()));
    ids.push_back(event.id);
  }
  std::vector<std::string> told;
  std::vector<MessageId> ids;
};

class RoomStoreTest : public testing::Test {
 protected:
  using Outcome = base::Result<Applied, Refusal>;

  Outcome apply(Command command) {
    if (command.time == Micros(0)) command.time = now_ += Micros(10);
    return store_.apply(command, &audience_);
  }
  Outcome join(std::string_view room, std::string_view user) {
    return apply({.kind = CommandKind::Join, .room = room, .user = user});
  }
  Outcome leave(std::string_view room, std::string_view user) {
    return apply({.kind = CommandKind::Leave, .room = room, .user = user});
  }
  Outcome send(std::string_view room, std::string_view user,
               std::string_view text, std::string_view client_id = {}) {
    return apply({.kind = CommandKind::Send,
                  .room = room,
                  .user = user,
                  .text = text,
                  .client_id = client_id});
  }
  Outcome post(std::string_view room, std::string_view user,
               std::string_view text) {
    return apply(
        {.kind = CommandKind::Post, .room = room, .user = user, .text = text});
  }
  Outcome edit(std::string_view user, MessageId target, std::string_view text) {
    return apply({.kind = CommandKind::Edit,
                  .room = "r",
                  .user = user,
                  .text = text,
                  .target = target});
  }
  Outcome erase(std::string_view user, MessageId target) {
    return apply({.kind = CommandKind::Delete,
                  .room = "r",
                  .user = user,
                  .target = target});
  }
  Outcome set_topic(std::string_view user, std::string_view topic) {
    return apply(
        {.kind = CommandKind::Topic, .room = "r", .user = user, .text = topic});
  }

  std::string members_of(std::string_view room) {
    std::string names;
    const Room* found = store_.find_room(room);
    if (found == nullptr) return "no room";
    for (const Membership& each : found->members) {
      names.append(names.empty() ? "" : " ").append(each.user->name.view());
    }
    return names;
  }
  std::string rooms_of(std::string_view user) {
    std::string names;
    const User* found = store_.find_user(user);
    if (found == nullptr) return "nobody";
    for (const Membership& each : found->rooms) {
      names.append(names.empty() ? "" : " ").append(each.room->name);
    }
    return names;
  }
  std::string rooms() {
    std::string names;
    for (const Room& room : store_.rooms()) {
      names.append(names.empty() ? "" : " ").append(room.name);
    }
    return names;
  }
  std::string history_of(std::string_view room) {
    const Room* found = store_.find_room(room);
    if (found == nullptr) return "no room";
    return std::string(found->history.page_after(0, 0).view());
  }

  Micros now_{1'000'000};
  Recorder audience_;
  StoreLimits limits_{
      .history = 4, .rooms = 3, .members = 3, .rooms_of_user = 2};
  RoomStore store_{limits_, Language::English, {1, 2}};
};

void expect_refused(const base::Result<Applied, Refusal>& outcome,
                    Refusal refusal) {
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error(), refusal);
}

TEST_F(RoomStoreTest, JoiningMakesTheRoomAndKeepsTheOrder) {
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

TEST_F(RoomStoreTest, JoiningAgainAnnouncesNothing) {
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

TEST_F(RoomStoreTest, TheLastOneOutRemovesTheRoomAndTheUser) {
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

TEST_F(RoomStoreTest, SendingNeedsTheRoomAndNoMembership) {
  expect_refused(send("r", "ana", "oi"), Refusal::RoomNotFound);
  ASSERT_TRUE(join("r", "ana").ok());
  ASSERT_TRUE(send("r", "bia", "oi").ok());
  EXPECT_EQ(members_of("r"), "ana");
  EXPECT_EQ(store_.find_user("bia"), nullptr);
}

TEST_F(RoomStoreTest, PostingJoinsWhereNeedBe) {
  ASSERT_TRUE(post("r", "ana", "um").ok());
  EXPECT_EQ(members_of("r"), "ana");
  EXPECT_EQ(audience_.told.size(), 2u);
  ASSERT_TRUE(post("r", "ana", "dois").ok());
  EXPECT_EQ(audience_.told.size(), 3u);
}

TEST_F(RoomStoreTest, LeavingNeedsTheRoomAndMembership) {
  expect_refused(leave("r", "ana"), Refusal::RoomNotFound);
  ASSERT_TRUE(join("r", "ana").ok());
  expect_refused(leave("r", "bia"), Refusal::NotAMember);
  EXPECT_EQ(members_of("r"), "ana");
}

TEST_F(RoomStoreTest, RefusesOneRoomTooMany) {
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

TEST_F(RoomStoreTest, RefusesOneMemberTooMany) {
  for (const char* user : {"a", "b", "c"}) ASSERT_TRUE(join("r", user).ok());
  expect_refused(join("r", "d"), Refusal::TooManyMembers);
  expect_refused(post("r", "d", "x"), Refusal::TooManyMembers);
  EXPECT_TRUE(join("r", "a").ok());
  EXPECT_EQ(store_.find_user("d"), nullptr);
  ASSERT_TRUE(leave("r", "b").ok());
  EXPECT_TRUE(join("r", "d").ok());
}

TEST_F(RoomStoreTest, RefusesOneRoomTooManyOfAUser) {
  ASSERT_TRUE(join("1", "a").ok());
  ASSERT_TRUE(join("2", "a").ok());
  expect_refused(join("3", "a"), Refusal::TooManyRoomsOfUser);
  EXPECT_EQ(store_.find_room("3"), nullptr);
  EXPECT_TRUE(join("2", "a").ok());
  ASSERT_TRUE(leave("1", "a").ok());
  EXPECT_TRUE(join("3", "a").ok());
}

TEST_F(RoomStoreTest, AClientIdMakesARetrySafe) {
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
TEST_F(RoomStoreTest, AClientIdOutlivesTheHistory) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId first = send("r", "ana", "oi", "x")->id;
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(send("r", "ana", "more").ok());
  EXPECT_EQ(store_.find_room("r")->history.find(first), nullptr);
  EXPECT_EQ(send("r", "ana", "oi", "x")->id, first);
  ASSERT_TRUE(leave("r", "ana").ok());
  ASSERT_TRUE(join("r", "ana").ok());
  EXPECT_EQ(send("r", "ana", "oi", "x")->id, first);
}

TEST_F(RoomStoreTest, RefusesAClientIdWithAnotherText) {
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

TEST_F(RoomStoreTest, OnlyTheAuthorChangesAMessage) {
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

TEST_F(RoomStoreTest, AnEditKeepsIdPlaceAndClientId) {
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

TEST_F(RoomStoreTest, ATopicIsForMembersAndAnnouncedOnce) {
  expect_refused(set_topic("ana", "t"), Refusal::RoomNotFound);
  ASSERT_TRUE(join("r", "ana").ok());
  expect_refused(set_topic("bia", "t"), Refusal::NotAMember);
  EXPECT_NE(set_topic("ana", "t")->id, 0u);
  EXPECT_EQ(store_.find_room("r")->topic, "t");
  EXPECT_EQ(set_topic("ana", "t")->id, 0u);
  EXPECT_NE(set_topic("ana", "")->id, 0u);
  EXPECT_EQ(store_.find_room("r")->topic, "");
}

TEST_F(RoomStoreTest, IdsAreTheTimeAndNeverGoBack) {
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

TEST_F(RoomStoreTest, WhatIsSaidBehindTheIdsCarriesItsOwnTime) {
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

// ---- Lives.

TEST_F(RoomStoreTest, AStartMovesTheIdsToItsClock) {
  const auto begun = apply({.kind = CommandKind::Start, .time = Micros(5000)});
  ASSERT_TRUE(begun.ok());
  EXPECT_EQ(begun->id, 5000u);
  EXPECT_EQ(store_.last_id(), 5000u);
  EXPECT_EQ(store_.resume_point(), 5000u);
  EXPECT_TRUE(audience_.told.empty());
  EXPECT_EQ(store_.room_count(), 0u);
}

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
