#include "log/segment_writer.h"

#include <utility>

#include "base/check.h"
#include "log/format.h"

namespace papo::log {

SegmentWriter::SegmentWriter(FileSystem* files, base::HashKey key,
                             const LogEnd& end, FolderGuard* guard)
    : files_(*files),
      key_(key),
      guard_(guard),
      number_(end.segment),
      previous_(end.previous),
      first_sequence_(end.first_sequence),
      next_sequence_(end.sequence),
      durable_sequence_(end.sequence),
      written_(end.segment_bytes),
      durable_(end.segment_bytes) {
  if (!end.unattested) return;
  durable_ = end.unattested->offset;
  durable_sequence_ = end.unattested->sequence;
  unsynced_ = end.unattested->records;
  earlier_settings_ = end.unattested->settings;
}

// A segment without a durable command is replaced: a start, or a disk that
// fails again and again, leaves no trail of empty files.
SegmentWriter::Place SegmentWriter::next_place() const {
  if (number_ != 0 && durable_sequence_ == first_sequence_) {
    return {number_, previous_};
  }
  return {number_ + 1, durable_};
}

// The header, the settings, what the segment before may have lost, and a batch
// mark for the end of what is synced before the file has its name.
std::string SegmentWriter::first_bytes(const Place& place,
                                       const Settings& settings,
                                       std::uint32_t salt) {
  std::string bytes;
  append_header(&bytes, FileKind::Segment,
                {salt, place.number, durable_sequence_, place.previous});
  const std::size_t record = bytes.size();
  append_settings(&bytes, settings);
  seal_record(&bytes[record], salt);
  seal_batches(&unsynced_, {salt, durable_sequence_, 0});
  bytes += unsynced_;
  std::string mark;
  append_batch_mark(&mark);
  seal_batches(&mark, {salt, next_sequence_, bytes.size()});
  return bytes += mark;
}

// A command stays under the settings that it was committed under.
base::Result<base::Done> SegmentWriter::begin_segment(
    const Settings& settings) {
  if (earlier_settings_ && !is_same(*earlier_settings_, settings)) {
    auto repeated = begin(*earlier_settings_);
    if (!repeated) return repeated;
    earlier_settings_.reset();
    // Nothing may be written behind it.
    auto begun = begin(settings);
    if (!begun) abandon();
    return begun;
  }
  auto begun = begin(settings);
  if (begun) earlier_settings_.reset();
  return begun;
}

base::Result<base::Done> SegmentWriter::begin(const Settings& settings) {
  if (file_ != nullptr) {
    auto synced = sync();
    if (!synced) return synced;
  }
  auto ours = regain_folder();
  if (!ours) {
    abandon();
    return ours;
  }
  const Place place = next_place();
  const std::uint32_t salt = make_salt(key_, FileKind::Segment, place.number);
  const std::string bytes = first_bytes(place, settings, salt);
  auto published = publish(file_name(FileKind::Segment, place.number), bytes);
  if (!published) return published;
  salt_ = salt;
  number_ = place.number;
  previous_ = place.previous;
  identity_ = tried_;
  first_sequence_ = durable_sequence_;
  durable_sequence_ = next_sequence_;
  written_ = durable_ = bytes.size();
  unsynced_.clear();
  return published;
}

// Once the rename was tried the file may be there, and would end the segment
// before: that one cannot be written to any more, whatever comes of it.
base::Result<base::Done> SegmentWriter::publish(const std::string& name,
                                                std::string_view bytes) {
  const std::string temporary = name + std::string(kTemporarySuffix);
  auto created = files_.create(temporary);
  if (!created) return base::Unexpected{created.error()};
  std::unique_ptr<AppendFile> file = std::move(*created);
  const auto identity = file->identity();
  auto outcome = file->append(bytes);
  if (outcome) outcome = file->sync();
  if (outcome && !identity) outcome = base::Unexpected{identity.error()};
  if (!outcome) {
    file.reset();
    static_cast<void>(files_.remove(temporary));
    return outcome;
  }
  file_.reset();
  tried_ = *identity;
  outcome = files_.rename(temporary, name);
  if (outcome) outcome = files_.sync_folder();
  if (outcome) file_ = std::move(file);
  return outcome;
}

base::Result<base::Done> SegmentWriter::write(Batch* batch, bool sync) {
  PAPO_CHECK(is_open());
  std::string* bytes = batch->mutable_bytes();
  seal_batches(bytes, {salt_, next_sequence_, durable_});
  auto outcome = file_->append(*bytes);
  if (outcome && sync) outcome = file_->sync();
  if (outcome) outcome = check_folder();
  if (!outcome) {
    abandon();
    return outcome;
  }
  written_ += bytes->size();
  next_sequence_ += batch->size();
  if (sync) {
    durable_ = written_;
    durable_sequence_ = next_sequence_;
  } else {
    unsynced_ += *bytes;
  }
  return outcome;
}

base::Result<base::Done> SegmentWriter::sync() {
  PAPO_CHECK(is_open());
  if (durable_ == written_) return base::Done{};
  auto outcome = sync_file();
  if (!outcome) abandon();
  return outcome;
}

base::Result<base::Done> SegmentWriter::sync_file() {
  auto outcome = file_->sync();
  if (outcome) outcome = check_folder();
  if (outcome) {
    durable_ = written_;
    durable_sequence_ = next_sequence_;
    unsynced_ = {};
  }
  return outcome;
}

base::Result<base::Done> SegmentWriter::close() {
  auto outcome = sync();
  if (!outcome) return outcome;
  std::string mark;
  append_batch_mark(&mark);
  seal_batches(&mark, {salt_, next_sequence_, durable_});
  outcome = file_->append(mark);
  file_.reset();
  return outcome;
}

base::Result<base::Done> SegmentWriter::check() {
  PAPO_CHECK(is_open());
  auto outcome = check_folder();
  if (!outcome) abandon();
  return outcome;
}

base::Result<base::Done> SegmentWriter::check_folder() const {
  if (guard_ == nullptr) return base::Done{};
  auto outcome = guard_->check();
  if (!outcome || !identity_) return outcome;
  return guard_->check_file(file_name(FileKind::Segment, number_), *identity_);
}

// What fills the folder again, after the path and the lock are back, must be
// what was left there: another's files are not to be written over.
base::Result<base::Done> SegmentWriter::regain_folder() {
  if (guard_ == nullptr) return base::Done{};
  auto outcome = guard_->regain();
  if (!outcome || number_ == 0) return outcome;
  const std::string name = file_name(FileKind::Segment, number_);
  if (!identity_) {
    const auto found = files_.identity(name);
    if (!found) return base::Unexpected{found.error()};
    identity_ = *found;
  }
  outcome = guard_->check_file(name, *identity_);
  if (outcome || !tried_) return outcome;
  outcome = guard_->check_file(name, *tried_);
  if (outcome) identity_ = tried_;
  return outcome;
}

// Cuts what no one was told was written. That may fail too; then it is the next
// segment's header that says it does not count.
void SegmentWriter::abandon() {
  if (file_ == nullptr) return;
  static_cast<void>(file_->truncate(written_));
  file_.reset();
}

}  // namespace papo::log
