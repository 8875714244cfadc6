// Frames over the wire: what is read, what is refused with which code, and how
// a connection ends (RFC 6455 §5 and §7).
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "support/metrics.h"
#include "support/raw_client.h"
#include "support/sanitized.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::Frame;
using support::masked;
using support::masked_text;
using support::member_of;
using support::RawClient;
using support::ServerProcess;
using support::WebSocketClient;

using namespace std::string_literals;

constexpr int kContinuation = 0;
constexpr int kText = 1;
constexpr int kBinary = 2;
constexpr int kClose = 8;
constexpr int kPing = 9;
constexpr int kPong = 10;

WebSocketClient greeted(const ServerProcess& server,
                        std::string_view target = "/ws") {
  WebSocketClient client(server.port(), target);
  EXPECT_NE(client.read_text().find("hello"), std::string::npos);
  return client;
}

std::string close_payload(int code, std::string_view reason = {}) {
  std::string payload;
  payload.push_back(static_cast<char>(code >> 8));
  payload.push_back(static_cast<char>(code & 0xFF));
  return payload.append(reason);
}

// A ping command of exactly `size` bytes.
std::string command_of(std::size_t size) {
  std::string text = R"({"type":"ping","ref":7,"pad":")";
  text.append(size - text.size() - 2, 'x');
  return text.append(R"("})");
}

std::string fragments_of(std::size_t first, std::size_t second) {
  std::string bytes = masked(
      {.final = false, .opcode = kText, .payload = std::string(first, ' ')});
  return bytes.append(
      masked({.opcode = kContinuation, .payload = std::string(second, ' ')}));
}

