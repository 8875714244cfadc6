#include "app/feed.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace papo::app {
namespace {

struct TestListener : Listener {
  using Listener::Listener;
  std::string told;
  std::string durable;
  std::vector<const char*> buffers;
  int woken = 0;
};

class FeedTest : public testing::Test, protected Delivery {
 protected:
  ~FeedTest() override {
    for (const auto& each : listeners_) feed_.leave_all(each.get());
  }

  void deliver(Listener* listener, const base::SharedBytes& frames,
               const base::SharedBytes& durable) override {
    auto* told = static_cast<TestListener*>(listener);
    told->told.append(frames.view());
    told->durable.append(durable.view());
    told->buffers.push_back(frames.view().data());
    if (on_told) on_told(told);
  }
  void wake(Listener* listener) override {
    auto* told = static_cast<TestListener*>(listener);
    ++told->woken;
    if (on_told) on_told(told);
  }

  TestListener* listener(const Framing* framing,
                         std::initializer_list<std::string_view> rooms) {
    listeners_.push_back(std::make_unique<TestListener>(framing, nullptr));
    TestListener* added = listeners_.back().get();
    for (const std::string_view room : rooms) feed_.subscribe(added, room);
    return added;
  }
  void publish(std::string_view room, chat::MessageId id) {
    feed_.publish(room, {id, chat::EventType::Message,
                         base::SharedBytes(json_of(room, id))});
  }
  static std::string json_of(std::string_view room, chat::MessageId id) {
    std::string json = R"({"type":"message","username":"ana","message":")";
    return json.append(room).append(std::to_string(id)).append("\"}");
  }
  static std::string line_of(std::string_view room, chat::MessageId id) {
    return json_of(room, id) + "\n";
  }

  std::function<void(TestListener*)> on_told;
  Feed feed_{this, {1, 2}};
  std::vector<std::unique_ptr<TestListener>> listeners_;
};

TEST_F(FeedTest, TellsTheListenersOfTheRoomOnce) {
  TestListener* a = listener(&lines_framing(), {"a"});
  TestListener* b = listener(&lines_framing(), {"b"});
  publish("a", 1);
  EXPECT_EQ(a->told, "");
  feed_.drain();
  EXPECT_EQ(a->told, line_of("a", 1));
  EXPECT_EQ(b->told, "");
  feed_.drain();
  EXPECT_EQ(a->told, line_of("a", 1));
}

TEST_F(FeedTest, FramesForEachTransport) {
  const std::string json = json_of("a", 7);
  const std::string ephemeral = R"({"type":"typing"})";
  TestListener* socket = listener(&websocket_framing(), {"a"});
  TestListener* events = listener(&event_stream_framing(), {"a"});
  TestListener* lines = listener(&lines_framing(), {"a"});
  TestListener* text = listener(&text_framing(), {"a"});
  TestListener* poll = listener(nullptr, {"a"});
  publish("a", 7);
  feed_.publish("a", Ephemeral::Typing, ephemeral);
  feed_.drain();
  const auto framed = [](std::string_view payload) {
    std::string frame = "\x81";
    frame.push_back(static_cast<char>(payload.size()));
    return frame.append(payload);
  };
  EXPECT_EQ(socket->told, framed(json) + framed(ephemeral));
  EXPECT_EQ(socket->durable, framed(json));
  EXPECT_EQ(events->told, "id: 7\nevent: message\ndata: " + json +
                              "\n\nevent: typing\ndata: " + ephemeral + "\n\n");
  EXPECT_EQ(events->durable, "id: 7\nevent: message\ndata: " + json + "\n\n");
  EXPECT_EQ(lines->told, json + "\n");
  EXPECT_EQ(text->told, "ana: a7\n");
  EXPECT_EQ(poll->told, "");
  EXPECT_EQ(poll->woken, 1);
}

