// Readers who come back with a point of another life of the server: each door
// tells them that something is missing, once, and reads from the beginning.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"
#include "support/turned_house.h"

namespace papo::app {
namespace {

using std::chrono::seconds;
using support::get;
using support::MachineDriver;
using support::post;
using support::text_frame;
using support::upgrade;

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos;
       at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

bool contains(std::string_view text, std::string_view part) {
  return count(text, part) > 0;
}

class OtherLife : public testing::Test {
 protected:
  OtherLife() {
    post_to("geral", "one");
    post_to("ops", "two");
    post_to("geral", "three");
  }

  void post_to(const std::string& room, std::string_view text) {
    driver_.send(asker_, post("/r/" + room + "?username=ana", text));
    driver_.take(asker_);
  }
  ConnectionId open(std::string_view request) {
    const ConnectionId id = driver_.connect();
    driver_.send(id, request);
    return id;
  }
  std::string ask(std::string_view request) {
    return driver_.take(open(request));
  }
  // Life after life begins at this clock.
  void start(base::Micros clock) {
    driver_.log().append({.kind = chat::CommandKind::Start, .time = clock}, 0);
    driver_.run();
  }
  chat::MessageId last() { return driver_.store().last_id(); }

  // Of lives before this one, and of lives ahead.
  std::vector<std::string> foreign_points() {
    return {"1",
            "1699999999999999",
            std::to_string(last() + 1),
            std::to_string(last() + 1'000'000),
            "9007199254740992",
            "32503680000000000",
            "18446744073709551615"};
  }

