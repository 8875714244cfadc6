// The part of replay.h that reads the end of a log for who goes on writing it.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "log/batch.h"
#include "log/replay.h"

namespace papo::log {
namespace {

// So much is read at a time, and at first, since this is a short end mostly.
constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;
constexpr std::size_t kFirstPieceBytes = std::size_t{4} * 1024;

// What stands before the first batch is synced before the file has its name.
std::optional<std::uint64_t> first_batch(RecordCursor* cursor) {
  for (;;) {
    if (cursor->next() != RecordCursor::Step::Record) return std::nullopt;
    if (cursor->record().type == RecordType::Batch) return cursor->offset();
  }
}

base::Result<std::string> read_bytes(ReadFile* file, std::uint64_t begin,
                                     std::uint64_t end) {
  std::string bytes;
  while (begin + bytes.size() < end) {
    const std::uint64_t at = begin + bytes.size();
    const std::size_t most =
        std::clamp(bytes.size(), kFirstPieceBytes, kPieceBytes);
    std::string piece(
        static_cast<std::size_t>(std::min<std::uint64_t>(most, end - at)),
        '\0');
    const auto count = file->read(at, piece);
    if (!count) return base::Unexpected{count.error()};
    if (*count == 0) break;
    bytes.append(piece, 0, *count);
  }
  return bytes;
}

bool holds_commands(std::string_view records) {
  while (records.size() >= kRecordHeadBytes) {
    if (records[kRecordHeadBytes - 1] ==
        static_cast<char>(RecordType::Command)) {
      return true;
    }
    records.remove_prefix(
        std::min(records.size(), kRecordHeadBytes + payload_bytes(records)));
  }
  return false;
}

}  // namespace

base::Result<base::Done, Trouble> read_unattested(FileSystem* files,
                                                  LogEnd* end) {
  if (end->segment == 0 || end->segment_is_empty) return base::Done{};
  const std::string name = file_name(FileKind::Segment, end->segment);
  const auto failed = [&name](const base::Error& error) {
    return base::Unexpected{system_trouble(name, error)};
  };
  auto walked = files->open(name);
  auto read = files->open(name);
  if (!walked || !read) return failed((walked ? read : walked).error());
  RecordCursor cursor(std::move(*walked), end->segment_bytes);
  FileHeader header;
  const auto fault = cursor.read_header(FileKind::Segment, &header);
  if (!fault) return failed(fault.error());
  const auto first = first_batch(&cursor);
  if (!first) return base::Done{};
  Unattested tail;
  tail.offset = std::max(end->attested, *first);
  tail.settings = end->settings;
  const auto bytes = read_bytes(read->get(), tail.offset, end->segment_bytes);
  if (!bytes) return failed(bytes.error());
  tail.records = *bytes;
  const auto record = read_record(tail.records, header.salt);
  const auto mark = record && record->type == RecordType::Batch
                        ? read_batch_mark(record->payload)
                        : std::nullopt;
  if (!mark || !holds_commands(tail.records)) return base::Done{};
  tail.sequence = mark->sequence;
  end->unattested = std::move(tail);
  return base::Done{};
}

}  // namespace papo::log
