// SIGTERM: nobody new, what is in flight is finished, exit 0.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>

#include "support/both_pollers.h"
#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::Answer;
using support::get_request;
using support::post_request;
using support::RawClient;
using support::ServerProcess;

class Shutdown : public support::BothPollers {
 protected:
  // Well below the 10 s after which a server goes in spite of everybody.
  static constexpr std::chrono::seconds kSoon{7};

  void begin(const ServerProcess& server, int signal = SIGTERM) {
    server.signal(signal);
    ASSERT_TRUE(server.wait_for_error_text("papo: stopping"));
    began_ = std::chrono::steady_clock::now();
  }
  void expect_end_soon(ServerProcess* server) const {
    EXPECT_EQ(server->wait(), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - began_, kSoon);
  }

 private:
  std::chrono::steady_clock::time_point began_;
};
INSTANTIATE_TEST_SUITE_P(Pollers, Shutdown, support::each_poller(),
                         support::name_of_poller);

TEST_P(Shutdown, ClosesWhoAsksForNothing) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerProcess server(with_poller());
    RawClient silent(server.port());
    RawClient idle(server.port());
    EXPECT_EQ(idle.ask(get_request("/healthz")).status, 200);
    begin(server, signal);
    EXPECT_TRUE(silent.is_closed());
    EXPECT_TRUE(idle.is_closed());
    expect_end_soon(&server);
  }
}

TEST_P(Shutdown, MayBeAskedForAsSoonAsItListens) {
  for (int i = 0; i < 10; ++i) {
    ServerProcess server(with_poller());
    EXPECT_EQ(server.terminate(), 0);
  }
}

TEST_P(Shutdown, AnswersALongPoll) {
  ServerProcess server(with_poller());
  RawClient client(server.port());
  ASSERT_TRUE(client.send(get_request("/receive?room=a&wait=60")));
  support::settle(server.port());
  begin(server);
  const Answer answer = client.read_answer();
  EXPECT_EQ(answer.body, R"({"messages":[]})");
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(client.is_closed());
  client.close();
  expect_end_soon(&server);
}

TEST_P(Shutdown, EndsStreamsBetweenTwoEvents) {
  ServerProcess server(with_poller());
  RawClient events(server.port());
  RawClient lines(server.port());
  ASSERT_TRUE(events.send(get_request("/events?room=a")));
  ASSERT_TRUE(lines.send(get_request("/r/a")));
  EXPECT_NE(events.read_until("\n\n"), "");
  EXPECT_NE(lines.read_until("\r\n\r\n"), "");
  EXPECT_EQ(
      support::post(server.port(), "/join", R"({"room":"a","username":"ana"})")
          .status,
      200);
  begin(server);
  EXPECT_TRUE(events.read_to_end().ends_with("\n\n"));
  EXPECT_TRUE(lines.read_to_end().ends_with("}\n"));
  events.close();
  lines.close();
  expect_end_soon(&server);
}

TEST_P(Shutdown, TellsAWebSocketToComeBack) {
  ServerProcess server(with_poller());
  support::WebSocketClient client(server.port());
  begin(server);
  EXPECT_EQ(client.read_close(), 1012);
  client.send({.opcode = 8, .payload = "\x03\xF4"});
  EXPECT_TRUE(client.raw().is_closed());
  client.raw().close();
  expect_end_soon(&server);
}

TEST_P(Shutdown, FinishesAnAnswerThatIsHalfSent) {
  ServerProcess server(with_poller({"--max-message=1m", "--max-body=2m"}));
  RawClient writer(server.port());
  EXPECT_EQ(writer.ask(post_request("/join", R"({"room":"a","username":"b"})"))
                .status,
            200);
  // More than a system's buffers take.
  const std::string message =
      post_request("/send", R"({"room":"a","username":"b","message":")" +
                                std::string(1'000'000, 'x') + "\"}");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(writer.ask(message).status, 200);
  writer.close();
  RawClient reader(server.port());
  ASSERT_TRUE(reader.send(get_request("/receive?room=a")));
  EXPECT_EQ(reader.read(9), "HTTP/1.1 ");
  begin(server);
  const std::string rest = reader.read_to_end();
  EXPECT_GT(rest.size(), 20'000'000U);
  EXPECT_TRUE(rest.ends_with("}]}"));
  reader.close();
  expect_end_soon(&server);
}

TEST_P(Shutdown, ServesARequestThatHasBegun) {
  ServerProcess server(with_poller());
  RawClient client(server.port());
  const std::string request =
      post_request("/join", R"({"room":"a","username":"ana"})");
  ASSERT_TRUE(client.send(request.substr(0, 50)));
  support::settle(server.port());
  begin(server);
  const Answer answer = client.ask(request.substr(50));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(client.is_closed());
  client.close();
  expect_end_soon(&server);
}

// A second signal does not wait for anybody.
TEST_P(Shutdown, EndsAtOnceWhenToldTwice) {
  ServerProcess server(with_poller());
  RawClient client(server.port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\n"));
  support::settle(server.port());
  begin(server);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 1);
}

TEST_P(Shutdown, MakesRoomForTheNextServerAtOnce) {
  ServerProcess first(with_poller());
  RawClient client(first.port());
  ASSERT_TRUE(client.send("GET /healthz HTTP/1.1\r\n"));
  support::settle(first.port());
  begin(first);
  // The old one still has a request to finish.
  support::Process second(
      {.arguments = {"--listen", "127.0.0.1:" + std::to_string(first.port())}});
  EXPECT_TRUE(second.wait_for_error_text("listens on http://127.0.0.1:"));
  EXPECT_EQ(support::get(first.port(), "/healthz").status, 200);
  EXPECT_EQ(client.ask("Host: x\r\n\r\n").status, 200);
  client.close();
  expect_end_soon(&first);
}

}  // namespace
}  // namespace papo
