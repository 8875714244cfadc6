// A log of commands that decides when and whether: at once, at the end of the
// turn, or late and in batches; and that fails for a while, as a full disk
// does.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "log/command_log.h"
#include "sim/lottery.h"

namespace papo::sim {

// Sees each command on its way.
class LogWitness {
 public:
  virtual ~LogWitness() = default;
  virtual void on_append(const chat::Command& command, log::Ticket ticket) = 0;
  // Just before the machine is told. `stored` is false when it has failed.
  virtual void on_deciding(const chat::Command& command, log::Ticket ticket,
                           bool stored) = 0;
  virtual void on_decided() = 0;
};

class SimulatedLog final : public log::CommandLog {
 public:
  enum class Pace { AtOnce, EndOfTurn, Late };

  SimulatedLog(Pace pace, log::Committed* committed, LogWitness* witness,
               Lottery* lottery)
      : pace_(pace),
        committed_(*committed),
        witness_(*witness),
        lottery_(*lottery) {}

  void append(const chat::Command& command, log::Ticket ticket) override {
    witness_.on_append(command, ticket);
    if (failing_) return decide({command, ticket}, false);
    if (pace_ == Pace::AtOnce) return decide({command, ticket}, true);
    waiting_.emplace_back(command, ticket);
  }

  void deliver() override {
    std::size_t count = waiting_.size();
    if (pace_ == Pace::Late && !hurry_) count = lottery_.below(count + 1);
    for (; count > 0; --count) decide_first(true);
  }

  // What waits wakes the loop at once.
  void on_time(base::Micros steady) override { now_ = steady; }
  base::Micros next_time() const override {
    return waiting_.empty() ? base::Micros::max() : now_;
  }

  // From now on nothing can be stored, nor what waits.
  void fail() {
    failing_ = true;
    while (!waiting_.empty()) decide_first(false);
  }
  void recover() { failing_ = false; }
  bool is_failing() const { return failing_; }
  // Everything is decided in the turn in which it comes.
  void set_hurry(bool hurry) { hurry_ = hurry; }

  std::size_t waiting() const { return waiting_.size(); }
  Pace pace() const { return pace_; }

 private:
  // A command with texts of its own.
  struct Waiting {
    Waiting(const chat::Command& from, log::Ticket called)
        : room(from.room),
          user(from.user),
          text(from.text),
          client_id(from.client_id),
          command(from),
          ticket(called) {}

    std::string room, user, text, client_id;
    chat::Command command;
    log::Ticket ticket;
  };

  void decide_first(bool stored) {
    const Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    decide(first, stored);
  }

  void decide(Waiting waiting, bool stored) {
    chat::Command& command = waiting.command;
    command.room = waiting.room;
    command.user = waiting.user;
    command.text = waiting.text;
    command.client_id = waiting.client_id;
    witness_.on_deciding(command, waiting.ticket, stored);
    if (stored) {
      committed_.on_committed(command, waiting.ticket);
    } else {
      committed_.on_failed(waiting.ticket);
    }
    witness_.on_decided();
  }

  Pace pace_;
  log::Committed& committed_;
  LogWitness& witness_;
  Lottery& lottery_;
  std::deque<Waiting> waiting_;
  base::Micros now_{};
  bool failing_ = false;
  bool hurry_ = false;
};

}  // namespace papo::sim
