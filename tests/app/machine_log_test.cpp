// The machine over a log that takes its time: what is answered and shown when,
// and in what order.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/static_files.h"
#include "log/command_log.h"
#include "support/turned_house.h"

namespace papo::app {
namespace {

// Decides nothing by itself.
class SlowLog final : public log::CommandLog {
 public:
  log::Appended append(const chat::Command& command,
                       log::Ticket ticket) override {
    if (full) return log::Appended::Failed;
    waiting_.push_back({command.kind, command.time, std::string(command.room),
                        std::string(command.user), std::string(command.text),
                        ticket});
    return log::Appended::Pending;
  }
  void deliver(log::Committed* receiver) override {
    for (; decide_at_delivery > 0; --decide_at_delivery) report_one(receiver);
  }
  void on_time(base::Micros steady) override { told = steady; }
  base::Micros next_time() const override { return next; }
  log::LogHealth health() const override { return {true, !fail}; }
  std::vector<log::LogFigure> figures() const override {
    return {{"log_waiting", "Commands that wait.", log::LogFigure::Kind::Gauge,
             waiting_.size()}};
  }

  std::size_t size() const { return waiting_.size(); }

  bool full = false;
  bool fail = false;
  std::size_t decide_at_delivery = 0;
  base::Micros told{};
  base::Micros next = base::Micros::max();

 private:
  struct Waiting {
    chat::CommandKind kind;
    base::Micros time;
    std::string room;
    std::string user;
    std::string text;
    log::Ticket ticket;
  };

  void report_one(log::Committed* receiver) {
    const Waiting first = waiting_.front();
    waiting_.pop_front();
    if (fail) return receiver->on_failed(first.ticket);
    chat::Command command{first.kind, first.time};
    command.room = first.room;
    command.user = first.user;
    command.text = first.text;
    receiver->on_committed(command, first.ticket);
  }

  std::deque<Waiting> waiting_;
};

class NoLuck final : public base::Random {
 public:
  std::uint64_t next() override { return 1; }
};

class SlowStorage : public ::testing::Test {
 protected:
  SlowStorage() {
    desk_.open(&log_, now_.wall);
    log_.decide_at_delivery = 1;  // that the server has started
    log_.deliver(&desk_);
  }

  ConnectionId open() { return machine_.open({}, now_); }

  void send(ConnectionId id, std::string bytes) {
    machine_.receive(id, {bytes.data(), bytes.size()}, now_);
  }

  // Ends the turn, in which the log decides `decided` commands. Returns what
  // `id` is sent.
  std::string turn(ConnectionId id, std::size_t decided = 0) {
    log_.decide_at_delivery = decided;
    machine_.finish_turn(now_);
    return take_output(id);
  }

  std::string take_output(ConnectionId id) {
    std::string sent;
    std::array<std::string_view, 16> views;
    while (const std::size_t count = machine_.gather(id, views)) {
      std::size_t size = 0;
      for (const std::string_view each : std::span(views).first(count)) {
        sent += each;
        size += each.size();
      }
      machine_.sent(id, size, now_);
    }
    return sent;
  }

  // In the room "geral" with its first message stored.
  void have_a_room() {
    const ConnectionId id = open();
    send(id, post("/r/geral?username=ana", "first"));
    turn(id, 1);
    machine_.lost(id, now_);
  }

  static std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }
  static std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  static std::string masked_text(std::string_view text) {
    std::string frame = "\x81";
    frame += static_cast<char>(0x80 | text.size());
    frame.append(4, '\0');
    return frame += text;
  }
  static std::string upgrade() {
    return "GET /ws?room=geral HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }
  static bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
  }
  static std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size())) {
      ++found;
    }
    return found;
  }

  base::Moment now_{std::chrono::seconds(1'700'000'000),
                    std::chrono::seconds(100)};
  Options options_;
  chat::RoomStore store_{options_.store, chat::Language::English, {}};
  EmbeddedFiles files_;
  NoLuck random_;
  CommandDesk desk_{&store_};
  support::TurnedHouse machine_{{&options_, &desk_, &files_, &random_}, now_};
  SlowLog log_;
};

