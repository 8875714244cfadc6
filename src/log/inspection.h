// Looks at a whole log, intact or not, and changes nothing: what `papo log
// check`, `papo log repair` and `papo export` begin with.
#pragma once

#include <memory>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "chat/room_store.h"
#include "log/file_system.h"
#include "log/folder.h"
#include "log/replay.h"
#include "log/trouble.h"

namespace papo::log {

struct Inspection {
  FolderContents contents;
  ReplayReport report;
  LogEnd end;
  // All that is intact, with the limits and the language of the last command.
  std::unique_ptr<chat::RoomStore> store;

  // A torn tail is no damage: nobody was promised what it holds.
  bool is_intact() const { return report.passed_over.empty(); }
};

// Fails when a file cannot be read, or is a newer papo's. `key`: the store's.
// REQUIRES: the folder's lock is held.
base::Result<Inspection, Trouble> inspect(FileSystem* files, base::HashKey key);

}  // namespace papo::log
