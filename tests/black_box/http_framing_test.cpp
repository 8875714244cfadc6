// Where requests begin and end, over real sockets: RFC 9112 where a section has
// no other number.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/both_pollers.h"
#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/splits.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::Answer;
using support::get_request;
using support::member_of;
using support::outcome_of;
using support::post_request;
using support::RawClient;
using support::ServerProcess;

constexpr const char* kJoin = R"({"room":"a","username":"ana"})";
constexpr const char* kChunkedJoin =
    "POST /join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    "Content-Type: application/json\r\nTrailer: Checksum\r\n\r\n"
    "10;name=\"value\"\r\n{\"room\":\"a\",\"use\r\n"
    "00d\r\nrname\":\"rui\"}\r\n"
    "0;last\r\nChecksum: abc\r\n\r\n";

class HttpFraming : public support::BothPollers {};
INSTANTIATE_TEST_SUITE_P(Pollers, HttpFraming, support::each_poller(),
                         support::name_of_poller);

// With a disk to wait for, a command is answered turns after it was read.
TEST_P(HttpFraming, AnswersPipelinedRequestsInTheirOrder) {
  const support::TemporaryFolder folder;
  const ServerProcess server(with_poller({"--data", folder.path()}));
  RawClient client(server.port());
  std::string requests = post_request("/join", kJoin) + kChunkedJoin;
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    requests += post_request("/send", R"({"room":"a","username":"ana",)"
                                      R"("message":"m)" +
                                          number + R"("})");
    requests += get_request("/receive?room=a&limit=1&after=0&" + number);
    requests += get_request("/nothing/" + number);
  }
  requests += get_request("/user_rooms?username=ana");
  ASSERT_TRUE(client.send(requests));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(member_of(client.read_answer().body, "members"), R"(["ana")");
  std::string last;
  for (int i = 0; i < 40; ++i) {
    SCOPED_TRACE(i);
    const std::string id = member_of(client.read_answer().body, "id");
    EXPECT_LT(last, id);
    last = id;
    EXPECT_NE(client.read_answer().body.find(R"("event":"join")"),
              std::string::npos);
    EXPECT_EQ(outcome_of(client.read_answer()), "404 not_found");
  }
  EXPECT_EQ(client.read_answer().body, R"({"rooms":["a"]})");
}

TEST_P(HttpFraming, KeepsOrClosesTheConnection) {
  struct Case {
    const char* name;
    const char* request;
    bool stays;
    const char* field;  // Connection, in the answer
  };
  const Case cases[] = {
      {"HTTP/1.1 stays (9.3)", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", true,
       ""},
      {"unless it says close",
       "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false,
       "close"},
      {"in a list, in any case (9.6)",
       "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: x, CLOSE\r\n\r\n",
       false, "close"},
      {"HTTP/1.0 closes (9.3)", "GET /healthz HTTP/1.0\r\n\r\n", false,
       "close"},
      {"unless it says keep-alive",
       "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true,
       "keep-alive"},
      {"a refusal of the API stays",
       "GET /members?room=none HTTP/1.1\r\nHost: x\r\n\r\n", true, ""},
      {"a body that nobody asked for is passed over (9110 9.3.1)",
       "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /",
       true, ""},
  };
  const ServerProcess server(with_poller());
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    RawClient client(server.port());
    const Answer answer = client.ask(each.request);
    EXPECT_EQ(answer.field("connection"), each.field);
    if (each.stays) {
      EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
    } else {
      EXPECT_TRUE(client.is_closed());
    }
  }
}

TEST_P(HttpFraming, ServesNothingBehindTheLastRequest) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  ASSERT_TRUE(client.send(
      "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" +
      post_request("/join", kJoin)));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(support::get(server.port(), "/rooms").body, R"({"rooms":[]})");
}

TEST_P(HttpFraming, AnswersAClientThatHasFinishedSending) {
  const support::TemporaryFolder folder;
  const ServerProcess server(with_poller({"--data", folder.path()}));
  RawClient client(server.port());
  ASSERT_TRUE(client.send(post_request("/join", kJoin) +
                          get_request("/user_rooms?username=ana")));
  client.finish_sending();
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_answer().body, R"({"rooms":["a"]})");
  EXPECT_TRUE(client.is_closed());
}

