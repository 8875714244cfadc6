// What listens: event streams, lines, WebSockets and their subscriptions.
#include <string>
#include <utility>

#include "app/call.h"
#include "app/handlers.h"
#include "base/text.h"
#include "wire/http_syntax.h"

namespace papo::app {
namespace {

constexpr std::string_view kLinesType = "application/x-ndjson";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

// The name whose presence a listener is; "" when it gives none. Nothing means
// that the call has been answered.
std::optional<std::string_view> optional_user(Call& call) {
  if (!call.fields().find("username")) return std::string_view();
  return call.name("username");
}

// The point to resume from: nothing in it when there is none. Last-Event-ID,
// which a browser sends when it comes back, is newer than the query it repeats.
bool resume_point(Call& call, std::optional<chat::MessageId>* point) {
  const std::string_view last = call.request().field("last-event-id");
  if (const auto id = base::parse_unsigned(last)) {
    *point = *id;
    return true;
  }
  const auto& fields = call.fields();
  if (!fields.find("after") && !fields.find("last_timestamp")) return true;
  *point = call.after(0);
  return point->has_value();
}

bool accepts_text(const http::Request& request) {
  std::string_view list = request.field("accept");
  for (std::string_view each; http::take_element(&list, &each);) {
    const std::string_view type =
        base::trim_blanks(each.substr(0, each.find(';')));
    if (base::equals_ignoring_case(type, "text/plain")) return true;
  }
  return false;
}

void append_line(std::string* out, Transport transport, std::string_view type,
                 const chat::Event& event) {
  const FrameParts parts =
      frame_parts(transport, type, event.id, event.json.view());
  out->append(parts.head);
  if (parts.with_json) out->append(event.json.view());
  out->append(parts.tail);
}

// poll=1: the history, and no more.
void answer_lines(Call& call, const StreamRequest& wanted) {
  std::string lines;
  const std::string_view name = wanted.rooms.front();
  if (call.store().is_truncated(name, *wanted.after)) {
    const base::SharedBytes json(truncated_event(name, *wanted.after));
    append_line(&lines, wanted.transport, kTruncated, {.json = json});
  }
  for (const chat::Event& event :
       call.store().events_after(name, *wanted.after)) {
    append_line(&lines, wanted.transport, chat::name_of(event.type), event);
  }
  call.answer({.content_type = wanted.content_type,
               .headers = "Cache-Control: no-store\r\n",
               .text = lines});
}

}  // namespace

void open_event_stream(Call& call) {
  StreamRequest wanted;
  wanted.transport = Transport::EventStream;
  wanted.content_type = "text/event-stream; charset=utf-8";
  auto rooms = call.rooms();
  if (!rooms) return;
  const auto user = optional_user(call);
  if (!user || !resume_point(call, &wanted.after)) return;
  wanted.rooms = std::move(*rooms);
  wanted.user = *user;
  if (wanted.rooms.empty()) {
    if (user->empty()) {
      return call.fail(ErrorCode::MissingField,
                       "\"room\" is missing, or a \"username\" whose rooms "
                       "are meant",
                       "room");
    }
    wanted.follows_user = true;
    const chat::User* known = call.store().find_user(*user);
    if (known != nullptr) {
      for (const chat::Membership& each : known->rooms) {
        wanted.rooms.push_back(each.room->name);
      }
    }
  }
  call.open_stream(wanted);
}

void open_line_stream(Call& call) {
  StreamRequest wanted;
  std::string room_text;
  const auto room = call.room_in_path(&room_text);
  if (!room) return;
  const auto user = optional_user(call);
  if (!user || !resume_point(call, &wanted.after)) return;
  wanted.rooms = {*room};
  wanted.user = *user;
  if (!wanted.after) wanted.after = 0;
  const auto format = call.fields().find("format");
  const bool text =
      format ? format->text == "text" : accepts_text(call.request());
  wanted.transport = text ? Transport::Text : Transport::Lines;
  wanted.content_type = text ? kTextType : kLinesType;
  if (call.flag("poll")) return answer_lines(call, wanted);
  call.open_stream(wanted);
}

void open_websocket(Call& call) {
  StreamRequest wanted;
  wanted.transport = Transport::WebSocket;
  auto rooms = call.rooms();
  if (!rooms) return;
  const auto user = optional_user(call);
  if (!user || !resume_point(call, &wanted.after)) return;
  wanted.rooms = std::move(*rooms);
  wanted.user = *user;
  call.upgrade(wanted);
}

void subscribe(Call& call) {
  const auto room = call.room();
  if (!room) return;
  if (!call.fields().find("after") && !call.fields().find("last_timestamp")) {
    return call.subscribe(*room, std::nullopt);
  }
  const auto after = call.after(0);
  if (after) call.subscribe(*room, after);
}

void unsubscribe(Call& call) {
  const auto room = call.room();
  if (room) call.unsubscribe(*room);
}

}  // namespace papo::app
