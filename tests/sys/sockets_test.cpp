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
                                     app::PeerAddress* peer) {
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

  app::PeerAddress peer;
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
  const app::PeerAddress loopback = {0, 0, 0,    0,    0,   0, 0, 0,
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
  app::PeerAddress peer;
  ASSERT_TRUE(accept_soon(*listener, &peer).ok());
  EXPECT_EQ(peer[10], 0xFF);
  EXPECT_EQ(peer[12], 127);
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
  app::PeerAddress peer = {1, 2, 3};
  ASSERT_TRUE(accept_soon(*listener, &peer).ok());
  EXPECT_EQ(peer, app::PeerAddress{}) << "a local peer has no address";
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
  app::PeerAddress peer;
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
