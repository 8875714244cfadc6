// The real program, as another process: what a user starts, for tests that look
// at it from outside.
//
// A thread reads what it writes, so that it never waits for its reader, and a
// test waits for what it says instead of for a time. Every wait has a bound
// that is only there to fail.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace papo::support {

// Generous: sanitizers on a busy machine are slow, and nobody waits this long
// for what works.
inline constexpr std::chrono::seconds kPatience{30};

struct Launch {
  std::string program;  // PAPO_BINARY when empty
  std::vector<std::string> arguments;
  // "NAME=value", beside the test's own environment, of which PORT and PAPO_…
  // are left out.
  std::vector<std::string> environment;
  // ulimit -n; 0 leaves it.
  std::size_t descriptors_max = 0;
  // A file that is its standard input; empty: the test's own.
  std::string input = {};
  // Descriptors that are its standard output and error; -1: this class reads
  // them.
  int output = -1;
  int error = -1;
  // Who it runs as; 0 leaves it. Needs root.
  uid_t user = 0;
};

// One run of a program.
class Process {
 public:
  explicit Process(const Launch& launch);
  // Kills it when it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // What it has written until now.
  std::string output() const;
  std::string error_text() const;
  // Waits until that much is there. False, and a failed test, when it ends or
  // patience does first.
  bool wait_for_output(std::string_view text) const;
  bool wait_for_error_text(std::string_view text) const;

  void signal(int number) const;
  // Waits for its end and all that it wrote. Returns its exit status, or 128
  // and the signal that ended it, as a shell does.
  int wait();
  // SIGTERM, and wait().
  int terminate();
  // SIGKILL, and wait().
  int kill();
  bool is_running() const;
  // Resident memory, of Linux's /proc.
  std::size_t resident_bytes() const;

 private:
  struct Stream {
    int descriptor = -1;
    std::string text;
  };

  void read_streams();
  bool wait_for(const Stream& stream, std::string_view text) const;

  pid_t pid_ = -1;
  int status_ = -1;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Stream output_;
  Stream error_;
  bool ended_ = false;  // both streams are
  std::thread reader_;
};

// A server on a free port of 127.0.0.1, ready when the constructor returns.
class ServerProcess : public Process {
 public:
  explicit ServerProcess(std::vector<std::string> flags = {});
  // The arguments are its flags; --listen is added.
  explicit ServerProcess(Launch launch);

  std::uint16_t port() const { return port_; }
  std::string url() const;

 private:
  std::uint16_t port_ = 0;
};

// The port in "listens on http://127.0.0.1:PORT", after the `skip` first such
// lines; 0 when there is none.
std::uint16_t port_in(std::string_view error_text, std::size_t skip = 0);

}  // namespace papo::support
