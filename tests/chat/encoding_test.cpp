#include "chat/encoding.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wire/json_reader.h"

namespace papo::chat {
namespace {

constexpr MessageId kId = 1'700'000'000'123'456;
constexpr MessageId kLater = 1'700'000'001'000'007;

// The bytes are a promise to clients, and stand in logs and histories.
TEST(Encoding, WritesMessagesAsPromised) {
  const struct {
    std::string_view rule;
    MessageFields fields;
    std::string_view json;
  } rows[] = {
      {"a message",
       {.id = kId, .room = "geral", .username = "ana", .text = "oi"},
       R"({"type":"message","id":1700000000123456,"room":"geral",)"
       R"("username":"ana","message":"oi","timestamp":1700000000.123456})"},
      {"with a client_id",
       {.id = kId,
        .room = "geral",
        .username = "ana",
        .text = "oi",
        .client_id = "c-1"},
       R"({"type":"message","id":1700000000123456,"room":"geral",)"
       R"("username":"ana","message":"oi","timestamp":1700000000.123456,)"
       R"("client_id":"c-1"})"},
      {"edited",
       {.id = kId,
        .room = "geral",
        .username = "ana",
        .text = "tchau",
        .client_id = "c-1",
        .edited = kLater},
       R"({"type":"message","id":1700000000123456,"room":"geral",)"
       R"("username":"ana","message":"tchau","timestamp":1700000000.123456,)"
       R"("client_id":"c-1","edited":1700000001.000007})"},
      {"what JSON must escape",
       {.id = 1,
        .room = "\"",
        .username = "\\",
        .text = std::string_view("\0\n</script>\x7F", 12)},
       R"({"type":"message","id":1,"room":"\"","username":"\\",)"
       R"("message":"\u0000\n</script>)"
       "\x7F"
       R"(","timestamp":0.000001})"},
      {"text beyond ASCII stays as it is",
       {.id = 10'000'000,
        .room = "caf\xC3\xA9",
        .username = "\xF0\x9F\x92\xAC",
        .text = "\xE6\x97\xA5"},
       "{\"type\":\"message\",\"id\":10000000,\"room\":\"caf\xC3\xA9\","
       "\"username\":\"\xF0\x9F\x92\xAC\",\"message\":\"\xE6\x97\xA5\","
       "\"timestamp\":10.000000}"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const base::SharedBytes json = encode_message(row.fields);
    EXPECT_EQ(json.view(), row.json);
    EXPECT_TRUE(json::check(json.view()).ok());
  }
}

// No member may give the text away, and none says that it was edited.
TEST(Encoding, WritesTombstonesWithoutTheText) {
  MessageFields fields = {.id = kId,
                          .room = "geral",
                          .username = "ana",
                          .text = "secret",
                          .edited = kLater};
  EXPECT_EQ(encode_tombstone(fields, kLater).view(),
            R"({"type":"message","id":1700000000123456,"room":"geral",)"
            R"("username":"ana","timestamp":1700000000.123456,)"
            R"("deleted":1700000001.000007})");
  fields.client_id = "c-1";
  EXPECT_EQ(encode_tombstone(fields, kLater).view(),
            R"({"type":"message","id":1700000000123456,"room":"geral",)"
            R"("username":"ana","timestamp":1700000000.123456,)"
            R"("client_id":"c-1","deleted":1700000001.000007})");
}

// A system entry has no `username`: the original front end tells it by that.
TEST(Encoding, WritesSystemEntriesInBothLanguages) {
  const struct {
    SystemEvent event;
    Language language;
    std::string_view event_name;
    std::string_view topic_member;
    std::string_view message;
  } rows[] = {
      {SystemEvent::Join, Language::English, "join", "", "ana joined the room"},
      {SystemEvent::Join, Language::Portuguese, "join", "",
       "ana entrou na sala"},
      {SystemEvent::Leave, Language::English, "leave", "", "ana left the room"},
      {SystemEvent::Leave, Language::Portuguese, "leave", "",
       "ana saiu da sala"},
      {SystemEvent::Topic, Language::English, "topic", R"(,"topic":"f\"o")",
       R"(ana set the topic: f\"o)"},
      {SystemEvent::Topic, Language::Portuguese, "topic", R"(,"topic":"f\"o")",
       R"(ana definiu o assunto: f\"o)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.message);
    std::string expected = R"({"type":"system","event":")";
    expected.append(row.event_name);
    expected.append(R"(","user":"ana","id":1700000000123456,"room":"geral")");
    expected.append(row.topic_member).append(R"(,"message":")");
    expected.append(row.message).append(R"(","timestamp":1700000000.123456})");
    const base::SharedBytes json =
        encode_system({kId, row.event, "geral", "ana", "f\"o", row.language});
    EXPECT_EQ(json.view(), expected);
    EXPECT_TRUE(json::check(json.view()).ok());
  }
}

