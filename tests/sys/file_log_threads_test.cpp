// The file log as it runs in the server: on a real folder, with two threads
// that wake the loop. Under the thread sanitizer (make tsan) this is the proof
// that the loop and its workers share nothing by accident.
#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <string>
#include <utility>

#include "log/file_log.h"
#include "support/command_source.h"
#include "support/store_text.h"
#include "support/temporary_folder.h"
#include "sys/clock.h"
#include "sys/file_system.h"
#include "sys/wakeup.h"
#include "sys/worker_thread.h"

namespace papo::sys {
namespace {

constexpr int kPatienceMillis = 30'000;

// A loop with nothing in it but a log.
class Loop final : private log::Committed, private log::Notices {
 public:
  Loop(const std::string& folder, log::SyncPolicy sync)
      : wakeup_(std::move(*Wakeup::create())),
        files_(std::move(*open_folder(folder, true))) {
    log::FileLogOptions options;
    options.sync = sync;
    options.folder = folder;
    options.key = {3, 4};
    options.disk.segment_bytes_max = 16 * 1024;
    options.disk.compaction_bytes_min = 32 * 1024;
    auto opened = log::FileLog::open(
        options, {files_.get(), &writer_, &compactor_, this}, &store_);
    EXPECT_TRUE(opened.ok());
    log_ = std::move(*opened);
  }

  void append(const support::OwnedCommand& command) {
    EXPECT_EQ(log_->append(command.view(), ++appended_),
              log::Appended::Pending);
  }

  // The end of a turn.
  void deliver() {
    log_->on_time(read_clocks().steady);
    log_->deliver(this);
  }

  // Turns until all is decided: each begins when a worker woke it.
  void settle() {
    deliver();
    while (decided_ < appended_) {
      pollfd polled{wakeup_.descriptor(), POLLIN, 0};
      ASSERT_EQ(::poll(&polled, 1, kPatienceMillis), 1) << "nobody woke it";
      wakeup_.drain();
      deliver();
    }
  }

  void close() {
    EXPECT_TRUE(log_->close(this, base::Micros(kPatienceMillis * 1'000)));
  }
  const chat::RoomStore& store() const { return store_; }
  log::FileLogCounts counts() const { return log_->counts(); }
  std::uint32_t appended() const { return appended_; }
  std::uint32_t decided() const { return decided_; }

 private:
  void on_committed(const chat::Command& command, log::Ticket ticket) override {
    EXPECT_EQ(ticket, ++decided_);
    static_cast<void>(store_.apply(command, nullptr));
  }
  void on_failed(log::Ticket) override { ADD_FAILURE() << "a command failed"; }
  void on_notice(std::string_view sentence) override {
    ADD_FAILURE() << sentence;
  }

  Wakeup wakeup_;
  std::unique_ptr<log::FileSystem> files_;
  WorkerThread writer_{WorkerThread::Priority::Normal, &wakeup_};
  WorkerThread compactor_{WorkerThread::Priority::Background, &wakeup_};
  chat::RoomStore store_{{}, chat::Language::English, {}};
  std::unique_ptr<log::FileLog> log_;
  std::uint32_t appended_ = 0;
  std::uint32_t decided_ = 0;
};

class FileLogThreads : public ::testing::TestWithParam<log::SyncPolicy> {};
INSTANTIATE_TEST_SUITE_P(Policies, FileLogThreads,
                         ::testing::Values(log::SyncPolicy::Always,
                                           log::SyncPolicy::Interval,
                                           log::SyncPolicy::Never));

TEST_P(FileLogThreads, DecideAllInOrderAndKeepIt) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("d");
  std::string text;
  {
    Loop loop(path, GetParam());
    support::CommandSource source(11);
    for (int turn = 0; turn < 300; ++turn) {
      for (std::uint64_t i = source.below(12); i > 0; --i) {
        loop.append(source.next(loop.store()));
      }
      if (source.below(4) == 0) {
        loop.settle();
      } else {
        loop.deliver();
      }
    }
    // What is still on its way is decided by close().
    for (int i = 0; i < 20; ++i) loop.append(source.next(loop.store()));
    loop.close();
    EXPECT_EQ(loop.decided(), loop.appended());
    EXPECT_GT(loop.counts().batches, 10U);
    text = support::text_of(loop.store());
  }
  const Loop again(path, GetParam());
  EXPECT_EQ(support::text_of(again.store()), text);
}

// A compaction runs beside the writer, and the log goes on.
TEST_P(FileLogThreads, CompactWhileTheyWrite) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("d");
  std::string text;
  {
    Loop loop(path, GetParam());
    support::CommandSource source(12);
    for (int turn = 0; turn < 20'000 && loop.counts().compactions < 2; ++turn) {
      for (int i = 0; i < 10; ++i) loop.append(source.next(loop.store()));
      loop.settle();
    }
    EXPECT_EQ(loop.counts().compactions, 2U);
    loop.close();
    text = support::text_of(loop.store());
  }
  const Loop again(path, GetParam());
  EXPECT_EQ(support::text_of(again.store()), text);
}

}  // namespace
}  // namespace papo::sys
