#include "support/server_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <utility>

extern char** environ;

namespace papo::support {
namespace {

constexpr std::string_view kListens = " listens on http://";

std::vector<std::string> environment_of(const Launch& launch) {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry = *each;
    if (entry.starts_with("PAPO_") || entry.starts_with("PORT=")) continue;
    all.emplace_back(entry);
  }
  all.insert(all.end(), launch.environment.begin(), launch.environment.end());
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& each : texts) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  return {ends[0], ends[1]};
}

// Between fork and exec: nothing that takes a lock.
[[noreturn]] void become(char* const* arguments, char* const* environment,
                         const Launch& launch) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (launch.descriptors_max > 0) {
    const rlimit limit{launch.descriptors_max, launch.descriptors_max};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (!launch.input.empty()) {
    ::dup2(::open(launch.input.c_str(), O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  }
  if (launch.user != 0 && ::setuid(launch.user) != 0) ::_exit(126);
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

Launch with_listen(Launch launch) {
  launch.arguments.insert(launch.arguments.end(), {"--listen", "127.0.0.1:0"});
  return launch;
}

}  // namespace

Process::Process(const Launch& launch) {
  std::vector<std::string> arguments = {launch.program};
  if (launch.program.empty()) arguments[0] = PAPO_BINARY;
  arguments.insert(arguments.end(), launch.arguments.begin(),
                   launch.arguments.end());
  std::vector<std::string> environment = environment_of(launch);
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  const Pipe output = make_pipe();
  const Pipe error = make_pipe();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(launch.output < 0 ? output.write_end : launch.output, STDOUT_FILENO);
    ::dup2(launch.error < 0 ? error.write_end : launch.error, STDERR_FILENO);
    become(argument_pointers.data(), environment_pointers.data(), launch);
  }
  EXPECT_GT(pid_, 0);
  ::close(output.write_end);
  ::close(error.write_end);
  output_.descriptor = output.read_end;
  error_.descriptor = error.read_end;
  reader_ = std::thread([this] { read_streams(); });
}

Process::~Process() {
  if (is_running()) kill();
}

// Until both have ended, which is when the process has.
void Process::read_streams() {
  Stream* streams[] = {&output_, &error_};
  pollfd polled[] = {{output_.descriptor, POLLIN, 0},
                     {error_.descriptor, POLLIN, 0}};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    ::poll(polled, 2, -1);
    for (std::size_t i = 0; i < 2; ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      std::array<char, 16 * 1024> piece;
      const ssize_t count = ::read(polled[i].fd, piece.data(), piece.size());
      if (count <= 0) {
        ::close(std::exchange(polled[i].fd, -1));
        continue;
      }
      const std::lock_guard lock(mutex_);
      streams[i]->text.append(piece.data(), static_cast<std::size_t>(count));
      changed_.notify_all();
    }
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

std::string Process::output() const {
  const std::lock_guard lock(mutex_);
  return output_.text;
}

std::string Process::error_text() const {
  const std::lock_guard lock(mutex_);
  return error_.text;
}

bool Process::wait_for(const Stream& stream, std::string_view text) const {
  std::unique_lock lock(mutex_);
  const auto is_there = [&] {
    return stream.text.find(text) != std::string::npos;
  };
  changed_.wait_for(lock, kPatience, [&] { return ended_ || is_there(); });
  EXPECT_TRUE(is_there()) << "waited for: " << text
                          << "\nstandard error: " << error_.text;
  return is_there();
}

bool Process::wait_for_output(std::string_view text) const {
  return wait_for(output_, text);
}

bool Process::wait_for_error_text(std::string_view text) const {
  return wait_for(error_, text);
}

void Process::signal(int number) const {
  if (is_running()) ::kill(pid_, number);
}

int Process::wait() {
  if (!is_running()) return status_;
  {
    std::unique_lock lock(mutex_);
    const bool ended =
        changed_.wait_for(lock, kPatience, [this] { return ended_; });
    EXPECT_TRUE(ended) << "it does not end; standard error: " << error_.text;
    if (!ended) ::kill(pid_, SIGKILL);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
  reader_.join();
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

int Process::terminate() {
  signal(SIGTERM);
  return wait();
}

int Process::kill() {
  signal(SIGKILL);
  return wait();
}

bool Process::is_running() const {
  return reader_.joinable();
}

// Without the pages of its own file: those come when their code first runs,
// many at a time, whatever the connections cost.
std::size_t Process::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t whole_pages = 0;
  std::size_t resident_pages = 0;
  std::size_t file_pages = 0;
  file >> whole_pages >> resident_pages >> file_pages;
  EXPECT_GT(resident_pages, file_pages);
  return (resident_pages - file_pages) *
         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

ServerProcess::ServerProcess(std::vector<std::string> flags)
    : ServerProcess(Launch{.arguments = std::move(flags)}) {}

ServerProcess::ServerProcess(Launch launch)
    : Process(with_listen(std::move(launch))) {
  // A line is one write, and so comes whole.
  wait_for_error_text(std::string(kListens) + "127.0.0.1:");
  port_ = port_in(error_text());
  EXPECT_NE(port_, 0);
}

std::string ServerProcess::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::uint16_t port_in(std::string_view error_text, std::size_t skip) {
  for (;;) {
    const std::size_t at = error_text.find(kListens);
    if (at == std::string_view::npos) return 0;
    error_text.remove_prefix(at + kListens.size());
    if (skip-- > 0) continue;
    const std::size_t colon =
        error_text.substr(0, error_text.find('\n')).rfind(':');
    const std::string digits(error_text.substr(colon + 1, 5));
    return static_cast<std::uint16_t>(
        std::strtoul(digits.c_str(), nullptr, 10));
  }
}

}  // namespace papo::support
