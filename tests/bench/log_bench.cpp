// What durability costs: a table on standard output.
//
// Usage: log_bench FOLDER [SECONDS [MESSAGES]]
//   FOLDER    on the disk in question; made, filled and emptied again
//   SECONDS   how long each rate is measured (1)
//   MESSAGES  how many are recovered (1000000)
//
// Clients send one message each and the next when it is committed, through the
// log as the server uses it: a loop, a writer's thread, a compactor's. Beside
// each rate stands that of a bare loop that writes and syncs as many bytes at a
// time as the log did, and does nothing else: the disk's limit.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/load_basics.h"
#include "log/compaction.h"
#include "log/file_log.h"
#include "sys/clock.h"
#include "sys/file_system.h"
#include "sys/wakeup.h"
#include "sys/worker_thread.h"

namespace papo::bench {
namespace {

constexpr std::size_t kRooms = 10'000;
constexpr base::HashKey kKey = {1, 2};
constexpr std::uint64_t kNoCompaction = ~std::uint64_t{0};

struct Arguments {
  std::string folder;
  double seconds = 1;
  std::uint64_t messages = 1'000'000;
};

chat::StoreLimits limits_for(const Arguments& arguments) {
  return {.history = static_cast<std::size_t>(arguments.messages / kRooms + 2),
          .rooms = kRooms,
          .members = kRooms,
          .rooms_of_user = kRooms};
}

// Wall and processor time since it was made.
class Stopwatch {
 public:
  double wall_ms() const {
    return static_cast<double>(now_ns() - wall_) / kNsPerMs;
  }
  double cpu_ms() const {
    return static_cast<double>(cpu_ns() - cpu_) / kNsPerMs;
  }

 private:
  static std::uint64_t cpu_ns() {
    ::timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<std::uint64_t>(spent.tv_sec) * kNsPerSecond +
           static_cast<std::uint64_t>(spent.tv_nsec);
  }

  const std::uint64_t wall_ = now_ns();
  const std::uint64_t cpu_ = cpu_ns();
};

// In a process of its own: what it took of memory does not blur the next.
template <class Work>
void in_child(Work work) {
  std::fflush(stdout);
  const ::pid_t child = ::fork();
  if (child == 0) {
    work();
    std::fflush(stdout);
    ::_exit(0);
  }
  int status = 1;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
    die("a part of the benchmark failed");
  }
}

double resident_megabytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long total = 0;
  unsigned long resident = 0;
  const int read = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  if (read != 2) return 0;
  return static_cast<double>(resident) *
         static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// ---- A server's half of the log ----

class Host final : public log::Committed, public log::Notices {
 public:
  Host(const Arguments& arguments, const log::FileLogOptions& options)
      : wakeup_(std::move(*sys::Wakeup::create())),
        writer_(sys::WorkerThread::Priority::Normal, &wakeup_),
        compactor_(sys::WorkerThread::Priority::Background, &wakeup_),
        store_(limits_for(arguments), chat::Language::English, kKey) {
    auto files = sys::open_folder(arguments.folder, true);
    if (!files) die("%s: %s", arguments.folder.c_str(), files.error().doing);
    files_ = std::move(*files);
    auto opened = log::FileLog::open(
        options, {files_.get(), &writer_, &compactor_, this}, &store_);
    if (!opened) {
      die("%s", log::describe(opened.error(), arguments.folder).c_str());
    }
    log_ = std::move(*opened);
    rooms_.reserve(kRooms);
    for (std::size_t i = 0; i < kRooms; ++i) {
      rooms_.push_back("room" + std::to_string(i));
    }
  }
  ~Host() override { log_->close(this, std::chrono::minutes(1)); }

  // `clients` at a time until `enough` says so.
  template <class Enough>
  void run(std::size_t clients, Enough enough) {
    started_.assign(clients, 0);
    for (std::size_t i = 0; i < clients; ++i) ready_.push_back(i);
    while (!enough()) {
      send_ready();
      log_->on_time(sys::read_clocks().steady);
      log_->deliver(this);
      if (ready_.empty()) wait();
    }
    ready_.clear();
    drain();
  }

