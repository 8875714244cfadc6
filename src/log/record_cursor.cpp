#include "log/record_cursor.h"

#include <algorithm>
#include <utility>

namespace papo::log {
namespace {

// So much is read at a time: little at first, since of many files only the head
// is looked at.
constexpr std::size_t kFirstWindowBytes = std::size_t{4} * 1024;
constexpr std::size_t kWindowBytes = std::size_t{256} * 1024;
constexpr std::size_t kWindowGrowth = 8;

bool may_begin_record(std::string_view head) {
  return is_record_type(static_cast<std::uint8_t>(head.back())) &&
         payload_bytes(head) <= kPayloadBytesMax;
}

bool may_begin_batch(std::string_view head) {
  return head.back() == static_cast<char>(RecordType::Batch) &&
         payload_bytes(head) == kBatchPayloadBytes;
}

}  // namespace

RecordCursor::RecordCursor(std::unique_ptr<ReadFile> file, std::uint64_t end)
    : file_(std::move(file)), end_(end) {}

// Makes loaded_ the `size` bytes at `offset`, or fewer where the file ends.
bool RecordCursor::load(std::uint64_t offset, std::size_t size) {
  if (offset >= end_) {
    loaded_ = {};
    return true;
  }
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset));
  const bool within = offset >= window_begin_ &&
                      offset - window_begin_ + size <= window_.size();
  if (!within) {
    window_bytes_ = std::clamp(window_bytes_ * kWindowGrowth, kFirstWindowBytes,
                               kWindowBytes);
    window_.resize(std::max(size, window_bytes_));
    window_begin_ = offset;
    const auto read = file_->read(offset, window_);
    if (!read) {
      window_.clear();
      error_ = read.error();
      return false;
    }
    // So that nothing beyond its end is looked for again.
    if (*read < window_.size()) end_ = std::min(end_, offset + *read);
    window_.resize(*read);
  }
  const auto begin = static_cast<std::size_t>(offset - window_begin_);
  loaded_ = std::string_view(window_).substr(begin, size);
  return true;
}

base::Result<std::optional<HeaderFault>> RecordCursor::read_header(
    FileKind kind, FileHeader* header) {
  if (!load(0, kHeaderBytes)) return base::Unexpected{error_};
  const auto fault = log::read_header(loaded_, kind, header);
  salt_ = header->salt;
  next_ = kHeaderBytes;
  return fault;
}

RecordCursor::Step RecordCursor::read_at(std::uint64_t offset) {
  offset_ = offset;
  if (!load(offset, kRecordHeadBytes)) return Step::Failed;
  if (loaded_.empty()) return Step::End;
  if (loaded_.size() < kRecordHeadBytes ||
      payload_bytes(loaded_) > kPayloadBytesMax) {
    return Step::Damaged;
  }
  if (!load(offset, kRecordHeadBytes + payload_bytes(loaded_))) {
    return Step::Failed;
  }
  const auto record = read_record(loaded_, salt_);
  if (!record) return Step::Damaged;
  record_ = *record;
  next_ = offset + record->bytes();
  return Step::Record;
}

RecordCursor::Step RecordCursor::next() {
  return read_at(next_);
}

RecordCursor::Step RecordCursor::next_after_damage() {
  return search(may_begin_record);
}

bool RecordCursor::has_flipped_bit() {
  return load(offset_, kRecordHeadBytes + kPayloadBytesMax) &&
         has_record_but_for_a_bit(loaded_, salt_);
}

RecordCursor::Step RecordCursor::next_batch() {
  return search(may_begin_batch);
}

RecordCursor::Step RecordCursor::search(bool (*may_begin)(std::string_view)) {
  for (std::uint64_t offset = offset_ + 1;; ++offset) {
    if (!load(offset, kRecordHeadBytes)) return Step::Failed;
    if (loaded_.size() < kRecordHeadBytes) {
      offset_ = offset + loaded_.size();
      return Step::End;
    }
    if (!may_begin(loaded_)) continue;
    const Step step = read_at(offset);
    if (step != Step::Damaged) return step;
  }
}

}  // namespace papo::log
