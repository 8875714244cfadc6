// A store's facts as the records of a snapshot file (log/format.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "chat/store_image.h"
#include "log/file_system.h"
#include "log/format.h"
#include "log/pace.h"

namespace papo::log {

// Tells `image` the fact in the record, which is one of a snapshot's from Store
// to ClientId. False: the payload is none, or the image refused it.
bool tell_record(const Record& record, chat::StoreImage* image);

// How large a snapshot is, and how large is what it tells of.
struct SnapshotSize {
  std::uint64_t number = 0;    // of the first segment behind it; 0: no snapshot
  std::uint64_t bytes = 0;     // of the file
  std::uint64_t contents = 0;  // of the store, as RoomStore::bytes() counts
};

// Writes `store` as the snapshot before segment `number`: under a temporary
// name, piece by piece with a sync after each, then renamed. When it returns
// the snapshot is on the disk for good under its name; after an error there is
// none, or it cannot be known. `sequence`: of the first command after it.
struct SnapshotOptions {
  std::uint64_t number = 1;
  std::uint64_t sequence = 1;
  std::uint32_t salt = 0;
  Pace* pace = nullptr;
};
// Returns the bytes of the file.
base::Result<std::uint64_t> write_snapshot(FileSystem* files,
                                           const chat::RoomStore& store,
                                           const SnapshotOptions& options);

}  // namespace papo::log
