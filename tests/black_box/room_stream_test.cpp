// /r/<room>: a room for a shell, read as lines and written with curl -d.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::Answer;
using support::get_request;
using support::member_of;
using support::outcome_of;
using support::post;
using support::RawClient;
using support::ServerProcess;

// As curl -d does it: the type says form, and is not looked at.
Answer say(const ServerProcess& server, std::string_view target,
           std::string_view body) {
  return RawClient(server.port())
      .ask("POST " + std::string(target) +
           " HTTP/1.1\r\nHost: localhost\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

TEST(RoomStream, PostingJoinsAndCreates) {
  ServerProcess server;
  const Answer posted = say(server, "/r/ops?username=ci", "deploy done & a=b");
  EXPECT_EQ(posted.status, 200);
  EXPECT_EQ(posted.body, R"({"status":"success","id":)" +
                             member_of(posted.body, "id") + R"(,"timestamp":)" +
                             member_of(posted.body, "timestamp") + "}");
  EXPECT_EQ(support::get(server.port(), "/members?room=ops").body,
            R"({"members":[{"username":"ci","online":false,"typing":false}]})");
  const Answer history = support::get(server.port(), "/r/ops?poll=1");
  EXPECT_EQ(history.field("Content-Type"), "application/x-ndjson");
  EXPECT_NE(history.body.find(R"("message":"deploy done & a=b")"),
            std::string::npos)
      << history.body;
  // JSON is text like any other here.
  say(server, "/r/ops?username=ci", R"({"message":"x"})");
  EXPECT_NE(support::get(server.port(), "/r/ops?poll=1")
                .body.find(R"("message":"{\"message\":\"x\"}")"),
            std::string::npos);
}

TEST(RoomStream, NamesInThePathAreDecoded) {
  ServerProcess server;
  say(server, "/r/caf%C3%A9%20central?username=jos%C3%A9", "oi");
  EXPECT_EQ(support::get(server.port(), "/user_rooms?username=jos%C3%A9").body,
            R"({"rooms":["café central"]})");
  EXPECT_NE(support::get(server.port(), "/r/caf%c3%a9%20central?poll=1")
                .body.find(R"("room":"café central")"),
            std::string::npos);
}

TEST(RoomStream, ARetryIsSafe) {
  ServerProcess server;
  const Answer first = say(server, "/r/ops?username=ci&client_id=7", "done");
  const Answer second = say(server, "/r/ops?username=ci&client_id=7", "done");
  EXPECT_EQ(member_of(second.body, "id"), member_of(first.body, "id"));
  EXPECT_EQ(member_of(second.body, "duplicate"), "true");
  const Answer other = say(server, "/r/ops?username=ci&client_id=7", "else");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(member_of(other.body, "code"), "client_id_reused");
  EXPECT_EQ(member_of(other.body, "field"), "client_id");
}

TEST(RoomStream, HistoryFirstThenLive) {
  ServerProcess server;
  say(server, "/r/ops?username=ci", "one");
  RawClient reader(server.port());
  ASSERT_TRUE(reader.send(get_request("/r/ops")));
  const Answer head{200, reader.read_until("\r\n\r\n"), ""};
  EXPECT_EQ(head.field("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(head.field("X-Accel-Buffering"), "no");
  EXPECT_EQ(member_of(reader.read_until("\n"), "event"), "join");
  const std::string one = reader.read_until("\n");
  EXPECT_EQ(member_of(one, "message"), "one");
  say(server, "/r/ops?username=ci", "two");
  EXPECT_EQ(member_of(reader.read_until("\n"), "message"), "two");

  RawClient later(server.port());
  ASSERT_TRUE(later.send(get_request("/r/ops?after=" + member_of(one, "id"))));
  later.read_until("\r\n\r\n");
  EXPECT_EQ(member_of(later.read_until("\n"), "message"), "two");
}

// A room that does not exist yet can be waited for.
TEST(RoomStream, ARoomMayComeLater) {
  ServerProcess server;
  RawClient reader(server.port());
  ASSERT_TRUE(reader.send(get_request("/r/ops?format=text")));
  reader.read_until("\r\n\r\n");
  say(server, "/r/ops?username=ci", "first");
  EXPECT_EQ(reader.read_until("\n"), "* ci joined the room\n");
  EXPECT_EQ(reader.read_until("\n"), "ci: first\n");
}

TEST(RoomStream, TextIsForPeople) {
  ServerProcess server;
  RawClient reader(server.port());
  ASSERT_TRUE(reader.send(get_request("/r/ops?format=text")));
  const Answer head{200, reader.read_until("\r\n\r\n"), ""};
  EXPECT_EQ(head.field("Content-Type"), "text/plain; charset=utf-8");
  const std::string id = member_of(
      say(server, "/r/ops?username=ci", "two\nlines \"quoted\" é").body, "id");
  EXPECT_EQ(reader.read_until("\n"), "* ci joined the room\n");
  EXPECT_EQ(reader.read_until("é\n"), "ci: two\n\tlines \"quoted\" é\n");
  const std::string of_ci = R"({"room":"ops","username":"ci","id":)" + id;
  post(server.port(), "/edit", of_ci + R"(,"message":"mended"})");
  EXPECT_EQ(reader.read_until("\n"), "* ci edited: mended\n");
  post(server.port(), "/delete", of_ci + "}");
  EXPECT_EQ(reader.read_until("\n"), "* ci deleted a message\n");
  EXPECT_EQ(support::get(server.port(), "/r/ops?format=text&poll=1").body,
            "* ci joined the room\nci: (deleted)\n* ci deleted a message\n");
}

TEST(RoomStream, AcceptAndFormatChoose) {
  struct Case {
    const char* target;
    const char* accept;
    const char* type;
  };
  constexpr Case kCases[] = {
      {"/r/a?poll=1", "*/*", "application/x-ndjson"},
      {"/r/a?poll=1", "text/plain", "text/plain; charset=utf-8"},
      {"/r/a?poll=1", "text/html, TEXT/plain;q=0.5",
       "text/plain; charset=utf-8"},
      {"/r/a?poll=1", "application/json", "application/x-ndjson"},
      {"/r/a?poll=1&format=text", "*/*", "text/plain; charset=utf-8"},
      {"/r/a?poll=1&format=json", "text/plain", "application/x-ndjson"},
  };
  ServerProcess server;
  for (const Case& each : kCases) {
    SCOPED_TRACE(std::string(each.target) + " " + each.accept);
    std::string request = get_request(each.target);
    request.insert(request.size() - 2,
                   "Accept: " + std::string(each.accept) + "\r\n");
    EXPECT_EQ(RawClient(server.port()).ask(request).field("Content-Type"),
              each.type);
  }
}

TEST(RoomStream, PollEndsAfterTheHistory) {
  ServerProcess server({"--history", "2"});
  EXPECT_EQ(support::get(server.port(), "/r/ops?poll=1").body, "");
  say(server, "/r/ops?username=ci", "one");
  const std::string two =
      member_of(say(server, "/r/ops?username=ci", "two").body, "id");
  say(server, "/r/ops?username=ci", "three");
  const std::string all = support::get(server.port(), "/r/ops?poll=1").body;
  EXPECT_EQ(all.find("\"one\""), std::string::npos);
  EXPECT_EQ(all.find("truncated"), std::string::npos);
  EXPECT_NE(all.find("\"two\""), std::string::npos);
  const std::string rest =
      support::get(server.port(), "/r/ops?poll=1&after=" + two).body;
  EXPECT_EQ(member_of(rest, "message"), "three");
  EXPECT_EQ(rest.find('\n'), rest.size() - 1);
  // A hole is told here as it is on the live stream.
  const std::string late =
      support::get(server.port(), "/r/ops?poll=1&after=1").body;
  EXPECT_TRUE(late.starts_with(
      "{\"type\":\"truncated\",\"room\":\"ops\",\"after\":1}\n"))
      << late;
  EXPECT_TRUE(support::get(server.port(), "/r/ops?poll=1&after=1&format=text")
                  .body.starts_with("* older messages are missing\n"));
  RawClient live(server.port());
  ASSERT_TRUE(live.send(get_request("/r/ops?after=1")));
  live.read_until("\r\n\r\n");
  EXPECT_EQ(live.read_until("\n"),
            "{\"type\":\"truncated\",\"room\":\"ops\",\"after\":1}\n");
}

TEST(RoomStream, EachRefusal) {
  ServerProcess server({"--max-message", "10"});
  EXPECT_EQ(outcome_of(say(server, "/r/ops", "x")), "400 missing_field");
  EXPECT_EQ(outcome_of(say(server, "/r/ops?username=", "x")),
            "400 invalid_field");
  EXPECT_EQ(outcome_of(say(server, "/r/ops?username=ci", "")),
            "400 invalid_field");
  EXPECT_EQ(outcome_of(say(server, "/r/ops?username=ci", "\xFF")),
            "400 invalid_field");
  EXPECT_EQ(outcome_of(say(server, "/r/ops?username=ci", "01234567890")),
            "413 message_too_long");
  EXPECT_EQ(outcome_of(say(server, "/r/%00?username=ci", "x")),
            "400 invalid_field");
  EXPECT_EQ(outcome_of(say(server, "/r/%20?username=ci", "x")),
            "400 invalid_field");
  EXPECT_EQ(outcome_of(say(server, "/r/?username=ci", "x")), "404 not_found");
  EXPECT_EQ(outcome_of(support::get(server.port(), "/r/ops?after=x")),
            "400 invalid_field");
}

}  // namespace
}  // namespace papo
