// The one folder a log lives in, as an interface: sys/ implements it with
// descriptors, tests with a disk that tears, forgets and fills up.
//
// What survives a power cut is what POSIX promises and no more: the bytes of a
// file up to its last sync(), and the names of the folder as of the last
// sync_folder(). Everything after may be there, in part, in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace papo::log {

// Tells a file from every other one, whatever its name is by now.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  bool operator==(const FileIdentity&) const = default;
};

// A file that only grows. Closed when it is destroyed, without a sync.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  // Writes all of `bytes` at the end. After an error some of them may be there.
  virtual base::Result<base::Done> append(std::string_view bytes) = 0;
  // Returns when everything appended is on the disk. After an error nobody
  // knows what is: the file must not be used again but for truncate().
  virtual base::Result<base::Done> sync() = 0;
  virtual base::Result<base::Done> truncate(std::uint64_t bytes) = 0;
  virtual base::Result<FileIdentity> identity() = 0;
};

class ReadFile {
 public:
  virtual ~ReadFile() = default;
  // Fills `into` from `offset` on. Fewer bytes only at the end of the file.
  virtual base::Result<std::size_t> read(std::uint64_t offset,
                                         std::span<char> into) = 0;
};

// A lock on the folder itself, where the system can lock folders, and on a file
// in it. Held until it is destroyed, or the process ends. An Error of the
// number 0 is no call that failed: it says what was found.
class FolderLock {
 public:
  virtual ~FolderLock() = default;
  // Whether the file is still in the folder, and the one that was locked.
  virtual base::Result<base::Done> check() = 0;
  // The same; but takes the lock again when its file was removed. Fails when
  // another program may have had the folder in between.
  virtual base::Result<base::Done> renew() = 0;
};

// What keeps writers out while somebody reads.
struct SharedLock {
  std::unique_ptr<FolderLock> lock;
  // Why a writer may have gone unnoticed: the lock was not to be had.
  std::optional<base::Error> gap;
};

// Names are plain: no separator, no "..". Used by several threads at once.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // An empty file of that name, whatever was there.
  virtual base::Result<std::unique_ptr<AppendFile>> create(
      std::string_view name) = 0;
  virtual base::Result<std::unique_ptr<ReadFile>> open(
      std::string_view name) = 0;
  // Returns when all that was ever written to the file is on the disk.
  virtual base::Result<base::Done> sync(std::string_view name) = 0;
  // The names of all files, in no order.
  virtual base::Result<std::vector<std::string>> list() = 0;
  // Replaces `to` if it is there: a reader sees the old file or the new one.
  virtual base::Result<base::Done> rename(std::string_view from,
                                          std::string_view to) = 0;
  virtual base::Result<base::Done> remove(std::string_view name) = 0;
  // Returns when creations, renames and removals so far are on the disk.
  virtual base::Result<base::Done> sync_folder() = 0;
  // Takes the lock named `name`. Error number EWOULDBLOCK: another holds it.
  virtual base::Result<std::unique_ptr<FolderLock>> lock(
      std::string_view name) = 0;
  // Locks for who reads alone, as far as that goes: makes no file, and needs no
  // right to write. Error number EWOULDBLOCK: a writer is there.
  virtual base::Result<SharedLock> lock_shared(std::string_view name) = 0;

  // The file that has this name now.
  virtual base::Result<FileIdentity> identity(std::string_view name) = 0;
  // Whether the path by which the folder was opened still leads to it. The
  // error's number is 0 when it leads to another.
  virtual base::Result<base::Done> check_place() = 0;
};

}  // namespace papo::log
