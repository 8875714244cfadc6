// Every command of the WebSocket, with every kind of ref, and every refusal.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::member_of;
using support::post;
using support::ServerProcess;
using support::WebSocketClient;

WebSocketClient greeted(const ServerProcess& server,
                        std::string_view target = "/ws") {
  WebSocketClient client(server.port(), target);
  EXPECT_NE(client.read_text().find("hello"), std::string::npos);
  return client;
}

// Sends a command and returns its answer, which comes with this ref.
std::string ask(WebSocketClient* client, std::string command,
                std::string_view ref = "\"q\"") {
  const std::string member = "\"ref\":" + std::string(ref);
  command.insert(command.size() - 1, "," + member);
  client->send(command);
  return client->read_text_with(member);
}

// "ok", or "error" with its code and field.
std::string outcome_of(std::string_view text) {
  std::string outcome = member_of(text, "type");
  if (outcome != "error") return outcome;
  outcome += " " + member_of(text, "code");
  const std::string field = member_of(text, "field");
  return field.empty() ? outcome : outcome + " " + field;
}

TEST(WebSocketCommands, AConversation) {
  ServerProcess server;
  WebSocketClient ana = greeted(server, "/ws?username=ana");
  const std::string joined = ask(&ana, R"({"type":"join","room":"geral"})");
  EXPECT_EQ(
      joined,
      R"({"type":"ok","ref":"q","message":"ana is in geral","room":"geral",)"
      R"("members":["ana"],"member_count":1})");
  // Joining listens, from the join's own entry on.
  const std::string entry = ana.read_text();
  EXPECT_TRUE(entry.starts_with(R"({"type":"system","event":"join")")) << entry;

  WebSocketClient rui = greeted(server);
  EXPECT_EQ(ask(&rui, R"({"type":"join","room":"geral","username":"rui"})"),
            R"({"type":"ok","ref":"q","message":"rui is in geral",)"
            R"("room":"geral","members":["ana","rui"],"member_count":2})");
  const std::string sent =
      ask(&rui, R"({"type":"send","room":"geral","message":"oi",)"
                R"("client_id":"c1"})");
  EXPECT_EQ(outcome_of(sent), "ok");
  const std::string id = member_of(sent, "id");
  const std::string pushed = ana.read_text_with(R"("type":"message")");
  EXPECT_EQ(pushed, R"({"type":"message","id":)" + id +
                        R"(,"room":"geral","username":"rui","message":"oi",)"
                        R"("timestamp":)" +
                        member_of(sent, "timestamp") + R"(,"client_id":"c1"})");
  const std::string again =
      ask(&rui, R"({"type":"send","room":"geral","message":"oi",)"
                R"("client_id":"c1"})");
  EXPECT_EQ(member_of(again, "id"), id);
  EXPECT_EQ(member_of(again, "duplicate"), "true");
  EXPECT_EQ(
      outcome_of(ask(&rui, R"({"type":"send","room":"geral","message":"else",)"
                           R"("client_id":"c1"})")),
      "error client_id_reused client_id");

  const std::string edited =
      ask(&rui,
          R"({"type":"edit","room":"geral","message":"olá","id":)" + id + "}");
  EXPECT_EQ(outcome_of(edited), "ok");
  const std::string edit = ana.read_text_with(R"("type":"edit")");
  EXPECT_EQ(member_of(edit, "target"), id);
  EXPECT_EQ(member_of(edit, "message"), "olá");
  EXPECT_EQ(member_of(edit, "id"), member_of(edited, "id"));

  const std::string erased =
      ask(&rui, R"({"type":"delete","room":"geral","id":)" + id + "}");
  EXPECT_EQ(outcome_of(erased), "ok");
  const std::string erasure = ana.read_text_with(R"("type":"delete")");
  EXPECT_EQ(member_of(erasure, "target"), id);
  EXPECT_EQ(member_of(erasure, "message"), "");

  EXPECT_EQ(ask(&ana, R"({"type":"typing","room":"geral"})"),
            R"({"type":"ok","ref":"q"})");
  EXPECT_NE(rui.read_text_with(R"("type":"typing")")
                .find(R"("user":"ana","typing":true)"),
            std::string::npos);

  EXPECT_NE(ask(&ana, R"({"type":"rooms"})")
                .find(R"("rooms":[{"room":"geral","topic":"","members":2,)"
                      R"("online":2,"last_id":)"),
            std::string::npos);
  EXPECT_EQ(ask(&ana, R"({"type":"members","room":"geral"})"),
            R"({"type":"ok","ref":"q","members":[)"
            R"({"username":"ana","online":true,"typing":true},)"
            R"({"username":"rui","online":true,"typing":false}]})");
  EXPECT_EQ(ask(&ana, R"({"type":"user_rooms"})"),
            R"({"type":"ok","ref":"q","rooms":["geral"]})");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"topic","room":"geral",)"
                                 R"("topic":"hoje"})")),
            "ok");
  EXPECT_NE(rui.read_text_with(R"("event":"topic")").find("hoje"),
            std::string::npos);
  EXPECT_EQ(ask(&ana, R"({"type":"ping"})"), R"({"type":"ok","ref":"q"})");

  // Who leaves sees that, and then no more of the room.
  EXPECT_EQ(ask(&rui, R"({"type":"leave","room":"geral"})"),
            R"({"type":"ok","ref":"q","message":"rui left geral",)"
            R"("room":"geral"})");
  EXPECT_NE(rui.read_text().find(R"("event":"leave","user":"rui")"),
            std::string::npos);
  ask(&ana, R"({"type":"send","room":"geral","message":"tchau"})");
  EXPECT_EQ(ask(&rui, R"({"type":"ping"})"), R"({"type":"ok","ref":"q"})");
}

