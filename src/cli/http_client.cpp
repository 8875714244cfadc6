#include "cli/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "base/version.h"

namespace papo::cli {
namespace {

using base::Done;
using base::Result;
using base::Unexpected;

constexpr std::string_view kScheme = "http://";
constexpr std::string_view kUnixScheme = "unix:";

Unexpected<Complaint> complain(std::string_view what, int number) {
  return {std::string(what) + ": " + std::strerror(number)};
}

// An address as bind() and connect() take it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const { return storage.ss_family; }
  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

template <class Address>
SocketAddress wrap(const Address& address) {
  SocketAddress wrapped;
  static_assert(sizeof(address) <= sizeof(wrapped.storage));
  std::memcpy(&wrapped.storage, &address, sizeof(address));
  wrapped.size = sizeof(address);
  return wrapped;
}

std::optional<SocketAddress> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::copy(path.begin(), path.end(), address.sun_path);
  return wrap(address);
}

std::optional<SocketAddress> numeric_address(const std::string& host,
                                             std::uint16_t port) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) {
    return wrap(four);
  }
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1) {
    return wrap(six);
  }
  return std::nullopt;
}

void set_timeouts(int descriptor, int seconds) {
  timeval limit{};
  limit.tv_sec = seconds;
  for (const int which : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    ::setsockopt(descriptor, SOL_SOCKET, which, &limit, sizeof(limit));
  }
}

// Nothing, and errno, when there is no connection.
sys::Descriptor connect_to(const SocketAddress& address,
                           int quiet_seconds_max) {
  sys::Descriptor made(::socket(address.family(), SOCK_STREAM, 0));
  if (!made) return made;
  set_timeouts(made.get(), quiet_seconds_max);
  if (::connect(made.get(), address.get(), address.size) == 0) return made;
  const int number = errno == EINPROGRESS ? ETIMEDOUT : errno;
  made.close();
  errno = number;
  return {};
}

// The addresses to try, in order.
std::vector<SocketAddress> addresses_of(const ServerAddress& server) {
  std::vector<SocketAddress> found;
  const auto add = [&](const std::optional<SocketAddress>& address) {
    if (address) found.push_back(*address);
  };
  if (server.is_unix) {
    add(unix_address(server.host));
  } else if (server.host == "localhost") {
    add(numeric_address("127.0.0.1", server.port));
    add(numeric_address("::1", server.port));
  } else {
    add(numeric_address(server.host, server.port));
  }
  return found;
}

Result<sys::Descriptor, Complaint> connect_to(const ServerAddress& server,
                                              int quiet_seconds_max) {
  errno = ENAMETOOLONG;  // when the path of a socket is no address
  for (const SocketAddress& address : addresses_of(server)) {
    sys::Descriptor made = connect_to(address, quiet_seconds_max);
    if (made) return made;
  }
  const int number = errno;
  return complain(
      "cannot connect to " + (server.is_unix ? server.host : server.authority),
      number);
}

std::string request_text(const ServerAddress& server,
                         const ClientRequest& request) {
  const std::string& host =
      server.name.empty() ? server.authority : server.name;
  std::string text(request.method);
  text.append(" ").append(server.base_path).append(request.target);
  text.append(" HTTP/1.1\r\nHost: ").append(host);
  text.append("\r\nUser-Agent: papo/").append(base::version());
  text.append("\r\nConnection: close\r\n");
  if (request.method == "POST") {
    text.append("Content-Type: application/octet-stream\r\nContent-Length: ");
    base::append_number(&text, request.body.size());
    text.append("\r\n");
  }
  return text.append("\r\n").append(request.body);
}

// Splits "host:port", "[::1]:port", or either without a port.
bool parse_authority(std::string_view authority, ServerAddress* server) {
  server->authority = authority;
  std::string_view port;
  if (authority.substr(0, 1) == "[") {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    server->host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const std::size_t end = std::min(authority.find(':'), authority.size());
    server->host = authority.substr(0, end);
    port = authority.substr(end);
  }
  if (port.empty()) return !server->host.empty();
  const auto number = base::parse_unsigned(port.substr(1));
  if (port[0] != ':' || !number || *number == 0 || *number > 65535) {
    return false;
  }
  server->port = static_cast<std::uint16_t>(*number);
  return !server->host.empty();
}

}  // namespace

