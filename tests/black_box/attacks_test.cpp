// Clients that mean no good, or mean well and die: the server stays up, stays
// small, and serves the others.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/both_pollers.h"
#include "support/raw_client.h"
#include "support/sanitized.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::get_request;
using support::Launch;
using support::outcome_of;
using support::post_request;
using support::RawClient;
using support::ServerProcess;

constexpr std::size_t kMiB = 1024 * 1024;

constexpr std::size_t kGrowthMax = (support::kSanitized ? 48 : 4) * kMiB;

class Attacks : public support::BothPollers {};
INSTANTIATE_TEST_SUITE_P(Pollers, Attacks, support::each_poller(),
                         support::name_of_poller);

// True once a request is answered with 200; asks until then.
bool recovers(std::uint16_t port) {
  const auto end = std::chrono::steady_clock::now() + support::kPatience;
  while (std::chrono::steady_clock::now() < end) {
    RawClient client(port);
    // A server out of descriptors may have closed already.
    if (!client.send(get_request("/healthz"))) continue;
    if (client.read_answer().status == 200) return true;
  }
  return false;
}

TEST_P(Attacks, AThousandRequestsWithNobodyReadingStaySmall) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  std::string joins;
  for (int i = 0; i < 300; ++i) {
    joins += post_request("/join", R"({"username":"ana","room":"room )" +
                                       std::to_string(i) + "\"}");
  }
  ASSERT_TRUE(client.send(joins));
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.read_answer().status, 200);
  const std::string rooms = client.ask(get_request("/rooms")).body;
  ASSERT_GT(rooms.size(), 20'000U);

  RawClient attacker(server.port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get_request("/rooms");
  support::settle(server.port());
  const std::size_t before = server.resident_bytes();
  ASSERT_TRUE(attacker.send(requests));
  // Some rounds, so that it would have gone on.
  for (int i = 0; i < 100; ++i) support::settle(server.port());
  EXPECT_LT(server.resident_bytes(), before + kGrowthMax);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(attacker.read_answer().body == rooms) << i;
  }
}

TEST_P(Attacks, UnfinishedRequestsOfManyStaySmall) {
  const ServerProcess server(with_poller());
  support::settle(server.port());
  const std::size_t before = server.resident_bytes();
  std::vector<RawClient> clients;
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back(server.port());
    // A head without an end, refused at its limit, and a body that is declared
    // and does not come.
    ASSERT_TRUE(clients.back().send(
        i % 2 == 0
            ? "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(16'000, 'a')
            : "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: "
              "65000\r\n\r\n"));
  }
  support::settle(server.port());
  EXPECT_LT(server.resident_bytes(), before + kGrowthMax);
  EXPECT_TRUE(clients[0].send(std::string(1000, 'a')));
  EXPECT_EQ(outcome_of(clients[0].read_answer()), "431 headers_too_large");
}

TEST_P(Attacks, SurvivesPeersThatReset) {
  const ServerProcess server(with_poller());
  RawClient writer(server.port());
  EXPECT_EQ(writer.ask(post_request("/join", R"({"room":"a","username":"b"})"))
                .status,
            200);
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += get_request("/");
  for (int i = 0; i < 60; ++i) {
    RawClient client(server.port());
    const std::string sent = i % 3 == 0   ? requests
                             : i % 3 == 1 ? get_request("/events?room=a")
                                          : get_request(
                                                "/receive?room=a&"
                                                "after=9&wait=9");
    ASSERT_TRUE(client.send(sent));
    if (i % 2 == 0) support::settle(server.port());
    client.reset();
    ASSERT_EQ(writer
                  .ask(post_request(
                      "/send", R"({"room":"a","username":"b","message":"x"})"))
                  .status,
              200);
  }
}

TEST_P(Attacks, AFloodOfConnectionsIsRefusedAndOver) {
  const ServerProcess server(with_poller({"--max-connections", "10"}));
  std::vector<RawClient> first;
  for (int i = 0; i < 10; ++i) {
    first.emplace_back(server.port());
    ASSERT_EQ(first.back().ask(get_request("/healthz")).status, 200);
  }
  std::vector<RawClient> flood;
  for (int i = 0; i < 300; ++i) flood.emplace_back(server.port());
  int told = 0;
  for (const RawClient& each : flood) each.send(get_request("/healthz"));
  for (RawClient& each : flood) {
    const std::string outcome = outcome_of(each.read_answer());
    EXPECT_TRUE(outcome == "429 too_many_connections" || outcome == "0")
        << outcome;
    told += outcome != "0";
  }
  EXPECT_GT(told, 0);
  for (RawClient& each : first) {
    EXPECT_EQ(each.ask(get_request("/healthz")).status, 200);
  }
  flood.clear();
  first.clear();
  EXPECT_TRUE(recovers(server.port()));
}

// ---- With almost no descriptors: ulimit -n 64.

Launch small(std::vector<std::string> flags) {
  return {.arguments = std::move(flags), .descriptors_max = 64};
}

TEST_P(Attacks, ServesWithFewDescriptors) {
  ServerProcess server(small(with_poller()));
  EXPECT_TRUE(server.wait_for_error_text("ulimit -n allows 48 connections"));
  std::vector<RawClient> clients;
  for (int i = 0; i < 48; ++i) {
    clients.emplace_back(server.port());
    ASSERT_EQ(clients.back().ask(get_request("/")).status, 200) << i;
  }
  RawClient late(server.port());
  EXPECT_EQ(outcome_of(late.ask(get_request("/"))), "429 too_many_connections");
  late.close();
  clients.clear();
  EXPECT_TRUE(recovers(server.port()));
  EXPECT_EQ(server.terminate(), 0);
}

TEST_P(Attacks, SurvivesTheLackOfDescriptors) {
  ServerProcess server(small(with_poller()));
  RawClient first(server.port());
  ASSERT_EQ(first.ask(get_request("/healthz")).status, 200);
  for (int round = 0; round < 2; ++round) {
    std::vector<RawClient> flood;
    for (int i = 0; i < 300; ++i) flood.emplace_back(server.port());
    EXPECT_EQ(first.ask(get_request("/healthz")).status, 200);
    EXPECT_TRUE(server.wait_for_error_text("out of descriptors"));
    // Those beyond are closed, not left to hang.
    EXPECT_TRUE(flood.back().is_closed());
    flood.clear();
    EXPECT_TRUE(recovers(server.port()));
  }
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace papo
