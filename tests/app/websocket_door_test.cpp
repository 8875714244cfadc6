// The order of a WebSocket's answers, over a log that takes its time.
#include "app/websocket_door.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"

namespace papo::app {
namespace {

using support::MachineDriver;
using support::text_frame;
using support::upgrade;

using Lines = std::vector<std::string>;

class WebSocketOrder : public testing::Test {
 protected:
  explicit WebSocketOrder(const Options& options = {}) : driver_(options) {
    socket_ = driver_.connect();
    driver_.send(socket_, upgrade("/ws?username=ana"));
    say(R"({"type":"join","room":"r","ref":0})");
    driver_.take(socket_);
    driver_.log().set_open(false);
  }
  void say(std::string_view json) { driver_.send(socket_, text_frame(json)); }
  void decide(std::size_t commits) {
    driver_.log().commit(commits);
    driver_.run();
  }
  // The refs of the answers that have come, with the code of a refusal.
  Lines refs() {
    Lines lines;
    for (const std::string& frame : driver_.take_frames(socket_)) {
      const std::size_t at = frame.find("\"ref\":");
      if (at == frame.npos) continue;
      std::string ref = frame.substr(at + 6, 1);
      const std::size_t code = frame.find("\"code\":\"");
      if (code != frame.npos) {
        const std::string_view rest = std::string_view(frame).substr(code + 8);
        ref.append(" ").append(rest.substr(0, rest.find('"')));
      }
      lines.push_back(ref);
    }
    return lines;
  }

  MachineDriver driver_;
  ConnectionId socket_ = 0;
};

TEST_F(WebSocketOrder, ManyCommandsMayBeUnderWay) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  say(R"({"type":"send","room":"r","message":"b","ref":2})");
  EXPECT_EQ(driver_.log().size(), 2u);
  EXPECT_EQ(refs(), Lines{});
  decide(1);
  EXPECT_EQ(refs(), Lines{"1"});
  decide(1);
  EXPECT_EQ(refs(), Lines{"2"});
}

// What only reads sees what was said before it, and answers come in the order
// of the frames, however early they could be known.
TEST_F(WebSocketOrder, WhatReadsWaitsForTheCommandsBefore) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  say(R"({"type":"receive","room":"r","ref":2})");
  say(R"({"type":"ping","ref":3})");
  EXPECT_EQ(refs(), Lines{});
  decide(1);
  EXPECT_EQ(refs(), (Lines{"1", "2", "3"}));
}

TEST_F(WebSocketOrder, ARefusalTakesItsPlace) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  say(R"({"type":"send","room":"r","ref":2})");
  say(R"({"type":"nothing","ref":3})");
  say(R"({"type":"send","room":"r","message":"b","ref":4})");
  EXPECT_EQ(refs(), Lines{});
  EXPECT_EQ(driver_.log().size(), 2u) << "what comes behind is read on";
  decide(1);
  EXPECT_EQ(refs(), (Lines{"1", "2 missing_field", "3 invalid_field"}));
  decide(1);
  EXPECT_EQ(refs(), Lines{"4"});
}

TEST_F(WebSocketOrder, ACommandThatFailsAtOnceWaitsForThoseBefore) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  driver_.log().set_answer(log::Appended::Failed);
  say(R"({"type":"send","room":"r","message":"b","ref":2})");
  EXPECT_EQ(refs(), Lines{});
  decide(1);
  EXPECT_EQ(refs(), (Lines{"1", "2 storage_unavailable"}));
}

// A ping of the protocol is no question: its answer says that we are there.
TEST_F(WebSocketOrder, APongWaitsForNothing) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  driver_.send(socket_, support::client_frame(0x9, "x"));
  const auto frames = driver_.take_frames(socket_);
  EXPECT_EQ(frames, Lines{"pong x"});
}

TEST_F(WebSocketOrder, NoMoreIsReadThanMayWait) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  say(R"({"type":"rooms","ref":2})");
  EXPECT_FALSE(driver_.machine().wish_of(socket_).reads);
  say(R"({"type":"ping","ref":3})");
  EXPECT_GT(driver_.unread(socket_), 0u);
  decide(1);
  EXPECT_TRUE(driver_.machine().wish_of(socket_).reads);
  EXPECT_EQ(driver_.unread(socket_), 0u);
  EXPECT_EQ(refs(), (Lines{"1", "2", "3"}));
}

// In one piece as in many.
TEST_F(WebSocketOrder, FramesThatComeTogetherKeepTheirOrder) {
  std::string all;
  for (int i = 1; i <= 9; ++i) {
    const std::string ref = std::to_string(i);
    all += text_frame(
        i % 3 == 0
            ? R"({"type":"members","room":"r","ref":)" + ref + "}"
            : R"({"type":"send","room":"r","message":"m","ref":)" + ref + "}");
  }
  driver_.send(socket_, all);
  Lines answered;
  for (int turn = 0; turn < 9; ++turn) {
    decide(1);
    for (std::string& ref : refs()) answered.push_back(std::move(ref));
  }
  EXPECT_EQ(answered, (Lines{"1", "2", "3", "4", "5", "6", "7", "8", "9"}));
}

// Whether a join finds room depends on what was left before it.
class WebSocketOrderOfOne : public WebSocketOrder {
 protected:
  static Options one_room() {
    Options options;
    options.subscriptions_max = 1;
    return options;
  }
  WebSocketOrderOfOne() : WebSocketOrder(one_room()) {}
};

TEST_F(WebSocketOrderOfOne, AJoinWithoutRoomWaitsForTheLeaveBefore) {
  say(R"({"type":"leave","room":"r","ref":1})");
  say(R"({"type":"join","room":"other","ref":2})");
  EXPECT_EQ(driver_.log().size(), 1u);
  decide(1);
  decide(1);
  EXPECT_EQ(refs(), (Lines{"1", "2"}));
  say(R"({"type":"join","room":"third","ref":3})");
  EXPECT_EQ(refs(), Lines{"3 invalid_field"});
}

// Its commands are answered, then it is told to come back.
TEST_F(WebSocketOrder, AtTheEndCommandsAreAnsweredFirst) {
  say(R"({"type":"send","room":"r","message":"a","ref":1})");
  driver_.machine().begin_shutdown(driver_.now());
  driver_.run();
  EXPECT_FALSE(driver_.is_finished(socket_));
  driver_.log().commit(1);
  driver_.run();
  const auto frames = driver_.take_frames(socket_);
  ASSERT_FALSE(frames.empty());
  EXPECT_NE(frames.front().find("\"ref\":1"), std::string::npos);
  EXPECT_TRUE(frames.back().starts_with("close 1012"));
  EXPECT_TRUE(driver_.is_finished(socket_));
}

}  // namespace
}  // namespace papo::app
