#include "app/presence.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::app {
namespace {

using base::Micros;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Listens to the room "r" and writes down who comes, goes and types.
class PresenceTest : public testing::Test, protected Delivery {
 protected:
  PresenceTest() { feed_.subscribe(&listener_, "r"); }
  ~PresenceTest() override { feed_.leave_all(&listener_); }

  void deliver(Listener*, const base::SharedBytes& frames,
               const base::SharedBytes&) override {
    told_.append(frames.view().substr(2));
  }
  void wake(Listener*) override {}

  // What has been told since the last call: "+ana" came, "-ana" went, "~ana"
  // types, "=ana" has stopped.
  std::string told() {
    feed_.drain();
    std::string short_form;
    for (std::size_t at = 0;
         (at = told_.find("\"user\":\"", at)) != std::string::npos;) {
      at += 8;
      const std::string user = told_.substr(at, told_.find('"', at) - at);
      const std::string rest = told_.substr(at + user.size() + 1);
      const bool yes = rest.find(":true}") < rest.find(":false}");
      const bool online = rest.starts_with(",\"online\"");
      short_form += online ? (yes ? "+" : "-") : (yes ? "~" : "=");
      short_form += user;
    }
    told_.clear();
    return short_form;
  }
  std::string told_at(Micros now) {
    presence_.on_time(now);
    return told();
  }
  void join(std::string_view room, std::string_view user) {
    ASSERT_TRUE(
        store_
            .apply(
                {.kind = chat::CommandKind::Join, .room = room, .user = user},
                nullptr)
            .ok());
  }

