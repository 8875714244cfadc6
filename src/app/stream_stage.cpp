// Connections that listen to the feed: long polls, streams, and what is common
// to WebSockets.
//
// Replay and subscription happen in one turn, between two drains of the feed:
// what the history holds is queued, and everything after it is delivered.
#include <algorithm>
#include <utility>

#include "app/machine.h"
#include "base/check.h"
#include "base/text.h"
#include "wire/event_stream.h"

namespace papo::app {
namespace {

constexpr base::Micros kHeartbeat = std::chrono::seconds(15);
// In text every third one is a blank: often enough for proxies that give up
// after 60 s, and seldom enough for a terminal.
constexpr std::uint8_t kSilentBeats = 2;
// So many heartbeats without a byte leaving, and a stream is given up.
constexpr std::uint8_t kStalledBeatsMax = 4;

}  // namespace

// ---- Long polls.

void Machine::park(Connection* connection,
                   std::unique_ptr<LongPollListener> listener,
                   base::Micros wait) {
  LongPollListener* poll = listener.get();
  connection->listener = std::move(listener);
  connection->stage = Stage::LongPoll;
  feed_.subscribe(poll, poll->room);
  set_deadline(connection, wait);
}

void Machine::wake(Listener* listener) {
  auto* poll = static_cast<LongPollListener*>(listener);
  Connection* connection = poll->connection;
  if (!answer_page(connection, poll->reply_to, poll->wanted, false)) return;
  unpark(connection);
}

// The time is over: an empty list is the answer.
void Machine::end_long_poll(Connection* connection) {
  auto* poll = static_cast<LongPollListener*>(connection->listener.get());
  const bool is_last = connection->partial == nullptr;
  if (shutting_down_ && is_last) poll->reply_to.keep_alive = false;
  answer_page(connection, poll->reply_to, poll->wanted, true);
  unpark(connection);
}

void Machine::unpark(Connection* connection) {
  feed_.leave_all(connection->listener.get());
  connection->listener.reset();
  if (connection->stage != Stage::LongPoll) return;  // closes after this answer
  connection->stage = Stage::Requests;
  connection->timed_phase = http::RequestReader::Phase::Idle;
  set_deadline(connection, options_->idle_timeout);
  resume(connection);
}

// Answers /receive with what there is. False when there is nothing, unless
// even that is an answer.
bool Machine::answer_page(Connection* connection, const ReplyTo& to,
                          const PageRequest& wanted, bool even_if_empty) {
  const chat::Page page = read_page(wanted);
  if (page.size == 0 && !page.truncated && !even_if_empty) return false;
  std::string_view rest = "]}";
  if (page.truncated && page.more) {
    rest = R"(],"truncated":true,"more":true})";
  } else if (page.truncated) {
    rest = R"(],"truncated":true})";
  } else if (page.more) {
    rest = R"(],"more":true})";
  }
  if (to.form == ReplyTo::Form::WebSocket) {
    rest.remove_suffix(1);
    replier_.write_ok(connection, to,
                      {.text = R"("messages":[)", .page = &page, .rest = rest});
    touch(connection);
  } else {
    answer(connection, to,
           {.text = R"({"messages":[)", .page = &page, .rest = rest});
  }
  return true;
}

chat::Page Machine::read_page(const PageRequest& wanted) const {
  if (!wanted.changes) {
    return store_.page_after(wanted.room, wanted.after, wanted.limit);
  }
  std::vector<chat::Event> events =
      store_.events_after(wanted.room, wanted.after);
  chat::Page page;
  if (wanted.limit != 0 && events.size() > wanted.limit) {
    events.resize(wanted.limit);
    page.more = true;
  }
  std::vector<std::string_view> pieces;
  for (const chat::Event& event : events) {
    if (!pieces.empty()) pieces.emplace_back(",");
    pieces.push_back(event.json.view());
  }
  page.whole = base::SharedBytes::join(pieces);
  page.size = page.whole.size();
  page.truncated = store_.is_truncated(wanted.room, wanted.after);
  return page;
}

// ---- Delivery.

// A listener that lags misses ephemeral events first, and is cut when what
// waits for it passes --max-backlog. It can come back and resume.
void Machine::deliver(Listener* listener, const base::SharedBytes& frames,
                      const base::SharedBytes& durable) {
  auto* stream = static_cast<StreamListener*>(listener);
  Connection* connection = stream->connection;
  if (connection->cut) return;
  const std::size_t waiting = connection->outbox.size();
  if (waiting == 0) stream->asked_bytes = 0;
  const std::size_t bound = options_->backlog_bytes_max + stream->asked_bytes;
  // What came in this turn, and what it asked for, is no sign of slowness.
  const bool lags =
      connection->unread &&
      waiting > options_->backlog_bytes_max / 2 + stream->asked_bytes;
  const base::SharedBytes& chosen = lags ? durable : frames;
  if (lags && frames.size() > durable.size()) ++metrics_.ephemeral_dropped;
  if (chosen.empty()) return;
  if (waiting > 0 && waiting + chosen.size() > bound) {
    return cut(connection);
  }
  ++metrics_.deliveries;
  connection->outbox.append_shared(chosen, &pool_);
  touch(connection);
}

// The listener ends when the feed has drained.
void Machine::cut(Connection* connection) {
  if (connection->cut) return;
  connection->cut = true;
  cut_.push_back(connection->id());
}

// What was queued may still be read; nothing is added to it.
void Machine::end_cut_listeners() {
  for (const ConnectionId id : std::exchange(cut_, {})) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr || connection->stage == Stage::Draining) continue;
    ++metrics_.listeners_cut;
    if (connection->stage == Stage::WebSocket) {
      close_websocket(connection, websocket::kPolicyViolation,
                      "too slow: reconnect and resume");
    } else {
      leave_feed(connection);
      close_after_sending(connection);
    }
  }
}

