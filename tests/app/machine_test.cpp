// The machine without sockets: requests in, answers out, in their order.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"
#include "support/splits.h"

namespace papo::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::get;
using support::HttpAnswer;
using support::MachineDriver;
using support::post;

constexpr std::string_view kAna = R"({"room":"r","username":"ana"})";

std::string say(std::string_view text) {
  std::string body = R"({"room":"r","username":"ana","message":")";
  return post("/send", body.append(text).append("\"}"));
}

std::vector<int> statuses(const std::vector<HttpAnswer>& answers) {
  std::vector<int> statuses;
  for (const HttpAnswer& each : answers) statuses.push_back(each.status);
  return statuses;
}

TEST(Machine, AnswersARequestHoweverItIsCut) {
  const std::string request = post("/join", kAna);
  support::for_every_split(request, [&](const support::Pieces& pieces) {
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    for (const std::string_view piece : pieces) driver.send(id, piece);
    const auto answers = driver.take_answers(id);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, 200);
    EXPECT_EQ(answers[0].body,
              R"({"status":"success","message":"ana is in r","room":"r",)"
              R"("members":["ana"],"member_count":1})");
    EXPECT_FALSE(driver.is_closed(id));
  });
}

TEST(Machine, AnswersPipelinedRequestsInTheirOrder) {
  const std::string requests = post("/join", kAna) + say("one") +
                               get("/receive?room=r") + get("/nothing") +
                               say("two") + get("/healthz");
  support::for_every_split(requests, [&](const support::Pieces& pieces) {
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    for (const std::string_view piece : pieces) driver.send(id, piece);
    const auto answers = driver.take_answers(id);
    ASSERT_EQ(statuses(answers),
              (std::vector<int>{200, 200, 200, 404, 200, 200}));
    EXPECT_NE(answers[2].body.find("one"), std::string::npos);
    EXPECT_EQ(answers[2].body.find("two"), std::string::npos);
  });
}

// Nothing is answered or shown before the log says that it is committed, and
// answers keep the order of their requests although commands overlap.
TEST(Machine, WaitsForTheLog) {
  MachineDriver driver;
  driver.log().set_open(false);
  const ConnectionId id = driver.connect();
  const ConnectionId other = driver.connect();
  driver.send(id, post("/join", kAna) + say("one") + get("/receive?room=r") +
                      say("two"));
  EXPECT_EQ(driver.log().size(), 2u) << "the read waits, and what is after it";
  EXPECT_EQ(driver.take(id), "");
  driver.send(other, get("/receive?room=r"));
  EXPECT_EQ(driver.take_answers(other)[0].body, R"({"messages":[]})");

  driver.log().commit(1);
  driver.run();
  EXPECT_EQ(driver.take_answers(id).size(), 1u);
  driver.log().commit(1);
  driver.run();
  const auto answers = driver.take_answers(id);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_NE(answers[1].body.find("one"), std::string::npos);
  EXPECT_EQ(driver.log().size(), 1u);
  driver.log().commit(1);
  driver.run();
  EXPECT_EQ(statuses(driver.take_answers(id)), std::vector<int>{200});
}

TEST(Machine, AnswersWhatTheLogCouldNotStore) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  driver.send(id, post("/join", kAna));
  driver.take(id);
  driver.log().set_open(false);
  driver.send(id, say("lost") + say("kept"));
  driver.log().fail(1);
  driver.run();
  driver.log().commit(1);
  driver.run();
  const auto answers = driver.take_answers(id);
  ASSERT_EQ(statuses(answers), (std::vector<int>{503, 200}));
  EXPECT_NE(answers[0].body.find(R"("code":"storage_unavailable")"),
            std::string::npos);
  EXPECT_EQ(answers[0].field("Retry-After"), "5");
  driver.send(id, get("/receive?room=r"));
  const std::string body = driver.take_answers(id)[0].body;
  EXPECT_EQ(body.find("lost"), std::string::npos);
  EXPECT_NE(body.find("kept"), std::string::npos);
}

TEST(Machine, ForgetsTheAskerWhoIsGone) {
  MachineDriver driver;
  driver.log().set_open(false);
  const ConnectionId id = driver.connect();
  driver.send(id, post("/join", kAna) + say("one"));
  driver.cut(id);
  const ConnectionId next = driver.connect();
  driver.log().set_open(true);
  driver.run();
  EXPECT_EQ(driver.take(next), "") << "the slot's next owner is told nothing";
  EXPECT_EQ(driver.store().room_count(), 1u) << "but it is done";
  driver.cut(next);
  EXPECT_TRUE(driver.house().is_quiet());
}

