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
  // The machine was told. What is decided as it is appended goes without: the
  // machine is told when append() returns.
  virtual void on_decided() = 0;
};

class SimulatedLog final : public log::CommandLog {
 public:
  enum class Pace { AtOnce, EndOfTurn, Late };

  SimulatedLog(Pace pace, LogWitness* witness, Lottery* lottery)
      : pace_(pace), witness_(*witness), lottery_(*lottery) {}

  log::Appended append(const chat::Command& command,
                       log::Ticket ticket) override {
    witness_.on_append(command, ticket);
    if (!failing_ && pace_ != Pace::AtOnce) {
      waiting_.emplace_back(command, ticket);
      return log::Appended::Pending;
    }
    witness_.on_deciding(command, ticket, !failing_);
    return failing_ ? log::Appended::Failed : log::Appended::Committed;
  }

  void deliver(log::Committed* receiver) override {
    for (; lost_ > 0; --lost_) decide_first(false, receiver);
    std::size_t count = waiting_.size();
    if (pace_ == Pace::Late && !hurry_) count = lottery_.below(count + 1);
    for (; count > 0; --count) decide_first(true, receiver);
  }

  // What waits wakes the loop at once.
  void on_time(base::Micros steady) override { now_ = steady; }
  base::Micros next_time() const override {
    return waiting_.empty() ? base::Micros::max() : now_;
  }

  // From now on nothing can be stored, nor what waits.
  void fail() {
    failing_ = true;
    lost_ = waiting_.size();
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

  void decide_first(bool stored, log::Committed* receiver) {
    const Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    chat::Command command = first.command;
    command.room = first.room;
    command.user = first.user;
    command.text = first.text;
    command.client_id = first.client_id;
    witness_.on_deciding(command, first.ticket, stored);
    if (stored) {
      receiver->on_committed(command, first.ticket);
    } else {
      receiver->on_failed(first.ticket);
    }
    witness_.on_decided();
  }

  Pace pace_;
  LogWitness& witness_;
  Lottery& lottery_;
  std::deque<Waiting> waiting_;
  std::size_t lost_ = 0;  // the first ones of those, which fail
  base::Micros now_{};
  bool failing_ = false;
  bool hurry_ = false;
};

}  // namespace papo::sim
