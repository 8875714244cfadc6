// Writes a log anew from a store: what `papo log repair` and `papo import` end
// with.
#pragma once

#include <cstdint>

#include "base/hash.h"
#include "base/result.h"
#include "chat/room_store.h"
#include "log/file_system.h"
#include "log/folder.h"
#include "log/trouble.h"

namespace papo::log {

// Copies every file of the log into another folder; on the disk when it
// returns.
base::Result<base::Done, Trouble> copy_log(FileSystem* from,
                                           const FolderContents& contents,
                                           FileSystem* to);

// Makes `store` all that the log holds: a snapshot above whatever is there, an
// empty segment behind it, and only then are the old files removed. After an
// error or a crash the folder holds the old log, or the new one, or what
// inspect() makes the new one of. `sequence`: of the next command.
// REQUIRES: the folder's lock is held; `contents` is what it holds.
base::Result<base::Done, Trouble> replace_log(FileSystem* files,
                                              const FolderContents& contents,
                                              const chat::RoomStore& store,
                                              std::uint64_t sequence,
                                              base::HashKey key);

}  // namespace papo::log