// So many commands are under way on one connection, and the rest waits there.
TEST(Machine, LimitsTheCommandsUnderWay) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  driver.send(id, post("/join", kAna));
  driver.take(id);
  driver.log().set_open(false);
  std::string requests;
  for (int i = 0; i < 3'000; ++i) requests += say("x");
  driver.send(id, requests);
  EXPECT_EQ(driver.log().size(), 64u);
  EXPECT_FALSE(driver.machine().wish_of(id).reads);
  EXPECT_GT(driver.unread(id), 0u);
  driver.log().set_open(true);
  driver.run();
  EXPECT_EQ(driver.take_answers(id).size(), 3'000u);
  driver.cut(id);
  EXPECT_TRUE(driver.house().is_quiet());
}

TEST(Machine, LeavesTheBodyOutForHead) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  for (const std::string_view target :
       {"/receive?room=r", "/healthz", "/", "/nothing", "/send"}) {
    SCOPED_TRACE(target);
    driver.send(id, get(target));
    const HttpAnswer whole = driver.take_answers(id)[0];
    std::string request = get(target);
    request.replace(0, 3, "HEAD");
    driver.send(id, request);
    const auto answers = driver.take_answers(id, true);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].head, whole.head);
    EXPECT_EQ(answers[0].field("Content-Length"),
              std::to_string(whole.body.size()));
  }
}

TEST(Machine, AnswersWhatNoRouteTakes) {
  const struct {
    std::string_view rule;
    std::string request;
    int status;
    std::string_view allow;
  } rows[] = {
      {"no such path", get("/nothing"), 404, ""},
      {"another method of a route", get("/send"), 405, "POST, OPTIONS"},
      {"of another route", post("/receive", ""), 405, "GET, HEAD, OPTIONS"},
      {"of a file", post("/", ""), 405, "GET, HEAD, OPTIONS"},
      {"of a room", "PUT /r/a HTTP/1.1\r\nHost: x\r\n\r\n", 405,
       "GET, HEAD, POST, OPTIONS"},
      {"a method that is none", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501, ""},
      {"options of a route", "OPTIONS /send HTTP/1.1\r\nHost: x\r\n\r\n", 204,
       "POST, OPTIONS"},
      {"options of all", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204,
       "GET, HEAD, POST, OPTIONS"},
      {"options of nothing", "OPTIONS /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
       404, ""},
      {"a HEAD of the WebSocket", "HEAD /ws HTTP/1.1\r\nHost: x\r\n\r\n", 405,
       "GET, OPTIONS"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    driver.send(id, row.request);
    const auto answers =
        driver.take_answers(id, row.request.starts_with("HEAD"));
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, row.status);
    EXPECT_EQ(answers[0].field("Allow"), row.allow);
  }
}

