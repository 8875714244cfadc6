// Requests that are refused, and connections that are closed: RFC 9112 where a
// section has no other number.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/both_pollers.h"
#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::Answer;
using support::get_request;
using support::outcome_of;
using support::RawClient;
using support::ServerProcess;

class HttpRefusals : public support::BothPollers {};
INSTANTIATE_TEST_SUITE_P(Pollers, HttpRefusals, support::each_poller(),
                         support::name_of_poller);

// Refused with one answer, after which the connection ends and nothing behind
// is read.
void expect_last_answer(const ServerProcess& server, const std::string& bytes,
                        const std::string& outcome) {
  RawClient client(server.port());
  ASSERT_TRUE(client.send(bytes + get_request("/healthz")));
  const Answer answer = client.read_answer();
  EXPECT_EQ(outcome_of(answer), outcome);
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(support::member_of(answer.body, "status"), "error");
  EXPECT_NE(support::member_of(answer.body, "message"), "");
  EXPECT_EQ(client.read_to_end(), "");
}

std::string post_with(std::string_view fields, std::string_view body) {
  return "POST /join HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

TEST_P(HttpRefusals, NobodySmugglesARequest) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const Case cases[] = {
      {"both lengths (6.3)",
       post_with(chunked + "Content-Length: 5\r\n", "0\r\n\r\n")},
      {"both, the other way round",
       post_with("Content-Length: 5\r\n" + chunked, "0\r\n\r\n")},
      {"two lengths (6.3)",
       post_with("Content-Length: 2\r\nContent-Length: 4\r\n", "{}  ")},
      {"two equal lengths",
       post_with("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")},
      {"a list of lengths", post_with("Content-Length: 2, 2\r\n", "{}")},
      {"a sign (9110 8.6)", post_with("Content-Length: +2\r\n", "{}")},
      {"a negative length", post_with("Content-Length: -2\r\n", "{}")},
      {"hexadecimal", post_with("Content-Length: 0x2\r\n", "{}")},
      {"an empty length", post_with("Content-Length: \r\n", "{}")},
      {"a blank within", post_with("Content-Length: 1 0\r\n", "{}")},
      {"chunked twice (6.1)", post_with(chunked + chunked, "0\r\n\r\n")},
      {"chunked, not last",
       post_with("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")},
      {"chunked misspelt", post_with("Transfer-Encoding: xchunked\r\n", "")},
      {"Transfer-Encoding in HTTP/1.0 (6.1)",
       "POST /join HTTP/1.0\r\nHost: x\r\n" + chunked + "\r\n0\r\n\r\n"},
      {"a folded line (5.2)", post_with("A: b\r\n c\r\n", "")},
      {"a blank before the colon (5.1)",
       post_with("Content-Length : 2\r\n", "{}")},
      {"a field without a colon", post_with("Content-Length\r\n", "")},
      {"a bare LF (2.2)", post_with("A: b\n", "")},
      {"a bare CR (2.2)", post_with("A: b\rC: d\r\n", "")},
      {"NUL in a value (9110 5.5)", post_with(std::string("A: \0\r\n", 6), "")},
      {"a second Host (3.2)", post_with("Host: x\r\n", "")},
      {"no Host", "GET /healthz HTTP/1.1\r\n\r\n"},
      {"a Host that is none", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n"},
      {"no chunk size (7.1)", post_with(chunked, "\r\n")},
      {"a sign before it", post_with(chunked, "+5\r\nhello\r\n0\r\n\r\n")},
      {"0x before it", post_with(chunked, "0x5\r\nhello\r\n0\r\n\r\n")},
      {"a blank before it", post_with(chunked, " 5\r\nhello\r\n0\r\n\r\n")},
      {"seventeen digits",
       post_with(chunked, "00000000000000005\r\nhello\r\n0\r\n\r\n")},
      {"a chunk longer than it says",
       post_with(chunked, "4\r\nhello\r\n0\r\n\r\n")},
      {"a chunk without its CRLF", post_with(chunked, "5\r\nhello0\r\n\r\n")},
      {"a chunk line that ends in LF",
       post_with(chunked, "5\nhello\r\n0\r\n\r\n")},
      {"a malformed trailer", post_with(chunked, "0\r\nA b\r\n\r\n")},
      {"HTTP/0.9", "GET /healthz\r\n"},
      {"two blanks in the request line (3)",
       "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"another protocol", "GET /healthz HTTQ/1.1\r\nHost: x\r\n\r\n"},
      {"a target with a fragment", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"a target that is not ASCII",
       "GET /\xC3\xA9 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"TLS", "\x16\x03\x01\x02"},
  };
  const ServerProcess server(with_poller());
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    expect_last_answer(server, each.bytes, "400 bad_request");
  }
}

TEST_P(HttpRefusals, SaysWhatItDoesNotSpeak) {
  struct Case {
    const char* name;
    std::string bytes;
    const char* outcome;
  };
  const Case cases[] = {
      {"HTTP/2.0 (9110 2.5)", "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
       "505 bad_request"},
      {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
       "505 bad_request"},
      {"another coding (6.1)",
       post_with("Transfer-Encoding: gzip, chunked\r\n", ""),
       "501 not_implemented"},
      {"another expectation (9110 10.1.1)", post_with("Expect: coffee\r\n", ""),
       "417 bad_request"},
  };
  const ServerProcess server(with_poller());
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    expect_last_answer(server, each.bytes, each.outcome);
  }
}

TEST_P(HttpRefusals, HoldsToItsLimits) {
  struct Case {
    const char* name;
    std::string bytes;
    const char* outcome;
  };
  const auto long_line = [](std::size_t size) {
    const std::string start = "GET /healthz?";
    const std::string end = " HTTP/1.1";
    return start + std::string(size - start.size() - end.size(), 'a') + end +
           "\r\nHost: x\r\n\r\n";
  };
  const auto large_head = [](std::size_t size) {
    const std::string start = "GET /healthz HTTP/1.1\r\nHost: x\r\nA: ";
    return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
  };
  const auto many_fields = [](int count) {
    std::string head = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
    for (int i = 1; i < count; ++i) head += "A: b\r\n";
    return head + "\r\n";
  };
  const std::string body =
      R"({"room":"a","username":"ana"})" + std::string(971, ' ');
  const std::string chunk = "3e8\r\n" + body + "\r\n";
  const Case cases[] = {
      {"a line over 8192 bytes", long_line(8193), "414 uri_too_long"},
      {"that does not even end", "GET /" + std::string(9000, 'a'),
       "414 uri_too_long"},
      {"a head over 16384 bytes", large_head(16'385), "431 headers_too_large"},
      {"101 fields", many_fields(101), "431 headers_too_large"},
      {"a body over --max-body",
       post_with("Content-Length: 1001\r\n", body + " "), "413 body_too_large"},
      {"a length beyond any number",
       post_with("Content-Length: 99999999999999999999999\r\n", ""),
       "413 body_too_large"},
      {"chunks over --max-body",
       post_with("Transfer-Encoding: chunked\r\n", chunk + "1\r\n \r\n"),
       "413 body_too_large"},
      {"a chunk over any number",
       post_with("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n"),
       "413 body_too_large"},
  };
  const ServerProcess server(
      with_poller({"--max-body", "1000", "--max-message", "100"}));
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    expect_last_answer(server, each.bytes, each.outcome);
  }
  RawClient client(server.port());
  for (const std::string& at_the_limit :
       {long_line(8192), large_head(16'384), many_fields(100),
        post_with("Content-Length: 1000\r\n", body),
        post_with("Transfer-Encoding: chunked\r\n", chunk + "0\r\n\r\n")}) {
    SCOPED_TRACE(at_the_limit.substr(0, 60));
    EXPECT_EQ(outcome_of(client.ask(at_the_limit)), "200");
  }
}

// A socket that is closed with bytes unread resets the connection, and the peer
// may lose the answer (9.6).
TEST_P(HttpRefusals, LetsAClientReadWhyItsBodyIsRefused) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  const std::string body(8 * 1024 * 1024, 'x');
  ASSERT_TRUE(client.send(post_with(
      "Content-Length: " + std::to_string(body.size()) + "\r\n", body)));
  EXPECT_EQ(outcome_of(client.read_answer()), "413 body_too_large");
  EXPECT_TRUE(client.is_closed());
}

TEST_P(HttpRefusals, KnowsMethodsByPath) {
  struct Case {
    const char* line;
    const char* outcome;
    const char* allow;
  };
  const Case cases[] = {
      {"GET /send", "405 method_not_allowed", "POST, OPTIONS"},
      {"HEAD /join", "405", "POST, OPTIONS"},
      {"POST /receive", "405 method_not_allowed", "GET, HEAD, OPTIONS"},
      {"DELETE /r/a", "405 method_not_allowed", "GET, HEAD, POST, OPTIONS"},
      {"TRACE /healthz", "405 method_not_allowed", "GET, HEAD, OPTIONS"},
      {"PUT /", "405 method_not_allowed", "GET, HEAD, OPTIONS"},
      {"PATCH /index.html", "405 method_not_allowed", "GET, HEAD, OPTIONS"},
      {"PUT /nothing", "404 not_found", ""},
      {"POST /", "405 method_not_allowed", "GET, HEAD, OPTIONS"},
      {"HEAD /ws", "405", "GET, OPTIONS"},
      {"BREW /join", "501 not_implemented", ""},
      {"get /healthz", "501 not_implemented", ""},
      {"OPTIONS /send", "204", "POST, OPTIONS"},
      {"OPTIONS /r/a", "204", "GET, HEAD, POST, OPTIONS"},
      {"OPTIONS /index.html", "204", "GET, HEAD, OPTIONS"},
      {"OPTIONS /nothing", "404 not_found", ""},
  };
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  for (const Case& each : cases) {
    SCOPED_TRACE(each.line);
    const Answer answer =
        client.ask(std::string(each.line) +
                   " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(outcome_of(answer), each.outcome);
    EXPECT_EQ(answer.field("allow"), each.allow);
  }
}

TEST_P(HttpRefusals, SaysHowToUpgrade) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  for (const char* fields :
       {"", "Upgrade: h2c\r\nConnection: Upgrade\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 8\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}) {
    SCOPED_TRACE(fields);
    const Answer answer = client.ask("GET /ws HTTP/1.1\r\nHost: x\r\n" +
                                     std::string(fields) + "\r\n");
    EXPECT_EQ(outcome_of(answer), "426 upgrade_required");
    EXPECT_EQ(answer.field("sec-websocket-version"), "13");
    EXPECT_EQ(answer.field("upgrade"), "websocket");
    EXPECT_EQ(answer.field("connection"), "Upgrade");  // 9110 7.8
  }
  EXPECT_EQ(outcome_of(client.ask(
                "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: short\r\n\r\n")),
            "400 bad_request");
}

// ---- Time.

struct Timeouts {
  const char* name;
  std::string sent;
  const char* outcome;  // "0": closed without a word
};

TEST_P(HttpRefusals, DoesNotWaitForEver) {
  const Timeouts cases[] = {
      {"nothing at all", "", "0"},
      {"part of a head", "GET /healthz HT", "408 timeout"},
      {"part of a body", post_with("Content-Length: 29\r\n", R"({"room":"a")"),
       "408 timeout"},
      {"part of a chunk",
       post_with("Transfer-Encoding: chunked\r\n", "5\r\nab"), "408 timeout"},
      {"an empty line", "\r\n", "0"},
  };
  const ServerProcess server(
      with_poller({"--header-timeout", "100ms", "--body-timeout", "100ms",
                   "--idle-timeout", "150ms"}));
  for (const Timeouts& each : cases) {
    SCOPED_TRACE(each.name);
    RawClient client(server.port());
    ASSERT_TRUE(client.send(each.sent));
    EXPECT_EQ(outcome_of(client.read_answer()), each.outcome);
    EXPECT_TRUE(client.is_closed());
  }
  RawClient idle(server.port());
  EXPECT_EQ(idle.ask(get_request("/healthz")).status, 200);
  EXPECT_TRUE(idle.is_closed());
}

// A byte now and then is no progress: a head has its time as a whole.
TEST_P(HttpRefusals, CutsASlowLoris) {
  const ServerProcess server(
      with_poller({"--header-timeout", "1s", "--idle-timeout", "60s"}));
  RawClient client(server.port());
  ASSERT_TRUE(client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nA: "));
  const auto begin = std::chrono::steady_clock::now();
  while (!client.has_input_within(std::chrono::milliseconds(10))) {
    ASSERT_TRUE(client.send("a"));
    ASSERT_LT(std::chrono::steady_clock::now() - begin, support::kPatience);
  }
  EXPECT_EQ(outcome_of(client.read_answer()), "408 timeout");
}

// The server's own slowness, or a long poll, is none of the client's.
TEST_P(HttpRefusals, WaitsLongerForALongPollThanForARequest) {
  const ServerProcess server(
      with_poller({"--header-timeout", "50ms", "--body-timeout", "50ms",
                   "--idle-timeout", "50ms"}));
  RawClient client(server.port());
  const Answer answer = client.ask(get_request("/receive?room=a&wait=0.4"));
  EXPECT_EQ(answer.body, R"({"messages":[]})");
}

}  // namespace
}  // namespace papo
