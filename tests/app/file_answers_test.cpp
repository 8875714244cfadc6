// Files that cannot be had at once: a source that answers when the test says.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "support/hand_turned.h"

namespace papo::app {
namespace {

using namespace std::chrono_literals;
using Outcome = FileLookups::Outcome;

class SlowFiles final : public FileSource, private FileLookups {
 public:
  FileLookups* lookups() override { return this; }
  bool find(std::string_view, File*) override { return false; }
  bool is_permanent() const override { return false; }
  std::string_view fingerprint() const override { return "slow"; }

  // All that wait for `path` get it in the next turn.
  void answer(std::string_view path, Outcome outcome,
              std::string_view bytes = {}) {
    for (auto& [ticket, each] : wanted_) {
      if (each.path != path || each.outcome != Outcome::Pending) continue;
      each.outcome = outcome;
      each.bytes = base::SharedBytes(bytes);
      has_news_ = true;
    }
  }
  std::size_t waiting() const { return wanted_.size(); }

 private:
  struct Wanted {
    std::string path;
    Outcome outcome = Outcome::Pending;
    base::SharedBytes bytes;
  };

  Ticket begin(std::string_view path) override {
    wanted_[++last_].path = path;
    return last_;
  }
  bool advance() override { return std::exchange(has_news_, false); }
  Outcome look(Ticket ticket, File* file) const override {
    const Wanted& wanted = wanted_.at(ticket);
    file->bytes = wanted.bytes.view();
    file->etag = "\"tag\"";
    file->owner = wanted.bytes;
    return wanted.outcome;
  }
  void end(Ticket ticket) override { EXPECT_EQ(wanted_.erase(ticket), 1U); }

