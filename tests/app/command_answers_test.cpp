#include "app/command_answers.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::app {
namespace {

using chat::CommandKind;
using chat::Language;

constexpr base::Micros kWall = std::chrono::seconds(1'700'000'000);

class Answers : public testing::Test {
 protected:
  std::string answer(const chat::Command& command,
                     Language language = Language::English) {
    const chat::MessageId before = store_.last_id();
    const auto result = store_.apply(command, nullptr);
    EXPECT_TRUE(result.ok());
    std::string members;
    append_answer(&members, {command, result, before}, store_, language);
    return members;
  }
  static chat::Command command(CommandKind kind, std::string_view user,
                               std::string_view text = {},
                               std::string_view client_id = {}) {
    return {.kind = kind,
            .time = kWall,
            .room = "a\"b",
            .user = user,
            .text = text,
            .client_id = client_id};
  }

  chat::RoomStore store_{{}, Language::English, {}};
};

TEST_F(Answers, SayInTheServersLanguageWhoIsWhere) {
  EXPECT_EQ(answer(command(CommandKind::Join, "ana")),
            R"("message":"ana is in a\"b","room":"a\"b",)"
            R"("members":["ana"],"member_count":1)");
  EXPECT_EQ(answer(command(CommandKind::Join, "bia"), Language::Portuguese),
            R"("message":"bia está em a\"b","room":"a\"b",)"
            R"("members":["ana","bia"],"member_count":2)");
  EXPECT_EQ(answer(command(CommandKind::Leave, "ana"), Language::Portuguese),
            R"("message":"ana saiu de a\"b","room":"a\"b")");
  EXPECT_EQ(answer(command(CommandKind::Leave, "bia")),
            R"("message":"bia left a\"b","room":"a\"b")");
}

TEST_F(Answers, NameAHundredMembersAndCountAll) {
  for (int i = 0; i < 149; ++i) {
    answer(command(CommandKind::Join, "u" + std::to_string(i)));
  }
  const std::string all = answer(command(CommandKind::Join, "last"));
  EXPECT_NE(all.find(R"("u99"],"member_count":150)"), std::string::npos);
}

TEST_F(Answers, GiveTheIdOfWhatWasMade) {
  answer(command(CommandKind::Join, "ana"));
  const auto send = command(CommandKind::Send, "ana", "oi", "c");
  EXPECT_EQ(answer(send),
            R"("id":1700000000000001,"timestamp":1700000000.000001)");
  EXPECT_EQ(answer(send), R"("id":1700000000000001,)"
                          R"("timestamp":1700000000.000001,"duplicate":true)");
  auto late = command(CommandKind::Send, "ana", "oi");
  late.time = kWall - std::chrono::seconds(5);
  EXPECT_EQ(answer(late),
            R"("id":1700000000000002,"timestamp":1700000000.000002,)"
            R"("sent_at":1699999995.000000)");
  EXPECT_EQ(answer(command(CommandKind::Topic, "ana", "t")),
            R"("id":1700000000000003,"timestamp":1700000000.000003)");
  EXPECT_EQ(answer(command(CommandKind::Topic, "ana", "t")), "");
}

}  // namespace
}  // namespace papo::app
