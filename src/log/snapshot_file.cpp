#include "log/snapshot_file.h"

#include <cerrno>
#include <memory>
#include <utility>

#include "log/command_record.h"
#include "log/payload.h"

namespace papo::log {
namespace {

// What is written and synced in one go: short enough that the disk is free
// again soon for those who wait for it.
constexpr std::size_t kPieceBytes = std::size_t{512} * 1024;

class SnapshotWriter final : public chat::StoreImage {
 public:
  SnapshotWriter(AppendFile* file, const SnapshotOptions& options)
      : file_(*file), options_(options) {}

  base::Result<std::uint64_t> write(const chat::RoomStore& store) {
    append_header(
        &piece_, FileKind::Snapshot,
        {options_.salt, options_.number, options_.sequence, store.last_id()});
    const std::size_t settings = piece_.size();
    append_settings(&piece_, {store.limits(), store.language()});
    if (!seal(settings) || !tell(store, this) || !write_end() || !flush()) {
      return base::Unexpected{error_};
    }
    return bytes_;
  }

  bool on_store(const chat::StoreFact& fact) override {
    begin(RecordType::Store).number(fact.last_id).number(fact.older_removals);
    return end();
  }
  bool on_gap(const chat::GapFact& fact) override {
    begin(RecordType::Gap).number(fact.last).number(fact.first);
    return end();
  }
  bool on_removed_room(const chat::RemovedRoomFact& fact) override {
    begin(RecordType::RemovedRoom).text(fact.name).number(fact.last_id);
    return end();
  }
  bool on_room(const chat::RoomFact& fact) override {
    begin(RecordType::Room)
        .text(fact.name)
        .text(fact.topic)
        .number(fact.forgotten.entry)
        .number(fact.forgotten.change);
    return end();
  }
  bool on_member(std::string_view user) override {
    begin(RecordType::Member).text(user);
    return end();
  }
  bool on_entry(const chat::EntryFact& fact) override {
    begin(RecordType::Entry)
        .number(fact.id)
        .number(static_cast<std::uint64_t>(fact.type))
        .number(fact.deleted ? 1 : 0)
        .text(fact.author)
        .text(fact.client_id)
        .text(fact.json);
    return end();
  }
  bool on_change(const chat::ChangeFact& fact) override {
    begin(RecordType::Change)
        .number(fact.id)
        .number(static_cast<std::uint64_t>(fact.type))
        .number(fact.target)
        .text(fact.json);
    return end();
  }
  bool on_room_order(std::string_view user, std::string_view room) override {
    begin(RecordType::RoomOrder).text(user).text(room);
    return end();
  }
  bool on_client_id(const chat::ClientIdFact& fact) override {
    begin(RecordType::ClientId)
        .text(fact.room)
        .text(fact.user)
        .text(fact.client_id)
        .number(fact.id)
        .fixed(fact.digest)
        .fixed(static_cast<std::uint64_t>(fact.time.count()));
    return end();
  }

 private:
  PayloadWriter begin(RecordType type) {
    record_ = open_record(&piece_, type);
    return PayloadWriter(&piece_);
  }

  bool end() {
    close_record(&piece_, record_);
    return seal(record_);
  }

  bool seal(std::size_t record) {
    seal_record(&piece_[record], options_.salt);
    ++records_;
    return piece_.size() < kPieceBytes || flush();
  }

  bool write_end() {
    begin(RecordType::End).number(records_);
    return end();
  }

  bool flush() {
    auto outcome = file_.append(piece_);
    if (outcome) outcome = file_.sync();
    bytes_ += piece_.size();
    piece_.clear();
    if (!outcome) {
      error_ = outcome.error();
      return false;
    }
    if (options_.pace != nullptr && !options_.pace->go_on()) {
      error_ = {"write a snapshot", ECANCELED};
      return false;
    }
    return true;
  }