// ---- Subscriptions.

// So many more, of all connections together.
bool Machine::may_listen_to(std::size_t rooms) const {
  return feed_.subscription_count() + rooms <= options_->all_subscriptions_max;
}

void Machine::listen(StreamListener* listener, std::string_view room) {
  if (feed_.is_subscribed(*listener, room)) return;
  if (!listener->user.empty()) {
    presence_.connected(room, listener->user.view());
  }
  feed_.subscribe(listener, room);
}

void Machine::stop_listening(StreamListener* listener, std::string_view room) {
  if (!feed_.is_subscribed(*listener, room)) return;
  feed_.drain();  // so that it is told of all before, its own leaving too
  feed_.unsubscribe(listener, room);
  if (!listener->user.empty()) {
    presence_.disconnected(room, listener->user.view(), now_.steady);
  }
}

void Machine::replay(StreamListener* listener,
                     std::span<const std::string_view> rooms,
                     chat::MessageId after) {
  feed_.drain();  // what it is owed of other rooms comes before
  // A listener that is cut has missed some of that: any id from here on would
  // make it resume behind the hole.
  if (listener->connection->cut) return;
  const std::size_t before = listener->connection->outbox.size();
  std::vector<chat::Event> events;
  bool truncated = false;
  for (const std::string_view name : rooms) {
    if (store_.is_truncated(name, after)) {
      tell_truncated(listener, name, after);
      truncated = true;
    }
    std::vector<chat::Event> more = store_.events_after(name, after);
    std::move(more.begin(), more.end(), std::back_inserter(events));
  }
  if (rooms.size() > 1) {
    std::sort(
        events.begin(), events.end(),
        [](const chat::Event& a, const chat::Event& b) { return a.id < b.id; });
  }
  for (const chat::Event& event : events) {
    queue_framed(listener, chat::name_of(event.type), event);
  }
  if (truncated) tell_point(listener);
  listener->asked_bytes += listener->connection->outbox.size() - before;
}

// An event stream's reader comes back with the last id that it was sent, and an
// event that tells of a hole has none: without one it would be told for ever.
void Machine::tell_point(StreamListener* listener) {
  if (listener->transport() != Transport::EventStream) return;
  std::string* out = listener->connection->outbox.begin_write(&pool_);
  out->append("id: ");
  base::append_number(out, store_.resume_point());
  out->append("\n\n");
  listener->connection->outbox.finish_write();
}

void Machine::tell_truncated(StreamListener* listener, std::string_view room,
                             chat::MessageId after) {
  queue_framed(listener, kTruncated,
               {.json = base::SharedBytes(truncated_event(room, after))});
}

void Machine::queue_framed(StreamListener* listener, std::string_view type,
                           const chat::Event& event) {
  const FrameParts parts =
      frame_parts(listener->transport(), type, event.id, event.json.view());
  Outbox& outbox = listener->connection->outbox;
  outbox.append(parts.head, &pool_);
  if (parts.with_json) {
    outbox.append_shared(event.json, 0, event.json.size(), &pool_);
  }
  outbox.append(parts.tail, &pool_);
  touch(listener->connection);
}

// ---- Streams that follow a user from room to room.

