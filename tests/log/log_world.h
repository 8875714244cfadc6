// What is around a FileLog in a server, under a test's control: a store to
// which what is committed is applied, and someone who writes down what was
// promised, so that it can be held against what a crash leaves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/file_log.h"
#include "support/command_source.h"
#include "support/scripted_worker.h"
#include "support/simulated_disk.h"

namespace papo::log {

// The order of commands as far as it is known from outside.
struct Promises {
  std::vector<support::OwnedCommand> order;  // reported as committed
  std::size_t durable = 0;  // so many of them a power cut cannot take
  // After those, and undecided, or failed by a disk that did not work again:
  // some of the first of them may be there after a crash.
  std::vector<support::OwnedCommand> tail;
};

inline constexpr chat::StoreLimits kWorldLimits = {
    .history = 4, .rooms = 3, .members = 4, .rooms_of_user = 3};

// A message in the room "geral".
support::OwnedCommand saying(const std::string& text);

// Tickets in the order of their fates; those that failed are negative.
using Fates = std::vector<std::int64_t>;

// Applies the first `count` of the commands to `store`.
void apply_first(const Promises& promises, std::size_t count,
                 chat::RoomStore* store);

// How many of the commands make the store: at least `promises.durable`, or with
// `all` every one in `order`. Nothing: no number does.
std::optional<std::size_t> commands_that_make(const chat::RoomStore& store,
                                              const Promises& promises,
                                              bool all);

// Small files, so that there are many of them.
FileLogOptions small_options(SyncPolicy sync);

class LogWorld final : private Committed, private Notices {
 public:
  // `settings`: those that the server is started with.
  LogWorld(support::SimulatedDisk* disk, const FileLogOptions& options,
           const Settings& settings = {kWorldLimits, chat::Language::English});
  ~LogWorld() override;

  // False: trouble() says why.
  bool open();
  const Trouble& trouble() const { return trouble_; }

  // ---- What a server does.
  void append(const support::OwnedCommand& command);
  void deliver();
  void advance(base::Micros time);
  bool close(base::Micros at_most = std::chrono::seconds(1)) {
    return log_->close(this, at_most);
  }

  // ---- What its threads do.
  bool run_writer() { return writer_.run(); }
  void set_writer_stuck(bool stuck) { writer_.set_stuck(stuck); }
  bool run_compactor() { return compactor_.run(); }
  void set_compactor_stuck(bool stuck) { compactor_.set_stuck(stuck); }
  // Until nothing is left to do.
  void settle();
  // Stores until a compaction is asked for, which has not run yet.
  void fill_until_compaction();
  void on_rest(std::function<void()> then) { compactor_.on_rest(then); }

  // Goes on from there: the commands that made the store, all of them durable.
  void begin_with(const Promises& before, std::size_t count);
  const Promises& promises() const { return promises_; }

  FileLog& log() { return *log_; }
  const FileLog& log() const { return *log_; }
  chat::RoomStore& store() { return store_; }
  const support::ScriptedWorker& writer() const { return writer_; }
  const support::ScriptedWorker& compactor() const { return compactor_; }
  const std::vector<std::string>& notices() const { return notices_; }
  const Fates& fates() const { return fates_; }

 private:
  void on_committed(const chat::Command& command, Ticket ticket) override;
  void on_failed(Ticket ticket) override;
  void on_notice(std::string_view sentence) override;
  void watch(std::string_view operation, std::string_view name);
  void note_availability();

  support::SimulatedDisk& disk_;
  const FileLogOptions options_;
  chat::RoomStore store_;
  support::ScriptedWorker writer_;
  support::ScriptedWorker compactor_;
  std::unique_ptr<FileLog> log_;
  Trouble trouble_;
  base::Micros now_{};
  Promises promises_;
  Ticket last_ticket_ = 0;
  bool was_available_ = true;
  bool segment_was_named_ = false;
  std::vector<std::string> notices_;
  Fates fates_;
};

}  // namespace papo::log
