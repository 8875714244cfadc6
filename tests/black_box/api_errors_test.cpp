// Every error of the API, provoked once.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::Answer;
using support::get_request;
using support::member_of;
using support::outcome_of;
using support::post_request;
using support::RawClient;
using support::ServerProcess;

struct Case {
  const char* name;
  std::string request;
  const char* outcome;
  const char* field;
};

std::string form_request(std::string_view body) {
  return "POST /join HTTP/1.1\r\nHost: x\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

void expect_all(RawClient* client, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const Answer answer = client->ask(each.request);
    EXPECT_EQ(outcome_of(answer), each.outcome) << answer.body;
    EXPECT_EQ(member_of(answer.body, "field"), each.field);
    EXPECT_EQ(answer.field("content-type"), "application/json");
    EXPECT_EQ(answer.field("access-control-allow-origin"), "*");
    if (answer.status == 200) continue;
    EXPECT_EQ(member_of(answer.body, "status"), "error");
    EXPECT_NE(member_of(answer.body, "message"), "");
  }
}

TEST(ApiErrors, NamesTheFieldThatIsWrong) {
  const ServerProcess server({"--max-message", "10"});
  RawClient client(server.port());
  const std::string name_65(65, 'a');
  expect_all(
      &client,
      {
          {"no JSON", post_request("/join", "{"), "400 invalid_json", ""},
          {"no object", post_request("/join", "[]"), "400 invalid_json", ""},
          {"not UTF-8", post_request("/join", "{\"room\":\"\xFF\"}"),
           "400 invalid_json", ""},
          {"too deep",
           post_request("/join", R"({"a":)" + std::string(65, '[') +
                                     std::string(65, ']') + "}"),
           "400 invalid_json", ""},
          {"an object in a form", form_request("{"), "400 invalid_json", ""},
          {"no room", post_request("/join", "{}"), "400 missing_field", "room"},
          {"a null room", post_request("/join", R"({"room":null})"),
           "400 missing_field", "room"},
          {"no user", post_request("/join", R"({"room":"a"})"),
           "400 missing_field", "username"},
          {"no user in a form", form_request("room=a"), "400 missing_field",
           "username"},
          {"an empty room", form_request("room=+&username=ana"),
           "400 invalid_field", "room"},
          {"a room of 65 characters",
           form_request("room=" + name_65 + "&username=ana"),
           "400 invalid_field", "room"},
          {"a control character", form_request("room=a%00b&username=ana"),
           "400 invalid_field", "room"},
          {"a name that is not UTF-8", form_request("room=a&username=%ff"),
           "400 invalid_field", "username"},
          {"a number for a name",
           post_request("/join", R"({"room":1,"username":"ana"})"),
           "400 invalid_field", "room"},
          {"a room of 64 characters",
           form_request("room=" + name_65.substr(1) + "&username=ana"), "200",
           ""},
          {"a form joins", form_request("room=a&username=ana"), "200", ""},
          {"no message",
           post_request("/send", R"({"room":"a","username":"b"})"),
           "400 missing_field", "message"},
          {"an empty message",
           post_request("/send", R"({"room":"a","username":"b","message":""})"),
           "400 invalid_field", "message"},
          {"a message over --max-message",
           post_request(
               "/send",
               R"({"room":"a","username":"b","message":"elevenbytes"})"),
           "413 message_too_long", "message"},
          {"a message at --max-message",
           post_request(
               "/send",
               R"({"room":"a","username":"b","message":"tencharact"})"),
           "200", ""},
          {"a long client_id",
           post_request("/send", R"({"room":"a","username":"b","message":"x",)"
                                 R"("client_id":")" +
                                     name_65 + R"("})"),
           "400 invalid_field", "client_id"},
          {"no room to receive", get_request("/receive"), "400 missing_field",
           "room"},
          {"a bad time", get_request("/receive?room=a&last_timestamp=x"),
           "400 invalid_field", "last_timestamp"},
          {"a bad id", get_request("/receive?room=a&after=1.5"),
           "400 invalid_field", "after"},
          {"a negative wait", get_request("/receive?room=a&wait=-1"),
           "400 invalid_field", "wait"},
          {"a wait over a minute", get_request("/receive?room=a&wait=60.1"),
           "400 invalid_field", "wait"},
          {"no limit", get_request("/receive?room=a&limit=0"),
           "400 invalid_field", "limit"},
          {"nobody's rooms", get_request("/user_rooms"), "400 missing_field",
           "username"},
          {"nothing to listen to", get_request("/events"), "400 missing_field",
           "room"},
      });
}

