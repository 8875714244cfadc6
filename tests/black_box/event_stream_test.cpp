// Server-sent events over the wire (WHATWG HTML §9.2): what a browser's
// EventSource gets.
#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <string>
#include <string_view>

#include "support/metrics.h"
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

struct StreamEvent {
  std::string id;
  std::string type;
  std::string data;
};

// One stream, read event by event.
class EventSource {
 public:
  EventSource(std::uint16_t port, std::string_view target,
              std::string_view fields = {})
      : raw_(port) {
    std::string request = get_request(target);
    request.insert(request.size() - 2, fields);
    EXPECT_TRUE(raw_.send(request));
    head_ = raw_.read_until("\r\n\r\n");
    // The first blocks have no data: how long to wait, and where to resume.
    first_ = raw_.read_until("\n\n");
    first_ += raw_.read_until("\n\n");
  }

  const std::string& head() const { return head_; }
  const std::string& first() const { return first_; }
  RawClient& raw() { return raw_; }

  // The next that is no comment.
  StreamEvent next() {
    StreamEvent event;
    for (;;) {
      std::string line = raw_.read_until("\n");
      if (line.empty()) return event;
      line.pop_back();
      if (line.empty() && !event.data.empty()) return event;
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.type = line.substr(7);
      if (line.starts_with("data: ")) event.data = line.substr(6);
    }
  }

 private:
  RawClient raw_;
  std::string head_;
  std::string first_;
};

std::string say(const ServerProcess& server, std::string_view room,
                std::string_view text, std::string_view user = "ana") {
  const Answer answer = post(
      server.port(), "/send",
      R"({"room":")" + std::string(room) + R"(","username":")" +
          std::string(user) + R"(","message":")" + std::string(text) + R"("})");
  EXPECT_EQ(outcome_of(answer), "200");
  return member_of(answer.body, "id");
}

void change(const ServerProcess& server, const char* path,
            std::string_view room, std::string_view user = "ana") {
  EXPECT_EQ(
      outcome_of(post(server.port(), path,
                      R"({"room":")" + std::string(room) + R"(","username":")" +
                          std::string(user) + R"("})")),
      "200");
}

