// What every part of the load generator needs: the clock, a way to give up, and
// latencies counted in buckets.
#pragma once

#include <array>
#include <cstdint>

namespace papo::bench {

// Prints "papo_load: ..." to standard error and exits with status 1. A figure
// from a broken run is worse than none, so nothing here limps on.
[[noreturn]] [[gnu::format(printf, 1, 2)]] void die(const char* format, ...);

// Nanoseconds of the monotonic clock.
std::uint64_t now_ns();

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kNsPerMs = 1'000'000;

// Durations in nanoseconds, in buckets at most 1.6 % wide, from 0 to 2^63.
// Adding is O(1), a quantile is one pass over the buckets.
class Histogram {
 public:
  void add(std::uint64_t nanoseconds) { add(nanoseconds, 1); }
  void add(std::uint64_t nanoseconds, std::uint64_t times);
  // The value, in microseconds, that the share `quantile` (0 to 1) of all
  // durations does not exceed; 0 when there are none.
  double quantile_us(double quantile) const;
  std::uint64_t count() const { return count_; }

 private:
  static constexpr std::size_t kPerDoubling = 64;

  std::array<std::uint64_t, kPerDoubling * 60> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace papo::bench
