// Folds old segments into a snapshot, on a thread of its own.
//
// Nothing but files goes in and comes out: the closed segments are replayed
// into a store of its own, that store is written as the snapshot before the
// segment that is open, and what the snapshot replaces is removed. After a
// crash at any step the folder holds the old files, or the snapshot, or both.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "log/file_system.h"
#include "log/folder.h"
#include "log/pace.h"
#include "log/trouble.h"
#include "log/worker.h"

namespace papo::log {

class Compaction final : public Job, private Pace {
 public:
  Compaction(FileSystem* files, base::HashKey key)
      : files_(*files), key_(key) {}

  // What the next run works on. `contents`: the log as it is, the open segment
  // last; all before that one becomes a snapshot.
  void prepare(FolderContents contents) { contents_ = std::move(contents); }
  void run(Worker& worker) override;
  // From any thread: ends a run early. For good.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  // After a run: the snapshot's bytes.
  const base::Result<std::uint64_t, Trouble>& outcome() const {
    return outcome_;
  }
  std::uint64_t target() const { return contents_.segments.back(); }

 private:
  bool go_on() override;
  base::Result<std::uint64_t, Trouble> fold();
  void remove_replaced();

  FileSystem& files_;
  const base::HashKey key_;
  FolderContents contents_;
  Worker* worker_ = nullptr;
  std::atomic<bool> stopped_ = false;
  base::Result<std::uint64_t, Trouble> outcome_ = std::uint64_t{0};
};

}  // namespace papo::log
