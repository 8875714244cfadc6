#include "sys/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "support/temporary_folder.h"

namespace papo::sys {
namespace {

constexpr base::Micros kPatience = std::chrono::seconds(30);  // only to fail

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

Pipe make_pipe(int flags = 0) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC | flags), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// Fills a pipe, so that the next write to it waits.
void fill(const Pipe& pipe) {
  const int flags = ::fcntl(pipe.writer.get(), F_GETFL);
  ::fcntl(pipe.writer.get(), F_SETFL, flags | O_NONBLOCK);
  const std::string dots(4096, '.');
  while (::write(pipe.writer.get(), dots.data(), dots.size()) > 0) {
  }
  while (::write(pipe.writer.get(), ".", 1) > 0) {
  }
  ::fcntl(pipe.writer.get(), F_SETFL, flags);
}

// Reads until `end` has come, whatever else does.
std::string read_until(const Descriptor& reader, std::string_view end) {
  std::string all;
  while (all.find(end) == std::string::npos) {
    pollfd polled = {reader.get(), POLLIN, 0};
    if (::poll(&polled, 1, 30'000) != 1) break;
    char piece[65536];
    const ssize_t count = ::read(reader.get(), piece, sizeof piece);
    if (count <= 0) break;
    all.append(piece, static_cast<std::size_t>(count));
  }
  all.erase(std::remove(all.begin(), all.end(), '.'), all.end());
  return all;
}

std::string line_of(int number) {
  std::string line = std::to_string(number);
  line.resize(99, ' ');
  return line + "\n";
}

// Adds lines until one does not fit; returns how many did.
int add_until_full(LineWriter* writer) {
  int count = 0;
  while (count < 1'000'000 && writer->add(line_of(count))) ++count;
  return count;
}

TEST(LineWriter, WritesAllInOrder) {
  const Pipe pipe = make_pipe();
  LineWriter writer({.file = Descriptor(::dup(pipe.writer.get()))});
  std::string all;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(writer.add(line_of(i)));
    all += line_of(i);
  }
  EXPECT_TRUE(writer.add("last\n"));
  EXPECT_EQ(read_until(pipe.reader, "last\n"), all + "last\n");
  writer.drain(kPatience);
  EXPECT_TRUE(writer.state().is_idle);
  EXPECT_EQ(writer.lines_lost(), 0U);
}

// A pipe that nobody reads: what does not fit is counted, and what did is
// there when it is read again.
TEST(LineWriter, NeverWaitsForAFullPipe) {
  const Pipe pipe = make_pipe();
  fill(pipe);
  LineWriter writer({.file = Descriptor(::dup(pipe.writer.get())),
                     .bytes_max = std::size_t{16} * 1024});
  const int count = add_until_full(&writer);
  EXPECT_EQ(count, 163);  // 16 KiB
  EXPECT_FALSE(writer.add(line_of(0) + line_of(1)));
  EXPECT_EQ(writer.lines_lost(), 3U);
  EXPECT_FALSE(writer.state().is_idle);
  const std::string all = read_until(pipe.reader, line_of(count - 1));
  for (int i = 0; i < count; ++i) {
    EXPECT_NE(all.find(line_of(i)), std::string::npos);
  }
  writer.drain(kPatience);
  EXPECT_TRUE(writer.add("again\n"));
  EXPECT_EQ(read_until(pipe.reader, "again\n"), "again\n");
  EXPECT_EQ(writer.lines_lost(), 3U);
}

// Who shares the file may have made it so.
TEST(LineWriter, WaitsForANonBlockingPipeToo) {
  const Pipe pipe = make_pipe(O_NONBLOCK);
  fill(pipe);
  LineWriter writer({.file = Descriptor(::dup(pipe.writer.get()))});
  EXPECT_TRUE(writer.add("line\n"));
  EXPECT_EQ(read_until(pipe.reader, "line\n"), "line\n");
  EXPECT_EQ(writer.lines_lost(), 0U);
}

// A terminal whose output was stopped by ^S.
TEST(LineWriter, NeverWaitsForAStoppedTerminal) {
  const Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master || ::grantpt(master.get()) != 0 ||
      ::unlockpt(master.get()) != 0) {
    GTEST_SKIP() << "no terminals here";
  }
  Descriptor terminal(
      ::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal);
  ASSERT_EQ(::tcflow(terminal.get(), TCOOFF), 0);
  LineWriter writer({.file = Descriptor(::dup(terminal.get())),
                     .bytes_max = std::size_t{16} * 1024});
  EXPECT_EQ(add_until_full(&writer), 163);
  EXPECT_EQ(writer.lines_lost(), 1U);
  ASSERT_EQ(::tcflow(terminal.get(), TCOON), 0);
  EXPECT_NE(read_until(master, "162 ").find("161 "), std::string::npos);
}

// A named pipe blocks whoever opens it before its reader does.
TEST(LineWriter, NeverWaitsForTheReaderOfANamedPipe) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  LineWriter writer({.path = path, .bytes_max = std::size_t{16} * 1024});
  EXPECT_EQ(add_until_full(&writer), 163);
  const Descriptor reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  read_until(reader, line_of(162));
  writer.drain(kPatience);
  EXPECT_EQ(writer.state().openings, 1U);
  EXPECT_EQ(writer.lines_lost(), 1U);
}

