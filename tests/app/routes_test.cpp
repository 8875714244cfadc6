#include "app/routes.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "app/handlers.h"

namespace papo::app {
namespace {

using http::Method;

TEST(Routes, AreThoseOfTheContract) {
  const struct {
    Method method;
    std::string_view path;
    void (*handle)(Call&);
    Input input;
    bool is_command;
  } rows[] = {
      {Method::Post, "/join", join_room, Input::Body, true},
      {Method::Post, "/leave", leave_room, Input::Body, true},
      {Method::Post, "/send", send_message, Input::Body, true},
      {Method::Get, "/receive", receive_messages, Input::Query, false},
      {Method::Get, "/user_rooms", list_rooms_of_user, Input::Query, false},
      {Method::Get, "/rooms", list_rooms, Input::Query, false},
      {Method::Get, "/members", list_members, Input::Query, false},
      {Method::Post, "/typing", note_typing, Input::Body, false},
      {Method::Post, "/edit", edit_message, Input::Body, true},
      {Method::Post, "/delete", delete_message, Input::Body, true},
      {Method::Post, "/topic", set_topic, Input::Body, true},
      {Method::Get, "/r/geral", open_line_stream, Input::Query, false},
      {Method::Post, "/r/geral", post_to_room, Input::Raw, true},
      {Method::Get, "/events", open_event_stream, Input::Query, false},
      {Method::Get, "/ws", open_websocket, Input::Query, false},
      {Method::Get, "/healthz", report_health, Input::Query, false},
      {Method::Get, "/metrics", report_metrics, Input::Query, false},
      {Method::Get, "/version", report_version, Input::Query, false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    const Route* route = find_route(row.method, row.path);
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->handle, row.handle);
    EXPECT_EQ(route->input, row.input);
    EXPECT_EQ(route->is_command, row.is_command);
    // What a page of another site may not do: all POSTs, and what they open.
    const bool deed = row.method == Method::Post || row.path == "/ws";
    EXPECT_EQ(route->effect == Effect::Deed, deed);
    const bool shows = row.handle == list_rooms_of_user ||
                       row.handle == open_event_stream ||
                       row.handle == open_line_stream;
    EXPECT_EQ(route->effect == Effect::Presence, shows);
  }
}

TEST(Routes, TakeAPathAsItIs) {
  const struct {
    Method method;
    std::string_view path;
    bool found;
  } rows[] = {
      {Method::Get, "/receive", true},   {Method::Head, "/receive", true},
      {Method::Post, "/receive", false}, {Method::Head, "/send", false},
      {Method::Get, "/receive/", false}, {Method::Get, "/Receive", false},
      {Method::Get, "/receiv", false},   {Method::Get, "receive", false},
      {Method::Get, "//receive", false}, {Method::Get, "/", false},
      {Method::Get, "", false},          {Method::Get, "*", false},
      {Method::Get, "/r", false},        {Method::Get, "/r/", false},
      {Method::Get, "/r/a", true},       {Method::Get, "/r/a/b", true},
      {Method::Get, "/r//", true},       {Method::Options, "/send", false},
      {Method::Delete, "/send", false},  {Method::Other, "/send", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(find_route(row.method, row.path) != nullptr, row.found);
  }
}

TEST(Routes, SayWhichMethodsAPathKnows) {
  const struct {
    std::string_view path;
    std::string_view methods;
  } rows[] = {
      {"/send", "POST, OPTIONS"},
      {"/receive", "GET, HEAD, OPTIONS"},
      {"/r/geral", "GET, HEAD, POST, OPTIONS"},
      {"/r/", ""},
      {"/nothing", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    EXPECT_EQ(methods_of(row.path), row.methods);
  }
}

TEST(Routes, OfAWebSocketAreThoseOfTheContract) {
  const struct {
    std::string_view type;
    void (*handle)(Call&);
  } rows[] = {
      {"join", join_room},          {"leave", leave_room},
      {"send", send_message},       {"subscribe", subscribe},
      {"unsubscribe", unsubscribe}, {"receive", receive_messages},
      {"typing", note_typing},      {"edit", edit_message},
      {"delete", delete_message},   {"rooms", list_rooms},
      {"members", list_members},    {"ping", answer_ping},
      {"topic", set_topic},         {"user_rooms", list_rooms_of_user},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.type);
    const WebSocketCommand* command = find_websocket_command(row.type);
    ASSERT_NE(command, nullptr);
    EXPECT_EQ(command->handle, row.handle);
  }
  for (const std::string_view type : {"", "Join", "join ", "ok", "hello"}) {
    EXPECT_EQ(find_websocket_command(type), nullptr) << type;
  }
}

}  // namespace
}  // namespace papo::app
