#include "app/websocket_upgrade.h"

#include <string>

#include "base/text.h"
#include "wire/websocket_handshake.h"

namespace papo::app {
namespace {

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

}  // namespace

bool check_upgrade(HttpExchange* exchange) {
  const http::Request& request = exchange->request;
  const std::string upgrade = joined_fields(request, "upgrade");
  const std::string connection = joined_fields(request, "connection");
  const std::string version = joined_fields(request, "sec-websocket-version");
  const std::string key = joined_fields(request, "sec-websocket-key");
  const auto fault = websocket::check_handshake(
      {request.method_text(), exchange->to.http_1_0 ? "HTTP/1.0" : "HTTP/1.1",
       upgrade, connection, version, key});
  if (!fault) return true;
  exchange->refuse(problem_of(*fault), headers_of(*fault));
  return false;
}

void accept_upgrade(HttpExchange* exchange) {
  const std::string key = joined_fields(exchange->request, "sec-websocket-key");
  std::string headers = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  headers.append("Sec-WebSocket-Accept: ");
  headers.append(websocket::accept_key(key)).append("\r\n");
  HttpReply upgraded = exchange->to;
  upgraded.keep_alive = true;
  upgraded.http_1_0 = false;
  exchange->house.answers.answer(
      exchange->connection, upgraded,
      HttpAnswer{.status = 101, .content_type = {}, .headers = headers});
}

}  // namespace papo::app
