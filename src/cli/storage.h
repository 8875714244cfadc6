// Where a server's commands go: into memory alone, or into the folder of
// --data, with the threads that work for it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "chat/room_store.h"
#include "log/command_log.h"
#include "log/file_log.h"
#include "sys/diagnostics.h"
#include "sys/wakeup.h"
#include "sys/worker_thread.h"

namespace papo::cli {

struct StorageOptions {
  std::string folder;  // empty: memory
  log::SyncPolicy sync = log::SyncPolicy::Always;
  std::size_t pending_bytes_max = 0;
  base::HashKey key;
};

class Storage final : private log::Notices {
 public:
  // Both must outlive it.
  Storage(const sys::Diagnostics* diagnostics, const sys::Wakeup* wakeup)
      : diagnostics_(*diagnostics), wakeup_(*wakeup) {}

  // Fills `store`, which is empty, with what the folder holds, and says how
  // much that is. The error is a sentence or two for a person. Once.
  base::Result<base::Done, std::string> open(const StorageOptions& options,
                                             chat::RoomStore* store);
  // REQUIRES: open() succeeded.
  log::CommandLog* log() { return log_.get(); }

 private:
  void on_notice(std::string_view sentence) override;
  base::Result<base::Done, std::string> open_folder(
      const StorageOptions& options, chat::RoomStore* store);

  const sys::Diagnostics& diagnostics_;
  const sys::Wakeup& wakeup_;
  std::unique_ptr<log::FileSystem> files_;
  std::optional<sys::WorkerThread> writer_;
  std::optional<sys::WorkerThread> compactor_;
  std::unique_ptr<log::CommandLog> log_;
};

// Opens the folder of a log; makes it when `create`. The error is a sentence
// for a person.
base::Result<std::unique_ptr<log::FileSystem>, std::string> open_log_folder(
    const std::string& folder, bool create);

}  // namespace papo::cli
