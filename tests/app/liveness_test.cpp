// Time on a machine without a clock: heartbeats, pings, silence, grace and
// expiry, to the second.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/hand_turned.h"
#include "wire/event_stream.h"

namespace papo::app {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHandshake =
    " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A frame with a mask of zeros, which leaves its payload as it is.
std::string frame_of(char opcode, std::string_view payload) {
  std::string bytes = {static_cast<char>(0x80 | opcode),
                       static_cast<char>(0x80 | payload.size()),
                       0,
                       0,
                       0,
                       0};
  return bytes.append(payload);
}

class Liveness : public ::testing::Test, protected support::HandTurned {
 protected:
  Liveness() : HandTurned(&files_) {}

  ConnectionId get(std::string_view target) {
    return connect("GET " + std::string(target) +
                   " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  ConnectionId upgrade(std::string_view target) {
    return connect("GET " + std::string(target) + std::string(kHandshake));
  }
  // A command, on a connection that closes at once.
  void post(std::string_view path, std::string_view json) {
    const ConnectionId id =
        connect("POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" +
                "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" +
                std::string(json));
    EXPECT_TRUE(take(id).starts_with("HTTP/1.1 200")) << json;
    machine_.lost(id, now_);
  }

 private:
  EmbeddedFiles files_;
};

TEST_F(Liveness, AnEventStreamHasAHeartbeat) {
  const ConnectionId id = get("/events?room=a");
  take(id);
  wait(14s);
  EXPECT_EQ(take(id), "");
  wait(1500ms);
  EXPECT_EQ(take(id), event_stream::kHeartbeat);
  wait(15s);
  EXPECT_EQ(take(id), event_stream::kHeartbeat);
}

// No reader of JSON sees a blank, nor does a shell's `read`; where people look
// on, it comes as seldom as proxies allow.
TEST_F(Liveness, LinesHaveAHeartbeatToo) {
  const ConnectionId lines = get("/r/a");
  const ConnectionId text = get("/r/a?format=text");
  take(lines);
  take(text);
  wait(16s);
  EXPECT_EQ(take(lines), " ");
  EXPECT_EQ(take(text), "");
  for (int i = 0; i < 5; ++i) {
    wait(31s);
    wait(15s);
    EXPECT_EQ(take(text), " ");
  }
}

// Proxies give up after 60 s, whatever their clients asked for.
TEST_F(Liveness, EveryStreamSaysSomethingWithinAMinute) {
  const ConnectionId ids[] = {get("/events?room=a"), get("/events?username=u"),
                              get("/r/a"), get("/r/a?format=text"),
                              upgrade("/ws?room=a")};
  for (const ConnectionId id : ids) take(id);
  for (int i = 0; i < 20; ++i) {
    wait(50s);
    for (const ConnectionId id : ids) {
      SCOPED_TRACE(id);
      EXPECT_FALSE(is_closed(id));
      EXPECT_NE(take(id), "");
    }
    send(ids[4], std::string("\x8A\x80\0\0\0\0", 6));  // a pong
  }
}

TEST_F(Liveness, EveryLongPollIsAnsweredBeforeAProxyGivesUp) {
  const struct {
    std::string_view wait;
    base::Micros answered;
  } rows[] = {{"60", 55s}, {"55.5", 55s}, {"55", 55s}, {"54", 54s}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.wait);
    const ConnectionId id =
        get("/receive?room=a&wait=" + std::string(row.wait));
    wait(row.answered - 100ms);
    EXPECT_EQ(take(id), "");
    wait(300ms);
    EXPECT_TRUE(take(id).starts_with("HTTP/1.1 200"));
    machine_.lost(id, now_);
  }
}

TEST_F(Liveness, AStreamThatNobodyReadsIsGivenUp) {
  const ConnectionId id = get("/events?room=a");
  take(id);
  wait(60s);
  EXPECT_FALSE(is_closed(id));
  wait(30s);
  EXPECT_TRUE(is_closed(id));
}

TEST_F(Liveness, AWebSocketIsPinged) {
  const ConnectionId id = upgrade("/ws");
  take(id);
  for (int i = 0; i < 10; ++i) {
    wait(31s);
    EXPECT_EQ(take(id), std::string("\x89\0", 2));
    send(id, frame_of(10, ""));
  }
  EXPECT_FALSE(is_closed(id));
}

TEST_F(Liveness, APeerThatAnswersNoPingIsClosed) {
  const ConnectionId id = upgrade("/ws");
  take(id);
  wait(59s);
  EXPECT_EQ(take(id), std::string("\x89\0", 2));
  EXPECT_FALSE(is_closed(id));
  wait(32s);
  EXPECT_TRUE(is_closed(id));
}

// Whatever comes says that the peer is there.
TEST_F(Liveness, ACommandIsAnAnswerToAPing) {
  const ConnectionId id = upgrade("/ws");
  for (int i = 0; i < 5; ++i) {
    wait(50s);
    take(id);
    send(id, frame_of(1, R"({"type":"ping"})"));
  }
  EXPECT_FALSE(is_closed(id));
}

// RFC 6455 §7.1.1: the server closes first, but not before the peer can have
// read why.
TEST_F(Liveness, ACloseIsNotWaitedForLong) {
  const ConnectionId reads = upgrade("/ws");
  const ConnectionId stalls = upgrade("/ws");
  take(reads);
  send(reads, frame_of(2, "x"));
  send(stalls, frame_of(2, "x"));
  EXPECT_NE(take(reads).find("\x03\xEB"), std::string::npos);  // 1003
  EXPECT_EQ(machine_.ending(reads), Ending::FinishSending);
  wait(1s);
  EXPECT_FALSE(is_closed(reads));
  wait(2s);
  EXPECT_TRUE(is_closed(reads));
  EXPECT_FALSE(is_closed(stalls));
  wait(options_.idle_timeout);
  EXPECT_TRUE(is_closed(stalls));
}

TEST_F(Liveness, ALongPollEndsInTime) {
  const ConnectionId id = get("/receive?room=a&wait=25");
  wait(24s);
  EXPECT_EQ(take(id), "");
  wait(1500ms);
  EXPECT_TRUE(take(id).ends_with(R"({"messages":[]})"));
  EXPECT_FALSE(is_closed(id));
}

TEST_F(Liveness, WhoGoesHasAGrace) {
  const ConnectionId watcher = get("/events?room=a");
  take(watcher);
  ConnectionId ana = get("/events?room=a&username=ana");
  EXPECT_NE(take(watcher).find(R"("user":"ana","online":true)"),
            std::string::npos);
  for (int reload = 0; reload < 3; ++reload) {
    machine_.lost(ana, now_);
    wait(4s);
    ana = get("/events?room=a&username=ana");
    wait(4s);
    EXPECT_EQ(take(watcher).find("presence"), std::string::npos);
  }
  machine_.lost(ana, now_);
  wait(4900ms);
  EXPECT_EQ(take(watcher).find("presence"), std::string::npos);
  wait(200ms);
  EXPECT_NE(take(watcher).find(R"("user":"ana","online":false)"),
            std::string::npos);
  machine_.lost(watcher, now_);
  EXPECT_TRUE(machine_.is_quiet());
}

TEST_F(Liveness, APollIsGoodForHalfAMinute) {
  post("/join", R"({"room":"a","username":"ana"})");
  const ConnectionId watcher = get("/events?room=a");
  take(watcher);
  const ConnectionId ana = get("/user_rooms?username=ana");
  EXPECT_NE(take(watcher).find(R"("user":"ana","online":true)"),
            std::string::npos);
  wait(20s);
  send(ana, "GET /user_rooms?username=ana HTTP/1.1\r\nHost: x\r\n\r\n");
  wait(29s);
  EXPECT_EQ(take(watcher).find("presence"), std::string::npos);
  wait(2s);
  EXPECT_NE(take(watcher).find(R"("user":"ana","online":false)"),
            std::string::npos);
}

TEST_F(Liveness, TypingExpires) {
  post("/join", R"({"room":"a","username":"ana"})");
  const ConnectionId watcher = get("/events?room=a");
  take(watcher);
  post("/typing", R"({"room":"a","username":"ana"})");
  EXPECT_NE(take(watcher).find(R"("typing":true)"), std::string::npos);
  wait(5s);
  post("/typing", R"({"room":"a","username":"ana"})");
  wait(5900ms);
  EXPECT_EQ(take(watcher).find("typing"), std::string::npos);
  wait(200ms);
  EXPECT_NE(take(watcher).find(R"("typing":false)"), std::string::npos);
}

// A listener past its backlog may read what was queued, within 20 s.
TEST_F(Liveness, WhoWasCutMayReadTheRest) {
  options_.backlog_bytes_max = 4'000;
  post("/join", R"({"room":"a","username":"ana"})");
  const ConnectionId reads = upgrade("/ws?room=a");
  const ConnectionId stalls = upgrade("/ws?room=a");
  take(reads);
  take(stalls);
  const std::string message = R"({"room":"a","username":"ana","message":")" +
                              std::string(1'000, 'x') + R"("})";
  for (int i = 0; i < 5; ++i) post("/send", message);
  const std::string rest = take(reads);
  EXPECT_EQ(rest.find("\x88"), rest.size() - 2 - 32) << "a close comes last";
  EXPECT_NE(rest.find("\x03\xF0too slow"), std::string::npos);  // 1008
  wait(19s);
  EXPECT_FALSE(is_closed(stalls));
  wait(2s);
  EXPECT_TRUE(is_closed(stalls));
}

// The end of the server: nobody begins to listen, and an idle stream is not
// waited for.
TEST_F(Liveness, TheEndIsSoon) {
  const ConnectionId stream = get("/events?room=a");
  const ConnectionId slow = connect("GET /events?room=a HTTP/1.1\r\n");
  take(stream);
  machine_.begin_shutdown(now_);
  turn();
  EXPECT_EQ(machine_.ending(stream), Ending::FinishSending);
  send(slow, "Host: x\r\n\r\n");
  EXPECT_TRUE(take(slow).starts_with("HTTP/1.1 503"));
  wait(3s);
  EXPECT_TRUE(is_closed(stream));
  EXPECT_TRUE(is_closed(slow));
}

}  // namespace
}  // namespace papo::app
