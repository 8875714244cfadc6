// How requests are served: commands, questions, openings and files, each
// answered in the order of the requests.
#include <utility>

#include "app/command_answers.h"
#include "app/command_reading.h"
#include "app/handlers.h"
#include "app/http_door.h"
#include "app/http_exchange.h"
#include "app/routes.h"

namespace papo::app {

// ---- Serving.

HttpReply HttpDoor::reply_to(const Connection& connection,
                             const http::Request& request) const {
  HttpReply to;
  to.head_only = request.method() == http::Method::Head;
  to.http_1_0 = request.minor_version() == 0;
  to.keep_alive = request.keep_alive() && !connections_.is_shutting_down() &&
                  !http_note_of(connection).refused;
  if (options_.cors.mode == Cors::Mode::Listed) {
    const std::string_view origin = request.field("origin");
    const auto& origins = options_.cors.origins;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (origins[i] == origin) to.origin = static_cast<std::int32_t>(i);
    }
  }
  if (answers_.are_logged()) {
    to.logged.append(request.method_text()).append(" ");
    to.logged.append(request.target());
    to.logged.append(to.http_1_0 ? " HTTP/1.0" : " HTTP/1.1");
  }
  return to;
}

// False when the request has to wait, for the answers before it or for a file:
// it is read again then.
bool HttpDoor::serve(Connection& connection, const http::Request& request) {
  const Route* route = find_route(request.method(), request.path());
  const bool is_command = route != nullptr && route->is_command();
  if (!is_command && under_way(connection) > 0) return false;
  const HttpReply to = reply_to(connection, request);
  if (http_note_of(connection).refused) {
    refuse_in_order(connection, to, too_many_connections());
  } else if (const auto problem = services_.gate.judge(request, route)) {
    ++services_.metrics.turned_away;
    refuse_in_order(connection, to, *problem);
  } else if (!serve_whatever(connection, to, request, route)) {
    return false;
  }
  ++services_.metrics.requests;
  if (connection.door == this) {
    keep_note(connection, {.phase = http::RequestReader::Phase::Idle,
                           .last_request = !to.keep_alive,
                           .refused = http_note_of(connection).refused});
  }
  return true;
}

bool HttpDoor::serve_whatever(Connection& connection, const HttpReply& to,
                              const http::Request& request,
                              const Route* route) {
  const bool is_command = route != nullptr && route->is_command();
  const Price price = route == nullptr ? Price() : route->price;
  if (const auto problem =
          services_.gate.judge(Caller{connection.peer}, price)) {
    refuse_in_order(connection, to, *problem);
  } else if (!is_command && !connections_.bound_unread(&connection)) {
    refuse_in_order(connection, to, too_much_unread());
  } else if (route != nullptr) {
    serve_route(connection, to, request, *route);
  } else {
    return files_.answer(connection, to, request);
  }
  return true;
}

base::Result<base::Done, Problem> HttpDoor::read_fields(
    const http::Request& request, const Route& route) {
  fields_.clear();
  fields_.add_form(request.query());
  if (route.takes_room()) {
    fields_.add_encoded("room", request.path().substr(route.path.size()));
  }
  switch (route.input) {
    case Input::Query:
      break;
    case Input::Body:
      return fields_.add_body(request.content_type(), request.body());
    case Input::Raw:
      fields_.add("message", request.body());
      break;
  }
  return base::Done{};
}

void HttpDoor::serve_route(Connection& connection, const HttpReply& to,
                           const http::Request& request, const Route& route) {
  const auto read = read_fields(request, route);
  if (!read) return refuse_in_order(connection, to, read.error());
  FieldReader in(&fields_, &services_.store(), &options_);
  if (const auto* kind = std::get_if<chat::CommandKind>(&route.handler)) {
    const auto command = read_command(*kind, &in);
    if (!command) return refuse_in_order(connection, to, command.error());
    return submit(connection, to, *command);
  }
  HttpExchange exchange(&services_, &doors_, &connection, &request, &to, in);
  if (const auto* answering = std::get_if<Answering>(&route.handler)) {
    Question question{services_, std::move(in)};
    return (*answering)(question, exchange);
  }
  std::get<Opening>(route.handler)(exchange);
}

void HttpDoor::submit(Connection& connection, const HttpReply& to,
                      const chat::Command& command) {
  chat::Command timed = command;
  timed.time = connections_.now().wall;
  const HttpState* state = http_state_of(connection);
  const std::uint32_t number = state == nullptr ? 0 : state->line.next();
  const auto submitted =
      services_.desk.submit(timed, {connection.id(), number});
  switch (submitted.fate) {
    case log::Appended::Committed:
      return answer_decision(connection, to, *submitted.decision);
    case log::Appended::Pending:
      return make_http_state(connection).line.reserve(to);
    case log::Appended::Failed:
      ++services_.metrics.commands_failed;
      return refuse_in_order(connection, to, not_stored());
  }
}

// ---- Answers in their order.

// At once, or when the commands before it are answered.
void HttpDoor::refuse_in_order(Connection& connection, const HttpReply& to,
                               const Problem& problem) {
  if (under_way(connection) == 0) {
    return answers_.refuse(connection, to, problem);
  }
  http_state_of(connection)->line.refuse(to, problem);
  if (to.keep_alive) return;
  HttpNote note = http_note_of(connection);
  note.last_request = true;
  keep_note(connection, note);
}

void HttpDoor::answer_decision(Connection& connection, const HttpReply& to,
                               const Decision& decision) {
  if (!decision.result) {
    return answers_.refuse(connection, to, problem_of(decision.result.error()));
  }
  members_scratch_.clear();
  append_answer(&members_scratch_, decision, services_.store(),
                options_.language);
  answers_.succeed(connection, to, members_scratch_);
}

void HttpDoor::decided(Connection& connection, std::uint32_t number,
                       const Decision& decision) {
  HttpState& state = *http_state_of(connection);
  HttpReply to = state.line.take(number);
  const bool is_last = state.line.empty() && state.partial == nullptr;
  if (connections_.is_shutting_down() && is_last) to.keep_alive = false;
  answer_decision(connection, to, decision);
  go_on(connection);
}

void HttpDoor::refuse(Connection& connection, std::uint32_t number,
                      const Problem& problem) {
  http_state_of(connection)->line.refuse(number, problem);
  go_on(connection);
}

// The refusals whose turn it is.
void HttpDoor::answer_refusals(Connection& connection) {
  while (connection.door == this) {
    HttpState& state = *http_state_of(connection);
    auto refusal = state.line.take_refusal();
    if (!refusal) return;
    const bool is_last = state.line.empty() && state.partial == nullptr;
    if (connections_.is_shutting_down() && is_last) {
      refusal->first.keep_alive = false;
    }
    answers_.refuse(connection, refusal->first, refusal->second);
  }
}

// After an answer: what it kept waiting may be had now.
void HttpDoor::go_on(Connection& connection) {
  answer_refusals(connection);
  if (connection.door != this) return;
  if (partial_of(connection) != nullptr) connections_.resume(connection);
  drop_idle_state(connection);
}

}  // namespace papo::app
