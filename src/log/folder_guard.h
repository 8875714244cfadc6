// Whether a folder is still ours: the path leads to it, the lock is held, and
// the file that is written to is the one that has the name.
//
// A descriptor goes on working when its folder is moved away, removed, hidden
// by a mount or filled again from a backup: what is written to it then is
// stored, and nobody will ever find it. So the writer asks before it says that
// anything is stored, and the compactor before it names or removes a file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "log/file_system.h"

namespace papo::log {

class FolderGuard {
 public:
  FolderGuard(FileSystem* files, std::unique_ptr<FolderLock> lock)
      : files_(*files), lock_(std::move(lock)) {}

  // For the writer's thread, and for the loop before it has one.
  base::Result<base::Done> check() const;
  // The same; but a lock whose file was removed is taken again, if nobody can
  // have had it in between.
  base::Result<base::Done> regain();
  // The two that follow are for any thread. Whether `name` is that file:
  base::Result<base::Done> check_file(const std::string& name,
                                      const FileIdentity& identity) const;
  // Whether the path leads here.
  base::Result<base::Done> check_place() const { return files_.check_place(); }

 private:
  FileSystem& files_;
  const std::unique_ptr<FolderLock> lock_;
};

inline constexpr const char* kFileRemoved =
    "the file that it writes to was removed";
inline constexpr const char* kFileReplaced =
    "the file that it writes to was replaced";

}  // namespace papo::log
