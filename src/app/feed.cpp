#include "app/feed.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace papo::app {
namespace {

// Framings that a turn's events are kept in.
constexpr std::size_t kFramingsMax = 5;

// One value for each framing that is asked for. There are few framings, so
// looking at all of them is the quickest.
template <class Value>
class ByFraming {
 public:
  // Its value, made with the first call.
  Value& operator[](const Framing& framing) {
    for (Row& row : rows_) {
      if (row.framing == &framing) return row.value;
      if (row.framing != nullptr) continue;
      row.framing = &framing;
      return row.value;
    }
    PAPO_CHECK(false);
    __builtin_unreachable();
  }
  void clear() { rows_ = {}; }

 private:
  struct Row {
    const Framing* framing = nullptr;
    Value value{};
  };
  std::array<Row, kFramingsMax> rows_;
};

struct MaybeFramed {
  bool made = false;
  base::SharedBytes frame;
};

}  // namespace

// A topic's items of one turn, in one framing.
struct FeedBatch {
  bool made = false;
  base::SharedBytes frames;
  base::SharedBytes durable;
};

struct FeedItem {
  Topic* topic = nullptr;
  std::string_view type;   // a literal
  chat::MessageId id = 0;  // 0: ephemeral
  base::SharedBytes json;
  std::string author;  // kept only where somebody skips it
  ByFraming<MaybeFramed> frames;

  Said said() const { return {type, id, json, author}; }
};

struct Topic {
  explicit Topic(std::string_view room) : name(room) {}

  std::string name;
  std::vector<Listener*> listeners;
  std::vector<std::uint32_t> items;  // of this turn: indexes in Feed::items_
  ByFraming<FeedBatch> batches;
  std::uint32_t skipping = 0;          // listeners that skip what they said
  const Listener* asked_by = nullptr;  // see Feed::deliver_items()
};

void SubscriptionList::add(Subscription added) {
  if (first_.topic == nullptr) {
    first_ = added;
    return;
  }
  if (rest_ == nullptr) rest_ = std::make_unique<std::vector<Subscription>>();
  rest_->push_back(added);
}

void SubscriptionList::remove(std::size_t at) {
  if (size() == 1) {
    first_ = {nullptr, 0};
    return;
  }
  (*this)[at] = rest_->back();
  rest_->pop_back();
}

Feed::Feed(Delivery* delivery, base::HashKey key)
    : delivery_(delivery), topics_(0, base::NameHash{key}) {}

Feed::~Feed() = default;

Topic* Feed::find(std::string_view room) const {
  const auto found = topics_.find(room);
  return found == topics_.end() ? nullptr : found->second.get();
}

void Feed::publish(std::string_view room, const chat::Event& event,
                   std::string_view author) {
  Topic* topic = find(room);
  if (topic == nullptr) return;
  FeedItem item;
  if (topic->skipping > 0) item.author = author;
  item.type = chat::name_of(event.type);
  item.id = event.id;
  item.json = event.json;
  publish(topic, std::move(item));
}

void Feed::publish(std::string_view room, Ephemeral type, std::string_view json,
                   std::string_view author) {
  Topic* topic = find(room);
  if (topic == nullptr) return;
  FeedItem item;
  if (topic->skipping > 0) item.author = author;
  item.type = type == Ephemeral::Presence ? "presence" : "typing";
  item.json = base::SharedBytes(json);
  publish(topic, std::move(item));
}

void Feed::publish(Topic* topic, FeedItem item) {
  PAPO_CHECK(!draining_);
  if (topic->items.empty()) dirty_.push_back(topic);
  topic->items.push_back(static_cast<std::uint32_t>(items_.size()));
  item.topic = topic;
  items_.push_back(std::move(item));
}

void Feed::drain() {
  if (items_.empty()) return;
  draining_ = true;
  for (Topic* topic : dirty_) drain_topic(topic);
  for (Listener* listener : mixed_) {
    listener->marked_ = false;
    deliver_items(listener);
  }
  mixed_.clear();
  for (Topic* topic : dirty_) {
    topic->items.clear();
    topic->batches.clear();
    discard_if_unused(topic);
  }
  dirty_.clear();
  items_.clear();
  draining_ = false;
}

// Backwards: a listener that leaves the topic while it is told is replaced by
// the last one, which has been told already.
void Feed::drain_topic(Topic* topic) {
  for (std::size_t i = topic->listeners.size(); i > 0; --i) {
    Listener* listener = topic->listeners[i - 1];
    const bool shares =
        dirty_.size() == 1 || listener->subscriptions_.size() == 1;
    if (listener->framing_ == nullptr) {
      delivery_->wake(listener);
    } else if (shares && !has_own_item(*topic, *listener)) {
      deliver_batch(topic, listener);
    } else if (!listener->marked_) {
      listener->marked_ = true;
      mixed_.push_back(listener);
    }
  }
}

// True when the topic has something that the listener is to skip.
bool Feed::has_own_item(const Topic& topic, const Listener& listener) const {
  if (topic.skipping == 0 || !listener.framing_->skips_author()) return false;
  return std::any_of(topic.items.begin(), topic.items.end(),
                     [&](std::uint32_t at) {
                       return items_[at].author == listener.user.view();
                     });
}

