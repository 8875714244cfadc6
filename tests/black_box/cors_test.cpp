// Who may call from a browser: CORS as the Fetch standard has it, and the
// Origin of a WebSocket (RFC 6455 §10.2).
#include <gtest/gtest.h>

#include <string>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::Answer;
using support::outcome_of;
using support::RawClient;
using support::ServerProcess;

constexpr const char* kAllowed = "Access-Control-Allow-Origin";

Answer ask(const ServerProcess& server, const std::string& line,
           const std::string& fields, const std::string& body = {}) {
  return RawClient(server.port())
      .ask(line + " HTTP/1.1\r\nHost: chat.example\r\n" + fields + "\r\n" +
           body);
}

std::string from(const std::string& origin) {
  return "Origin: " + origin + "\r\n";
}

std::string websocket_from(const ServerProcess& server,
                           const std::string& origin) {
  std::string request = support::upgrade_request("/ws");
  request.insert(request.find("Upgrade:"), from(origin));
  request.replace(request.find("localhost"), 9, "chat.example");
  return outcome_of(RawClient(server.port()).ask(request));
}

const std::string kPreflight =
    from("https://other.example") +
    "Access-Control-Request-Method: POST\r\n"
    "Access-Control-Request-Headers: content-type\r\n";

TEST(Cors, LetsEveryOriginCallUnlessToldOtherwise) {
  const ServerProcess server;
  for (const char* line : {"GET /rooms", "GET /", "GET /nothing", "PUT /send",
                           "GET /members?room=none", "OPTIONS /send"}) {
    SCOPED_TRACE(line);
    EXPECT_EQ(ask(server, line, from("https://a.example")).field(kAllowed),
              "*");
  }
  RawClient broken(server.port());
  EXPECT_EQ(broken.ask("BAD\r\n\r\n").field(kAllowed), "*");
  RawClient stream(server.port());
  ASSERT_TRUE(stream.send(support::get_request("/events?room=a")));
  EXPECT_NE(stream.read_until("\r\n\r\n").find("Allow-Origin: *\r\n"),
            std::string::npos);
  const Answer preflight = ask(server, "OPTIONS /join", kPreflight);
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field(kAllowed), "*");
  EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"),
            "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(preflight.field("Access-Control-Allow-Headers"),
            "Content-Type, Authorization, Last-Event-ID");
  EXPECT_EQ(preflight.field("Access-Control-Max-Age"), "86400");
  EXPECT_EQ(websocket_from(server, "https://other.example"), "101");
}

TEST(Cors, KeepsToItsOwnOrigin) {
  const ServerProcess server({"--cors", "same-origin"});
  EXPECT_FALSE(ask(server, "GET /rooms", from("https://other.example"))
                   .has_field(kAllowed));
  const Answer preflight = ask(server, "OPTIONS /join", kPreflight);
  EXPECT_EQ(preflight.status, 204);
  EXPECT_FALSE(preflight.has_field(kAllowed));
  EXPECT_FALSE(preflight.has_field("Access-Control-Allow-Methods"));
  EXPECT_EQ(websocket_from(server, "https://chat.example"), "101");
  EXPECT_EQ(websocket_from(server, "https://other.example"), "403 forbidden");
  EXPECT_EQ(websocket_from(server, "null"), "403 forbidden");
  EXPECT_EQ(
      outcome_of(RawClient(server.port()).ask(support::upgrade_request("/ws"))),
      "101")
      << "what is no browser sends no Origin";
}

// What a page may send without asking first: forms and plain text.
TEST(Cors, LetsOtherSitesDoNothing) {
  const ServerProcess server({"--cors", "same-origin"});
  const auto post = [&](const std::string& path, const std::string& type,
                        const std::string& body, const std::string& fields) {
    return outcome_of(ask(server, "POST " + path,
                          "Content-Type: " + type + "\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n" + fields,
                          body));
  };
  const std::string form = "application/x-www-form-urlencoded";
  const std::string own = from("https://chat.example");
  EXPECT_EQ(post("/join", form, "room=r&username=ana", own), "200");
  for (const std::string& fields :
       {from("https://other.example"), from("null"),
        std::string("Sec-Fetch-Site: cross-site\r\n")}) {
    SCOPED_TRACE(fields);
    EXPECT_EQ(post("/leave", form, "room=r&username=ana", fields),
              "403 forbidden");
    EXPECT_EQ(post("/send", "text/plain", R"({"room":"r"})", fields),
              "403 forbidden");
    EXPECT_EQ(post("/r/r?username=ana", "text/plain", "x", fields),
              "403 forbidden");
    EXPECT_EQ(outcome_of(ask(server, "GET /user_rooms?username=eva", fields)),
              "403 forbidden");
  }
  EXPECT_EQ(post("/leave", form, "room=r&username=ana", own), "200");
}

TEST(Host, IsWhatTheServerAnswersTo) {
  const ServerProcess server({"--host", "CHAT.example", "--host", "[::1]"});
  EXPECT_EQ(outcome_of(ask(server, "GET /rooms", "")), "200");
  for (const char* target : {"/rooms", "/", "/ws", "/healthz", "/nothing"}) {
    SCOPED_TRACE(target);
    EXPECT_EQ(
        outcome_of(RawClient(server.port())
                       .ask("GET " + std::string(target) +
                            " HTTP/1.1\r\nHost: rebound.example:5501\r\n\r\n")),
        "421 misdirected");
  }
}

TEST(Cors, KnowsTheListedOrigins) {
  const ServerProcess server(
      {"--cors", "https://a.example,http://b.example:8080"});
  for (const char* origin : {"https://a.example", "http://b.example:8080"}) {
    SCOPED_TRACE(origin);
    const Answer answer = ask(server, "GET /rooms", from(origin));
    EXPECT_EQ(answer.field(kAllowed), origin);
    EXPECT_EQ(answer.field("Vary"), "Origin");
    EXPECT_EQ(websocket_from(server, origin), "101");
  }
  for (const char* origin : {"https://other.example", "http://a.example",
                             "https://a.example.evil", "null"}) {
    SCOPED_TRACE(origin);
    const Answer answer = ask(server, "GET /rooms", from(origin));
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.has_field(kAllowed));
    EXPECT_EQ(answer.field("Vary"), "Origin");
    EXPECT_EQ(websocket_from(server, origin), "403 forbidden");
  }
  EXPECT_EQ(websocket_from(server, "https://chat.example"), "101");
}

}  // namespace
}  // namespace papo