TEST(EventStream, BeginsAtOnce) {
  ServerProcess server;
  EventSource source(server.port(), "/events?room=a");
  EXPECT_TRUE(source.head().starts_with("HTTP/1.1 200 OK\r\n"));
  const Answer answer{200, source.head(), ""};
  EXPECT_EQ(answer.field("Content-Type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(answer.field("Cache-Control"), "no-cache, no-transform");
  EXPECT_EQ(answer.field("X-Accel-Buffering"), "no");
  EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(answer.has_field("Content-Length"));
}

TEST(EventStream, RetryIsOneToFiveSecondsAndDiffers) {
  ServerProcess server;
  std::set<int> waits;
  for (int i = 0; i < 20; ++i) {
    const std::string first =
        EventSource(server.port(), "/events?room=a").first();
    ASSERT_TRUE(first.starts_with("retry: ")) << first;
    const int wait = std::stoi(first.substr(7));
    EXPECT_GE(wait, 1'000);
    EXPECT_LE(wait, 5'000);
    waits.insert(wait);
  }
  EXPECT_GT(waits.size(), 10U);
}

TEST(EventStream, AnEventIsItsObject) {
  ServerProcess server;
  change(server, "/join", "a");
  EventSource source(server.port(), "/events?room=a");
  const std::string id = say(server, "a", "oi\\nlá");
  const StreamEvent event = source.next();
  EXPECT_EQ(event.id, id);
  EXPECT_EQ(event.type, "message");
  EXPECT_EQ(event.data.find(R"({"type":"message","id":)" + id), 0U);
  EXPECT_EQ(member_of(event.data, "message"), "oi\\nlá");

  post(server.port(), "/edit",
       R"({"room":"a","username":"ana","message":"x","id":)" + id + "}");
  const StreamEvent edit = source.next();
  EXPECT_EQ(edit.type, "edit");
  EXPECT_EQ(member_of(edit.data, "target"), id);
  EXPECT_EQ(member_of(edit.data, "id"), edit.id);
  post(server.port(), "/delete",
       R"({"room":"a","username":"ana","id":)" + id + "}");
  EXPECT_EQ(source.next().type, "delete");
  change(server, "/join", "a", "rui");
  EXPECT_EQ(source.next().type, "system");
  // What is not stored has no id: it is no place to resume from.
  post(server.port(), "/typing", R"({"room":"a","username":"rui"})");
  const StreamEvent typing = source.next();
  EXPECT_EQ(typing.type, "typing");
  EXPECT_EQ(typing.id, "");
  EXPECT_EQ(typing.data,
            R"({"type":"typing","room":"a","user":"rui","typing":true})");
}

TEST(EventStream, ResumesFromTheLastEventId) {
  ServerProcess server({"--history", "3"});
  change(server, "/join", "a");
  const std::string one = say(server, "a", "one");
  const std::string two = say(server, "a", "two");
  {
    EventSource source(server.port(), "/events?room=a&after=1",
                       "Last-Event-ID: " + one + "\r\n");
    // The header is newer than the query that the browser repeats.
    EXPECT_EQ(source.next().id, two);
    EXPECT_NE(source.first().find("id: " + one), std::string::npos);
  }
  const std::string three = say(server, "a", "three");
  const std::string four = say(server, "a", "four");
  {
    EventSource source(server.port(), "/events?room=a&after=" + two);
    EXPECT_EQ(source.next().id, three);
    EXPECT_EQ(source.next().id, four);
    const std::string five = say(server, "a", "five");
    EXPECT_EQ(source.next().id, five);
  }
  EventSource late(server.port(), "/events?room=a",
                   "Last-Event-ID: " + one + "\r\n");
  const StreamEvent hole = late.next();
  EXPECT_EQ(hole.type, "truncated");
  EXPECT_EQ(hole.id, "");
  EXPECT_EQ(hole.data,
            R"({"type":"truncated","room":"a","after":)" + one + "}");
  EXPECT_EQ(late.next().id, three);
}

// A reader who saw nothing before it was cut resumes where it began.
TEST(EventStream, ResumesFromItsBeginning) {
  ServerProcess server({"--history", "2"});
  const EventSource source(server.port(), "/events?room=a");
  const std::size_t at = source.first().find("\nid: ");
  ASSERT_NE(at, std::string::npos) << source.first();
  const std::string id =
      source.first().substr(at + 5, source.first().find('\n', at + 1) - at - 5);
  EXPECT_NE(id, "0");
  change(server, "/join", "a");
  for (const char* text : {"1", "2", "3"}) say(server, "a", text);
  EventSource again(server.port(), "/events?room=a",
                    "Last-Event-ID: " + id + "\r\n");
  EXPECT_EQ(again.next().type, "truncated");
  EXPECT_EQ(member_of(again.next().data, "message"), "2");
}

TEST(EventStream, SeveralRoomsComeInOneOrder) {
  ServerProcess server;
  for (const char* room : {"a", "b", "c"}) change(server, "/join", room);
  say(server, "b", "1");
  say(server, "a", "2");
  say(server, "c", "not asked for");
  EventSource source(server.port(), "/events?room=a&room=b&room=a&after=0");
  EXPECT_EQ(source.next().type, "system");
  EXPECT_EQ(source.next().type, "system");
  EXPECT_EQ(member_of(source.next().data, "message"), "1");
  EXPECT_EQ(member_of(source.next().data, "message"), "2");
  say(server, "c", "not asked for");
  say(server, "a", "3");
  EXPECT_EQ(member_of(source.next().data, "message"), "3");
}

TEST(EventStream, AUsersRoomsAreFollowed) {
  ServerProcess server;
  change(server, "/join", "a", "rui");
  change(server, "/join", "b", "eva");
  EventSource source(server.port(), "/events?username=rui");
  say(server, "b", "not for rui");
  say(server, "a", "1");
  EXPECT_EQ(member_of(source.next().data, "message"), "1");
  change(server, "/join", "b", "rui");
  EXPECT_EQ(member_of(source.next().data, "message"), "rui joined the room");
  say(server, "b", "2");
  EXPECT_EQ(member_of(source.next().data, "message"), "2");
  change(server, "/leave", "a", "rui");  // the last one out: the room is gone
  EXPECT_EQ(member_of(source.next().data, "message"), "rui left the room");
  change(server, "/join", "a", "eva");
  say(server, "a", "not for rui");
  // Posting joins, and what was posted is seen.
  EXPECT_EQ(RawClient(server.port())
                .ask("POST /r/c?username=rui HTTP/1.1\r\nHost: x\r\n"
                     "Content-Length: 5\r\n\r\nhello")
                .status,
            200);
  EXPECT_EQ(member_of(source.next().data, "event"), "join");
  EXPECT_EQ(member_of(source.next().data, "message"), "hello");
  // Those who come back are told what they missed in all of them.
  const std::string last = say(server, "b", "3");
  source.next();
  say(server, "c", "4");
  EventSource again(server.port(), "/events?username=rui",
                    "Last-Event-ID: " + last + "\r\n");
  EXPECT_EQ(member_of(again.next().data, "message"), "4");
}

TEST(EventStream, EachRefusal) {
  ServerProcess server({"--max-subscriptions", "2"});
  struct Case {
    const char* target;
    const char* outcome;
    const char* field;
  };
  constexpr Case kCases[] = {
      {"/events", "400 missing_field", "room"},
      {"/events?room=", "400 invalid_field", "room"},
      {"/events?room=a&username=", "400 invalid_field", "username"},
      {"/events?room=a&after=x", "400 invalid_field", "after"},
      {"/events?room=a&last_timestamp=x", "400 invalid_field",
       "last_timestamp"},
      {"/events?room=a&room=b&room=c", "400 invalid_field", "room"},
  };
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.target);
    const Answer answer = support::get(server.port(), each.target);
    EXPECT_EQ(outcome_of(answer), each.outcome);
    EXPECT_EQ(member_of(answer.body, "field"), each.field);
  }
  EXPECT_EQ(support::post(server.port(), "/events", "{}").status, 405);
}

TEST(EventStream, HeadHasNoStream) {
  ServerProcess server;
  RawClient client(server.port());
  ASSERT_TRUE(client.send("HEAD /events?room=a HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(client.read_answer(true).field("Content-Type"),
            "text/event-stream; charset=utf-8");
  EXPECT_TRUE(client.is_closed());
}

TEST(EventStream, EndsWithTheServer) {
  ServerProcess server;
  EventSource source(server.port(), "/events?room=a");
  server.signal(SIGTERM);
  EXPECT_EQ(source.raw().read_to_end(), "");
  source.raw().close();
  EXPECT_EQ(server.wait(), 0);
}

// What a reader was told of its rooms is let go with it.
TEST(EventStream, GoesWithItsReader) {
  ServerProcess server;
  {
    EventSource one(server.port(), "/events?room=a&room=b");
    EventSource two(server.port(), "/events?room=a");
    EXPECT_EQ(support::metric(server.port(), "subscriptions"), 3U);
    two.raw().reset();
    EXPECT_TRUE(support::wait_for_metric(server.port(), "subscriptions", 2));
  }
  EXPECT_TRUE(support::wait_for_metric(server.port(), "subscriptions", 0));
}

}  // namespace
}  // namespace papo