// Its thread is left behind: whoever ends the program does not wait for it.
TEST(LineWriter, EndsAlthoughNobodyReads) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  {
    LineWriter writer({.path = path});
    EXPECT_TRUE(writer.add("line\n"));
  }
  // It ends by itself when somebody reads at last.
  const Descriptor reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(read_until(reader, "line\n"), "line\n");
}

TEST(LineWriter, CountsWhatNoDiskTakes) {
  LineWriter writer(
      {.file = Descriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC))});
  EXPECT_TRUE(writer.add("one\ntwo\n"));
  writer.drain(kPatience);
  EXPECT_EQ(writer.lines_lost(), 2U);
  EXPECT_EQ(writer.state().error, ENOSPC);
  const Pipe pipe = make_pipe();
  LineWriter unread({.file = Descriptor(::dup(pipe.writer.get()))});
  ::signal(SIGPIPE, SIG_IGN);
  { const Descriptor closed(::dup(pipe.reader.get())); }
  const_cast<Descriptor&>(pipe.reader).close();
  EXPECT_TRUE(unread.add("one\n"));
  unread.drain(kPatience);
  EXPECT_EQ(unread.lines_lost(), 1U);
  EXPECT_EQ(unread.state().error, EPIPE);
}

// A line that was cut short by a full disk does not take the next with it.
TEST(LineWriter, BeginsALineOfItsOwnAfterOneThatWasCut) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("log");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  LineWriter writer({.file = Descriptor(::open(
                         path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600))});
  const rlimit small{10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_TRUE(writer.add("first\nsecond\n"));
  writer.drain(kPatience);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(writer.lines_lost(), 1U);
  EXPECT_EQ(writer.state().error, EFBIG);
  EXPECT_TRUE(writer.add("third\n"));
  writer.drain(kPatience);
  EXPECT_EQ(writer.state().error, 0);
  EXPECT_EQ(folder.read("log"), "first\nseco\nthird\n");
}

TEST(LineWriter, OpensItsFileAgain) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("log");
  auto wakeup = Wakeup::create();
  ASSERT_TRUE(wakeup.ok());
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
  LineWriter writer({.file = Descriptor(::open(path.c_str(), flags, 0600)),
                     .path = path,
                     .wakeup = &*wakeup});
  EXPECT_TRUE(writer.add("old\n"));
  writer.drain(kPatience);
  ASSERT_EQ(::rename(path.c_str(), folder.path_of("moved").c_str()), 0);
  EXPECT_TRUE(writer.add("old too\n"));
  writer.drain(kPatience);
  writer.reopen();
  pollfd polled = {wakeup->descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&polled, 1, 30'000), 1) << "it says when that is done";
  EXPECT_TRUE(writer.add("new\n"));
  writer.drain(kPatience);
  EXPECT_EQ(writer.state().openings, 1U);
  EXPECT_EQ(writer.state().opening_error, 0);
  EXPECT_EQ(folder.read("moved"), "old\nold too\n");
  EXPECT_EQ(folder.read("log"), "new\n");
  // Where it cannot be opened, the old one goes on.
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  writer.reopen();
  EXPECT_TRUE(writer.add("lost with its file\n"));
  writer.drain(kPatience);
  EXPECT_EQ(writer.state().opening_error, EISDIR);
  EXPECT_EQ(writer.state().error, 0);
  EXPECT_EQ(writer.lines_lost(), 0U);
}

}  // namespace
}  // namespace papo::sys