void Feed::deliver_batch(Topic* topic, Listener* listener) {
  const FeedBatch& joined = batch(topic, *listener->framing_);
  if (joined.frames.empty()) return;
  delivery_->deliver(listener, joined.frames, joined.durable);
}

// The turn's items one by one, of the listener's topics only: those are marked
// first, so the cost is its topics plus the items.
void Feed::deliver_items(Listener* listener) {
  const Framing& framing = *listener->framing_;
  const SubscriptionList& asked = listener->subscriptions_;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i].topic->asked_by = listener;
  }
  for (FeedItem& item : items_) {
    if (item.topic->asked_by != listener) continue;
    const bool is_own = framing.skips_author() && !item.author.empty() &&
                        item.author == listener->user.view();
    if (is_own) continue;
    const base::SharedBytes& frames = frame(&item, framing);
    if (frames.empty()) continue;
    delivery_->deliver(listener, frames,
                       item.id == 0 ? base::SharedBytes() : frames);
  }
  // A mark that stayed would give it, or whoever is next at its address, the
  // events of a topic that it has left.
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i].topic->asked_by = nullptr;
  }
}

const base::SharedBytes& Feed::frame(FeedItem* item, const Framing& framing) {
  MaybeFramed& kept = item->frames[framing];
  if (!kept.made && framing.carries(item->said())) {
    kept.frame = framed(framing, item->said());
  }
  kept.made = true;
  return kept.frame;
}

const FeedBatch& Feed::batch(Topic* topic, const Framing& framing) {
  FeedBatch& batch = topic->batches[framing];
  if (batch.made) return batch;
  batch.made = true;
  bool mixed = false;
  for (const std::uint32_t at : topic->items) mixed |= items_[at].id == 0;
  batch.frames = join(*topic, framing, false);
  batch.durable = mixed ? join(*topic, framing, true) : batch.frames;
  return batch;
}

base::SharedBytes Feed::join(const Topic& topic, const Framing& framing,
                             bool durable_only) {
  if (topic.items.size() == 1) {
    FeedItem& item = items_[topic.items.front()];
    if (durable_only && item.id == 0) return {};
    return frame(&item, framing);
  }
  std::vector<std::string_view> pieces;
  pieces.reserve(topic.items.size());
  for (const std::uint32_t at : topic.items) {
    if (durable_only && items_[at].id == 0) continue;
    pieces.push_back(frame(&items_[at], framing).view());
  }
  return base::SharedBytes::join(pieces);
}

bool Feed::skips_author(const Listener& listener) {
  return listener.framing_ != nullptr && listener.framing_->skips_author();
}

void Feed::subscribe(Listener* listener, std::string_view room) {
  drain();
  if (is_subscribed(*listener, room)) return;
  Topic* topic = find(room);
  if (topic == nullptr) {
    auto made = std::make_unique<Topic>(room);
    topic = made.get();
    topics_.emplace(topic->name, std::move(made));
  }
  listener->subscriptions_.add(
      {topic, static_cast<std::uint32_t>(topic->listeners.size())});
  topic->listeners.push_back(listener);
  topic->skipping += skips_author(*listener);
  ++subscription_count_;
}

void Feed::unsubscribe(Listener* listener, std::string_view room) {
  for (std::size_t i = 0; i < listener->subscriptions_.size(); ++i) {
    if (listener->subscriptions_[i].topic->name == room) {
      return remove(listener, i);
    }
  }
}

void Feed::leave_all(Listener* listener) {
  while (listener->subscriptions_.size() > 0) {
    remove(listener, listener->subscriptions_.size() - 1);
  }
  if (listener->marked_) std::erase(mixed_, listener);
  listener->marked_ = false;
}

// The topic's last listener takes the place of the one that goes.
void Feed::remove(Listener* listener, std::size_t at) {
  const Subscription gone = listener->subscriptions_[at];
  listener->subscriptions_.remove(at);
  Topic* topic = gone.topic;
  Listener* last = topic->listeners.back();
  topic->skipping -= skips_author(*listener);
  topic->listeners[gone.index] = last;
  topic->listeners.pop_back();
  if (last != listener) {
    const auto old_index = static_cast<std::uint32_t>(topic->listeners.size());
    for (std::size_t i = 0; i < last->subscriptions_.size(); ++i) {
      Subscription& each = last->subscriptions_[i];
      if (each.topic == topic && each.index == old_index) {
        each.index = gone.index;
        break;
      }
    }
  }
  --subscription_count_;
  if (topic->items.empty()) discard_if_unused(topic);
}

void Feed::discard_if_unused(Topic* topic) {
  if (topic->listeners.empty()) topics_.erase(topic->name);
}

bool Feed::is_subscribed(const Listener& listener,
                         std::string_view room) const {
  const Topic* topic = find(room);
  if (topic == nullptr) return false;
  const SubscriptionList& all = listener.subscriptions_;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].topic == topic) return true;
  }
  return false;
}

std::vector<std::string_view> Feed::rooms_of(const Listener& listener) const {
  const SubscriptionList& all = listener.subscriptions_;
  std::vector<std::string_view> rooms;
  rooms.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    rooms.push_back(all[i].topic->name);
  }
  return rooms;
}

}  // namespace papo::app