TEST_P(HttpFraming, ReadsTheSameHoweverTheBytesAreCut) {
  const ServerProcess server(with_poller());
  const std::string requests = "\r\n" + post_request("/join", kJoin) +
                               kChunkedJoin +
                               get_request("/user_rooms?username=ana");
  support::for_every_split(requests, [&](const support::Pieces& pieces) {
    RawClient client(server.port());
    RawClient other(server.port());
    for (const std::string_view piece : pieces) {
      ASSERT_TRUE(client.send(piece));
      // An answer to another that asked later: the piece has been read.
      ASSERT_EQ(other.ask(get_request("/healthz")).status, 200);
    }
    EXPECT_EQ(client.read_answer().status, 200);
    EXPECT_EQ(member_of(client.read_answer().body, "message"), "rui is in a");
    EXPECT_EQ(client.read_answer().body, R"({"rooms":["a"]})");
  });
}

TEST_P(HttpFraming, SaysContinueToWhoWaitsForIt) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  const std::string head =
      "POST /join HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n"
      "Content-Length: 29\r\n\r\n";
  ASSERT_TRUE(client.send(head));
  EXPECT_EQ(client.read_answer().head, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask(kJoin).status, 200);
  // Who sends the body along has not waited (9110 10.1.1).
  EXPECT_EQ(client.ask(head + kJoin).status, 200);
  // A body that will be refused is not asked for.
  EXPECT_EQ(outcome_of(client.ask(
                "POST /join HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                "Content-Length: 99999999\r\n\r\n")),
            "413 body_too_large");
}

TEST_P(HttpFraming, ReadsEveryFormOfTarget) {
  struct Case {
    const char* name;
    const char* line;
    int status;
  };
  const Case cases[] = {
      {"origin-form (3.2.1)", "GET /healthz", 200},
      {"absolute-form (3.2.2)", "GET http://elsewhere:1/healthz", 200},
      {"absolute-form without a path", "GET http://elsewhere", 200},
      {"absolute-form with a query",
       "GET http://elsewhere/user_rooms?username=ana", 200},
      {"asterisk-form (3.2.4)", "OPTIONS *", 204},
      {"asterisk-form of another method", "GET *", 400},
      {"authority-form (3.2.3)", "CONNECT elsewhere:80", 501},
  };
  const ServerProcess server(with_poller());
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    RawClient client(server.port());
    const Answer answer =
        client.ask(std::string(each.line) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, each.status);
    if (each.status == 204) {
      EXPECT_EQ(answer.field("allow"), "GET, HEAD, POST, OPTIONS");
    }
  }
}

// All fields but Date, which may have moved on.
std::string without_date(std::string head) {
  const std::size_t date = head.find("Date: ");
  EXPECT_NE(date, std::string::npos);
  return head.erase(date, head.find("\r\n", date) + 2 - date);
}

TEST_P(HttpFraming, AnswersHeadAsGetWithoutItsBody) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  for (const char* target :
       {"/", "/rooms", "/receive?room=a", "/version", "/nothing"}) {
    SCOPED_TRACE(target);
    const Answer got = client.ask(get_request(target));
    EXPECT_GT(got.body.size(), 0U);
    const Answer headed = client.ask("HEAD" + get_request(target).substr(3));
    EXPECT_EQ(without_date(headed.head), without_date(got.head));
    EXPECT_EQ(headed.field("content-length"), std::to_string(got.body.size()));
  }
}

TEST_P(HttpFraming, HeadOfAStreamEndsWithItsHead) {
  const ServerProcess server(with_poller());
  for (const char* target : {"/events?room=a", "/r/a"}) {
    SCOPED_TRACE(target);
    RawClient client(server.port());
    const Answer answer = client.ask("HEAD" + get_request(target).substr(3));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_FALSE(answer.has_field("content-length"));
    EXPECT_TRUE(client.is_closed());
  }
}

}  // namespace
}  // namespace papo
