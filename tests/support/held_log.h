// A log whose commands are decided when a test says so.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "log/command_log.h"

namespace papo::support {

class HeldLog final : public log::CommandLog {
 public:
  // True at first: every command is committed in the turn it came in.
  void set_open(bool open) { open_ = open; }
  // What append() says from now on; only what is pending is held.
  void set_answer(log::Appended answer) { answer_ = answer; }
  // Decides the next ones, in the next deliver().
  void commit(std::size_t count) { commits_ += count; }
  void fail(std::size_t count) { failures_ += count; }
  std::size_t size() const { return held_.size(); }

  log::Appended append(const chat::Command& command,
                       log::Ticket ticket) override {
    if (answer_ != log::Appended::Pending) return answer_;
    Held held{command,
              ticket,
              std::string(command.room),
              std::string(command.user),
              std::string(command.text),
              std::string(command.client_id)};
    held_.push_back(std::move(held));
    return answer_;
  }

  void deliver(log::Committed* receiver) override {
    while (!held_.empty() && (open_ || commits_ + failures_ > 0)) {
      const bool fails = !open_ && commits_ == 0;
      Held held = std::move(held_.front());
      held_.pop_front();
      if (!open_) --(fails ? failures_ : commits_);
      if (fails) {
        receiver->on_failed(held.ticket);
      } else {
        receiver->on_committed(held.view(), held.ticket);
      }
    }
  }

 private:
  struct Held {
    chat::Command command;
    log::Ticket ticket;
    std::string room;
    std::string user;
    std::string text;
    std::string client_id;

    chat::Command view() const {
      chat::Command viewed = command;
      viewed.room = room;
      viewed.user = user;
      viewed.text = text;
      viewed.client_id = client_id;
      return viewed;
    }
  };

  std::deque<Held> held_;
  std::size_t commits_ = 0;
  std::size_t failures_ = 0;
  bool open_ = true;
  log::Appended answer_ = log::Appended::Pending;
};

}  // namespace papo::support
