#include "app/feed.h"

#include <utility>

#include "base/check.h"
#include "base/utf8.h"
#include "wire/event_stream.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"
#include "wire/websocket_frame.h"

namespace papo::app {

struct FeedItem {
  Topic* topic = nullptr;
  std::string_view type;   // a literal
  chat::MessageId id = 0;  // 0: ephemeral
  base::SharedBytes json;
  std::array<base::SharedBytes, kFramedTransports> frames;
  std::array<bool, kFramedTransports> framed{};
};

// A topic's items of one turn, for one transport.
struct FeedBatch {
  bool made = false;
  base::SharedBytes frames;
  base::SharedBytes durable;
};

struct Topic {
  explicit Topic(std::string_view room) : name(room) {}

  std::string name;
  std::vector<Listener*> listeners;
  std::vector<std::uint32_t> items;  // of this turn: indexes in Feed::items_
  std::array<FeedBatch, kFramedTransports> batches;
  const Listener* asked_by = nullptr;  // see Feed::deliver_items()
};

namespace {

// "ana: oi", "* ana joined the room"; all else is told in the same way. A tab
// follows the line breaks within a message, so that whoever sends it cannot
// begin an entry of somebody else's; nor can it give orders to a terminal.
std::string text_line(std::string_view json) {
  const auto object = json::Object::parse(json);
  PAPO_CHECK(object.ok());
  const auto member = [&](std::string_view name) -> std::string_view {
    const json::Value* value = object->find(name);
    return value == nullptr ? std::string_view() : value->text;
  };
  const std::string_view type = member("type");
  if (type == kTruncated) return "* older messages are missing";
  std::string line;
  if (type == "system") {
    line.append("* ");
  } else if (type == "message") {
    line.append(member("username")).append(": ");
  } else if (type == "edit") {
    line.append("* ").append(member("username")).append(" edited: ");
  } else {
    return line.append("* ")
        .append(member("username"))
        .append(" deleted a message");
  }
  if (object->find("deleted") != nullptr) return line.append("(deleted)");
  for (const char c : base::printable(member("message"))) {
    line.push_back(c);
    if (c == '\n') line.push_back('\t');
  }
  return line;
}

bool carries(Transport transport, chat::MessageId id) {
  switch (transport) {
    case Transport::WebSocket:
    case Transport::EventStream:
      return true;
    case Transport::Lines:
    case Transport::Text:
    case Transport::LongPoll:
      return id != 0;
  }
  __builtin_unreachable();
}

std::size_t index_of(Transport transport) {
  return static_cast<std::size_t>(transport);
}

}  // namespace

std::string truncated_event(std::string_view room, chat::MessageId after) {
  std::string json;
  json::Writer(&json)
      .begin_object()
      .key("type")
      .string(kTruncated)
      .key("room")
      .string(room)
      .key("after")
      .number(after)
      .end_object();
  return json;
}

FrameParts frame_parts(Transport transport, std::string_view type,
                       chat::MessageId id, std::string_view json) {
  FrameParts parts;
  switch (transport) {
    case Transport::WebSocket:
      parts.head =
          websocket::frame_head(websocket::Opcode::Text, json.size()).view();
      break;
    case Transport::EventStream:
      event_stream::append_event_head(&parts.head, id, type);
      parts.tail = event_stream::kEventEnd;
      break;
    case Transport::Lines:
      parts.tail = "\n";
      break;
    case Transport::Text:
      parts.head = text_line(json);
      parts.with_json = false;
      parts.tail = "\n";
      break;
    case Transport::LongPoll:
      PAPO_CHECK(false);
  }
  return parts;
}

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

void Feed::publish(std::string_view room, const chat::Event& event) {
  Topic* topic = find(room);
  if (topic == nullptr) return;
  FeedItem item;
  item.type = chat::name_of(event.type);
  item.id = event.id;
  item.json = event.json;
  publish(topic, std::move(item));
}

void Feed::publish(std::string_view room, Ephemeral type,
                   std::string_view json) {
  Topic* topic = find(room);
  if (topic == nullptr) return;
  FeedItem item;
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
    topic->batches = {};
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
    if (listener->transport_ == Transport::LongPoll) {
      delivery_->wake(listener);
    } else if (dirty_.size() == 1 || listener->subscriptions_.size() == 1) {
      deliver_batch(topic, listener);
    } else if (!listener->marked_) {
      listener->marked_ = true;
      mixed_.push_back(listener);
    }
  }
}

void Feed::deliver_batch(Topic* topic, Listener* listener) {
  const FeedBatch& joined = batch(topic, listener->transport_);
  if (joined.frames.empty()) return;
  delivery_->deliver(listener, joined.frames, joined.durable);
}

// The turn's items one by one, of the listener's topics only: those are marked
// first, so the cost is its topics plus the items.
void Feed::deliver_items(Listener* listener) {
  const SubscriptionList& asked = listener->subscriptions_;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i].topic->asked_by = listener;
  }
  for (FeedItem& item : items_) {
    if (item.topic->asked_by != listener) continue;
    const base::SharedBytes& framed = frame(&item, listener->transport_);
    if (framed.empty()) continue;
    delivery_->deliver(listener, framed,
                       item.id == 0 ? base::SharedBytes() : framed);
  }
  // A mark that stayed would give it, or whoever is next at its address, the
  // events of a topic that it has left.
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i].topic->asked_by = nullptr;
  }
}

const base::SharedBytes& Feed::frame(FeedItem* item, Transport transport) {
  const std::size_t at = index_of(transport);
  if (!item->framed[at] && carries(transport, item->id)) {
    const FrameParts parts =
        frame_parts(transport, item->type, item->id, item->json.view());
    const std::string_view pieces[] = {
        parts.head, parts.with_json ? item->json.view() : std::string_view(),
        parts.tail};
    item->frames[at] = base::SharedBytes::join(pieces);
  }
  item->framed[at] = true;
  return item->frames[at];
}

const FeedBatch& Feed::batch(Topic* topic, Transport transport) {
  FeedBatch& batch = topic->batches[index_of(transport)];
  if (batch.made) return batch;
  batch.made = true;
  bool mixed = false;
  for (const std::uint32_t at : topic->items) mixed |= items_[at].id == 0;
  batch.frames = join(*topic, transport, false);
  batch.durable = mixed ? join(*topic, transport, true) : batch.frames;
  return batch;
}

base::SharedBytes Feed::join(const Topic& topic, Transport transport,
                             bool durable_only) {
  if (topic.items.size() == 1) {
    FeedItem& item = items_[topic.items.front()];
    if (durable_only && item.id == 0) return {};
    return frame(&item, transport);
  }
  std::vector<std::string_view> pieces;
  pieces.reserve(topic.items.size());
  for (const std::uint32_t at : topic.items) {
    if (durable_only && items_[at].id == 0) continue;
    pieces.push_back(frame(&items_[at], transport).view());
  }
  return base::SharedBytes::join(pieces);
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
