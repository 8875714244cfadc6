#include "log/record_cursor.h"

#include <algorithm>
#include <utility>

namespace papo::log {
namespace {

constexpr std::size_t kWindowBytes = std::size_t{256} * 1024;

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
    window_.resize(std::max(size, kWindowBytes));
    window_begin_ = offset;
    const auto read = file_->read(offset, window_);
    if (!read) {
      window_.clear();
      error_ = read.error();
      return false;
    }
    window_.resize(*read);
  }
  loaded_ = std::string_view(window_).substr(
      static_cast<std::size_t>(offset - window_begin_), size);
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
  for (std::uint64_t offset = offset_ + 1;; ++offset) {
    if (!load(offset, kRecordHeadBytes)) return Step::Failed;
    const bool possible =
        loaded_.size() == kRecordHeadBytes &&
        payload_bytes(loaded_) <= kPayloadBytesMax &&
        is_record_type(static_cast<std::uint8_t>(loaded_.back()));
    if (loaded_.size() == kRecordHeadBytes && !possible) continue;
    const Step step = read_at(offset);
    if (step != Step::Damaged) return step;
  }
}

}  // namespace papo::log
