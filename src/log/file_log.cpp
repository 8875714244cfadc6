#include "log/file_log.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "base/phrases.h"
#include "log/format.h"
#include "log/replay.h"

namespace papo::log {
namespace {

constexpr base::Micros kRetry = std::chrono::seconds(1);
constexpr base::Micros kSegmentRetry = std::chrono::seconds(30);
// How often the folder is looked at while nothing is written.
constexpr base::Micros kCheckInterval = std::chrono::seconds(5);

// Whether the server may start, and wait for it to pass.
bool is_lack_of_space(const base::Error& error) {
  return error.number == ENOSPC || error.number == EDQUOT;
}

// What was replayed is perhaps only in the system's memory, if the program was
// killed: what follows must not outlive it. (What a sync that failed has lost,
// this one cannot bring back: see read_unattested().)
base::Result<base::Done> settle(FileSystem* files, const LogEnd& end) {
  if (end.segment != 0) {
    auto synced = files->sync(file_name(FileKind::Segment, end.segment));
    if (!synced) return synced;
  }
  return files->sync_folder();
}

}  // namespace

struct FileLog::Start {
  std::unique_ptr<FolderGuard> guard;
  FolderContents contents;
  Settings settings;  // those of the program
  ReplayReport report;
  LogEnd end;
};

base::Result<std::unique_ptr<FileLog>, Trouble> FileLog::open(
    const FileLogOptions& options, const FileLogParts& parts,
    chat::RoomStore* store) {
  Start start;
  const auto read = FileLog::read(parts, store, &start);
  if (!read) return base::Unexpected{read.error()};
  if (!start.report.torn_file.empty()) {
    parts.notices->on_notice(describe_torn_tail(start.report) + ".");
  }
  const auto settled = settle(parts.files, start.end);
  if (!settled) return base::Unexpected{system_trouble("", settled.error())};
  auto log = std::unique_ptr<FileLog>(
      new FileLog(options, parts, *store, std::move(start)));
  const auto begun = log->begin();
  if (!begun) return base::Unexpected{begun.error()};
  return log;
}

base::Result<base::Done, Trouble> FileLog::read(const FileLogParts& parts,
                                                chat::RoomStore* store,
                                                Start* start) {
  auto lock = lock_folder(parts.files);
  if (!lock) return base::Unexpected{lock.error()};
  start->guard = std::make_unique<FolderGuard>(parts.files, std::move(*lock));
  const auto ours = start->guard->check();
  if (!ours) return base::Unexpected{system_trouble("", ours.error())};
  const auto contents = read_folder(parts.files);
  if (!contents) return base::Unexpected{contents.error()};
  start->contents = *contents;
  start->settings = {store->limits(), store->language()};
  Replay replay(parts.files, store, {});
  const auto end = replay.run(*contents);
  if (!end) return base::Unexpected{end.error()};
  start->end = *end;
  start->report = replay.report();
  store->set_limits_with_next_command(start->settings.limits,
                                      start->settings.language);
  return read_unattested(parts.files, &start->end);
}

FileLog::FileLog(const FileLogOptions& options, const FileLogParts& parts,
                 const chat::RoomStore& store, Start start)
    : options_(options),
      parts_(parts),
      store_(store),
      guard_(std::move(start.guard)),
      batches_(parts.writer,
               SegmentWriter(parts.files, options.key, start.end, guard_.get()),
               options.sync, start.settings),
      disk_(options.disk, std::move(start.contents), start.report, start.end),
      compaction_(parts.files, options.key, guard_.get()),
      check_at_(kCheckInterval) {
  counts_.replayed = start.report.commands;
}

FileLog::~FileLog() {
  compaction_.stop();
  batches_.wait();
  parts_.compactor->wait();
}

// Without space the server starts all the same, and people can read.
base::Result<base::Done, Trouble> FileLog::begin() {
  for (const std::string& name : disk_.contents().leftovers) {
    static_cast<void>(parts_.files->remove(name));
  }
  const auto begun = batches_.begin();
  if (begun) {
    take_segment();
  } else if (is_lack_of_space(begun.error())) {
    become_unavailable(begun.error());
  } else {
    return base::Unexpected{system_trouble("", begun.error())};
  }
  return base::Done{};
}

bool FileLog::is_full() const {
  return batches_.pending_bytes() >= options_.pending_bytes_max;
}

// What the next start would refuse to read must not be written.
Appended FileLog::append(const chat::Command& command, Ticket ticket) {
  PAPO_CHECK(is_well_formed(command));
  if (!is_available() || is_full()) {
    ++counts_.failed;
    return Appended::Failed;
  }
  batches_.add(command, ticket);
  return Appended::Pending;
}

// The next task is started before the last one is reported: the disk works
// while the loop does.
void FileLog::deliver(Committed* receiver) {
  do {
    finish_task(receiver);
    start_task();
    counts_.committed += batches_.report_committed(receiver);
    finish_compaction();
  } while (batches_.has_task() && !batches_.is_busy());
}

void FileLog::on_time(base::Micros steady) {
  now_ = steady;
  start_task();
}

base::Micros FileLog::next_time() const {
  if (batches_.has_task() || closed_) return base::Micros::max();
  // Appended after the last deliver(): nothing else would send it on its way.
  if (batches_.has_pending()) return now_;
  return available_ ? std::min(batches_.sync_at(), check_at_) : retry_at_;
}

// ---- What comes next ----

FileLog::Task FileLog::next_task() const {
  if (closed_) return Task::None;
  if (!available_) return now_ >= retry_at_ ? Task::Begin : Task::None;
  if (batches_.is_sync_due(now_)) return Task::Sync;
  if (!closing_ && disk_.is_segment_due(now_, live_bytes())) return Task::Begin;
  if (batches_.has_pending()) return Task::Write;
  return now_ >= check_at_ && !closing_ ? Task::Check : Task::None;
}

void FileLog::start_task() {
  if (batches_.has_task()) return;
  const Task task = next_task();
  if (task != Task::None) batches_.start(task);
}

void FileLog::finish_task(Committed* receiver) {
  const Task done = batches_.finish(now_);
  if (done == Task::None) return;
  if (done == Task::Close) {
    if (!batches_.outcome()) notify(describe(batches_.outcome().error()));
    return;
  }
  check_at_ = now_ + kCheckInterval;
  if (!batches_.segments().is_open()) {
    become_unavailable(batches_.outcome().error());
    counts_.failed += batches_.report_failed(receiver);
    return;
  }
  if (done == Task::Write) ++counts_.batches;
  if (done == Task::Begin && batches_.outcome()) {
    take_segment();
    start_compaction();
  } else if (done == Task::Begin) {
    // The segment that is open goes on.
    disk_.wait_until(now_ + kSegmentRetry);
  }
  disk_.on_written(batches_.segments().bytes());
}

void FileLog::take_segment() {
  const SegmentWriter& segments = batches_.segments();
  disk_.on_begun(segments.number(), segments.bytes(),
                 segments.previous_bytes());
  if (counts_.errors > 0 && !available_) notify("storing works again.");
  available_ = true;
}

void FileLog::become_unavailable(const base::Error& error) {
  retry_at_ = now_ + kRetry;
  if (!available_ && counts_.errors > 0) return;
  available_ = false;
  ++counts_.errors;
  notify(describe(error) +
         ". Nothing can be stored until this passes; trying every second.");
}

// ---- Compaction ----

// A segment that was begun in place of an empty one leaves nothing to fold.
void FileLog::start_compaction() {
  if (!disk_.is_folding_due(live_bytes())) return;
  if (!disk_.can_fold()) {
    disk_.wait_until(now_ + kSegmentRetry);
    return;
  }
  compaction_.prepare(disk_.contents(), batches_.segments().identity());
  disk_.on_folding();
  parts_.compactor->start(&compaction_);
}

void FileLog::finish_compaction() {
  if (!disk_.is_folding() || parts_.compactor->busy()) return;
  const auto& outcome = compaction_.outcome();
  if (outcome) {
    disk_.on_folded(*outcome);
    ++counts_.compactions;
    return;
  }
  disk_.on_not_folded();
  if (compaction_.stopped()) return;
  disk_.wait_until(now_ + kSegmentRetry);
  notify("old segments could not be replaced by a snapshot: " +
         describe(outcome.error(), options_.folder));
}

// ---- The end ----

// What the thread is at when the time is up stays its own: nobody knows what
// comes of it.
bool FileLog::close(Committed* receiver, base::Micros at_most) {
  PAPO_CHECK(!closed_);
  closing_ = true;
  compaction_.stop();
  base::Micros left = at_most;
  bool in_time = true;
  do {
    in_time = batches_.wait(&left);
    deliver(receiver);
  } while (in_time && (batches_.has_task() || batches_.has_pending()));
  closed_ = true;
  if (!in_time) {
    counts_.failed += batches_.report_pending_failed(receiver);
    return false;
  }
  batches_.start(Task::Close);
  if (!batches_.wait(&left)) return false;
  finish_task(receiver);
  return parts_.compactor->wait(&left);
}

// ---- Figures ----

FileLogCounts FileLog::counts() const {
  FileLogCounts counts = counts_;
  counts.log_bytes = disk_.segment_bytes();
  counts.snapshot_bytes = disk_.snapshot_bytes();
  return counts;
}

std::vector<LogFigure> FileLog::figures() const {
  using Kind = LogFigure::Kind;
  const FileLogCounts now = counts();
  return {
      {"log_available", "1 while commands can be stored, else 0.", Kind::Gauge,
       available_ ? 1U : 0U},
      {"log_replayed_commands", "Commands read at the start.", Kind::Gauge,
       now.replayed},
      {"log_committed_total", "Commands stored.", Kind::Counter, now.committed},
      {"log_failed_total", "Commands that could not be stored.", Kind::Counter,
       now.failed},
      {"log_batches_total", "Writes; each stores one command or many.",
       Kind::Counter, now.batches},
      {"log_errors_total", "Times that the disk failed.", Kind::Counter,
       now.errors},
      {"log_compactions_total", "Times that segments became a snapshot.",
       Kind::Counter, now.compactions},
      {"log_pending_bytes", "Commands that wait for the disk.", Kind::Gauge,
       batches_.pending_bytes()},
      {"log_pending_bytes_max", "The cap: commands beyond it fail.",
       Kind::Gauge, options_.pending_bytes_max},
      {"log_segments_bytes", "All segments together.", Kind::Gauge,
       now.log_bytes},
      {"log_snapshot_bytes", "The snapshot.", Kind::Gauge, now.snapshot_bytes},
  };
}

void FileLog::notify(std::string_view text) {
  parts_.notices->on_notice(options_.folder + ": " + std::string(text));
}

}  // namespace papo::log
