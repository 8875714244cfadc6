#include "app/websocket_door.h"

#include <algorithm>
#include <utility>

#include "app/limits.h"
#include "app/websocket_upgrade.h"
#include "base/version.h"
#include "wire/json_writer.h"

namespace papo::app {
namespace {

constexpr base::Micros kPingEvery = std::chrono::seconds(30);
// So many pings in a row may go unanswered: a minute.
constexpr std::uint8_t kUnansweredMax = 2;

}  // namespace

WebSocketDoor::State& WebSocketDoor::state_of(const Connection& connection) {
  return static_cast<State&>(*connection.state);
}

WebSocketDoor::Waiting& WebSocketDoor::make_waiting(State& state) {
  if (state.waiting == nullptr) state.waiting = std::make_unique<Waiting>();
  return *state.waiting;
}

std::size_t WebSocketDoor::under_way(const State& state) {
  return state.waiting == nullptr ? 0 : state.waiting->line.size();
}

bool WebSocketDoor::has_unread(const State& state) {
  return state.waiting != nullptr &&
         (!state.waiting->question.empty() || !state.waiting->frames.empty());
}

// ---- The whole connection.

void WebSocketDoor::take(HttpExchange* exchange, const StreamRequest& wanted) {
  if (!check_upgrade(exchange)) return;
  if (connections_.is_shutting_down()) return exchange->refuse(restarting());
  if (!services_.listening.has_room_for(wanted.rooms.size())) {
    return exchange->refuse(too_many_subscriptions());
  }
  accept_upgrade(exchange);
  Connection& connection = exchange->connection;
  auto made = std::make_unique<State>(
      &connection, static_cast<std::uint32_t>(options_.body_bytes_max),
      connections_.partial_total());
  State* state = made.get();
  connections_.hand_over(connection, *this, std::move(made));
  connections_.set_deadline(connection, kPingEvery);
  if (!wanted.user.empty()) state->user = base::SharedBytes(wanted.user);
  greet(state);
  services_.listening.begin(state, wanted);
}

// What a client must know before it speaks.
void WebSocketDoor::greet(State* state) {
  std::string json;
  json::Writer writer(&json);
  writer.begin_object().key("type").string("hello");
  if (!state->user.empty()) writer.key("user").string(state->user.view());
  writer.key("last_id").number(services_.store().resume_point());
  writer.key("version").string(base::version());
  writer.key("build").string(services_.files.fingerprint());
  writer.key("limits").begin_object();
  write_limits(LimitsFor::Hello, options_, services_.store().limits(), &writer);
  writer.end_object().end_object();
  send_frame(*state->connection, websocket::Opcode::Text, json);
}

void WebSocketDoor::send_frame(Connection& connection, websocket::Opcode opcode,
                               std::string_view payload) {
  websocket::append_frame(connection.outbox.begin_write(&connections_.pool()),
                          opcode, payload);
  connection.outbox.finish_write();
  connections_.touch(connection);
}

// Our close frame goes out after what is queued; the peer's is not waited for
// longer than its connection is (RFC 6455 §7.1.1).
void WebSocketDoor::close(Connection& connection, websocket::CloseCode code,
                          std::string_view reason) {
  send_frame(connection, websocket::Opcode::Close,
             websocket::close_payload(code, reason));
  connections_.close_after_sending(connection);
}

// At the end of the server. Not before its commands are answered: it would not
// know what became of them.
void WebSocketDoor::close_when_answered(Connection& connection) {
  if (under_way(state_of(connection)) > 0) return;
  close(connection, websocket::kServiceRestart, "the server is restarting");
}

void WebSocketDoor::turn_out(Connection& connection, Excess excess) {
  switch (excess) {
    case Excess::Backlog:
      send_frame(connection, websocket::Opcode::Close,
                 websocket::close_payload(websocket::kPolicyViolation,
                                          "too slow: reconnect and resume"));
      return connections_.close_within(connection, kCutFor);
    case Excess::Partial:
      return close(connection, websocket::kTryAgainLater,
                   "the server holds too much that is not whole");
  }
}

// Nobody comes in by this door.
void WebSocketDoor::on_open(Connection& connection, bool) {
  connections_.close_now(connection);
}

// Who waits for news and says that nothing more will come has gone.
void WebSocketDoor::on_end_of_input(Connection& connection) {
  connections_.close_now(connection);
}

void WebSocketDoor::on_shutdown(Connection& connection) {
  close_when_answered(connection);
}

void WebSocketDoor::on_leave(Connection& connection) {
  services_.listening.leave(&state_of(connection));
}

void WebSocketDoor::on_sent(Connection& connection, bool all) {
  State& state = state_of(connection);
  state.progressed = true;
  if (all && has_unread(state)) connections_.resume(connection);
}

// A ping, or the end of a peer that has been silent too long.
void WebSocketDoor::on_deadline(Connection& connection) {
  State& state = state_of(connection);
  // While what it sent waits, that it reads is all it can say.
  if (state.progressed && has_unread(state)) state.stalled_beats = 0;
  state.progressed = false;
  if (++state.stalled_beats > kUnansweredMax) {
    ++services_.metrics.timeouts;
    return connections_.close_now(connection);
  }
  connections_.set_deadline(connection, kPingEvery);
  send_frame(connection, websocket::Opcode::Ping, {});
}

bool WebSocketDoor::wants_input(const Connection& connection) const {
  const State& state = state_of(connection);
  return !has_unread(state) && under_way(state) < options_.commands_max &&
         !connections_.is_shutting_down();
}

std::size_t WebSocketDoor::partial_bytes(const Connection& connection) const {
  return state_of(connection).share.size();
}

// ---- Frames.

void WebSocketDoor::on_bytes(Connection& connection, std::span<char> bytes) {
  State& state = state_of(connection);
  state.stalled_beats = 0;
  if (has_unread(state)) {
    state.waiting->frames.append(bytes.data(), bytes.size());
  } else {
    take_frames(connection, bytes);
  }
  settle(connection);
}

// What had to wait is read now, as far as it need not wait again.
void WebSocketDoor::on_resume(Connection& connection) {
  State& state = state_of(connection);
  if (!has_unread(state) || !may_read(connection)) return;
  if (!state.waiting->question.empty() && under_way(state) > 0) return;
  state.stalled_beats = 0;
  std::string frames = std::exchange(state.waiting->frames, {});
  const std::string question = std::exchange(state.waiting->question, {});
  if (!question.empty()) take_text(connection, question);
  if (connection.door == this) take_frames(connection, frames);
  settle(connection);
}

// A client that asks for more than it reads is not read from, nor one that has
// as many commands under way as it may.
bool WebSocketDoor::may_read(const Connection& connection) const {
  return connection.outbox.size() <= options_.backlog_bytes_max &&
         under_way(state_of(connection)) < options_.commands_max;
}

void WebSocketDoor::take_frames(Connection& connection, std::span<char> bytes) {
  while (connection.door == this) {
    State& state = state_of(connection);
    if (has_unread(state) || !may_read(connection)) {
      if (bytes.empty()) return;
      make_waiting(state).frames.append(bytes.data(), bytes.size());
      return;
    }
    const websocket::Event event = state.reader.next(&bytes);
    if (event.kind == websocket::Event::Kind::NeedBytes) return;
    const std::size_t queued = connection.outbox.size();
    const std::uint32_t asked = state.asked_bytes;
    take_frame(connection, event);
    if (connection.door != this) return;
    const auto added =
        static_cast<std::uint32_t>(connection.outbox.size() - queued);
    state.asked_bytes = std::max(state.asked_bytes, asked + added);
  }
}

// What is held for it of what is not whole, or waits, after it was read from.
void WebSocketDoor::settle(Connection& connection) {
  if (connection.door != this) return;
  State& state = state_of(connection);
  std::size_t held = state.reader.held_bytes();
  if (state.waiting != nullptr) {
    if (!has_unread(state) && state.waiting->line.empty()) {
      state.waiting.reset();
    } else {
      held += sizeof(Waiting) + state.waiting->frames.capacity() +
              state.waiting->question.capacity();
    }
  }
  state.share.set(held);
}

void WebSocketDoor::take_frame(Connection& connection,
                               const websocket::Event& event) {
  using Kind = websocket::Event::Kind;
  switch (event.kind) {
    case Kind::NeedBytes:
    case Kind::Pong:  // that it came was all it had to say
      return;
    case Kind::Text:
      return take_text(connection, event.payload);
    case Kind::Binary:
      return close(connection, websocket::kUnsupportedData,
                   "send text frames with JSON");
    case Kind::Ping:
      return send_frame(connection, websocket::Opcode::Pong, event.payload);
    case Kind::Close:
      return close(connection, event.close_code, {});
    case Kind::Fault:
      return close(connection, event.close_code,
                   websocket::describe(event.fault));
  }
}

}  // namespace papo::app
