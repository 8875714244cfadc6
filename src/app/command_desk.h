// Where commands go: into the log, and from there, when it has committed them,
// into the store. The only way to change what the store holds.
//
// Every command comes back here in the order of the log, whoever appended it:
// is applied, told to who watches, and answered where somebody waits. The first
// of each life says that it begins.
#pragma once

#include <cstddef>
#include <vector>

#include "app/reply.h"
#include "base/result.h"
#include "base/time.h"
#include "chat/room_store.h"
#include "log/command_log.h"

namespace papo::app {

// A command, and what became of it.
struct Decision {
  const chat::Command& command;
  const base::Result<chat::Applied, chat::Refusal>& result;
  chat::MessageId before;  // the store's last id before it
};

// Is told of each command, in the order of the log. What the store tells of
// it, as an Audience, comes before.
class DecisionWatcher : public chat::Audience {
 public:
  // Applied, or refused.
  virtual void on_decision(const Decision& decision) = 0;
  // And that it is what `to` waits for.
  virtual void answer_decision(const ReplyTo& to, const Decision& decision) = 0;
  // What `to` waits for was not stored, and will not be.
  virtual void answer_failure(const ReplyTo& to) = 0;
};

class CommandDesk final : public log::Committed {
 public:
  // `store` must outlive it.
  explicit CommandDesk(chat::RoomStore* store) : store_(store) {}
  CommandDesk(const CommandDesk&) = delete;
  CommandDesk& operator=(const CommandDesk&) = delete;

  // Commands go to `log` from now on, which outlives this desk's last turn:
  // first the one that a life begins, at `wall`. Once.
  void open(log::CommandLog* log, base::Micros wall);
  // Who is told, from now on; must outlive the last turn. Once.
  void watch(DecisionWatcher* watcher) { watcher_ = watcher; }

  // The command's answer goes to `reply_to`, perhaps before this returns.
  void submit(const chat::Command& command, const ReplyTo& reply_to);
  // A command would be refused now, before those under way are decided.
  bool is_full() const { return log_->is_full(); }
  // At the end of a turn: takes what the log has decided.
  void deliver(base::Micros steady);
  // When the log has something to do, on the steady clock.
  base::Micros next_due() const { return log_->next_time(); }

  const chat::RoomStore& store() const { return *store_; }
  const log::CommandLog& log() const { return *log_; }
  // Commands that somebody waits for.
  std::size_t waiting() const { return waiting_.size() - 1 - free_.size(); }

  // ---- What the log calls.

  void on_committed(const chat::Command& command, log::Ticket ticket) override;
  void on_failed(log::Ticket ticket) override;

 private:
  void append(const chat::Command& command, log::Ticket ticket);
  void append_start();
  ReplyTo take_waiting(log::Ticket ticket);
  void forget_tickets();

  chat::RoomStore* store_;
  log::CommandLog* log_ = nullptr;
  DecisionWatcher* watcher_ = nullptr;
  std::vector<ReplyTo> waiting_{1};  // by ticket; 0 is nobody's
  std::vector<log::Ticket> free_;
  base::Micros started_{};       // by the wall clock
  bool start_appended_ = false;  // and has not failed
};

}  // namespace papo::app
