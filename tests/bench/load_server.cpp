#include "bench/load_server.h"

#include <cstdio>
#include <cstring>
#include <string>

#include "bench/load_basics.h"

namespace papo::bench {
namespace {

std::vector<pid_t> with_children(pid_t pid) {
  std::vector<pid_t> pids = {pid};
  const std::string id = std::to_string(pid);
  const std::string path = "/proc/" + id + "/task/" + id + "/children";
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return pids;
  int child = 0;
  while (std::fscanf(file, "%d", &child) == 1) pids.push_back(child);
  std::fclose(file);
  return pids;
}

// The line "Rss:  1234 kB" of a process's smaps_rollup, which is exact; the
// figures in /proc/PID/status may be off by 256 kB.
std::uint64_t resident_bytes_of(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/smaps_rollup";
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) die("cannot read %s", path.c_str());
  char line[256];
  unsigned long kilobytes = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::sscanf(line, "Rss: %lu kB", &kilobytes) == 1) break;
  }
  std::fclose(file);
  return std::uint64_t{kilobytes} * 1024;
}

}  // namespace

ServerProcess::ServerProcess(pid_t pid) {
  if (pid == 0) return;
  for (const pid_t each : with_children(pid)) {
    clockid_t clock{};
    const int failed = clock_getcpuclockid(each, &clock);
    if (failed != 0) die("process %d: %s", each, std::strerror(failed));
    members_.push_back({each, clock});
  }
}

std::uint64_t ServerProcess::cpu_ns() const {
  std::uint64_t sum = 0;
  for (const Member& member : members_) {
    timespec spent{};
    if (clock_gettime(member.clock, &spent) != 0) die("the server has ended");
    sum += static_cast<std::uint64_t>(spent.tv_sec) * kNsPerSecond +
           static_cast<std::uint64_t>(spent.tv_nsec);
  }
  return sum;
}

std::uint64_t ServerProcess::resident_bytes() const {
  std::uint64_t sum = 0;
  for (const Member& member : members_) sum += resident_bytes_of(member.pid);
  return sum;
}

}  // namespace papo::bench