  AppendFile& file_;
  const SnapshotOptions& options_;
  std::string piece_;
  std::size_t record_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  base::Error error_{"", 0};
};

// False: no event has that number.
bool read_type(PayloadReader* reader, chat::EventType* type) {
  const std::uint64_t number = reader->number();
  *type = static_cast<chat::EventType>(number);
  return number <= static_cast<std::uint64_t>(chat::EventType::Delete);
}

bool tell_entry(PayloadReader* reader, chat::StoreImage* image) {
  chat::EntryFact fact;
  fact.id = reader->number();
  const bool known = read_type(reader, &fact.type);
  const std::uint64_t deleted = reader->number();
  fact.deleted = deleted == 1;
  fact.author = reader->text();
  fact.client_id = reader->text();
  fact.json = reader->text();
  return reader->done() && known && deleted <= 1 && image->on_entry(fact);
}

bool tell_change(PayloadReader* reader, chat::StoreImage* image) {
  chat::ChangeFact fact;
  fact.id = reader->number();
  const bool known = read_type(reader, &fact.type);
  fact.target = reader->number();
  fact.json = reader->text();
  return reader->done() && known && image->on_change(fact);
}

bool tell_room(PayloadReader* reader, chat::StoreImage* image) {
  chat::RoomFact fact;
  fact.name = reader->text();
  fact.topic = reader->text();
  fact.forgotten.entry = reader->number();
  fact.forgotten.change = reader->number();
  return reader->done() && image->on_room(fact);
}

bool tell_client_id(PayloadReader* reader, chat::StoreImage* image) {
  chat::ClientIdFact fact;
  fact.room = reader->text();
  fact.user = reader->text();
  fact.client_id = reader->text();
  fact.id = reader->number();
  fact.digest = reader->fixed();
  fact.time = base::Micros(static_cast<base::Micros::rep>(reader->fixed()));
  return reader->done() && image->on_client_id(fact);
}

bool tell_store(PayloadReader* reader, chat::StoreImage* image) {
  chat::StoreFact fact;
  fact.last_id = reader->number();
  fact.older_removals = reader->number();
  return reader->done() && fact.last_id <= kIdMax && image->on_store(fact);
}

}  // namespace

bool tell_record(const Record& record, chat::StoreImage* image) {
  PayloadReader reader(record.payload);
  switch (record.type) {
    case RecordType::Store:
      return tell_store(&reader, image);
    case RecordType::Gap: {
      const chat::MessageId last = reader.number();
      const chat::MessageId first = reader.number();
      return reader.done() && image->on_gap({last, first});
    }
    case RecordType::RemovedRoom: {
      const std::string_view name = reader.text();
      const chat::MessageId last_id = reader.number();
      return reader.done() && image->on_removed_room({name, last_id});
    }
    case RecordType::Room:
      return tell_room(&reader, image);
    case RecordType::Member: {
      const std::string_view user = reader.text();
      return reader.done() && image->on_member(user);
    }
    case RecordType::Entry:
      return tell_entry(&reader, image);
    case RecordType::Change:
      return tell_change(&reader, image);
    case RecordType::RoomOrder: {
      const std::string_view user = reader.text();
      const std::string_view room = reader.text();
      return reader.done() && image->on_room_order(user, room);
    }
    case RecordType::ClientId:
      return tell_client_id(&reader, image);
    case RecordType::Settings:
    case RecordType::Batch:
    case RecordType::Command:
    case RecordType::End:
      return false;
  }
  return false;
}

base::Result<std::uint64_t> write_snapshot(FileSystem* files,
                                           const chat::RoomStore& store,
                                           const SnapshotOptions& options) {
  const std::string name = file_name(FileKind::Snapshot, options.number);
  const std::string temporary = name + std::string(kTemporarySuffix);
  auto file = files->create(temporary);
  if (!file) return base::Unexpected{file.error()};
  auto bytes = SnapshotWriter(file->get(), options).write(store);
  file->reset();
  auto named = base::Result<base::Done>(base::Done{});
  if (bytes) named = files->rename(temporary, name);
  if (!bytes || !named) {
    static_cast<void>(files->remove(temporary));
    return base::Unexpected{bytes ? named.error() : bytes.error()};
  }
  const auto kept = files->sync_folder();
  if (!kept) return base::Unexpected{kept.error()};
  return bytes;
}

}  // namespace papo::log