// What no reader can go on after is answered, and then the connection closes.
TEST(Machine, AnswersBadRequestsAndCloses) {
  const struct {
    std::string_view rule;
    std::string request;
    int status;
  } rows[] = {
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"both lengths",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
       "Transfer-Encoding: chunked\r\n\r\n",
       400},
      {"a long target", get("/" + std::string(9'000, 'x')), 414},
      {"large headers", get("/", "X: " + std::string(17'000, 'x') + "\r\n"),
       431},
      {"a body that is too large",
       "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413},
      {"a body beyond all numbers",
       "POST /send HTTP/1.1\r\nHost: x\r\n"
       "Content-Length: 18446744073709551616\r\n\r\n",
       413},
      {"another expectation", get("/", "Expect: tea\r\n"), 417},
      {"another version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"another coding",
       "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       501},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    driver.send(id, get("/healthz") + row.request + get("/healthz"));
    const auto answers = driver.take_answers(id);
    ASSERT_EQ(statuses(answers), (std::vector<int>{200, row.status}));
    EXPECT_EQ(answers[1].field("Connection"), "close");
    EXPECT_TRUE(driver.is_finished(id));
  }
}

// RFC 9110 §10.1.1: said once, before the body, and not to who sent it already.
TEST(Machine, TellsWhoAsksToGoOn) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  const std::string request = post("/join", kAna, "Expect: 100-continue\r\n");
  const std::size_t body = request.size() - kAna.size();
  driver.send(id, request.substr(0, body));
  EXPECT_EQ(driver.take(id), "HTTP/1.1 100 Continue\r\n\r\n");
  driver.send(id, request.substr(body, 1));
  EXPECT_EQ(driver.take(id), "");
  driver.send(id, request.substr(body + 1));
  EXPECT_EQ(driver.take_answers(id)[0].status, 200);
  driver.send(id, request);
  EXPECT_EQ(statuses(driver.take_answers(id)), std::vector<int>{200});
  driver.send(id, request.substr(0, body));
  EXPECT_EQ(driver.take(id), "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(Machine, KeepsOrClosesAsTheRequestSays) {
  const struct {
    std::string_view rule;
    std::string request;
    bool stays;
    std::string_view field;
  } rows[] = {
      {"HTTP/1.1", get("/healthz"), true, ""},
      {"HTTP/1.1, close", get("/healthz", "Connection: close\r\n"), false,
       "close"},
      {"HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", false, "close"},
      {"HTTP/1.0, keep-alive",
       "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true,
       "keep-alive"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    driver.send(id, row.request + get("/version"));
    const auto answers = driver.take_answers(id);
    ASSERT_EQ(answers.size(), row.stays ? 2u : 1u);
    EXPECT_EQ(answers[0].field("Connection"), row.field);
    EXPECT_EQ(driver.is_finished(id), !row.stays);
  }
}

// RFC 9112 §9.6: reads on for a while, so that the answer is not lost to a
// reset.
TEST(Machine, LingersUntilThePeerClosesOrForAWhile) {
  MachineDriver driver;
  const ConnectionId polite = driver.connect();
  const ConnectionId other = driver.connect();
  for (const ConnectionId id : {polite, other}) {
    driver.send(id, get("/healthz", "Connection: close\r\n"));
    EXPECT_TRUE(driver.is_finished(id));
    EXPECT_FALSE(driver.is_closed(id));
    driver.send(id, std::string(100'000, 'x'));
    EXPECT_EQ(driver.unread(id), 0u) << "is read, and thrown away";
  }
  driver.finish(polite);
  EXPECT_TRUE(driver.is_closed(polite));
  driver.advance(milliseconds(1'900));
  EXPECT_FALSE(driver.is_closed(other));
  driver.advance(milliseconds(300));
  EXPECT_TRUE(driver.is_closed(other));
  EXPECT_TRUE(driver.house().is_quiet());
}

TEST(Machine, AnswersWhoHasFinishedSending) {
  MachineDriver driver;
  driver.log().set_open(false);
  const ConnectionId id = driver.connect();
  driver.send(id, post("/join", kAna) + get("/receive?room=r"));
  driver.finish(id);
  EXPECT_FALSE(driver.is_closed(id));
  driver.log().commit(1);
  driver.run();
  EXPECT_EQ(statuses(driver.take_answers(id)), (std::vector<int>{200, 200}));
  EXPECT_TRUE(driver.is_closed(id));
}

// ---- Deadlines.

TEST(Machine, ClosesWhoIsSilentAndAnswersWhoIsSlow) {
  const Options options;
  const struct {
    std::string_view rule;
    std::string bytes;
    base::Micros timeout;
    int status;  // 0: closes without a word
  } rows[] = {
      {"nothing at all", "", options.header_timeout, 0},
      {"empty lines", "\r\n\r\n", options.idle_timeout, 0},
      {"half a head", "GET / HTTP/1.1\r\nHost", options.header_timeout, 408},
      {"half a body", post("/join", kAna).substr(0, 80), options.body_timeout,
       408},
      {"half a second head", get("/healthz") + "GET", options.header_timeout,
       408},
      {"between requests", get("/healthz"), options.idle_timeout, 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    driver.send(id, row.bytes);
    driver.take(id);
    driver.advance(row.timeout - milliseconds(200));
    EXPECT_FALSE(driver.is_finished(id));
    driver.advance(milliseconds(400));
    EXPECT_TRUE(driver.is_finished(id));
    if (row.status == 0) {
      EXPECT_EQ(driver.take(id), "");
    } else {
      const auto answers = driver.take_answers(id);
      ASSERT_EQ(statuses(answers), std::vector<int>{row.status});
      EXPECT_NE(answers[0].body.find(R"("code":"timeout")"), std::string::npos);
      EXPECT_EQ(answers[0].field("Connection"), "close");
    }
    EXPECT_EQ(driver.metrics().timeouts, 1u);
    driver.advance(seconds(3));
    EXPECT_TRUE(driver.house().is_quiet());
  }
}

// A byte now and then wins nothing: a head has one deadline as a whole.
TEST(Machine, GivesAHeadOneDeadline) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  const std::string head = get("/healthz", "X: " + std::string(200, 'x'));
  std::size_t at = 0;
  while (!driver.is_finished(id) && at < 100) {
    driver.send(id, head.substr(at++, 1));
    driver.advance(milliseconds(500));
  }
  EXPECT_GE(at, 20u);
  EXPECT_LE(at, 21u);
  EXPECT_EQ(statuses(driver.take_answers(id)), std::vector<int>{408});
}

// The disk, not the client, is slow.
TEST(Machine, HasPatienceWhileTheLogIsSlow) {
  MachineDriver driver;
  driver.log().set_open(false);
  const ConnectionId id = driver.connect();
  driver.send(id, post("/join", kAna));
  driver.advance(seconds(600));
  EXPECT_FALSE(driver.is_finished(id));
  driver.log().commit(1);
  driver.run();
  EXPECT_EQ(statuses(driver.take_answers(id)), std::vector<int>{200});
}

TEST(Machine, ClosesWhoDoesNotReadTheirAnswers) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  driver.set_room(id, 100);
  driver.send(id, get("/metrics"));
  driver.advance(seconds(74));
  EXPECT_FALSE(driver.is_closed(id));
  driver.set_room(id, 10);  // ten bytes read are a sign of life
  driver.advance(seconds(74));
  EXPECT_FALSE(driver.is_closed(id));
  driver.advance(seconds(2));
  EXPECT_TRUE(driver.is_closed(id));
  EXPECT_TRUE(driver.house().is_quiet());
}

// ---- Limits.

// A connection whose answers are not read is not read from either.
TEST(Machine, DoesNotReadFromWhoDoesNotRead) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  driver.set_room(id, 0);
  std::string requests;
  for (int i = 0; i < 4'000; ++i) requests += get("/metrics");
  driver.send(id, requests);
  EXPECT_FALSE(driver.machine().wish_of(id).reads);
  EXPECT_GT(driver.unread(id), requests.size() - 70'000);
  std::vector<std::string_view> pieces(10'000);
  std::size_t queued = 0;
  pieces.resize(driver.house().connections().find(id)->outbox.gather(pieces));
  for (const std::string_view piece : pieces) queued += piece.size();
  EXPECT_LT(queued, 300u * 1024);
  driver.set_room(id, MachineDriver::kUnlimited);
  EXPECT_EQ(driver.take_answers(id).size(), 4'000u);
  driver.cut(id);
  EXPECT_TRUE(driver.house().is_quiet());
}

TEST(Machine, RefusesOneConnectionTooMany) {
  Options options;
  options.connections_max = 2;
  MachineDriver driver(options);
  const ConnectionId first = driver.connect();
  driver.connect();
  const ConnectionId third = driver.connect();
  ASSERT_NE(third, 0u);
  driver.send(third, get("/healthz") + get("/healthz"));
  const auto answers = driver.take_answers(third);
  ASSERT_EQ(statuses(answers), std::vector<int>{429});
  EXPECT_EQ(answers[0].field("Retry-After"), "5");
  EXPECT_NE(answers[0].body.find(R"("code":"too_many_connections")"),
            std::string::npos);
  EXPECT_TRUE(driver.is_finished(third));
  EXPECT_EQ(driver.metrics().connections_refused, 1u);
  driver.finish(third);
  driver.cut(first);
  driver.send(driver.connect(), get("/healthz"));
  EXPECT_EQ(driver.metrics().connections_refused, 1u);
}

// Refused ones are told so, but not without end; and a silent one soon goes.
TEST(Machine, RefusesABoundedNumberPolitely) {
  Options options;
  options.connections_max = 1;
  MachineDriver driver(options);
  driver.connect();
  for (int i = 0; i < 64; ++i) EXPECT_NE(driver.connect(), 0u);
  EXPECT_EQ(driver.connect(), 0u);
  EXPECT_EQ(driver.machine().connection_count(), 65u);
  driver.advance(seconds(6));
  EXPECT_EQ(driver.machine().connection_count(), 1u);
  EXPECT_NE(driver.connect(), 0u);
}

TEST(Machine, WritesAnAccessLogOfEveryAnswer) {
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  std::string head = get("/healthz");
  head.replace(0, 3, "HEAD");
  driver.send(id, get("/receive?room=r") + head + "GET / HTTP/1.1\r\n\r\n");
  ASSERT_EQ(driver.logged().size(), 3u);
  EXPECT_EQ(driver.logged()[0],
            "local - - [14/Nov/2023:22:13:20 +0000] "
            "\"GET /receive?room=r HTTP/1.1\" 200 15");
  EXPECT_TRUE(driver.logged()[1].ends_with("\"HEAD /healthz HTTP/1.1\" 200 0"));
  EXPECT_NE(driver.logged()[2].find("\"-\" 400 "), std::string::npos);
}

// ---- The end.

TEST(Machine, StopsAtOnceWhenNothingIsUnderWay) {
  MachineDriver driver;
  const ConnectionId idle = driver.connect();
  const ConnectionId used = driver.connect();
  driver.send(used, get("/healthz"));
  driver.machine().begin_shutdown(driver.now());
  driver.run();
  EXPECT_TRUE(driver.is_closed(idle));
  EXPECT_TRUE(driver.is_closed(used));
  EXPECT_EQ(driver.machine().connection_count(), 0u);
}

// Each is answered, told that it was the last answer, and gone when the peer
// has closed: no waiting for idle connections to time out.
TEST(Machine, FinishesWhatIsUnderWayWhenItStops) {
  MachineDriver driver;
  driver.log().set_open(false);
  const ConnectionId command = driver.connect();
  const ConnectionId poll = driver.connect();
  const ConnectionId half = driver.connect();
  const ConnectionId unread = driver.connect();
  driver.send(command, post("/join", kAna) + say("one"));
  driver.send(poll, get("/receive?room=r&wait=60"));
  driver.send(half, "GET /healthz HTTP/1.1\r\n");
  driver.set_room(unread, 10);
  driver.send(unread, get("/metrics"));
  driver.machine().begin_shutdown(driver.now());
  driver.run();

  const auto polled = driver.take_answers(poll);
  ASSERT_EQ(statuses(polled), std::vector<int>{200});
  EXPECT_EQ(polled[0].field("Connection"), "close");
  EXPECT_TRUE(driver.is_finished(poll));

  driver.log().commit(2);
  driver.run();
  const auto answers = driver.take_answers(command);
  ASSERT_EQ(statuses(answers), (std::vector<int>{200, 200}));
  EXPECT_EQ(answers[0].field("Connection"), "");
  EXPECT_EQ(answers[1].field("Connection"), "close");
  EXPECT_TRUE(driver.is_finished(command));

  driver.send(half, "Host: x\r\n\r\n");
  const auto late = driver.take_answers(half);
  ASSERT_EQ(statuses(late), std::vector<int>{200});
  EXPECT_EQ(late[0].field("Connection"), "close");

  driver.set_room(unread, MachineDriver::kUnlimited);
  EXPECT_EQ(statuses(driver.take_answers(unread)), std::vector<int>{200});
  EXPECT_TRUE(driver.is_finished(unread));
  for (const ConnectionId id : {command, poll, half, unread}) {
    driver.finish(id);
  }
  EXPECT_EQ(driver.machine().connection_count(), 0u);
  EXPECT_TRUE(driver.house().is_quiet());
}

// What would outlive the server is not begun.
TEST(Machine, BeginsNothingWithoutEndWhenItStops) {
  const struct {
    std::string request;
    int status;
  } rows[] = {
      {get("/events?room=r"), 503},   {get("/r/r"), 503},
      {support::upgrade("/ws"), 503}, {get("/receive?room=r&wait=60"), 200},
      {get("/r/r?poll=1"), 200},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.request);
    MachineDriver driver;
    const ConnectionId id = driver.connect();
    driver.send(id, row.request.substr(0, 10));
    driver.machine().begin_shutdown(driver.now());
    driver.send(id, row.request.substr(10));
    EXPECT_EQ(statuses(driver.take_answers(id)), std::vector<int>{row.status});
    driver.finish(id);
    EXPECT_EQ(driver.machine().connection_count(), 0u);
  }
}

}  // namespace
}  // namespace papo::app
