// What all connections have sent of requests and messages that are not whole,
// and who pays when it is too much.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"

namespace papo::app {
namespace {

using std::chrono::seconds;
using support::get;
using support::MachineDriver;
using support::post;
using support::upgrade;

constexpr std::size_t kMost = 100'000;

class Partial : public testing::Test {
 protected:
  static Options options() {
    Options options;
    options.partial_bytes_max = kMost;
    return options;
  }
  // A request whose body of 60,000 bytes has come but for so many.
  static std::string without(std::size_t missing) {
    std::string request =
        post("/send", std::string(60'000, 'x'), "Content-Type: text/plain\r\n");
    request.resize(request.size() - missing);
    return request;
  }
  ConnectionId send(std::string_view bytes) {
    const ConnectionId id = driver_.connect();
    driver_.send(id, bytes);
    return id;
  }
  std::size_t held() { return driver_.house().connections().partial_bytes(); }

  MachineDriver driver_{options()};
};

TEST_F(Partial, IsCountedWhileItWaits) {
  const ConnectionId head = send("GET / HTTP/1.1\r\nHost: x\r\nA: ");
  EXPECT_GT(held(), 0u);
  const std::size_t before = held();
  const ConnectionId body = send(without(1));
  EXPECT_GT(held(), before + 59'000);
  driver_.send(body, "x");
  EXPECT_EQ(held(), before);
  driver_.cut(head);
  EXPECT_EQ(held(), 0u);
}

TEST_F(Partial, AMessageThatIsNotWholeCountsToo) {
  const ConnectionId id = send(upgrade("/ws"));
  EXPECT_EQ(held(), 0u);
  const std::string frame =
      support::client_frame(0x81, std::string(30'000, 'x'));
  driver_.send(id, frame.substr(0, frame.size() - 1));
  EXPECT_GT(held(), 29'000u);
  driver_.send(id, frame.substr(frame.size() - 1));
  EXPECT_EQ(held(), 0u);
  driver_.send(id, frame.substr(0, 20'000));
  driver_.cut(id);
  EXPECT_EQ(held(), 0u);
}

// Those that have sent the most pay, and are told; the others notice nothing.
TEST_F(Partial, AFloodTrimsItself) {
  const ConnectionId small = send(without(59'000));
  const ConnectionId socket = send(upgrade("/ws"));
  driver_.take(socket);
  const std::string frame =
      support::client_frame(0x81, std::string(60'000, 'x'));
  driver_.send(socket, frame.substr(0, 59'900));
  EXPECT_GT(held(), 59'000u);
  std::vector<ConnectionId> flood;
  for (int i = 0; i < 20; ++i) {
    flood.push_back(send(without(10'000)));
    EXPECT_LE(held(), kMost);
  }
  const auto frames = driver_.take_frames(socket);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].substr(0, 10), "close 1013");
  std::size_t refused = 0;
  for (const ConnectionId id : flood) {
    const auto answers = driver_.take_answers(id);
    if (answers.empty()) continue;
    ++refused;
    EXPECT_EQ(answers[0].status, 503);
    EXPECT_NE(answers[0].field("Retry-After"), "");
    EXPECT_NE(answers[0].body.find("--max-partial"), std::string::npos);
    EXPECT_TRUE(driver_.is_finished(id));
  }
  EXPECT_GT(refused, 15u);
  EXPECT_LT(refused, flood.size());
  EXPECT_EQ(driver_.metrics().partial_closed, refused + 1);
  driver_.send(small, std::string(59'000, 'x'));
  EXPECT_EQ(driver_.take_answers(small).size(), 1u);
}

// Whose command waits for the log is told nothing that could be taken for its
// answer.
TEST_F(Partial, WhoWaitsForAnAnswerGetsNoOther) {
  driver_.log().set_open(false);
  const ConnectionId id =
      send(post("/join", "room=r&username=ana") + without(10));
  send(without(10));
  send(without(20));
  EXPECT_TRUE(driver_.is_closed(id));
  EXPECT_EQ(driver_.take(id), "");
  EXPECT_LE(held(), kMost);
}

class AllSubscriptions : public testing::Test {
 protected:
  static Options options() {
    Options options;
    options.all_subscriptions_max = 3;
    return options;
  }
  int status_of(std::string_view target) {
    const ConnectionId id = driver_.connect();
    driver_.send(id, get(target));
    const std::string answer = driver_.take(id);
    return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
  }

  MachineDriver driver_{options()};
};

TEST_F(AllSubscriptions, AreBoundedOnEveryDoor) {
  const ConnectionId listener = driver_.connect();
  driver_.send(listener, get("/events?room=a&room=b"));
  EXPECT_EQ(status_of("/events?room=c&room=d"), 503);
  EXPECT_EQ(status_of("/events?room=c"), 200);
  EXPECT_EQ(status_of("/r/d"), 503);
  EXPECT_EQ(status_of("/r/d?poll=1"), 200);
  const ConnectionId refused = driver_.connect();
  driver_.send(refused, upgrade("/ws?room=d"));
  EXPECT_EQ(driver_.take_answers(refused)[0].status, 503);
  const ConnectionId socket = driver_.connect();
  driver_.send(socket, upgrade("/ws"));
  driver_.take(socket);
  for (const char* type : {"subscribe", "join"}) {
    driver_.send(socket,
                 support::text_frame(std::string(R"({"type":")") + type +
                                     R"(","room":"d","username":"ana"})"));
    const auto frames = driver_.take_frames(socket);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_NE(frames[0].find("--max-all-subscriptions"), std::string::npos);
  }
  driver_.cut(listener);
  driver_.send(socket,
               support::text_frame(R"({"type":"subscribe","room":"d"})"));
  EXPECT_EQ(driver_.take_frames(socket)[0], R"({"type":"ok"})");
}

// It would miss a room without a word.
TEST_F(AllSubscriptions, AStreamThatFollowsIsClosedRather) {
  const ConnectionId follower = driver_.connect();
  driver_.send(follower, get("/events?username=ana"));
  const ConnectionId other = driver_.connect();
  driver_.send(other, get("/events?room=a&room=b&room=c"));
  driver_.take(follower);
  const ConnectionId ana = driver_.connect();
  driver_.send(ana, post("/join", "room=r&username=ana"));
  EXPECT_EQ(driver_.take_answers(ana)[0].status, 200);
  EXPECT_TRUE(driver_.is_finished(follower));
  EXPECT_FALSE(driver_.is_finished(other));
}

}  // namespace
}  // namespace papo::app
