#include "support/feed_reader.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "support/raw_client.h"
#include "support/websocket_client.h"

namespace papo::support {
namespace {

std::uint64_t number_of(std::string_view json, std::string_view name) {
  const std::string digits = member_of(json, name);
  return digits.empty() ? 0 : std::stoull(digits);
}

int connect_to(std::uint16_t port, int receive_buffer) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_GE(descriptor, 0) << std::strerror(errno);
  // Before connecting, so that the window is small from the beginning.
  if (receive_buffer > 0) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                 sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(descriptor, reinterpret_cast<sockaddr*>(&address),
                      sizeof address),
            0)
      << std::strerror(errno);
  ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

}  // namespace

FeedEvent feed_event_of(std::string_view json) {
  FeedEvent event;
  event.type = member_of(json, "type");
  event.room = member_of(json, "room");
  event.id = number_of(json, "id");
  event.target = number_of(json, "target");
  event.last_id = number_of(json, "last_id");
  event.message = member_of(json, "message");
  event.deleted = !member_of(json, "deleted").empty();
  return event;
}

FeedReader::FeedReader(std::uint16_t port, Door door, std::string_view target,
                       int receive_buffer)
    : descriptor_(connect_to(port, receive_buffer)), door_(door) {
  ask(target);
}

FeedReader::~FeedReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FeedReader::FeedReader(FeedReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      door_(other.door_),
      in_body_(other.in_body_),
      answered_(other.answered_),
      body_size_(other.body_size_),
      buffer_(std::move(other.buffer_)) {}

FeedReader& FeedReader::operator=(FeedReader&& other) noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  door_ = other.door_;
  in_body_ = other.in_body_;
  answered_ = other.answered_;
  body_size_ = other.body_size_;
  buffer_ = std::move(other.buffer_);
  return *this;
}

void FeedReader::ask(std::string_view target) {
  answered_ = false;
  in_body_ = false;
  send_all(door_ == Door::WebSocket ? upgrade_request(target)
                                    : get_request(target));
}

void FeedReader::send(std::string_view json) const {
  send_all(masked_text(json));
}

// Requests are short: a socket that takes none is broken.
void FeedReader::send_all(std::string_view bytes) const {
  const ssize_t sent =
      ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
  EXPECT_EQ(sent, static_cast<ssize_t>(bytes.size())) << std::strerror(errno);
}

void FeedReader::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(descriptor_, -1));
}

bool FeedReader::read(std::vector<FeedEvent>* events, std::size_t most) {
  const std::size_t had = buffer_.size();
  buffer_.resize(had + most);
  const ssize_t count = ::recv(descriptor_, &buffer_[had], most, 0);
  buffer_.resize(had + (count > 0 ? static_cast<std::size_t>(count) : 0));
  if (count > 0) take(events);
  return count > 0 || (count < 0 && errno == EAGAIN);
}

void FeedReader::take(std::vector<FeedEvent>* events) {
  for (;;) {
    if (!in_body_ && !take_head()) return;
    bool taken = false;
    switch (door_) {
      case Door::LongPoll:
        taken = take_page(events);
        break;
      case Door::EventStream:
        taken = take_block(events);
        break;
      case Door::Lines:
        taken = take_line(events);
        break;
      case Door::WebSocket:
        taken = take_frame(events);
        break;
    }
    if (!taken || answered_) return;
  }
}

bool FeedReader::take_head() {
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  const std::string_view status =
      door_ == Door::WebSocket ? "HTTP/1.1 101 " : "HTTP/1.1 200 ";
  EXPECT_TRUE(head.starts_with(status)) << head << buffer_;
  const std::string length = Answer{200, head, ""}.field("Content-Length");
  body_size_ = length.empty() ? 0 : std::stoul(length);
  in_body_ = true;
  return true;
}

// {"messages":[{…},{…}],"truncated":true}: the hole is told before the events.
bool FeedReader::take_page(std::vector<FeedEvent>* events) {
  if (buffer_.size() < body_size_) return false;
  std::string page = buffer_.substr(0, body_size_);
  buffer_.erase(0, body_size_);
  answered_ = true;
  if (page.find(R"(],"truncated":true)") != std::string::npos) {
    events->push_back({.type = "truncated"});
  }
  for (std::size_t at = page.find("{\"type\""); at != std::string::npos;) {
    const std::size_t next = page.find("{\"type\"", at + 1);
    events->push_back(feed_event_of(page.substr(at, next - at)));
    at = next;
  }
  return true;
}

bool FeedReader::take_block(std::vector<FeedEvent>* events) {
  const std::size_t end = buffer_.find("\n\n");
  if (end == std::string::npos) return false;
  std::string_view block = std::string_view(buffer_).substr(0, end + 1);
  std::string id;
  std::string type;
  std::string data;
  while (!block.empty()) {
    const std::string line(block.substr(0, block.find('\n')));
    block.remove_prefix(line.size() + 1);
    if (line.starts_with("id: ")) id = line.substr(4);
    if (line.starts_with("event: ")) type = line.substr(7);
    if (line.starts_with("data: ")) data = line.substr(6);
  }
  buffer_.erase(0, end + 2);
  if (data.empty()) {
    if (!id.empty()) {
      events->push_back({.type = "hello", .last_id = std::stoull(id)});
    }
    return true;
  }
  const FeedEvent event = feed_event_of(data);
  EXPECT_EQ(event.type, type);
  EXPECT_EQ(event.id, id.empty() ? 0 : std::stoull(id));
  events->push_back(event);
  return true;
}

bool FeedReader::take_line(std::vector<FeedEvent>* events) {
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos) return false;
  events->push_back(feed_event_of(buffer_.substr(0, end)));
  buffer_.erase(0, end + 1);
  return true;
}

bool FeedReader::take_frame(std::vector<FeedEvent>* events) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(buffer_[at]));
  };
  if (buffer_.size() < 2) return false;
  std::size_t size = byte(1);
  std::size_t head = 2;
  if (size == 126) {
    if (buffer_.size() < 4) return false;
    size = byte(2) << 8 | byte(3);
    head = 4;
  }
  EXPECT_LT(size, 65'536U) << "longer than these tests need";
  if (buffer_.size() < head + size) return false;
  const std::string payload = buffer_.substr(head, size);
  const std::size_t opcode = byte(0) & 0xF;
  buffer_.erase(0, head + size);
  if (opcode == 1) events->push_back(feed_event_of(payload));
  if (opcode == 8) {
    events->push_back({.type = "close", .message = payload.substr(2)});
  }
  return true;
}

}  // namespace papo::support
