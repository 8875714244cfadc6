#include "sys/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace papo::sys {
namespace {

Address at(std::string_view text) {
  const auto address = parse_address(text);
  EXPECT_TRUE(address.has_value()) << text;
  return *address;
}

int option(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(socket, level, name, &value, &size);
  return value;
}

bool is_non_blocking(int descriptor) {
  return (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
}

bool closes_on_exec(int descriptor) {
  return (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0;
}

// Waits, so that a connection on its way is there; but not for ever.
base::Result<Descriptor> accept_soon(const Descriptor& listener,
                                     base::PeerAddress* peer) {
  pollfd polled = {listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&polled, 1, 30'000), 1);
  return accept_on(listener, peer);
}

Descriptor connect_to(int domain, const void* address, socklen_t size) {
  Descriptor socket(::socket(domain, SOCK_STREAM, 0));
  EXPECT_EQ(
      ::connect(socket.get(), static_cast<const sockaddr*>(address), size), 0)
      << std::strerror(errno);
  return socket;
}

Descriptor connect_to_port(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect_to(AF_INET, &address, sizeof address);
}

Descriptor connect_to_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return connect_to(AF_UNIX, &address, sizeof address);
}

TEST(Sockets, ListenOnAPortThatTheSystemChooses) {
  const Address address = at("127.0.0.1:0");
  const auto listener = listen_on(address);
  ASSERT_TRUE(listener.ok());
  const auto bound = bound_address(*listener, address);
  ASSERT_TRUE(bound.ok());
  EXPECT_NE(bound->port, 0);
  EXPECT_EQ(bound->host, "127.0.0.1");
  EXPECT_TRUE(is_non_blocking(listener->get()));
  EXPECT_TRUE(closes_on_exec(listener->get()));

  base::PeerAddress peer;
  const auto none = accept_on(*listener, &peer);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().number, EAGAIN);

  const Descriptor client = connect_to_port(bound->port);
  const auto accepted = accept_soon(*listener, &peer);
  ASSERT_TRUE(accepted.ok());
  EXPECT_TRUE(is_non_blocking(accepted->get()));
  EXPECT_TRUE(closes_on_exec(accepted->get()));
  EXPECT_NE(option(accepted->get(), IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_NE(option(accepted->get(), SOL_SOCKET, SO_KEEPALIVE), 0);
#if defined(TCP_USER_TIMEOUT)
  // A peer that is gone is known to be: silent for 30 s it is asked, and not
  // waited for longer than 50, whatever the kernel still holds for it.
  EXPECT_EQ(option(accepted->get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 50'000);
  EXPECT_EQ(option(accepted->get(), IPPROTO_TCP, TCP_KEEPIDLE), 30);
  EXPECT_EQ(option(accepted->get(), IPPROTO_TCP, TCP_KEEPINTVL), 5);
  EXPECT_EQ(option(accepted->get(), IPPROTO_TCP, TCP_KEEPCNT), 4);
#endif
  const base::PeerAddress loopback = {0, 0, 0,    0,    0,   0, 0, 0,
                                      0, 0, 0xFF, 0xFF, 127, 0, 0, 1};
  EXPECT_EQ(peer, loopback);
}

// "[::]" takes IPv4 too, and knows such a peer by its IPv4 address; a machine
// without IPv6 listens on every IPv4 address instead.
TEST(Sockets, ListenOnEveryInterface) {
  const Address address = at("[::]:0");
  const auto listener = listen_on(address);
  ASSERT_TRUE(listener.ok());
  const auto bound = bound_address(*listener, address);
  ASSERT_TRUE(bound.ok());
  const Descriptor client = connect_to_port(bound->port);
  base::PeerAddress peer;
  ASSERT_TRUE(accept_soon(*listener, &peer).ok());
  EXPECT_EQ(peer[10], 0xFF);
  EXPECT_EQ(peer[12], 127);
}

// As one program, and with one port: each family has its own listener.
TEST(Sockets, ListenOnEveryInterfaceOfEachFamilyBesides) {
  for (const bool ipv6_first : {false, true}) {
    SCOPED_TRACE(ipv6_first);
    std::vector<Address> both = {at("0.0.0.0:1"), at("[::]:1")};
    if (ipv6_first) std::swap(both[0], both[1]);
    settle_addresses(&both);
    ASSERT_EQ(both.size(), 2U);
    both[0].port = 0;
    const auto first = listen_on(both[0]);
    ASSERT_TRUE(first.ok()) << std::strerror(first.error().number);
    const std::uint16_t port = bound_address(*first, both[0])->port;
    both[1].port = port;
    const auto second = listen_on(both[1]);
    if (!second.ok() && (second.error().number == EAFNOSUPPORT ||
                         second.error().number == EADDRNOTAVAIL)) {
      GTEST_SKIP() << "this machine has no IPv6";
    }
    ASSERT_TRUE(second.ok()) << std::strerror(second.error().number);
    const Descriptor client = connect_to_port(port);
    base::PeerAddress peer;
    EXPECT_TRUE(accept_soon(ipv6_first ? *second : *first, &peer).ok());
  }
}

TEST(Sockets, SayThatAPortIsTaken) {
  const auto first = listen_on(at("127.0.0.1:0"));
  ASSERT_TRUE(first.ok());
  const auto bound = bound_address(*first, at("127.0.0.1:0"));
  const auto second = listen_on(*bound);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().number, EADDRINUSE);
}

TEST(Sockets, ListenOnAPath) {
  const support::TemporaryFolder folder;
  const Address address = at("unix:" + folder.path_of("s"));
  const auto listener = listen_on(address);
  ASSERT_TRUE(listener.ok());
  EXPECT_EQ(bound_address(*listener, address)->host, address.host);
  const Descriptor client = connect_to_path(address.host);
  base::PeerAddress peer = {1, 2, 3};
  ASSERT_TRUE(accept_soon(*listener, &peer).ok());
  EXPECT_EQ(peer, base::PeerAddress{}) << "a local peer has no address";
}

TEST(Sockets, GiveAPathItsRights) {
  const support::TemporaryFolder folder;
  const struct {
    std::string rights;
    ::mode_t mode;
    ::gid_t group;
  } rows[] = {
      {"?mode=0660", 0660, ::getegid()},
      {"?mode=600", 0600, ::getegid()},
      {"?mode=0777", 0777, ::getegid()},
      {"?group=" + std::to_string(::getegid()), 0660, ::getegid()},
      {"?group=" + std::to_string(::getegid()) + "&mode=0606", 0606,
       ::getegid()},
  };
  const ::mode_t before = ::umask(0027);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rights);
    const Address address = at("unix:" + folder.path_of("s") + row.rights);
    const auto listener = listen_on(address);
    ASSERT_TRUE(listener.ok());
    struct stat status {};
    ASSERT_EQ(::lstat(address.host.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, row.mode);
    EXPECT_EQ(status.st_gid, row.group);
    remove_socket_file(address);
    EXPECT_EQ(::umask(0027), 0027U) << "the umask is as it was";
  }
  ::umask(before);
}

TEST(Sockets, SayThatAGroupCannotBe) {
  const support::TemporaryFolder folder;
  const Address address =
      at("unix:" + folder.path_of("s") + "?group=no-such-group");
  const auto listener = listen_on(address);
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(listener.error().doing, kFindGroup);
  struct stat status {};
  EXPECT_NE(::lstat(address.host.c_str(), &status), 0) << "nothing is left";
}

TEST(Sockets, ReplaceAPathThatADeadServerLeft) {
  const support::TemporaryFolder folder;
  const Address address = at("unix:" + folder.path_of("s"));
  { ASSERT_TRUE(listen_on(address).ok()); }
  struct stat status {};
  ASSERT_EQ(::lstat(address.host.c_str(), &status), 0) << "it stays behind";
  const auto again = listen_on(address);
  ASSERT_TRUE(again.ok());
  const Descriptor client = connect_to_path(address.host);
}

TEST(Sockets, LeaveAPathAloneThatSomebodyListensOn) {
  const support::TemporaryFolder folder;
  const Address address = at("unix:" + folder.path_of("s"));
  const auto first = listen_on(address);
  ASSERT_TRUE(first.ok());
  const auto second = listen_on(address);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().number, EADDRINUSE);
  const Descriptor client = connect_to_path(address.host);
  base::PeerAddress peer;
  EXPECT_TRUE(accept_soon(*first, &peer).ok());
}

TEST(Sockets, LeaveAFileAloneThatIsNoSocket) {
  const support::TemporaryFolder folder;
  folder.write("s", "precious");
  const auto listener = listen_on(at("unix:" + folder.path_of("s")));
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(listener.error().number, EADDRINUSE);
  EXPECT_EQ(folder.read("s"), "precious");
  // A link to a dead socket is no socket of ours either.
  { ASSERT_TRUE(listen_on(at("unix:" + folder.path_of("dead"))).ok()); }
  ASSERT_EQ(
      ::symlink(folder.path_of("dead").c_str(), folder.path_of("link").c_str()),
      0);
  EXPECT_FALSE(listen_on(at("unix:" + folder.path_of("link"))).ok());
}

TEST(Sockets, SayThatAPathCannotBe) {
  const support::TemporaryFolder folder;
  const auto listener = listen_on(at("unix:" + folder.path_of("no/s")));
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(listener.error().number, ENOENT);
}

}  // namespace
}  // namespace papo::sys
