// Power cuts and kills at every step of a scripted run: what was promised is
// there, what is there was sent, in its order, and the log goes on.

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <string>

#include "log/log_world.h"
#include "support/command_source.h"
#include "support/simulated_disk.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::SimulatedDisk;
using support::Survival;

struct Script {
  std::uint64_t seed = 0;
  SyncPolicy sync = SyncPolicy::Always;
  int steps = 250;
  bool disk_fails = false;
};

void make_trouble(SimulatedDisk* disk, CommandSource* source) {
  const std::uint64_t next = disk->operations() + 1;
  const int number = source->below(2) == 0 ? EIO : ENOSPC;
  if (source->below(3) == 0) {
    disk->set_capacity(disk->bytes() + source->below(200));
  } else {
    disk->fail(next, next + source->below(4), number);
  }
}

void take_step(const Script& script, SimulatedDisk* disk, LogWorld* world,
               CommandSource* source) {
  const std::uint64_t dice = source->below(script.disk_fails ? 41 : 40);
  if (dice < 10) {
    for (std::uint64_t i = source->below(3) + 1; i > 0; --i) {
      world->append(source->next(world->store()));
    }
  } else if (dice < 22) {
    world->deliver();
  } else if (dice < 34) {
    world->run_writer();
  } else if (dice < 38) {
    world->advance(base::Micros(source->below(2'000'000)));
    if (source->below(2) == 0) disk->set_capacity(~std::uint64_t{0});
  } else if (dice < 40) {
    world->run_compactor();
  } else {
    make_trouble(disk, source);
  }
}

// While the compactor rests the others go on.
void run_script(const Script& script, SimulatedDisk* disk, LogWorld* world) {
  CommandSource source(script.seed);
  bool nested = false;
  world->on_rest([&] {
    if (nested) return;
    nested = true;
    world->append(source.next(world->store()));
    world->deliver();
    if (source.below(2) == 0) world->run_writer();
    nested = false;
  });
  for (int i = 0; i < script.steps && disk->has_power(); ++i) {
    take_step(script, disk, world, &source);
    if (testing::Test::HasFatalFailure()) return;
  }
  world->on_rest({});
}

// Opens what is on `disk`, holds it against `before` and writes what is so now
// to `after`. With `all`, nothing reported may be missing.
void recover(SimulatedDisk* disk, const Script& script, const Promises& before,
             bool all, Promises* after) {
  LogWorld world(disk, small_options(script.sync));
  ASSERT_TRUE(world.open()) << describe(world.trouble(), "data");
  const auto count = commands_that_make(world.store(), before, all);
  ASSERT_TRUE(count.has_value())
      << before.durable << " durable of " << before.order.size()
      << " reported, then " << before.tail.size() << "; found\n"
      << support::text_of(world.store());
  world.begin_with(before, *count);
  CommandSource source(script.seed + 1);
  for (int i = 0; i < 4; ++i) world.append(source.next(world.store()));
  world.settle();
  ASSERT_TRUE(world.promises().tail.empty());
  *after = world.promises();
}

// Once more, after a restart that nothing disturbed.
void recover_again(SimulatedDisk* disk, const Script& script,
                   const Promises& before) {
  Promises after;
  disk->restart();
  recover(disk, script, before, true, &after);
}

// Cuts the power at every step of a recovery too.
void cut_recovery(const support::Files& files, const Script& script,
                  const Promises& before, std::uint64_t seed) {
  for (std::uint64_t cut = 1;; ++cut) {
    SCOPED_TRACE("recovery cut at operation " + std::to_string(cut));
    SimulatedDisk disk(files);
    disk.cut_power_at(cut);
    Promises now = before;
    {
      LogWorld world(&disk, small_options(script.sync));
      const bool opened = world.open();
      if (opened && disk.has_power()) return;
      if (opened) {
        const auto count = commands_that_make(world.store(), before, false);
        ASSERT_TRUE(count.has_value());
        world.begin_with(before, *count);
        now = world.promises();
      }
    }
    SimulatedDisk left(disk.after_power_cut(Survival::Chance, seed + cut));
    Promises after;
    recover(&left, script, now, false, &after);
    if (testing::Test::HasFatalFailure()) return;
  }
}

void judge_cut(const SimulatedDisk& disk, const Script& script,
               const Promises& before, std::uint64_t cut) {
  for (std::uint64_t chance = 0; chance < 6; ++chance) {
    const Survival survival = chance == 0   ? Survival::Nothing
                              : chance == 1 ? Survival::Everything
                                            : Survival::Chance;
    SCOPED_TRACE("survival " + std::to_string(chance));
    const auto files = disk.after_power_cut(survival, cut * 100 + chance);
    SimulatedDisk left(files);
    Promises after;
    const bool all = survival == Survival::Everything;
    recover(&left, script, before, all, &after);
    if (testing::Test::HasFatalFailure()) return;
    recover_again(&left, script, after);
    if (chance == 2) cut_recovery(files, script, before, cut);
    if (testing::Test::HasFatalFailure()) return;
  }
}