TEST_F(SlowStorage, AnswersAndShowsNothingBeforeItIsCommitted) {
  have_a_room();
  const ConnectionId sender = open();
  const ConnectionId poll = open();
  const ConnectionId stream = open();
  send(poll, get("/receive?room=geral&wait=30&after=" +
                 std::to_string(store_.last_id())));
  send(stream, get("/events?room=geral"));
  turn(stream);
  take_output(poll);
  send(sender, post("/send?room=geral&username=ana", R"({"message":"oi"})"));
  EXPECT_EQ(turn(sender), "");
  EXPECT_EQ(take_output(poll) + take_output(stream), "");
  const ConnectionId reader = open();
  send(reader, get("/receive?room=geral"));
  EXPECT_FALSE(holds(turn(reader), R"("oi")"));

  EXPECT_TRUE(holds(turn(sender, 1), R"("status":"success")"));
  EXPECT_TRUE(holds(take_output(poll), R"("oi")"));
  EXPECT_TRUE(holds(take_output(stream), R"("oi")"));
}

TEST_F(SlowStorage, ReadersWaitForTheirOwnCommandsOnly) {
  have_a_room();
  const ConnectionId writer = open();
  const ConnectionId other = open();
  send(writer, post("/r/geral?username=ana", "oi") + get("/rooms"));
  send(other, get("/rooms"));
  EXPECT_EQ(turn(writer), "");
  EXPECT_TRUE(holds(take_output(other), R"("rooms")"));
  const std::string answers = turn(writer, 1);
  EXPECT_LT(answers.find(R"("id")"), answers.find(R"("rooms")"));
  EXPECT_TRUE(holds(answers, R"("rooms")"));
}

TEST_F(SlowStorage, StoresNothingButGoesOnReading) {
  have_a_room();
  log_.fail = true;
  const ConnectionId id = open();
  send(id, post("/r/geral?username=ana", "oi") + get("/r/geral?poll=1") +
               get("/healthz"));
  const std::string answers = turn(id, 1);
  EXPECT_TRUE(holds(answers, "HTTP/1.1 503 "));
  EXPECT_TRUE(holds(answers, R"("code":"storage_unavailable")"));
  EXPECT_TRUE(holds(answers, "\r\nRetry-After: "));
  EXPECT_TRUE(holds(answers, "first"));
  EXPECT_TRUE(holds(answers, R"("storage":"unavailable")"));
  EXPECT_EQ(count(answers, "HTTP/1.1 200 "), 2U);
  EXPECT_FALSE(holds(answers, R"("oi")"));

  log_.fail = false;
  send(id, post("/r/geral?username=ana", "again") + get("/healthz"));
  const std::string after = turn(id, 1);
  EXPECT_EQ(count(after, "HTTP/1.1 200 "), 2U);
  EXPECT_TRUE(holds(after, R"("storage":"available")"));
}

// A failure that needs no disk must not overtake what waits for one.
TEST_F(SlowStorage, AnswersInOrderWhenTheLogIsFull) {
  have_a_room();
  const ConnectionId id = open();
  send(id, post("/r/geral?username=ana", "one"));
  log_.full = true;
  send(id, post("/r/geral?username=ana", "two") + get("/rooms"));
  EXPECT_EQ(turn(id), "");
  const std::string answers = turn(id, 1);
  const std::size_t stored = answers.find("HTTP/1.1 200 ");
  const std::size_t refused = answers.find("HTTP/1.1 503 ");
  const std::size_t read = answers.find(R"("rooms")");
  EXPECT_LT(stored, refused);
  EXPECT_LT(refused, read);
  EXPECT_NE(read, std::string::npos);
}

TEST_F(SlowStorage, AppliesTheCommandOfAConnectionThatIsGone) {
  have_a_room();
  const ConnectionId gone = open();
  send(gone, post("/r/geral?username=ana", "last words"));
  turn(gone);
  machine_.lost(gone, now_);
  const ConnectionId next = open();  // in the same slot
  EXPECT_EQ(turn(next, 1), "");
  send(next, get("/receive?room=geral"));
  EXPECT_TRUE(holds(turn(next), "last words"));
  machine_.lost(next, now_);
  EXPECT_TRUE(machine_.is_quiet());
}

