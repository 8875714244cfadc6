// Very many readers: those who do not read, and those to whom nothing is said.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "support/feed_reader.h"
#include "support/metrics.h"
#include "support/raw_client.h"
#include "support/sanitized.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::Door;
using support::FeedEvent;
using support::FeedReader;
using support::member_of;
using support::RawClient;
using support::ServerProcess;

// As many descriptors as this process may have; the server inherits that.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

// Reads until `count` events of this type have come.
std::vector<FeedEvent> read_until(FeedReader* reader, std::string_view type,
                                  std::size_t count) {
  const auto until = std::chrono::steady_clock::now() + support::kPatience;
  std::vector<FeedEvent> events;
  const auto of_type = [&](const FeedEvent& each) { return each.type == type; };
  while (static_cast<std::size_t>(
             std::count_if(events.begin(), events.end(), of_type)) < count) {
    pollfd polled{reader->descriptor(), POLLIN, 0};
    ::poll(&polled, 1, 1'000);
    if (!reader->read(&events)) break;
    if (std::chrono::steady_clock::now() > until) {
      ADD_FAILURE() << "no " << type << " came";
      break;
    }
  }
  return events;
}

std::string say(RawClient* writer, std::string_view text) {
  const support::Answer answer = writer->ask(support::post_request(
      "/send", R"({"room":"a","username":"ana","message":")" +
                   std::string(text) + R"("})"));
  EXPECT_EQ(answer.status, 200) << answer.body;
  return member_of(answer.body, "id");
}

// A thousand that read nothing cost the others nothing, and the server no more
// than one backlog: they all refer to the same bytes.
TEST(ManyReaders, StalledOnesAreBoundedAndCanResume) {
  const std::size_t stalled_count =
      std::min<std::size_t>(1'000, raise_descriptor_limit() / 2 - 100);
  constexpr int kSmallBuffer = 4096;
  ServerProcess server({"--max-backlog", "65536", "--history", "2000"});
  RawClient writer(server.port());
  writer.ask(
      support::post_request("/join", R"({"room":"a","username":"ana"})"));
  std::vector<FeedReader> stalled;
  for (std::size_t i = 0; i < stalled_count; ++i) {
    stalled.emplace_back(server.port(), Door::WebSocket, "/ws?room=a",
                         kSmallBuffer);
  }
  FeedReader frames(server.port(), Door::WebSocket, "/ws?room=a");
  FeedReader events(server.port(), Door::EventStream, "/events?room=a");
  FeedReader lines(server.port(), Door::Lines, "/r/a");
  support::wait_for_metric(server.port(), "subscriptions", stalled_count + 3);
  read_until(&lines, "system", 1);

  const std::size_t before = server.resident_bytes();
  std::size_t most = before;
  std::string last;
  std::size_t said = 0;
  const std::string padding(8'000, 'p');
  while (support::metric(server.port(), "listeners_cut_total") <
         stalled_count) {
    ASSERT_LT(++said, 2'000U) << "they are not cut";
    last = say(&writer, padding);
    // Everyone else has it before the next is said.
    for (FeedReader* reader : {&frames, &events, &lines}) {
      const auto seen = read_until(reader, "message", 1);
      ASSERT_EQ(std::to_string(seen.back().id), last);
    }
    most = std::max(most, server.resident_bytes());
  }
  RecordProperty("resident_bytes_more", std::to_string(most - before));
  // A backlog for each would be 64 MB.
  if (!support::kSanitized) {
    EXPECT_LT(most - before, 24U * 1024 * 1024);
  }

  // What was queued can still be read, then comes the reason, and whoever
  // comes back has lost nothing.
  FeedReader& one = stalled[stalled_count / 2];
  const auto queued = read_until(&one, "close", 1);
  EXPECT_EQ(queued.back().message, "too slow: reconnect and resume");
  std::vector<std::uint64_t> ids;
  for (const FeedEvent& each : queued) {
    if (each.type == "message") ids.push_back(each.id);
  }
  ASSERT_FALSE(ids.empty());
  ASSERT_LT(ids.size(), said);
  FeedReader again(server.port(), Door::WebSocket,
                   "/ws?room=a&after=" + std::to_string(ids.back()));
  for (const FeedEvent& each :
       read_until(&again, "message", said - ids.size())) {
    EXPECT_NE(each.type, "truncated");
    if (each.type == "message") ids.push_back(each.id);
  }
  EXPECT_EQ(ids.size(), said);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(std::to_string(ids.back()), last);
}

TEST(ManyReaders, IdleOnesCostLittle) {
  const std::size_t count =
      std::min<std::size_t>(4'000, raise_descriptor_limit() / 2 - 100);
  ServerProcess server;
  std::vector<FeedReader> idle;
  const auto add = [&](std::size_t more) {
    for (std::size_t i = 0; i < more; ++i) {
      idle.emplace_back(server.port(), Door::WebSocket, "/ws?room=a");
    }
    support::wait_for_metric(server.port(), "subscriptions", idle.size());
  };
  add(count / 8);  // what the first ones need is there for all
  const std::size_t before = server.resident_bytes();
  const std::size_t first = idle.size();
  add(count - first);
  const std::size_t each =
      (server.resident_bytes() - before) / (idle.size() - first);
  RecordProperty("bytes_per_connection", std::to_string(each));
  if (!support::kSanitized) {
    EXPECT_LT(each, 256U);
  }
  // And each of them still hears what is said.
  RawClient writer(server.port());
  writer.ask(
      support::post_request("/join", R"({"room":"a","username":"ana"})"));
  for (FeedReader& reader : idle) {
    EXPECT_EQ(read_until(&reader, "system", 1).back().room, "a");
  }
}

}  // namespace
}  // namespace papo
