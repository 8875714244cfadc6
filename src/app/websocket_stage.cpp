// Connections that speak WebSocket (RFC 6455): the upgrade, frames, commands.
#include <algorithm>
#include <utility>

#include "app/call.h"
#include "app/limits.h"
#include "app/machine.h"
#include "app/routes.h"
#include "base/text.h"
#include "base/version.h"
#include "wire/json_writer.h"
#include "wire/websocket_handshake.h"

namespace papo::app {
namespace {

constexpr base::Micros kPingEvery = std::chrono::seconds(30);
// So many pings in a row may go unanswered: a minute.
constexpr std::uint8_t kUnansweredMax = 2;

// All fields of that name as one list (RFC 9110 §5.3).
std::string joined_fields(const http::Request& request, std::string_view name) {
  std::string joined;
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    const http::Field field = request.field_at(i);
    if (!base::equals_ignoring_case(field.name, name)) continue;
    if (!joined.empty()) joined.append(", ");
    joined.append(field.value);
  }
  return joined;
}

Problem problem_of(websocket::HandshakeFault fault) {
  ErrorCode code = ErrorCode::BadRequest;
  switch (fault) {
    case websocket::HandshakeFault::NoUpgrade:
    case websocket::HandshakeFault::WrongVersion:
      code = ErrorCode::UpgradeRequired;
      break;
    case websocket::HandshakeFault::NotGet:
      code = ErrorCode::MethodNotAllowed;
      break;
    case websocket::HandshakeFault::NotHttp11:
    case websocket::HandshakeFault::NoUpgradeOption:
    case websocket::HandshakeFault::BadKey:
      break;
  }
  return {code, std::string(websocket::describe(fault))};
}

// What the answer says besides (RFC 9110 §7.8, §10.2.1; RFC 6455 §4.4).
std::string_view headers_of(websocket::HandshakeFault fault) {
  switch (fault) {
    case websocket::HandshakeFault::NoUpgrade:
    case websocket::HandshakeFault::WrongVersion:
      return "Upgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\n";
    case websocket::HandshakeFault::NotGet:
      return "Allow: GET, OPTIONS\r\n";
    case websocket::HandshakeFault::NotHttp11:
    case websocket::HandshakeFault::NoUpgradeOption:
    case websocket::HandshakeFault::BadKey:
      return "";
  }
  __builtin_unreachable();
}

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

void Machine::upgrade(Connection* connection, const ReplyTo& to,
                      const http::Request& request,
                      const StreamRequest& wanted) {
  const std::string upgrade = joined_fields(request, "upgrade");
  const std::string connection_field = joined_fields(request, "connection");
  const std::string version = joined_fields(request, "sec-websocket-version");
  const std::string key = joined_fields(request, "sec-websocket-key");
  const auto fault = websocket::check_handshake(
      {request.method_text(), to.http_1_0 ? "HTTP/1.0" : "HTTP/1.1", upgrade,
       connection_field, version, key});
  if (fault) {
    return answer_problem(connection, to, problem_of(*fault),
                          headers_of(*fault));
  }
  if (shutting_down_) return answer_problem(connection, to, restarting());
  if (!may_listen_to(wanted.rooms.size())) {
    return answer_problem(connection, to, too_many_subscriptions());
  }
  std::string headers = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  headers.append("Sec-WebSocket-Accept: ");
  headers.append(websocket::accept_key(key)).append("\r\n");
  ReplyTo upgraded = to;
  upgraded.keep_alive = true;
  upgraded.http_1_0 = false;
  answer(connection, upgraded,
         {.status = 101, .content_type = {}, .headers = headers});

  auto made = std::make_unique<WebSocketListener>(
      connection, static_cast<std::uint32_t>(options_->body_bytes_max),
      &partial_bytes_);
  WebSocketListener* listener = made.get();
  connection->listener = std::move(made);
  connection->stage = Stage::WebSocket;
  set_deadline(connection, kPingEvery);
  if (!wanted.user.empty()) listener->user = base::SharedBytes(wanted.user);
  say_hello(listener);
  if (wanted.after) replay(listener, wanted.rooms, *wanted.after);
  for (const std::string_view room : wanted.rooms) listen(listener, room);
}

// What a client must know before it speaks.
void Machine::say_hello(WebSocketListener* listener) {
  std::string json;
  json::Writer writer(&json);
  writer.begin_object().key("type").string("hello");
  if (!listener->user.empty()) writer.key("user").string(listener->user.view());
  writer.key("last_id").number(store_.resume_point());
  writer.key("version").string(base::version());
  writer.key("build").string(files_->fingerprint());
  writer.key("limits").begin_object();
  write_limits(LimitsFor::Hello, *options_, store_.limits(), &writer);
  writer.end_object().end_object();
  replier_.write_frame(listener->connection, json);
}

// A client that asks for more than it reads, or than the log decides, is not
// read from: what it has sent waits as the rest of a request does.
void Machine::take_frames(Connection* connection, std::span<char> bytes) {
  connection->stalled_beats = 0;
  while (connection->stage == Stage::WebSocket) {
    if (connection->outbox.size() > options_->backlog_bytes_max ||
        connection->in_flight >= options_->commands_max) {
      if (bytes.empty()) return;
      connection->partial =
          std::make_unique<PartialRequest>(reader_, &partial_bytes_);
      connection->partial->bytes.assign(bytes.data(), bytes.size());
      return;
    }
    auto* listener =
        static_cast<WebSocketListener*>(connection->listener.get());
    const websocket::Event event = listener->reader.next(&bytes);
    if (event.kind == websocket::Event::Kind::NeedBytes) return;
    const std::size_t waiting = connection->outbox.size();
    const std::size_t asked = listener->asked_bytes;
    take_frame(connection, event);
    if (connection->stage != Stage::WebSocket) return;
    const std::size_t added = connection->outbox.size() - waiting;
    listener->asked_bytes = std::max(listener->asked_bytes, asked + added);
  }
}

// What a client sent that was not read from is read now.
void Machine::take_waiting_frames(Connection* connection) {
  const std::unique_ptr<PartialRequest> waiting =
      std::move(connection->partial);
  take_frames(connection, waiting->bytes);
}

void Machine::take_frame(Connection* connection,
                         const websocket::Event& event) {
  using Kind = websocket::Event::Kind;
  switch (event.kind) {
    case Kind::NeedBytes:
    case Kind::Pong:  // that it came was all it had to say
      return;
    case Kind::Text:
      return take_websocket_command(connection, event.payload);
    case Kind::Binary:
      return close_websocket(connection, websocket::kUnsupportedData,
                             "send text frames with JSON");
    case Kind::Ping:
      websocket::append_frame(connection->outbox.begin_write(&pool_),
                              websocket::Opcode::Pong, event.payload);
      connection->outbox.finish_write();
      return touch(connection);
    case Kind::Close:
      return close_websocket(connection, event.close_code, {});
    case Kind::Fault:
      return close_websocket(connection, event.close_code,
                             websocket::describe(event.fault));
  }
}

void Machine::take_websocket_command(Connection* connection,
                                     std::string_view text) {
  ReplyTo to;
  to.connection = connection->id();
  to.form = ReplyTo::Form::WebSocket;
  fields_.clear();
  const auto read = fields_.add_json(text);
  if (!read) return answer_problem(connection, to, read.error());
  auto ref = read_ref(fields_);
  if (!ref) return answer_problem(connection, to, ref.error());
  to.ref = std::move(*ref);
  ++metrics_.requests;
  const std::optional<FieldValue> type = fields_.find("type");
  const WebSocketCommand* command =
      type ? find_websocket_command(type->text) : nullptr;
  if (!type) {
    return answer_problem(
        connection, to,
        {ErrorCode::MissingField, "\"type\" says what to do", "type"});
  }
  if (command == nullptr) {
    return answer_problem(
        connection, to,
        {ErrorCode::InvalidField, "there is no command of this type", "type"});
  }
  if (!bound_unread(connection)) {
    return answer_problem(connection, to, too_much_unread());
  }
  Call call(this, connection, to, nullptr);
  command->handle(call);
}

// Our close frame goes out after what is queued; the peer's is not waited for
// longer than its connection is (RFC 6455 §7.1.1).
void Machine::close_websocket(Connection* connection, websocket::CloseCode code,
                              std::string_view reason) {
  websocket::append_frame(connection->outbox.begin_write(&pool_),
                          websocket::Opcode::Close,
                          websocket::close_payload(code, reason));
  connection->outbox.finish_write();
  leave_feed(connection);
  close_after_sending(connection);
}

// At the end of the server. Not before its commands are answered: it would not
// know what became of them.
void Machine::end_websocket(Connection* connection) {
  if (connection->in_flight > 0) return;
  close_websocket(connection, websocket::kServiceRestart,
                  "the server is restarting");
}

// On the deadline: a ping, or the end of a peer that has been silent too long.
void Machine::keep_websocket_alive(Connection* connection) {
  // While what it sent waits, that it reads is all it can say.
  if (connection->partial != nullptr && connection->progressed) {
    connection->stalled_beats = 0;
  }
  connection->progressed = false;
  if (++connection->stalled_beats > kUnansweredMax) {
    ++metrics_.timeouts;
    return close_now(connection);
  }
  set_deadline(connection, kPingEvery);
  websocket::append_frame(connection->outbox.begin_write(&pool_),
                          websocket::Opcode::Ping, {});
  connection->outbox.finish_write();
  touch(connection);
}

// `join` listens too, from its own entry on. The first name that joins on a
// nameless connection becomes its user, whose presence it is.
void Machine::join_by_websocket(WebSocketListener* listener,
                                const Decision& decision) {
  const chat::Command& command = decision.command;
  if (listener->user.empty()) {
    for (const std::string_view room : feed_.rooms_of(*listener)) {
      presence_.connected(room, command.user);
    }
    listener->user = base::SharedBytes(command.user);
  }
  if (feed_.is_subscribed(*listener, command.room)) return;
  if (listener->topic_count() >= options_->subscriptions_max) return;
  if (!may_listen_to(1)) return;
  listen(listener, command.room);
  if (decision.result->id == 0) return;
  const std::string_view rooms[] = {command.room};
  replay(listener, rooms, decision.before);
}

}  // namespace papo::app