  log::FileLog& log() { return *log_; }
  const Histogram& latency() const { return latency_; }
  std::uint64_t done() const { return done_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void send_ready() {
    static const std::string text(40, 'x');
    for (const std::size_t client : ready_) {
      chat::Command command;
      command.kind = chat::CommandKind::Post;
      command.time = sys::read_clocks().wall;
      command.room = rooms_[sent_++ % kRooms];
      command.user = "ana";
      command.text = text;
      started_[client] = now_ns();
      const auto ticket = static_cast<log::Ticket>(client);
      if (log_->append(command, ticket) != log::Appended::Pending) {
        die("the disk fails");
      }
    }
    ready_.clear();
  }

  void wait() {
    ::pollfd woken = {wakeup_.descriptor(), POLLIN, 0};
    ::poll(&woken, 1, 100);
    wakeup_.drain();
  }

  void drain() {
    const std::uint64_t sent = sent_;
    while (done_ < sent) {
      log_->deliver(this);
      ready_.clear();
      if (done_ < sent) wait();
    }
  }

  void on_committed(const chat::Command& command, log::Ticket ticket) override {
    PAPO_CHECK(store_.apply(command, nullptr).ok());
    latency_.add(now_ns() - started_[ticket]);
    bytes_ += command.room.size() + command.user.size() + command.text.size();
    ++done_;
    ready_.push_back(ticket);
  }
  void on_failed(log::Ticket) override { die("the disk fails"); }
  void on_notice(std::string_view sentence) override {
    std::fprintf(stderr, "log_bench: %.*s\n", static_cast<int>(sentence.size()),
                 sentence.data());
  }

  std::unique_ptr<log::FileSystem> files_;
  sys::Wakeup wakeup_;
  sys::WorkerThread writer_;
  sys::WorkerThread compactor_;
  chat::RoomStore store_;
  std::vector<std::string> rooms_;
  std::vector<std::uint64_t> started_;
  std::vector<std::size_t> ready_;
  std::uint64_t sent_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t bytes_ = 0;
  Histogram latency_;
  std::unique_ptr<log::FileLog> log_;
};

log::FileLogOptions options_for(const Arguments& arguments,
                                log::SyncPolicy sync,
                                std::uint64_t compaction_bytes_min) {
  log::FileLogOptions options;
  options.sync = sync;
  options.folder = arguments.folder;
  options.key = kKey;
  options.disk.compaction_bytes_min = compaction_bytes_min;
  return options;
}

void empty(const Arguments& arguments) {
  const auto files = sys::open_folder(arguments.folder, true);
  if (!files) die("%s: %s", arguments.folder.c_str(), files.error().doing);
  const auto names = (*files)->list();
  if (!names) die("%s cannot be read", arguments.folder.c_str());
  for (const std::string& name : *names) {
    static_cast<void>((*files)->remove(name));
  }
}

// ---- Rates ----

// Batches of that size a second, written and synced as the policy has it.
double bare_rate(const Arguments& arguments, log::SyncPolicy sync,
                 std::size_t batch_bytes) {
  const std::string path = arguments.folder + "/bare";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) die("%s cannot be written", path.c_str());
  const std::string batch(batch_bytes, 'x');
  const std::uint64_t begin = now_ns();
  const std::uint64_t end =
      begin + static_cast<std::uint64_t>(arguments.seconds * kNsPerSecond);
  std::uint64_t batches = 0;
  std::uint64_t synced = begin;
  std::uint64_t now = begin;
  for (; now < end; now = now_ns()) {
    if (::write(file, batch.data(), batch.size()) < 0) die("write failed");
    const bool due =
        sync == log::SyncPolicy::Always ||
        (sync == log::SyncPolicy::Interval && now - synced >= kNsPerSecond);
    if (due && ::fdatasync(file) != 0) die("fdatasync failed");
    if (due) synced = now;
    ++batches;
  }
  ::close(file);
  ::unlink(path.c_str());
  return static_cast<double>(batches) * kNsPerSecond /
         static_cast<double>(now - begin);
}

void measure_rate(const Arguments& arguments, const char* name,
                  log::SyncPolicy sync, std::size_t clients) {
  empty(arguments);
  Host host(arguments, options_for(arguments, sync, kNoCompaction));
  const std::uint64_t bytes_before = host.log().counts().log_bytes;
  const std::uint64_t begin = now_ns();
  const auto wanted =
      static_cast<std::uint64_t>(arguments.seconds * kNsPerSecond);
  host.run(clients, [&] { return now_ns() - begin >= wanted; });
  const double took = static_cast<double>(now_ns() - begin) / kNsPerSecond;
  const auto counts = host.log().counts();
  const double rate = static_cast<double>(host.done()) / took;
  const double each_batch =
      static_cast<double>(host.done()) / static_cast<double>(counts.batches);
  const auto batch_bytes =
      static_cast<std::size_t>((counts.log_bytes - bytes_before) /
                               std::max<std::uint64_t>(counts.batches, 1));
  const double bare = bare_rate(arguments, sync, batch_bytes) * each_batch;
  std::printf("%-10s %7zu %10.0f %9.0f %9.0f %9.1f %10.0f %6.2f\n", name,
              clients, rate, host.latency().quantile_us(0.5),
              host.latency().quantile_us(0.99), each_batch, bare, rate / bare);
  std::fflush(stdout);
}

void measure_rates(const Arguments& arguments) {
  std::printf("%-10s %7s %10s %9s %9s %9s %10s %6s\n", "--fsync", "clients",
              "sends/s", "p50 us", "p99 us", "a batch", "bare/s", "ratio");
  for (const std::size_t clients : {1U, 64U, 512U}) {
    measure_rate(arguments, "always", log::SyncPolicy::Always, clients);
    measure_rate(arguments, "interval", log::SyncPolicy::Interval, clients);
    measure_rate(arguments, "never", log::SyncPolicy::Never, clients);
  }
}

// ---- Recovery and compaction ----

void fill(const Arguments& arguments) {
  empty(arguments);
  Host host(arguments,
            options_for(arguments, log::SyncPolicy::Never, kNoCompaction));
  host.run(512, [&] { return host.done() >= arguments.messages; });
}

void measure_recovery(const Arguments& arguments, const char* from) {
  const double before = resident_megabytes();
  const Stopwatch watch;
  const Host host(arguments, options_for(arguments, log::SyncPolicy::Always,
                                         kNoCompaction));
  std::printf("%-28s %8.0f ms %8.0f ms of CPU %6.0f MB\n", from,
              watch.wall_ms(), watch.cpu_ms(), resident_megabytes() - before);
}

// What 64 clients notice while all the segments become a snapshot.
void measure_compaction(const Arguments& arguments) {
  Host host(arguments,
            options_for(arguments, log::SyncPolicy::Always, 1 << 20));
  const Stopwatch watch;
  host.run(64, [&] { return host.log().counts().compactions > 0; });
  std::printf(
      "%-28s %8.0f ms; 64 clients meanwhile: p50 %.0f us, p99 %.0f us\n",
      "compaction", watch.wall_ms(), host.latency().quantile_us(0.5),
      host.latency().quantile_us(0.99));
}

void run(const Arguments& arguments) {
  in_child([&] { measure_rates(arguments); });
  in_child([&] { fill(arguments); });
  std::printf("\n%llu messages\n",
              static_cast<unsigned long long>(arguments.messages));
  in_child([&] { measure_recovery(arguments, "recovery from segments"); });
  in_child([&] { measure_compaction(arguments); });
  in_child([&] { measure_recovery(arguments, "recovery from the snapshot"); });
  empty(arguments);
  ::rmdir(arguments.folder.c_str());
}

}  // namespace
}  // namespace papo::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fputs("usage: log_bench FOLDER [SECONDS [MESSAGES]]\n", stderr);
    return 2;
  }
  papo::bench::Arguments arguments;
  arguments.folder = argv[1];
  if (argc > 2) arguments.seconds = std::atof(argv[2]);
  if (argc > 3) arguments.messages = std::strtoull(argv[3], nullptr, 10);
  papo::bench::run(arguments);
  return 0;
}
