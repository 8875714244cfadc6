// Writes the segments, one after the other: what the writer thread does.
//
// What is synced is durable. What is written but not synced is kept in memory
// as well, because of a failed sync nobody knows what became of it: the segment
// is then abandoned, and the next one's header tells how much of it is durable
// and repeats the rest. So a command that was once reported as written survives
// a disk that fails for a while; and what was never reported as written does
// not come back between others.
//
// Used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/hash.h"
#include "base/result.h"
#include "log/batch.h"
#include "log/command_record.h"
#include "log/file_system.h"
#include "log/folder_guard.h"
#include "log/format.h"
#include "log/replay.h"

namespace papo::log {

class SegmentWriter {
 public:
  // Goes on where `end` is. No segment is open yet. `guard` may be nullptr.
  // REQUIRES: all that counts of the last segment is durable, but for what
  // `end` calls unattested.
  SegmentWriter(FileSystem* files, base::HashKey key, const LogEnd& end,
                FolderGuard* guard);

  // Begins a segment, or replaces the last one if it holds no command; on the
  // disk for good when it returns. What `end` called unattested comes into a
  // segment of its own before, if its settings were others. Without a segment
  // open, this is how to recover from an error. An error leaves the open
  // segment open if it can.
  base::Result<base::Done> begin_segment(const Settings& settings);

  // Writes the batch behind all others; then syncs, if `sync`. An error
  // abandons the segment: of the batch nothing counts.
  base::Result<base::Done> write(Batch* batch, bool sync);
  // Makes all that was written durable. An error abandons the segment.
  base::Result<base::Done> sync();
  // Syncs, and marks the end, so that damage before it is never taken for a
  // torn tail. The segment is closed.
  base::Result<base::Done> close();
  // Asks the guard, as every call above does before it reports success: an
  // error abandons the segment, and begin_segment() fails until the folder is
  // ours again.
  base::Result<base::Done> check();

  // False before the first begin_segment(), and after an error.
  bool is_open() const { return file_ != nullptr; }
  // Of the segment that is open, or was last.
  std::uint64_t number() const { return header_.number; }
  std::uint64_t bytes() const { return written_.bytes; }
  // Those of the segment before it that count.
  std::uint64_t previous_bytes() const { return header_.previous; }
  // Written and not durable.
  std::uint64_t unsynced_bytes() const { return unsynced_.size(); }
  // Of the segment that is open. REQUIRES: is_open().
  const FileIdentity& identity() const { return *identity_; }

 private:
  // How far something goes: bytes of the segment, and the first command that is
  // not in them.
  struct Reach {
    std::uint64_t bytes = 0;
    std::uint64_t sequence = 1;
  };
  base::Result<base::Done> begin(const Settings& settings);
  FileHeader next_header() const;
  std::string first_bytes(const FileHeader& header, const Settings& settings);
  base::Result<base::Done> publish(const std::string& name,
                                   std::string_view bytes);
  base::Result<base::Done> sync_file();
  base::Result<base::Done> check_folder() const;
  base::Result<base::Done> regain_folder();
  void forget_unsynced();
  void abandon();

  FileSystem& files_;
  const base::HashKey key_;
  FolderGuard* const guard_;
  std::unique_ptr<AppendFile> file_;
  FileHeader header_;     // of the segment that is open, or was last
  Reach written_;         // of all that was written
  Reach durable_;         // of what is on the disk for good
  std::string unsynced_;  // the records in between
  // Those that hold for what is unsynced from an earlier run.
  std::optional<Settings> earlier_settings_;
  // The file of that segment, once known; and one that has its name perhaps,
  // if it could not be told whether the renaming came through.
  std::optional<FileIdentity> identity_;
  std::optional<FileIdentity> tried_;
};

}  // namespace papo::log
