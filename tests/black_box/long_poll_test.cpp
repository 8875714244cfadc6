// GET /receive: pages, points, and waiting for news.
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "support/metrics.h"
#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::Answer;
using support::get;
using support::get_request;
using support::member_of;
using support::outcome_of;
using support::post;
using support::RawClient;
using support::ServerProcess;

class LongPoll : public ::testing::Test {
 protected:
  // Returns the answer's id.
  std::string call(const char* path, std::string_view members,
                   std::string_view room = "a") {
    const Answer answer =
        post(server_.port(), path,
             R"({"username":"ana","room":")" + std::string(room) + "\"" +
                 std::string(members) + "}");
    EXPECT_EQ(outcome_of(answer), "200") << answer.body;
    return member_of(answer.body, "id");
  }
  std::string say(std::string_view text, std::string_view room = "a") {
    return call("/send", R"(,"message":")" + std::string(text) + "\"", room);
  }
  std::string receive(std::string_view query) {
    return get(server_.port(), "/receive?room=a" + std::string(query)).body;
  }
  // Asks, and returns when the server has it waiting.
  void wait_for_news(RawClient* client, std::string_view query) {
    const auto before = support::metric(server_.port(), "subscriptions");
    ASSERT_TRUE(client->send(
        get_request("/receive?wait=60&room=a" + std::string(query))));
    support::wait_for_metric(server_.port(), "subscriptions", before + 1);
  }

  ServerProcess server_{{"--history", "3"}};
};

TEST_F(LongPoll, WakesAtOnce) {
  call("/join", "");
  const std::string one = say("one");
  RawClient waiting(server_.port());
  wait_for_news(&waiting, "&after=" + one);
  RawClient by_time(server_.port());
  wait_for_news(&by_time,
                "&last_timestamp=" + one.substr(0, 10) + "." + one.substr(10));
  const std::string two = say("two");
  const Answer answer = waiting.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(member_of(answer.body, "id"), two);
  EXPECT_EQ(by_time.read_answer().body, answer.body);
  // The connection serves on, and what is there is not waited for.
  EXPECT_EQ(
      waiting.ask(get_request("/receive?wait=60&room=a&after=" + one)).body,
      answer.body);
}

TEST_F(LongPoll, EndsEmpty) {
  call("/join", "");
  const std::string one = say("one");
  EXPECT_EQ(receive("&wait=0.2&after=" + one), R"({"messages":[]})");
  EXPECT_EQ(receive("&wait=0&after=" + one), R"({"messages":[]})");
  EXPECT_EQ(get(server_.port(), "/receive?room=nowhere&wait=0.1").body,
            R"({"messages":[]})");
  EXPECT_EQ(support::metric(server_.port(), "subscriptions"), 0U);
}

TEST_F(LongPoll, ARoomMayComeLater) {
  RawClient waiting(server_.port());
  wait_for_news(&waiting, "");
  call("/join", "", "b");
  say("not here", "b");
  call("/join", "");
  EXPECT_NE(waiting.read_answer().body.find("ana joined"), std::string::npos);
}

TEST_F(LongPoll, WhatWasPipelinedIsAnsweredAfterIt) {
  call("/join", "");
  const std::string one = say("one");
  RawClient waiting(server_.port());
  wait_for_news(&waiting, "&after=" + one);
  ASSERT_TRUE(waiting.send(get_request("/healthz")));
  say("two");
  EXPECT_NE(waiting.read_answer().body.find("two"), std::string::npos);
  EXPECT_EQ(waiting.read_answer().body, R"({"status":"success"})");
}

TEST_F(LongPoll, ALimitLeavesMore) {
  call("/join", "");
  const std::string one = say("one");
  const std::string two = say("two");
  const std::string first = receive("&limit=1");
  EXPECT_TRUE(first.ends_with(R"("more":true})")) << first;
  EXPECT_NE(first.find("ana joined"), std::string::npos);
  const std::string last = receive("&limit=1&after=" + one);
  EXPECT_EQ(member_of(last, "id"), two);
  EXPECT_EQ(last.find("more"), std::string::npos) << last;
}

// A page that a deleted message filled would be empty, and its reader would
// ask for it for ever.
TEST_F(LongPoll, ALimitDoesNotCountTombstones) {
  call("/join", "");
  const std::string one = say("one");
  const std::string two = say("two");
  call("/delete", R"(,"id":)" + one);
  const std::string join = member_of(receive("&limit=1"), "id");
  const std::string page = receive("&limit=1&after=" + join);
  EXPECT_EQ(member_of(page, "id"), two) << page;
  EXPECT_EQ(page.find("more"), std::string::npos) << page;
  call("/delete", R"(,"id":)" + two);
  EXPECT_EQ(receive("&limit=1&after=" + join), R"({"messages":[]})");
}

