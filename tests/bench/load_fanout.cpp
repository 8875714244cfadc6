#include "bench/load_fanout.h"

#include <string>
#include <vector>

#include "bench/load_open.h"
#include "bench/load_wire.h"

namespace papo::bench {
namespace {

constexpr int kSettleMs = 200;

struct Subscriber {
  Connection connection;
  std::uint32_t room = 0;
  std::uint64_t next = 0;     // the number of the message expected next
  std::uint64_t missing = 0;  // messages that were skipped
};

struct Room {
  Connection publisher;
  std::uint32_t subscribers = 0;
  std::uint64_t published = 0;
  std::uint64_t awaited = 0;  // deliveries until the window is through
};

// Tags of events: subscribers by index, then publishers by room.
class FanoutRun {
 public:
  FanoutRun(const FanoutLoad& load, Course* course)
      : load_(load),
        course_(*course),
        subscribers_(load.subscribers),
        rooms_(load.rooms) {}

  Figures run();

 private:
  void open_publishers();
  void open_subscribers();
  void settle();
  void on_event(std::uint64_t tag);
  void read_subscriber(Subscriber& subscriber);
  std::size_t take(Subscriber& subscriber, std::string_view bytes);
  void ask_again(Subscriber& subscriber, const Answer& answer);
  void count(Subscriber& subscriber, std::string_view payload,
             std::size_t wire_bytes);
  void count_delivery(Subscriber& subscriber, const Mark& mark);
  void read_publisher(Room& room);
  void publish_window(std::uint32_t number);
  bool all_through() const;
  void count_lost();

