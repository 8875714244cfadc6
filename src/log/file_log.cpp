#include "log/file_log.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "log/format.h"
#include "log/replay.h"

namespace papo::log {
namespace {

constexpr base::Micros kRetry = std::chrono::seconds(1);
constexpr base::Micros kSegmentRetry = std::chrono::seconds(30);
// How often the folder is looked at while nothing is written.
constexpr base::Micros kCheckInterval = std::chrono::seconds(5);
// A copy of what is not synced is in memory; at this size it is synced.
constexpr std::uint64_t kUnsyncedBytesMax = std::uint64_t{4} * 1024 * 1024;
// So many segments become a snapshot even when they are small.
constexpr std::size_t kSegmentsMax = 64;

// How long what is written may wait for a sync.
base::Micros sync_interval(SyncPolicy policy) {
  switch (policy) {
    case SyncPolicy::Always:
      return base::Micros(0);
    case SyncPolicy::Interval:
      return std::chrono::seconds(1);
    case SyncPolicy::Never:
      return std::chrono::seconds(30);
  }
  __builtin_unreachable();
}

// Whether the server may start, and wait for it to pass.
bool is_lack_of_space(const base::Error& error) {
  return error.number == ENOSPC || error.number == EDQUOT;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  std::string text;
  base::append_number(&text, count);
  text.append(" ").append(noun);
  if (count != 1) text += "s";
  return text;
}

void report_torn_tail(const ReplayReport& report, Notices* notices) {
  if (report.torn_file.empty()) return;
  std::string text = report.torn_file + " ends in " +
                     counted(report.torn_bytes, "byte") +
                     " of a write that was cut short at byte ";
  base::append_number(&text, report.torn_offset);
  notices->on_notice(text + ": they do not count.");
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

base::Result<std::unique_ptr<FileLog>, Trouble> FileLog::open(
    const FileLogOptions& options, const FileLogParts& parts,
    chat::RoomStore* store) {
  auto lock = lock_folder(parts.files);
  if (!lock) return base::Unexpected{lock.error()};
  auto guard = std::make_unique<FolderGuard>(parts.files, std::move(*lock));
  const auto ours = guard->check();
  if (!ours) return base::Unexpected{system_trouble("", ours.error())};
  const auto contents = read_folder(parts.files);
  if (!contents) return base::Unexpected{contents.error()};
  const Settings settings{store->limits(), store->language()};
  Replay replay(parts.files, store, {});
  auto end = replay.run(*contents);
  if (!end) return base::Unexpected{end.error()};
  const auto read = read_unattested(parts.files, &*end);
  if (!read) return base::Unexpected{read.error()};
  report_torn_tail(replay.report(), parts.notices);
  store->set_limits_with_next_command(settings.limits, settings.language);
  const auto settled = settle(parts.files, *end);
  if (!settled) return base::Unexpected{system_trouble("", settled.error())};

  auto log = std::unique_ptr<FileLog>(
      new FileLog(options, parts, *end, std::move(guard)));
  log->settings_ = settings;
  log->open_bytes_ = end->segment_bytes;  // until a segment is begun
  log->closed_bytes_ = replay.report().segment_bytes - end->segment_bytes;
  log->counts_.replayed = replay.report().commands;
  log->counts_.snapshot_bytes = replay.report().snapshot_bytes;
  const auto begun = log->begin(*contents);
  if (!begun) return base::Unexpected{begun.error()};
  return log;
}

FileLog::FileLog(const FileLogOptions& options, const FileLogParts& parts,
                 const LogEnd& end, std::unique_ptr<FolderGuard> guard)
    : options_(options),
      parts_(parts),
      guard_(std::move(guard)),
      segments_(parts.files, options.key, end, guard_.get()),
      check_at_(kCheckInterval),
      compaction_(parts.files, options.key, guard_.get()) {}

FileLog::~FileLog() {
  compaction_.stop();
  parts_.writer->wait();
  parts_.compactor->wait();
}

// Without space the server starts all the same, and people can read.
base::Result<base::Done, Trouble> FileLog::begin(FolderContents contents) {
  for (const std::string& name : contents.leftovers) {
    static_cast<void>(parts_.files->remove(name));
  }
  contents_ = std::move(contents);
  const auto begun = segments_.begin_segment(settings_);
  if (begun) {
    finish_begin();
  } else if (is_lack_of_space(begun.error())) {
    become_unavailable(begun.error());
  } else {
    return base::Unexpected{system_trouble("", begun.error())};
  }
  return base::Done{};
}

bool FileLog::is_full() const {
  return pending_.bytes().size() >= options_.pending_bytes_max;
}

// What the next start would refuse to read must not be written.
void FileLog::append(const chat::Command& command, Ticket ticket) {
  PAPO_CHECK(is_well_formed(command));
  if (!available_ || is_full()) {
    ++counts_.failed;
    parts_.committed->on_failed(ticket);
    return;
  }
  pending_.add(command, ticket);
}

// The next task is started before the last one is reported: the disk works
// while the loop does.
void FileLog::deliver() {
  do {
    finish_task();
    start_task();
    counts_.committed += decided_.size();
    decided_.report_committed(parts_.committed);
    finish_compaction();
  } while (task_ != Task::None && !parts_.writer->busy());
}

void FileLog::on_time(base::Micros steady) {
  now_ = steady;
  start_task();
}

base::Micros FileLog::next_time() const {
  if (task_ != Task::None) return base::Micros::max();
  // Appended after the last deliver(): nothing else would send it on its way.
  if (!pending_.empty()) return now_;
  return available_ ? std::min(sync_at_, check_at_) : retry_at_;
}

// ---- Tasks for the writer ----

FileLog::Task FileLog::next_task() const {
  if (!available_) return now_ >= retry_at_ ? Task::Begin : Task::None;
  if (is_sync_due()) return Task::Sync;
  if (is_segment_due()) return Task::Begin;
  if (!pending_.empty()) return Task::Write;
  return now_ >= check_at_ && !closing_ ? Task::Check : Task::None;
}

bool FileLog::is_sync_due() const {
  return now_ >= sync_at_ || segments_.unsynced_bytes() > kUnsyncedBytesMax;
}

bool FileLog::is_segment_due() const {
  return now_ >= begin_at_ && !closing_ &&
         (open_bytes_ > options_.segment_bytes_max || is_compaction_due());
}

bool FileLog::is_compaction_due() const {
  const std::uint64_t enough =
      std::max(options_.compaction_bytes_min, counts_.snapshot_bytes);
  return !compacting_ && (open_bytes_ + closed_bytes_ > enough ||
                          contents_.segments.size() > kSegmentsMax);
}

void FileLog::start_task() {
  if (task_ != Task::None) return;
  task_ = next_task();
  if (task_ == Task::None) return;
  if (task_ == Task::Write) std::swap(pending_, writing_);
  parts_.writer->start(&job_);
}

// On the writer's thread.
void FileLog::WriterJob::run(Worker&) {
  switch (log_.task_) {
    case Task::None:
      break;
    case Task::Write: {
      const bool sync = log_.options_.sync == SyncPolicy::Always;
      log_.outcome_ = log_.segments_.write(&log_.writing_, sync);
      break;
    }
    case Task::Sync:
      log_.outcome_ = log_.segments_.sync();
      break;
    case Task::Begin:
      log_.outcome_ = log_.segments_.begin_segment(log_.settings_);
      break;
    case Task::Check:
      log_.outcome_ = log_.segments_.check();
      break;
  }
}

void FileLog::finish_task() {
  if (task_ == Task::None || parts_.writer->busy()) return;
  const Task done = std::exchange(task_, Task::None);
  check_at_ = now_ + kCheckInterval;
  if (!segments_.is_open()) {
    become_unavailable(outcome_.error());
    return;
  }
  if (done == Task::Write) {
    std::swap(decided_, writing_);
    ++counts_.batches;
  } else if (done == Task::Begin && outcome_) {
    finish_begin();
    if (is_compaction_due()) start_compaction();
  } else if (done == Task::Begin) {
    // The segment that is open goes on.
    begin_at_ = now_ + kSegmentRetry;
  }
  open_bytes_ = segments_.bytes();
  if (segments_.unsynced_bytes() == 0) {
    sync_at_ = base::Micros::max();
  } else if (sync_at_ == base::Micros::max()) {
    sync_at_ = now_ + sync_interval(options_.sync);
  }
}

void FileLog::finish_begin() {
  const std::uint64_t number = segments_.number();
  std::vector<std::uint64_t>& all = contents_.segments;
  const std::uint64_t last = all.empty() ? number - 1 : all.back();
  if (number != last) closed_bytes_ += open_bytes_;
  // One more that holds what had to be repeated.
  if (number > last + 1) closed_bytes_ += segments_.previous_bytes();
  for (std::uint64_t next = last + 1; next <= number; ++next) {
    all.push_back(next);
  }
  open_bytes_ = segments_.bytes();
  if (counts_.errors > 0 && !available_) notify("storing works again.");
  available_ = true;
}

void FileLog::become_unavailable(const base::Error& error) {
  retry_at_ = now_ + kRetry;
  sync_at_ = base::Micros::max();
  if (!available_ && counts_.errors > 0) return;
  available_ = false;
  ++counts_.errors;
  notify(describe(error) +
         ". Nothing can be stored until this passes; trying every second.");
  counts_.failed += writing_.size() + pending_.size();
  writing_.report_failed(parts_.committed);
  pending_.report_failed(parts_.committed);
}

// ---- Compaction ----

void FileLog::start_compaction() {
  if (contents_.segments.size() < 2) return;
  compacting_ = true;
  compacting_bytes_ = closed_bytes_;
  compaction_.prepare(contents_, segments_.identity());
  parts_.compactor->start(&compaction_);
}

void FileLog::finish_compaction() {
  if (!compacting_ || parts_.compactor->busy()) return;
  compacting_ = false;
  const auto& outcome = compaction_.outcome();
  if (outcome) {
    contents_.snapshot = compaction_.target();
    std::erase_if(contents_.segments, [this](std::uint64_t number) {
      return number < contents_.snapshot;
    });
    closed_bytes_ -= compacting_bytes_;
    counts_.snapshot_bytes = *outcome;
    ++counts_.compactions;
  } else if (!compaction_.stopped()) {
    begin_at_ = now_ + kSegmentRetry;
    notify("old segments could not be replaced by a snapshot: " +
           describe(outcome.error(), options_.folder));
  }
}

// ---- The end ----

void FileLog::close() {
  closing_ = true;
  compaction_.stop();
  do {
    parts_.writer->wait();
    deliver();
  } while (task_ != Task::None || !pending_.empty());
  // A last try, for what was committed before the disk failed.
  auto closed = base::Result<base::Done>(base::Done{});
  if (!segments_.is_open()) closed = segments_.begin_segment(settings_);
  if (closed) closed = segments_.close();
  if (!closed) notify(describe(closed.error()));
  available_ = false;
  retry_at_ = base::Micros::max();
  parts_.compactor->wait();
}

// ---- Figures ----

FileLogCounts FileLog::counts() const {
  FileLogCounts counts = counts_;
  counts.log_bytes = open_bytes_ + closed_bytes_;
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
       pending_.bytes().size()},
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
