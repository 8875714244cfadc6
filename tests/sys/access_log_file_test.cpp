#include "sys/access_log_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>

#include "support/temporary_folder.h"
#include "wire/json_reader.h"

namespace papo::sys {
namespace {

constexpr std::size_t kBytesMax = 4'000;
const app::AccessEntry kEntry = {.peer = {},
                                 .wall = std::chrono::seconds(1),
                                 .request = "GET / HTTP/1.1",
                                 .status = 200,
                                 .body_bytes = 5};

class AccessLogFileTest : public ::testing::Test {
 protected:
  AccessLogFile open(LogFormat format = LogFormat::Text) {
    auto log = AccessLogFile::open(
        {.path = path_, .format = format, .bytes_max = kBytesMax}, &*wakeup_);
    EXPECT_TRUE(log.ok());
    return std::move(*log);
  }
  // Until the log's thread has said that it opened the file.
  void wait_for_news() const {
    pollfd polled = {wakeup_->descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&polled, 1, 30'000), 1);
    wakeup_->drain();
  }

  const support::TemporaryFolder folder_;
  const std::string path_ = folder_.path_of("access");
  base::Result<Wakeup> wakeup_ = Wakeup::create();
};

// Nothing is on its way before the turn has sent its answers.
TEST_F(AccessLogFileTest, KeepsLinesUntilTheTurnIsOver) {
  {
    AccessLogFile log = open();
    log.write(kEntry);
    log.write(kEntry);
    EXPECT_EQ(folder_.read("access"), "");
    log.flush();
    log.flush();
    EXPECT_EQ(log.lines_lost(), 0u);
  }
  const std::string lines = folder_.read("access");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_NE(lines.find("\"GET / HTTP/1.1\" 200 5\n"), std::string::npos);
}

TEST_F(AccessLogFileTest, AppendsToWhatIsThere) {
  folder_.write("access", "before\n");
  {
    AccessLogFile log = open();
    log.write(kEntry);
    log.flush();
  }
  EXPECT_TRUE(folder_.read("access").starts_with("before\n"));
}

TEST_F(AccessLogFileTest, IsAnObjectALineAsJson) {
  {
    AccessLogFile log = open(LogFormat::Json);
    log.write(kEntry);
    log.flush();
  }
  const std::string line = folder_.read("access");
  ASSERT_TRUE(line.ends_with("\n"));
  EXPECT_TRUE(json::Object::parse(line).ok());
}

TEST_F(AccessLogFileTest, GoesOnInANewFileAfterTheOldOneWasMoved) {
  {
    AccessLogFile log = open();
    log.write(kEntry);
    std::rename(path_.c_str(), folder_.path_of("old").c_str());
    // What was written before still goes where it belongs.
    log.reopen();
    log.write(kEntry);
    log.flush();
    wait_for_news();
  }
  const std::string old = folder_.read("old");
  const std::string now = folder_.read("access");
  EXPECT_EQ(std::count(old.begin(), old.end(), '\n'), 1);
  EXPECT_EQ(std::count(now.begin(), now.end(), '\n'), 1);
}

TEST_F(AccessLogFileTest, SaysWhyItCannotBeOpened) {
  const auto log = AccessLogFile::open(
      {.path = folder_.path_of("no/such/folder"), .bytes_max = kBytesMax},
      &*wakeup_);
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().number, ENOENT);
}

// While nobody takes them, no more lines wait than were allowed.
TEST_F(AccessLogFileTest, LosesAndCountsWhatDoesNotFit) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  AccessLogFile log = open();
  std::size_t written = 0;
  for (; log.lines_lost() == 0 && written < 1'000; ++written) {
    log.write(kEntry);
    log.flush();
  }
  EXPECT_GT(written, 10u);
  EXPECT_EQ(log.lines_lost(), 1u);
  const Descriptor reader(::open(path_.c_str(), O_RDONLY));
}

// A pipe that nobody reads yet does not hold up the start.
TEST_F(AccessLogFileTest, OpensAPipeWithoutAReader) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  AccessLogFile log = open();
  log.write(kEntry);
  log.flush();
  const Descriptor reader(::open(path_.c_str(), O_RDONLY));
  char piece[256];
  EXPECT_GT(::read(reader.get(), piece, sizeof piece), 0);
}

}  // namespace
}  // namespace papo::sys