TEST_F(SlowStorage, AnswersAPeerThatHasFinishedSending) {
  const ConnectionId id = open();
  send(id, post("/r/geral?username=ana", "oi"));
  machine_.end_of_input(id, now_);
  turn(id);
  EXPECT_EQ(machine_.ending(id), Ending::StayOpen);
  EXPECT_TRUE(holds(turn(id, 1), "HTTP/1.1 200 "));
  EXPECT_EQ(machine_.ending(id), Ending::Close);
}

TEST_F(SlowStorage, ReadsNoMoreThanItCanRemember) {
  have_a_room();
  const ConnectionId id = open();
  const std::string one = post("/r/geral?username=ana", "oi");
  std::size_t sent = 0;
  for (; machine_.wants_input(id) && sent < 100'000; ++sent) send(id, one);
  EXPECT_LT(sent * one.size(), 2 * options_.body_bytes_max + 100'000);
  EXPECT_LE(log_.size(), 64U);
  std::string answers;
  while (log_.size() > 0) answers += turn(id, log_.size());
  EXPECT_EQ(count(answers, "HTTP/1.1 200 "), sent);
}

TEST_F(SlowStorage, TellsTheLogTheTimeAndWakesWhenItAsks) {
  machine_.finish_turn(now_);
  EXPECT_EQ(log_.told, now_.steady);
  const base::Micros far = std::chrono::seconds(60);
  EXPECT_GT(machine_.next_due(now_, far), now_.steady + far / 2);
  log_.next = now_.steady + std::chrono::milliseconds(7);
  EXPECT_EQ(machine_.next_due(now_, far), log_.next);
  log_.next = now_.steady - std::chrono::milliseconds(7);
  EXPECT_EQ(machine_.next_due(now_, far), now_.steady);
}

TEST_F(SlowStorage, TellsOfTheLog) {
  const ConnectionId id = open();
  send(id, get("/metrics") + get("/version"));
  const std::string answers = turn(id);
  EXPECT_TRUE(holds(answers, "\npapo_log_waiting 0\n"));
  EXPECT_TRUE(holds(answers, R"("durable":true)"));
}

// ---- The end.

TEST_F(SlowStorage, EndsAfterTheAnswersThatAreDue) {
  const ConnectionId id = open();
  send(id, post("/r/geral?username=ana", "one") +
               post("/r/geral?username=ana", "two"));
  turn(id);
  machine_.begin_shutdown(now_);
  EXPECT_EQ(turn(id), "");
  EXPECT_EQ(machine_.ending(id), Ending::StayOpen);
  EXPECT_EQ(count(turn(id, 1), "HTTP/1.1 200 "), 1U);
  EXPECT_EQ(machine_.ending(id), Ending::StayOpen);
  const std::string last = turn(id, 1);
  EXPECT_EQ(count(last, "HTTP/1.1 200 "), 1U);
  EXPECT_TRUE(holds(last, "Connection: close\r\n"));
  EXPECT_EQ(machine_.ending(id), Ending::FinishSending);
}

TEST_F(SlowStorage, EndsAWebSocketAfterItsAnswers) {
  const ConnectionId id = open();
  send(id, upgrade());
  turn(id);
  send(id, masked_text(
               R"({"type":"join","room":"geral","username":"ana","ref":1})"));
  turn(id);
  machine_.begin_shutdown(now_);
  EXPECT_EQ(turn(id), "");
  EXPECT_FALSE(machine_.wants_input(id));
  const std::string last = turn(id, 1);
  const std::size_t answer = last.find(R"("type":"ok")");
  const std::size_t close = last.find("restarting");
  EXPECT_LT(answer, close);
  EXPECT_NE(close, std::string::npos);
}

TEST_F(SlowStorage, EndsAConnectionWhoseAnswerWasOnItsWay) {
  const ConnectionId id = open();
  send(id, get("/rooms"));
  machine_.finish_turn(now_);
  machine_.begin_shutdown(now_);
  EXPECT_EQ(machine_.ending(id), Ending::StayOpen);
  EXPECT_TRUE(holds(take_output(id), R"("rooms")"));
  EXPECT_EQ(machine_.ending(id), Ending::Close);
}

}  // namespace
}  // namespace papo::app
