#include "log/compaction.h"

#include <utility>

#include "chat/room_store.h"
#include "log/format.h"
#include "log/replay.h"
#include "log/snapshot_file.h"

namespace papo::log {

void Compaction::run(Worker& worker) {
  worker_ = &worker;
  outcome_ = fold();
  if (outcome_) remove_replaced();
}

bool Compaction::go_on() {
  worker_->rest();
  return !stopped_;
}

base::Result<std::uint64_t, Trouble> Compaction::fold() {
  chat::RoomStore store({}, chat::Language::English, key_);
  ReplayOptions options;
  options.stop_before = target();
  options.pace = this;
  const auto end = Replay(&files_, &store, options).run(contents_);
  if (!end) return base::Unexpected{end.error()};
  SnapshotOptions snapshot;
  snapshot.number = target();
  snapshot.sequence = end->sequence;
  snapshot.salt = make_salt(key_, FileKind::Snapshot, target());
  snapshot.pace = this;
  const auto bytes = write_snapshot(&files_, store, snapshot);
  if (bytes) return *bytes;
  return base::Unexpected{
      system_trouble(file_name(FileKind::Snapshot, target()), bytes.error())};
}

// What cannot be removed now, the next start removes.
void Compaction::remove_replaced() {
  const auto remove = [this](FileKind kind, std::uint64_t number) {
    static_cast<void>(files_.remove(file_name(kind, number)));
  };
  if (contents_.snapshot != 0) remove(FileKind::Snapshot, contents_.snapshot);
  for (const std::uint64_t number : contents_.segments) {
    if (number < target()) remove(FileKind::Segment, number);
    worker_->rest();
  }
}

}  // namespace papo::log
