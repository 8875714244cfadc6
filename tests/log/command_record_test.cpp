#include "log/command_record.h"

#include <gtest/gtest.h>

#include <string>

#include "chat/encoding.h"
#include "log/format.h"
#include "log/payload.h"
#include "support/hex.h"

namespace papo::log {
namespace {

using support::from_hex;
using support::to_hex;

const chat::Command kSend = {.kind = chat::CommandKind::Send,
                             .time = base::Micros(1'700'000'000'000'000),
                             .room = "geral",
                             .user = "ana",
                             .text = "oi",
                             .client_id = "c1",
                             .target = 300};
constexpr const char* kSendBytes =
    "03 00401e18240a0600 ac02 05 676572616c 03 616e61 02 6331 02 6f69";

std::string payload_of(const chat::Command& command) {
  std::string bytes;
  append_command(&bytes, command);
  return bytes.substr(kRecordHeadBytes);
}

TEST(CommandRecord, IsWrittenByteForByte) {
  EXPECT_EQ(payload_of(kSend), from_hex(kSendBytes));
}

TEST(CommandRecord, ReadsWhatItWrote) {
  for (int kind = 1; kind <= 7; ++kind) {
    chat::Command command = kSend;
    command.kind = static_cast<chat::CommandKind>(kind);
    const std::string payload = payload_of(command);
    const auto read = read_command(payload);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->kind, command.kind);
    EXPECT_EQ(read->time, command.time);
    EXPECT_EQ(read->target, command.target);
    EXPECT_EQ(read->room, command.room);
    EXPECT_EQ(read->user, command.user);
    EXPECT_EQ(read->client_id, command.client_id);
    EXPECT_EQ(read->text, command.text);
  }
}

TEST(CommandRecord, KnowsANewerKindFromNonsense) {
  std::string payload = from_hex(kSendBytes);
  EXPECT_EQ(read_command("").error(), ContentFault::Malformed);
  EXPECT_EQ(read_command(payload + "x").error(), ContentFault::Malformed);
  for (std::size_t size = 1; size < payload.size(); ++size) {
    EXPECT_EQ(read_command(payload.substr(0, size)).error(),
              ContentFault::Malformed);
  }
  for (const int kind : {0, 9, 255}) {
    payload[0] = static_cast<char>(kind);
    EXPECT_EQ(read_command(payload).error(), ContentFault::Newer);
  }
}

// The worst text: each byte is six in JSON, and an entry must fit a record.
TEST(CommandRecord, HoldsTextsUpToTheCapInEveryForm) {
  const std::string most(kTextBytesMax, '\x01');
  chat::Command command = kSend;
  command.text = most;
  EXPECT_TRUE(is_well_formed(command));
  const auto json = chat::encode_message(
      {1, std::string(256, 'r'), std::string(256, 'u'), most, "c", 1});
  EXPECT_LT(json.size() + 1024, kPayloadBytesMax);
  const std::string over = most + "x";
  command.text = over;
  EXPECT_FALSE(is_well_formed(command));
}

TEST(CommandRecord, JudgesCommandsAsTheServerDoes) {
  EXPECT_TRUE(is_well_formed(kSend));
  struct Case {
    const char* name;
    void (*change)(chat::Command*);
  };
  const std::string long_name(65, 'x');
  const Case cases[] = {
      {"no room", [](chat::Command* c) { c->room = ""; }},
      {"a room with blanks", [](chat::Command* c) { c->room = " geral"; }},
      {"a room with a line break", [](chat::Command* c) { c->room = "a\nb"; }},
      {"no user", [](chat::Command* c) { c->user = ""; }},
      {"a user that is not UTF-8", [](chat::Command* c) { c->user = "\xff"; }},
      {"a text that is not UTF-8", [](chat::Command* c) { c->text = "\xc3"; }},
      {"a client_id that is not UTF-8",
       [](chat::Command* c) { c->client_id = "\x80"; }},
      {"a client_id that is too long",
       [](chat::Command* c) {
         c->client_id =
             "0123456789012345678901234567890123456789"
             "0123456789012345678901234";
       }},
      {"a time that no clock shows",
       [](chat::Command* c) {
         c->time = base::Micros(std::int64_t{1} << 61) + base::Micros(1);
       }},
  };
  for (const Case& each : cases) {
    chat::Command command = kSend;
    each.change(&command);
    EXPECT_FALSE(is_well_formed(command)) << each.name;
  }
}

TEST(CommandRecord, HoldsAStart) {
  const chat::Command start = {.kind = chat::CommandKind::Start,
                               .time = base::Micros(1'700'000'000'000'000)};
  const std::string payload = payload_of(start);
  EXPECT_EQ(payload, from_hex("08 00401e18240a0600 00 00 00 00 00"));
  const auto read = read_command(payload);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(is_well_formed(*read));
  chat::Command named = start;
  named.room = "geral";
  EXPECT_FALSE(is_well_formed(named));
  chat::Command late = start;
  late.time = base::Micros(std::int64_t{1} << 61) + base::Micros(1);
  EXPECT_FALSE(is_well_formed(late));
}

// What an older papo acknowledged is replayed, whatever is a name today.
TEST(CommandRecord, HoldsNamesThatWereNamesOnce) {
  for (const std::string_view name : {".", "..", "\u200B", "\u202Eana"}) {
    SCOPED_TRACE(name);
    chat::Command command = kSend;
    command.room = command.user = name;
    EXPECT_TRUE(is_well_formed(command));
  }
}

std::string settings_payload(std::initializer_list<std::uint64_t> numbers) {
  std::string payload;
  for (const std::uint64_t number : numbers) {
    PayloadWriter(&payload).number(number);
  }
  return payload;
}

TEST(Settings, AreWrittenByteForByte) {
  std::string bytes;
  append_settings(&bytes, {{.history = 50,
                            .rooms = 10'000,
                            .members = 10'000,
                            .rooms_of_user = 1'000,
                            .memberships = 5,
                            .bytes = 300,
                            .client_ids = 10'000,
                            .client_id_age = std::chrono::minutes(10)},
                           chat::Language::Portuguese});
  const std::string payload = bytes.substr(kRecordHeadBytes);
  EXPECT_EQ(to_hex(payload), "32904e904ee80701904e808c8d9e0205ac02");
  const auto settings = read_settings(payload);
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->limits.history, 50u);
  EXPECT_EQ(settings->limits.rooms, 10'000u);
  EXPECT_EQ(settings->limits.members, 10'000u);
  EXPECT_EQ(settings->limits.rooms_of_user, 1'000u);
  EXPECT_EQ(settings->limits.client_ids, 10'000u);
  EXPECT_EQ(settings->limits.client_id_age, std::chrono::minutes(10));
  EXPECT_EQ(settings->limits.memberships, 5u);
  EXPECT_EQ(settings->limits.bytes, 300u);
  EXPECT_TRUE(settings->limits.refuses_reused_client_ids);
  EXPECT_EQ(settings->language, chat::Language::Portuguese);
}

// From before client_ids had a memory of their own; written back as it was.
TEST(Settings, AreReadAsTheyOnceWere) {
  const std::string payload = from_hex("32904e904ee80701");
  const auto settings = read_settings(payload);
  ASSERT_TRUE(settings.has_value());
  EXPECT_FALSE(settings->limits.refuses_reused_client_ids);
  EXPECT_EQ(settings->limits.client_ids, chat::StoreLimits{}.client_ids);
  std::string bytes;
  append_settings(&bytes, *settings);
  EXPECT_EQ(bytes.substr(kRecordHeadBytes), payload);
}

TEST(Settings, AreRefusedWithoutSense) {
  EXPECT_TRUE(read_settings(settings_payload({1, 1, 1, 1, 0})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({0, 1, 1, 1, 0})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({1, 0, 1, 1, 0})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({1, 1, 0, 1, 0})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({1, 1, 1, 0, 0})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({1, 1, 1, 1, 2})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({1, 1, 1, 1})).has_value());
  EXPECT_FALSE(read_settings(settings_payload({1, 1, 1, 1, 0, 1})).has_value());
  EXPECT_TRUE(
      read_settings(settings_payload({1, 1, 1, 1, 0, 1, 0, 1, 1})).has_value());
  EXPECT_FALSE(
      read_settings(settings_payload({1, 1, 1, 1, 0, 0, 0, 1, 1})).has_value());
  EXPECT_FALSE(
      read_settings(settings_payload({1, 1, 1, 1, 0, 1, 0, 1})).has_value());
  EXPECT_FALSE(
      read_settings(settings_payload({1, 1, 1, 1, 0, 1, 0, 0, 1})).has_value());
  EXPECT_FALSE(
      read_settings(settings_payload({1, 1, 1, 1, 0, 1, 0, 1, 0})).has_value());
}

}  // namespace
}  // namespace papo::log