TEST(WebSocketFrames, EveryClassOfLengthIsRead) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  for (const std::size_t size :
       {std::size_t{40}, std::size_t{125}, std::size_t{126}, std::size_t{127},
        std::size_t{65'535}, std::size_t{65'536}}) {
    SCOPED_TRACE(size);
    client.send(command_of(size));
    EXPECT_EQ(client.read_text(), R"({"type":"ok","ref":7})");
  }
  // One byte more than --max-body.
  client.send(command_of(65'537));
  EXPECT_EQ(client.read_close(), 1009);
}

// And every class of length is written.
TEST(WebSocketFrames, EveryClassOfLengthIsWritten) {
  ServerProcess server({"--max-message", "200000", "--max-body", "300000"});
  WebSocketClient reader = greeted(server, "/ws?room=a");
  WebSocketClient writer = greeted(server, "/ws?username=ana");
  writer.send(R"({"type":"join","room":"a"})");
  // What else the object holds takes 111 bytes: 126 and 127 are among them.
  std::vector<std::size_t> sizes = {60'000, 200'000};
  for (std::size_t size = 1; size < 40; ++size) sizes.push_back(size);
  for (const std::size_t size : sizes) {
    const std::string text(size, 'y');
    writer.send(R"({"type":"send","room":"a","message":")" + text + R"("})");
    const std::string seen = reader.read_text_with(R"("type":"message")");
    EXPECT_EQ(member_of(seen, "message"), text);
  }
}

TEST(WebSocketFrames, EachFaultHasItsCode) {
  struct Case {
    const char* name;
    std::string bytes;
    int code;
  };
  std::vector<Case> cases = {
      {"not masked (§5.1)", "\x81\x02{}"s, 1002},
      {"a length not minimal, 16 bits (§5.2)", "\x81\xFE\0\x02mask{}"s, 1002},
      {"a length not minimal, 64 bits (§5.2)",
       "\x81\xFF\0\0\0\0\0\0\0\x02mask{}"s, 1002},
      {"the highest bit of a length (§5.2)", "\x81\xFF\x80\0\0\0\0\0\0\0mask"s,
       1002},
      {"a length over the limit is refused by its head",
       "\x81\xFF\0\0\0\0\0\x01\0\x01mask"s, 1009},
      {"a ping of 126 bytes (§5.5)",
       masked({.opcode = kPing, .payload = std::string(126, 'p')}), 1002},
      {"a ping in fragments (§5.5)", masked({.final = false, .opcode = kPing}),
       1002},
      {"a close in fragments (§5.5)",
       masked({.final = false, .opcode = kClose}), 1002},
      {"a continuation of nothing (§5.4)",
       masked({.opcode = kContinuation, .payload = "{}"}), 1002},
      {"a message inside a message (§5.4)",
       masked({.final = false, .opcode = kText}) + masked_text("{}"), 1002},
      {"fragments that are too big together", fragments_of(65'000, 537), 1009},
      {"binary", masked({.opcode = kBinary, .payload = "{}"}), 1003},
      {"text that is not UTF-8 (§8.1)", masked_text("{\"a\":\"\xFF\"}"), 1007},
      {"a surrogate in UTF-8 (RFC 3629 §3)", masked_text("\xED\xA0\x80"), 1007},
      {"text that ends within a character", masked_text("{}\xC3"), 1007},
      {"a fragment that can be no text, before its message is whole",
       masked({.final = false, .opcode = kText, .payload = "\xF8"}), 1007},
      {"a close of one byte (§5.5.1)",
       masked({.opcode = kClose, .payload = "\x03"}), 1002},
      {"a close whose reason is not UTF-8 (§5.5.1)",
       masked({.opcode = kClose, .payload = close_payload(1000, "\xFF")}),
       1007},
  };
  for (const int bit : {1, 2, 4}) {
    cases.push_back({"a reserved bit (§5.2)",
                     masked({.reserved = bit, .opcode = kText}), 1002});
  }
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    cases.push_back(
        {"a reserved opcode (§5.2)", masked({.opcode = opcode}), 1002});
  }
  for (const int code :
       {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65'535}) {
    cases.push_back({"a close code that may not be sent (§7.4)",
                     masked({.opcode = kClose, .payload = close_payload(code)}),
                     1002});
  }
  ServerProcess server;
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    WebSocketClient client = greeted(server);
    ASSERT_TRUE(client.raw().send(each.bytes));
    EXPECT_EQ(client.read_close(), each.code);
    EXPECT_TRUE(client.raw().is_closed());
  }
}

// §8.1: the first byte that no UTF-8 can hold ends it, though its frame has
// only begun.
TEST(WebSocketFrames, TextIsCheckedAsItArrives) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  const std::string frame =
      masked_text("{\"a\":\"\xFF" + std::string(900, 'x'));
  ASSERT_TRUE(client.raw().send(std::string_view(frame).substr(0, 20)));
  EXPECT_EQ(client.read_close(), 1007);
}

TEST(WebSocketFrames, ControlFramesStandBetweenFragments) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  client.send({.final = false, .opcode = kText, .payload = R"({"type":)"});
  client.send({.opcode = kPing, .payload = "now"});
  const Frame pong = client.read_frame();
  EXPECT_EQ(pong.opcode, kPong);
  EXPECT_EQ(pong.payload, "now");
  client.send({.final = false, .opcode = kContinuation, .payload = R"("pi)"});
  client.send({.opcode = kPong, .payload = "unasked (§5.5.3)"});
  client.send({.final = false, .opcode = kContinuation, .payload = ""});
  client.send({.opcode = kContinuation, .payload = R"(ng","ref":"é"})"});
  EXPECT_EQ(client.read_text(), R"({"type":"ok","ref":"é"})");
}

// A character may be cut by the end of a fragment.
TEST(WebSocketFrames, CharactersMayBeCutBetweenFragments) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  client.send({.final = false,
               .opcode = kText,
               .payload = "{\"type\":\"ping\",\"ref\":\"\xF0\x9F"});
  client.send({.opcode = kContinuation, .payload = "\x98\x80\"}"});
  EXPECT_EQ(client.read_text(), "{\"type\":\"ok\",\"ref\":\"\U0001F600\"}");
}

TEST(WebSocketFrames, EveryCutOfAStreamIsTheSame) {
  ServerProcess server;
  const std::string stream =
      masked_text(R"({"type":"ping","ref":1})") +
      masked({.final = false, .opcode = kText, .payload = R"({"type":"pi)"}) +
      masked({.opcode = kPing, .payload = "between"}) +
      masked({.opcode = kContinuation, .payload = R"(ng","ref":2})"}) +
      masked_text(command_of(200));
  const auto judge = [](WebSocketClient* client) {
    EXPECT_EQ(client->read_text(), R"({"type":"ok","ref":1})");
    EXPECT_EQ(client->read_frame().payload, "between");
    EXPECT_EQ(client->read_text(), R"({"type":"ok","ref":2})");
    EXPECT_EQ(client->read_text(), R"({"type":"ok","ref":7})");
  };
  WebSocketClient client = greeted(server);
  for (std::size_t at = 0; at <= stream.size(); ++at) {
    SCOPED_TRACE("cut at " + std::to_string(at));
    ASSERT_TRUE(client.raw().send(stream.substr(0, at)));
    // An answer proves that the server has read the first part by itself.
    if (at < 29) support::get(server.port(), "/healthz");
    ASSERT_TRUE(client.raw().send(stream.substr(at)));
    judge(&client);
  }
  for (const char byte : stream) {
    ASSERT_TRUE(client.raw().send({&byte, 1}));
  }
  judge(&client);
}

TEST(WebSocketFrames, APingComesBackAsAPong) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  for (const std::string& payload :
       {std::string(), std::string("x"), std::string(125, '\xFF')}) {
    client.send({.opcode = kPing, .payload = payload});
    const Frame pong = client.read_frame();
    EXPECT_EQ(pong.opcode, kPong);
    EXPECT_EQ(pong.payload, payload);
  }
}