Result<ServerAddress, Complaint> parse_server(std::string_view url) {
  ServerAddress server;
  if (url.starts_with(kUnixScheme)) {
    server.is_unix = true;
    // Without the rights that --listen gives its file.
    url = url.substr(kUnixScheme.size());
    server.host = url.substr(0, url.find('?'));
    server.authority = "localhost";
    if (!server.host.empty()) return server;
    return Unexpected{Complaint("\"unix:\" needs the path of a socket")};
  }
  std::string_view rest = url;
  if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
  if (rest.find("://") != std::string_view::npos) {
    return Unexpected{"only http:// is spoken here, not " + std::string(url)};
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view path = rest.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  server.base_path = path;
  if (!parse_authority(rest.substr(0, slash), &server) ||
      url.find_first_of("?#@ \r\n") != std::string_view::npos) {
    return Unexpected{"not a server's URL: " + std::string(url)};
  }
  if (server.host != "localhost" && !numeric_address(server.host, 1)) {
    return Unexpected{"names are not looked up: give the address of " +
                      server.host + ", as in http://192.0.2.7:5501"};
  }
  return server;
}

void append_encoded(std::string* out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      out->push_back(c);
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out->push_back('%');
    out->push_back(kDigits[byte >> 4]);
    out->push_back(kDigits[byte & 15]);
  }
}

Result<Exchange, Complaint> Exchange::start(const ServerAddress& server,
                                            const ClientRequest& request) {
  auto socket = connect_to(server, request.quiet_seconds_max);
  if (!socket) return Unexpected{socket.error()};
  Exchange exchange(std::move(*socket));
  // A server that refuses a body may answer, and close, before it has read it
  // all: what it says counts, not that it stopped listening.
  const auto sent = exchange.send(request_text(server, request));
  const auto head = exchange.read_event();
  if (head) return exchange;
  return Unexpected{sent ? head.error() : sent.error()};
}

Result<Done, Complaint> Exchange::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return complain("cannot send", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Done{};
}

Result<bool, Complaint> Exchange::receive() {
  constexpr std::size_t kPieceBytes = 16 * 1024;
  taken_ = 0;
  received_.resize(kPieceBytes);
  while (true) {
    const ssize_t count =
        ::recv(socket_.get(), received_.data(), received_.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    const int number = errno;
    received_.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    if (count >= 0) return count > 0;
    if (number == EAGAIN) {
      return Unexpected{Complaint("the server does not answer")};
    }
    return complain("cannot receive", number);
  }
}

Result<http::ResponseReader::Event, Complaint> Exchange::read_event() {
  using Kind = http::ResponseReader::Event::Kind;
  while (true) {
    std::string_view bytes = std::string_view(received_).substr(taken_);
    auto event = reader_.next(&bytes);
    taken_ = received_.size() - bytes.size();
    if (event.kind == Kind::NeedBytes) {
      const auto more = receive();
      if (!more) return Unexpected{more.error()};
      if (*more) continue;
      event = reader_.finish();
    }
    if (event.kind == Kind::Fault) {
      return Unexpected{Complaint(describe(reader_.fault()))};
    }
    return event;
  }
}

Result<bool, Complaint> Exchange::read(std::string* body) {
  const auto event = read_event();
  if (!event) return Unexpected{event.error()};
  body->append(event->body);
  return event->kind == http::ResponseReader::Event::Kind::Body;
}

Result<std::string, Complaint> Exchange::read_all(std::size_t bytes_max) {
  std::string body;
  while (body.size() < bytes_max) {
    const auto more = read(&body);
    if (!more) return Unexpected{more.error()};
    if (!*more) break;
  }
  return body;
}

}  // namespace papo::cli
