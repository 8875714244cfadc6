// The server under load, seen from outside: what it cost the machine.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <cstdint>
#include <vector>

namespace papo::bench {

// A server process and its children (nginx works in a child).
class ServerProcess {
 public:
  // With 0 the server is not observed and every figure is 0.
  explicit ServerProcess(pid_t pid);

  // CPU time spent so far by all threads, user and system, in nanoseconds.
  std::uint64_t cpu_ns() const;
  // Resident memory now, in bytes. Walks the page tables: not for hot paths.
  std::uint64_t resident_bytes() const;

 private:
  struct Member {
    pid_t pid;
    clockid_t clock;
  };
  std::vector<Member> members_;
};

}  // namespace papo::bench
