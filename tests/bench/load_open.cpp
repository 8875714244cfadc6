#include "bench/load_open.h"

#include <poll.h>

#include "bench/load_basics.h"
#include "bench/load_wire.h"

namespace papo::bench {
namespace {

class Opener {
 public:
  Opener(std::span<Connection> connections, const Opening& opening)
      : connections_(connections), opening_(opening) {}

  void run() {
    while (done_ < connections_.size()) {
      while (begun_ < connections_.size() &&
             begun_ - done_ < opening_.at_a_time) {
        begin(begun_++);
      }
      const auto events = poller_.wait(5000);
      if (events.empty()) die("connections are not answered");
      for (const epoll_event& event : events) on_event(event.data.u64);
    }
  }

 private:
  // The tag of an event is the index twice, plus one when it has asked.
  void begin(std::size_t index) {
    connections_[index].open(opening_.port);
    poller_.add(connections_[index].fd(), index * 2, EPOLLOUT);
  }

  void on_event(std::uint64_t tag) {
    const std::size_t index = tag / 2;
    Connection& connection = connections_[index];
    if (tag % 2 == 0) {
      if (!connection.send(opening_.request(index)) ||
          connection.has_unsent()) {
        die("the server refuses connections");
      }
      const bool waits = opening_.transport != Transport::LongPoll;
      poller_.change(connection.fd(), tag + 1, waits ? EPOLLIN : 0u);
      if (!waits) ++done_;
      return;
    }
    const Connection::Received received = connection.receive();
    if (!received.open) die("the server closed before it answered");
    const auto answer = reader_.read(received.bytes);
    connection.keep(received.bytes.substr(answer ? answer->size() : 0));
    if (!answer) return;
    const int wanted = opening_.transport == Transport::WebSocket ? 101 : 200;
    if (answer->status != wanted) die("status %d on opening", answer->status);
    poller_.change(connection.fd(), tag, 0);
    ++done_;
  }

  const std::span<Connection> connections_;
  const Opening& opening_;
  Poller poller_;
  AnswerReader reader_;
  std::size_t begun_ = 0;
  std::size_t done_ = 0;
};

}  // namespace

void open_all(std::span<Connection> connections, const Opening& opening) {
  Opener(connections, opening).run();
}

std::string fetch(Connection& connection, std::string_view request) {
  AnswerReader reader;
  wait_for(connection, EPOLLOUT);
  connection.send(request);
  for (;;) {
    wait_for(connection, EPOLLIN);
    const Connection::Received received = connection.receive();
    if (!received.open) die("the server closed before it answered");
    const auto answer = reader.read(received.bytes);
    if (!answer) {
      connection.keep(received.bytes);
      continue;
    }
    if (answer->status != 200) {
      die("status %d for: %s", answer->status, std::string(request).c_str());
    }
    std::string bytes(received.bytes.substr(0, answer->size()));
    connection.keep({});
    return bytes;
  }
}

void prepare_rooms(Dialect dialect, std::uint16_t port, std::uint32_t rooms,
                   std::uint32_t messages) {
  if (dialect != Dialect::Papo) return;
  Connection connection;
  connection.open(port);
  for (std::uint32_t room = 0; room < rooms; ++room) {
    fetch(connection, join_request(room));
  }
  for (std::uint32_t i = 0; i < messages; ++i) {
    fetch(connection, request(Work::Send));
  }
}

std::string listen_until_quiet(Connection& connection, int quiet_ms) {
  std::string all;
  pollfd wanted{connection.fd(), POLLIN, 0};
  while (poll(&wanted, 1, quiet_ms) == 1) {
    const Connection::Received received = connection.receive();
    if (!received.open) break;
    all.append(received.bytes);
    connection.keep({});
  }
  return all;
}

}  // namespace papo::bench
