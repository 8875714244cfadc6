#include "sys/sockets.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <cerrno>
#include <cstring>

namespace papo::sys {
namespace {

base::Unexpected<base::Error> failed(const char* doing) {
  return base::Unexpected{base::Error{doing, errno}};
}

// A socket address of any of our families, as the system calls take it.
union SocketAddress {
  sockaddr any;
  sockaddr_in ipv4;
  sockaddr_in6 ipv6;
  sockaddr_un local;
};

socklen_t fill(const Address& address, SocketAddress* out) {
  std::memset(out, 0, sizeof *out);
  switch (address.family) {
    case Address::Family::Ipv4:
      out->ipv4.sin_family = AF_INET;
      out->ipv4.sin_port = htons(address.port);
      ::inet_pton(AF_INET, address.host.c_str(), &out->ipv4.sin_addr);
      return sizeof out->ipv4;
    case Address::Family::Ipv6:
      out->ipv6.sin6_family = AF_INET6;
      out->ipv6.sin6_port = htons(address.port);
      ::inet_pton(AF_INET6, address.host.c_str(), &out->ipv6.sin6_addr);
      return sizeof out->ipv6;
    case Address::Family::Unix:
      out->local.sun_family = AF_UNIX;
      std::memcpy(out->local.sun_path, address.host.data(),
                  address.host.size());
      return sizeof out->local;
  }
  __builtin_unreachable();
}

void set_flag(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

Descriptor open_socket(int domain) {
#ifdef SOCK_NONBLOCK
  return Descriptor(
      ::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
#else
  Descriptor socket(::socket(domain, SOCK_STREAM, 0));
  if (socket) {
    ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  }
  return socket;
#endif
}

// A socket file stays behind when its server dies. Nobody answering on it is
// how one tells.
void remove_dead_socket(const Address& address) {
  struct stat status {};
  if (::lstat(address.host.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) return;
  SocketAddress to;
  const socklen_t size = fill(address, &to);
  const Descriptor probe = open_socket(AF_UNIX);
  if (::connect(probe.get(), &to.any, size) < 0 && errno == ECONNREFUSED) {
    ::unlink(address.host.c_str());
  }
}

int domain_of(Address::Family family) {
  switch (family) {
    case Address::Family::Ipv4:
      return AF_INET;
    case Address::Family::Ipv6:
      return AF_INET6;
    case Address::Family::Unix:
      return AF_UNIX;
  }
  __builtin_unreachable();
}

// What accepted sockets inherit is set here, once.
void set_options(const Descriptor& socket, const Address& address) {
  if (address.family == Address::Family::Unix) return;
  set_flag(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_flag(socket.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set_flag(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (address.family == Address::Family::Ipv6) {
    set_flag(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY,
             address.host == "::" ? 0 : 1);
  }
}

void copy_peer(const SocketAddress& from, app::PeerAddress* peer) {
  *peer = {};
  if (from.any.sa_family == AF_INET6) {
    std::memcpy(peer->data(), &from.ipv6.sin6_addr, peer->size());
  } else if (from.any.sa_family == AF_INET) {
    (*peer)[10] = (*peer)[11] = 0xFF;
    std::memcpy(peer->data() + 12, &from.ipv4.sin_addr, 4);
  }
}

}  // namespace

base::Result<Descriptor> listen_on(const Address& address) {
  if (address.family == Address::Family::Unix) remove_dead_socket(address);
  Descriptor socket = open_socket(domain_of(address.family));
  if (!socket && errno == EAFNOSUPPORT && address.host == "::") {
    return listen_on({Address::Family::Ipv4, "0.0.0.0", address.port});
  }
  if (!socket) return failed("socket");
  set_options(socket, address);
  SocketAddress to;
  const socklen_t size = fill(address, &to);
  if (::bind(socket.get(), &to.any, size) < 0) {
    // IPv6 may be compiled in and have no address.
    if (errno == EADDRNOTAVAIL && address.host == "::") {
      return listen_on({Address::Family::Ipv4, "0.0.0.0", address.port});
    }
    return failed("bind");
  }
  if (::listen(socket.get(), 4096) < 0) return failed("listen");
  return socket;
}

void remove_socket_file(const Address& address) {
  if (address.family == Address::Family::Unix) ::unlink(address.host.c_str());
}

base::Result<Address> bound_address(const Descriptor& listener,
                                    const Address& address) {
  Address bound = address;
  if (address.family == Address::Family::Unix) return bound;
  SocketAddress at;
  socklen_t size = sizeof at;
  if (::getsockname(listener.get(), &at.any, &size) < 0) {
    return failed("getsockname");
  }
  bound.port =
      ntohs(at.any.sa_family == AF_INET ? at.ipv4.sin_port : at.ipv6.sin6_port);
  return bound;
}

base::Result<Descriptor> accept_on(const Descriptor& listener,
                                   app::PeerAddress* peer) {
  SocketAddress from{};
  socklen_t size = sizeof from;
#ifdef SOCK_NONBLOCK
  Descriptor socket(::accept4(listener.get(), &from.any, &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) return failed("accept4");
#else
  Descriptor socket(::accept(listener.get(), &from.any, &size));
  if (!socket) return failed("accept");
  ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
#endif
  copy_peer(from, peer);
  return socket;
}

}  // namespace papo::sys