TEST(WebSocketCommands, ARefIsAnsweredAsItWasSent) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  struct Case {
    const char* sent;
    const char* answered;
  };
  constexpr Case kCases[] = {
      {"1", "1"},
      {"0", "0"},
      {"-1.5e+300", "-1.5e+300"},
      {"12345678901234567890123456789012345678901234567890123456789012",
       "12345678901234567890123456789012345678901234567890123456789012"},
      {R"("")", R"("")"},
      {R"("a\"b\u00e9\n")", R"("a\"bé\n")"},
  };
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.sent);
    client.send(std::string(R"({"type":"ping","ref":)") + each.sent + "}");
    EXPECT_EQ(client.read_text(),
              std::string(R"({"type":"ok","ref":)") + each.answered + "}");
  }
  client.send(R"({"type":"ping"})");
  EXPECT_EQ(client.read_text(), R"({"type":"ok"})");
  client.send(R"({"type":"ping","ref":null})");
  EXPECT_EQ(client.read_text(), R"({"type":"ok"})");
  client.send(R"({"ref":5,"type":"nothing"})");
  EXPECT_EQ(outcome_of(client.read_text()), "error invalid_field type");
}

TEST(WebSocketCommands, EachRefusal) {
  ServerProcess server({"--max-message", "100", "--max-rooms", "2",
                        "--max-subscriptions", "3", "--history", "2"});
  WebSocketClient ana = greeted(server, "/ws?username=ana");
  ask(&ana, R"({"type":"join","room":"geral"})");
  const std::string first = member_of(
      ask(&ana, R"({"type":"send","room":"geral","message":"1"})"), "id");
  const std::string of_ana = "{\"room\":\"geral\",\"id\":" + first;
  struct Case {
    std::string command;
    const char* outcome;
  };
  const Case cases[] = {
      {R"({"type":"join"})", "error missing_field room"},
      {R"({"type":"join","room":""})", "error invalid_field room"},
      {R"({"type":"join","room":5})", "error invalid_field room"},
      {R"({"type":"join","room":"a","username":"\u0007"})",
       "error invalid_field username"},
      {R"({"type":"send","room":"geral"})", "error missing_field message"},
      {R"({"type":"send","room":"geral","message":""})",
       "error invalid_field message"},
      {R"({"type":"send","room":"geral","message":[]})",
       "error invalid_field message"},
      {R"({"type":"send","room":"geral","message":")" + std::string(101, 'x') +
           R"("})",
       "error message_too_long message"},
      {R"({"type":"send","room":"nowhere","message":"x"})",
       "error room_not_found"},
      {R"({"type":"send","room":"geral","message":"x","client_id":")" +
           std::string(65, 'x') + R"("})",
       "error invalid_field client_id"},
      {R"({"type":"leave","room":"nowhere"})", "error room_not_found"},
      {R"({"type":"leave","room":"geral","username":"eva"})",
       "error not_a_member"},
      {R"({"type":"typing","room":"nowhere"})", "error room_not_found"},
      {R"({"type":"typing","room":"geral","username":"eva"})",
       "error not_a_member"},
      {R"({"type":"edit","room":"geral","message":"x"})",
       "error missing_field id"},
      {R"({"type":"edit","room":"geral","message":"x","id":"one"})",
       "error invalid_field id"},
      {R"({"type":"edit","room":"geral","message":"x","id":1})",
       "error message_not_found"},
      {R"({"type":"edit","room":"geral","message":"x","username":"eva","id":)" +
           first + "}",
       "error forbidden"},
      {R"({"type":"delete","room":"geral","id":-1})", "error invalid_field id"},
      {R"({"type":"delete","room":"geral","id":1})", "error message_not_found"},
      {R"({"type":"delete","room":"geral","username":"eva","id":)" + first +
           "}",
       "error forbidden"},
      {R"({"type":"delete","room":"nowhere","id":1})", "error room_not_found"},
      {R"({"type":"topic","room":"geral"})", "error missing_field topic"},
      {R"({"type":"members","room":"nowhere"})", "error room_not_found"},
      {R"({"type":"members"})", "error missing_field room"},
      {R"({"type":"receive","room":"geral","after":"x"})",
       "error invalid_field after"},
      {R"({"type":"receive","room":"geral","limit":0})",
       "error invalid_field limit"},
      {R"({"type":"subscribe"})", "error missing_field room"},
      {R"({"type":"subscribe","room":"geral","after":1.5})",
       "error invalid_field after"},
      {R"({"type":"unsubscribe"})", "error missing_field room"},
      {R"({"type":"dance"})", "error invalid_field type"},
      {R"({"type":7})", "error invalid_field type"},
      {R"({"room":"geral"})", "error missing_field type"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.command);
    EXPECT_EQ(outcome_of(ask(&ana, each.command)), each.outcome);
  }
  ask(&ana, R"({"type":"join","room":"b"})");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"join","room":"c"})")),
            "error overloaded");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"subscribe","room":"c"})")), "ok");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"subscribe","room":"d"})")),
            "error invalid_field room");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"join","room":"d"})")),
            "error invalid_field room");
  // Listening again is no more.
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"subscribe","room":"c"})")), "ok");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"unsubscribe","room":"c"})")),
            "ok");
  EXPECT_EQ(outcome_of(ask(&ana, R"({"type":"subscribe","room":"d"})")), "ok");
}

