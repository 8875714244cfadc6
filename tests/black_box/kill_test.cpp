// The program is killed at random moments while many clients send, again and
// again over the same folder. What was acknowledged is there, as it was
// acknowledged; nothing is there twice, and no id comes back.
//
// Clients do what good clients do: what was not acknowledged they send again
// with the same client_id. So in the end each one's messages are numbered
// without a gap.
//
// PAPO_KILL_ROUNDS: how many times each server is killed (12). For hundreds:
//   PAPO_KILL_ROUNDS=100 build/release/papo_black_box_tests
//   --gtest_filter=*Kill*
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::Answer;
using support::member_of;
using support::RawClient;
using support::ServerProcess;

constexpr std::size_t kWriters = 4;
constexpr std::size_t kRooms = 2;
constexpr std::uint64_t kOnTheirWay = 8;
// More than comes in a round, so that no history forgets what is looked for.
constexpr std::uint64_t kPerRoundMax = 1000;
const std::string kHistory = std::to_string(2 * kWriters * kPerRoundMax);

std::string room_of(std::size_t writer) {
  return "room" + std::to_string(writer % kRooms);
}

// One client: sends numbered messages until the server is gone.
class Writer {
 public:
  explicit Writer(std::size_t number) : name_("w" + std::to_string(number)) {
    target_ = "/r/" + room_of(number) + "?username=" + name_;
  }

  void run(RawClient* connection, std::atomic<std::uint64_t>* answers) {
    RawClient& client = *connection;
    const std::uint64_t last = acknowledged() + kPerRoundMax;
    while (acknowledged() < last) {
      std::string requests;
      for (std::uint64_t i = 1; i <= kOnTheirWay; ++i) {
        requests += request(acknowledged() + i);
      }
      if (!client.send(requests)) return;
      for (std::uint64_t i = 0; i < kOnTheirWay; ++i) {
        if (!take(client.read_answer())) return;
        ++*answers;
      }
    }
  }

  const std::string& name() const { return name_; }
  std::uint64_t acknowledged() const { return ids_.size(); }
  // The id of message `number`, counted from 1.
  std::uint64_t id_of(std::uint64_t number) const { return ids_[number - 1]; }

 private:
  std::string request(std::uint64_t number) const {
    const std::string text =
        std::to_string(number) + " " + std::string(300, 'x');
    return "POST " + target_ + "&client_id=" + name_ + "-" +
           std::to_string(number) +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
           "Content-Length: " +
           std::to_string(text.size()) + "\r\n\r\n" + text;
  }

  bool take(const Answer& answer) {
    if (answer.status == 0) return false;
    EXPECT_EQ(answer.status, 200) << answer.body;
    if (answer.status != 200) return false;
    ids_.push_back(std::stoull(member_of(answer.body, "id")));
    return true;
  }

  std::string name_;
  std::string target_;
  std::vector<std::uint64_t> ids_;
};

// A reader who was away during the kill, and resumes: once for each room.
class Reader {
 public:
  explicit Reader(std::string room) : room_(std::move(room)) {}

