// Who is there and who writes, as each door tells it; and what a deletion
// leaves behind. The grace and the expiries are tested with a clock of their
// own (tests/app).
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "support/raw_client.h"
#include "support/sanitized.h"
#include "support/server_process.h"
#include "support/websocket_client.h"

namespace papo {
namespace {

using support::Answer;
using support::get;
using support::member_of;
using support::outcome_of;
using support::post;
using support::RawClient;
using support::ServerProcess;
using support::WebSocketClient;

Answer call(const ServerProcess& server, const char* path,
            std::string_view user, std::string_view more = {}) {
  return post(server.port(), path,
              R"({"room":"a","username":")" + std::string(user) + "\"" +
                  std::string(more) + "}");
}

std::string members(const ServerProcess& server) {
  return get(server.port(), "/members?room=a").body;
}

std::string presence_of(std::string_view user, bool online) {
  return R"({"type":"presence","room":"a","user":")" + std::string(user) +
         R"(","online":)" + (online ? "true}" : "false}");
}

std::string typing_of(std::string_view user, bool typing) {
  return R"({"type":"typing","room":"a","user":")" + std::string(user) +
         R"(","typing":)" + (typing ? "true}" : "false}");
}

TEST(Presence, IsALiveConnectionOnTheRoomsFeed) {
  ServerProcess server;
  call(server, "/join", "ana");
  EXPECT_EQ(members(server), R"({"members":[{"username":"ana","online":false,)"
                             R"("typing":false}]})");
  WebSocketClient watcher(server.port(), "/ws?room=a");
  watcher.read_text_with("hello");
  // By each door once: an event stream, lines, a WebSocket.
  struct Case {
    const char* user;
    std::string request;
  };
  const Case cases[] = {
      {"eve", support::get_request("/events?room=a&username=eve")},
      {"lin", support::get_request("/r/a?username=lin")},
      {"web", support::upgrade_request("/ws?room=a&username=web")},
  };
  for (const Case& each : cases) {
    RawClient client(server.port());
    ASSERT_TRUE(client.send(each.request));
    EXPECT_EQ(watcher.read_text(), presence_of(each.user, true));
    // A second connection of theirs is nothing new, nor is one without a name.
    RawClient second(server.port());
    ASSERT_TRUE(second.send(each.request));
    second.read_until("\r\n\r\n");
  }
  // Within the grace nobody is told of their going, nor of their coming back.
  RawClient back(server.port());
  ASSERT_TRUE(back.send(cases[0].request));
  back.read_until("\r\n\r\n");
  EXPECT_EQ(call(server, "/send", "ana", R"(,"message":"x")").status, 200);
  EXPECT_EQ(member_of(watcher.read_text(), "message"), "x");
  // Being there is not membership.
  EXPECT_EQ(members(server).find("eve"), std::string::npos);
  EXPECT_NE(get(server.port(), "/rooms").body.find(R"("online":3)"),
            std::string::npos);
}

TEST(Presence, AskingForOnesRoomsIsBeingThere) {
  ServerProcess server;
  call(server, "/join", "ana");
  WebSocketClient watcher(server.port(), "/ws?room=a");
  watcher.read_text_with("hello");
  get(server.port(), "/user_rooms?username=ana");
  EXPECT_EQ(watcher.read_text(), presence_of("ana", true));
  EXPECT_NE(members(server).find(R"("online":true)"), std::string::npos);
  EXPECT_NE(get(server.port(), "/rooms").body.find(R"("online":1)"),
            std::string::npos);
  // Only where they are a member, from joining to leaving.
  post(server.port(), "/join", R"({"room":"b","username":"eva"})");
  EXPECT_NE(get(server.port(), "/rooms").body.find(R"("online":0)"),
            std::string::npos);
  call(server, "/join", "eva");
  watcher.read_text_with("eva joined");
  call(server, "/leave", "ana");
  watcher.read_text_with("ana left");
  EXPECT_EQ(watcher.read_text(), presence_of("ana", false));
  call(server, "/join", "ana");
  watcher.read_text_with("ana joined");
  EXPECT_EQ(watcher.read_text(), presence_of("ana", true));
}

TEST(Typing, EndsWithSendingLeavingAndGoing) {
  ServerProcess server;
  call(server, "/join", "ana");
  call(server, "/join", "rui");
  WebSocketClient watcher(server.port(), "/ws?room=a");
  watcher.read_text_with("hello");
  EXPECT_EQ(call(server, "/typing", "ana").body, R"({"status":"success"})");
  EXPECT_EQ(watcher.read_text(), typing_of("ana", true));
  EXPECT_NE(members(server).find(R"("ana","online":false,"typing":true)"),
            std::string::npos);
  // Saying so again is not news.
  call(server, "/typing", "ana");
  call(server, "/send", "ana", R"(,"message":"x")");
  const std::string after_send = watcher.read_text() + watcher.read_text();
  EXPECT_NE(after_send.find(R"("message":"x")"), std::string::npos);
  EXPECT_NE(after_send.find(typing_of("ana", false)), std::string::npos);
  EXPECT_NE(members(server).find(R"("ana","online":false,"typing":false)"),
            std::string::npos);

  call(server, "/typing", "rui");
  EXPECT_EQ(watcher.read_text(), typing_of("rui", true));
  call(server, "/leave", "rui");
  const std::string after_leave = watcher.read_text() + watcher.read_text();
  EXPECT_NE(after_leave.find("rui left"), std::string::npos);
  EXPECT_NE(after_leave.find(typing_of("rui", false)), std::string::npos);

  {
    WebSocketClient ana(server.port(), "/ws?room=a&username=ana");
    EXPECT_EQ(watcher.read_text(), presence_of("ana", true));
    ana.send(R"({"type":"typing","room":"a"})");
    EXPECT_EQ(watcher.read_text(), typing_of("ana", true));
  }
  EXPECT_EQ(watcher.read_text(), typing_of("ana", false));
  // Nothing of this is kept.
  EXPECT_EQ(get(server.port(), "/r/a?poll=1").body.find("typing"),
            std::string::npos);
}