TEST(ApiErrors, SaysWhatIsNotThere) {
  const ServerProcess server;
  RawClient client(server.port());
  const Answer joined =
      client.ask(post_request("/join", R"({"room":"a","username":"ana"})"));
  ASSERT_EQ(joined.status, 200);
  const Answer sent = client.ask(
      post_request("/send", R"({"room":"a","username":"ana","message":"oi"})"));
  const std::string id = member_of(sent.body, "id");
  expect_all(
      &client,
      {
          {"a path", get_request("/rooms/a"), "404 not_found", ""},
          {"a room to leave",
           post_request("/leave", R"({"room":"b","username":"ana"})"),
           "404 room_not_found", ""},
          {"a room to send to",
           post_request("/send",
                        R"({"room":"b","username":"ana","message":"x"})"),
           "404 room_not_found", ""},
          {"a room's members", get_request("/members?room=b"),
           "404 room_not_found", ""},
          {"a room to type in",
           post_request("/typing", R"({"room":"b","username":"ana"})"),
           "404 room_not_found", ""},
          {"a member who leaves",
           post_request("/leave", R"({"room":"a","username":"rui"})"),
           "404 not_a_member", ""},
          {"a member who types",
           post_request("/typing", R"({"room":"a","username":"rui"})"),
           "404 not_a_member", ""},
          {"a message to edit",
           post_request(
               "/edit",
               R"({"room":"a","username":"ana","id":1,"message":"x"})"),
           "404 message_not_found", ""},
          {"a message of one's own",
           post_request("/delete",
                        R"({"room":"a","username":"rui","id":)" + id + "}"),
           "403 forbidden", ""},
          {"an unknown room has no messages", get_request("/receive?room=b"),
           "200", ""},
      });
}

void expect_overloaded(const Answer& answer) {
  EXPECT_EQ(outcome_of(answer), "503 overloaded");
  EXPECT_EQ(answer.field("retry-after"), "5");
}

TEST(ApiErrors, RefusesWhatWouldGrowBeyondACap) {
  const ServerProcess server(
      {"--max-rooms", "2", "--max-members", "2", "--max-user-rooms", "1"});
  RawClient client(server.port());
  const auto join = [&](const char* room, const char* user) {
    return client.ask(post_request("/join", R"({"room":")" + std::string(room) +
                                                R"(","username":")" + user +
                                                R"("})"));
  };
  EXPECT_EQ(join("a", "ana").status, 200);
  expect_overloaded(join("b", "ana"));
  EXPECT_EQ(join("a", "rui").status, 200);
  expect_overloaded(join("a", "eva"));
  EXPECT_EQ(join("b", "eva").status, 200);
  expect_overloaded(join("c", "leo"));
  expect_overloaded(client.ask(
      "POST /r/c?username=leo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
      "oi"));
  // Each has room again when somebody makes it.
  EXPECT_EQ(
      client.ask(post_request("/leave", R"({"room":"b","username":"eva"})"))
          .status,
      200);
  EXPECT_EQ(join("c", "leo").status, 200);
}

TEST(ApiErrors, RefusesOneConnectionTooMany) {
  const ServerProcess server({"--max-connections", "2"});
  RawClient first(server.port());
  EXPECT_EQ(first.ask(get_request("/healthz")).status, 200);
  RawClient second(server.port());
  EXPECT_EQ(second.ask(get_request("/healthz")).status, 200);
  RawClient third(server.port());
  const Answer answer = third.ask(get_request("/healthz"));
  EXPECT_EQ(outcome_of(answer), "429 too_many_connections");
  EXPECT_EQ(answer.field("retry-after"), "5");
  EXPECT_TRUE(third.is_closed());
  EXPECT_EQ(first.ask(get_request("/healthz")).status, 200);
}

TEST(ApiErrors, RefusesOneRoomTooManyToListenTo) {
  const ServerProcess server({"--max-subscriptions", "2"});
  EXPECT_EQ(
      outcome_of(support::get(server.port(), "/events?room=a&room=b&room=c")),
      "400 invalid_field");
  support::WebSocketClient client(server.port(), "/ws?room=a&room=b");
  client.send(R"({"type":"subscribe","ref":1,"room":"c"})");
  EXPECT_EQ(member_of(client.read_text_with(R"("ref":1)"), "code"),
            "invalid_field");
}

TEST(ApiErrors, AreTheSameByWebSocket) {
  const ServerProcess server({"--max-message", "10"});
  support::WebSocketClient client(server.port());
  const char* const cases[][2] = {
      {"{", "invalid_json"},
      {R"({"ref":1})", "missing_field"},
      {R"({"type":"dance"})", "invalid_field"},
      {R"({"type":"join","username":"ana"})", "missing_field"},
      {R"({"type":"leave","username":"ana","room":"a"})", "room_not_found"},
      {R"({"type":"send","username":"ana","room":"a","message":"elevenbytes"})",
       "message_too_long"},
  };
  EXPECT_EQ(member_of(client.read_text(), "type"), "hello");
  for (const auto& [command, code] : cases) {
    SCOPED_TRACE(command);
    client.send(command);
    const std::string answer = client.read_text();
    EXPECT_EQ(member_of(answer, "type"), "error");
    EXPECT_EQ(member_of(answer, "code"), code);
  }
}

}  // namespace
}  // namespace papo