  // Reads on. Every message continues its writer's numbers, and every id is
  // above `floor`.
  void read_on(std::uint16_t port, std::uint64_t floor) {
    const Answer answer = support::get(
        port, "/receive?room=" + room_ + "&after=" + std::to_string(last_id_));
    ASSERT_EQ(answer.status, 200);
    ASSERT_EQ(answer.body.find("\"truncated\""), std::string::npos);
    std::string_view rest = answer.body;
    for (std::size_t at; (at = rest.find(R"({"type":")")) != rest.npos;) {
      rest.remove_prefix(at);
      const std::string_view object = rest.substr(0, rest.find('}') + 1);
      rest.remove_prefix(object.size());
      take(object, floor);
      if (testing::Test::HasFatalFailure()) return;
    }
  }

  std::uint64_t last_id() const { return last_id_; }
  // By writer; the ids in the order of their numbers.
  const std::map<std::string, std::vector<std::uint64_t>>& seen() const {
    return seen_;
  }

 private:
  void take(std::string_view object, std::uint64_t floor) {
    const std::uint64_t id = std::stoull(member_of(object, "id"));
    ASSERT_GT(id, std::max(last_id_, floor));
    last_id_ = id;
    if (member_of(object, "type") != "message") return;
    std::vector<std::uint64_t>& ids = seen_[member_of(object, "username")];
    ids.push_back(id);
    ASSERT_EQ(std::stoull(member_of(object, "message")), ids.size());
  }

  std::string room_;
  std::uint64_t last_id_ = 0;
  std::map<std::string, std::vector<std::uint64_t>> seen_;
};

std::uint64_t rounds() {
  const char* wanted = std::getenv("PAPO_KILL_ROUNDS");
  return wanted == nullptr ? 12 : std::strtoull(wanted, nullptr, 10);
}

class UnderLoad : public ::testing::TestWithParam<const char*> {
 protected:
  UnderLoad() {
    for (std::size_t i = 0; i < kWriters; ++i) writers_.emplace_back(i);
    for (std::size_t i = 0; i < kRooms; ++i) readers_.emplace_back(room_of(i));
  }

  ServerProcess start() const {
    return ServerProcess({"--data", folder_.path_of("d"), "--fsync", GetParam(),
                          "--history", kHistory});
  }

  // Lets all write, and ends the server after some answers.
  void write_until(ServerProcess* server, std::uint64_t answers_min,
                   int signal) {
    std::atomic<std::uint64_t> answers = 0;
    std::vector<RawClient> connections;
    for (std::size_t i = 0; i < kWriters; ++i) {
      connections.emplace_back(server->port());
    }
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kWriters; ++i) {
      threads.emplace_back(
          [&, i] { writers_[i].run(&connections[i], &answers); });
    }
    while (answers < answers_min) ::usleep(200);
    server->signal(signal);
    const int status = server->wait();
    for (std::thread& each : threads) each.join();
    EXPECT_EQ(status, signal == SIGKILL ? 128 + SIGKILL : 0)
        << server->error_text();
  }

  // Reads on in all rooms, and holds what is there against what was promised.
  void judge(std::uint16_t port) {
    std::uint64_t newest = newest_;
    for (Reader& reader : readers_) {
      reader.read_on(port, newest_);
      if (HasFatalFailure()) return;
      newest = std::max(newest, reader.last_id());
    }
    newest_ = newest;
    for (std::size_t i = 0; i < kWriters; ++i) {
      const auto& seen = readers_[i % kRooms].seen();
      const auto found = seen.find(writers_[i].name());
      const std::size_t there = found == seen.end() ? 0 : found->second.size();
      ASSERT_GE(there, writers_[i].acknowledged());
      for (std::uint64_t n = 1; n <= writers_[i].acknowledged(); ++n) {
        ASSERT_EQ(found->second[n - 1], writers_[i].id_of(n));
      }
    }
  }

  void run_rounds(std::uint64_t count, int signal) {
    std::mt19937_64 luck(20);
    for (std::uint64_t round = 0; round < count; ++round) {
      SCOPED_TRACE("round " + std::to_string(round));
      {
        ServerProcess server = start();
        write_until(&server, 1 + luck() % 400, signal);
      }
      ServerProcess server = start();
      judge(server.port());
      if (HasFailure()) return;
      server.signal(signal);
      server.wait();
    }
  }

  support::TemporaryFolder folder_;
  std::vector<Writer> writers_;
  std::vector<Reader> readers_;
  std::uint64_t newest_ = 0;  // of all rooms, in the rounds before
};
INSTANTIATE_TEST_SUITE_P(Fsync, UnderLoad,
                         ::testing::Values("always", "interval", "never"),
                         [](const auto& each) {
                           return std::string(each.param);
                         });

TEST_P(UnderLoad, KilledLosesNothingThatWasAcknowledged) {
  run_rounds(rounds(), SIGKILL);
}

TEST_P(UnderLoad, EndedLosesNothingThatWasAcknowledged) {
  run_rounds(3, SIGTERM);
}

}  // namespace
}  // namespace papo
