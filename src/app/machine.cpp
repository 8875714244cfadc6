#include "app/machine.h"

#include <algorithm>
#include <utility>

#include "app/command_answers.h"
#include "base/check.h"

namespace papo::app {
namespace {

constexpr base::Micros kRefusedTimeout = std::chrono::seconds(5);
// How long a finished connection waits for the peer to close, reading on, so
// that the last answer is not lost to a reset (RFC 9112 §9.6).
constexpr base::Micros kLingerFor = std::chrono::seconds(2);
// How long a listener that was cut may take to read what was queued for it.
constexpr base::Micros kCutFor = std::chrono::seconds(20);

http::Limits request_limits(const Options& options) {
  http::Limits limits;
  limits.body_bytes_max = options.body_bytes_max;
  return limits;
}

}  // namespace

Machine::Machine(const Parts& parts, base::Moment now)
    : options_(parts.options),
      desk_(parts.desk),
      store_(parts.desk->store()),
      files_(parts.files),
      random_(parts.random),
      access_log_(parts.access_log),
      now_(now),
      replier_(parts.options, &pool_),
      feed_(this, parts.options->hash_key),
      presence_(&store_, &feed_, parts.options->hash_key,
                parts.options->presence_max),
      room_list_(&store_, &presence_),
      wheel_(now.steady),
      followers_(0, base::NameHash{parts.options->hash_key}),
      reader_(request_limits(*parts.options)) {
  desk_->watch(this);
}

// Listeners leave the feed before it goes.
Machine::~Machine() {
  connections_.for_each([&](Connection& each) {
    if (each.listener != nullptr) feed_.leave_all(each.listener.get());
  });
}

void Machine::set_time(base::Moment now) {
  now_ = now;
  replier_.set_time(now.wall);
}

ConnectionId Machine::open(const PeerAddress& peer, base::Moment now) {
  set_time(now);
  const bool refused = connections_.size() >= options_->connections_max;
  if (refused) ++metrics_.connections_refused;
  if (connections_.size() >=
      options_->connections_max + options_->refused_max) {
    return 0;
  }
  ++metrics_.connections_accepted;
  Connection& connection = connections_.add();
  connection.peer = peer;
  connection.refused = refused;
  set_deadline(&connection,
               refused ? kRefusedTimeout : options_->header_timeout);
  return connection.id();
}

void Machine::receive(ConnectionId id, std::span<char> bytes,
                      base::Moment now) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  set_time(now);
  metrics_.bytes_received += bytes.size();
  switch (connection->stage) {
    case Stage::Requests:
    case Stage::LongPoll:
      take_requests(connection, {bytes.data(), bytes.size()});
      break;
    case Stage::WebSocket:
      take_frames(connection, bytes);
      break;
    case Stage::Stream:    // nothing more is asked on it
    case Stage::Draining:  // nothing more is answered on it
    case Stage::Free:
      return;
  }
  count_partial(connection);
}

void Machine::end_of_input(ConnectionId id, base::Moment now) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  set_time(now);
  connection->peer_finished = true;
  touch(connection);
  // Who waits for news and says that nothing more will come has gone.
  const bool waits = connection->stage != Stage::Requests &&
                     connection->stage != Stage::Draining;
  if (waits) close_now(connection);
}

void Machine::lost(ConnectionId id, base::Moment now) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  set_time(now);
  leave_feed(connection);
  end_file_wait(connection);
  wheel_.clear(connection);
  connection->outbox.clear(&pool_);
  connections_.remove(connection);
}

void Machine::finish_turn(base::Moment now) {
  set_time(now);
  bound_unread();
  while (Timed* due = wheel_.take_due(now.steady)) {
    on_deadline(static_cast<Connection*>(due));
  }
  presence_.on_time(now.steady);
  desk_->deliver(now.steady);
  take_found_files();
  do {
    resume_all();
    feed_.drain();
    end_cut_listeners();
  } while (!resumable_.empty());
}

void Machine::clear_touched() {
  for (const ConnectionId id : touched_ids_) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) continue;
    connection->touched = false;
    connection->unread = !connection->outbox.empty();
  }
  touched_ids_.clear();
}

void Machine::touch(Connection* connection) {
  if (connection->touched) return;
  connection->touched = true;
  touched_ids_.push_back(connection->id());
}

std::size_t Machine::gather(ConnectionId id,
                            std::span<std::string_view> views) {
  const Connection* connection = connections_.find(id);
  return connection == nullptr ? 0 : connection->outbox.gather(views);
}

