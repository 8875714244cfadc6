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
  begin_life();
}

// The first command of a life. One that could not be stored goes before the
// next command; until then points of other lives are ahead of every id.
void CommandDesk::begin_life() {
  const chat::Command start{.kind = chat::CommandKind::Start, .time = started_};
  const log::Appended fate = log_->append(start, kStartTicket);
  has_begun_ = fate != log::Appended::Failed;
  if (fate == log::Appended::Committed) apply(start);
}

CommandDesk::Submitted CommandDesk::submit(const chat::Command& command,
                                           const ReplyTo& to) {
  if (!has_begun_) begin_life();
  const log::Ticket ticket = wait_for(to);
  const log::Appended fate = log_->append(command, ticket);
  if (fate == log::Appended::Pending) return {fate, std::nullopt};
  take_waiting(ticket);
  if (fate == log::Appended::Failed) return {fate, std::nullopt};
  return {fate, apply(command)};
}

void CommandDesk::deliver(base::Micros steady) {
  log_->on_time(steady);
  log_->deliver(this);
}

Decision CommandDesk::apply(const chat::Command& command) {
  author_ = command.user;
  const chat::MessageId before = store_->last_id();
  Decision decision{command, store_->apply(command, this), before};
  // The server's own is nobody's, and of no room.
  if (command.kind == chat::CommandKind::Start) return decision;
  for (DecisionWatcher* each : watchers_) each->on_decision(decision);
  return decision;
}

void CommandDesk::on_event(std::string_view room, const chat::Event& event) {
  for (DecisionWatcher* each : watchers_) each->on_said(room, event, author_);
}

void CommandDesk::on_committed(const chat::Command& command,
                               log::Ticket ticket) {
  const Decision decision = apply(command);
  if (ticket == 0 || ticket == kStartTicket) return;
  answerer_->decided(take_waiting(ticket), decision);
}

void CommandDesk::on_failed(log::Ticket ticket) {
  if (ticket == kStartTicket) {
    has_begun_ = false;
    return;
  }
  if (ticket == 0) return;
  answerer_->failed(take_waiting(ticket));
}

log::Ticket CommandDesk::wait_for(const ReplyTo& to) {
  PAPO_CHECK(to.connection != 0);
  if (free_.empty()) {
    free_.push_back(static_cast<log::Ticket>(waiting_.size()));
    waiting_.emplace_back();
  }
  const log::Ticket ticket = free_.back();
  free_.pop_back();
  waiting_[ticket] = to;
  return ticket;
}

// Who waits for the command's answer, and no longer.
ReplyTo CommandDesk::take_waiting(log::Ticket ticket) {
  PAPO_CHECK(ticket < waiting_.size() && waiting_[ticket].connection != 0);
  const ReplyTo to = std::exchange(waiting_[ticket], {});
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
