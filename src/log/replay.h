// Reads a folder's log into a store.
//
// Strict by default: the first damage stops it, except the torn tail that a
// power cut leaves at the very end. Salvage goes on behind whatever is damaged
// and tells what it passed over. What that was nobody knows: so whoever comes
// back with a point from before the last id is told that something is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/room_store.h"
#include "log/command_record.h"
#include "log/file_system.h"
#include "log/folder.h"
#include "log/format.h"
#include "log/pace.h"
#include "log/record_cursor.h"
#include "log/snapshot_file.h"
#include "log/trouble.h"

namespace papo::log {

// What the reading of a log found.
struct ReplayReport {
  std::uint64_t commands = 0;       // read from segments
  std::uint64_t segment_bytes = 0;  // that count
  SnapshotSize snapshot;
  // The torn tail of the last segment, which nobody was promised.
  std::string torn_file;  // empty: none
  std::uint64_t torn_offset = 0;
  std::uint64_t torn_bytes = 0;
  // Salvage alone: each damage passed over.
  std::vector<Trouble> passed_over;
};

// "00000001.log ends in 20 bytes of a write that was cut short at byte 374:
// they do not count". REQUIRES: a torn tail.
std::string describe_torn_tail(const ReplayReport& report);

// The end of the last segment, which no later write attests: after a kill it
// may be in the system's memory alone, where a failed sync left it, and a sync
// now would succeed and mean nothing. So it is written again.
struct Unattested {
  std::uint64_t offset = 0;    // the bytes before are on the disk
  std::uint64_t sequence = 0;  // of the first command behind
  std::string records;         // batches
  Settings settings;           // under which they were committed
};

// Where the log ends, for who goes on writing it.
struct LogEnd {
  std::uint64_t sequence = 1;            // of the next command
  std::uint64_t segment = 0;             // the last one; 0: there is none
  std::uint64_t segment_bytes = 0;       // how many of its bytes count
  std::uint64_t previous = 0;            // its header's
  std::uint64_t first_sequence = 0;      // its header's
  bool segment_is_empty = false;         // it holds no command
  std::uint64_t attested = 0;            // bytes that its batches call synced
  Settings settings;                     // the last segment's
  std::optional<Unattested> unattested;  // by read_unattested() alone
};

struct ReplayOptions {
  bool salvage = false;
  // Only segments below this one; 0: all. It must exist.
  std::uint64_t stop_before = 0;
  Pace* pace = nullptr;
};

// Completes `end`, which a strict replay gave, for who goes on writing.
base::Result<base::Done, Trouble> read_unattested(FileSystem* files,
                                                  LogEnd* end);

class Replay {
 public:
  // REQUIRES: an empty store. All must outlive the Replay.
  Replay(FileSystem* files, chat::RoomStore* store, ReplayOptions options);

  // Reads the snapshot and the segments. The store then has the limits and the
  // language of the last command. Once.
  base::Result<LogEnd, Trouble> run(const FolderContents& contents);

  const ReplayReport& report() const { return report_; }

 private:
  // Nothing: go on.
  using Stop = std::optional<Trouble>;
  struct Segment {
    std::string name;
    FileHeader header;
    bool is_last = false;
    std::uint64_t end = kToTheEnd;  // as the next one's header has it
    std::uint64_t bytes = 0;        // that were read and count
    std::uint64_t attested = 0;     // of them, as its batches say
    bool has_settings = false;
    bool has_commands = false;
  };
  class SnapshotTaker;

  Stop run_all(const FolderContents& contents);
  base::Result<RecordCursor, Trouble> open(const std::string& name,
                                           FileKind kind, std::uint64_t end,
                                           FileHeader* header);
  // What open() found, or that the header is not of that number. Salvage does
  // without the file.
  Stop check_opened(const base::Result<RecordCursor, Trouble>& opened,
                    const FileHeader& header, const std::string& name,
                    std::uint64_t number);

  Stop read_snapshot(std::uint64_t number);
  Stop walk_snapshot(const std::string& name, RecordCursor* cursor,
                     SnapshotTaker* taker);

  Stop list_segments(const FolderContents& contents,
                     std::vector<Segment>* segments);
  Stop read_segment(Segment* segment);
  Stop walk_segment(Segment* segment, RecordCursor* cursor);
  Stop take(Segment* segment, const RecordCursor& cursor);
  Stop take_settings(Segment* segment, const RecordCursor& cursor);
  Stop take_batch(Segment* segment, const RecordCursor& cursor);
  Stop take_command(Segment* segment, const RecordCursor& cursor);
  Stop end_segment(const Segment& segment);
  // At the first damage of the last segment: whether it is a torn tail.
  Stop judge_tail(const Segment& segment, RecordCursor* cursor);

  Stop damaged(const std::string& file, std::uint64_t offset, const char* what);
  Stop pause();

  FileSystem& files_;
  chat::RoomStore& store_;
  const ReplayOptions options_;
  ReplayReport report_;
  LogEnd end_;
  std::uint64_t position_ = 1;  // of the next command in the segment being read
  std::uint64_t steps_ = 0;
};

inline constexpr const char* kBrokenRecord =
    "a record is cut short or its checksum is wrong";
inline constexpr const char* kFlippedBit = "a bit of a record is flipped";
inline constexpr const char* kUnknownRecord =
    "the record is of a kind that is not known here";

}  // namespace papo::log
