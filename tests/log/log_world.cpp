#include "log/log_world.h"

#include <gtest/gtest.h>

#include <utility>

#include "support/store_text.h"

namespace papo::log {
namespace {

const support::OwnedCommand& command_at(const Promises& promises,
                                        std::size_t index) {
  const std::size_t known = promises.order.size();
  return index < known ? promises.order[index] : promises.tail[index - known];
}

}  // namespace

support::OwnedCommand saying(const std::string& text) {
  support::OwnedCommand command;
  command.kind = chat::CommandKind::Post;
  command.time = base::Micros(1'700'000'000'000'000);
  command.room = "geral";
  command.user = "ana";
  command.text = text;
  return command;
}

void apply_first(const Promises& promises, std::size_t count,
                 chat::RoomStore* store) {
  for (std::size_t i = 0; i < count; ++i) {
    static_cast<void>(store->apply(command_at(promises, i).view(), nullptr));
  }
}

std::optional<std::size_t> commands_that_make(const chat::RoomStore& store,
                                              const Promises& promises,
                                              bool all) {
  const std::string wanted = support::text_of(store);
  const std::size_t most = promises.order.size() + promises.tail.size();
  const std::size_t least = all ? promises.order.size() : promises.durable;
  for (std::size_t count = least; count <= most; ++count) {
    chat::RoomStore expected(kWorldLimits, chat::Language::English, {});
    apply_first(promises, count, &expected);
    if (support::text_of(expected) == wanted) return count;
  }
  return std::nullopt;
}

FileLogOptions small_options(SyncPolicy sync) {
  FileLogOptions options;
  options.sync = sync;
  options.folder = "data";
  options.key = {1, 2};
  options.disk.segment_bytes_max = 700;
  options.disk.compaction_bytes_min = 2000;
  return options;
}

LogWorld::LogWorld(support::SimulatedDisk* disk, const FileLogOptions& options,
                   const Settings& settings)
    : disk_(*disk),
      options_(options),
      store_(settings.limits, settings.language, {7, 7}) {
  disk_.watch([this](std::string_view operation, std::string_view name) {
    watch(operation, name);
  });
}

LogWorld::~LogWorld() {
  log_.reset();
  disk_.watch({});
}

bool LogWorld::open() {
  auto opened =
      FileLog::open(options_, {&disk_, &writer_, &compactor_, this}, &store_);
  if (!opened) {
    trouble_ = opened.error();
    return false;
  }
  log_ = std::move(*opened);
  was_available_ = log_->is_available();
  return true;
}

void LogWorld::append(const support::OwnedCommand& command) {
  note_availability();
  if (log_->is_available()) promises_.tail.push_back(command);
  const Appended appended = log_->append(command.view(), ++last_ticket_);
  ASSERT_NE(appended, Appended::Committed);
  if (appended == Appended::Failed) on_failed(last_ticket_);
}

void LogWorld::advance(base::Micros time) {
  now_ += time;
  log_->on_time(now_);
  note_availability();
}

void LogWorld::deliver() {
  log_->deliver(this);
  note_availability();
}

void LogWorld::settle() {
  do {
    deliver();
  } while (writer_.run() || compactor_.run());
}

void LogWorld::fill_until_compaction() {
  while (compactor_.started() == 0) {
    append(saying("a"));
    deliver();
    run_writer();
    deliver();
  }
}

void LogWorld::begin_with(const Promises& before, std::size_t count) {
  promises_ = {};
  for (std::size_t i = 0; i < count; ++i) {
    promises_.order.push_back(command_at(before, i));
  }
  promises_.durable = count;
}

// A log that can store again has put a segment between what failed and what
// comes: nothing that failed can come back.
void LogWorld::note_availability() {
  if (log_->is_available() && !was_available_) promises_.tail.clear();
  was_available_ = log_->is_available();
}

void LogWorld::on_committed(const chat::Command& command, Ticket ticket) {
  ASSERT_FALSE(promises_.tail.empty());
  const support::OwnedCommand& first = promises_.tail.front();
  ASSERT_EQ(first.text, command.text);
  ASSERT_EQ(first.time, command.time);
  ASSERT_EQ(first.kind, command.kind);
  fates_.push_back(ticket);
  const chat::MessageId before = store_.last_id();
  const auto applied = store_.apply(command, nullptr);
  if (applied && applied->id != 0 && !applied->duplicate) {
    ASSERT_GT(applied->id, before);
  }
  promises_.order.push_back(first);
  promises_.tail.erase(promises_.tail.begin());
  if (options_.sync == SyncPolicy::Always) {
    promises_.durable = promises_.order.size();
  }
}

void LogWorld::on_failed(Ticket ticket) {
  if (!log_->is_available()) was_available_ = false;
  fates_.push_back(-static_cast<std::int64_t>(ticket));
}

void LogWorld::on_notice(std::string_view sentence) {
  notices_.emplace_back(sentence);
}

// What was reported is durable when the segment was synced, or when a segment
// that repeats it has its name for good.
void LogWorld::watch(std::string_view operation, std::string_view name) {
  const bool is_segment = name.ends_with(".log");
  if (operation == "rename" && is_segment) segment_was_named_ = true;
  if ((operation == "sync" && is_segment) ||
      (operation == "sync_folder" && segment_was_named_)) {
    promises_.durable = promises_.order.size();
  }
  if (operation == "sync_folder") segment_was_named_ = false;
}

}  // namespace papo::log