// The program is killed, the system goes on; the next one is cut off as well.
void judge_kill(SimulatedDisk* disk, const Script& script,
                const Promises& before, std::uint64_t cut) {
  disk->restart();
  Promises after;
  recover(disk, script, before, true, &after);
  if (testing::Test::HasFatalFailure()) return;
  for (std::uint64_t chance = 0; chance < 3; ++chance) {
    SimulatedDisk left(disk->after_power_cut(
        chance == 0 ? Survival::Nothing : Survival::Chance, cut + chance));
    Promises last;
    recover(&left, script, after, false, &last);
    if (testing::Test::HasFatalFailure()) return;
  }
}

struct Covered {
  std::uint64_t cuts = 0;
  FileLogCounts counts;  // of the run that was not cut
};

// Runs the script with the power cut at each operation in turn, until one run
// is through before its cut comes.
Covered cut_everywhere(const Script& script) {
  Covered covered;
  for (bool through = false; !through && !testing::Test::HasFatalFailure();) {
    const std::uint64_t cut = ++covered.cuts;
    SCOPED_TRACE("seed " + std::to_string(script.seed) + ", cut at operation " +
                 std::to_string(cut));
    SimulatedDisk disk;
    disk.cut_power_at(cut);
    Promises promises;
    {
      LogWorld world(&disk, small_options(script.sync));
      if (world.open()) {
        run_script(script, &disk, &world);
        covered.counts = world.log().counts();
      }
      promises = world.promises();
      through = disk.has_power();
    }
    judge_cut(disk, script, promises, cut);
    if (testing::Test::HasFatalFailure()) break;
    judge_kill(&disk, script, promises, cut);
  }
  return covered;
}

class Crash : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Crash, LosesNothingThatWasSyncedBeforeItWasReported) {
  const Covered covered = cut_everywhere({.seed = GetParam()});
  EXPECT_GT(covered.cuts, 40u);
  EXPECT_GT(covered.counts.compactions, 0u);
}

TEST_P(Crash, LosesOnlyWhatWasNotSyncedWhenSyncsComeLater) {
  const Covered covered =
      cut_everywhere({.seed = GetParam() + 100, .sync = SyncPolicy::Interval});
  EXPECT_GT(covered.cuts, 40u);
  EXPECT_GT(covered.counts.compactions, 0u);
}

TEST_P(Crash, LosesNothingOnADiskThatFailsAndFills) {
  const Covered covered = cut_everywhere(
      {.seed = GetParam() + 200, .steps = 400, .disk_fails = true});
  EXPECT_GT(covered.cuts, 40u);
  EXPECT_GT(covered.counts.errors, 0u);
}

TEST_P(Crash, KeepsThePromiseOfLaterSyncsOnADiskThatFailsAndFills) {
  const Covered covered = cut_everywhere({.seed = GetParam() + 300,
                                          .sync = SyncPolicy::Interval,
                                          .steps = 400,
                                          .disk_fails = true});
  EXPECT_GT(covered.cuts, 40u);
  EXPECT_GT(covered.counts.errors, 0u);
}

bool has_snapshot(const SimulatedDisk& disk) {
  for (const auto& [name, bytes] : disk.files()) {
    if (name.ends_with(".snapshot")) return true;
  }
  return false;
}

// Runs until the power is cut, and returns what was promised by then.
Promises run_until(std::uint64_t cut, const Script& script,
                   SimulatedDisk* disk) {
  disk->cut_power_at(cut);
  LogWorld world(disk, small_options(script.sync));
  if (world.open()) run_script(script, disk, &world);
  return world.promises();
}

// The program is killed when its first snapshot has a name that is not on the
// disk yet. The next one removes what the snapshot replaces, and must not be
// cut off between the two.
TEST_P(Crash, SparesTheOldFilesUntilTheNewNameIsOnTheDisk) {
  const Script script{.seed = GetParam()};
  std::uint64_t kill = 0;
  for (bool named = false; !named;) {
    ASSERT_LT(++kill, 1000u);
    SimulatedDisk disk;
    run_until(kill, script, &disk);
    named = has_snapshot(disk);
  }
  for (std::uint64_t cut = 1; cut < 20; ++cut) {
    for (std::uint64_t chance = 0; chance < 20; ++chance) {
      SCOPED_TRACE(std::to_string(cut) + ", chance " + std::to_string(chance));
      SimulatedDisk disk;
      const Promises before = run_until(kill, script, &disk);
      disk.restart();
      disk.cut_power_at(disk.operations() + cut);
      LogWorld(&disk, small_options(script.sync)).open();
      SimulatedDisk left(disk.after_power_cut(Survival::Chance, chance));
      Promises after;
      recover(&left, script, before, false, &after);
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Crash, testing::Range<std::uint64_t>(1, 4));

}  // namespace
}  // namespace papo::log
