#include "bench/load_basics.h"

#include <time.h>

#include <bit>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace papo::bench {

void die(const char* format, ...) {
  std::fputs("papo_load: ", stderr);
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
  std::exit(1);
}

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond +
         static_cast<std::uint64_t>(now.tv_nsec);
}

// Below 128 a bucket is one nanosecond. Above, a value is shifted until seven
// significant bits are left; those and the shift are its bucket.
void Histogram::add(std::uint64_t nanoseconds, std::uint64_t times) {
  const auto width = static_cast<std::size_t>(std::bit_width(nanoseconds));
  const std::size_t shift = width > 7 ? width - 7 : 0;
  buckets_[shift * kPerDoubling + (nanoseconds >> shift)] += times;
  count_ += times;
}

double Histogram::quantile_us(double quantile) const {
  if (count_ == 0) return 0;
  const auto rank = static_cast<std::uint64_t>(
      std::ceil(quantile * static_cast<double>(count_)));
  std::uint64_t passed = 0;
  std::size_t bucket = 0;
  for (; bucket < buckets_.size(); ++bucket) {
    passed += buckets_[bucket];
    if (passed >= rank) break;
  }
  const std::size_t shift =
      bucket < 2 * kPerDoubling ? 0 : bucket / kPerDoubling - 1;
  const std::uint64_t lowest = (bucket - shift * kPerDoubling);
  return static_cast<double>(lowest << shift) / 1e3;
}

}  // namespace papo::bench
