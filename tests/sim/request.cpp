#include "sim/request.h"

#include <utility>

#include "base/check.h"
#include "sim/client_wire.h"

namespace papo::sim {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The fields of a call; `after`, `id` and `limit` are numbers in JSON.
Pairs fields_of(const Request& request) {
  Pairs fields;
  const auto add = [&](const char* name, const std::string& value) {
    fields.emplace_back(name, value);
  };
  if (request.ask != Ask::UserRooms && request.ask != Ask::Rooms &&
      request.ask != Ask::BadField && !request.room.empty()) {
    add("room", request.room);
  }
  for (const std::string& room : request.rooms) add("room", room);
  if (!request.user.empty()) add("username", request.user);
  switch (request.ask) {
    case Ask::Send:
    case Ask::Edit:
      add("message", request.text);
      break;
    case Ask::Topic:
      add("topic", request.text);
      break;
    default:
      break;
  }
  if (!request.client_id.empty()) add("client_id", request.client_id);
  if (request.target != 0) add("id", std::to_string(request.target));
  if (request.after) add("after", std::to_string(*request.after));
  if (request.limit != 0) add("limit", std::to_string(request.limit));
  if (request.wait.count() != 0) {
    add("wait", seconds_of(static_cast<std::uint64_t>(request.wait.count())));
  }
  if (request.changes) add("changes", "1");
  if (request.poll) add("poll", "1");
  if (request.as_text) add("format", "text");
  return fields;
}

std::string form_of(const Pairs& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += "&";
    form += name + "=" + url_encoded(value);
  }
  return form;
}

std::string json_of(const Pairs& fields, std::string start) {
  std::string json = "{" + std::move(start);
  for (const auto& [name, value] : fields) {
    if (json.size() > 1) json += ", ";
    const bool number = name == "id" || name == "after" || name == "limit";
    json += json_string(name) + ":" + (number ? value : json_string(value));
  }
  return json + "}";
}

std::string path_of(const Request& request) {
  switch (request.ask) {
    case Ask::Join:
      return "/join";
    case Ask::Leave:
      return "/leave";
    case Ask::Send:
    case Ask::BadField:
      return "/send";
    case Ask::Edit:
      return "/edit";
    case Ask::Delete:
      return "/delete";
    case Ask::Topic:
      return "/topic";
    case Ask::Typing:
      return "/typing";
    case Ask::Receive:
      return "/receive";
    case Ask::UserRooms:
      return "/user_rooms";
    case Ask::Rooms:
      return "/rooms";
    case Ask::Members:
      return "/members";
    case Ask::Health:
      return "/healthz";
    case Ask::File:
      return "/";
    case Ask::NotFound:
      return "/nowhere";
    case Ask::WrongMethod:
      return "/rooms";
    case Ask::Options:
      return "/send";
    case Ask::Events:
      return "/events";
    case Ask::WebSocket:
      return "/ws";
    case Ask::Post:
    case Ask::Lines:
      return "/r/" + url_encoded(request.room);
    default:
      PAPO_CHECK(false);
  }
}

std::string_view method_of(const Request& request) {
  switch (request.ask) {
    case Ask::Join:
    case Ask::Leave:
    case Ask::Send:
    case Ask::Post:
    case Ask::Edit:
    case Ask::Delete:
    case Ask::Topic:
    case Ask::Typing:
    case Ask::BadField:
    case Ask::WrongMethod:
      return "POST";
    case Ask::Options:
      return "OPTIONS";
    default:
      return request.head_only ? "HEAD" : "GET";
  }
}

std::string chunked(const std::string& body, Lottery* lottery) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t size =
        std::min(body.size() - at, lottery->between(1, 15));
    out += kDigits[size];
    out += "\r\n" + body.substr(at, size) + "\r\n";
    at += size;
  }
  return out + "0\r\n\r\n";
}

std::string_view type_of(const Request& request) {
  switch (request.ask) {
    case Ask::Join:
      return "join";
    case Ask::Leave:
      return "leave";
    case Ask::Send:
    case Ask::BadField:
      return "send";
    case Ask::Edit:
      return "edit";
    case Ask::Delete:
      return "delete";
    case Ask::Topic:
      return "topic";
    case Ask::Typing:
      return "typing";
    case Ask::Receive:
      return "receive";
    case Ask::UserRooms:
      return "user_rooms";
    case Ask::Rooms:
      return "rooms";
    case Ask::Members:
      return "members";
    case Ask::Subscribe:
      return "subscribe";
    case Ask::Unsubscribe:
      return "unsubscribe";
    case Ask::Ping:
      return "ping";
    default:
      PAPO_CHECK(false);
  }
}

