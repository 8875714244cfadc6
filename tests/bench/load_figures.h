// What a run measures, when it counts, and how it is told.
#pragma once

#include <cstdint>

#include "bench/load_basics.h"
#include "bench/load_server.h"

namespace papo::bench {

struct Figures {
  std::uint64_t done = 0;       // answers or deliveries, while it counted
  std::uint64_t lost = 0;       // never came
  std::uint64_t wrong = 0;      // another status, length or room
  std::uint64_t repeated = 0;   // came again
  std::uint64_t reordered = 0;  // came after a later one
  std::uint64_t cpu_ns = 0;     // the server's, while it counted
  std::uint64_t wall_ns = 0;    // how long it counted
  std::uint64_t bytes = 0;      // of one answer or delivery
  Histogram latency;
};

// One line of name=value pairs on standard output, for scripts/bench.
void print(const Figures& figures);

// The course of a run: a warm-up that does not count, the time that counts, and
// a drain in which nothing new is asked.
class Course {
 public:
  Course(const ServerProcess& server, double warmup_seconds, double seconds);

  // The warm-up begins. REQUIRES: called once, before all else.
  void start(std::uint64_t now);
  // Moves on when it is time. Call once per turn, with now_ns().
  void tick(std::uint64_t now);
  bool counts() const { return stage_ == Stage::Counting; }
  bool draining() const { return stage_ == Stage::Draining; }
  // Nothing arrives any more that is not lost: five seconds into the drain.
  bool out_of_time(std::uint64_t now) const;
  // Fills in cpu_ns and wall_ns. REQUIRES: draining().
  void tell(Figures* figures) const;

 private:
  enum class Stage : std::uint8_t { Warming, Counting, Draining };

  const ServerProcess& server_;
  const std::uint64_t warmup_ns_;
  const std::uint64_t counting_ns_;
  Stage stage_ = Stage::Warming;
  std::uint64_t begin_ns_ = 0;
  std::uint64_t end_ns_ = 0;
  std::uint64_t cpu_ns_ = 0;
};

}  // namespace papo::bench
