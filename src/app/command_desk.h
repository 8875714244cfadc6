// Where commands go: into the log, and from there, when it has committed them,
// into the store. The only way to change what the store holds.
//
// Every command comes back here in the order of the log, whoever appended it:
// is applied, told to who watches, and answered where somebody waits. The first
// of each life says that it begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/connection.h"
#include "base/result.h"
#include "base/time.h"
#include "chat/room_store.h"
#include "log/command_log.h"

namespace papo::app {

// Who waits for a command's answer: a connection, and the command's number
// there (app/answer_line.h).
struct ReplyTo {
  ConnectionId connection = 0;
  std::uint32_t number = 0;
};

// A command, and what became of it.
struct Decision {
  chat::Command command;
  base::Result<chat::Applied, chat::Refusal> result;
  chat::MessageId before;  // the store's last id before it
};

// Is told of each command, in the order of the log.
class DecisionWatcher {
 public:
  virtual ~DecisionWatcher() = default;
  // The store says this in the room while a command of `author` is applied.
  virtual void on_said(std::string_view, const chat::Event&, std::string_view) {
  }
  // The command was applied, or refused.
  virtual void on_decision(const Decision& decision) = 0;
};

// Is told what became of the commands that were pending, after who watches.
class Answerer {
 public:
  virtual ~Answerer() = default;
  virtual void decided(const ReplyTo& to, const Decision& decision) = 0;
  // What `to` waits for was not stored, and will not be.
  virtual void failed(const ReplyTo& to) = 0;
};

class CommandDesk final : public log::Committed, private chat::Audience {
 public:
  // `store` must outlive it.
  explicit CommandDesk(chat::RoomStore* store) : store_(store) {}
  CommandDesk(const CommandDesk&) = delete;
  CommandDesk& operator=(const CommandDesk&) = delete;

  // Who is told, from now on, in the order of these calls; and who answers.
  // They outlive the last turn.
  void watch(DecisionWatcher* watcher) { watchers_.push_back(watcher); }
  void answer_by(Answerer* answerer) { answerer_ = answerer; }
  // Commands go to `log` from now on, which outlives this desk's last turn:
  // first the one that a life begins, at `wall`. Once.
  void open(log::CommandLog* log, base::Micros wall);

  // What became of a command that was submitted just now.
  struct Submitted {
    log::Appended fate;
    std::optional<Decision> decision;  // of one that is committed
  };
  // Committed: it has been applied, and told to who watches. Pending: `to` is
  // answered in a later deliver(). Failed: it is not stored.
  Submitted submit(const chat::Command& command, const ReplyTo& to);
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
  void on_event(std::string_view room, const chat::Event& event) override;
  void begin_life();
  Decision apply(const chat::Command& command);
  log::Ticket wait_for(const ReplyTo& to);
  ReplyTo take_waiting(log::Ticket ticket);
  void forget_tickets();

  chat::RoomStore* store_;
  log::CommandLog* log_ = nullptr;
  std::vector<DecisionWatcher*> watchers_;
  Answerer* answerer_ = nullptr;
  std::vector<ReplyTo> waiting_{1};  // by ticket; 0 is nobody's
  std::vector<log::Ticket> free_;
  std::string_view author_;  // of the command that is being applied
  base::Micros started_{};   // by the wall clock
  bool has_begun_ = false;   // the life's first command has not failed
};

}  // namespace papo::app