TEST(Typing, IsForMembers) {
  ServerProcess server;
  EXPECT_EQ(outcome_of(call(server, "/typing", "ana")), "404 room_not_found");
  call(server, "/join", "ana");
  EXPECT_EQ(outcome_of(call(server, "/typing", "rui")), "404 not_a_member");
}

// Edits and deletions reach every door live, and its history.
TEST(Changes, ReachEachDoor) {
  ServerProcess server;
  call(server, "/join", "ana");
  const std::string id = member_of(
      call(server, "/send", "ana", R"(,"message":"first text")").body, "id");
  WebSocketClient frames(server.port(), "/ws?room=a");
  frames.read_text_with("hello");
  RawClient events(server.port());
  ASSERT_TRUE(events.send(support::get_request("/events?room=a")));
  events.read_until("\nid: ");
  RawClient lines(server.port());
  ASSERT_TRUE(lines.send(support::get_request("/r/a?after=" + id)));
  lines.read_until("\r\n\r\n");

  call(server, "/edit", "ana", R"(,"message":"second text","id":)" + id);
  const std::string edit = frames.read_text();
  EXPECT_EQ(member_of(edit, "type"), "edit");
  EXPECT_EQ(member_of(edit, "message"), "second text");
  EXPECT_EQ(events.read_until(edit).find("event: edit") == std::string::npos,
            false);
  EXPECT_EQ(lines.read_until("\n"), edit + "\n");
  call(server, "/delete", "ana", R"(,"id":)" + id);
  const std::string erasure = frames.read_text();
  EXPECT_EQ(member_of(erasure, "type"), "delete");
  EXPECT_EQ(erasure.find("text"), std::string::npos);
  events.read_until(erasure);
  EXPECT_EQ(lines.read_until("\n"), erasure + "\n");

  // A resuming reader of each door is told the deletion, and no text.
  const std::string resumed =
      get(server.port(), "/r/a?poll=1&after=" + id).body;
  EXPECT_EQ(resumed, erasure + "\n");
  const std::string whole = get(server.port(), "/r/a?poll=1").body;
  EXPECT_EQ(whole.find("second text"), std::string::npos) << whole;
  EXPECT_NE(whole.find(R"("deleted":)"), std::string::npos) << whole;
  EXPECT_EQ(outcome_of(call(server, "/edit", "ana",
                            R"(,"message":"again","id":)" + id)),
            "404 message_not_found");
}

#ifdef __linux__
// How often `text` stands in the memory that a process may write.
std::size_t count_in_memory(pid_t pid, std::string_view text) {
  const std::string folder = "/proc/" + std::to_string(pid);
  std::ifstream maps(folder + "/maps");
  std::ifstream memory(folder + "/mem", std::ios::binary);
  EXPECT_TRUE(maps && memory);
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char mode[5] = {};
    const int read =
        std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, mode);
    if (read != 3 || mode[1] != 'w') continue;
    std::string bytes(end - begin, '\0');
    memory.seekg(static_cast<std::streamoff>(begin));
    if (!memory.read(bytes.data(), static_cast<std::streamoff>(bytes.size()))) {
      memory.clear();
      continue;
    }
    for (std::size_t at = bytes.find(text); at != std::string::npos;
         at = bytes.find(text, at + 1)) {
      ++count;
    }
  }
  return count;
}

// Sends `text`, has it read in every way, edits and deletes it.
void live_and_die(const ServerProcess& server, std::string_view text) {
  const std::string id = member_of(
      call(server, "/send", "ana", R"(,"message":")" + std::string(text) + "\"")
          .body,
      "id");
  get(server.port(), "/receive?room=a");
  get(server.port(), "/r/a?poll=1");
  call(server, "/edit", "ana",
       R"(,"message":"edited )" + std::string(text) + R"(","id":)" + id);
  get(server.port(), "/receive?room=a&changes=1");
  get(server.port(), "/r/a?poll=1&after=" + id);
  call(server, "/delete", "ana", R"(,"id":)" + id);
}

// A text that was deleted is in no memory of the server any more, once the
// buffers that it passed through have been used again.
TEST(Changes, ADeletedTextIsGoneFromMemory) {
  if (support::kSanitized) {
    GTEST_SKIP() << "a sanitizer keeps freed memory and maps terabytes";
  }
  ServerProcess server;
  constexpr std::string_view kSecret = "the-swordfish-password-9b1c";
  call(server, "/join", "ana");
  call(server, "/send", "ana", R"(,"message":"the-swordfish-password-9b1c")");
  EXPECT_GT(count_in_memory(server.pid(), kSecret), 0U);
  call(server, "/leave", "ana");  // with the room goes its history
  call(server, "/join", "ana");
  live_and_die(server, kSecret);
  for (int i = 0; i < 20; ++i) {
    live_and_die(server, "another-text-of-its-length!");
  }
  EXPECT_EQ(count_in_memory(server.pid(), kSecret), 0U);
}
#endif

}  // namespace
}  // namespace papo
