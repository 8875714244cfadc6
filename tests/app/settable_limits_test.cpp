// The machine under limits that a test sets: exactly so much is done, and what
// is one over waits, or is told so.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "app/machine.h"
#include "support/machine_driver.h"

namespace papo::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::get;
using support::MachineDriver;
using support::post;
using support::text_frame;

constexpr std::string_view kSend =
    R"({"type":"send","room":"r","username":"ana","message":"x"})";

std::string joining(std::string_view user) {
  std::string body = R"({"room":"r","username":")";
  return post("/join", body.append(user).append("\"}"));
}

TEST(SettableLimits, BoundTheCommandsOfAnHttpConnection) {
  Options options;
  options.pipelined_max = 3;
  MachineDriver driver(options);
  const ConnectionId id = driver.connect();
  driver.send(id, joining("ana"));
  driver.take(id);
  driver.log().set_open(false);
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += post("/send", kSend);
  driver.send(id, requests);
  EXPECT_EQ(driver.log().size(), 3u);
  driver.log().set_open(true);
  driver.run();
  EXPECT_EQ(driver.take_answers(id).size(), 100u);
  driver.cut(id);
  EXPECT_TRUE(driver.house().is_quiet());
}

// Also when more of them come in one piece: the rest is read as answers make
// room for it, in its order.
TEST(SettableLimits, BoundTheCommandsOfAWebSocket) {
  for (const std::size_t most : {1u, 3u, 99u}) {
    SCOPED_TRACE(most);
    Options options;
    options.commands_max = most;
    MachineDriver driver(options);
    const ConnectionId asker = driver.connect();
    driver.send(asker, joining("ana"));
    const ConnectionId id = driver.connect();
    driver.send(id, support::upgrade("/ws"));
    driver.take(id);
    driver.log().set_open(false);
    std::string commands;
    for (int i = 0; i < 100; ++i) {
      commands += text_frame(R"({"type":"send","room":"r","username":"ana",)"
                             R"("message":"x","ref":)" +
                             std::to_string(i) + "}");
    }
    driver.send(id, commands);
    EXPECT_EQ(driver.log().size(), most);
    EXPECT_FALSE(driver.machine().wish_of(id).reads);
    driver.log().set_open(true);
    driver.run();
    const std::vector<std::string> frames = driver.take_frames(id);
    ASSERT_EQ(frames.size(), 100u);
    for (std::size_t i = 0; i < 100; ++i) {
      const std::string ref = "\"ref\":" + std::to_string(i) + ",";
      EXPECT_NE(frames[i].find(ref), std::string::npos) << frames[i];
    }
    EXPECT_TRUE(driver.machine().wish_of(id).reads);
    driver.cut(id);
    driver.cut(asker);
    EXPECT_TRUE(driver.house().is_quiet());
  }
}

// So many answers wait as pass the limit with the last of them.
TEST(SettableLimits, BoundTheAnswersThatNobodyReads) {
  const auto answers_queued = [](std::size_t bytes_max) {
    Options options;
    options.answers_bytes_max = bytes_max;
    MachineDriver driver(options);
    const ConnectionId id = driver.connect();
    driver.set_room(id, 0);
    std::string requests;
    for (int i = 0; i < 100; ++i) requests += get("/healthz");
    driver.send(id, requests);
    const std::size_t count = driver.metrics().requests;
    driver.set_room(id, MachineDriver::kUnlimited);
    EXPECT_EQ(driver.take_answers(id).size(), 100u);
    return count;
  };
  MachineDriver driver;
  const ConnectionId id = driver.connect();
  driver.send(id, get("/healthz"));
  const std::size_t one = driver.take(id).size();
  EXPECT_EQ(answers_queued(9 * one - 1), 9u);
  EXPECT_EQ(answers_queued(9 * one), 10u);
}

TEST(SettableLimits, BoundThoseThatAreToldTheyAreTooMany) {
  Options options;
  options.connections_max = 1;
  options.refused_max = 2;
  MachineDriver driver(options);
  driver.connect();
  EXPECT_NE(driver.connect(), 0u);
  EXPECT_NE(driver.connect(), 0u);
  EXPECT_EQ(driver.connect(), 0u);
}

TEST(SettableLimits, BoundTheWaitOfALongPoll) {
  Options options;
  options.wait_max = seconds(2);
  MachineDriver driver(options);
  const ConnectionId id = driver.connect();
  driver.send(id, get("/receive?room=r&wait=60"));
  driver.advance(milliseconds(1'900));
  EXPECT_EQ(driver.take(id), "");
  driver.advance(milliseconds(200));
  EXPECT_EQ(driver.take_answers(id).at(0).status, 200);
  driver.send(id, get("/receive?room=r&wait=1"));
  driver.advance(milliseconds(1'100));
  EXPECT_EQ(driver.take_answers(id).at(0).status, 200) << "less may be asked";
  driver.send(id, get("/receive?room=r&wait=60.1"));
  EXPECT_EQ(driver.take_answers(id).at(0).status, 400);
}

TEST(SettableLimits, BoundThoseWhoPoll) {
  Options options;
  options.presence_max = 2;
  MachineDriver driver(options);
  const ConnectionId id = driver.connect();
  for (const std::string user : {"ana", "bia", "caio"}) {
    driver.send(id, joining(user) + get("/user_rooms?username=" + user));
  }
  driver.take(id);
  driver.send(id, get("/members?room=r"));
  const std::string body = driver.take_answers(id).at(0).body;
  const auto online = [&](std::string_view user) {
    const std::size_t at = body.find("\"" + std::string(user) + "\"");
    return body.substr(body.find("online\":", at) + 8, 4) == "true";
  };
  EXPECT_TRUE(online("ana")) << body;
  EXPECT_TRUE(online("bia")) << body;
  EXPECT_FALSE(online("caio")) << body;
}

}  // namespace
}  // namespace papo::app
