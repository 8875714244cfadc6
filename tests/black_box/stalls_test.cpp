// Whatever the server writes to or reads from may stall: a log that nobody
// reads, a terminal that was stopped, a file that is no file. Everybody is
// answered all the same, what is lost is counted, and the server ends when it
// is told to. A server that waits itself fails by the patience of its clients.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/metrics.h"
#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::get;
using support::get_request;
using support::Launch;
using support::outcome_of;
using support::Process;
using support::RawClient;
using support::ServerProcess;
using support::TemporaryFolder;

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }

  // So that whoever writes to it waits.
  void fill() const {
    ::fcntl(writer(), F_SETFL, O_NONBLOCK);
    while (::write(writer(), "....\n", 5) > 0) {
    }
    while (::write(writer(), "\n", 1) > 0) {
    }
    ::fcntl(writer(), F_SETFL, 0);
  }
  // What is in it now, or comes soon.
  std::string read_some() const {
    pollfd polled = {reader(), POLLIN, 0};
    if (::poll(&polled, 1, 50) != 1) return {};
    std::string piece(65536, ' ');
    const ssize_t count = ::read(reader(), piece.data(), piece.size());
    piece.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return piece;
  }
  // Reads on until `done` is true; not for ever.
  template <class Done>
  void read_until(Done done) const {
    const auto end = std::chrono::steady_clock::now() + support::kPatience;
    while (!done() && std::chrono::steady_clock::now() < end) read_some();
    EXPECT_TRUE(done());
  }

 private:
  int ends_[2] = {-1, -1};
};

// More lines than may wait: 256 KiB of them.
void ask_much(const ServerProcess& server) {
  RawClient client(server.port());
  const std::string request = get_request("/healthz?" + std::string(4000, 'x'));
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(client.ask(request).status, 200) << "after " << i;
  }
}

std::size_t lines_lost(const ServerProcess& server) {
  return support::metric(server.port(), "log_lines_lost_total");
}

TEST(Stalls, AnAccessLogMayBeGivenMoreRoom) {
  const Pipe pipe;
  pipe.fill();
  const ServerProcess server(
      Launch{.arguments = {"--access-log", "-", "--max-log-queue", "2m"},
             .output = pipe.writer()});
  ask_much(server);
  EXPECT_EQ(lines_lost(server), 0U);
}

TEST(Stalls, AnAccessLogThatNobodyReads) {
  const Pipe pipe;
  pipe.fill();
  ServerProcess server(
      Launch{.arguments = {"--access-log", "-"}, .output = pipe.writer()});
  ask_much(server);
  EXPECT_GT(lines_lost(server), 10U);
  EXPECT_TRUE(server.wait_for_error_text("the access log loses lines"));
  pipe.read_until([&] {
    return server.error_text().find("the access log is written again") !=
           std::string::npos;
  });
  pipe.fill();
  ask_much(server);
  EXPECT_EQ(server.terminate(), 0) << "it does not wait for it in the end";
}

TEST(Stalls, ANamedPipeWithoutAReader) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("log");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  ServerProcess server({"--access-log", path});
  ask_much(server);
  EXPECT_GT(lines_lost(server), 10U);
  server.signal(SIGHUP);
  ask_much(server);
  EXPECT_EQ(server.terminate(), 0);
}

TEST(Stalls, ATerminalThatWasStopped) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) {
    GTEST_SKIP() << "no terminals here";
  }
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_EQ(::tcflow(terminal, TCOOFF), 0);  // ^S
  {
    ServerProcess server(
        Launch{.arguments = {"--access-log", "-"}, .output = terminal});
    ask_much(server);
    EXPECT_GT(lines_lost(server), 10U);
    EXPECT_EQ(server.terminate(), 0);
  }
  ::close(terminal);
  ::close(master);
}

TEST(Stalls, ADiskThatIsFull) {
  ServerProcess server({"--access-log", "/dev/full"});
  EXPECT_EQ(get(server.port(), "/healthz").status, 200);
  EXPECT_TRUE(server.wait_for_error_text(
      "the access log loses lines: write: No space left on device"));
  EXPECT_GT(lines_lost(server), 0U);
  EXPECT_EQ(server.terminate(), 0);
}

TEST(Stalls, AStandardErrorThatNobodyReads) {
  const Pipe pipe;
  Process server({.arguments = {"--listen", "127.0.0.1:0", "--log-level",
                                "debug", "--access-log", "/dev/null"},
                  .error = pipe.writer()});
  std::string said;
  while (support::port_in(said) == 0 || !said.ends_with("\n")) {
    const std::string more = pipe.read_some();
    said += more;
    if (!server.is_running()) break;
  }
  const std::uint16_t port = support::port_in(said);
  pipe.fill();
  for (int i = 0; i < 20; ++i) {
    server.signal(SIGHUP);  // each is told in a line
    ASSERT_EQ(get(port, "/healthz").status, 200) << "after " << i;
  }
  EXPECT_EQ(server.terminate(), 0);
}

TEST(Stalls, FilesThatAreNone) {
  const TemporaryFolder folder;
  folder.write("static/index.html", "<p>");
  folder.write("static/large", "x");
  ASSERT_EQ(::truncate(folder.path_of("static/large").c_str(), 5'000'000), 0);
  ASSERT_EQ(::mkfifo(folder.path_of("static/fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir(folder.path_of("static/folder").c_str(), 0700), 0);
  ServerProcess server({"--static", folder.path_of("static")});
  EXPECT_EQ(outcome_of(get(server.port(), "/fifo")), "404 not_found");
  EXPECT_EQ(outcome_of(get(server.port(), "/folder")), "404 not_found");
  EXPECT_EQ(outcome_of(get(server.port(), "/large")), "403 forbidden");
  // A device, where one can be made.
  if (::mknod(folder.path_of("static/tty").c_str(), S_IFCHR | 0666,
              makedev(5, 0)) == 0) {
    EXPECT_EQ(outcome_of(get(server.port(), "/tty")), "404 not_found");
  }
  EXPECT_EQ(get(server.port(), "/").body, "<p>");
  EXPECT_EQ(server.terminate(), 0);
}

// Many who ask for large files and do not read them: others are answered, and
// all of them hold the same bytes.
TEST(Stalls, LargeFilesThatNobodyReads) {
  const TemporaryFolder folder;
  folder.write("static/large", "x");
  ASSERT_EQ(::truncate(folder.path_of("static/large").c_str(), 4'000'000), 0);
  ServerProcess server({"--static", folder.path_of("static")});
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().send(get_request("/large")));
    if (i % 10 != 0) continue;
    EXPECT_EQ(get(server.port(), "/healthz").status, 200);
  }
  for (RawClient& each : clients) {
    EXPECT_EQ(each.read(9), "HTTP/1.1 ");
    EXPECT_EQ(get(server.port(), "/healthz").status, 200);
  }
  EXPECT_LT(server.resident_bytes(), 64U * 1024 * 1024);
  EXPECT_EQ(clients[7].read_until("\r\n\r\n").substr(0, 3), "200");
  EXPECT_TRUE(clients[7].read(4'000'000) == "x" + std::string(3'999'999, '\0'));
}

}  // namespace
}  // namespace papo
