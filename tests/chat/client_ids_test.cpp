#include "chat/client_ids.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::chat {
namespace {

using base::Micros;

constexpr Micros kAge = std::chrono::minutes(10);

ClientIds remembering(std::size_t count) {
  ClientIds client_ids({1, 2});
  client_ids.set_limits({count, kAge});
  return client_ids;
}

void add(ClientIds* client_ids, const std::string& client_id, MessageId id,
         Micros time) {
  client_ids->add({"r", "ana", client_id}, {{}, id, digest_of("oi"), time});
}

MessageId find(const ClientIds& client_ids, std::string_view client_id) {
  const ClientIds::Known* known = client_ids.find({"r", "ana", client_id});
  return known == nullptr ? 0 : known->id;
}

TEST(ClientIds, AreOfOneUserInOneRoom) {
  ClientIds client_ids = remembering(9);
  add(&client_ids, "x", 5, Micros(0));
  EXPECT_EQ(find(client_ids, "x"), 5u);
  EXPECT_EQ(client_ids.find({"r", "bia", "x"}), nullptr);
  EXPECT_EQ(client_ids.find({"s", "ana", "x"}), nullptr);
  EXPECT_EQ(client_ids.find({"ra", "na", "x"}), nullptr);
  EXPECT_EQ(client_ids.find({"r", "an", "ax"}), nullptr);
}

TEST(ClientIds, TellTheirParts) {
  ClientIds client_ids = remembering(9);
  const std::string with_nul("a\0b", 3);
  client_ids.add({"r", "ana", with_nul}, {{}, 5, 7, Micros(3)});
  const ClientIds::Known& known = client_ids.known().front();
  EXPECT_EQ(known.parts().room, "r");
  EXPECT_EQ(known.parts().user, "ana");
  EXPECT_EQ(known.parts().client_id, with_nul);
}

TEST(ClientIds, KnowTheTextAsItWasSent) {
  ClientIds client_ids = remembering(9);
  add(&client_ids, "x", 5, Micros(0));
  EXPECT_TRUE(client_ids.find({"r", "ana", "x"})->has_text("oi"));
  EXPECT_FALSE(client_ids.find({"r", "ana", "x"})->has_text("olá"));
  client_ids.add({"r", "ana", "y"}, {{}, 6, kUnknownText, Micros(0)});
  EXPECT_TRUE(client_ids.find({"r", "ana", "y"})->has_text("whatever"));
}

// In files: another value would make a retry after an update another message.
TEST(ClientIds, DigestsNeverChange) {
  EXPECT_EQ(digest_of("oi"), 0x54c3008653c1b62f);
  EXPECT_NE(digest_of(""), kUnknownText);
}

TEST(ClientIds, TheNewestStayHoweverOld) {
  ClientIds client_ids = remembering(2);
  add(&client_ids, "a", 1, Micros(0));
  add(&client_ids, "b", 2, 100 * kAge);
  EXPECT_EQ(find(client_ids, "a"), 1u);
  add(&client_ids, "c", 3, 100 * kAge);
  EXPECT_EQ(find(client_ids, "a"), 0u);
  EXPECT_EQ(find(client_ids, "b"), 2u);
}

TEST(ClientIds, TheYoungStayHoweverMany) {
  ClientIds client_ids = remembering(2);
  for (MessageId id = 1; id <= 9; ++id) {
    add(&client_ids, std::to_string(id), id, Micros(0));
  }
  EXPECT_EQ(client_ids.known().size(), 9u);
  add(&client_ids, "10", 10, kAge - Micros(1));
  EXPECT_EQ(find(client_ids, "1"), 1u);
  add(&client_ids, "11", 11, kAge);
  EXPECT_EQ(find(client_ids, "1"), 0u);
  EXPECT_EQ(find(client_ids, "9"), 0u);
  EXPECT_EQ(find(client_ids, "10"), 10u);
  EXPECT_EQ(client_ids.known().size(), 2u);
}

TEST(ClientIds, AClockThatGoesBackForgetsNone) {
  ClientIds client_ids = remembering(1);
  add(&client_ids, "a", 1, 5 * kAge);
  add(&client_ids, "b", 2, Micros(0));
  EXPECT_EQ(find(client_ids, "a"), 1u);
  EXPECT_EQ(find(client_ids, "b"), 2u);
}

TEST(ClientIds, TakeOtherLimits) {
  ClientIds client_ids = remembering(9);
  for (MessageId id = 1; id <= 9; ++id) {
    add(&client_ids, std::to_string(id), id, Micros(0));
  }
  client_ids.set_limits({3, Micros(0)});
  EXPECT_EQ(find(client_ids, "6"), 0u);
  EXPECT_EQ(find(client_ids, "7"), 7u);
}

TEST(ClientIds, AreNeverMoreThanTheirBytes) {
  ClientIds client_ids({1, 2});
  client_ids.set_limits({9, kAge, 500});
  for (MessageId id = 1; id <= 9; ++id) {
    add(&client_ids, std::to_string(id), id, Micros(0));
    EXPECT_LE(client_ids.bytes(), 500u);
  }
  EXPECT_EQ(find(client_ids, "9"), 9u);
  EXPECT_EQ(find(client_ids, "1"), 0u);
  client_ids.clear();
  EXPECT_EQ(client_ids.bytes(), 0u);
}

// As a log has it in which an id was free again once its message was gone.
TEST(ClientIds, ANewerMessageTakesThePlaceOfAnOlder) {
  ClientIds client_ids = remembering(2);
  add(&client_ids, "x", 1, Micros(0));
  add(&client_ids, "x", 2, Micros(0));
  EXPECT_EQ(find(client_ids, "x"), 2u);
  add(&client_ids, "y", 3, kAge);
  EXPECT_EQ(find(client_ids, "x"), 2u);
  add(&client_ids, "z", 4, 2 * kAge);
  EXPECT_EQ(find(client_ids, "x"), 0u);
  EXPECT_EQ(find(client_ids, "y"), 3u);
}

}  // namespace
}  // namespace papo::chat
