// The part of Replay that reads a snapshot.
#include <algorithm>

#include "chat/store_image.h"
#include "log/payload.h"
#include "log/replay.h"
#include "log/snapshot_file.h"

namespace papo::log {

// Takes a snapshot's records one by one.
class Replay::SnapshotTaker {
 public:
  SnapshotTaker(chat::RoomStore* store, chat::MessageId last_id, bool salvage)
      : store_(*store),
        last_id_(std::min(last_id, kIdMax)),
        salvage_(salvage),
        builder_(store) {}

  // nullptr: it was taken. Else why not.
  const char* take(const Record& record) {
    if (ended_) return "the snapshot goes on after its end";
    const std::uint64_t before = records_++;
    const bool is_settings = record.type == RecordType::Settings;
    if (!salvage_ && is_settings != (before == 0)) {
      return "a record is where it cannot be";
    }
    switch (record.type) {
      case RecordType::Settings:
        return take_settings(record);
      case RecordType::End:
        return take_end(record, before);
      case RecordType::Member:
      case RecordType::Entry:
      case RecordType::Change:
        // Of which room nobody knows.
        if (room_lost_) return nullptr;
        return take_fact(record);
      case RecordType::Room:
        room_lost_ = false;
        return take_fact(record);
      case RecordType::Store:
      case RecordType::Gap:
      case RecordType::RemovedRoom:
      case RecordType::RoomOrder:
      case RecordType::ClientId:
      case RecordType::Batch:
      case RecordType::Command:
        return take_fact(record);
    }
    return kUnknownRecord;
  }

  // A room's record may be among what was passed over.
  void pass_over() { room_lost_ = true; }

  bool ended() const { return ended_; }

 private:
  const char* take_settings(const Record& record) {
    const auto settings = read_settings(record.payload);
    if (!settings) return "settings without sense";
    store_.set_limits(settings->limits, settings->language);
    return nullptr;
  }

  const char* take_end(const Record& record, std::uint64_t before) {
    PayloadReader reader(record.payload);
    ended_ = true;
    const bool all = reader.number() == before && reader.done() && has_store_;
    return all ? nullptr : "records are missing";
  }

  // Without the store's own record, the header still tells the last id; that
  // any room may have been removed up to then is the careful guess.
  const char* take_fact(const Record& record) {
    if (record.type != RecordType::Store && !has_store_ && salvage_) {
      builder_.on_store({last_id_, last_id_});
    }
    has_store_ = true;
    if (tell_record(record, &builder_)) return nullptr;
    return "a record contradicts those before it";
  }

  chat::RoomStore& store_;
  const chat::MessageId last_id_;
  const bool salvage_;
  chat::StoreBuilder builder_;
  std::uint64_t records_ = 0;
  bool has_store_ = false;
  bool room_lost_ = false;
  bool ended_ = false;
};

Replay::Stop Replay::read_snapshot(std::uint64_t number) {
  const std::string name = file_name(FileKind::Snapshot, number);
  FileHeader header;
  auto cursor = open(name, FileKind::Snapshot, kToTheEnd, &header);
  if (Stop stop = check_opened(cursor, header, name, number)) return stop;
  if (!cursor || header.number != number) return std::nullopt;
  end_.sequence = header.sequence;
  SnapshotTaker taker(&store_, header.previous, options_.salvage);
  if (Stop stop = walk_snapshot(name, &*cursor, &taker)) return stop;
  report_.snapshot = {number, cursor->offset(), store_.bytes().contents()};
  end_.settings = {store_.limits(), store_.language()};
  if (taker.ended()) return std::nullopt;
  return damaged(name, cursor->offset(), "the file ends too soon");
}

Replay::Stop Replay::walk_snapshot(const std::string& name,
                                   RecordCursor* cursor, SnapshotTaker* taker) {
  for (auto step = cursor->next();; step = cursor->next()) {
    if (step == RecordCursor::Step::Damaged) {
      if (Stop stop = damaged(name, cursor->offset(), kBrokenRecord)) {
        return stop;
      }
      taker->pass_over();
      step = cursor->next_after_damage();
    }
    if (step == RecordCursor::Step::End) return std::nullopt;
    if (step == RecordCursor::Step::Failed) {
      return system_trouble(name, cursor->error());
    }
    const char* what = taker->take(cursor->record());
    if (what == kUnknownRecord) {
      return Trouble{Trouble::Kind::Newer, name, cursor->offset(), what};
    }
    if (what != nullptr) {
      if (Stop stop = damaged(name, cursor->offset(), what)) return stop;
    }
    if (Stop stop = pause()) return stop;
  }
}

}  // namespace papo::log
