#include "log/segment_writer.h"

#include <utility>

#include "base/check.h"
#include "log/format.h"

namespace papo::log {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{64} * 1024;

}  // namespace

SegmentWriter::SegmentWriter(FileSystem* files, base::HashKey key,
                             const LogEnd& end, FolderGuard* guard)
    : files_(*files),
      key_(key),
      guard_(guard),
      header_({.number = end.segment,
               .sequence = end.first_sequence,
               .previous = end.previous}),
      written_({end.segment_bytes, end.sequence}),
      durable_(written_) {
  if (!end.unattested) return;
  durable_ = {end.unattested->offset, end.unattested->sequence};
  unsynced_ = end.unattested->records;
  earlier_settings_ = end.unattested->settings;
}

// A segment without a durable command is replaced: a start, or a disk that
// fails again and again, leaves no trail of empty files.
FileHeader SegmentWriter::next_header() const {
  FileHeader next = {.number = header_.number + 1,
                     .sequence = durable_.sequence,
                     .previous = durable_.bytes};
  if (header_.number != 0 && durable_.sequence == header_.sequence) {
    next.number = header_.number;
    next.previous = header_.previous;
  }
  next.salt = make_salt(key_, FileKind::Segment, next.number);
  return next;
}

// The header, the settings, what the segment before may have lost, and a batch
// mark for the end of what is synced before the file has its name.
std::string SegmentWriter::first_bytes(const FileHeader& header,
                                       const Settings& settings) {
  std::string bytes;
  append_header(&bytes, FileKind::Segment, header);
  const std::size_t record = bytes.size();
  append_settings(&bytes, settings);
  seal_record(&bytes[record], header.salt);
  seal_batches(&unsynced_, {header.salt, durable_.sequence, 0});
  bytes += unsynced_;
  std::string mark;
  append_batch_mark(&mark);
  seal_batches(&mark, {header.salt, written_.sequence, bytes.size()});
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
  const FileHeader header = next_header();
  const std::string bytes = first_bytes(header, settings);
  auto published = publish(file_name(FileKind::Segment, header.number), bytes);
  if (!published) return published;
  header_ = header;
  identity_ = tried_;
  written_.bytes = bytes.size();
  durable_ = written_;
  forget_unsynced();
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
  seal_batches(bytes, {header_.salt, written_.sequence, durable_.bytes});
  auto outcome = file_->append(*bytes);
  if (outcome && sync) outcome = file_->sync();
  if (outcome) outcome = check_folder();
  if (!outcome) {
    abandon();
    return outcome;
  }
  written_.bytes += bytes->size();
  written_.sequence += batch->size();
  if (sync) {
    durable_ = written_;
  } else {
    unsynced_ += *bytes;
  }
  return outcome;
}

base::Result<base::Done> SegmentWriter::sync() {
  PAPO_CHECK(is_open());
  if (durable_.bytes == written_.bytes) return base::Done{};
  auto outcome = sync_file();
  if (!outcome) abandon();
  return outcome;
}

base::Result<base::Done> SegmentWriter::sync_file() {
  auto outcome = file_->sync();
  if (outcome) outcome = check_folder();
  if (outcome) {
    durable_ = written_;
    forget_unsynced();
  }
  return outcome;
}

// Keeps memory for the next time unless it was a burst's.
void SegmentWriter::forget_unsynced() {
  unsynced_.clear();
  if (unsynced_.capacity() > kKeptBytes) unsynced_.shrink_to_fit();
}

base::Result<base::Done> SegmentWriter::close() {
  auto outcome = sync();
  if (!outcome) return outcome;
  std::string mark;
  append_batch_mark(&mark);
  seal_batches(&mark, {header_.salt, written_.sequence, durable_.bytes});
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
  return guard_->check_file(file_name(FileKind::Segment, header_.number),
                            *identity_);
}

// What fills the folder again, after the path and the lock are back, must be
// what was left there: another's files are not to be written over.
base::Result<base::Done> SegmentWriter::regain_folder() {
  if (guard_ == nullptr) return base::Done{};
  auto outcome = guard_->regain();
  if (!outcome || header_.number == 0) return outcome;
  const std::string name = file_name(FileKind::Segment, header_.number);
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
  static_cast<void>(file_->truncate(written_.bytes));
  file_.reset();
}

}  // namespace papo::log
