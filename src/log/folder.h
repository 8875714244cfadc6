// Which files of a folder are the log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/file_system.h"
#include "log/trouble.h"

namespace papo::log {

struct FolderContents {
  // The newest snapshot's number; 0: there is none.
  std::uint64_t snapshot = 0;
  // Increasing, none below the snapshot's number.
  std::vector<std::uint64_t> segments;
  // The names of segments that must be there and are not. Which are the last
  // ones nobody can know.
  std::vector<std::string> missing;
  // Ours, but of no use any more: unfinished, or replaced by the snapshot.
  std::vector<std::string> leftovers;
};

// A folder without a log gives no segments. Files that are not the log's are
// left alone.
base::Result<FolderContents, Trouble> read_folder(FileSystem* files);

// Fails with InUse when another program holds the lock.
base::Result<std::unique_ptr<FolderLock>, Trouble> lock_folder(
    FileSystem* files);
// The same for who only reads: InUse when another program may write.
base::Result<SharedLock, Trouble> lock_folder_shared(FileSystem* files);

}  // namespace papo::log
