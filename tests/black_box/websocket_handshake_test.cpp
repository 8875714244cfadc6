// How a WebSocket opens (RFC 6455 §4.2), and each way in which it does not.
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
using support::masked_text;
using support::member_of;
using support::outcome_of;
using support::RawClient;
using support::ServerProcess;
using support::upgrade_request;
using support::WebSocketClient;

constexpr std::string_view kVersion = "Sec-WebSocket-Version: 13\r\n";
constexpr std::string_view kKey =
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view kUpgrade = "Upgrade: websocket\r\n";
constexpr std::string_view kConnection = "Connection: Upgrade\r\n";

std::string replaced(std::string text, std::string_view from,
                     std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string with_field(std::string_view target, std::string_view field) {
  return replaced(upgrade_request(target), kVersion,
                  std::string(kVersion).append(field).append("\r\n"));
}

TEST(WebSocketHandshake, EachRefusalHasItsReason) {
  struct Case {
    const char* name;
    std::string request;
    const char* outcome;
  };
  const std::string good = upgrade_request("/ws");
  const Case cases[] = {
      {"not an upgrade", support::get_request("/ws"), "426 upgrade_required"},
      {"an upgrade to something else",
       replaced(good, kUpgrade, "Upgrade: h2c\r\n"), "426 upgrade_required"},
      {"another version (§4.4)",
       replaced(good, kVersion, "Sec-WebSocket-Version: 12\r\n"),
       "426 upgrade_required"},
      {"no version", replaced(good, kVersion, ""), "426 upgrade_required"},
      {"two versions",
       replaced(good, kVersion,
                "Sec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Version: 8\r\n"),
       "426 upgrade_required"},
      {"Connection without Upgrade",
       replaced(good, kConnection, "Connection: keep-alive\r\n"),
       "400 bad_request"},
      {"no Connection", replaced(good, kConnection, ""), "400 bad_request"},
      {"no key", replaced(good, kKey, ""), "400 bad_request"},
      {"a key of 15 bytes",
       replaced(good, kKey, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n"),
       "400 bad_request"},
      {"a key that is not base64",
       replaced(good, kKey, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25*ZQ==\r\n"),
       "400 bad_request"},
      {"two keys", replaced(good, kKey, std::string(kKey) + std::string(kKey)),
       "400 bad_request"},
      {"HTTP/1.0", replaced(good, "HTTP/1.1", "HTTP/1.0"), "400 bad_request"},
      {"POST", replaced(good, "GET", "POST"), "405 method_not_allowed"},
      {"a bad room", upgrade_request("/ws?room=%00"), "400 invalid_field"},
      {"an empty room", upgrade_request("/ws?room="), "400 invalid_field"},
      {"a bad user", upgrade_request("/ws?username=%01"), "400 invalid_field"},
      {"a bad point", upgrade_request("/ws?after=-1"), "400 invalid_field"},
  };
  ServerProcess server;
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const Answer answer = RawClient(server.port()).ask(each.request);
    EXPECT_EQ(outcome_of(answer), each.outcome) << answer.head << answer.body;
    if (answer.status == 426) {
      EXPECT_EQ(answer.field("Sec-WebSocket-Version"), "13");
      EXPECT_EQ(answer.field("Upgrade"), "websocket");
      // RFC 9110 §7.8: whoever sends Upgrade names it in Connection.
      EXPECT_EQ(answer.field("Connection"), "Upgrade");
    }
    if (answer.status == 405) {
      EXPECT_TRUE(answer.field("Allow").starts_with("GET"));
    }
  }
}

TEST(WebSocketHandshake, HeadIsNotAnUpgrade) {
  ServerProcess server;
  RawClient client(server.port());
  const Answer answer =
      client.ask(replaced(upgrade_request("/ws"), "GET", "HEAD"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_TRUE(answer.field("Allow").starts_with("GET"));
}

// A refused upgrade leaves a connection that still speaks HTTP.
TEST(WebSocketHandshake, ARefusalKeepsTheConnection) {
  ServerProcess server;
  RawClient client(server.port());
  EXPECT_EQ(client.ask(support::get_request("/ws")).status, 426);
  EXPECT_EQ(client.ask(upgrade_request("/ws")).status, 101);
}

TEST(WebSocketHandshake, TokensAreFoundInListsAndInAnyCase) {
  ServerProcess server;
  std::string request = replaced(upgrade_request("/ws"), kConnection,
                                 "Connection: keep-alive, uPGRADE\r\n");
  request =
      replaced(request, kUpgrade, "Upgrade: h2c\r\nUpgrade: WebSocket\r\n");
  EXPECT_EQ(RawClient(server.port()).ask(request).status, 101);
}

TEST(WebSocketHandshake, HelloSaysWhatAClientMustKnow) {
  ServerProcess server({"--max-message", "1000", "--history", "7"});
  WebSocketClient client(server.port(), "/ws?username=ana");
  const std::string hello = client.read_text();
  EXPECT_TRUE(hello.starts_with(R"({"type":"hello","user":"ana","last_id":)"))
      << hello;
  EXPECT_EQ(member_of(hello, "message_bytes"), "1000");
  EXPECT_EQ(member_of(hello, "name_characters"), "64");
  EXPECT_EQ(member_of(hello, "name_bytes"), "256");
  EXPECT_EQ(member_of(hello, "client_id_bytes"), "64");
  EXPECT_EQ(member_of(hello, "history"), "7");
  // 0 would ask for whatever there is: it could tell of no hole.
  EXPECT_NE(member_of(hello, "last_id"), "0");
  EXPECT_EQ(client.handshake().find("Content-Length"), std::string::npos);

  WebSocketClient nameless(server.port());
  EXPECT_TRUE(
      nameless.read_text().starts_with(R"({"type":"hello","last_id":)"));
}

TEST(WebSocketHandshake, FramesMayComeWithIt) {
  ServerProcess server;
  RawClient client(server.port());
  ASSERT_TRUE(client.send(upgrade_request("/ws") +
                          masked_text(R"({"type":"ping","ref":1})")));
  EXPECT_EQ(client.read_answer().status, 101);
  EXPECT_NE(client.read_until(R"("ref":1)").find("ok"), std::string::npos);
}

TEST(WebSocketHandshake, EverySplitOfItIsTheSame) {
  ServerProcess server;
  const std::string request =
      upgrade_request("/ws") + masked_text(R"({"type":"ping","ref":1})");
  for (std::size_t at = 1; at < request.size(); at += 7) {
    RawClient client(server.port());
    ASSERT_TRUE(client.send(request.substr(0, at)));
    ASSERT_TRUE(client.send(request.substr(at)));
    ASSERT_EQ(client.read_answer().status, 101) << "split at " << at;
    ASSERT_NE(client.read_until(R"("ref":1)").find("ok"), std::string::npos);
  }
}

TEST(WebSocketHandshake, CorsDecidesWhichPagesMayConnect) {
  struct Case {
    const char* cors;
    const char* origin;  // Host is "localhost"
    int status;
  };
  const Case cases[] = {
      {"*", "https://anywhere.example", 101},
      {"*", "null", 101},
      {"same-origin", "http://localhost", 101},
      {"same-origin", "https://LOCALHOST", 101},
      {"same-origin", "https://elsewhere.example", 403},
      {"same-origin", "http://localhost:8080", 403},
      {"same-origin", "http://localhost.evil.example", 403},
      {"same-origin", "null", 403},
      {"https://a.example,https://b.example", "https://b.example", 101},
      {"https://a.example,https://b.example", "http://localhost", 101},
      {"https://a.example,https://b.example", "https://c.example", 403},
      {"https://a.example,https://b.example", "https://a.example.evil", 403},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.cors) + " from " + each.origin);
    ServerProcess server({"--cors", each.cors});
    const Answer answer =
        RawClient(server.port())
            .ask(with_field("/ws", std::string("Origin: ") + each.origin));
    EXPECT_EQ(answer.status, each.status);
    if (each.status == 403) {
      EXPECT_EQ(member_of(answer.body, "code"), "forbidden");
    }
    // A program that is no browser sends no Origin.
    EXPECT_EQ(RawClient(server.port()).ask(upgrade_request("/ws")).status, 101);
  }
}

}  // namespace
}  // namespace papo
