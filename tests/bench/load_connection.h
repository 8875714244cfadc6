// Non-blocking connections to a server on this machine.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace papo::bench {

// Readiness of many connections, level-triggered.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // `tag` comes back in the event's data.u64.
  void add(int fd, std::uint64_t tag, std::uint32_t events);
  void change(int fd, std::uint64_t tag, std::uint32_t events);
  // What is ready, waiting at most this long. Valid until the next call.
  std::span<const epoll_event> wait(int milliseconds);

 private:
  int fd_;
  std::array<epoll_event, 1024> events_;
};

// One connection. What the caller has not consumed of a read is kept, and so is
// what the socket would not take. An idle one owns no memory but its row.
class Connection {
 public:
  Connection() = default;
  ~Connection() { close(); }
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) = delete;

  // Begins to connect to 127.0.0.1. Writable when connected.
  void open(std::uint16_t port);
  // Closes with a reset, so that no port stays behind in TIME_WAIT.
  void close();
  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  // Sends, or keeps what cannot be sent. False when the connection is broken.
  bool send(std::string_view bytes);
  bool has_unsent() const { return !unsent_.empty(); }

  struct Received {
    bool open = true;
    std::string_view bytes;  // all not yet consumed; until the next receive()
  };
  // One read. Hand what is left of `bytes` to keep().
  Received receive();
  void keep(std::string_view rest);

 private:
  int fd_ = -1;
  std::string kept_;
  std::string unsent_;
};

// Waits for EPOLLIN or EPOLLOUT, for what is done before and after a
// measurement. Dies when nothing happens within five seconds.
void wait_for(const Connection& connection, std::uint32_t event);

}  // namespace papo::bench
