#include "app/routes.h"

#include "app/handlers.h"

namespace papo::app {
namespace {

using chat::CommandKind;
using http::Method;

constexpr Price kReads{Right::Read, 1};
constexpr Price kReadsMuch{Right::Read, 5};
constexpr Price kListens{Right::Listen, 5};
constexpr Price kWrites{Right::Write, 2};
constexpr Price kTypes{Right::Write, 1};
constexpr Price kMonitors{Right::Monitor, 2};

// In the order of how often they are asked.
constexpr Route kRoutes[] = {
    {Method::Get, "/receive", receive_or_wait, Input::Query, Effect::None,
     kReads},
    {Method::Post, "/send", CommandKind::Send, Input::Body, Effect::Deed,
     kWrites},
    {Method::Get, "/user_rooms", list_rooms_of_user, Input::Query,
     Effect::Presence, kReads},
    {Method::Post, "/join", CommandKind::Join, Input::Body, Effect::Deed,
     kWrites},
    {Method::Post, "/leave", CommandKind::Leave, Input::Body, Effect::Deed,
     kWrites},
    {Method::Get, "/ws", open_websocket, Input::Query, Effect::Deed, kListens},
    {Method::Get, "/events", open_event_stream, Input::Query, Effect::Presence,
     kListens},
    {Method::Get, "/r/", open_line_stream, Input::Query, Effect::Presence,
     kListens},
    {Method::Post, "/r/", CommandKind::Post, Input::Raw, Effect::Deed, kWrites},
    {Method::Post, "/typing", note_typing, Input::Body, Effect::Deed, kTypes},
    {Method::Post, "/edit", CommandKind::Edit, Input::Body, Effect::Deed,
     kWrites},
    {Method::Post, "/delete", CommandKind::Delete, Input::Body, Effect::Deed,
     kWrites},
    {Method::Post, "/topic", CommandKind::Topic, Input::Body, Effect::Deed,
     kWrites},
    {Method::Get, "/rooms", list_rooms, Input::Query, Effect::None, kReadsMuch},
    {Method::Get, "/members", list_members, Input::Query, Effect::None,
     kReadsMuch},
    {Method::Get, "/healthz", report_health, Input::Query, Effect::None,
     kMonitors},
    {Method::Get, "/metrics", report_metrics, Input::Query, Effect::None,
     kMonitors},
    {Method::Get, "/version", report_version, Input::Query, Effect::None,
     kReads},
};

constexpr NamedCommand kNamedCommands[] = {
    {"send", CommandKind::Send, kWrites},
    {"typing", note_typing, kTypes},
    {"receive", receive, kReads},
    {"subscribe", subscribe, kListens},
    {"unsubscribe", unsubscribe, kTypes},
    {"join", CommandKind::Join, kWrites},
    {"leave", CommandKind::Leave, kWrites},
    {"edit", CommandKind::Edit, kWrites},
    {"delete", CommandKind::Delete, kWrites},
    {"topic", CommandKind::Topic, kWrites},
    {"rooms", list_rooms, kReadsMuch},
    {"members", list_members, kReadsMuch},
    {"user_rooms", list_rooms_of_user, kReads},
    {"ping", answer_ping, kReads},
};

bool matches(const Route& route, std::string_view path) {
  if (!route.takes_room()) return path == route.path;
  return path.size() > route.path.size() && path.starts_with(route.path);
}

std::string_view name_of(Method method) {
  return method == Method::Post ? "POST" : "GET, HEAD";
}

}  // namespace

const Route* find_route(Method method, std::string_view path) {
  if (method == Method::Head) method = Method::Get;
  for (const Route& route : kRoutes) {
    if (route.method == method && matches(route, path)) return &route;
  }
  return nullptr;
}

std::string methods_of(std::string_view path) {
  std::string methods;
  for (const Route& route : kRoutes) {
    if (matches(route, path)) methods.append(name_of(route.method)) += ", ";
  }
  if (!methods.empty()) methods += "OPTIONS";
  return methods;
}

const NamedCommand* find_command(std::string_view type) {
  for (const NamedCommand& command : kNamedCommands) {
    if (command.type == type) return &command;
  }
  return nullptr;
}

}  // namespace papo::app
