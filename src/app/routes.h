// What can be asked, in two tables: by HTTP, and by whatever carries commands.
// From them follow 404, 405 with Allow, HEAD, OPTIONS, and what the gate asks
// of the caller.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "app/caller.h"
#include "chat/command.h"
#include "wire/http_syntax.h"

namespace papo::app {

class HttpExchange;
class Reply;
struct Question;

// What is done for a call. A command goes through the log, and is answered when
// it is decided; a question is answered at once, by whichever door; what opens
// something takes the whole exchange.
using Answering = void (*)(Question&, Reply&);
using Opening = void (*)(HttpExchange&);
using Handler = std::variant<chat::CommandKind, Answering, Opening>;

// What a route makes of a request's body.
enum class Input : std::uint8_t {
  Query,  // fields come from the query; a body is ignored
  Body,   // fields come from the body
  Raw,    // fields come from the query; the body is the `message`
};

// What a request leaves behind, for whom it must be asked (app/gate.h).
enum class Effect : std::uint8_t {
  None,
  Presence,  // with a `username`: that somebody is there
  Deed,      // something is changed, or can be through what it opens
};

struct Route {
  http::Method method;
  std::string_view path;  // ends in '/': the rest of the path is the `room`
  Handler handler;
  Input input;
  Effect effect;
  Price price;

  // Many commands may be under way on one connection, while everything else
  // waits for the answers before it.
  bool is_command() const {
    return std::holds_alternative<chat::CommandKind>(handler);
  }
  bool takes_room() const { return path.back() == '/'; }
};

// The route of a request; nullptr when there is none. HEAD finds GET's.
const Route* find_route(http::Method method, std::string_view path);
// The methods that a path knows, as in Allow: "GET, HEAD, OPTIONS". Empty when
// no route has the path.
std::string methods_of(std::string_view path);

// What can be asked by a name alone, as in a WebSocket's frame.
struct NamedCommand {
  std::string_view type;
  std::variant<chat::CommandKind, Answering> handler;
  Price price;
};
// nullptr when there is none of that type.
const NamedCommand* find_command(std::string_view type);

}  // namespace papo::app
