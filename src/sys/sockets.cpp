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
#include <optional>

#include "sys/groups.h"

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

// A peer whose network is gone says nothing at all, and the kernel goes on
// sending to it for a quarter of an hour. A silent one is asked, three times
// before kDeadAfter; one that does not acknowledge what was sent, or has not
// taken a byte, is not waited for longer (RFC 5482). Together with a heartbeat
// at least every 30 s, whoever is gone is known to be within 90.
void notice_dead_peers(const Descriptor& socket) {
  set_flag(socket.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  [[maybe_unused]] constexpr int kSilence = 30;
  [[maybe_unused]] constexpr int kProbeEvery = 5;
  [[maybe_unused]] constexpr int kDead = int{kDeadAfter.count()};
#if defined(TCP_KEEPIDLE)
  set_flag(socket.get(), IPPROTO_TCP, TCP_KEEPIDLE, kSilence);
#elif defined(TCP_KEEPALIVE)
  set_flag(socket.get(), IPPROTO_TCP, TCP_KEEPALIVE, kSilence);
#endif
#if defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
  set_flag(socket.get(), IPPROTO_TCP, TCP_KEEPINTVL, kProbeEvery);
  set_flag(socket.get(), IPPROTO_TCP, TCP_KEEPCNT,
           (kDead - kSilence) / kProbeEvery);
#endif
#if defined(TCP_USER_TIMEOUT)
  set_flag(socket.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kDead * 1000);
#elif defined(TCP_RXT_CONNDROPTIME)
  set_flag(socket.get(), IPPROTO_TCP, TCP_RXT_CONNDROPTIME, kDead);
#endif
}

// What accepted sockets inherit is set here, once.
void set_options(const Descriptor& socket, const Address& address) {
  if (address.family == Address::Family::Unix) return;
  set_flag(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_flag(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  notice_dead_peers(socket);
  if (address.family == Address::Family::Ipv6) {
    const bool takes_ipv4 = address.host == "::" && !address.ipv6_only;
    set_flag(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, takes_ipv4 ? 0 : 1);
  }
}

base::Result<base::Done> bind_plainly(const Descriptor& socket,
                                      const Address& address) {
  SocketAddress to;
  const socklen_t size = fill(address, &to);
  if (::bind(socket.get(), &to.any, size) < 0) return failed("bind");
  return base::Done{};
}

// The group first: nobody of the wrong one is let in meanwhile.
base::Result<base::Done> give_rights(const Address& address,
                                     std::optional<::gid_t> group) {
  constexpr ::mode_t kGroupsToo = 0660;
  const char* path = address.host.c_str();
  constexpr auto kSame = static_cast<::uid_t>(-1);
  if (group && ::lchown(path, kSame, *group) < 0) return failed("chown");
  if (::chmod(path, address.mode.value_or(kGroupsToo)) < 0) {
    return failed("chmod");
  }
  return base::Done{};
}

// The file that bind() makes is its owner's alone until it has its rights, and
// nobody can connect before listen(). The umask is the process's: what the
// log's threads make meanwhile is their owner's alone anyway.
base::Result<base::Done> bind_with_rights(const Descriptor& socket,
                                          const Address& address) {
  std::optional<::gid_t> group;
  if (!address.group.empty()) {
    group = find_group(address.group);
    if (!group) return base::Unexpected{base::Error{kFindGroup, ENOENT}};
  }
  const ::mode_t before = ::umask(0177);
  const auto bound = bind_plainly(socket, address);
  ::umask(before);
  if (!bound) return bound;
  const auto given = give_rights(address, group);
  if (!given) remove_socket_file(address);
  return given;
}

base::Result<base::Done> bind_to(const Descriptor& socket,
                                 const Address& address) {
  const bool has_rights = address.mode || !address.group.empty();
  return has_rights ? bind_with_rights(socket, address)
                    : bind_plainly(socket, address);
}

void copy_peer(const SocketAddress& from, base::PeerAddress* peer) {
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
  const bool may_be_ipv4 = address.host == "::" && !address.ipv6_only;
  if (!socket && errno == EAFNOSUPPORT && may_be_ipv4) {
    return listen_on({Address::Family::Ipv4, "0.0.0.0", address.port});
  }
  if (!socket) return failed("socket");
  set_options(socket, address);
  const auto bound = bind_to(socket, address);
  if (!bound) {
    // IPv6 may be compiled in and have no address.
    if (bound.error().number == EADDRNOTAVAIL && may_be_ipv4) {
      return listen_on({Address::Family::Ipv4, "0.0.0.0", address.port});
    }
    return base::Unexpected{bound.error()};
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
  const bool ipv4 = at.any.sa_family == AF_INET;
  bound.port = ntohs(ipv4 ? at.ipv4.sin_port : at.ipv6.sin6_port);
  if (ipv4 && address.host == "::") bound.host = "0.0.0.0";
  if (ipv4) bound.family = Address::Family::Ipv4;
  return bound;
}

base::Result<Descriptor> accept_on(const Descriptor& listener,
                                   base::PeerAddress* peer) {
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