TEST_F(LongPoll, AHoleIsTold) {
  call("/join", "");
  const std::string one = say("one");
  say("two");
  say("three");
  EXPECT_EQ(receive("&after=" + one).find("truncated"), std::string::npos);
  say("four");
  say("five");
  const std::string late = receive("&after=" + one);
  EXPECT_TRUE(late.ends_with(R"("truncated":true})")) << late;
  EXPECT_EQ(receive("").find("truncated"), std::string::npos);
  EXPECT_TRUE(receive("&limit=1&after=" + one)
                  .ends_with(R"("truncated":true,"more":true})"));
  // Nor is it waited for.
  call("/leave", "");
  EXPECT_EQ(receive("&wait=60&after=" + one),
            R"({"messages":[],"truncated":true})");
  call("/join", "");
  EXPECT_TRUE(receive("&after=" + one).ends_with(R"("truncated":true})"));
}

TEST_F(LongPoll, ChangesAreForThoseWhoAsk) {
  call("/join", "");
  const std::string one = say("one");
  const std::string two = say("two");
  RawClient plain(server_.port());
  wait_for_news(&plain, "&after=" + two);
  RawClient knowing(server_.port());
  wait_for_news(&knowing, "&changes=1&after=" + two);

  const std::string edit = call("/edit", R"(,"message":"uno","id":)" + one);
  const std::string change = knowing.read_answer().body;
  EXPECT_EQ(member_of(change, "type"), "edit");
  EXPECT_EQ(member_of(change, "id"), edit);
  EXPECT_EQ(member_of(change, "target"), one);
  const std::string erasure = call("/delete", R"(,"id":)" + two);
  // The entry keeps its place, with its new text, or as a tombstone.
  const std::string all = receive("&changes=1");
  EXPECT_NE(all.find(R"("id":)" + one +
                     R"(,"room":"a","username":"ana",)"
                     R"("message":"uno")"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find(R"("edited":)"), std::string::npos) << all;
  EXPECT_NE(all.find(R"("deleted":)"), std::string::npos) << all;
  EXPECT_EQ(all.find(R"("two")"), std::string::npos) << all;
  EXPECT_NE(all.find(R"({"type":"delete","id":)" + erasure), std::string::npos);
  EXPECT_EQ(member_of(receive("&changes=1&after=" + edit), "id"), erasure);

  // The original front end sees the new text, and neither change nor tombstone.
  const std::string old = receive("");
  EXPECT_NE(old.find("uno"), std::string::npos);
  EXPECT_EQ(old.find(R"("type":"edit")"), std::string::npos);
  EXPECT_EQ(old.find("delete"), std::string::npos);
  const std::string three = say("three");
  EXPECT_EQ(member_of(plain.read_answer().body, "id"), three);
}

// A message that was sent and deleted in one turn wakes nobody with nothing.
TEST_F(LongPoll, WhatIsGoneAlreadyWakesNobody) {
  call("/join", "");
  const std::string one = say("one");
  RawClient waiting(server_.port());
  wait_for_news(&waiting, "&after=" + one);
  call("/delete", R"(,"id":)" + one);
  const std::string two = say("two");
  EXPECT_EQ(member_of(waiting.read_answer().body, "id"), two);
}

TEST_F(LongPoll, EachRefusal) {
  struct Case {
    const char* query;
    const char* field;
  };
  constexpr Case kCases[] = {
      {"&after=x", "after"},
      {"&after=-1", "after"},
      {"&after=", "after"},
      {"&after=1.5", "after"},
      {"&last_timestamp=x", "last_timestamp"},
      {"&limit=0", "limit"},
      {"&limit=x", "limit"},
      {"&wait=-1", "wait"},
      {"&wait=60.000001", "wait"},
      {"&wait=x", "wait"},
      {"&after=99999999999999999999", "after"},
  };
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.query);
    const Answer answer =
        get(server_.port(), std::string("/receive?room=a") + each.query);
    EXPECT_EQ(outcome_of(answer), "400 invalid_field");
    EXPECT_EQ(member_of(answer.body, "field"), each.field);
  }
  EXPECT_EQ(outcome_of(get(server_.port(), "/receive")), "400 missing_field");
}

TEST_F(LongPoll, EndsWithTheServer) {
  RawClient waiting(server_.port());
  wait_for_news(&waiting, "");
  server_.signal(SIGTERM);
  EXPECT_EQ(waiting.read_answer().body, R"({"messages":[]})");
  waiting.close();
  EXPECT_EQ(server_.wait(), 0);
}

}  // namespace
}  // namespace papo
