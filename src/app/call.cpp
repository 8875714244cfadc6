#include "app/call.h"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>

#include "app/limits.h"
#include "base/text.h"
#include "base/utf8.h"
#include "wire/uri.h"

namespace papo::app {
namespace {

// "room" must …
std::string about(std::string_view field, std::string_view what) {
  std::string text = "\"";
  return text.append(field).append("\" ").append(what);
}

}  // namespace

std::optional<std::string_view> Call::room_in_path(std::string* text) {
  uri::percent_decode(path_rest, text);
  const auto room = read_name(*text);
  if (room) return *room;
  fail(ErrorCode::InvalidField, about("room", chat::describe(room.error())),
       "room");
  return std::nullopt;
}

// What an older papo took for a name is one while somebody has it: its rooms
// can be read, and left.
base::Result<std::string_view, chat::NameFault> Call::read_name(
    std::string_view text) const {
  const auto name = chat::parse_name(text);
  const bool is_there = !name && (store().find_room(text) != nullptr ||
                                  store().find_user(text) != nullptr);
  return is_there ? base::Result<std::string_view, chat::NameFault>(text)
                  : name;
}

std::optional<std::string_view> Call::user() {
  if (is_websocket() && !fields().find("username")) {
    const auto* listener =
        static_cast<const WebSocketListener*>(connection_.listener.get());
    if (!listener->user.empty()) return listener->user.view();
  }
  return name("username");
}

std::optional<std::string_view> Call::name(std::string_view field) {
  const std::optional<FieldValue> value = fields().find(field);
  if (!value) {
    fail(ErrorCode::MissingField, about(field, "is missing"), field);
    return std::nullopt;
  }
  if (!value->is_string()) {
    fail(ErrorCode::InvalidField, about(field, "must be a string"), field);
    return std::nullopt;
  }
  const auto name = read_name(value->text);
  if (!name) {
    fail(ErrorCode::InvalidField, about(field, chat::describe(name.error())),
         field);
    return std::nullopt;
  }
  return *name;
}

std::optional<std::string_view> Call::message(std::string_view field) {
  const std::optional<FieldValue> value = fields().find(field);
  if (!value) {
    fail(ErrorCode::MissingField, about(field, "is missing"), field);
    return std::nullopt;
  }
  if (!value->is_string()) {
    fail(ErrorCode::InvalidField, about(field, "must be a string"), field);
    return std::nullopt;
  }
  return check_message(value->text, field) ? std::optional(value->text)
                                           : std::nullopt;
}

bool Call::check_message(std::string_view text, std::string_view field) {
  if (text.empty()) {
    fail(ErrorCode::InvalidField, about(field, "is empty"), field);
    return false;
  }
  if (text.size() > options().message_bytes_max) {
    std::string limit = "is longer than ";
    base::append_number(&limit, options().message_bytes_max);
    fail(ErrorCode::MessageTooLong,
         about(field, limit + " bytes (--max-message)"), field);
    return false;
  }
  if (!base::is_utf8(text)) {
    fail(ErrorCode::InvalidField, about(field, "is not UTF-8"), field);
    return false;
  }
  return true;
}

std::optional<std::string_view> Call::topic() {
  const std::optional<FieldValue> value = fields().find("topic");
  if (!value) {
    fail(ErrorCode::MissingField, "\"topic\" is missing", "topic");
    return std::nullopt;
  }
  const bool good = value->is_string() &&
                    value->text.size() <= chat::kTopicBytesMax &&
                    base::is_utf8(value->text);
  if (good) return value->text;
  fail(ErrorCode::InvalidField,
       "\"topic\" must be a string of at most 1024 bytes of UTF-8", "topic");
  return std::nullopt;
}

std::optional<std::string_view> Call::client_id() {
  const std::optional<FieldValue> value = fields().find("client_id");
  if (!value) return std::string_view();
  const bool good = value->is_string() &&
                    value->text.size() <= chat::kClientIdBytesMax &&
                    base::is_utf8(value->text);
  if (good) return value->text;
  fail(ErrorCode::InvalidField,
       "\"client_id\" must be a string of at most 64 bytes of UTF-8",
       "client_id");
  return std::nullopt;
}

std::optional<chat::MessageId> Call::target() {
  const std::optional<FieldValue> value = fields().find("id");
  if (!value) {
    fail(ErrorCode::MissingField, "\"id\" is missing", "id");
    return std::nullopt;
  }
  const auto id = base::parse_unsigned(value->text);
  if (!id) fail(ErrorCode::InvalidField, "\"id\" must be a whole number", "id");
  return id;
}

std::optional<chat::MessageId> Call::after(chat::MessageId otherwise) {
  if (const auto value = fields().find("after")) {
    const auto id = base::parse_unsigned(value->text);
    if (!id) {
      fail(ErrorCode::InvalidField, "\"after\" must be a whole number",
           "after");
    }
    return id;
  }
  if (const auto value = fields().find("last_timestamp")) {
    const auto time = base::parse_seconds(value->text);
    if (time) return static_cast<chat::MessageId>(time->count());
    fail(ErrorCode::InvalidField, "\"last_timestamp\" must be a number",
         "last_timestamp");
    return std::nullopt;
  }
  return otherwise;
}

std::optional<base::Micros> Call::wait() {
  const std::optional<FieldValue> value = fields().find("wait");
  if (!value) return base::Micros(0);
  const auto wait = base::parse_seconds(value->text);
  const bool good =
      wait && !value->text.starts_with('-') && *wait <= kAskedWaitMax;
  if (good) return std::min(*wait, options().wait_max);
  fail(ErrorCode::InvalidField,
       "\"wait\" must be a number of seconds from 0 to 60", "wait");
  return std::nullopt;
}

std::optional<std::size_t> Call::limit() {
  const std::optional<FieldValue> value = fields().find("limit");
  if (!value) return 0;
  const auto limit = base::parse_unsigned(value->text);
  if (limit && *limit > 0) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::size_t>::max();
    return static_cast<std::size_t>(std::min(*limit, kMost));
  }
  fail(ErrorCode::InvalidField, "\"limit\" must be a whole number from 1 on",
       "limit");
  return std::nullopt;
}

