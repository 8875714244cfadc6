// What WebSockets ask, and how it is answered: commands and questions in the
// order of their frames.
#include <utility>

#include "app/command_answers.h"
#include "app/command_reading.h"
#include "app/frame_reply.h"
#include "app/handlers.h"
#include "app/limits.h"
#include "app/websocket_door.h"
#include "wire/json_writer.h"

namespace papo::app {
namespace {

// A number or a short string, as JSON; nothing when there is none.
base::Result<std::string, Problem> read_ref(const Fields& fields) {
  const std::optional<FieldValue> ref = fields.find("ref");
  if (!ref) return std::string();
  std::string json;
  if (ref->kind == json::Kind::String) {
    json::append_string(&json, ref->text);
  } else if (ref->kind == json::Kind::Number) {
    json = ref->text;
  }
  if (json.empty() || json.size() > kRefBytesMax) {
    return base::Unexpected{Problem{
        ErrorCode::InvalidField,
        "\"ref\" must be a number or a string of at most 64 bytes", "ref"}};
  }
  return json;
}

}  // namespace

// ---- Commands and questions.

void WebSocketDoor::take_text(Connection& connection, std::string_view text) {
  State& state = state_of(connection);
  fields_.clear();
  const auto read = fields_.add_json(text);
  if (!read) return refuse_in_order(connection, {}, read.error());
  const auto ref = read_ref(fields_);
  if (!ref) return refuse_in_order(connection, {}, ref.error());
  const auto asked = find_asked();
  if (asked && under_way(state) > 0 && must_wait(state, **asked)) {
    make_waiting(state).question = text;  // until what was said before is known
    return;
  }
  ++services_.metrics.requests;
  if (!asked) return refuse_in_order(connection, *ref, asked.error());
  serve(connection, *ref, **asked);
}

// What only reads sees what was said before it; and whether a join finds room
// depends on what was left.
bool WebSocketDoor::must_wait(const State& state,
                              const NamedCommand& asked) const {
  const auto* kind = std::get_if<chat::CommandKind>(&asked.handler);
  if (kind == nullptr) return true;
  if (*kind != chat::CommandKind::Join) return false;
  const std::optional<FieldValue> room = fields_.find("room");
  return room && services_.listening.judge(state, room->text).has_value();
}

base::Result<const NamedCommand*, Problem> WebSocketDoor::find_asked() const {
  const std::optional<FieldValue> type = fields_.find("type");
  if (!type) {
    return base::Unexpected{
        Problem{ErrorCode::MissingField, "\"type\" says what to do", "type"}};
  }
  const NamedCommand* command = find_command(type->text);
  if (command != nullptr) return command;
  return base::Unexpected{Problem{ErrorCode::InvalidField,
                                  "there is no command of this type", "type"}};
}

void WebSocketDoor::serve(Connection& connection, const std::string& ref,
                          const NamedCommand& asked) {
  State& state = state_of(connection);
  const Caller caller{connection.peer};
  if (const auto problem = services_.gate.judge(caller, asked.price)) {
    return refuse_in_order(connection, ref, *problem);
  }
  if (!connections_.bound_unread(&connection)) {
    return refuse_in_order(connection, ref, too_much_unread());
  }
  if (const auto* kind = std::get_if<chat::CommandKind>(&asked.handler)) {
    return serve_command(connection, ref, *kind);
  }
  FrameReply reply(&connections_, &connection, ref);
  Question question{
      services_,
      FieldReader(&fields_, &services_.store(), &options_, state.user.view()),
      &state};
  std::get<Answering>(asked.handler)(question, reply);
}

void WebSocketDoor::serve_command(Connection& connection,
                                  const std::string& ref,
                                  chat::CommandKind kind) {
  State& state = state_of(connection);
  FieldReader in(&fields_, &services_.store(), &options_, state.user.view());
  const auto command = read_command(kind, &in);
  if (!command) return refuse_in_order(connection, ref, command.error());
  if (kind == chat::CommandKind::Join) {
    // Who joins listens, too.
    const auto problem = services_.listening.judge(state, command->room);
    if (problem) return refuse_in_order(connection, ref, *problem);
  }
  submit(connection, ref, *command);
}

void WebSocketDoor::submit(Connection& connection, const std::string& ref,
                           const chat::Command& command) {
  State& state = state_of(connection);
  chat::Command timed = command;
  timed.time = connections_.now().wall;
  const std::uint32_t number =
      state.waiting == nullptr ? 0 : state.waiting->line.next();
  const auto submitted =
      services_.desk.submit(timed, {connection.id(), number});
  switch (submitted.fate) {
    case log::Appended::Committed:
      return answer_decision(connection, ref, *submitted.decision);
    case log::Appended::Pending:
      return make_waiting(state).line.reserve(ref);
    case log::Appended::Failed:
      ++services_.metrics.commands_failed;
      return refuse_in_order(connection, ref, not_stored());
  }
}

// ---- Answers.

// At once, or when the commands before it are answered.
void WebSocketDoor::refuse_in_order(Connection& connection,
                                    const std::string& ref,
                                    const Problem& problem) {
  State& state = state_of(connection);
  if (under_way(state) > 0) return state.waiting->line.refuse(ref, problem);
  FrameReply(&connections_, &connection, ref).refuse(problem);
}

void WebSocketDoor::answer_decision(Connection& connection,
                                    const std::string& ref,
                                    const Decision& decision) {
  FrameReply reply(&connections_, &connection, ref);
  if (!decision.result) {
    return reply.refuse(problem_of(decision.result.error()));
  }
  members_scratch_.clear();
  append_answer(&members_scratch_, decision, services_.store(),
                options_.language);
  reply.succeed(members_scratch_);
  listen_as_decided(&state_of(connection), decision);
}

// `join` listens too, from its own entry on. The first name that joins on a
// nameless connection becomes its user, whose presence it is.
void WebSocketDoor::listen_as_decided(State* state, const Decision& decision) {
  const chat::Command& command = decision.command;
  Listening& listening = services_.listening;
  if (command.kind == chat::CommandKind::Leave) {
    return listening.stop(state, command.room);
  }
  if (command.kind != chat::CommandKind::Join) return;
  if (state->user.empty()) listening.name(state, command.user);
  if (listening.is_subscribed(*state, command.room)) return;
  if (listening.judge(*state, command.room)) return;
  if (decision.result->id == 0) return listening.listen(state, command.room);
  listening.listen_after(state, command.room, decision.before);
}

void WebSocketDoor::decided(Connection& connection, std::uint32_t number,
                            const Decision& decision) {
  State& state = state_of(connection);
  const std::string ref = state.waiting->line.take(number);
  answer_decision(connection, ref, decision);
  go_on(connection);
}

void WebSocketDoor::refuse(Connection& connection, std::uint32_t number,
                           const Problem& problem) {
  state_of(connection).waiting->line.refuse(number, problem);
  go_on(connection);
}

// After an answer: the refusals whose turn it is, and what it kept waiting.
void WebSocketDoor::go_on(Connection& connection) {
  State& state = state_of(connection);
  while (auto refusal = state.waiting->line.take_refusal()) {
    FrameReply(&connections_, &connection, refusal->first)
        .refuse(refusal->second);
  }
  if (connections_.is_shutting_down()) return close_when_answered(connection);
  if (has_unread(state)) connections_.resume(connection);
  settle(connection);
}

}  // namespace papo::app
