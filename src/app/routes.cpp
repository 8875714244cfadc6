#include "app/routes.h"

#include "app/handlers.h"

namespace papo::app {
namespace {

using http::Method;

// In the order of how often they are asked.
constexpr Route kRoutes[] = {
    {Method::Get, "/receive", receive_messages, Input::Query, Effect::None,
     false},
    {Method::Post, "/send", send_message, Input::Body, Effect::Deed, true},
    {Method::Get, "/user_rooms", list_rooms_of_user, Input::Query,
     Effect::Presence, false},
    {Method::Post, "/join", join_room, Input::Body, Effect::Deed, true},
    {Method::Post, "/leave", leave_room, Input::Body, Effect::Deed, true},
    {Method::Get, "/ws", open_websocket, Input::Query, Effect::Deed, false},
    {Method::Get, "/events", open_event_stream, Input::Query, Effect::Presence,
     false},
    {Method::Get, "/r/", open_line_stream, Input::Query, Effect::Presence,
     false},
    {Method::Post, "/r/", post_to_room, Input::Raw, Effect::Deed, true},
    {Method::Post, "/typing", note_typing, Input::Body, Effect::Deed, false},
    {Method::Post, "/edit", edit_message, Input::Body, Effect::Deed, true},
    {Method::Post, "/delete", delete_message, Input::Body, Effect::Deed, true},
    {Method::Post, "/topic", set_topic, Input::Body, Effect::Deed, true},
    {Method::Get, "/rooms", list_rooms, Input::Query, Effect::None, false},
    {Method::Get, "/members", list_members, Input::Query, Effect::None, false},
    {Method::Get, "/healthz", report_health, Input::Query, Effect::None, false},
    {Method::Get, "/metrics", report_metrics, Input::Query, Effect::None,
     false},
    {Method::Get, "/version", report_version, Input::Query, Effect::None,
     false},
};

constexpr WebSocketCommand kWebSocketCommands[] = {
    {"send", send_message},
    {"typing", note_typing},
    {"receive", receive_messages},
    {"subscribe", subscribe},
    {"unsubscribe", unsubscribe},
    {"join", join_room},
    {"leave", leave_room},
    {"edit", edit_message},
    {"delete", delete_message},
    {"topic", set_topic},
    {"rooms", list_rooms},
    {"members", list_members},
    {"user_rooms", list_rooms_of_user},
    {"ping", answer_ping},
};

bool matches(const Route& route, std::string_view path) {
  if (route.path.back() != '/') return path == route.path;
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

const WebSocketCommand* find_websocket_command(std::string_view type) {
  for (const WebSocketCommand& command : kWebSocketCommands) {
    if (command.type == type) return &command;
  }
  return nullptr;
}

}  // namespace papo::app