bool Call::flag(std::string_view field) const {
  const std::optional<FieldValue> value = fields().find(field);
  return value && (value->text == "1" || value->text == "true");
}

std::optional<std::vector<std::string_view>> Call::rooms() {
  std::vector<std::string_view> rooms;
  std::unordered_set<std::string_view, base::NameHash> known(
      0, {options().hash_key});
  for (const FieldValue& value : fields().find_all("room")) {
    const auto room = read_name(value.text);
    if (!value.is_string() || !room) {
      fail(ErrorCode::InvalidField,
           about("room",
                 room ? "must be a string" : chat::describe(room.error())),
           "room");
      return std::nullopt;
    }
    if (known.insert(*room).second) rooms.push_back(*room);
  }
  if (rooms.size() > options().subscriptions_max) {
    fail(ErrorCode::InvalidField,
         "one connection may not listen to so many rooms "
         "(--max-subscriptions)",
         "room");
    return std::nullopt;
  }
  return rooms;
}

void Call::succeed(std::string_view members) {
  machine_.answer_success(&connection_, reply_to_, members);
}

void Call::answer(std::string_view members) {
  if (is_websocket()) return succeed(members);
  std::string& body = machine_.body_scratch_;
  body.assign("{").append(members).append("}");
  machine_.answer(&connection_, reply_to_, {.text = body});
}

void Call::answer_list(std::string_view member, const base::SharedBytes& list) {
  chat::Page page;
  page.whole = list;
  page.size = list.size();
  if (is_websocket()) {
    machine_.replier_.write_ok(&connection_, reply_to_,
                               {.text = member, .page = &page});
    return machine_.touch(&connection_);
  }
  std::string& start = machine_.body_scratch_;
  start.assign("{").append(member);
  machine_.answer(&connection_, reply_to_,
                  {.text = start, .page = &page, .rest = "}"});
}

void Call::answer(const Answer& whole) {
  machine_.answer(&connection_, reply_to_, whole);
}

void Call::fail(const Problem& problem) {
  must_wait_ = !is_websocket() && connection_.in_flight > 0;
  if (must_wait_) return;
  machine_.answer_problem(&connection_, reply_to_, problem);
}

void Call::fail(ErrorCode code, std::string message, std::string_view field) {
  fail({code, std::move(message), field});
}

void Call::submit(chat::Command command) {
  command.time = now().wall;
  machine_.submit(command, reply_to_);
}

void Call::receive(const PageRequest& wanted, base::Micros wait) {
  const bool waits =
      wait.count() > 0 && !is_websocket() && !machine_.shutting_down_;
  if (machine_.answer_page(&connection_, reply_to_, wanted, !waits)) return;
  machine_.park(
      &connection_,
      std::make_unique<LongPollListener>(&connection_, reply_to_, wanted),
      wait);
}

void Call::open_stream(const StreamRequest& wanted) {
  machine_.open_stream(&connection_, reply_to_, wanted);
}

void Call::upgrade(const StreamRequest& wanted) {
  machine_.upgrade(&connection_, reply_to_, request(), wanted);
}

bool Call::may_subscribe(std::string_view room) {
  const auto& listener =
      static_cast<const WebSocketListener&>(*connection_.listener);
  if (machine_.feed_.is_subscribed(listener, room)) return true;
  if (!machine_.may_listen_to(1)) {
    fail(too_many_subscriptions());
    return false;
  }
  if (listener.topic_count() < options().subscriptions_max) return true;
  fail(ErrorCode::InvalidField,
       "this connection listens to as many rooms as it may "
       "(--max-subscriptions)",
       "room");
  return false;
}

void Call::subscribe(std::string_view room,
                     std::optional<chat::MessageId> after) {
  auto* listener = static_cast<WebSocketListener*>(connection_.listener.get());
  // Subscribing again with a point asks for the history again, and with it
  // for a new beginning.
  if (!may_subscribe(room)) return;
  if (after) machine_.stop_listening(listener, room);
  succeed({});
  const std::string_view rooms[] = {room};
  if (after) machine_.replay(listener, rooms, *after);
  machine_.listen(listener, room);
}

void Call::unsubscribe(std::string_view room) {
  auto* listener = static_cast<WebSocketListener*>(connection_.listener.get());
  machine_.stop_listening(listener, room);
  succeed({});
}

void Call::note_poll(std::string_view user) {
  machine_.presence_.polled(user, now().steady);
}

void Call::note_typing(std::string_view room, std::string_view user) {
  machine_.presence_.typing(room, user, now().steady);
}

}  // namespace papo::app
