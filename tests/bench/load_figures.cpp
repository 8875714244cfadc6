#include "bench/load_figures.h"

#include <cstdio>

namespace papo::bench {
namespace {

std::uint64_t in_ns(double seconds) {
  return static_cast<std::uint64_t>(seconds * double{kNsPerSecond});
}

unsigned long long printable(std::uint64_t number) {
  return number;
}

}  // namespace

void print(const Figures& figures) {
  if (figures.done == 0) die("nothing came back while it counted");
  const double done = static_cast<double>(figures.done);
  const double wall = figures.wall_ns > 0 ? double(figures.wall_ns) : 1;
  std::printf("done=%llu cpu_us=%.4f per_second=%.0f ", printable(figures.done),
              double(figures.cpu_ns) / 1e3 / done,
              double(figures.done) * double{kNsPerSecond} / wall);
  std::printf(
      "p50_us=%.1f p99_us=%.1f p999_us=%.1f ", figures.latency.quantile_us(0.5),
      figures.latency.quantile_us(0.99), figures.latency.quantile_us(0.999));
  std::printf(
      "lost=%llu wrong=%llu repeated=%llu reordered=%llu bytes=%llu "
      "busy=%.2f\n",
      printable(figures.lost), printable(figures.wrong),
      printable(figures.repeated), printable(figures.reordered),
      printable(figures.bytes), double(figures.cpu_ns) / wall);
}

Course::Course(const ServerProcess& server, double warmup_seconds,
               double seconds)
    : server_(server),
      warmup_ns_(in_ns(warmup_seconds)),
      counting_ns_(in_ns(seconds)) {}

void Course::start(std::uint64_t now) {
  begin_ns_ = now + warmup_ns_;
  end_ns_ = begin_ns_ + counting_ns_;
}

void Course::tick(std::uint64_t now) {
  switch (stage_) {
    case Stage::Warming:
      if (now < begin_ns_) return;
      stage_ = Stage::Counting;
      cpu_ns_ = server_.cpu_ns();
      begin_ns_ = now_ns();
      return;
    case Stage::Counting:
      if (now < end_ns_) return;
      stage_ = Stage::Draining;
      cpu_ns_ = server_.cpu_ns() - cpu_ns_;
      end_ns_ = now_ns();
      return;
    case Stage::Draining:
      return;
  }
}

bool Course::out_of_time(std::uint64_t now) const {
  return draining() && now > end_ns_ + 5 * kNsPerSecond;
}

void Course::tell(Figures* figures) const {
  figures->cpu_ns = cpu_ns_;
  figures->wall_ns = end_ns_ - begin_ns_;
}

}  // namespace papo::bench
