// The run, a restart, a check, a salvage and a compaction are one function of
// the log: servers with other limits and another language come and go on one
// folder, and after every step what is served is what a fresh reading of the
// folder gives.

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

#include "cli/export_lines.h"
#include "log/inspection.h"
#include "log/log_world.h"
#include "log/rewriting.h"
#include "support/command_source.h"
#include "support/simulated_disk.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::CommandSource;
using support::Files;
using support::SimulatedDisk;

// With the limits, which decide what the next command does.
std::string state_of(const chat::RoomStore& store) {
  std::string text = support::text_of(store);
  if (store.last_id() == 0) return text;
  const chat::StoreLimits& limits = store.limits();
  for (const std::uint64_t limit :
       {std::uint64_t{limits.history}, std::uint64_t{limits.rooms},
        std::uint64_t{limits.members}, std::uint64_t{limits.rooms_of_user},
        std::uint64_t{limits.memberships}, limits.bytes,
        std::uint64_t{limits.client_ids}, store.bytes().contents()}) {
    text += std::to_string(limit) + " ";
  }
  return text + (store.language() == chat::Language::English ? "en" : "pt");
}

std::string state_in(const Files& files, bool salvage) {
  SimulatedDisk disk(files);
  chat::RoomStore store({}, chat::Language::English, {});
  Replay replay(&disk, &store, {.salvage = salvage});
  const auto end = replay.run(*read_folder(&disk));
  if (!end) return describe(end.error(), "data");
  return state_of(store);
}

class Lines final : public cli::LineSink {
 public:
  bool take(std::string_view lines) override {
    text.append(lines);
    return true;
  }
  std::string text;
};

Files imported(const std::string& lines) {
  SimulatedDisk disk;
  chat::RoomStore store({}, chat::Language::English, {});
  cli::Importer importer(&store);
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const auto taken = importer.take(lines.substr(at, end - at));
    EXPECT_TRUE(taken.ok()) << taken.error();
    at = end + 1;
  }
  EXPECT_TRUE(importer.finish().ok());
  EXPECT_TRUE(replace_log(&disk, {}, store, 1, {3, 4}).ok());
  return disk.files();
}

class House {
 public:
  explicit House(std::uint64_t seed)
      : source_(seed), disk_(std::make_unique<SimulatedDisk>()) {
    start();
  }

  void take_step() {
    const std::uint64_t dice = source_.below(24);
    if (dice < 12) {
      say(source_.below(6));
    } else if (dice < 19) {
      stop();
      start();
    } else if (dice < 20) {
      check();
    } else if (dice < 21) {
      rewrite();
    } else if (dice < 22) {
      carry_over();
    } else if (dice < 23) {
      world_->advance(std::chrono::seconds(31));
      world_->settle();
    } else {
      trouble();
    }
  }

  void judge() {
    const std::string served = state_of(world_->store());
    ASSERT_EQ(state_in(disk_->files(), false), served);
    ASSERT_EQ(state_in(disk_->files(), true), served);
  }

  std::uint64_t compactions() const { return compactions_; }

 private:
  std::uint64_t one_to(std::uint64_t most) { return source_.below(most) + 1; }

  // Few enough bytes that most stores are full.
  chat::StoreLimits some_limits() {
    return {.history = one_to(6),
            .rooms = one_to(3),
            .members = one_to(4),
            .rooms_of_user = one_to(3),
            .memberships = one_to(6),
            .bytes = 4'000 + source_.below(8'000),
            .client_ids = one_to(6),
            .client_id_age = base::Micros(source_.below(20'000'000))};
  }

  void start() {
    disk_->restart();
    const Settings settings{some_limits(), source_.below(2) == 0
                                               ? chat::Language::English
                                               : chat::Language::Portuguese};
    const SyncPolicy sync =
        source_.below(2) == 0 ? SyncPolicy::Always : SyncPolicy::Interval;
    world_.reset();
    world_ =
        std::make_unique<LogWorld>(disk_.get(), small_options(sync), settings);
    ASSERT_TRUE(world_->open()) << describe(world_->trouble(), "data");
  }

  // In good order, or killed, perhaps with something on its way.
  void stop() {
    if (source_.below(2) == 0) {
      world_->close();
    } else if (source_.below(2) == 0) {
      world_->append(source_.next(world_->store()));
      world_->deliver();
      if (source_.below(2) == 0) world_->run_writer();
    }
    compactions_ += world_->log().counts().compactions;
    world_.reset();
  }

  void say(std::uint64_t count) {
    for (; count > 0; --count) {
      world_->append(source_.next(world_->store()));
      if (source_.below(2) == 0) world_->settle();
    }
    world_->settle();
  }

  // `papo log check` writes nothing.
  void check() {
    stop();
    disk_->restart();
    const Files before = disk_->files();
    const auto found = inspect(disk_.get(), {5, 6});
    ASSERT_TRUE(found.ok());
    EXPECT_TRUE(found->is_intact());
    EXPECT_EQ(disk_->files(), before);
    start();
    EXPECT_EQ(state_of(*found->store), state_of(world_->store()));
  }

  // What `papo log repair` ends with.
  void rewrite() {
    stop();
    disk_->restart();
    const auto found = inspect(disk_.get(), {5, 6});
    ASSERT_TRUE(found.ok());
    ASSERT_TRUE(replace_log(disk_.get(), found->contents, *found->store,
                            found->end.sequence, {7, 8})
                    .ok());
    start();
    EXPECT_EQ(state_of(*found->store), state_of(world_->store()));
  }

  // `papo export`, and `papo import` elsewhere.
  void carry_over() {
    stop();
    disk_->restart();
    const auto found = inspect(disk_.get(), {5, 6});
    ASSERT_TRUE(found.ok());
    Lines lines;
    ASSERT_TRUE(cli::export_lines(*found->store, &lines));
    disk_ = std::make_unique<SimulatedDisk>(imported(lines.text));
    start();
    EXPECT_EQ(state_of(*found->store), state_of(world_->store()));
  }

  // A disk that fails for a while.
  void trouble() {
    const std::uint64_t next = disk_->operations() + 1;
    disk_->fail(next, next + source_.below(5), EIO);
    say(3);
    disk_->fail(0, 0, 0);
    for (int i = 0; i < 3; ++i) {
      world_->advance(std::chrono::seconds(1));
      world_->settle();
    }
    EXPECT_TRUE(world_->log().is_available());
  }

  CommandSource source_;
  std::unique_ptr<SimulatedDisk> disk_;
  std::unique_ptr<LogWorld> world_;
  std::uint64_t compactions_ = 0;
};

TEST(Restart, ServesWhatTheFolderHoldsAfterEveryStep) {
  std::uint64_t compactions = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    House house(seed);
    for (int step = 0; step < 120; ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      house.take_step();
      house.judge();
      if (testing::Test::HasFailure()) return;
    }
    compactions += house.compactions();
  }
  EXPECT_GT(compactions, 100u);
}

}  // namespace
}  // namespace papo::log