void Machine::follow(StreamListener* listener) {
  listener->follows_user = true;
  followers_[std::string(listener->user.view())].push_back(listener);
}

void Machine::stop_following(StreamListener* listener) {
  const auto found = followers_.find(listener->user.view());
  PAPO_CHECK(found != followers_.end());
  std::erase(found->second, listener);
  if (found->second.empty()) followers_.erase(found);
}

void Machine::tell_followers(const chat::Command& command,
                             chat::MessageId before) {
  using chat::CommandKind;
  const bool joins =
      command.kind == CommandKind::Join || command.kind == CommandKind::Post;
  if (followers_.empty() || (!joins && command.kind != CommandKind::Leave)) {
    return;
  }
  const auto found = followers_.find(command.user);
  if (found == followers_.end()) return;
  for (StreamListener* listener : found->second) {
    if (!joins) {
      stop_listening(listener, command.room);
    } else if (feed_.is_subscribed(*listener, command.room)) {
      continue;
    } else if (!may_listen_to(1)) {
      cut(listener->connection);  // rather than miss a room without a word
    } else {
      listen(listener, command.room);
      const std::string_view rooms[] = {command.room};
      replay(listener, rooms, before);
    }
  }
}

// ---- Heartbeats.

// A byte now and then tells proxies, and us, that the peer is there. In lines
// it is a blank before the next one: no reader of JSON sees it, and the shell's
// `read` takes it off. (curl takes a NUL for a reason to leave a terminal, and
// an empty line wakes every `while read`.)
void Machine::beat(Connection* connection) {
  set_deadline(connection, kHeartbeat);
  if (!connection->outbox.empty()) {
    connection->stalled_beats =
        connection->progressed
            ? 0
            : static_cast<std::uint8_t>(connection->stalled_beats + 1);
    connection->progressed = false;
    if (connection->stalled_beats >= kStalledBeatsMax) close_now(connection);
    return;
  }
  connection->stalled_beats = 0;
  connection->progressed = false;
  auto* stream = static_cast<StreamListener*>(connection->listener.get());
  switch (stream->transport()) {
    case Transport::EventStream:
      connection->outbox.append(event_stream::kHeartbeat, &pool_);
      break;
    case Transport::Text:
      if (stream->silent_beats++ < kSilentBeats) return;
      stream->silent_beats = 0;
      [[fallthrough]];
    case Transport::Lines:
      connection->outbox.append(" ", &pool_);
      break;
    case Transport::WebSocket:
    case Transport::LongPoll:
      return;
  }
  touch(connection);
}

void Machine::open_stream(Connection* connection, const ReplyTo& to,
                          const StreamRequest& request) {
  if (shutting_down_) return answer_problem(connection, to, restarting());
  if (!may_listen_to(request.rooms.size())) {
    return answer_problem(connection, to, too_many_subscriptions());
  }
  const bool events = request.transport == Transport::EventStream;
  std::string headers = "X-Accel-Buffering: no\r\n";
  headers.append("Cache-Control: no-cache, no-transform\r\n");
  ReplyTo stream_to = to;
  stream_to.keep_alive = true;  // an endless answer says itself that it closes
  answer(connection, stream_to,
         {.content_type = request.content_type,
          .headers = headers,
          .endless = true});
  if (to.head_only) return close_after_sending(connection);

  auto made = std::make_unique<StreamListener>(request.transport, connection);
  StreamListener* listener = made.get();
  connection->listener = std::move(made);
  connection->stage = Stage::Stream;
  set_deadline(connection, kHeartbeat);
  if (!request.user.empty()) listener->user = base::SharedBytes(request.user);
  if (events) begin_event_stream(connection, request.after);
  if (request.after) replay(listener, request.rooms, *request.after);
  for (const std::string_view room : request.rooms) listen(listener, room);
  if (request.follows_user) follow(listener);
}

// The first bytes of an event stream: how long to wait before coming back,
// different for each so that a restart is not a stampede, and an id without an
// event, so that a reader who is cut before the first event resumes here.
void Machine::begin_event_stream(Connection* connection,
                                 std::optional<chat::MessageId> after) {
  std::string* out = connection->outbox.begin_write(&pool_);
  const auto jitter = static_cast<std::int64_t>(random_->next() % 4'000);
  event_stream::append_retry(out, std::chrono::milliseconds(1'000 + jitter));
  out->append("id: ");
  base::append_number(out, after.value_or(store_.resume_point()));
  out->append("\n\n");
  connection->outbox.finish_write();
}

}  // namespace papo::app
