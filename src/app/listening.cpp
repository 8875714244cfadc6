#include "app/listening.h"

#include <algorithm>
#include <utility>

#include "app/door.h"
#include "base/check.h"

namespace papo::app {
namespace {

using chat::CommandKind;

// Tells `say` of everything that the rooms hold after `after`, in one order
// across them, and before it of what is missing. True when something is.
template <class Say>
bool tell_history(const chat::RoomStore& store,
                  std::span<const std::string_view> rooms,
                  chat::MessageId after, Say say) {
  std::vector<chat::Event> events;
  bool truncated = false;
  for (const std::string_view room : rooms) {
    if (store.is_truncated(room, after)) {
      say(Said{kTruncated, 0, base::SharedBytes(truncated_event(room, after))});
      truncated = true;
    }
    std::vector<chat::Event> more = store.events_after(room, after);
    std::move(more.begin(), more.end(), std::back_inserter(events));
  }
  if (rooms.size() > 1) {
    std::sort(
        events.begin(), events.end(),
        [](const chat::Event& a, const chat::Event& b) { return a.id < b.id; });
  }
  for (const chat::Event& event : events) {
    say(Said{chat::name_of(event.type), event.id, event.json});
  }
  return truncated;
}

}  // namespace

Listening::Listening(const Options* options, const chat::RoomStore* store,
                     Connections* connections, Metrics* metrics)
    : options_(*options),
      store_(*store),
      connections_(*connections),
      metrics_(*metrics),
      feed_(this, options->hash_key),
      presence_(store, &feed_, options->hash_key, options->presence_max),
      room_list_(store, &presence_),
      followers_(0, base::NameHash{options->hash_key}) {}

// ---- Subscriptions.

bool Listening::has_room_for(std::size_t rooms) const {
  return feed_.subscription_count() + rooms <= options_.all_subscriptions_max;
}

std::optional<Problem> Listening::judge(const StreamListener& listener,
                                        std::string_view room) const {
  if (feed_.is_subscribed(listener, room)) return std::nullopt;
  if (!has_room_for(1)) return too_many_subscriptions();
  if (listener.topic_count() < options_.subscriptions_max) return std::nullopt;
  return Problem{ErrorCode::InvalidField,
                 "this connection listens to as many rooms as it may "
                 "(--max-subscriptions)",
                 "room"};
}

void Listening::begin(StreamListener* listener, const StreamRequest& wanted) {
  if (!wanted.user.empty()) listener->user = base::SharedBytes(wanted.user);
  if (wanted.after) replay(listener, wanted.rooms, *wanted.after);
  for (const std::string_view room : wanted.rooms) listen(listener, room);
  if (wanted.follows_user) follow(listener);
}

void Listening::listen(StreamListener* listener, std::string_view room) {
  if (feed_.is_subscribed(*listener, room)) return;
  if (!listener->user.empty()) {
    presence_.connected(kHere, room, listener->user.view());
  }
  feed_.subscribe(listener, room);
}

void Listening::listen_after(StreamListener* listener, std::string_view room,
                             chat::MessageId after) {
  const std::string_view rooms[] = {room};
  replay(listener, rooms, after);
  listen(listener, room);
}

void Listening::stop(StreamListener* listener, std::string_view room) {
  if (!feed_.is_subscribed(*listener, room)) return;
  feed_.drain();  // so that it is told of all before, its own leaving too
  feed_.unsubscribe(listener, room);
  if (!listener->user.empty()) {
    presence_.disconnected(kHere, room, listener->user.view(),
                           connections_.now().steady);
  }
}

void Listening::name(StreamListener* listener, std::string_view user) {
  for (const std::string_view room : feed_.rooms_of(*listener)) {
    presence_.connected(kHere, room, user);
  }
  listener->user = base::SharedBytes(user);
}

void Listening::leave(StreamListener* listener) {
  if (!listener->user.empty()) {
    for (const std::string_view room : feed_.rooms_of(*listener)) {
      presence_.disconnected(kHere, room, listener->user.view(),
                             connections_.now().steady);
    }
  }
  if (listener->follows_user) stop_following(listener);
  feed_.leave_all(listener);
}

// ---- Histories.

void Listening::replay(StreamListener* listener,
                       std::span<const std::string_view> rooms,
                       chat::MessageId after) {
  feed_.drain();  // what it is owed of other rooms comes before
  // A listener that is cut has missed some of that: any id from here on would
  // make it resume behind the hole.
  if (listener->cut) return;
  Connection& connection = *listener->connection;
  const std::size_t before = connection.outbox.size();
  const bool truncated = tell_history(
      store_, rooms, after, [&](const Said& said) { queue(listener, said); });
  if (truncated) {
    connections_.send(connection,
                      listener->framing()->point(store_.resume_point()));
  }
  listener->asked_bytes +=
      static_cast<std::uint32_t>(connection.outbox.size() - before);
}

// What a framing does not carry of what is new, a hole, it carries of a history
// that was asked for.
void Listening::queue(StreamListener* listener, const Said& said) {
  const Frame frame = listener->framing()->frame(said);
  Outbox& outbox = listener->connection->outbox;
  OutboxPool* pool = &connections_.pool();
  outbox.append(frame.head, pool);
  if (frame.with_json) {
    outbox.append_shared(said.json, 0, said.json.size(), pool);
  }
  outbox.append(frame.tail, pool);
  connections_.touch(*listener->connection);
}

std::string Listening::history(const Framing& framing, std::string_view room,
                               chat::MessageId after) const {
  std::string text;
  const std::string_view rooms[] = {room};
  tell_history(store_, rooms, after,
               [&](const Said& said) { append_framed(&text, framing, said); });
  return text;
}

// ---- Delivery.

void Listening::on_said(std::string_view room, const chat::Event& event,
                        std::string_view author) {
  feed_.publish(room, event, author);
}

void Listening::wake(Listener* listener) {
  Connection& connection = *listener->connection;
  connection.door->on_news(connection);
}

// A listener that lags misses ephemeral events first, and is cut when what
// waits for it passes --max-backlog. It can come back and resume.
void Listening::deliver(Listener* listener, const base::SharedBytes& frames,
                        const base::SharedBytes& durable) {
  auto* stream = static_cast<StreamListener*>(listener);
  Connection& connection = *stream->connection;
  if (stream->cut) return;
  const std::size_t waiting = connection.outbox.size();
  if (waiting == 0) stream->asked_bytes = 0;
  const std::size_t bound = options_.backlog_bytes_max + stream->asked_bytes;
  // What came in this turn, and what it asked for, is no sign of slowness.
  const bool lags =
      connection.unread &&
      waiting > options_.backlog_bytes_max / 2 + stream->asked_bytes;
  const base::SharedBytes& chosen = lags ? durable : frames;
  if (lags && frames.size() > durable.size()) ++metrics_.ephemeral_dropped;
  if (chosen.empty()) return;
  if (waiting > 0 && waiting + chosen.size() > bound) return cut(stream);
  ++metrics_.deliveries;
  connection.outbox.append_shared(chosen, &connections_.pool());
  connections_.touch(connection);
}

void Listening::deliver_all() {
  feed_.drain();
  end_cut_listeners();
}

// It ends when the feed has drained.
void Listening::cut(StreamListener* listener) {
  if (listener->cut) return;
  listener->cut = true;
  cut_.push_back(listener->connection->id());
}

// What was queued may still be read; nothing is added to it.
void Listening::end_cut_listeners() {
  for (const ConnectionId id : std::exchange(cut_, {})) {
    Connection* connection = connections_.find(id);
    // One that has ended meanwhile is no listener any more.
    if (connection == nullptr || connection->state == nullptr) continue;
    ++metrics_.listeners_cut;
    connection->door->turn_out(*connection, Excess::Backlog);
  }
}

// ---- Streams that follow a user from room to room.

void Listening::follow(StreamListener* listener) {
  listener->follows_user = true;
  followers_[std::string(listener->user.view())].push_back(listener);
}

void Listening::stop_following(StreamListener* listener) {
  const auto found = followers_.find(listener->user.view());
  PAPO_CHECK(found != followers_.end());
  std::erase(found->second, listener);
  if (found->second.empty()) followers_.erase(found);
}

void Listening::tell_followers(const Decision& decision) {
  const chat::Command& command = decision.command;
  const bool joins =
      command.kind == CommandKind::Join || command.kind == CommandKind::Post;
  if (followers_.empty() || (!joins && command.kind != CommandKind::Leave)) {
    return;
  }
  const auto found = followers_.find(command.user);
  if (found == followers_.end()) return;
  for (StreamListener* listener : found->second) {
    if (!joins) {
      stop(listener, command.room);
    } else if (feed_.is_subscribed(*listener, command.room)) {
      continue;
    } else if (!has_room_for(1)) {
      cut(listener);  // rather than miss a room without a word
    } else {
      listen_after(listener, command.room, decision.before);
    }
  }
}

// ---- Decisions.

void Listening::on_decision(const Decision& decision) {
  if (!decision.result || decision.result->id == 0) return;
  presence_.on_command(decision.command);
  tell_followers(decision);
}

bool Listening::is_quiet() const {
  return presence_.empty() && feed_.topic_count() == 0 && followers_.empty();
}

}  // namespace papo::app