// What is no object has no ref to answer with, and does not end the connection.
TEST(WebSocketCommands, WhatIsNoObjectIsRefused) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  const std::string deep(65, '[');
  for (const std::string& text :
       {std::string("hello"), std::string("[]"), std::string("{"),
        std::string(""), std::string(R"({"type":"ping"} x)"),
        R"({"type":"ping","a":)" + deep + std::string(65, ']') + "}"}) {
    SCOPED_TRACE(text);
    client.send(text);
    EXPECT_EQ(outcome_of(client.read_text()), "error invalid_json");
  }
  for (const char* ref : {"[]", "{}", "true"}) {
    client.send(std::string(R"({"type":"ping","ref":)") + ref + "}");
    EXPECT_EQ(outcome_of(client.read_text()), "error invalid_field ref");
  }
  client.send(R"({"type":"ping","ref":")" + std::string(63, 'r') + R"("})");
  EXPECT_EQ(outcome_of(client.read_text()), "error invalid_field ref");
  WebSocketClient nameless = greeted(server);
  EXPECT_EQ(outcome_of(ask(&nameless, R"({"type":"user_rooms"})")),
            "error missing_field username");
}

TEST(WebSocketCommands, ReceiveAnswersAsItsRouteDoes) {
  ServerProcess server({"--history", "3"});
  WebSocketClient client = greeted(server, "/ws?username=ana");
  ask(&client, R"({"type":"join","room":"a"})");
  std::vector<std::string> ids;
  for (const char* text : {"1", "2", "3", "4"}) {
    ids.push_back(
        member_of(ask(&client, R"({"type":"send","room":"a","message":")" +
                                   std::string(text) + R"("})"),
                  "id"));
  }
  const std::string all = ask(&client, R"({"type":"receive","room":"a"})");
  EXPECT_EQ(all.find("truncated"), std::string::npos) << all;
  EXPECT_NE(all.find(ids[1]), std::string::npos);
  const std::string late =
      ask(&client, R"({"type":"receive","room":"a","after":)" + ids[0] + "}");
  EXPECT_EQ(late.find("truncated"), std::string::npos) << late;
  const std::string part =
      ask(&client,
          R"({"type":"receive","room":"a","limit":1,"after":)" + ids[1] + "}");
  EXPECT_EQ(member_of(part, "id"), ids[2]);
  EXPECT_TRUE(part.ends_with(R"("more":true})")) << part;
  const std::string hole =
      ask(&client, R"({"type":"receive","room":"a","after":1})");
  EXPECT_EQ(member_of(hole, "truncated"), "true");
  EXPECT_EQ(ask(&client, R"({"type":"receive","room":"nowhere"})"),
            R"({"type":"ok","ref":"q","messages":[]})");
}