TEST(Encoding, WritesChangesWithTheEntryTheyAreAbout) {
  const ChangeFields fields = {kLater, kId, "geral", "ana", "tchau"};
  EXPECT_EQ(encode_edit(fields).view(),
            R"({"type":"edit","id":1700000001000007,)"
            R"("target":1700000000123456,"room":"geral","username":"ana",)"
            R"("message":"tchau","timestamp":1700000001.000007})");
  EXPECT_EQ(encode_delete(fields).view(),
            R"({"type":"delete","id":1700000001000007,)"
            R"("target":1700000000123456,"room":"geral","username":"ana",)"
            R"("timestamp":1700000001.000007})");
}

TEST(Encoding, NamesTheTypesOfTheFeed) {
  EXPECT_EQ(name_of(EventType::Message), "message");
  EXPECT_EQ(name_of(EventType::System), "system");
  EXPECT_EQ(name_of(EventType::Edit), "edit");
  EXPECT_EQ(name_of(EventType::Delete), "delete");
}

// Where the ids are more than a second ahead of the clock, and there only.
TEST(Encoding, SaysWhenWhereTheIdDoesNot) {
  const struct {
    MessageId id;
    std::int64_t time;
    MessageId at;
  } rows[] = {{kId, 1'700'000'000'123'456, 0},
              {kId, 1'699'999'999'123'456, 0},
              {kId, 1'699'999'999'123'455, 1'699'999'999'123'455},
              {kId, 5, 5},
              {kId, 0, 1},
              {kId, -5, 1},
              {kId, 1'800'000'000'000'000, 0}};
  for (const auto& row : rows) {
    EXPECT_EQ(sent_at(row.id, base::Micros(row.time)), row.at) << row.time;
  }
}

TEST(Encoding, WritesSentAtBehindTheTimestamp) {
  const MessageFields message = {.id = kId,
                                 .room = "r",
                                 .username = "u",
                                 .text = "x",
                                 .client_id = "c",
                                 .edited = kLater,
                                 .sent_at = 1'600'000'000'000'000,
                                 .changed_at = 1'600'000'001'000'000};
  EXPECT_EQ(
      encode_message(message).view(),
      R"({"type":"message","id":1700000000123456,"room":"r","username":"u",)"
      R"("message":"x","timestamp":1700000000.123456,)"
      R"("sent_at":1600000000.000000,"client_id":"c",)"
      R"("edited":1700000001.000007,"edited_at":1600000001.000000})");
  EXPECT_EQ(
      encode_tombstone(message, kLater).view(),
      R"({"type":"message","id":1700000000123456,"room":"r","username":"u",)"
      R"("timestamp":1700000000.123456,"sent_at":1600000000.000000,)"
      R"("client_id":"c","deleted":1700000001.000007,)"
      R"("deleted_at":1600000001.000000})");
  EXPECT_TRUE(encode_edit({kLater, kId, "r", "u", "x", 1'600'000'000'000'000})
                  .view()
                  .ends_with(R"("timestamp":1700000001.000007,)"
                             R"("sent_at":1600000000.000000})"));
  EXPECT_TRUE(encode_system({kId, SystemEvent::Join, "r", "u", "",
                             Language::English, 1'600'000'000'000'000})
                  .view()
                  .ends_with(R"("timestamp":1700000000.123456,)"
                             R"("sent_at":1600000000.000000})"));
}

// Also from a line that another hand wrote; never from what a text says.
TEST(Encoding, FindsTheSentAtOfAnObject) {
  const MessageFields said = {
      .id = kId, .room = "r", .username = "u", .text = R"(","sent_at":5,")"};
  EXPECT_EQ(sent_at_of(encode_message(said).view()), 0u);
  MessageFields late = said;
  late.sent_at = 1'600'000'000'000'001;
  EXPECT_EQ(sent_at_of(encode_message(late).view()), late.sent_at);
  EXPECT_EQ(sent_at_of(R"({"sent_at" : 1.5, "message":"x"})"), 1'500'000u);
  EXPECT_EQ(sent_at_of(R"({"message":"\"sent_at\":7"})"), 0u);
  EXPECT_EQ(sent_at_of(R"({"sent_at":"soon"})"), 0u);
  EXPECT_EQ(sent_at_of("no json \"sent_at\""), 0u);
}

}  // namespace
}  // namespace papo::chat