  static Options options() {
    Options options;
    options.idle_timeout = seconds(100'000);  // the asker stays
    return options;
  }

  MachineDriver driver_{options()};
  ConnectionId asker_ = driver_.connect();
};

// A point that this life gave is told nothing, whatever the door.
TEST_F(OtherLife, PointsOfThisOneAreTakenAsTheyAre) {
  const std::string hello = driver_.take(open(upgrade("/ws")));
  EXPECT_TRUE(contains(hello, "\"last_id\":" + std::to_string(last())));
  for (const std::string& point :
       {std::string("0"), std::string("1700000000000000"),
        std::to_string(last() - 1), std::to_string(last())}) {
    SCOPED_TRACE(point);
    for (const std::string& request :
         {get("/receive?room=geral&after=" + point),
          get("/receive?room=geral&changes=1&after=" + point),
          get("/events?room=geral&room=ops&after=" + point),
          get("/r/geral?after=" + point),
          upgrade("/ws?room=geral&after=" + point)}) {
      EXPECT_FALSE(contains(ask(request), "truncated")) << request;
    }
  }
}

TEST_F(OtherLife, IsToldByReceive) {
  for (const std::string& point : foreign_points()) {
    SCOPED_TRACE(point);
    for (const std::string more : {"", "&changes=1", "&wait=50"}) {
      const std::string answer =
          ask(get("/receive?room=geral" + more + "&after=" + point));
      EXPECT_EQ(count(answer, "\"truncated\":true"), 1u) << more;
      EXPECT_TRUE(contains(answer, "\"one\"")) << more;
      EXPECT_TRUE(contains(answer, "\"three\"")) << more;
    }
    const std::string first =
        ask(get("/receive?room=geral&limit=1&after=" + point));
    EXPECT_TRUE(contains(first, R"("truncated":true,"more":true)"));
    EXPECT_TRUE(contains(first, "ana joined"));
    for (const std::string room : {"never", "x"}) {
      EXPECT_TRUE(ask(get("/receive?wait=50&room=" + room + "&after=" + point))
                      .ends_with(R"({"messages":[],"truncated":true})"));
    }
  }
}

// The original front end's spelling: seconds.
TEST_F(OtherLife, IsToldByTimestampsToo) {
  for (const std::string point : {"0.000001", "1699999999.5", "1700000001",
                                  "32503680000", "9007199254740992", "1e300"}) {
    SCOPED_TRACE(point);
    const std::string answer =
        ask(get("/receive?room=geral&last_timestamp=" + std::string(point)));
    EXPECT_TRUE(contains(answer, "\"truncated\":true"));
    EXPECT_TRUE(contains(answer, "\"one\""));
  }
  for (const std::string point : {"0", "0.0", "-1", "1700000000"}) {
    EXPECT_FALSE(contains(
        ask(get("/receive?room=geral&last_timestamp=" + std::string(point))),
        "truncated"));
  }
}

TEST_F(OtherLife, IsToldByStreams) {
  for (const std::string& point : foreign_points()) {
    SCOPED_TRACE(point);
    const std::string told =
        R"({"type":"truncated","room":"geral","after":)" + point + "}";
    for (const std::string& request :
         {get("/r/geral?after=" + point), get("/r/geral?poll=1&after=" + point),
          get("/events?room=geral&after=" + point),
          get("/events?room=geral", "Last-Event-ID: " + point + "\r\n"),
          upgrade("/ws?room=geral&after=" + point)}) {
      const std::string answer = ask(request);
      EXPECT_EQ(count(answer, told), 1u) << request;
      EXPECT_LT(answer.find(told), answer.find("\"one\"")) << request;
      EXPECT_LT(answer.find("\"one\""), answer.find("\"three\"")) << request;
      EXPECT_TRUE(contains(answer, "\"three\"")) << request;
    }
    for (const std::string& request :
         {get("/r/geral?format=text&after=" + point),
          get("/r/geral?poll=1&format=text&after=" + point)}) {
      const std::string answer = ask(request);
      EXPECT_EQ(count(answer, "* older messages are missing\n"), 1u);
      EXPECT_TRUE(contains(answer, "ana: one\n"));
    }
    EXPECT_TRUE(contains(ask(get("/r/never?poll=1&after=" + point)),
                         R"({"type":"truncated","room":"never")"));
  }
}

// In one order over all rooms, those that are gone among them.
TEST_F(OtherLife, IsToldForEachRoomOfAStream) {
  const std::string answer =
      ask(get("/events?room=geral&room=ops&room=never&after=9007199254740992"));
  for (const std::string room : {"geral", "ops", "never"}) {
    EXPECT_EQ(count(answer, R"("truncated","room":")" + std::string(room)), 1u);
  }
  EXPECT_LT(answer.find("\"one\""), answer.find("\"two\""));
  EXPECT_LT(answer.find("\"two\""), answer.find("\"three\""));
  const std::string follower =
      ask(get("/events?username=ana&after=9007199254740992"));
  EXPECT_EQ(count(follower, "event: truncated"), 2u);
}

// The stream ends with a point of this life, so that a reader who comes back
// with it is not told again, also where nothing was held.
TEST_F(OtherLife, IsToldOnceByAnEventStream) {
  const std::string answer = ask(get("/events?room=never&after=5"));
  const std::string point = "id: " + std::to_string(last()) + "\n\n";
  EXPECT_TRUE(answer.ends_with(point)) << answer;
  EXPECT_FALSE(
      contains(ask(get("/events?room=never",
                       "Last-Event-ID: " + std::to_string(last()) + "\r\n")),
               "truncated"));
}

TEST_F(OtherLife, IsToldByWebSocketCommands) {
  const ConnectionId id = open(upgrade("/ws"));
  driver_.take(id);
  driver_.send(id, text_frame(R"({"type":"subscribe","room":"geral",)"
                              R"("after":9007199254740992})"));
  std::vector<std::string> frames = driver_.take_frames(id);
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(frames[0], R"({"type":"ok"})");
  EXPECT_EQ(frames[1],
            R"({"type":"truncated","room":"geral","after":9007199254740992})");
  EXPECT_TRUE(contains(frames[3], "\"one\""));
  driver_.send(id,
               text_frame(R"({"type":"receive","room":"geral","after":7})"));
  frames = driver_.take_frames(id);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_TRUE(contains(frames[0], "\"one\""));
  EXPECT_TRUE(frames[0].ends_with(R"("truncated":true})"));
}

// Another life of the same log, as after a restart: what lies between is its
// gap, what was read before is known.
TEST_F(OtherLife, LeavesAGapBehind) {
  const std::string before = std::to_string(last());
  const std::string lost = std::to_string(last() + 5);
  driver_.advance(seconds(60));
  start(driver_.now().wall);
  EXPECT_FALSE(
      contains(ask(get("/receive?room=geral&after=" + before)), "truncated"));
  EXPECT_TRUE(
      contains(ask(get("/receive?room=geral&after=" + lost)), "truncated"));
  const std::string begun = std::to_string(last());
  post_to("geral", "four");
  for (const std::string& point : {before, begun}) {
    const std::string answer = ask(get("/r/geral?poll=1&after=" + point));
    EXPECT_FALSE(contains(answer, "truncated"));
    EXPECT_FALSE(contains(answer, "\"three\""));
    EXPECT_TRUE(contains(answer, "\"four\""));
  }
  EXPECT_TRUE(contains(ask(get("/r/geral?poll=1&after=" + lost)), "\"one\""));
}

// A start that cannot be stored goes before the first command that can; until
// then the points of other lives are ahead.
TEST(Start, IsTheFirstCommandThatIsStored) {
  Options options;
  chat::RoomStore store(options.store, options.language, {});
  EmbeddedFiles files;
  class NoLuck final : public base::Random {
    std::uint64_t next() override { return 1; }
  } random;
  const base::Moment now{seconds(1'700'000'000), seconds(10)};
  CommandDesk desk(&store);
  support::TurnedHouse machine({&options, &desk, &files, &random}, now);
  // Refuses as many as it should, then takes each.
  struct Refusing final : log::CommandLog {
    log::Appended append(const chat::Command& command, log::Ticket) override {
      if (refuses > 0) {
        --refuses;
        return log::Appended::Failed;
      }
      kinds.push_back(command.kind);
      times.push_back(command.time);
      return log::Appended::Committed;
    }
    void deliver(log::Committed*) override {}
    int refuses = 3;
    std::vector<chat::CommandKind> kinds;
    std::vector<base::Micros> times;
  } log;
  desk.open(&log, now.wall);
  EXPECT_TRUE(store.is_foreign(1'600'000'000'000'000));
  for (int i = 1; i <= 3; ++i) {
    const base::Moment then{now.wall + seconds(i), now.steady + seconds(i)};
    const ConnectionId id = machine.open({}, then);
    std::string request = post("/r/geral?username=ana", "oi");
    machine.receive(id, {request.data(), request.size()}, then);
    machine.finish_turn(then);
    machine.lost(id, then);
  }
  using Kind = chat::CommandKind;
  EXPECT_EQ(log.kinds,
            (std::vector<Kind>{Kind::Start, Kind::Post, Kind::Post}));
  EXPECT_EQ(log.times.front(), now.wall);
  EXPECT_TRUE(store.is_foreign(1'600'000'000'000'000));
  EXPECT_EQ(machine.metrics().commands_failed, 1u);
}

}  // namespace
}  // namespace papo::app