void Machine::sent(ConnectionId id, std::size_t count, base::Moment now) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  set_time(now);
  metrics_.bytes_sent += count;
  connection->outbox.consume(count, &pool_);
  connection->progressed |= count > 0;
  const bool all_sent = connection->outbox.empty();
  if (all_sent) connection->unread = false;
  switch (connection->stage) {
    case Stage::Requests:
      // Silence counts from the last answer on; answers that are not read are
      // given as long.
      if (count > 0 && (!all_sent || connection->timed_phase ==
                                         http::RequestReader::Phase::Idle)) {
        set_deadline(connection, options_->idle_timeout);
      }
      if (all_sent) resume(connection);
      if (shutting_down_ && is_idle(*connection)) close_now(connection);
      return;
    case Stage::Draining:
      if (all_sent) {
        set_deadline(connection, kLingerFor);
      } else if (count > 0 && !connection->cut) {
        set_deadline(connection, options_->idle_timeout);
      }
      return;
    case Stage::WebSocket:
      if (all_sent) resume(connection);
      return;
    case Stage::LongPoll:
    case Stage::Stream:
    case Stage::Free:
      return;
  }
}

bool Machine::has_output(ConnectionId id) {
  const Connection* connection = connections_.find(id);
  return connection != nullptr && !connection->outbox.empty();
}

// A client that does not read its answers is not read from, so that pipelining
// cannot make the outbox grow; nor is one whose requests wait, beyond one
// request.
bool Machine::wants_input(ConnectionId id) {
  const Connection* connection = connections_.find(id);
  if (connection == nullptr || connection->peer_finished) return false;
  switch (connection->stage) {
    case Stage::Requests:
      if (!connection->outbox.empty()) return false;
      [[fallthrough]];
    case Stage::LongPoll:
      return connection->partial == nullptr ||
             connection->partial->bytes.size() <
                 request_limits(*options_).request_bytes_max();
    case Stage::WebSocket:
      return connection->partial == nullptr &&
             connection->in_flight < options_->commands_max && !shutting_down_;
    case Stage::Stream:
    case Stage::Draining:
      return true;
    case Stage::Free:
      return false;
  }
  __builtin_unreachable();
}

Ending Machine::ending(ConnectionId id) {
  const Connection* connection = connections_.find(id);
  if (connection == nullptr || connection->broken) return Ending::Close;
  if (!connection->outbox.empty()) return Ending::StayOpen;
  if (connection->stage == Stage::Draining) {
    return connection->peer_finished ? Ending::Close : Ending::FinishSending;
  }
  const bool finished = connection->peer_finished &&
                        connection->in_flight == 0 && !connection->resumable;
  return finished ? Ending::Close : Ending::StayOpen;
}

base::Micros Machine::next_due(base::Moment now, base::Micros at_most) const {
  if (!resumable_.empty()) return now.steady;
  const base::Micros due = wheel_.next_due(now.steady, at_most);
  return std::max(now.steady,
                  std::min(desk_->next_due(), presence_.next_due(due)));
}

void Machine::set_deadline(Connection* connection, base::Micros after) {
  wheel_.set(connection, now_.steady + after);
}

void Machine::on_deadline(Connection* connection) {
  switch (connection->stage) {
    case Stage::Requests:
      return end_slow_request(connection);
    case Stage::LongPoll:
      return end_long_poll(connection);
    case Stage::Stream:
      return beat(connection);
    case Stage::WebSocket:
      return keep_websocket_alive(connection);
    case Stage::Draining:
      return close_now(connection);
    case Stage::Free:
      PAPO_CHECK(false);
  }
}

// Closes without another byte.
void Machine::close_now(Connection* connection) {
  leave_feed(connection);
  connection->broken = true;
  connection->stage = Stage::Draining;
  connection->outbox.clear(&pool_);
  connection->unread = false;
  touch(connection);
}

// What is queued goes out, then our side closes, and what the peer still sends
// is discarded for a while.
void Machine::close_after_sending(Connection* connection) {
  connection->stage = Stage::Draining;
  base::Micros patience = options_->idle_timeout;
  if (connection->cut) patience = kCutFor;
  if (connection->outbox.empty()) patience = kLingerFor;
  set_deadline(connection, patience);
  touch(connection);
}

void Machine::leave_feed(Connection* connection) {
  if (connection->listener == nullptr) return;
  auto* listener = static_cast<ConnectionListener*>(connection->listener.get());
  if (listener->transport() != Transport::LongPoll) {
    auto* stream = static_cast<StreamListener*>(listener);
    if (!stream->user.empty()) {
      for (const std::string_view room : feed_.rooms_of(*stream)) {
        presence_.disconnected(room, stream->user.view(), now_.steady);
      }
    }
    if (stream->follows_user) stop_following(stream);
  }
  feed_.leave_all(listener);
  connection->listener.reset();
}

void Machine::begin_shutdown(base::Moment now) {
  set_time(now);
  shutting_down_ = true;
  connections_.for_each([&](Connection& each) {
    switch (each.stage) {
      case Stage::Requests:
        if (is_idle(each)) close_now(&each);
        return;
      case Stage::LongPoll:
        return end_long_poll(&each);
      case Stage::Stream:
        leave_feed(&each);
        return close_after_sending(&each);
      case Stage::WebSocket:
        return end_websocket(&each);
      case Stage::Draining:
      case Stage::Free:
        return;
    }
  });
}

