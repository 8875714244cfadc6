#include "app/command_desk.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/held_log.h"

namespace papo::app {
namespace {

using std::chrono::seconds;

constexpr base::Micros kWall = seconds(1'700'000'000);

// Writes down what it is told, and what who waits is told.
class Diary final : public DecisionWatcher, public Answerer {
 public:
  void on_said(std::string_view room, const chat::Event&,
               std::string_view author) override {
    add("event", std::string(room).append(" of ").append(author));
  }
  void on_decision(const Decision& decision) override {
    add(decision.result ? "applied" : "refused", decision.command.user);
    before.push_back(decision.before);
  }
  void decided(const ReplyTo& to, const Decision&) override {
    add("answer", std::to_string(to.number));
  }
  void failed(const ReplyTo& to) override {
    add("failure", std::to_string(to.number));
  }

  std::vector<std::string> take() { return std::exchange(lines_, {}); }
  std::vector<chat::MessageId> before;

 private:
  void add(std::string_view what, std::string_view whom) {
    lines_.push_back(std::string(what).append(" ").append(whom));
  }
  std::vector<std::string> lines_;
};

class Desk : public testing::Test {
 protected:
  Desk() {
    desk_.watch(&diary_);
    desk_.answer_by(&diary_);
    desk_.open(&log_, kWall);
  }
  log::Appended submit(chat::CommandKind kind, std::string_view user,
                       std::uint32_t number) {
    const auto submitted = desk_.submit(
        {.kind = kind, .time = kWall, .room = "r", .user = user}, {7, number});
    EXPECT_EQ(submitted.decision.has_value(),
              submitted.fate == log::Appended::Committed);
    return submitted.fate;
  }
  void deliver() { desk_.deliver(seconds(1)); }

  chat::RoomStore store_{{}, chat::Language::English, {}};
  Diary diary_;
  CommandDesk desk_{&store_};
  support::HeldLog log_;
};

using Lines = std::vector<std::string>;

// What the store tells, then the decision, then who waits; nobody hears of a
// start.
TEST_F(Desk, TellsInTheOrderOfTheLog) {
  submit(chat::CommandKind::Join, "ana", 1);
  submit(chat::CommandKind::Leave, "bia", 2);
  EXPECT_EQ(desk_.waiting(), 2u);
  EXPECT_EQ(diary_.take(), Lines{});
  deliver();
  EXPECT_EQ(diary_.take(), (Lines{"event r of ana", "applied ana", "answer 1",
                                  "refused bia", "answer 2"}));
  EXPECT_EQ(desk_.waiting(), 0u);
  EXPECT_LT(diary_.before.front(), store_.last_id());
  EXPECT_EQ(diary_.before.back(), store_.last_id());
}

TEST_F(Desk, TellsWhoWaitsOfAFailure) {
  log_.set_open(false);
  submit(chat::CommandKind::Join, "ana", 1);
  submit(chat::CommandKind::Join, "bia", 2);
  log_.commit(2);  // the start, and the first
  log_.fail(1);
  deliver();
  EXPECT_EQ(diary_.take(),
            (Lines{"event r of ana", "applied ana", "answer 1", "failure 2"}));
  desk_.on_failed(0);
  EXPECT_EQ(diary_.take(), Lines{});
}

// What the log says as it takes a command, and what who waits hears at once.
TEST_F(Desk, TellsAtOnceWhatIsDecidedAtOnce) {
  using log::Appended;
  const struct {
    const char* name;
    Appended answer;
    Lines told;
    std::size_t waiting;
  } cases[] = {
      {"committed", Appended::Committed, {"event r of ana", "applied ana"}, 0},
      {"pending", Appended::Pending, {}, 1},
      {"failed", Appended::Failed, {}, 0},
  };
  deliver();
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    log_.set_answer(each.answer);
    EXPECT_EQ(submit(chat::CommandKind::Join, "ana", 1), each.answer);
    EXPECT_EQ(diary_.take(), each.told);
    EXPECT_EQ(desk_.waiting(), each.waiting);
    deliver();
    diary_.take();
    EXPECT_EQ(desk_.waiting(), 0u);
    submit(chat::CommandKind::Leave, "ana", 2);
    deliver();
    diary_.take();
  }
}

// Commands before it are undecided still; each hears of its own.
TEST_F(Desk, TellsOfAFailureBeforeWhatIsPending) {
  deliver();
  submit(chat::CommandKind::Join, "ana", 1);
  log_.set_answer(log::Appended::Failed);
  EXPECT_EQ(submit(chat::CommandKind::Join, "bia", 2), log::Appended::Failed);
  EXPECT_EQ(diary_.take(), Lines{});
  EXPECT_EQ(desk_.waiting(), 1u);
  deliver();
  EXPECT_EQ(diary_.take(),
            (Lines{"event r of ana", "applied ana", "answer 1"}));
}

// Nothing that a life stores may come before the word that it began.
TEST_F(Desk, BeginsItsLifeAnewWhenTheLogDidNotTakeIt) {
  log_.set_open(false);
  log_.fail(1);
  deliver();
  EXPECT_EQ(diary_.take(), Lines{});
  EXPECT_EQ(log_.size(), 0u);
  submit(chat::CommandKind::Join, "ana", 1);
  EXPECT_EQ(log_.size(), 2u);
  log_.set_open(true);
  deliver();
  EXPECT_TRUE(store_.is_foreign(1'600'000'000'000'000));
  EXPECT_EQ(diary_.take(),
            (Lines{"event r of ana", "applied ana", "answer 1"}));
}

TEST_F(Desk, BeginsItsLifeWithTheFirstCommandThatIsTaken) {
  CommandDesk desk(&store_);
  Diary diary;
  support::HeldLog log;
  desk.watch(&diary);
  log.set_answer(log::Appended::Failed);
  desk.open(&log, kWall);
  const ReplyTo to{7, 1};
  const chat::Command join{.kind = chat::CommandKind::Join,
                           .time = kWall,
                           .room = "r",
                           .user = "ana"};
  desk.submit(join, to);
  log.set_answer(log::Appended::Committed);
  desk.submit(join, to);
  EXPECT_TRUE(store_.is_foreign(1'600'000'000'000'000));
  EXPECT_EQ(diary.take(), (Lines{"event r of ana", "applied ana"}));
}

// Another machine's, or a replay's.
TEST_F(Desk, ACommandThatNobodyWaitsForIsAppliedAndToldOf) {
  deliver();
  desk_.on_committed({.kind = chat::CommandKind::Join,
                      .time = kWall,
                      .room = "r",
                      .user = "ana"},
                     0);
  EXPECT_EQ(diary_.take(), (Lines{"event r of ana", "applied ana"}));
}

TEST_F(Desk, GivesEachAnswerToWhoAsked) {
  log_.set_open(false);
  log_.commit(1);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2'000; ++i) {
      submit(chat::CommandKind::Leave, "u" + std::to_string(i),
             static_cast<std::uint32_t>(i));
      if (i % 3 == 0) log_.commit(1);
    }
    EXPECT_EQ(desk_.waiting(), 2'000u);
    log_.commit(2'000);
    deliver();
    const Lines lines = diary_.take();
    ASSERT_EQ(lines.size(), 4'000u);
    for (int i = 0; i < 2'000; ++i) {
      const auto at = static_cast<std::size_t>(i) * 2;
      ASSERT_EQ(lines[at], "refused u" + std::to_string(i));
      ASSERT_EQ(lines[at + 1], "answer " + std::to_string(i));
    }
    EXPECT_EQ(desk_.waiting(), 0u);
  }
}

}  // namespace
}  // namespace papo::app
