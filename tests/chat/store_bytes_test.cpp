// The bound on all that a store holds.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "chat/room_store.h"
#include "support/command_source.h"

namespace papo::chat {
namespace {

class StoreBytes : public testing::Test {
 protected:
  using Outcome = base::Result<Applied, Refusal>;

  Outcome apply(Command command) {
    command.time = now_ += base::Micros(10);
    return store_.apply(command, nullptr);
  }
  Outcome join(std::string_view room, std::string_view user) {
    return apply({.kind = CommandKind::Join, .room = room, .user = user});
  }
  Outcome send(std::string_view room, std::string_view text,
               std::string_view client_id = {}) {
    return apply({.kind = CommandKind::Send,
                  .room = room,
                  .user = "ana",
                  .text = text,
                  .client_id = client_id});
  }
  const History& history(std::string_view room) {
    return store_.find_room(room)->history;
  }

  static constexpr StoreLimits kLimits = {.history = 1'000, .bytes = 100'000};
  base::Micros now_{};
  RoomStore store_{kLimits, Language::English, {1, 2}};
};

TEST_F(StoreBytes, AreNoneOfAnEmptyStore) {
  EXPECT_EQ(store_.bytes().all(), 0u);
  ASSERT_TRUE(join("r", "ana").ok());
  EXPECT_GT(store_.bytes().members, footprint::kRoom);
  ASSERT_TRUE(apply({.kind = CommandKind::Topic,
                     .room = "r",
                     .user = "ana",
                     .text = "topic"})
                  .ok());
  ASSERT_TRUE(send("r", "oi").ok());
  ASSERT_TRUE(
      apply({.kind = CommandKind::Leave, .room = "r", .user = "ana"}).ok());
  EXPECT_EQ(store_.bytes().histories, 0u);
  EXPECT_EQ(store_.bytes().members, 0u);
  EXPECT_GT(store_.bytes().removed_rooms, 0u);
}

TEST_F(StoreBytes, AFloodTrimsItselfAndAQuietRoomLosesNothing) {
  ASSERT_TRUE(join("quiet", "ana").ok());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(send("quiet", "oi").ok());
  const std::size_t quiet = history("quiet").size();
  ASSERT_TRUE(join("flood", "ana").ok());
  const MessageId first = store_.last_id();
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(send("flood", std::string(1'000, 'x')).ok());
    ASSERT_LE(store_.bytes().all(), kLimits.bytes);
  }
  EXPECT_EQ(history("quiet").size(), quiet);
  EXPECT_FALSE(store_.is_truncated("quiet", 1));
  EXPECT_GT(store_.bytes().contents(), kLimits.bytes / 5 * 4);
  EXPECT_LT(history("flood").messages().size(), 100u);
  EXPECT_TRUE(store_.is_truncated("flood", first));
  EXPECT_GT(store_.trimmed_count(), 400u);
}

// Flooding many rooms evenly leaves one that says little alone, too.
TEST_F(StoreBytes, AFloodOfRoomsTrimsThoseThatHoldTheMost) {
  ASSERT_TRUE(join("quiet", "ana").ok());
  ASSERT_TRUE(send("quiet", std::string(500, 'q')).ok());
  for (int i = 0; i < 400; ++i) {
    const std::string room = "flood " + std::to_string(i % 20);
    ASSERT_TRUE(join(room, "ana").ok());
    ASSERT_TRUE(send(room, std::string(1'000, 'x')).ok());
  }
  EXPECT_LE(store_.bytes().all(), kLimits.bytes);
  EXPECT_EQ(history("quiet").messages().size(), 1u);
}

TEST_F(StoreBytes, AStormOfEditsTrimsItself) {
  ASSERT_TRUE(join("r", "ana").ok());
  const MessageId sent = send("r", "oi")->id;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(apply({.kind = CommandKind::Edit,
                       .room = "r",
                       .user = "ana",
                       .text = std::string(1'000, 'x'),
                       .target = sent})
                    .ok());
  }
  EXPECT_LE(store_.bytes().all(), kLimits.bytes);
  EXPECT_TRUE(store_.is_truncated("r", sent));
  EXPECT_EQ(history("r").messages().size(), 1u);
}

// One that is larger than all that may be held is told, and held no longer.
TEST_F(StoreBytes, AMessageTooLargeForTheStoreTrimsItsOwnRoom) {
  ASSERT_TRUE(join("quiet", "ana").ok());
  ASSERT_TRUE(send("quiet", "oi").ok());
  ASSERT_TRUE(join("r", "ana").ok());
  ASSERT_TRUE(send("r", std::string(200'000, 'x')).ok());
  EXPECT_LE(store_.bytes().all(), kLimits.bytes);
  EXPECT_EQ(history("quiet").messages().size(), 1u);
  EXPECT_EQ(history("r").messages().size(), 0u);
}

TEST_F(StoreBytes, WhatCannotBeTrimmedIsRefusedAtHalf) {
  int joined = 0;
  Outcome last = Applied{};
  for (; last; ++joined) {
    last = join("room", "user " + std::to_string(joined));
  }
  EXPECT_EQ(last.error(), Refusal::StoreFull);
  EXPECT_LE(store_.bytes().members, kLimits.bytes / 2);
  EXPECT_GT(store_.bytes().members, kLimits.bytes / 2 - 1'000);
  EXPECT_EQ(join("other", "user 0").error(), Refusal::StoreFull);
  EXPECT_EQ(apply({.kind = CommandKind::Topic,
                   .room = "room",
                   .user = "user 0",
                   .text = std::string(1'000, 't')})
                .error(),
            Refusal::StoreFull);
  // Who is in can talk, and leave.
  EXPECT_TRUE(send("room", std::string(1'000, 'x')).ok());
  EXPECT_TRUE(
      apply({.kind = CommandKind::Leave, .room = "room", .user = "user 1"})
          .ok());
  EXPECT_TRUE(join("room", "user 1").ok());
}

TEST_F(StoreBytes, ClientIdsAndRemovedRoomsHaveTheirShare) {
  ASSERT_TRUE(join("r", "ana").ok());
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(send("r", "oi", "client " + std::to_string(i)).ok());
  }
  EXPECT_LE(store_.bytes().client_ids, kLimits.bytes / 8);
  EXPECT_GT(store_.bytes().client_ids, kLimits.bytes / 10);
  EXPECT_TRUE(send("r", "oi", "client 999")->duplicate);
  for (int i = 0; i < 1'000; ++i) {
    const std::string room = "gone " + std::to_string(i);
    ASSERT_TRUE(join(room, "ana").ok());
    ASSERT_TRUE(
        apply({.kind = CommandKind::Leave, .room = room, .user = "ana"}).ok());
  }
  EXPECT_LE(store_.bytes().removed_rooms, kLimits.bytes / 16);
  EXPECT_TRUE(store_.is_truncated("gone 0", 1));
  EXPECT_LE(store_.bytes().all(), kLimits.bytes);
}

TEST_F(StoreBytes, JoinedPagesHaveTheirShare) {
  for (int i = 0; i < 40; ++i) {
    const std::string room = "r" + std::to_string(i);
    ASSERT_TRUE(join(room, "ana").ok());
    ASSERT_TRUE(send(room, std::string(1'000, 'x')).ok());
    EXPECT_GT(history(room).page_after(0, 0).size, 1'000u);
    EXPECT_LE(store_.bytes().joined_pages, kLimits.bytes / 8);
  }
  EXPECT_GT(store_.bytes().joined_pages, kLimits.bytes / 10);
  // One that went is joined again.
  EXPECT_GT(history("r0").page_after(0, 0).size, 1'000u);
  // Saying something drops a page, and so does the end of its room.
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(send("r" + std::to_string(i), "x").ok());
  }
  EXPECT_EQ(store_.bytes().joined_pages, 0u);
  EXPECT_GT(history("r1").page_after(0, 0).size, 0u);
  ASSERT_TRUE(
      apply({.kind = CommandKind::Leave, .room = "r1", .user = "ana"}).ok());
  EXPECT_EQ(store_.bytes().joined_pages, 0u);
}

TEST_F(StoreBytes, ALowerBoundLeavesHistoriesTheirShare) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(join("r", "user " + std::to_string(i)).ok());
  }
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(send("r", "some words").ok());
  StoreLimits limits = kLimits;
  limits.bytes = 20'000;
  store_.set_limits(limits, Language::English);
  EXPECT_EQ(store_.membership_count(), 100u);
  EXPECT_GT(store_.bytes().members, limits.bytes);
  EXPECT_LE(store_.bytes().histories, limits.bytes / 16 * 3);
  EXPECT_GT(store_.bytes().histories, limits.bytes / 16 * 2);
}

TEST_F(StoreBytes, MembershipsHaveACapOfTheirOwn) {
  StoreLimits limits = kLimits;
  limits.memberships = 3;
  store_.set_limits(limits, Language::English);
  ASSERT_TRUE(join("a", "ana").ok());
  ASSERT_TRUE(join("a", "bia").ok());
  ASSERT_TRUE(join("b", "ana").ok());
  EXPECT_EQ(join("b", "bia").error(), Refusal::TooManyMemberships);
  EXPECT_EQ(join("c", "caio").error(), Refusal::TooManyMemberships);
  EXPECT_TRUE(join("b", "ana").ok());
  ASSERT_TRUE(
      apply({.kind = CommandKind::Leave, .room = "a", .user = "bia"}).ok());
  EXPECT_TRUE(join("b", "bia").ok());
}

// Whatever is done, the sum that is kept is the sum of what is there.
TEST(StoreBytesModel, AreTheSumOfWhatIsHeld) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    support::CommandSource source(seed);
    RoomStore store({.history = 1 + source.below(9),
                     .bytes = 3'000 + source.below(20'000),
                     .client_ids = 1 + source.below(5),
                     .client_id_age = std::chrono::seconds(1)},
                    Language::English, {});
    for (int step = 0; step < 300; ++step) {
      static_cast<void>(store.apply(source.next(store).view(), nullptr));
      std::uint64_t histories = 0;
      std::uint64_t members = store.membership_count() * footprint::kMembership;
      for (const Room& room : store.rooms()) {
        members += footprint::of_room(room.name) + room.topic.size();
        for (const Membership& each : room.members) {
          if (each.user->rooms.front() != &each) continue;
          members += footprint::of_user(each.user->name.view());
        }
        const History& history = room.history;
        for (std::size_t i = 0; i < history.messages().size(); ++i) {
          const Entry& each = history.messages()[i];
          histories +=
              footprint::of_message(each.event.json.view(), each.author.view(),
                                    each.client_id.view());
        }
        for (std::size_t i = 0; i < history.system_entries().size(); ++i) {
          histories += footprint::of_system_entry(
              history.system_entries()[i].json.view());
        }
        for (std::size_t i = 0; i < history.changes().size(); ++i) {
          histories +=
              footprint::of_change(history.changes()[i].event.json.view());
        }
      }
      ASSERT_EQ(store.bytes().histories, histories);
      ASSERT_EQ(store.bytes().members, members);
      ASSERT_LE(store.bytes().all(), store.limits().bytes);
    }
  }
}

}  // namespace
}  // namespace papo::chat
