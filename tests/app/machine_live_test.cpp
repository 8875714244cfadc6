// The machine's listeners without sockets: long polls, event streams, lines and
// WebSockets, and what bounds them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"

namespace papo::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::get;
using support::MachineDriver;
using support::post;
using support::text_frame;
using support::upgrade;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

// What was not sent yet.
std::size_t queued(MachineDriver* driver, ConnectionId id) {
  std::vector<std::string_view> pieces(100'000);
  pieces.resize(driver->house().connections().find(id)->outbox.gather(pieces));
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  return size;
}

class LiveTest : public testing::Test {
 protected:
  void join(std::string_view room, std::string_view user) {
    std::string body = R"({"room":")";
    body.append(room).append(R"(","username":")").append(user).append("\"}");
    driver_.send(asker_, post("/join", body));
    driver_.take(asker_);
  }
  void leave(std::string_view room, std::string_view user) {
    std::string body = R"({"room":")";
    body.append(room).append(R"(","username":")").append(user).append("\"}");
    driver_.send(asker_, post("/leave", body));
    driver_.take(asker_);
  }
  // Returns the message's id.
  chat::MessageId say(std::string_view room, std::string_view text) {
    std::string body = R"({"username":"ana","room":")";
    body.append(room).append(R"(","message":")").append(text).append("\"}");
    driver_.send(asker_, post("/send", body));
    driver_.take(asker_);
    return driver_.store().last_id();
  }
  ConnectionId open(std::string_view request) {
    const ConnectionId id = driver_.connect();
    driver_.send(id, request);
    return id;
  }
  // A WebSocket that has been greeted.
  ConnectionId open_socket(std::string_view target) {
    const ConnectionId id = open(upgrade(target));
    const std::string answer = driver_.take(id);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    EXPECT_TRUE(contains(
        answer, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_TRUE(contains(answer, R"({"type":"hello")"));
    return id;
  }
  std::vector<std::string> ask(ConnectionId id, std::string_view json) {
    driver_.send(id, text_frame(json));
    return driver_.take_frames(id);
  }

  MachineDriver driver_{options()};
  ConnectionId asker_ = driver_.connect();

  static Options options() {
    Options options;
    options.backlog_bytes_max = 64 * 1024;
    options.idle_timeout = seconds(100'000);  // the asker stays
    return options;
  }
};

// ---- Long polls.

TEST_F(LiveTest, ALongPollIsAnsweredByTheFirstMessage) {
  join("r", "ana");
  const std::string last = std::to_string(driver_.store().last_id());
  const ConnectionId id = open(get("/receive?room=r&wait=60&after=" + last));
  driver_.advance(seconds(10));
  EXPECT_EQ(driver_.take(id), "");
  say("other", "no");
  EXPECT_EQ(driver_.take(id), "");
  say("r", "oi");
  const auto answers = driver_.take_answers(id);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(contains(answers[0].body, "\"oi\""));
  say("r", "again");
  EXPECT_EQ(driver_.take(id), "") << "answered once";
  driver_.send(id, get("/healthz"));
  EXPECT_EQ(driver_.take_answers(id).size(), 1u) << "and goes on";
}

TEST_F(LiveTest, ALongPollEndsEmptyInTime) {
  const ConnectionId id = open(get("/receive?room=r&wait=2.5"));
  driver_.advance(milliseconds(2'400));
  EXPECT_EQ(driver_.take(id), "");
  driver_.advance(milliseconds(300));
  EXPECT_EQ(driver_.take_answers(id)[0].body, R"({"messages":[]})");
}

TEST_F(LiveTest, WhatFollowsALongPollWaitsForItsAnswer) {
  const ConnectionId id =
      open(get("/receive?room=r&wait=5") + get("/healthz") + get("/version"));
  EXPECT_EQ(driver_.take(id), "");
  join("r", "ana");
  EXPECT_EQ(driver_.take_answers(id).size(), 3u);
}

// A room that is removed while somebody waits in it, and made again.
TEST_F(LiveTest, ALongPollOutlivesItsRoom) {
  join("r", "ana");
  const std::string last = std::to_string(driver_.store().last_id());
  const ConnectionId id = open(get("/receive?room=r&wait=60&after=" + last));
  leave("r", "ana");
  const auto answers = driver_.take_answers(id);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].body, R"({"messages":[],"truncated":true})");
}

TEST_F(LiveTest, NothingIsKeptOfListenersThatBreakOff) {
  join("r", "ana");
  std::vector<ConnectionId> ids;
  for (const std::string& request :
       {get("/receive?room=x&wait=60"), get("/events?room=r&username=bia"),
        get("/events?username=ana"), get("/r/r"), upgrade("/ws?room=r"),
        upgrade("/ws?room=r&username=caio")}) {
    ids.push_back(open(request));
  }
  for (const ConnectionId id : ids) driver_.cut(id);
  leave("r", "ana");
  driver_.cut(asker_);
  EXPECT_FALSE(driver_.house().is_quiet()) << "the graces still run";
  driver_.advance(seconds(6));
  EXPECT_TRUE(driver_.house().is_quiet());
}

// ---- Event streams and lines.

TEST_F(LiveTest, AnEventStreamBeginsAtOnce) {
  join("r", "ana");
  const std::string last = std::to_string(driver_.store().last_id());
  const ConnectionId id = open(get("/events?room=r"));
  const std::string answer = driver_.take(id);
  EXPECT_TRUE(
      contains(answer, "Content-Type: text/event-stream; charset=utf-8\r\n"));
  EXPECT_TRUE(contains(answer, "Cache-Control: no-cache, no-transform\r\n"));
  EXPECT_TRUE(contains(answer, "X-Accel-Buffering: no\r\n"));
  EXPECT_FALSE(contains(answer, "Content-Length"));
  EXPECT_TRUE(contains(answer, "\r\n\r\nretry: "));
  EXPECT_TRUE(answer.ends_with("id: " + last + "\n\n"));
  const chat::MessageId sent = say("r", "oi");
  const std::string event = driver_.take(id);
  EXPECT_TRUE(event.starts_with("id: " + std::to_string(sent) +
                                "\nevent: message\ndata: {"));
  EXPECT_TRUE(event.ends_with("}\n\n"));
}

TEST_F(LiveTest, AnEventStreamResumesWithoutLossOrRepeat) {
  join("a", "ana");
  join("b", "ana");
  const chat::MessageId one = say("a", "one");
  say("b", "two");
  say("a", "three");
  const ConnectionId id =
      open(get("/events?room=a&room=b&after=1",
               "Last-Event-ID: " + std::to_string(one) + "\r\n"));
  say("b", "four");
  const std::string stream = driver_.take(id);
  EXPECT_FALSE(contains(stream, "\"one\""));
  const std::size_t two = stream.find("\"two\"");
  const std::size_t three = stream.find("\"three\"");
  const std::size_t four = stream.find("\"four\"");
  EXPECT_LT(two, three);
  EXPECT_LT(three, four);
  EXPECT_LT(four, stream.size());
  EXPECT_FALSE(contains(stream, "truncated"));
}

TEST_F(LiveTest, AListenerIsToldWhatIsMissing) {
  join("r", "ana");
  const std::string early = std::to_string(driver_.store().last_id());
  for (int i = 0; i < 51; ++i) say("r", "x");
  const std::string after = "after=" + early;
  const struct {
    std::string request;
    std::string_view told;
  } rows[] = {
      {get("/events?room=r&" + after), "event: truncated\ndata: {"},
      {get("/r/r?" + after), R"({"type":"truncated","room":"r","after":)"},
      {get("/r/r?format=text&" + after), "* older messages are missing\n"},
      {upgrade("/ws?room=r&" + after), R"({"type":"truncated","room":"r")"},
      {get("/receive?room=r&" + after), R"("truncated":true)"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.told);
    EXPECT_TRUE(contains(driver_.take(open(row.request)), row.told));
  }
}

TEST_F(LiveTest, AStreamFollowsItsUser) {
  const ConnectionId id = open(get("/events?username=ana"));
  driver_.take(id);
  join("a", "bia");
  EXPECT_EQ(driver_.take(id), "");
  join("a", "ana");
  EXPECT_TRUE(contains(driver_.take(id), R"("event":"join","user":"ana")"));
  say("a", "oi");
  EXPECT_TRUE(contains(driver_.take(id), "\"oi\""));
  leave("a", "ana");
  EXPECT_TRUE(contains(driver_.take(id), R"("event":"leave","user":"ana")"));
  say("a", "gone");
  EXPECT_FALSE(contains(driver_.take(id), "\"gone\""));
}

TEST_F(LiveTest, StreamsBeatAndAreGivenUpWhenTheyStall) {
  const ConnectionId events = open(get("/events?room=r"));
  const ConnectionId lines = open(get("/r/r"));
  const ConnectionId stalled = open(get("/events?room=r"));
  for (const ConnectionId id : {events, lines, stalled}) driver_.take(id);
  driver_.set_room(stalled, 1);
  driver_.advance(milliseconds(15'200));
  EXPECT_EQ(driver_.take(events), ":\n\n");
  EXPECT_EQ(driver_.take(lines), " ");
  driver_.advance(seconds(80));
  EXPECT_TRUE(driver_.is_closed(stalled));
  EXPECT_FALSE(driver_.is_closed(events));
}

// ---- WebSockets.

TEST_F(LiveTest, AWebSocketAnswersWithItsRef) {
  const ConnectionId id = open_socket("/ws?username=ana");
  const struct {
    std::string_view json;
    std::string_view answer;
  } rows[] = {
      {R"({"type":"ping"})", R"({"type":"ok"})"},
      {R"({"type":"ping","ref":1})", R"({"type":"ok","ref":1})"},
      {R"({"type":"ping","ref":-1.50e3})", R"({"type":"ok","ref":-1.50e3})"},
      {R"({"type":"ping","ref":"a\"\u0000\n"})",
       R"({"type":"ok","ref":"a\"\u0000\n"})"},
      {R"({"type":"ping","ref":null})", R"({"type":"ok"})"},
      {R"({"type":"ping","ref":""})", R"({"type":"ok","ref":""})"},
      {R"({"type":"ping","ref":[1]})", "invalid_field"},
      {R"({"type":"ping","ref":true})", "invalid_field"},
      {R"({"type":"brew","ref":2})", R"({"type":"error","ref":2,"code":)"},
      {R"({"ref":3})", R"({"type":"error","ref":3,"code":"missing_field")"},
      {"{", R"({"type":"error","code":"invalid_json")"},
      {"[]", R"({"type":"error","code":"invalid_json")"},
      {R"({"type":"send","room":"r"})", "missing_field"},
      {R"({"type":"send","room":"r","message":"x","ref":4})",
       R"({"type":"error","ref":4,"code":"room_not_found")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.json);
    const auto frames = ask(id, row.json);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_TRUE(contains(frames[0], row.answer)) << frames[0];
  }
  std::string longest = R"({"type":"ping","ref":")" + std::string(62, 'r');
  EXPECT_TRUE(contains(ask(id, longest + "\"}")[0], "rrr"));
  EXPECT_TRUE(contains(ask(id, longest + "r\"}")[0], "invalid_field"));
}

TEST_F(LiveTest, AWebSocketJoinsListensAndLeaves) {
  const ConnectionId id = open_socket("/ws?username=bia");
  const auto joined = ask(id, R"({"type":"join","room":"r","ref":1})");
  ASSERT_EQ(joined.size(), 2u);
  EXPECT_TRUE(contains(joined[0], R"("ref":1)"));
  EXPECT_TRUE(contains(joined[1], R"("event":"join","user":"bia")"));
  say("r", "oi");
  EXPECT_TRUE(contains(driver_.take_frames(id).at(0), "\"oi\""));
  const auto left = ask(id, R"({"type":"leave","room":"r","ref":2})");
  ASSERT_GE(left.size(), 2u);
  EXPECT_TRUE(contains(left[0] + left[1], R"("ref":2)"));
  EXPECT_TRUE(contains(left[0] + left[1], R"("event":"leave","user":"bia")"));
}

TEST_F(LiveTest, AWebSocketIsClosedByTheCodeOfItsFault) {
  const struct {
    std::string frame;
    std::string_view close;
  } rows[] = {
      {support::client_frame(0x2, "x"), "close 1003"},
      {support::client_frame(0x1, "\xFF"), "close 1007"},
      {"\x81\x01x", "close 1002"},  // not masked
      {support::client_frame(0x8, "\x03\xE8"), "close 1000"},
      {support::client_frame(0x8, ""), "close"},
      {std::string("\x81\xFF\x00\x00\x00\x00\x00\x01\x00\x01", 10) + "mask",
       "close 1009"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.close);
    const ConnectionId id = open_socket("/ws?room=r");
    driver_.send(id, row.frame + text_frame(R"({"type":"ping"})"));
    const auto frames = driver_.take_frames(id);
    ASSERT_EQ(frames.size(), 1u) << "nothing is answered after a close";
    EXPECT_TRUE(frames[0].starts_with(row.close)) << frames[0];
    EXPECT_TRUE(driver_.is_finished(id));
  }
}

TEST_F(LiveTest, AWebSocketIsPingedAndMustSpeak) {
  const ConnectionId quiet = open_socket("/ws");
  const ConnectionId alive = open_socket("/ws");
  driver_.advance(milliseconds(30'200));
  EXPECT_EQ(driver_.take_frames(quiet), std::vector<std::string>{"ping"});
  EXPECT_EQ(driver_.take_frames(alive), std::vector<std::string>{"ping"});
  driver_.send(alive, support::client_frame(0xA, ""));
  EXPECT_EQ(driver_.take(alive), "");
  driver_.advance(seconds(30));
  EXPECT_FALSE(driver_.is_closed(quiet));
  driver_.send(alive, support::client_frame(0xA, ""));
  driver_.advance(seconds(31));  // 60 s after the first ping
  EXPECT_TRUE(driver_.is_closed(quiet));
  EXPECT_FALSE(driver_.is_closed(alive));
  driver_.send(alive, support::client_frame(0x9, "are you there"));
  const auto frames = driver_.take_frames(alive);
  EXPECT_EQ(frames.back(), "pong are you there");
}

// ---- Bounds.

TEST_F(LiveTest, AReaderWhoIsTooSlowIsCutAndOthersAreNot) {
  join("r", "ana");
  const ConnectionId slow = open_socket("/ws?room=r&username=bia");
  const ConnectionId quick = open_socket("/ws?room=r");
  const ConnectionId events = open(get("/events?room=r"));
  driver_.take(events);
  driver_.set_room(slow, 0);
  driver_.set_room(events, 0);
  const std::string text(2'000, 'x');
  std::size_t most = 0;
  for (int i = 0; i < 100; ++i) {
    say("r", text);
    most = std::max(most, queued(&driver_, slow));
  }
  EXPECT_EQ(driver_.take_frames(quick).size(), 100u);
  EXPECT_LE(most, options().backlog_bytes_max + 200);
  EXPECT_GT(most, options().backlog_bytes_max - 3'000);
  EXPECT_EQ(driver_.metrics().listeners_cut, 2u);
  driver_.set_room(slow, MachineDriver::kUnlimited);
  driver_.set_room(events, MachineDriver::kUnlimited);
  const auto frames = driver_.take_frames(slow);
  EXPECT_TRUE(frames.back().starts_with("close 1008")) << frames.back();
  EXPECT_TRUE(driver_.is_finished(slow));
  EXPECT_TRUE(driver_.is_finished(events));
  // What it has ends with a whole event, so that it can resume.
  EXPECT_TRUE(driver_.take(events).ends_with("}\n\n"));
}

// An id of another room, behind those that it has missed, would make it resume
// behind the hole.
TEST_F(LiveTest, WhoIsCutIsToldNothingBehindWhatItMissed) {
  join("r", "bia");
  join("other", "ana");
  const ConnectionId events = open(get("/events?username=bia"));
  const ConnectionId socket = open_socket("/ws?room=r");
  for (const ConnectionId id : {events, socket}) {
    driver_.take(id);
    driver_.set_room(id, 0);
  }
  const std::size_t bound = options().backlog_bytes_max - 2'300;
  while (std::max(queued(&driver_, events), queued(&driver_, socket)) < bound) {
    say("r", std::string(2'000, 'x'));
  }
  // In one turn what does not fit any more, and another room for both.
  driver_.send(
      socket,
      text_frame(R"({"type":"send","room":"r","username":"bia","message":")" +
                 std::string(4'000, 'y') + "\"}") +
          text_frame(R"({"type":"join","room":"other","username":"bia"})"));
  EXPECT_EQ(driver_.metrics().listeners_cut, 2u);
  for (const ConnectionId id : {events, socket}) {
    driver_.set_room(id, MachineDriver::kUnlimited);
    const std::string rest = driver_.take(id);
    EXPECT_TRUE(contains(rest, "xxx"));
    EXPECT_FALSE(contains(rest, "yyy"));
    EXPECT_FALSE(contains(rest, "joined the room"));
  }
}

// Presence and typing are the first that a reader who lags goes without.
TEST_F(LiveTest, AReaderWhoLagsIsNotToldWhoTypes) {
  join("r", "ana");
  const ConnectionId slow = open_socket("/ws?room=r");
  driver_.set_room(slow, 0);
  const auto type = [&] {
    driver_.send(asker_, post("/typing", R"({"room":"r","username":"ana"})"));
    driver_.take(asker_);
    driver_.advance(milliseconds(6'200));
  };
  type();
  while (queued(&driver_, slow) <= options().backlog_bytes_max / 2) {
    say("r", std::string(2'000, 'x'));
  }
  type();
  EXPECT_EQ(driver_.metrics().ephemeral_dropped, 2u);
  driver_.set_room(slow, MachineDriver::kUnlimited);
  const auto frames = driver_.take_frames(slow);
  const auto typing = std::count_if(
      frames.begin(), frames.end(),
      [](const auto& each) { return contains(each, R"("type":"typing")"); });
  EXPECT_EQ(typing, 2) << "that it began and ended, before it lagged";
}

// Who asks and does not read is not heard until they have read.
TEST_F(LiveTest, AWebSocketThatDoesNotReadItsAnswersIsNotHeard) {
  join("r", "ana");
  for (int i = 0; i < 50; ++i) say("r", std::string(1'000, 'x'));
  const struct {
    std::string_view rule;
    std::string command;
    std::size_t answers;  // frames for each
  } rows[] = {
      {"answers", R"({"type":"receive","room":"r")", 1},
      {"histories", R"({"type":"subscribe","room":"r","after":1)", 52},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const ConnectionId id = open_socket("/ws?username=ana");
    driver_.set_room(id, 0);
    std::string commands;
    for (int i = 0; i < 200; ++i) {
      commands += text_frame(row.command + R"(,"pad":")" +
                             std::string(400, 'x') + "\"}");
    }
    driver_.send(id, commands);
    EXPECT_FALSE(driver_.machine().wish_of(id).reads);
    EXPECT_GT(driver_.unread(id), 0u);
    const std::size_t one_answer = 60 * 1'200;
    EXPECT_LE(queued(&driver_, id), options().backlog_bytes_max + one_answer);
    say("r", "still told");
    driver_.set_room(id, MachineDriver::kUnlimited);
    const auto frames = driver_.take_frames(id);
    EXPECT_GE(frames.size(), 200 * row.answers);
    EXPECT_FALSE(frames.back().starts_with("close")) << frames.back();
    EXPECT_FALSE(driver_.is_finished(id));
    driver_.cut(id);
  }
  leave("r", "ana");
  driver_.cut(asker_);
  driver_.advance(seconds(6));
  EXPECT_TRUE(driver_.house().is_quiet());
}

// One answer may be larger than all of the backlog: to have asked for it is no
// slowness.
TEST_F(LiveTest, ALargeAnswerCutsNobody) {
  for (int i = 0; i < 1'000; ++i) {
    join("room " + std::to_string(i) + std::string(40, 'x'),
         "user " + std::to_string(i));
  }
  join("r", "ana");
  const ConnectionId id = open_socket("/ws?room=r");
  driver_.set_room(id, 1'000);
  driver_.send(id, text_frame(R"({"type":"rooms"})"));
  EXPECT_GT(queued(&driver_, id), options().backlog_bytes_max);
  say("r", "oi");
  driver_.set_room(id, MachineDriver::kUnlimited);
  const auto frames = driver_.take_frames(id);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_TRUE(contains(frames[1], "\"oi\""));
}

// A reader on a slow line says by reading that it is there.
TEST_F(LiveTest, AWebSocketThatReadsSlowlyIsNotSilent) {
  join("r", "ana");
  for (int i = 0; i < 50; ++i) say("r", std::string(4'000, 'x'));
  const ConnectionId id = open_socket("/ws");
  driver_.set_room(id, 0);
  driver_.send(id, text_frame(R"({"type":"receive","room":"r"})") +
                       text_frame(R"({"type":"ping","ref":"end"})"));
  for (int i = 0; i < 20; ++i) {
    driver_.set_room(id, 5'000);
    driver_.advance(seconds(20));
    ASSERT_FALSE(driver_.is_closed(id)) << i;
  }
  driver_.set_room(id, MachineDriver::kUnlimited);
  EXPECT_TRUE(contains(driver_.take(id), R"("ref":"end")"));
}

TEST_F(LiveTest, CommandsOfAWebSocketWaitForTheLogInNumbers) {
  join("r", "ana");
  const ConnectionId id = open_socket("/ws?username=ana");
  driver_.log().set_open(false);
  std::string commands;
  for (int i = 0; i < 1'000; ++i) {
    commands += text_frame(R"({"type":"send","room":"r","message":"x"})");
  }
  driver_.send(id, commands);
  EXPECT_FALSE(driver_.machine().wish_of(id).reads);
  EXPECT_LE(driver_.log().size(), 1'000u);
  driver_.log().set_open(true);
  driver_.run();
  EXPECT_EQ(driver_.take_frames(id).size(), 1'000u);
}

TEST_F(LiveTest, AWebSocketListensToSoManyRooms) {
  Options options;
  options.subscriptions_max = 2;
  MachineDriver driver(options);
  const ConnectionId id = driver.connect();
  driver.send(id, upgrade("/ws?room=a"));
  driver.take(id);
  const struct {
    std::string_view json;
    std::string_view answer;
  } rows[] = {
      {R"({"type":"subscribe","room":"b"})", R"({"type":"ok"})"},
      {R"({"type":"subscribe","room":"c"})", R"("code":"invalid_field")"},
      {R"({"type":"unsubscribe","room":"a"})", R"({"type":"ok"})"},
      {R"({"type":"unsubscribe","room":"a"})", R"({"type":"ok"})"},
      {R"({"type":"subscribe","room":"c"})", R"({"type":"ok"})"},
  };
  for (const auto& row : rows) {
    driver.send(id, text_frame(row.json));
    const auto frames = driver.take_frames(id);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_TRUE(contains(frames[0], row.answer)) << frames[0];
  }
}

TEST_F(LiveTest, AnOriginThatIsNotListedCannotConnect) {
  Options options;
  options.cors = {Cors::Mode::Listed, {"https://good.example"}};
  const struct {
    std::string_view origin;
    int status;
  } rows[] = {
      {"https://good.example", 101},
      {"http://x", 101},
      {"https://evil.example", 403},
      {"https://good.example.evil", 403},
      {"null", 403},
      {"", 403},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.origin);
    MachineDriver driver(options);
    const ConnectionId id = driver.connect();
    std::string request = upgrade("/ws");
    request.insert(request.size() - 2,
                   "Origin: " + std::string(row.origin) + "\r\n");
    driver.send(id, request);
    EXPECT_TRUE(
        driver.take(id).starts_with("HTTP/1.1 " + std::to_string(row.status)));
  }
}

TEST_F(LiveTest, EveryListenerIsToldThatTheServerStops) {
  const ConnectionId socket = open_socket("/ws?room=r");
  const ConnectionId events = open(get("/events?room=r"));
  driver_.take(events);
  driver_.machine().begin_shutdown(driver_.now());
  driver_.run();
  EXPECT_TRUE(driver_.take_frames(socket).at(0).starts_with("close 1012"));
  for (const ConnectionId id : {socket, events}) {
    EXPECT_TRUE(driver_.is_finished(id));
    driver_.finish(id);
  }
  EXPECT_EQ(driver_.machine().connection_count(), 0u);
}

}  // namespace
}  // namespace papo::app
