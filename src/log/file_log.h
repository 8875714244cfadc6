// The durable log: commands in files, committed when they are on the disk.
//
// The loop appends; at the end of a turn what has gathered goes to the writer's
// thread as one batch, one write and one sync, while the next batch gathers
// (log/batch_writer.h). So the loop never waits for the disk, and the slower
// the disk, the more commands share one sync. The batch that is done is
// reported in the loop, in order, after the next one is on its way.
//
// When the disk fails, what was on its way and what was waiting is reported as
// failed, and every append fails at once, until a new segment could be begun:
// that is tried again every second. What was reported as committed stays so
// (log/segment_writer.h). Old segments become snapshots in the background
// (log/compaction.h), when that wins much (log/disk_use.h); log/format.h tells
// what is in the files.
//
// A folder that is not ours any more is a disk that fails, too: it is looked at
// with every write and at intervals (log/folder_guard.h).
//
// Here it is decided whether the log is available, and what comes next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "chat/room_store.h"
#include "log/batch_writer.h"
#include "log/command_log.h"
#include "log/compaction.h"
#include "log/disk_use.h"
#include "log/file_system.h"
#include "log/folder_guard.h"
#include "log/trouble.h"
#include "log/worker.h"

namespace papo::log {

struct FileLogOptions {
  SyncPolicy sync = SyncPolicy::Always;
  std::string folder;  // how messages call it
  base::HashKey key;   // random; salts the files
  // Waiting for the disk; an append beyond fails.
  std::size_t pending_bytes_max = std::size_t{16} * 1024 * 1024;
  DiskUseOptions disk;
};

// Is told what the one who runs the server should know, a sentence at a time.
class Notices {
 public:
  virtual ~Notices() = default;
  virtual void on_notice(std::string_view sentence) = 0;
};

// What the log works with. All must outlive it; the two workers are its own.
struct FileLogParts {
  FileSystem* files = nullptr;
  Worker* writer = nullptr;
  Worker* compactor = nullptr;
  Notices* notices = nullptr;
};

// Since the start.
struct FileLogCounts {
  std::uint64_t replayed = 0;  // commands, at the start
  std::uint64_t committed = 0;
  std::uint64_t failed = 0;
  std::uint64_t batches = 0;
  std::uint64_t errors = 0;  // times that the disk failed
  std::uint64_t compactions = 0;
  std::uint64_t log_bytes = 0;  // segments now
  std::uint64_t snapshot_bytes = 0;
};

class FileLog final : public CommandLog {
 public:
  // Takes the folder's lock, replays it into `store`, which must be empty, and
  // begins a segment. The limits and the language that the store came with take
  // effect with the first command, in this run and in every later replay; until
  // then it has those that the log was written under. The store must outlive
  // the log, which asks it now and then how much it holds. Blocks.
  static base::Result<std::unique_ptr<FileLog>, Trouble> open(
      const FileLogOptions& options, const FileLogParts& parts,
      chat::RoomStore* store);
  ~FileLog() override;
  FileLog(const FileLog&) = delete;
  FileLog& operator=(const FileLog&) = delete;

  // REQUIRES: a well-formed command (log/command_record.h).
  Appended append(const chat::Command& command, Ticket ticket) override;
  void deliver(Committed* receiver) override;
  void on_time(base::Micros steady) override;
  base::Micros next_time() const override;
  bool close(Committed* receiver, base::Micros at_most) override;
  LogHealth health() const override { return {true, is_available()}; }
  std::vector<LogFigure> figures() const override;

  // False while every append fails.
  bool is_available() const { return available_ && !closed_; }
  FileLogCounts counts() const;

 private:
  using Task = BatchWriter::Task;
  bool is_full() const;  // of commands that wait for the disk
  struct Start;          // what open() found

  FileLog(const FileLogOptions& options, const FileLogParts& parts,
          const chat::RoomStore& store, Start start);
  static base::Result<base::Done, Trouble> read(const FileLogParts& parts,
                                                chat::RoomStore* store,
                                                Start* start);
  // The first segment of this run.
  base::Result<base::Done, Trouble> begin();

  Task next_task() const;
  void start_task();
  void finish_task(Committed* receiver);
  void take_segment();
  void become_unavailable(const base::Error& error);
  void start_compaction();
  void finish_compaction();
  std::uint64_t live_bytes() const { return store_.bytes().contents(); }
  void notify(std::string_view text);

  const FileLogOptions options_;
  const FileLogParts parts_;
  const chat::RoomStore& store_;
  const std::unique_ptr<FolderGuard> guard_;
  BatchWriter batches_;
  DiskUse disk_;
  Compaction compaction_;
  FileLogCounts counts_;

  bool available_ = false;
  bool closing_ = false;  // no new work of its own
  bool closed_ = false;   // nor of anybody's
  base::Micros now_{};
  base::Micros retry_at_{};  // while not available
  base::Micros check_at_;    // while nothing is written
};

}  // namespace papo::log
