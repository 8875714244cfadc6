#include "app/command_desk.h"

#include <limits>
#include <utility>

#include "base/check.h"

namespace papo::app {
namespace {

// So many places for commands are kept when none is under way.
constexpr std::size_t kTicketsKept = 1'024;
// The server's own command: that it has started.
constexpr log::Ticket kStartTicket = std::numeric_limits<log::Ticket>::max();

}  // namespace

void CommandDesk::open(log::CommandLog* log, base::Micros wall) {
  log_ = log;
  started_ = wall;
  append_start();
}

// The first command of a life. One that could not be stored goes before the
// next command; until then points of other lives are ahead of every id.
void CommandDesk::append_start() {
  start_appended_ = true;
  append({.kind = chat::CommandKind::Start, .time = started_}, kStartTicket);
}

void CommandDesk::submit(const chat::Command& command,
                         const ReplyTo& reply_to) {
  PAPO_CHECK(reply_to.connection != 0);
  if (!start_appended_) append_start();
  if (free_.empty()) {
    free_.push_back(static_cast<log::Ticket>(waiting_.size()));
    waiting_.emplace_back();
  }
  const log::Ticket ticket = free_.back();
  free_.pop_back();
  waiting_[ticket] = reply_to;
  append(command, ticket);
}

// What is decided at once is told of at once.
void CommandDesk::append(const chat::Command& command, log::Ticket ticket) {
  switch (log_->append(command, ticket)) {
    case log::Appended::Committed:
      return on_committed(command, ticket);
    case log::Appended::Pending:
      return;
    case log::Appended::Failed:
      return on_failed(ticket);
  }
}

void CommandDesk::deliver(base::Micros steady) {
  log_->on_time(steady);
  log_->deliver(this);
}

void CommandDesk::on_committed(const chat::Command& command,
                               log::Ticket ticket) {
  const chat::MessageId before = store_->last_id();
  const auto result = store_->apply(command, watcher_);
  if (command.kind == chat::CommandKind::Start) return;  // nobody's, no event
  const Decision decision{command, result, before};
  watcher_->on_decision(decision);
  if (ticket == 0) return;
  watcher_->answer_decision(take_waiting(ticket), decision);
}

void CommandDesk::on_failed(log::Ticket ticket) {
  if (ticket == kStartTicket) {
    start_appended_ = false;
    return;
  }
  if (ticket == 0) return;
  watcher_->answer_failure(take_waiting(ticket));
}

// Who waits for the command's answer, and no longer.
ReplyTo CommandDesk::take_waiting(log::Ticket ticket) {
  PAPO_CHECK(ticket < waiting_.size() && waiting_[ticket].connection != 0);
  ReplyTo to = std::exchange(waiting_[ticket], {});
  free_.push_back(ticket);
  forget_tickets();
  return to;
}

// Places for a burst of commands are not kept when none is under way.
void CommandDesk::forget_tickets() {
  if (waiting() > 0 || waiting_.size() <= kTicketsKept) return;
  waiting_ = std::vector<ReplyTo>(1);
  free_ = std::vector<log::Ticket>();
}

}  // namespace papo::app
