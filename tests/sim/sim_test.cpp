// The whole server in a simulated world, seed after seed.
//
//   PAPO_SIM_SEED=n    this seed alone, or the first of
//   PAPO_SIM_SEEDS=n   so many, one after the other
//
// A failure names its seed: the same seed does the same again.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/world.h"

namespace papo::sim {
namespace {

constexpr std::uint64_t kGroups = 8;
constexpr std::uint64_t kSeedsOfGroup = 8;

World* running = nullptr;

// A broken CHECK ends the process: its seed has to be told before.
void report_abort(int) {
  if (running != nullptr) {
    running->fail("the server aborted");
    std::fprintf(stderr, "%s\n", running->report().c_str());
  }
  std::signal(SIGABRT, SIG_DFL);
}

void run(std::uint64_t seed) {
  std::signal(SIGABRT, report_abort);
  Lottery lottery(seed);
  World world(seed, lottery.between(4, 16));
  running = &world;
  for (int i = 0; i < 600 && world.ok(); ++i) world.step();
  if (world.ok()) world.settle();
  if (world.ok() && lottery.one_in(4)) {
    world.shut_down();
  } else if (world.ok()) {
    world.empty();
  }
  running = nullptr;
  ASSERT_TRUE(world.ok()) << world.report();
}

std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class Seeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeds, GiveWhatTheModelSays) {
  if (std::getenv("PAPO_SIM_SEED") != nullptr) {
    if (GetParam() != 0) GTEST_SKIP() << "the seeds of PAPO_SIM_SEED alone";
    const std::uint64_t first = environment_number("PAPO_SIM_SEED", 0);
    const std::uint64_t count = environment_number("PAPO_SIM_SEEDS", 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      run(first + i);
      if (HasFatalFailure()) return;
    }
    return;
  }
  for (std::uint64_t i = 0; i < kSeedsOfGroup; ++i) {
    run(1 + GetParam() * kSeedsOfGroup + i);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Groups, Seeds,
                         testing::Range<std::uint64_t>(0, kGroups));

}  // namespace
}  // namespace papo::sim