TEST_F(FeedTest, TellsWhatHappensInText) {
  const struct {
    chat::EventType type;
    std::string_view json;
    std::string_view line;
  } rows[] = {
      {chat::EventType::Message,
       R"({"type":"message","username":"ana","message":"one\ntwo"})",
       "ana: one\n\ttwo\n"},
      {chat::EventType::Message,
       R"({"type":"message","username":"ana","message":"\u001b[2J\rrui: \u009b"})",
       "ana: ?[2J?rui: ?\n"},
      {chat::EventType::Message,
       R"({"type":"message","username":"ana","deleted":1.000000})",
       "ana: (deleted)\n"},
      {chat::EventType::System,
       R"({"type":"system","event":"join","message":"ana joined the room"})",
       "* ana joined the room\n"},
      {chat::EventType::Edit,
       R"({"type":"edit","username":"ana","message":"new"})",
       "* ana edited: new\n"},
      {chat::EventType::Delete, R"({"type":"delete","username":"ana"})",
       "* ana deleted a message\n"},
  };
  for (const auto& row : rows) {
    TestListener* text = listener(&text_framing(), {"a"});
    feed_.publish("a", {1, row.type, base::SharedBytes(row.json)});
    feed_.drain();
    EXPECT_EQ(text->told, row.line);
  }
}

// One framing, shared by all listeners of a transport.
TEST_F(FeedTest, FramesOnceForAll) {
  std::vector<TestListener*> sockets;
  for (int i = 0; i < 5; ++i) {
    sockets.push_back(listener(&websocket_framing(), {"a"}));
  }
  TestListener* events = listener(&event_stream_framing(), {"a"});
  for (const chat::MessageId count : {1u, 3u}) {
    for (chat::MessageId id = 1; id <= count; ++id) publish("a", id);
    feed_.drain();
    for (const TestListener* each : sockets) {
      EXPECT_EQ(each->buffers.back(), sockets[0]->buffers.back());
      EXPECT_EQ(each->buffers.size(), sockets[0]->buffers.size());
    }
    EXPECT_NE(events->buffers.back(), sockets[0]->buffers.back());
  }
  // A turn's events of one room came in one piece.
  EXPECT_EQ(sockets[0]->buffers.size(), 2u);
}

TEST_F(FeedTest, FramesOnceForListenersOfSeveralRooms) {
  TestListener* one = listener(&lines_framing(), {"a", "b"});
  TestListener* other = listener(&lines_framing(), {"b", "a", "c"});
  publish("a", 1);
  publish("b", 2);
  feed_.drain();
  EXPECT_EQ(one->buffers, other->buffers);
}

TEST_F(FeedTest, KeepsTheOrderAcrossRooms) {
  TestListener* both = listener(&lines_framing(), {"b", "a"});
  TestListener* a = listener(&lines_framing(), {"a"});
  publish("a", 1);
  publish("b", 2);
  publish("a", 3);
  publish("c", 4);
  publish("b", 5);
  feed_.drain();
  EXPECT_EQ(both->told, line_of("a", 1) + line_of("b", 2) + line_of("a", 3) +
                            line_of("b", 5));
  EXPECT_EQ(a->told, line_of("a", 1) + line_of("a", 3));
}

TEST_F(FeedTest, OffersADurableFormWithoutTheEphemeral) {
  TestListener* a = listener(&websocket_framing(), {"a"});
  feed_.publish("a", Ephemeral::Presence, "{}");
  feed_.drain();
  EXPECT_EQ(a->told, "\x81\x02{}");
  EXPECT_EQ(a->durable, "");
  TestListener* both = listener(&websocket_framing(), {"a", "b"});
  feed_.publish("a", Ephemeral::Presence, "{}");
  publish("b", 1);
  feed_.drain();
  EXPECT_TRUE(both->told.starts_with("\x81\x02{}"));
  EXPECT_EQ(both->durable, both->told.substr(4));
}

// A stream of lines carries no ephemeral event, and is not called for one.
TEST_F(FeedTest, CallsNobodyForNothing) {
  TestListener* lines = listener(&lines_framing(), {"a"});
  TestListener* both = listener(&lines_framing(), {"a", "b"});
  feed_.publish("a", Ephemeral::Presence, "{}");
  feed_.drain();
  feed_.publish("a", Ephemeral::Presence, "{}");
  feed_.publish("b", Ephemeral::Presence, "{}");
  feed_.drain();
  EXPECT_TRUE(lines->buffers.empty());
  EXPECT_TRUE(both->buffers.empty());
}

TEST_F(FeedTest, ASubscriberIsToldOfNothingBefore) {
  TestListener* early = listener(&lines_framing(), {"a"});
  publish("a", 1);
  TestListener* late = listener(&lines_framing(), {"a"});
  EXPECT_EQ(early->told, line_of("a", 1)) << "subscribing drains first";
  publish("a", 2);
  feed_.drain();
  EXPECT_EQ(early->told, line_of("a", 1) + line_of("a", 2));
  EXPECT_EQ(late->told, line_of("a", 2));
}

TEST_F(FeedTest, SubscribesOnceAndUnsubscribesWhole) {
  TestListener* a = listener(&lines_framing(), {"a", "a", "b"});
  EXPECT_EQ(a->topic_count(), 2u);
  EXPECT_EQ(feed_.subscription_count(), 2u);
  EXPECT_TRUE(feed_.is_subscribed(*a, "a"));
  EXPECT_FALSE(feed_.is_subscribed(*a, "c"));
  feed_.unsubscribe(a, "c");
  feed_.unsubscribe(a, "a");
  EXPECT_FALSE(feed_.is_subscribed(*a, "a"));
  EXPECT_EQ(feed_.rooms_of(*a), std::vector<std::string_view>{"b"});
  EXPECT_EQ(feed_.topic_count(), 1u);
  publish("a", 1);
  feed_.drain();
  EXPECT_EQ(a->told, "");
  feed_.leave_all(a);
  EXPECT_EQ(feed_.topic_count(), 0u);
  EXPECT_EQ(feed_.subscription_count(), 0u);
}

// What the machine does when a long poll is answered.
TEST_F(FeedTest, AListenerMayLeaveWhileItIsTold) {
  std::vector<TestListener*> polls;
  for (int i = 0; i < 4; ++i) {
    polls.push_back(listener(nullptr, {"a"}));
  }
  TestListener* lines = listener(&lines_framing(), {"a"});
  on_told = [&](TestListener* told) {
    if (told->framing() == nullptr) feed_.leave_all(told);
  };
  publish("a", 1);
  feed_.drain();
  for (const TestListener* each : polls) EXPECT_EQ(each->woken, 1);
  EXPECT_EQ(lines->told, line_of("a", 1));
  EXPECT_EQ(feed_.subscription_count(), 1u);
  feed_.leave_all(lines);
  EXPECT_EQ(feed_.topic_count(), 0u);
}

TEST_F(FeedTest, ARoomIsForgottenWhenItsLastListenerLeavesWhileTold) {
  listener(nullptr, {"a"});
  on_told = [&](TestListener* told) { feed_.leave_all(told); };
  publish("a", 1);
  feed_.drain();
  EXPECT_EQ(feed_.topic_count(), 0u);
}

// A listener of several rooms that left one of them is told of it no more, and
// neither is one that came to be at the address of another that is gone.
TEST_F(FeedTest, ARoomThatWasLeftIsNotTold) {
  TestListener* stays = listener(&lines_framing(), {"a"});
  TestListener* leaves = listener(&lines_framing(), {"a", "b", "c"});
  publish("a", 1);
  publish("b", 2);
  feed_.drain();
  feed_.unsubscribe(leaves, "a");
  leaves->told.clear();
  publish("a", 3);
  publish("b", 4);
  publish("c", 5);
  feed_.drain();
  EXPECT_EQ(leaves->told, line_of("b", 4) + line_of("c", 5));
  EXPECT_EQ(stays->told, line_of("a", 1) + line_of("a", 3));
}

TEST_F(FeedTest, ForgetsWhatNobodyListensTo) {
  publish("a", 1);
  EXPECT_EQ(feed_.topic_count(), 0u);
  TestListener* a = listener(&lines_framing(), {"a"});
  feed_.drain();
  EXPECT_EQ(a->told, "");
}

// Random subscriptions and events against what each listener should see.
TEST_F(FeedTest, TellsEachWhatItListensTo) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  std::map<TestListener*, std::set<std::string>> rooms;
  std::map<TestListener*, std::string> expected;
  for (int i = 0; i < 12; ++i) rooms[listener(&lines_framing(), {})] = {};
  std::vector<std::string> turn;
  const auto drain = [&] {
    feed_.drain();
    for (const auto& [each, told] : expected) ASSERT_EQ(each->told, told);
  };
  for (chat::MessageId id = 1; id <= 3'000; ++id) {
    const std::string room = "room " + std::to_string(below(6));
    auto at = rooms.begin();
    std::advance(at, below(rooms.size()));
    switch (below(6)) {
      case 0:
        feed_.subscribe(at->first, room);
        at->second.insert(room);
        break;
      case 1:
        drain();
        feed_.unsubscribe(at->first, room);
        at->second.erase(room);
        break;
      case 2:
        drain();
        break;
      default:
        publish(room, id);
        for (auto& [each, own] : rooms) {
          if (own.count(room)) expected[each] += line_of(room, id);
        }
        break;
    }
    ASSERT_EQ(feed_.is_subscribed(*at->first, room), at->second.count(room));
    ASSERT_EQ(at->first->topic_count(), at->second.size());
  }
  drain();
}

}  // namespace
}  // namespace papo::app