  std::map<Ticket, Wanted> wanted_;
  Ticket last_ = 0;
  bool has_news_ = false;
};

std::string get(std::string_view target, std::string_view method = "GET") {
  return std::string(method) + " " + std::string(target) +
         " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string join(std::string_view user) {
  const std::string body =
      R"({"room":"a","username":")" + std::string(user) + R"("})";
  return "POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class FileWaits : public ::testing::Test, protected support::HandTurned {
 protected:
  FileWaits() : HandTurned(&files_) {}

  // The statuses of the answers that have come, "200 503".
  std::string statuses(ConnectionId id) {
    const std::string all = take(id);
    std::string found;
    for (std::size_t at = 0; (at = all.find("HTTP/1.1 ", at)) != all.npos;) {
      if (!found.empty()) found += " ";
      found += all.substr(at + 9, 3);
      at += 9;
    }
    return found;
  }

  SlowFiles files_;
};

TEST_F(FileWaits, MakeNobodyElseWait) {
  const ConnectionId waits = connect(get("/a.js"));
  EXPECT_EQ(take(waits), "");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(statuses(connect(get("/healthz"))), "200");
    EXPECT_EQ(statuses(connect(join("ana"))), "200");
  }
  const ConnectionId other = connect(get("/b.js"));
  files_.answer("b.js", Outcome::Found, "b");
  turn();
  EXPECT_TRUE(take(other).ends_with("\r\n\r\nb"));
  EXPECT_EQ(take(waits), "");
  files_.answer("a.js", Outcome::Found, "a");
  turn();
  const std::string answer = take(waits);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\na")) << answer;
}

TEST_F(FileWaits, KeepTheOrderOfAnswers) {
  const std::string requests = join("ana") + get("/a.js") + join("bia") +
                               get("/healthz") + get("/b.js") + get("/none") +
                               get("/healthz");
  for (const std::size_t piece : {requests.size(), std::size_t{1}}) {
    SCOPED_TRACE(piece);
    const ConnectionId id = machine_.open({}, now_);
    for (std::size_t at = 0; at < requests.size(); at += piece) {
      send(id, std::string_view(requests).substr(at, piece));
    }
    EXPECT_EQ(statuses(id), "200");
    files_.answer("a.js", Outcome::Found, "a");
    turn();
    EXPECT_EQ(statuses(id), "200 200 200");
    files_.answer("b.js", Outcome::TooLarge);
    turn();
    EXPECT_EQ(statuses(id), "403");
    files_.answer("none", Outcome::None);
    turn();
    EXPECT_EQ(statuses(id), "404 200");
    EXPECT_EQ(files_.waiting(), 0U);
  }
}

TEST_F(FileWaits, ServeEveryMethod) {
  const std::pair<const char*, const char*> rows[] = {
      {"GET", "200"}, {"HEAD", "200"}, {"OPTIONS", "204"}, {"PUT", "405"}};
  for (const auto& [method, status] : rows) {
    SCOPED_TRACE(method);
    const ConnectionId id = connect(get("/a.js", method));
    EXPECT_EQ(take(id), "");
    files_.answer("a.js", Outcome::Found, "a");
    turn();
    EXPECT_EQ(statuses(id), status);
  }
}

// The peer has said all that it has to say, and still reads.
TEST_F(FileWaits, OutlastTheEndOfInput) {
  const ConnectionId id = connect(get("/a.js"));
  machine_.end_of_input(id, now_);
  turn();
  EXPECT_EQ(machine_.ending(id), Ending::StayOpen);
  files_.answer("a.js", Outcome::Found, "a");
  turn();
  EXPECT_EQ(statuses(id), "200");
  EXPECT_EQ(machine_.ending(id), Ending::Close);
}

// A disk that does not answer: the one who asked is told.
TEST_F(FileWaits, HaveAnEnd) {
  const ConnectionId id = connect(get("/a.js") + get("/healthz"));
  wait(9s);
  EXPECT_EQ(take(id), "");
  wait(2s);
  EXPECT_EQ(statuses(id), "503");
  EXPECT_EQ(machine_.ending(id), Ending::FinishSending);
  EXPECT_EQ(files_.waiting(), 0U);
  files_.answer("a.js", Outcome::Found, "a");
  turn();
  EXPECT_EQ(take(id), "");
}

TEST_F(FileWaits, AreForgottenWithWhoAsked) {
  const ConnectionId id = connect(get("/a.js"));
  machine_.lost(id, now_);
  EXPECT_EQ(files_.waiting(), 0U);
  // Also between the answer and its turn to be sent.
  const ConnectionId other = connect(get("/a.js"));
  files_.answer("a.js", Outcome::Found, "a");
  machine_.lost(other, now_);
  turn();
  EXPECT_EQ(files_.waiting(), 0U);
  EXPECT_TRUE(machine_.is_quiet());
}

// What is being sent is held by who reads it, and is not copied.
TEST_F(FileWaits, KeepTheBytesUntilTheyAreSent) {
  const std::string large(300'000, 'x');
  const ConnectionId id = connect(get("/a.js"));
  files_.answer("a.js", Outcome::Found, large);
  turn();
  EXPECT_EQ(files_.waiting(), 0U);
  EXPECT_TRUE(take(id).ends_with("\r\n\r\n" + large));
  const ConnectionId part = connect(
      "GET /a.js HTTP/1.1\r\nHost: x\r\nRange: bytes=100000-299998\r\n\r\n");
  files_.answer("a.js", Outcome::Found, large);
  turn();
  EXPECT_TRUE(take(part).ends_with("\r\n\r\n" + large.substr(100'001)));
}

TEST_F(FileWaits, AreFinishedAtTheEnd) {
  const ConnectionId id = connect(get("/a.js"));
  machine_.begin_shutdown(now_);
  turn();
  files_.answer("a.js", Outcome::Found, "a");
  turn();
  const std::string answer = take(id);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  wait(3s);
  EXPECT_EQ(machine_.ending(id), Ending::Close);
}

}  // namespace
}  // namespace papo::app
