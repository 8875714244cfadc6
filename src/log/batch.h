// Commands on their way to the disk: the bytes of one write, and who waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/command.h"
#include "log/command_log.h"

namespace papo::log {

class Batch {
 public:
  void add(const chat::Command& command, Ticket ticket);

  bool empty() const { return tickets_.empty(); }
  std::size_t size() const { return tickets_.size(); }
  // A batch's record and its commands'; as on the disk, once sealed.
  std::string_view bytes() const { return bytes_; }
  std::string* mutable_bytes() { return &bytes_; }

  // Reports each command as committed, in order, or as failed; then clear().
  void report_committed(Committed* committed);
  void report_failed(Committed* committed);
  // Keeps memory for the next time unless it was a burst's.
  void clear();

 private:
  std::string bytes_;
  std::vector<Ticket> tickets_;
};

// What a Batch record says (log/format.h).
struct BatchMark {
  std::uint64_t sequence = 0;
  std::uint64_t synced = 0;
};
std::optional<BatchMark> read_batch_mark(std::string_view payload);

// Appends a Batch record, to be sealed with those behind it.
void append_batch_mark(std::string* out);

// Completes `records`, which are of one or more batches: sets each batch's
// sequence, counting from `sequence`, and `synced`, and every checksum. May be
// done again for another file.
struct Seal {
  std::uint32_t salt = 0;
  std::uint64_t sequence = 0;
  std::uint64_t synced = 0;
};
void seal_batches(std::string* records, const Seal& seal);

}  // namespace papo::log
