// What begins to listen, or ends it: long polls, event streams, lines,
// WebSockets and their subscriptions.
#include <utility>

#include "app/doors.h"
#include "app/handlers.h"
#include "app/http_exchange.h"
#include "app/page_answers.h"
#include "base/text.h"
#include "wire/http_syntax.h"

namespace papo::app {
namespace {

constexpr std::string_view kEventsType = "text/event-stream; charset=utf-8";
constexpr std::string_view kLinesType = "application/x-ndjson";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

bool accepts_text(const http::Request& request) {
  std::string_view list = request.field("accept");
  for (std::string_view each; http::take_element(&list, &each);) {
    const std::string_view type =
        base::trim_blanks(each.substr(0, each.find(';')));
    if (base::equals_ignoring_case(type, "text/plain")) return true;
  }
  return false;
}

// What every request to listen says.
StreamRequest read_stream_request(HttpExchange* exchange) {
  FieldReader& in = exchange->in;
  StreamRequest wanted;
  wanted.rooms = in.rooms();
  wanted.user = in.optional_user();
  wanted.after = in.resume_point(exchange->request.field("last-event-id"));
  return wanted;
}

}  // namespace

void receive_or_wait(HttpExchange& exchange) {
  const auto wanted = read_page_request(&exchange.in);
  if (!wanted) return exchange.refuse(wanted.error());
  const chat::Page page = read_page(exchange.house.store(), *wanted);
  const bool waits = wanted->wait.count() > 0 && says_nothing(page) &&
                     !exchange.house.connections.is_shutting_down();
  if (waits) return exchange.doors.long_polls.take(&exchange, *wanted);
  answer_page(page, &exchange);
}

void open_event_stream(HttpExchange& exchange) {
  StreamRequest wanted = read_stream_request(&exchange);
  if (wanted.rooms.empty() && wanted.user.empty()) {
    exchange.in.fail({ErrorCode::MissingField,
                      "\"room\" is missing, or a \"username\" whose rooms are "
                      "meant",
                      "room"});
  }
  if (exchange.in.problem()) return exchange.refuse(*exchange.in.problem());
  if (wanted.rooms.empty()) {
    wanted.follows_user = true;
    const chat::User* known = exchange.house.store().find_user(wanted.user);
    if (known != nullptr) {
      for (const chat::Membership& each : known->rooms) {
        wanted.rooms.push_back(each.room->name);
      }
    }
  }
  exchange.doors.streams.take(&exchange, event_stream_framing(), kEventsType,
                              wanted);
}

void open_line_stream(HttpExchange& exchange) {
  StreamRequest wanted;
  FieldReader& in = exchange.in;
  const std::string_view room = in.room();
  wanted.rooms = {room};
  wanted.user = in.optional_user();
  wanted.after =
      in.resume_point(exchange.request.field("last-event-id")).value_or(0);
  if (in.problem()) return exchange.refuse(*in.problem());
  const bool text = in.has("format") ? in.text("format") == "text"
                                     : accepts_text(exchange.request);
  const Framing& framing = text ? text_framing() : lines_framing();
  const std::string_view type = text ? kTextType : kLinesType;
  if (!in.flag("poll")) {
    return exchange.doors.streams.take(&exchange, framing, type, wanted);
  }
  // The history, and no more.
  const std::string lines =
      exchange.house.listening.history(framing, room, *wanted.after);
  exchange.respond({.content_type = type,
                    .headers = "Cache-Control: no-store\r\n",
                    .text = lines});
}

void open_websocket(HttpExchange& exchange) {
  const StreamRequest wanted = read_stream_request(&exchange);
  if (exchange.in.problem()) return exchange.refuse(*exchange.in.problem());
  exchange.doors.websockets.take(&exchange, wanted);
}

// Subscribing again with a point asks for the history again, and with it for a
// new beginning.
void subscribe(Question& question, Reply& reply) {
  FieldReader& in = question.in;
  const std::string_view room = in.room();
  const auto after = in.resume_point({});
  if (in.problem()) return reply.refuse(*in.problem());
  Listening& listening = question.house.listening;
  if (const auto problem = listening.judge(*question.listener, room)) {
    return reply.refuse(*problem);
  }
  if (after) listening.stop(question.listener, room);
  reply.succeed({});
  if (!after) return listening.listen(question.listener, room);
  listening.listen_after(question.listener, room, *after);
}

void unsubscribe(Question& question, Reply& reply) {
  const std::string_view room = question.in.room();
  if (question.in.problem()) return reply.refuse(*question.in.problem());
  question.house.listening.stop(question.listener, room);
  reply.succeed({});
}

}  // namespace papo::app
