#include "app/routes.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "app/handlers.h"

namespace papo::app {
namespace {

using http::Method;
using Kind = chat::CommandKind;

TEST(Routes, AreThoseOfTheContract) {
  const struct {
    Method method;
    std::string_view path;
    Handler handler;
    Input input;
    Right right;
  } rows[] = {
      {Method::Post, "/join", Kind::Join, Input::Body, Right::Write},
      {Method::Post, "/leave", Kind::Leave, Input::Body, Right::Write},
      {Method::Post, "/send", Kind::Send, Input::Body, Right::Write},
      {Method::Get, "/receive", receive_or_wait, Input::Query, Right::Read},
      {Method::Get, "/user_rooms", list_rooms_of_user, Input::Query,
       Right::Read},
      {Method::Get, "/rooms", list_rooms, Input::Query, Right::Read},
      {Method::Get, "/members", list_members, Input::Query, Right::Read},
      {Method::Post, "/typing", note_typing, Input::Body, Right::Write},
      {Method::Post, "/edit", Kind::Edit, Input::Body, Right::Write},
      {Method::Post, "/delete", Kind::Delete, Input::Body, Right::Write},
      {Method::Post, "/topic", Kind::Topic, Input::Body, Right::Write},
      {Method::Get, "/r/geral", open_line_stream, Input::Query, Right::Listen},
      {Method::Post, "/r/geral", Kind::Post, Input::Raw, Right::Write},
      {Method::Get, "/events", open_event_stream, Input::Query, Right::Listen},
      {Method::Get, "/ws", open_websocket, Input::Query, Right::Listen},
      {Method::Get, "/healthz", report_health, Input::Query, Right::Monitor},
      {Method::Get, "/metrics", report_metrics, Input::Query, Right::Monitor},
      {Method::Get, "/version", report_version, Input::Query, Right::Read},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    const Route* route = find_route(row.method, row.path);
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->handler, row.handler);
    EXPECT_EQ(route->input, row.input);
    EXPECT_EQ(route->is_command(), std::holds_alternative<Kind>(row.handler));
    EXPECT_EQ(route->price.right, row.right);
    EXPECT_GT(route->price.cost, 0);
    // What a page of another site may not do: all POSTs, and what they open.
    const bool deed = row.method == Method::Post || row.path == "/ws";
    EXPECT_EQ(route->effect == Effect::Deed, deed);
    const bool shows = row.handler == Handler(list_rooms_of_user) ||
                       row.handler == Handler(open_event_stream) ||
                       row.handler == Handler(open_line_stream);
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

TEST(Commands, AreThoseOfTheContract) {
  const struct {
    std::string_view type;
    std::variant<Kind, Answering> handler;
  } rows[] = {
      {"join", Kind::Join},         {"leave", Kind::Leave},
      {"send", Kind::Send},         {"subscribe", subscribe},
      {"unsubscribe", unsubscribe}, {"receive", receive},
      {"typing", note_typing},      {"edit", Kind::Edit},
      {"delete", Kind::Delete},     {"rooms", list_rooms},
      {"members", list_members},    {"ping", answer_ping},
      {"topic", Kind::Topic},       {"user_rooms", list_rooms_of_user},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.type);
    const NamedCommand* command = find_command(row.type);
    ASSERT_NE(command, nullptr);
    EXPECT_EQ(command->handler, row.handler);
    EXPECT_GT(command->price.cost, 0);
  }
  for (const std::string_view type : {"", "Join", "join ", "ok", "hello"}) {
    EXPECT_EQ(find_command(type), nullptr) << type;
  }
}

}  // namespace
}  // namespace papo::app
