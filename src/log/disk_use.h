// What the log has on the disk: its segments, how many bytes they are, and when
// it is time for the next one or for a snapshot in their place.
//
// A snapshot is worth its trouble when it wins as much as it leaves. How large
// it would be is known before it is made: about as much larger or smaller than
// the last one as the store has become since. So a store from which much went,
// by deletions or by lower limits, gives its disk back when it has become
// small, and not when as much has been logged again; and one that only grows is
// left in peace. A guess that was wrong is corrected by the snapshot that it
// led to, and leads to no second one.
//
// Used by the loop alone.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "log/folder.h"
#include "log/replay.h"

namespace papo::log {

// When the files of a log are begun and folded.
struct DiskUseOptions {
  std::uint64_t segment_bytes_max = std::uint64_t{64} * 1024 * 1024;
  // A snapshot wins as much at least.
  std::uint64_t compaction_bytes_min = std::uint64_t{4} * 1024 * 1024;
};

class DiskUse {
 public:
  // As a start found it. `end`: its last segment.
  DiskUse(const DiskUseOptions& options, FolderContents contents,
          const ReplayReport& found, const LogEnd& end);

  // ---- What was done.

  // A segment was begun, of that number and size; the one before counts
  // `previous` bytes.
  void on_begun(std::uint64_t number, std::uint64_t bytes,
                std::uint64_t previous);
  // The open segment has so many bytes now.
  void on_written(std::uint64_t bytes) { open_bytes_ = bytes; }
  // All segments but the open one are being folded into a snapshot before it.
  // REQUIRES: can_fold().
  void on_folding();
  void on_folded(const SnapshotSize& snapshot);
  void on_not_folded() { is_folding_ = false; }
  // Nothing is due before then.
  void wait_until(base::Micros time) { not_before_ = time; }

  // ---- What is due. `live`: what the store holds now, by its own count
  // (RoomStore::Bytes::contents()).

  // The open segment is large, or those before it and it should be folded.
  bool is_segment_due(base::Micros now, std::uint64_t live) const;
  bool is_folding_due(std::uint64_t live) const;
  // Whether there is a segment that is not open, and none is being folded.
  bool can_fold() const {
    return !is_folding_ && contents_.segments.size() > 1;
  }

  // The open segment is the last one.
  const FolderContents& contents() const { return contents_; }
  bool is_folding() const { return is_folding_; }
  std::uint64_t segment_bytes() const { return open_bytes_ + closed_bytes_; }
  std::uint64_t snapshot_bytes() const { return snapshot_.bytes; }

 private:
  std::uint64_t expected_snapshot(std::uint64_t live) const;

  const DiskUseOptions options_;
  FolderContents contents_;
  std::uint64_t open_bytes_;    // of the open segment
  std::uint64_t closed_bytes_;  // of the other segments
  SnapshotSize snapshot_;       // the last one
  bool is_folding_ = false;
  std::uint64_t folding_bytes_ = 0;  // of closed_bytes_
  base::Micros not_before_{};
};

}  // namespace papo::log
