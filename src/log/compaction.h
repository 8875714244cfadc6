// Folds old segments into a snapshot, on a thread of its own.
//
// Nothing but files goes in and comes out: the closed segments are replayed
// into a store of its own, that store is written as the snapshot before the
// segment that is open, and what the snapshot replaces is removed. After a
// crash at any step the folder holds the old files, or the snapshot, or both.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "log/file_system.h"
#include "log/folder.h"
#include "log/folder_guard.h"
#include "log/pace.h"
#include "log/snapshot_file.h"
#include "log/trouble.h"
#include "log/worker.h"

namespace papo::log {

class Compaction final : public Job, private Pace {
 public:
  Compaction(FileSystem* files, base::HashKey key, const FolderGuard* guard)
      : files_(*files), key_(key), guard_(*guard) {}

  // What the next run works on. `contents`: the log as it is, the open segment
  // last, which is the file `open`; all before that one becomes a snapshot. A
  // folder that does not hold this file any more is left alone.
  void prepare(FolderContents contents, const FileIdentity& open) {
    contents_ = std::move(contents);
    open_ = open;
    lost_.reset();
  }
  void run(Worker& worker) override;
  // From any thread: ends a run early. For good.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  // After a run: the snapshot that replaced the segments.
  const base::Result<SnapshotSize, Trouble>& outcome() const {
    return outcome_;
  }

 private:
  std::uint64_t target() const { return contents_.segments.back(); }
  bool go_on() override;
  bool is_ours();
  base::Result<SnapshotSize, Trouble> fold();
  void remove_replaced();

  FileSystem& files_;
  const base::HashKey key_;
  const FolderGuard& guard_;
  FolderContents contents_;
  FileIdentity open_;
  std::optional<base::Error> lost_;  // why the folder is not ours
  Worker* worker_ = nullptr;
  std::atomic<bool> stopped_ = false;
  base::Result<SnapshotSize, Trouble> outcome_ = SnapshotSize{};
};

}  // namespace papo::log