  const FanoutLoad load_;
  Course& course_;
  Poller poller_;
  std::vector<Subscriber> subscribers_;
  std::vector<Room> rooms_;
  std::vector<std::uint32_t> through_;  // rooms whose window is through
  AnswerReader subscriber_answers_;
  AnswerReader publisher_answers_;
  std::uint64_t received_ns_ = 0;  // of the bytes being counted
  Figures figures_;
};

Figures FanoutRun::run() {
  open_publishers();
  open_subscribers();
  settle();
  course_.start(now_ns());
  for (std::uint32_t room = 0; room < load_.rooms; ++room) {
    publish_window(room);
  }
  for (;;) {
    for (const epoll_event& event : poller_.wait(100)) {
      on_event(event.data.u64);
    }
    const std::uint64_t now = now_ns();
    course_.tick(now);
    if (course_.draining()) {
      if (all_through() || course_.out_of_time(now)) break;
      continue;
    }
    for (const std::uint32_t room : through_) publish_window(room);
    through_.clear();
  }
  count_lost();
  course_.tell(&figures_);
  return figures_;
}

void FanoutRun::open_publishers() {
  for (std::uint32_t i = 0; i < load_.rooms; ++i) {
    Connection& publisher = rooms_[i].publisher;
    publisher.open(load_.port);
    wait_for(publisher, EPOLLOUT);
    const std::string first =
        publisher_request(load_.dialect, load_.transport, i);
    publisher.send(first);
    // The handshake is answered before any frame may be sent.
    if (publishes_by_websocket(load_.dialect, load_.transport)) {
      wait_for(publisher, EPOLLIN);
      const Connection::Received received = publisher.receive();
      const auto answer = publisher_answers_.read(received.bytes);
      if (!answer || answer->status != 101) die("no WebSocket to publish on");
      publisher.keep(received.bytes.substr(answer->size()));
    }
    poller_.add(publisher.fd(), load_.subscribers + i, EPOLLIN);
  }
}

void FanoutRun::open_subscribers() {
  std::vector<Connection> connections(load_.subscribers);
  Opening opening;
  opening.port = load_.port;
  opening.transport = load_.transport;
  opening.request = [this](std::size_t i) {
    return subscribe_request(load_.dialect, load_.transport,
                             static_cast<std::uint32_t>(i) % load_.rooms);
  };
  open_all(connections, opening);
  subscribers_.clear();
  subscribers_.reserve(load_.subscribers);
  for (std::uint32_t i = 0; i < load_.subscribers; ++i) {
    const std::uint32_t room = i % load_.rooms;
    subscribers_.push_back({std::move(connections[i]), room});
    poller_.add(subscribers_.back().connection.fd(), i, EPOLLIN);
    ++rooms_[room].subscribers;
  }
}

// Reads greetings, and asks again where a first long poll was answered, until
// nothing comes any more.
void FanoutRun::settle() {
  for (;;) {
    const auto events = poller_.wait(kSettleMs);
    if (events.empty()) return;
    for (const epoll_event& event : events) on_event(event.data.u64);
  }
}

void FanoutRun::on_event(std::uint64_t tag) {
  if (tag < load_.subscribers) {
    read_subscriber(subscribers_[tag]);
  } else {
    read_publisher(rooms_[tag - load_.subscribers]);
  }
}

void FanoutRun::read_subscriber(Subscriber& subscriber) {
  const Connection::Received received = subscriber.connection.receive();
  if (!received.open) die("a subscriber was cut off");
  received_ns_ = now_ns();
  std::string_view bytes = received.bytes;
  while (const std::size_t taken = take(subscriber, bytes)) {
    bytes.remove_prefix(taken);
  }
  subscriber.connection.keep(bytes);
}

// Counts what stands first in `bytes`. Returns its length, 0 if it is not
// whole.
std::size_t FanoutRun::take(Subscriber& subscriber, std::string_view bytes) {
  switch (load_.transport) {
    case Transport::WebSocket: {
      const auto frame = read_frame(bytes);
      if (!frame) return 0;
      count(subscriber, frame->payload, frame->size);
      return frame->size;
    }
    case Transport::EventStream: {
      const std::size_t end = bytes.find("\n\n");
      if (end == std::string_view::npos) return 0;
      count(subscriber, bytes.substr(0, end), end + 2);
      return end + 2;
    }
    case Transport::LongPoll:
    case Transport::Http: {
      const auto answer = subscriber_answers_.read(bytes);
      if (!answer) return 0;
      ask_again(subscriber, *answer);
      count(subscriber, answer->body, answer->size());
      return answer->size();
    }
  }
  return 0;
}

void FanoutRun::ask_again(Subscriber& subscriber, const Answer& answer) {
  if (answer.status != 200) ++figures_.wrong;
  subscriber.connection.send(poll_again_request(load_.dialect, subscriber.room,
                                                answer.head, answer.body));
}

// What has no mark (a greeting, a join) is not counted.
void FanoutRun::count(Subscriber& subscriber, std::string_view payload,
                      std::size_t wire_bytes) {
  while (const auto mark = take_mark(&payload)) {
    figures_.bytes = wire_bytes;
    count_delivery(subscriber, *mark);
  }
}

void FanoutRun::count_delivery(Subscriber& subscriber, const Mark& mark) {
  if (mark.room != subscriber.room) {
    ++figures_.wrong;
    return;
  }
  if (mark.number < subscriber.next) {
    if (subscriber.missing == 0) {
      ++figures_.repeated;
      return;
    }
    --subscriber.missing;
    ++figures_.reordered;
  } else {
    subscriber.missing += mark.number - subscriber.next;
    subscriber.next = mark.number + 1;
  }
  if (course_.counts()) {
    ++figures_.done;
    figures_.latency.add(received_ns_ - mark.sent_ns);
  }
  if (--rooms_[mark.room].awaited == 0) through_.push_back(mark.room);
}

void FanoutRun::read_publisher(Room& room) {
  const Connection::Received received = room.publisher.receive();
  if (!received.open) die("a publisher was cut off");
  std::string_view bytes = received.bytes;
  if (load_.dialect == Dialect::Bare) {
    bytes = {};
  } else if (publishes_by_websocket(load_.dialect, load_.transport)) {
    while (const auto frame = read_frame(bytes)) {
      if (frame->payload.find("\"error\"") != std::string_view::npos) {
        ++figures_.wrong;
      }
      bytes.remove_prefix(frame->size);
    }
  } else {
    while (const auto answer = publisher_answers_.read(bytes)) {
      if (answer->status >= 300) ++figures_.wrong;
      bytes.remove_prefix(answer->size());
    }
  }
  room.publisher.keep(bytes);
}

void FanoutRun::publish_window(std::uint32_t number) {
  Room& room = rooms_[number];
  std::string batch;
  for (std::uint32_t i = 0; i < load_.window; ++i) {
    const Mark mark{number, room.published++, now_ns()};
    batch += publish_request(load_.dialect, load_.transport, number,
                             write_mark(mark));
  }
  room.awaited = std::uint64_t{load_.window} * room.subscribers;
  if (!room.publisher.send(batch)) die("a publisher was cut off");
  if (room.publisher.has_unsent()) die("the server does not read");
}

bool FanoutRun::all_through() const {
  for (const Room& room : rooms_) {
    if (room.awaited > 0) return false;
  }
  return true;
}

void FanoutRun::count_lost() {
  for (const Subscriber& subscriber : subscribers_) {
    figures_.lost += subscriber.missing + rooms_[subscriber.room].published -
                     subscriber.next;
  }
}

}  // namespace

Figures run_fanout(const FanoutLoad& load, Course* course) {
  return FanoutRun(load, course).run();
}

std::size_t bare_message_bytes(Transport transport) {
  return publish_request(Dialect::Bare, transport, 0, write_mark({0, 0, 0}))
      .size();
}

}  // namespace papo::bench