  chat::RoomStore store_{{}, chat::Language::English, {}};
  Feed feed_{this, {}};
  Listener listener_{&websocket_framing(), nullptr};
  static constexpr std::size_t kWaitingMax = 1'000;
  Presence presence_{&store_, &feed_, {}, kWaitingMax};
  std::string told_;
};

constexpr Micros kNone = seconds(1'000'000);
constexpr Micros kTime = seconds(100);

TEST_F(PresenceTest, IsToldInWords) {
  presence_.connected(kHere, "r", "ana");
  presence_.typing("r", "ana", kTime);
  feed_.drain();
  EXPECT_EQ(told_,
            R"({"type":"presence","room":"r","user":"ana","online":true})"
            "\x81\x37"
            R"({"type":"typing","room":"r","user":"ana","typing":true})");
}

TEST_F(PresenceTest, LastsAsLongAsAnyConnectionAndAGrace) {
  presence_.connected(kHere, "r", "ana");
  EXPECT_EQ(told(), "+ana");
  presence_.connected(kHere, "r", "ana");
  EXPECT_EQ(told(), "");
  presence_.disconnected(kHere, "r", "ana", kTime);
  EXPECT_EQ(presence_.next_due(kNone), kNone);
  presence_.disconnected(kHere, "r", "ana", kTime);
  EXPECT_TRUE(presence_.is_online("r", "ana"));
  EXPECT_FALSE(presence_.is_online("s", "ana"));
  EXPECT_EQ(presence_.next_due(kNone), kTime + Presence::kGrace);
  EXPECT_EQ(told_at(kTime + Presence::kGrace - Micros(1)), "");
  EXPECT_TRUE(presence_.is_online("r", "ana"));
  EXPECT_EQ(told_at(kTime + Presence::kGrace), "-ana");
  EXPECT_FALSE(presence_.is_online("r", "ana"));
  EXPECT_TRUE(presence_.empty());
}

// A reload: nobody is told anything.
TEST_F(PresenceTest, DoesNotFlicker) {
  presence_.connected(kHere, "r", "ana");
  told();
  for (int i = 0; i < 10; ++i) {
    presence_.disconnected(kHere, "r", "ana", kTime + seconds(i));
    presence_.connected(kHere, "r", "ana");
  }
  EXPECT_EQ(presence_.next_due(kNone), kNone) << "nothing is left in a queue";
  EXPECT_EQ(told_at(kTime + seconds(60)), "");
  EXPECT_TRUE(presence_.is_online("r", "ana"));
}

TEST_F(PresenceTest, EndsInTheOrderOfLeaving) {
  for (const char* user : {"ana", "bia", "caio"}) {
    presence_.connected(kHere, "r", user);
  }
  told();
  presence_.disconnected(kHere, "r", "bia", kTime);
  presence_.disconnected(kHere, "r", "ana", kTime + seconds(1));
  presence_.disconnected(kHere, "r", "caio", kTime + seconds(2));
  presence_.connected(kHere, "r", "ana");
  presence_.disconnected(kHere, "r", "ana", kTime + seconds(3));
  EXPECT_EQ(told_at(kTime + seconds(5)), "-bia");
  EXPECT_EQ(told_at(kTime + seconds(6)), "");
  EXPECT_EQ(told_at(kTime + seconds(7)), "-caio");
  EXPECT_EQ(told_at(kTime + seconds(8)), "-ana");
  EXPECT_TRUE(presence_.empty());
}

TEST_F(PresenceTest, OfAPollIsInTheRoomsOfTheUser) {
  presence_.polled("ana", kTime);
  EXPECT_EQ(told(), "") << "a member of no room is online in none";
  EXPECT_TRUE(presence_.empty());
  join("r", "ana");
  presence_.polled("ana", kTime);
  EXPECT_EQ(told(), "+ana");
  EXPECT_TRUE(presence_.is_online("r", "ana"));
  EXPECT_FALSE(presence_.is_online("s", "ana"));
  EXPECT_EQ(presence_.next_due(kNone), kTime + Presence::kPollFor);
  EXPECT_EQ(told_at(kTime + Presence::kPollFor), "-ana");
  EXPECT_TRUE(presence_.empty());
}

// Everyone's time runs out after their own last poll, whoever polled when.
TEST_F(PresenceTest, OfAPollEndsInTimeForEach) {
  join("r", "ana");
  join("r", "bia");
  presence_.polled("ana", kTime);
  presence_.polled("ana", kTime + seconds(1));
  presence_.polled("bia", kTime + seconds(20));
  told();
  EXPECT_EQ(told_at(kTime + seconds(30)), "");
  presence_.polled("bia", kTime + seconds(30));
  EXPECT_EQ(told_at(kTime + seconds(31)), "-ana");
  EXPECT_EQ(told_at(kTime + seconds(59)), "");
  EXPECT_EQ(told_at(kTime + seconds(60)), "-bia");
}

TEST_F(PresenceTest, OfConnectionAndPollIsOne) {
  join("r", "ana");
  presence_.polled("ana", kTime);
  presence_.connected(kHere, "r", "ana");
  EXPECT_EQ(told(), "+ana");
  EXPECT_EQ(told_at(kTime + seconds(31)), "");
  presence_.polled("ana", kTime + seconds(31));
  presence_.disconnected(kHere, "r", "ana", kTime + seconds(31));
  EXPECT_EQ(told_at(kTime + seconds(40)), "");
  EXPECT_EQ(told_at(kTime + seconds(61)), "-ana");
  EXPECT_TRUE(presence_.empty());
}

TEST_F(PresenceTest, CountsEachUserOncePerRoom) {
  join("r", "ana");
  join("s", "ana");
  join("r", "bia");
  presence_.polled("ana", kTime);
  presence_.connected(kHere, "r", "ana");
  presence_.connected(kHere, "r", "ana");
  presence_.connected(kHere, "r", "caio");
  presence_.typing("r", "bia", kTime);
  const auto counts = presence_.online_counts();
  EXPECT_EQ(counts.at("r"), 2u);
  EXPECT_EQ(counts.at("s"), 1u);
  EXPECT_EQ(counts.size(), 2u);
}

TEST_F(PresenceTest, TypingEnds) {
  const struct {
    std::string_view rule;
    void (*end)(PresenceTest*, Presence*);
  } rows[] = {
      {"when it is said",
       [](PresenceTest*, Presence* presence) {
         presence->stopped_typing("r", "ana");
       }},
      {"when its time is over",
       [](PresenceTest*, Presence* presence) {
         presence->on_time(kTime + Presence::kTypingFor);
       }},
      {"with the last connection",
       [](PresenceTest*, Presence* presence) {
         presence->connected(kHere, "r", "ana");
         presence->disconnected(kHere, "r", "ana", kTime);
       }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    presence_.typing("r", "ana", kTime);
    EXPECT_EQ(told(), "~ana");
    EXPECT_TRUE(presence_.is_typing("r", "ana"));
    presence_.on_time(kTime + Presence::kTypingFor - Micros(1));
    EXPECT_TRUE(presence_.is_typing("r", "ana"));
    row.end(this, &presence_);
    EXPECT_FALSE(presence_.is_typing("r", "ana"));
    const std::string all = told();
    EXPECT_NE(all.find("=ana"), std::string::npos) << all;
    presence_.on_time(kTime + seconds(60));
    told();
    EXPECT_TRUE(presence_.empty());
  }
}

TEST_F(PresenceTest, TypingGoesOnAndEndsInTimeForEach) {
  presence_.typing("r", "ana", kTime);
  presence_.typing("r", "bia", kTime + seconds(1));
  presence_.typing("r", "ana", kTime + milliseconds(1'500));
  EXPECT_EQ(told(), "~ana~bia");
  EXPECT_EQ(presence_.next_due(kNone), kTime + seconds(7));
  EXPECT_EQ(told_at(kTime + seconds(6)), "");
  presence_.typing("r", "caio", kTime + seconds(6));
  EXPECT_EQ(told_at(kTime + seconds(7)), "~caio=bia");
  EXPECT_EQ(told_at(kTime + milliseconds(7'500)), "=ana");
  EXPECT_EQ(told_at(kTime + seconds(12)), "=caio");
  EXPECT_TRUE(presence_.empty());
  presence_.stopped_typing("r", "ana");
  EXPECT_EQ(told(), "");
}

// One over the limit has no grace, and is not noted to type or to poll.
TEST_F(PresenceTest, IsBounded) {
  const auto name = [](std::size_t i) { return "user " + std::to_string(i); };
  for (std::size_t i = 0; i <= kWaitingMax; ++i) {
    presence_.connected(kHere, "s", name(i));
    presence_.disconnected(kHere, "s", name(i), kTime);
    presence_.typing("t", name(i), kTime);
  }
  const std::string last = name(kWaitingMax);
  const std::string before = name(kWaitingMax - 1);
  EXPECT_TRUE(presence_.is_online("s", before));
  EXPECT_FALSE(presence_.is_online("s", last));
  EXPECT_TRUE(presence_.is_typing("t", before));
  EXPECT_FALSE(presence_.is_typing("t", last));
  presence_.typing("t", before, kTime + seconds(1));  // goes on
  presence_.on_time(kTime + seconds(6));
  EXPECT_TRUE(presence_.is_typing("t", before));
  presence_.on_time(kTime + seconds(7));
  EXPECT_TRUE(presence_.empty());
}

// ---- Whispers of another source.

constexpr Source kElsewhere = 7;

TEST_F(PresenceTest, WhoIsConnectedElsewhereIsThere) {
  presence_.connected(kElsewhere, "r", "ana");
  EXPECT_EQ(told(), "+ana");
  presence_.connected(kHere, "r", "ana");
  presence_.disconnected(kElsewhere, "r", "ana", seconds(1));
  EXPECT_EQ(told_at(seconds(60)), "");
  presence_.disconnected(kHere, "r", "ana", seconds(61));
  EXPECT_EQ(told_at(seconds(61) + Presence::kGrace), "-ana");
  EXPECT_TRUE(presence_.empty());
}

// As if each of its connections had gone: a source that comes back in time
// makes nobody flicker.
TEST_F(PresenceTest, TheUsersOfALostSourceEnterTheirGrace) {
  presence_.connected(kElsewhere, "r", "ana");
  presence_.connected(kElsewhere, "r", "ana");
  presence_.connected(kElsewhere, "r", "bia");
  presence_.connected(kHere, "r", "bia");
  presence_.typing("r", "ana", seconds(1));
  EXPECT_EQ(told(), "+ana+bia~ana");
  presence_.lost(kElsewhere, seconds(2));
  EXPECT_EQ(told_at(seconds(2)), "=ana");
  EXPECT_TRUE(presence_.is_online("r", "ana")) << "the grace";
  EXPECT_EQ(told_at(seconds(2) + Presence::kGrace), "-ana");
  EXPECT_TRUE(presence_.is_online("r", "bia")) << "by a connection of ours";
  presence_.lost(kElsewhere, seconds(20));
  EXPECT_EQ(told(), "");
  presence_.connected(kElsewhere, "r", "ana");
  presence_.lost(kElsewhere, seconds(21));
  presence_.connected(kElsewhere, "r", "ana");
  EXPECT_EQ(told_at(seconds(60)), "+ana");
}

}  // namespace
}  // namespace papo::app
