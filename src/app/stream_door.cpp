#include "app/stream_door.h"

#include <memory>
#include <string>
#include <utility>

#include "wire/event_stream.h"

namespace papo::app {
namespace {

constexpr base::Micros kBeatEvery = std::chrono::seconds(15);
// So many heartbeats without a byte leaving, and a stream is given up.
constexpr std::uint8_t kStalledBeatsMax = 4;

}  // namespace

StreamListener& StreamDoor::listener_of(const Connection& connection) {
  return static_cast<StreamListener&>(*connection.state);
}

void StreamDoor::take(HttpExchange* exchange, const Framing& framing,
                      std::string_view content_type,
                      const StreamRequest& wanted) {
  if (connections_.is_shutting_down()) return exchange->refuse(restarting());
  if (!services_.listening.has_room_for(wanted.rooms.size())) {
    return exchange->refuse(too_many_subscriptions());
  }
  Connection& connection = exchange->connection;
  HttpReply to = exchange->to;
  to.keep_alive = true;  // an endless answer says itself that it closes
  services_.answers.answer(
      connection, to,
      HttpAnswer{.content_type = content_type,
                 .headers = "X-Accel-Buffering: no\r\n"
                            "Cache-Control: no-cache, no-transform\r\n",
                 .endless = true});
  if (to.head_only) return connections_.close_after_sending(connection);

  auto made = std::make_unique<StreamListener>(&framing, &connection);
  StreamListener* listener = made.get();
  connections_.hand_over(connection, *this, std::move(made));
  connections_.set_deadline(connection, kBeatEvery);
  greet(listener, wanted);
  services_.listening.begin(listener, wanted);
}

// The first bytes of an event stream: how long to wait before coming back,
// different for each so that a restart is not a stampede, and an id without an
// event, so that a reader who is cut before the first event resumes here.
void StreamDoor::greet(StreamListener* listener, const StreamRequest& wanted) {
  const std::string point = listener->framing()->point(
      wanted.after.value_or(services_.store().resume_point()));
  if (point.empty()) return;
  std::string text;
  const auto jitter =
      static_cast<std::int64_t>(services_.random.next() % 4'000);
  event_stream::append_retry(&text, std::chrono::milliseconds(1'000 + jitter));
  connections_.send(*listener->connection, text.append(point));
}

// A byte now and then tells proxies, and us, that the peer is there.
void StreamDoor::on_deadline(Connection& connection) {
  connections_.set_deadline(connection, kBeatEvery);
  StreamListener& listener = listener_of(connection);
  const bool progressed = listener.progressed;
  listener.progressed = false;
  if (!connection.outbox.empty()) {
    listener.stalled_beats =
        progressed ? 0 : static_cast<std::uint8_t>(listener.stalled_beats + 1);
    if (listener.stalled_beats >= kStalledBeatsMax) {
      connections_.close_now(connection);
    }
    return;
  }
  listener.stalled_beats = 0;
  const std::string_view beat =
      listener.framing()->heartbeat(listener.silent_beats++);
  if (beat.empty()) return;
  listener.silent_beats = 0;
  connections_.send(connection, beat);
}

void StreamDoor::on_sent(Connection& connection, bool) {
  listener_of(connection).progressed = true;
}

// Nobody comes in by this door.
void StreamDoor::on_open(Connection& connection, bool) {
  connections_.close_now(connection);
}

// Who waits for news and says that nothing more will come has gone.
void StreamDoor::on_end_of_input(Connection& connection) {
  connections_.close_now(connection);
}

void StreamDoor::on_shutdown(Connection& connection) {
  connections_.close_after_sending(connection);
}

void StreamDoor::on_leave(Connection& connection) {
  services_.listening.leave(&listener_of(connection));
}

// What was queued may still be read.
void StreamDoor::turn_out(Connection& connection, Excess) {
  connections_.close_within(connection, kCutFor);
}

}  // namespace papo::app
