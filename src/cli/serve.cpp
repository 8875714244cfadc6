#include "cli/serve.h"

#include <sys/resource.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "app/clock_watch.h"
#include "app/house.h"
#include "base/check.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/serve_options.h"
#include "cli/storage.h"
#include "sys/access_log_file.h"
#include "sys/clock.h"
#include "sys/folder_files.h"
#include "sys/memory.h"
#include "sys/server.h"
#include "sys/signals.h"
#include "sys/sockets.h"
#include "sys/system_random.h"
#include "sys/watchdog.h"
#include "sys/worker_thread.h"

namespace papo::cli {
namespace {

// What the server needs besides connections: standard streams, listeners, the
// poller, the reserve, files; and with --data the folder, its lock, and the
// segments and snapshots at work.
constexpr std::size_t kOwnDescriptors = 16;
constexpr std::size_t kDataDescriptors = 8;
constexpr base::Micros kTurnMax = std::chrono::seconds(60);
constexpr base::Micros kShutdownMax = std::chrono::seconds(10);
// How long the disk may take after that, and then what else has a thread.
constexpr base::Micros kDiskMax = std::chrono::seconds(10);
constexpr base::Micros kThreadsMax = std::chrono::seconds(10);

// Raises the limit on descriptors as far as it goes, and lowers the cap on
// connections to what that allows.
void fit_descriptors(ServeOptions* serve, const sys::Diagnostics& diagnostics) {
  app::Options* options = &serve->app;
  const std::size_t own =
      kOwnDescriptors + (serve->data_folder.empty() ? 0 : kDataDescriptors);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  if (limit.rlim_cur >= options->connections_max + own) return;
  const std::size_t fit = limit.rlim_cur > 2 * own ? limit.rlim_cur - own : own;
  std::string text = "ulimit -n allows ";
  base::append_number(&text, fit);
  text.append(" connections, not ");
  base::append_number(&text, options->connections_max);
  diagnostics.warn(text);
  options->connections_max = fit;
}

base::Result<std::unique_ptr<sys::Poller>> make_poller(PollerKind kind) {
  if (kind == PollerKind::Poll) return sys::make_poll_poller();
  auto poller = sys::make_epoll_poller();
  if (poller || kind == PollerKind::Epoll) return poller;
  return sys::make_poll_poller();
}

bool is_everywhere(const sys::Address& address) {
  return address.family != sys::Address::Family::Unix &&
         (address.host == "::" || address.host == "0.0.0.0");
}

// "http://localhost:5501" is what people can click on.
std::string url_of(const sys::Address& address) {
  if (address.family == sys::Address::Family::Unix) {
    return sys::to_string(address);
  }
  std::string url = "http://";
  if (!is_everywhere(address)) return url + sys::to_string(address);
  url.append("localhost:");
  base::append_number(&url, address.port);
  return url;
}

// Which of a machine's addresses that means, where its URL does not say it.
std::string_view meaning_of(const sys::Address& address) {
  if (address.was_mapped) return " (an IPv4 address, written as IPv6)";
  if (!is_everywhere(address)) return "";
  if (address.family == sys::Address::Family::Ipv4) {
    return " (every IPv4 address)";
  }
  return address.ipv6_only ? " (every IPv6 address)"
                           : " (every address, IPv6 and IPv4)";
}

std::string cannot_listen(const sys::Address& address,
                          const base::Error& error) {
  const std::string where = sys::to_string(address);
  if (error.number == EADDRINUSE) {
    return "cannot listen on " + where +
           ": another program does (choose another with --listen)";
  }
  if (error.doing == sys::kFindGroup) {
    return "cannot listen on " + where + ": this machine has no such group";
  }
  if (error.number == EPERM && !address.group.empty()) {
    return "cannot listen on " + where +
           ": not permitted (only root, or a member, gives a file to a group)";
  }
  if (error.number == EACCES) {
    const bool path = address.family == sys::Address::Family::Unix;
    return "cannot listen on " + where + ": not permitted (" +
           (path ? "papo must be able to write to its folder)"
                 : "ports below 1024 need root)");
  }
  return "cannot listen on " + where + ": " + sys::describe(error);
}

// Another address has its port for IPv4, and a machine without IPv6 has no
// more.
bool lacks_ipv6(const sys::Address& address, const base::Error& error) {
  return address.ipv6_only &&
         (error.number == EAFNOSUPPORT || error.number == EADDRNOTAVAIL);
}

// Everything that lives as long as the server, in the order it is made.
class Program {
 public:
  explicit Program(ServeOptions options)
      : options_(std::move(options)),
        diagnostics_(options_.log_level, options_.log_format) {}

  int run() {
    base::set_check_reporter(sys::write_last_line);
    if (!open_wakeup() || !open_files() || !open_access_log() || !start()) {
      return 1;
    }
    while (!sys::stop_requested()) turn(kTurnMax);
    shut_down();
    return 0;
  }

 private:
  bool fail(const std::string& why) {
    diagnostics_.error(why);
    return false;
  }

  bool open_wakeup() {
    auto wakeup = sys::Wakeup::create();
    if (!wakeup) return fail(sys::describe(wakeup.error()));
    wakeup_.emplace(std::move(*wakeup));
    return true;
  }

  bool open_files() {
    if (options_.static_folder.empty()) {
      files_ = std::make_unique<app::EmbeddedFiles>();
      return true;
    }
    auto folder = sys::FolderFiles::open_folder(options_.static_folder);
    if (!folder) {
      return fail("--static " + options_.static_folder + ": " +
                  sys::describe(folder.error()));
    }
    file_reader_.emplace(sys::WorkerThread::Priority::Normal, &*wakeup_);
    files_ =
        std::make_unique<sys::FolderFiles>(std::move(*folder), &*file_reader_);
    return true;
  }

