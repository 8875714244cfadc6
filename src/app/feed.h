// The one feed behind every way of listening.
//
// A turn of the loop publishes events as its commands are applied, and drains
// once at its end. An event is framed at most once for each framing, and a
// room's events of one turn are joined into one buffer, which every listener
// with that framing shares: delivery is one pass over the listeners and one
// reference for each.
//
// Order: a listener of several rooms gets the turn's events in the order in
// which they were published, so its last id is always a resume point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/connection.h"
#include "app/framing.h"
#include "base/hash.h"
#include "base/shared_bytes.h"
#include "chat/event.h"

namespace papo::app {

// Events that are not stored, and that a slow listener may miss.
enum class Ephemeral : std::uint8_t { Presence, Typing };

struct Topic;      // a room that somebody listens to
struct FeedItem;   // an event of this turn
struct FeedBatch;  // a topic's events of this turn, joined

struct Subscription {
  Topic* topic;
  std::uint32_t index;  // of the listener in the topic
};

// A listener's subscriptions, in no order. Most listeners have one, so the
// first needs no memory of its own.
class SubscriptionList {
 public:
  std::size_t size() const {
    return first_.topic == nullptr ? 0 : 1 + (rest_ ? rest_->size() : 0);
  }
  Subscription& operator[](std::size_t at) {
    return at == 0 ? first_ : (*rest_)[at - 1];
  }
  const Subscription& operator[](std::size_t at) const {
    return at == 0 ? first_ : (*rest_)[at - 1];
  }
  void add(Subscription added);
  // The last one takes its place.
  void remove(std::size_t at);

 private:
  Subscription first_{nullptr, 0};
  std::unique_ptr<std::vector<Subscription>> rest_;
};

// One connection's place in the feed. Whoever derives from it owns it and
// leaves all topics before it goes.
class Listener : public DoorState {
 public:
  // Told in `framing`; nullptr: not told, but woken.
  Listener(const Framing* framing, Connection* owner)
      : connection(owner), framing_(framing) {}

  Connection* connection;
  base::SharedBytes user;  // whose presence it is; empty: nobody's

  const Framing* framing() const { return framing_; }
  std::size_t topic_count() const { return subscriptions_.size(); }

 private:
  friend class Feed;
  SubscriptionList subscriptions_;
  const Framing* framing_;
  bool marked_ = false;  // waits for its turn in Feed::drain()
};

// Whom the feed hands its frames to.
class Delivery {
 public:
  virtual ~Delivery() = default;
  // `frames` may also be had without ephemeral events: `durable`, which may be
  // empty. Both are the same buffer when there were none. Must not call the
  // feed, but for leaving the topic `listener` is being told of.
  virtual void deliver(Listener* listener, const base::SharedBytes& frames,
                       const base::SharedBytes& durable) = 0;
  // There are new messages in the room that a listener waits for.
  virtual void wake(Listener* listener) = 0;
};

class Feed {
 public:
  Feed(Delivery* delivery, base::HashKey key);
  ~Feed();

  // Nothing is remembered of an event that nobody listens to. `author`: who
  // said it, for listeners that are not told of what they say.
  void publish(std::string_view room, const chat::Event& event,
               std::string_view author = {});
  void publish(std::string_view room, Ephemeral type, std::string_view json,
               std::string_view author = {});

  // Delivers everything published since the last drain. After it no listener
  // is owed anything that the store has applied.
  void drain();

  // From now on `listener` is told of the room, which need not exist. Drains
  // first, so that a replay from the history and what follows neither overlap
  // nor leave a hole. No effect when it listens already.
  void subscribe(Listener* listener, std::string_view room);
  void unsubscribe(Listener* listener, std::string_view room);
  void leave_all(Listener* listener);
  bool is_subscribed(const Listener& listener, std::string_view room) const;
  // The rooms a listener is told of. Valid until its subscriptions change.
  std::vector<std::string_view> rooms_of(const Listener& listener) const;

  std::size_t subscription_count() const { return subscription_count_; }
  std::size_t topic_count() const { return topics_.size(); }

 private:
  void publish(Topic* topic, FeedItem item);
  void drain_topic(Topic* topic);
  void deliver_items(Listener* listener);
  void deliver_batch(Topic* topic, Listener* listener);
  static bool skips_author(const Listener& listener);
  bool has_own_item(const Topic& topic, const Listener& listener) const;
  const base::SharedBytes& frame(FeedItem* item, const Framing& framing);
  const FeedBatch& batch(Topic* topic, const Framing& framing);
  base::SharedBytes join(const Topic& topic, const Framing& framing,
                         bool durable_only);
  Topic* find(std::string_view room) const;
  void remove(Listener* listener, std::size_t at);
  void discard_if_unused(Topic* topic);

  Delivery* delivery_;
  std::unordered_map<std::string_view, std::unique_ptr<Topic>, base::NameHash>
      topics_;
  std::vector<FeedItem> items_;   // of this turn, in order
  std::vector<Topic*> dirty_;     // topics that have some
  std::vector<Listener*> mixed_;  // listeners of several dirty topics
  std::size_t subscription_count_ = 0;
  bool draining_ = false;
};

}  // namespace papo::app