// A text message, whole or in fragments with control frames between.
std::string text_frames(const std::string& text, Lottery* lottery) {
  const auto mask = [&] { return static_cast<std::uint32_t>(lottery->next()); };
  if (!lottery->one_in(4) || text.size() < 4) {
    return client_frame(kText, true, text, mask());
  }
  std::string out;
  std::uint8_t opcode = kText;
  std::size_t at = 0;
  while (text.size() - at > 2 && !lottery->one_in(3)) {
    const std::size_t size = lottery->between(0, text.size() - at - 1);
    out += client_frame(opcode, false, text.substr(at, size), mask());
    if (lottery->one_in(3)) out += client_frame(kPong, true, "", mask());
    opcode = kContinuation;
    at += size;
  }
  return out + client_frame(opcode, true, text.substr(at), mask());
}

}  // namespace

bool is_command(Ask ask) {
  return ask <= Ask::Topic;
}

chat::CommandKind Request::command_kind() const {
  switch (ask) {
    case Ask::Join:
      return chat::CommandKind::Join;
    case Ask::Leave:
      return chat::CommandKind::Leave;
    case Ask::Send:
      return chat::CommandKind::Send;
    case Ask::Post:
      return chat::CommandKind::Post;
    case Ask::Edit:
      return chat::CommandKind::Edit;
    case Ask::Delete:
      return chat::CommandKind::Delete;
    case Ask::Topic:
      return chat::CommandKind::Topic;
    default:
      PAPO_CHECK(false);
  }
}

bool Request::is(const chat::Command& command) const {
  return is_command(ask) && command_kind() == command.kind &&
         command.room == room && command.user == user && command.text == text &&
         command.client_id == client_id && command.target == target;
}

void write_http(Request* request, Lottery* lottery) {
  if (request->ask == Ask::Garbage) {
    static const std::string kGarbage[] = {
        "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02 not TLS\r\n\r\n",
        "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/9.1\r\nHost: x\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"};
    request->bytes = lottery->pick(kGarbage);
    request->name = "-";
    return;
  }
  const std::string method(method_of(*request));
  const bool posts = method == "POST" && request->ask != Ask::WrongMethod;
  const bool raw = request->ask == Ask::Post;
  const Pairs fields = fields_of(*request);
  std::string target = path_of(*request);
  if (raw) {
    target += "?username=" + url_encoded(request->user);
    if (!request->client_id.empty()) {
      target += "&client_id=" + url_encoded(request->client_id);
    }
  } else if (!posts && !fields.empty()) {
    target += "?" + form_of(fields);
  }
  request->name = method + " " + target + " HTTP/1.1";
  std::string& out = request->bytes;
  out = request->name + "\r\nHost: papo\r\n";
  if (request->closes) out += "Connection: close\r\n";
  if (request->ask == Ask::WebSocket) {
    out +=
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  }
  if (!posts) {
    out += "\r\n";
    return;
  }
  const bool json = !raw && lottery->one_in(2);
  const std::string body =
      raw ? request->text : (json ? json_of(fields, "") : form_of(fields));
  if (json) out += "Content-Type: application/json\r\n";
  if (lottery->one_in(8)) out += "Expect: 100-continue\r\n";
  if (lottery->one_in(4)) {
    out += "Transfer-Encoding: chunked\r\n\r\n" + chunked(body, lottery);
  } else {
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
}

void write_frames(Request* request, std::size_t ref, Lottery* lottery) {
  const auto mask = static_cast<std::uint32_t>(lottery->next());
  request->name = lottery->one_in(2) ? std::to_string(ref)
                                     : json_string("r" + std::to_string(ref));
  std::string& out = request->bytes;
  switch (request->ask) {
    case Ask::BadJson:
      request->name.clear();
      out = client_frame(kText, true, "{\"type\":", mask);
      return;
    case Ask::PingFrame:
      out = client_frame(kPing, true, request->text, mask);
      return;
    case Ask::PongFrame:
      out = client_frame(kPong, true, request->text, mask);
      return;
    case Ask::BinaryFrame:
      out = client_frame(kBinary, true, "binary", mask);
      return;
    case Ask::CloseFrame:
      out = client_frame(kClose, true, std::string("\x03\xE8") + "bye", mask);
      return;
    case Ask::GarbageFrame:
      out = client_frame(kContinuation, true, "stray", mask);
      return;
    default:
      break;
  }
  const std::string start = R"("type":")" + std::string(type_of(*request)) +
                            R"(","ref":)" + request->name;
  out = text_frames(json_of(fields_of(*request), start), lottery);
}

}  // namespace papo::sim
