#include "log/compaction.h"

#include <string>
#include <string_view>

#include "chat/room_store.h"
#include "log/format.h"
#include "log/replay.h"
#include "log/snapshot_file.h"

namespace papo::log {
namespace {

bool is_older(std::string_view name, std::uint64_t number) {
  const auto segment = file_number(FileKind::Segment, name);
  const auto snapshot = file_number(FileKind::Snapshot, name);
  return (segment && *segment < number) || (snapshot && *snapshot < number);
}

}  // namespace

void Compaction::run(Worker& worker) {
  worker_ = &worker;
  outcome_ = fold();
  if (outcome_ && is_ours()) remove_replaced();
  if (lost_) outcome_ = base::Unexpected{system_trouble("", *lost_)};
}

bool Compaction::go_on() {
  worker_->rest();
  return !stopped_ && is_ours();
}

bool Compaction::is_ours() {
  auto ours = guard_.check_place();
  if (ours) {
    ours = guard_.check_file(file_name(FileKind::Segment, target()), open_);
  }
  if (!ours) lost_ = ours.error();
  return ours.ok();
}

base::Result<SnapshotSize, Trouble> Compaction::fold() {
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
  if (bytes) return SnapshotSize{target(), *bytes, store.bytes().contents()};
  return base::Unexpected{
      system_trouble(file_name(FileKind::Snapshot, target()), bytes.error())};
}

// Everything older, also what an earlier run could not remove. What cannot be
// removed now, the next run or the next start removes.
void Compaction::remove_replaced() {
  const auto names = files_.list();
  if (!names) return;
  for (const std::string& name : *names) {
    if (!is_older(name, target())) continue;
    static_cast<void>(files_.remove(name));
    worker_->rest();
  }
  static_cast<void>(files_.sync_folder());
}

}  // namespace papo::log
