#include "support/raw_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "support/server_process.h"

namespace papo::support {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool wait_until_ready(int descriptor, short events) {
  pollfd polled{descriptor, events, 0};
  constexpr std::chrono::milliseconds kMost = kPatience;
  return ::poll(&polled, 1, static_cast<int>(kMost.count())) > 0;
}

int connect_to(int domain, const sockaddr* address, socklen_t size) {
  const int descriptor = ::socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_GE(descriptor, 0) << std::strerror(errno);
  const int connected = ::connect(descriptor, address, size);
  EXPECT_EQ(connected, 0) << std::strerror(errno);
  ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

bool equals_in_any_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string_view> find_field(std::string_view head,
                                           std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    const std::size_t colon = line.find(':');
    if (!equals_in_any_case(line.substr(0, colon), name)) continue;
    const std::string_view value = line.substr(colon + 1);
    return value.substr(std::min(value.size(), value.find_first_not_of(' ')));
  }
  return std::nullopt;
}

int status_in(std::string_view head) {
  int status = 0;
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) return 0;
  std::from_chars(head.data() + 9, head.data() + 12, status);
  return status;
}

}  // namespace

std::string Answer::field(std::string_view name) const {
  return std::string(find_field(head, name).value_or(""));
}

bool Answer::has_field(std::string_view name) const {
  return find_field(head, name).has_value();
}

std::string get_request(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

std::string post_request(std::string_view target, std::string_view json) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(json.size()) + "\r\n\r\n" + std::string(json);
}

RawClient::RawClient(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  descriptor_ = connect_to(AF_INET, reinterpret_cast<sockaddr*>(&address),
                           sizeof address);
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawClient::RawClient(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  EXPECT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  descriptor_ = connect_to(AF_UNIX, reinterpret_cast<sockaddr*>(&address),
                           sizeof address);
}

RawClient::~RawClient() {
  close();
}

RawClient::RawClient(RawClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

std::size_t RawClient::send_some(std::string_view bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::send(descriptor_, bytes.data() + done,
                                 bytes.size() - done, MSG_NOSIGNAL);
    if (count < 0) return done;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

bool RawClient::send(std::string_view bytes) const {
  for (;;) {
    bytes.remove_prefix(send_some(bytes));
    if (bytes.empty()) return true;
    if (errno != EAGAIN || !wait_until_ready(descriptor_, POLLOUT)) {
      return false;
    }
  }
}

bool RawClient::read_more() {
  for (;;) {
    std::array<char, 64 * 1024> piece;
    const ssize_t count = ::recv(descriptor_, piece.data(), piece.size(), 0);
    if (count > 0) {
      buffer_.append(piece.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count == 0 || errno != EAGAIN) return false;
    if (wait_until_ready(descriptor_, POLLIN)) continue;
    ADD_FAILURE() << "no more bytes came after: " << buffer_.substr(0, 1000);
    return false;
  }
}

bool RawClient::has_input_within(std::chrono::milliseconds time) const {
  pollfd polled{descriptor_, POLLIN, 0};
  return !buffer_.empty() ||
         ::poll(&polled, 1, static_cast<int>(time.count())) > 0;
}

std::string RawClient::take(std::size_t count) {
  std::string taken = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return taken;
}

std::string RawClient::read(std::size_t count) {
  while (buffer_.size() < count && read_more()) {
  }
  return take(count);
}

std::string RawClient::read_until(std::string_view text) {
  std::size_t from = 0;
  for (;;) {
    const std::size_t at = buffer_.find(text, from);
    if (at != std::string::npos) return take(at + text.size());
    from = buffer_.size() < text.size() ? 0 : buffer_.size() - text.size() + 1;
    if (!read_more()) return take(buffer_.size());
  }
}

std::string RawClient::read_to_end() {
  while (read_more()) {
  }
  return take(buffer_.size());
}

bool RawClient::is_closed() {
  return buffer_.empty() && !read_more();
}

Answer RawClient::read_answer(bool to_head) {
  Answer answer;
  answer.head = read_until(kHeadEnd);
  answer.status = status_in(answer.head);
  const bool empty = to_head || answer.status < 200 || answer.status == 204 ||
                     answer.status == 304;
  if (empty) return answer;
  const auto length = find_field(answer.head, "content-length");
  answer.body = length ? read(std::stoul(std::string(*length))) : read_to_end();
  return answer;
}

Answer RawClient::ask(std::string_view request) {
  EXPECT_TRUE(send(request));
  return read_answer(request.starts_with("HEAD "));
}

void RawClient::finish_sending() const {
  ::shutdown(descriptor_, SHUT_WR);
}

void RawClient::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

Answer get(std::uint16_t port, std::string_view target) {
  return RawClient(port).ask(get_request(target));
}

Answer post(std::uint16_t port, std::string_view target,
            std::string_view json) {
  return RawClient(port).ask(post_request(target, json));
}

void settle(std::uint16_t port) {
  EXPECT_EQ(get(port, "/healthz").status, 200);
}

std::string outcome_of(const Answer& answer) {
  std::string outcome = std::to_string(answer.status);
  const std::string code = member_of(answer.body, "code");
  return code.empty() ? outcome : outcome + " " + code;
}

std::string member_of(std::string_view json, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\":";
  const std::size_t at = json.find(quoted);
  if (at == std::string_view::npos) return "";
  json.remove_prefix(at + quoted.size());
  if (json.starts_with('"'))
    return std::string(json.substr(1, json.find('"', 1) - 1));
  return std::string(json.substr(0, json.find_first_of(",}]")));
}

}  // namespace papo::support