  bool open_access_log() {
    if (options_.access_log.empty()) return true;
    auto log = sys::AccessLogFile::open(
        {.path = options_.access_log,
         .format = options_.log_format,
         .bytes_max = options_.app.access_log_bytes_max},
        &*wakeup_);
    if (!log) {
      return fail("--access-log " + options_.access_log + ": " +
                  sys::describe(log.error()));
    }
    access_log_.emplace(std::move(*log));
    return true;
  }

  bool start() {
    app::Options& app = options_.app;
    fit_descriptors(&options_, diagnostics_);
    app.hash_key = {random_.next(), random_.next()};
    app.store.bytes = options_.store_bytes > 0
                          ? options_.store_bytes
                          : usual_store_bytes(sys::usable_memory());
    store_.emplace(app.store, app.language, app.hash_key);
    if (!open_storage()) return false;
    const base::Moment now = sys::read_clocks();
    house_.emplace(app::House::Parts{&app, &*desk_, files_.get(), &random_,
                                     access_log_ ? &*access_log_ : nullptr},
                   now);
    desk_->open(storage_->log(), now.wall);
    tell_of_clock();
    if (!open_server()) return false;
    // Who reads that we listen may stop us at once.
    sys::handle_signals(&*wakeup_);
    return listen();
  }

  bool open_storage() {
    desk_.emplace(&*store_);
    storage_.emplace(&diagnostics_, &*wakeup_);
    const auto opened =
        storage_->open({.folder = options_.data_folder,
                        .sync = options_.sync,
                        .pending_bytes_max = options_.app.pending_bytes_max,
                        .key = options_.app.hash_key},
                       &*store_);
    return opened ? true : fail(opened.error());
  }

  bool open_server() {
    auto poller = make_poller(options_.poller);
    if (!poller) return fail(sys::describe(poller.error()));
    server_.emplace(&house_->machine(), std::move(*poller), &diagnostics_);
    const auto watched = server_->add_wakeup(&*wakeup_);
    if (!watched) return fail(sys::describe(watched.error()));
    return true;
  }

  bool listen() {
    for (const sys::Address& address : options_.listen) {
      auto listener = sys::listen_on(address);
      if (!listener && lacks_ipv6(address, listener.error())) {
        diagnostics_.warn(sys::to_string(address) +
                          " is left out: this machine has no IPv6");
        continue;
      }
      if (!listener) return fail(cannot_listen(address, listener.error()));
      const auto bound = sys::bound_address(*listener, address);
      if (!bound) return fail(sys::describe(bound.error()));
      const auto added =
          server_->add_listener(std::move(*listener), &house_->http());
      if (!added) return fail(sys::describe(added.error()));
      std::string text(base::version());
      text.append(" listens on ").append(url_of(*bound));
      diagnostics_.info(text.append(meaning_of(*bound)));
    }
    return true;
  }

  void tell_of_clock() {
    const std::string news = clock_watch_.look(house_->seconds_ahead());
    if (!news.empty()) diagnostics_.warn(news);
  }

  void turn(base::Micros at_most) {
    server_->turn(at_most);
    tell_of_clock();
    std::size_t lost = diagnostics_.lines_lost();
    if (access_log_) {
      access_log_->flush();
      if (sys::take_reopen_request()) access_log_->reopen();
      access_log_->report(diagnostics_);
      lost += access_log_->lines_lost();
    }
    house_->set_log_lines_lost(lost);
  }

  void shut_down() {
    for (const sys::Address& each : options_.listen) {
      sys::remove_socket_file(each);
    }
    server_->begin_shutdown();
    diagnostics_.info("stopping");  // its port is free for another by now
    const base::Micros end = sys::read_clocks().steady + kShutdownMax;
    for (base::Micros now = sys::read_clocks().steady;
         !server_->is_finished() && now < end;) {
      turn(end - now);
      now = sys::read_clocks().steady;
    }
    const bool closed = storage_->log()->close(&*desk_, kDiskMax);
    // Who is still there gets an answer.
    if (!server_->is_finished()) turn(base::Micros(0));
    if (!closed) {
      tell_that_the_disk_is_stuck(this);
      std::_Exit(1);  // the log's threads may never end
    }
    sys::exit_after(kThreadsMax, tell_that_the_disk_is_stuck, this);
  }

  // On any thread.
  static void tell_that_the_disk_is_stuck(void* self) {
    const sys::Diagnostics& diagnostics =
        static_cast<Program*>(self)->diagnostics_;
    diagnostics.error(
        "the disk did not answer in time: stopping without it. What was not "
        "acknowledged may be lost");
    diagnostics.drain(std::chrono::milliseconds(500));
  }

  ServeOptions options_;
  sys::Diagnostics diagnostics_;
  std::optional<sys::Wakeup> wakeup_;
  sys::SystemRandom random_;
  std::optional<sys::WorkerThread> file_reader_;
  std::unique_ptr<app::FileSource> files_;
  std::optional<sys::AccessLogFile> access_log_;
  std::optional<chat::RoomStore> store_;
  std::optional<app::CommandDesk> desk_;
  std::optional<app::House> house_;
  app::ClockWatch clock_watch_;
  std::optional<Storage> storage_;
  std::optional<sys::Server> server_;
};

}  // namespace

int serve(std::span<const std::string_view> arguments) {
  auto options = parse_serve_options(
      arguments,
      [](const char* name) -> const char* { return std::getenv(name); });
  if (!options) {
    std::fprintf(stderr, "papo: %s\n", options.error().c_str());
    return 2;
  }
  Program program(std::move(*options));
  return program.run();
}

}  // namespace papo::cli
