// Closed-loop HTTP load: each connection sends a batch of requests, waits for
// all of its answers, and sends the next.
#pragma once

#include <cstdint>

#include "bench/load_dialect.h"
#include "bench/load_figures.h"

namespace papo::bench {

struct HttpLoad {
  std::uint16_t port = 0;
  Work work = Work::Small;
  std::uint32_t connections = 1;
  std::uint32_t pipeline = 1;  // requests in a batch
};

// Runs for the course's time. An answer is wrong when its status is not 200 or
// its length is not that of the first.
Figures run_http(const HttpLoad& load, Course* course);

}  // namespace papo::bench
