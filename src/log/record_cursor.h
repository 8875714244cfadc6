// Walks the records of one file, a window of it in memory at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/file_system.h"
#include "log/format.h"

namespace papo::log {

class RecordCursor {
 public:
  // `end`: where the file ends for this walk, if before its own end.
  RecordCursor(std::unique_ptr<ReadFile> file, std::uint64_t end);

  // Reads the header and moves behind it. Nothing: it is intact.
  base::Result<std::optional<HeaderFault>> read_header(FileKind kind,
                                                       FileHeader* header);

  enum class Step : std::uint8_t {
    Record,   // record() is intact; the next call goes on behind it
    End,      // offset() is the end, exactly behind a record
    Damaged,  // what begins at offset() is no record
    Failed,   // reading failed: error()
  };
  Step next();
  // After Damaged: moves to the next intact record of a known type, as next()
  // would. Looks at every byte; End when there is none. Texts that are made for
  // it can make this slow, though not wrong.
  Step next_after_damage();
  // The same for the next intact Batch record behind offset(). In linear time,
  // whatever the bytes.
  Step next_batch();

  // After Damaged: whether the record at offset() would be intact if one bit of
  // it were the other way round. Not so for a bit whose loss left a byte of
  // zeros, nor where many zeros are in a row: a write that was cut short leaves
  // them as well.
  bool has_flipped_bit();

  // Valid until the next call.
  const Record& record() const { return record_; }
  // Where record() begins, or where the walk stopped.
  std::uint64_t offset() const { return offset_; }
  const base::Error& error() const { return error_; }

 private:
  bool load(std::uint64_t offset, std::size_t size);
  Step read_at(std::uint64_t offset);
  Step search(bool (*may_begin)(std::string_view head));

  std::unique_ptr<ReadFile> file_;
  std::uint64_t end_;  // once known, at most the file's own
  std::uint32_t salt_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t next_ = 0;  // where next() begins
  Record record_;
  base::Error error_{"", 0};
  std::string window_;            // the bytes of the file from window_begin_ on
  std::size_t window_bytes_ = 0;  // of the last one
  std::uint64_t window_begin_ = 0;
  std::string_view loaded_;  // what load() brought
};

// For RecordCursor: as far as the file goes.
inline constexpr std::uint64_t kToTheEnd = ~std::uint64_t{0};

}  // namespace papo::log
