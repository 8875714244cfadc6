// The API in one table: from it follow 404, 405 with Allow, HEAD, OPTIONS and
// what a WebSocket may ask.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/http_syntax.h"

namespace papo::app {

class Call;

// What a route makes of a request's body.
enum class Input : std::uint8_t {
  Query,  // fields come from the query; a body is ignored
  Body,   // fields come from the body
  Raw,    // fields come from the query; the body is the handler's
};

// What a request leaves behind, for whom it must be asked (app/gate.h).
enum class Effect : std::uint8_t {
  None,
  Presence,  // with a `username`: that somebody is there
  Deed,      // something is changed, or can be through what it opens
};

struct Route {
  http::Method method;
  std::string_view path;  // ends in '/': the rest of the path is the handler's
  void (*handle)(Call&);
  Input input;
  Effect effect;
  // The command changes something: many may be under way on one connection,
  // while other requests wait for the answers before them.
  bool is_command;
};

// The route of a request; nullptr when there is none. HEAD finds GET's.
const Route* find_route(http::Method method, std::string_view path);
// The methods that a path knows, as in Allow: "GET, HEAD, OPTIONS". Empty when
// no route has the path.
std::string methods_of(std::string_view path);

struct WebSocketCommand {
  std::string_view type;
  void (*handle)(Call&);
};
// nullptr when there is none of that type.
const WebSocketCommand* find_websocket_command(std::string_view type);

}  // namespace papo::app
