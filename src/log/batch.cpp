#include "log/batch.h"

#include "base/check.h"
#include "log/command_record.h"
#include "log/format.h"
#include "log/payload.h"

namespace papo::log {
namespace {

constexpr std::size_t kKeptBytes = std::size_t{64} * 1024;

RecordType type_at(const std::string& records, std::size_t offset) {
  return static_cast<RecordType>(records[offset + kRecordHeadBytes - 1]);
}

}  // namespace

std::optional<BatchMark> read_batch_mark(std::string_view payload) {
  PayloadReader reader(payload);
  BatchMark mark;
  mark.sequence = reader.fixed();
  mark.synced = reader.fixed();
  if (!reader.done()) return std::nullopt;
  return mark;
}

void append_batch_mark(std::string* out) {
  const std::size_t record = open_record(out, RecordType::Batch);
  out->append(kBatchPayloadBytes, '\0');
  close_record(out, record);
}

void seal_batches(std::string* records, const Seal& seal) {
  std::uint64_t sequence = seal.sequence;
  for (std::size_t offset = 0; offset < records->size();) {
    char* const record = &(*records)[offset];
    if (type_at(*records, offset) == RecordType::Batch) {
      store_u64(record + kRecordHeadBytes, sequence);
      store_u64(record + kRecordHeadBytes + 8, seal.synced);
    } else {
      ++sequence;
    }
    offset += seal_record(record, seal.salt);
  }
}

void Batch::add(const chat::Command& command, Ticket ticket) {
  if (bytes_.empty()) append_batch_mark(&bytes_);
  append_command(&bytes_, command);
  tickets_.push_back(ticket);
}

void Batch::report_committed(Committed* committed) {
  const Ticket* ticket = tickets_.data();
  std::size_t offset = kRecordHeadBytes + kBatchPayloadBytes;
  while (offset < bytes_.size()) {
    const std::string_view record = std::string_view(bytes_).substr(offset);
    const std::string_view payload =
        record.substr(kRecordHeadBytes, payload_bytes(record));
    const auto command = read_command(payload);
    PAPO_CHECK(command.ok());
    committed->on_committed(*command, *ticket++);
    offset += kRecordHeadBytes + payload.size();
  }
  clear();
}

void Batch::report_failed(Committed* committed) {
  for (const Ticket ticket : tickets_) committed->on_failed(ticket);
  clear();
}

void Batch::clear() {
  bytes_.clear();
  tickets_.clear();
  if (bytes_.capacity() <= kKeptBytes) return;
  bytes_.shrink_to_fit();
  tickets_.shrink_to_fit();
}

}  // namespace papo::log
