#include "bench/load_connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "bench/load_basics.h"

namespace papo::bench {
namespace {

// Shared by all connections: only one is read at a time.
std::array<char, 512 * 1024> g_scratch;

}  // namespace

Poller::Poller() : fd_(epoll_create1(EPOLL_CLOEXEC)) {}
Poller::~Poller() {
  ::close(fd_);
}

void Poller::add(int fd, std::uint64_t tag, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  if (epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl add");
}

void Poller::change(int fd, std::uint64_t tag, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  if (epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &event) != 0) die("epoll_ctl change");
}

std::span<const epoll_event> Poller::wait(int milliseconds) {
  const int count = epoll_wait(fd_, events_.data(),
                               static_cast<int>(events_.size()), milliseconds);
  return {events_.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      kept_(std::move(other.kept_)),
      unsent_(std::move(other.unsent_)) {}

void Connection::open(std::uint16_t port) {
  close();
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) die("socket: %s", std::strerror(errno));
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const linger reset{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  if (connect(fd_, to, sizeof address) != 0 && errno != EINPROGRESS) {
    die("connect to port %d: %s", port, std::strerror(errno));
  }
}

void Connection::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  kept_.clear();
  unsent_.clear();
}

bool Connection::send(std::string_view bytes) {
  if (!unsent_.empty()) unsent_.append(bytes);
  const std::string_view all = unsent_.empty() ? bytes : unsent_;
  if (all.empty()) return true;
  const ssize_t sent = ::send(fd_, all.data(), all.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return false;
  unsent_ = std::string(all.substr(sent < 0 ? 0 : std::size_t(sent)));
  return true;
}

Connection::Received Connection::receive() {
  const ssize_t got = recv(fd_, g_scratch.data(), g_scratch.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) return {false, {}};
  const std::string_view fresh(g_scratch.data(),
                               got < 0 ? 0 : std::size_t(got));
  if (kept_.empty()) return {true, fresh};
  kept_.append(fresh);
  return {true, kept_};
}

void Connection::keep(std::string_view rest) {
  if (rest.empty() && kept_.empty()) return;
  kept_ = std::string(rest);
}

void wait_for(const Connection& connection, std::uint32_t event) {
  static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT);
  pollfd wanted{connection.fd(), static_cast<short>(event), 0};
  if (poll(&wanted, 1, 5000) != 1) die("the server does not answer");
}

}  // namespace papo::bench
