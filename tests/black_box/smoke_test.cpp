#include <gtest/gtest.h>

#include "support/both_pollers.h"
#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::get;
using support::outcome_of;
using support::post;
using support::ServerProcess;
using support::WebSocketClient;

class Conversation : public support::BothPollers {};
INSTANTIATE_TEST_SUITE_P(Pollers, Conversation, support::each_poller(),
                         support::name_of_poller);

TEST_P(Conversation, ReachesAReaderOfEachDoor) {
  ServerProcess server(with_poller());
  EXPECT_EQ(outcome_of(post(server.port(), "/join",
                            R"({"room":"geral","username":"ana"})")),
            "200");
  WebSocketClient listener(server.port(), "/ws?username=rui&room=geral");
  const support::Answer sent =
      post(server.port(), "/send",
           R"({"room":"geral","username":"ana","message":"oi"})");
  EXPECT_EQ(outcome_of(sent), "200");
  const std::string message = listener.read_text_with(R"("type":"message")");
  EXPECT_EQ(support::member_of(message, "id"),
            support::member_of(sent.body, "id"));
  const support::Answer received = get(server.port(), "/receive?room=geral");
  EXPECT_NE(received.body.find(message), std::string::npos);
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace papo
