#include "browser/relay.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace papo::browser {
namespace {

sockaddr_in address_of(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* as_address(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool send_all(const sys::Descriptor& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// What came, "" at the end.
std::string read_some(const sys::Descriptor& from) {
  std::array<char, 64 * 1024> piece;
  const ssize_t count = ::recv(from.get(), piece.data(), piece.size(), 0);
  return {piece.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

// One request for each connection, so that no second head needs reading.
void ask_to_close(std::string* head) {
  constexpr std::string_view kKept = "\r\nConnection: keep-alive\r\n";
  const std::size_t at = head->find(kKept);
  if (at != std::string::npos) {
    head->replace(at, kKept.size(), "\r\nConnection: close\r\n");
  }
}

std::string refusal(std::string_view status) {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

}  // namespace

Relay::Relay(std::uint16_t server_port, std::string_view prefix)
    : server_port_(server_port),
      prefix_(prefix),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  sockaddr_in address = address_of(0);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(listener_.get(), as_address(address), size), 0);
  EXPECT_EQ(::listen(listener_.get(), 128), 0);
  EXPECT_EQ(::getsockname(listener_.get(),
                          reinterpret_cast<sockaddr*>(&address), &size),
            0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Relay::~Relay() {
  ends_ = true;
  wake();
  thread_.join();
}

std::string Relay::url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + prefix_;
}

void Relay::refuse(std::vector<std::string> paths) {
  refuse_with(refusal("502 Bad Gateway"), std::move(paths));
}

void Relay::refuse_with(std::string answer, std::vector<std::string> paths) {
  {
    const std::lock_guard lock(mutex_);
    refused_ = std::move(paths);
    answer_ = std::move(answer);
  }
  wake();
}

void Relay::swallow_answers(bool swallow) {
  swallows_ = swallow;
}

void Relay::cut() {
  cuts_ = true;
  wake();
}

void Relay::wake() {
  const std::uint64_t one = 1;
  EXPECT_EQ(::write(wake_.get(), &one, sizeof(one)), 8);
}

bool Relay::is_refused(std::string_view path) {
  const std::lock_guard lock(mutex_);
  return std::any_of(
      refused_.begin(), refused_.end(),
      [&](const std::string& each) { return path.starts_with(each); });
}

void Relay::run() {
  while (!ends_) {
    std::vector<pollfd> polled = {{wake_.get(), POLLIN, 0},
                                  {listener_.get(), POLLIN, 0}};
    for (const Link& link : links_) {
      polled.push_back({link.browser.get(), POLLIN, 0});
      polled.push_back({link.server.get(), POLLIN, 0});
    }
    ::poll(polled.data(), polled.size(), -1);
    std::uint64_t woken = 0;
    if (::read(wake_.get(), &woken, sizeof(woken)) > 0) {
      if (cuts_.exchange(false)) links_.clear();
      std::erase_if(links_, [this](const Link& link) {
        return link.server && is_refused(link.head);
      });
      continue;
    }
    std::size_t at = 2;
    std::erase_if(links_, [&](Link& link) {
      const bool spoke = polled[at].revents != 0;
      const bool answered = polled[at + 1].revents != 0;
      at += 2;
      return (spoke && !take_from_browser(&link)) ||
             (answered && !take_from_server(&link));
    });
    if (polled[1].revents != 0) accept_one();
  }
}

void Relay::accept_one() {
  sys::Descriptor made(
      ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (made) links_.push_back({.browser = std::move(made)});
}

bool Relay::take_from_browser(Link* link) {
  const std::string bytes = read_some(link->browser);
  if (bytes.empty()) return false;
  if (link->server) return send_all(link->server, bytes);
  link->head.append(bytes);
  if (link->head.find("\r\n\r\n") == std::string::npos) return true;
  return pass_head_on(link);
}

// "GET /chat/rooms HTTP/1.1" becomes "GET /rooms HTTP/1.1".
bool Relay::pass_head_on(Link* link) {
  std::string& head = link->head;
  const std::size_t at = head.find(' ') + 1;
  if (head.compare(at, prefix_.size() + 1, prefix_ + "/") != 0) {
    send_all(link->browser, refusal("404 Not Found"));
    return false;
  }
  head.erase(at, prefix_.size());
  const std::string path = head.substr(at, head.find(' ', at) - at);
  if (is_refused(path)) {
    const std::lock_guard lock(mutex_);
    send_all(link->browser, answer_);
    ++refusals_;
    return false;
  }
  ask_to_close(&head);
  link->server =
      sys::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = address_of(server_port_);
  if (::connect(link->server.get(), as_address(address), sizeof(address)) !=
      0) {
    send_all(link->browser, refusal("502 Bad Gateway"));
    return false;
  }
  return send_all(link->server, std::exchange(head, path));
}

bool Relay::take_from_server(Link* link) {
  const std::string bytes = read_some(link->server);
  if (bytes.empty()) return false;
  return swallows_ || send_all(link->browser, bytes);
}

}  // namespace papo::browser