// No request of it is under way, and no answer.
bool Machine::is_idle(const Connection& connection) {
  return connection.partial == nullptr && connection.outbox.empty() &&
         connection.in_flight == 0;
}

bool Machine::is_listening(ConnectionId id) {
  const Connection* connection = connections_.find(id);
  return connection != nullptr && connection->listener != nullptr &&
         connection->stage != Stage::LongPoll;
}

bool Machine::is_quiet() const {
  return connections_.size() == 0 && presence_.empty() && file_waits_.empty() &&
         feed_.topic_count() == 0 && followers_.empty() &&
         partial_bytes_ == 0 && desk_->waiting() == 0;
}

// ---- Commands.

void Machine::submit(const chat::Command& command, const ReplyTo& reply_to) {
  ++connections_.find(reply_to.connection)->in_flight;
  desk_->submit(command, reply_to);
}

// nullptr when it is gone, or reads no more.
Connection* Machine::who_waits(ReplyTo* to) {
  Connection* connection = connections_.find(to->connection);
  if (connection == nullptr) return nullptr;
  --connection->in_flight;
  if (connection->stage == Stage::Draining) return nullptr;
  const bool is_last =
      connection->in_flight == 0 && connection->partial == nullptr;
  if (shutting_down_ && is_last) to->keep_alive = false;
  return connection;
}

void Machine::go_on_after_answer(Connection* connection) {
  if (shutting_down_ && connection->stage == Stage::WebSocket) {
    return end_websocket(connection);
  }
  resume(connection);
}

void Machine::on_decision(const Decision& decision) {
  const auto& result = decision.result;
  ++(result ? metrics_.commands_applied : metrics_.commands_refused);
  if (result && result->id != 0) note_applied(decision);
}

void Machine::answer_decision(const ReplyTo& reply_to,
                              const Decision& decision) {
  ReplyTo to = reply_to;
  Connection* connection = who_waits(&to);
  if (connection == nullptr) return;
  if (!decision.result) {
    answer_problem(connection, to, problem_of(decision.result.error()));
  } else {
    answer_command(connection, to, decision);
  }
  go_on_after_answer(connection);
}

// What follows from a command besides its answer.
void Machine::note_applied(const Decision& decision) {
  const chat::Command& command = decision.command;
  switch (command.kind) {
    case chat::CommandKind::Send:
    case chat::CommandKind::Post:
      if (!decision.result->duplicate) ++metrics_.messages;
      presence_.stopped_typing(command.room, command.user);
      if (command.kind == chat::CommandKind::Post) {
        presence_.joined(command.room, command.user);
      }
      break;
    case chat::CommandKind::Join:
      presence_.joined(command.room, command.user);
      break;
    case chat::CommandKind::Leave:
      presence_.left(command.room, command.user);
      break;
    case chat::CommandKind::Edit:
    case chat::CommandKind::Delete:
    case chat::CommandKind::Topic:
    case chat::CommandKind::Start:
      break;
  }
  tell_followers(command, decision.before);
}

void Machine::answer_failure(const ReplyTo& reply_to) {
  ++metrics_.commands_failed;
  ReplyTo to = reply_to;
  Connection* connection = who_waits(&to);
  if (connection == nullptr) return;
  answer_problem(connection, to,
                 {ErrorCode::StorageUnavailable,
                  "the server cannot store anything at the moment: try again"});
  go_on_after_answer(connection);
}

void Machine::on_event(std::string_view room, const chat::Event& event) {
  feed_.publish(room, event);
}

void Machine::answer_command(Connection* connection, const ReplyTo& to,
                             const Decision& decision) {
  const chat::Command& command = decision.command;
  members_scratch_.clear();
  append_answer(&members_scratch_, decision, store_, options_->language);
  answer_success(connection, to, members_scratch_);
  if (to.form != ReplyTo::Form::WebSocket) return;
  auto* listener = static_cast<WebSocketListener*>(connection->listener.get());
  if (listener == nullptr) return;
  if (command.kind == chat::CommandKind::Join) {
    join_by_websocket(listener, decision);
  } else if (command.kind == chat::CommandKind::Leave) {
    stop_listening(listener, command.room);
  }
}

// ---- Reading on.

// An answer that this connection waited for is there, or sent.
void Machine::resume(Connection* connection) {
  if (connection->partial == nullptr || connection->resumable) return;
  if (connection->id() == reading_) return;  // reads on by itself
  connection->resumable = true;
  resumable_.push_back(connection->id());
}

void Machine::resume_all() {
  std::vector<ConnectionId> ids;
  ids.swap(resumable_);
  for (const ConnectionId id : ids) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) continue;
    connection->resumable = false;
    if (connection->stage == Stage::Requests) {
      take_requests(connection, {});
    } else if (connection->stage == Stage::WebSocket) {
      take_waiting_frames(connection);
    } else {
      continue;
    }
    touch(connection);
    count_partial(connection);
  }
}

}  // namespace papo::app