TEST(WebSocketCommands, SubscribeResumes) {
  ServerProcess server({"--history", "3"});
  WebSocketClient ana = greeted(server, "/ws?username=ana");
  ask(&ana, R"({"type":"join","room":"a"})");
  const auto say = [&](std::string_view text) {
    return member_of(ask(&ana, R"({"type":"send","room":"a","message":")" +
                                   std::string(text) + R"("})"),
                     "id");
  };
  const std::string one = say("one");
  const std::string two = say("two");
  WebSocketClient rui = greeted(server);
  // Its answer first, then what came after the point, then what is new.
  rui.send(R"({"type":"subscribe","room":"a","ref":1,"after":)" + one + "}");
  EXPECT_EQ(rui.read_text(), R"({"type":"ok","ref":1})");
  EXPECT_EQ(member_of(rui.read_text(), "id"), two);
  const std::string three = say("three");
  EXPECT_EQ(member_of(rui.read_text(), "id"), three);
  say("four");
  say("five");
  rui.read_text_with("five");
  // A second time, from a point that the history does not reach back to.
  rui.send(R"({"type":"subscribe","room":"a","ref":2,"after":)" + one + "}");
  EXPECT_EQ(rui.read_text(), R"({"type":"ok","ref":2})");
  EXPECT_EQ(rui.read_text(),
            R"({"type":"truncated","room":"a","after":)" + one + "}");
  EXPECT_EQ(member_of(rui.read_text(), "id"), three);
  rui.read_text_with("five");
  // And it listens once, not twice.
  say("six");
  EXPECT_EQ(member_of(rui.read_text(), "message"), "six");
  EXPECT_EQ(ask(&rui, R"({"type":"unsubscribe","room":"a"})"),
            R"({"type":"ok","ref":"q"})");
  say("seven");
  EXPECT_EQ(ask(&rui, R"({"type":"ping"})"), R"({"type":"ok","ref":"q"})");
}

TEST(WebSocketCommands, TheQuerySubscribesAtOnce) {
  ServerProcess server;
  WebSocketClient ana = greeted(server, "/ws?username=ana");
  ask(&ana, R"({"type":"join","room":"a"})");
  ask(&ana, R"({"type":"join","room":"b"})");
  ask(&ana, R"({"type":"send","room":"b","message":"first"})");
  ask(&ana, R"({"type":"send","room":"a","message":"second"})");
  WebSocketClient rui = greeted(server, "/ws?room=a&room=b&after=0");
  // In the order in which they were sent, whatever their rooms.
  EXPECT_EQ(member_of(rui.read_text(), "room"), "a");
  EXPECT_EQ(member_of(rui.read_text(), "room"), "b");
  EXPECT_EQ(member_of(rui.read_text(), "message"), "first");
  EXPECT_EQ(member_of(rui.read_text(), "message"), "second");
  ask(&ana, R"({"type":"send","room":"b","message":"third"})");
  EXPECT_EQ(member_of(rui.read_text(), "message"), "third");
  WebSocketClient eva = greeted(server, "/ws?room=a");
  ask(&ana, R"({"type":"send","room":"a","message":"fourth"})");
  EXPECT_EQ(member_of(eva.read_text(), "message"), "fourth");
}

// Two rooms' messages of one turn are told in order, and a room that was left
// is told of no more.
TEST(WebSocketCommands, SeveralRoomsOfOneTurn) {
  ServerProcess server;
  WebSocketClient ana = greeted(server, "/ws?username=ana");
  for (const char* room : {"a", "b", "c"}) {
    ask(&ana, std::string(R"({"type":"join","room":")") + room + R"("})");
  }
  WebSocketClient rui = greeted(server, "/ws?room=a&room=b&room=c");
  const auto say_at_once = [&](std::string_view rooms) {
    std::string bytes;
    for (const char room : rooms) {
      bytes += support::masked_text(
          std::string(R"({"type":"send","message":"x","room":")") + room +
          R"("})");
    }
    ASSERT_TRUE(ana.raw().send(bytes));
  };
  const auto rooms_seen = [&](std::size_t count) {
    std::string seen;
    while (seen.size() < count) seen += member_of(rui.read_text(), "room");
    return seen;
  };
  say_at_once("abcba");
  EXPECT_EQ(rooms_seen(5), "abcba");
  ask(&rui, R"({"type":"unsubscribe","room":"a"})");
  say_at_once("abcab");
  EXPECT_EQ(rooms_seen(3), "bcb");
  say_at_once("cab");
  EXPECT_EQ(rooms_seen(2), "cb");
}

}  // namespace
}  // namespace papo