// §5.5.1: a close is answered with its own code, and then the server closes.
TEST(WebSocketFrames, ACloseIsAnswered) {
  ServerProcess server;
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011,
                         1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
    SCOPED_TRACE(code);
    WebSocketClient client = greeted(server);
    client.send({.opcode = kClose, .payload = close_payload(code, "até já")});
    EXPECT_EQ(client.read_close(), code);
    EXPECT_TRUE(client.raw().is_closed());
  }
  WebSocketClient client = greeted(server);
  client.send({.opcode = kClose});
  EXPECT_EQ(client.read_close(), 1005);
  EXPECT_TRUE(client.raw().is_closed());
}

// What was asked before the close is answered before it; what comes after it is
// not looked at.
TEST(WebSocketFrames, AnswersComeBeforeTheClose) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  ASSERT_TRUE(client.raw().send(
      masked_text(R"({"type":"ping","ref":1})") +
      masked({.opcode = kClose, .payload = close_payload(1000)}) +
      masked_text(R"({"type":"ping","ref":2})")));
  EXPECT_EQ(client.read_text(), R"({"type":"ok","ref":1})");
  EXPECT_EQ(client.read_close(), 1000);
  EXPECT_TRUE(client.raw().is_closed());
}

// The server does not wait for ever for a peer that answers its close with
// nothing (§7.1.1): it is gone within the two seconds of lingering.
TEST(WebSocketFrames, AnUnansweredCloseHasATimeout) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  client.send({.opcode = kBinary, .payload = "x"});
  EXPECT_EQ(client.read_close(), 1003);
  EXPECT_TRUE(client.raw().is_closed());  // its direction
  // Asking is one connection itself.
  EXPECT_TRUE(support::wait_for_metric(server.port(), "connections", 1));
}

TEST(WebSocketFrames, ARestartIsToldAsOne) {
  ServerProcess server;
  WebSocketClient client = greeted(server);
  server.signal(SIGTERM);
  EXPECT_EQ(client.read_close(), 1012);
  client.raw().close();
  EXPECT_EQ(server.wait(), 0);
}

// A client that asks and does not read is not read from either, and loses
// nothing by it.
TEST(WebSocketFrames, WhoDoesNotReadIsNotReadFrom) {
  ServerProcess server({"--max-backlog", "65536"});
  WebSocketClient writer = greeted(server, "/ws?username=ana");
  writer.send(R"({"type":"join","room":"a"})");
  const std::string text(8000, 'z');
  for (int i = 0; i < 40; ++i) {
    writer.send(R"({"type":"send","ref":1,"room":"a","message":")" + text +
                R"("})");
    writer.read_text_with(R"("ref":1)");
  }
  const std::size_t before = server.resident_bytes();
  WebSocketClient reader = greeted(server);
  constexpr int kAsked = 400;  // 320 kB each
  std::string asks;
  for (int i = 0; i < kAsked; ++i) {
    asks += masked_text(R"({"type":"receive","room":"a","ref":)" +
                        std::to_string(i) + "}");
  }
  ASSERT_TRUE(reader.raw().send(asks));
  // It answers others meanwhile, and has not piled up 128 MB.
  EXPECT_EQ(support::get(server.port(), "/healthz").status, 200);
  if (!support::kSanitized) {
    EXPECT_LT(server.resident_bytes(), before + 40 * 1024 * 1024);
  }
  for (int i = 0; i < kAsked; ++i) {
    const std::string page = reader.read_text();
    ASSERT_EQ(member_of(page.substr(0, 40), "ref"), std::to_string(i));
  }
}

}  // namespace
}  // namespace papo
