#include "log/disk_use.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"

namespace papo::log {
namespace {

// So many segments become a snapshot even when they are small.
constexpr std::size_t kSegmentsMax = 64;

}  // namespace

// `end` is of the segment that was open, until another is begun.
DiskUse::DiskUse(const DiskUseOptions& options, FolderContents contents,
                 const ReplayReport& found, const LogEnd& end)
    : options_(options),
      contents_(std::move(contents)),
      open_bytes_(end.segment_bytes),
      closed_bytes_(found.segment_bytes - end.segment_bytes),
      snapshot_(found.snapshot) {}

// The number may be that of the last segment, which is replaced then; or skip
// one, which holds what had to be repeated under other settings.
void DiskUse::on_begun(std::uint64_t number, std::uint64_t bytes,
                       std::uint64_t previous) {
  std::vector<std::uint64_t>& all = contents_.segments;
  const std::uint64_t last = all.empty() ? number - 1 : all.back();
  if (number != last) closed_bytes_ += open_bytes_;
  if (number > last + 1) closed_bytes_ += previous;
  for (std::uint64_t next = last + 1; next <= number; ++next) {
    all.push_back(next);
  }
  open_bytes_ = bytes;
}

void DiskUse::on_folding() {
  PAPO_CHECK(can_fold());
  is_folding_ = true;
  folding_bytes_ = closed_bytes_;
}

void DiskUse::on_folded(const SnapshotSize& snapshot) {
  is_folding_ = false;
  contents_.snapshot = snapshot.number;
  std::erase_if(contents_.segments, [&snapshot](std::uint64_t number) {
    return number < snapshot.number;
  });
  closed_bytes_ -= folding_bytes_;
  snapshot_ = snapshot;
}

// Without one to compare with the first comes as soon as it may: it is small.
std::uint64_t DiskUse::expected_snapshot(std::uint64_t live) const {
  if (snapshot_.contents == 0) return 0;
  constexpr std::uint64_t kParts = 1024;
  return snapshot_.bytes * (live * kParts / snapshot_.contents) / kParts;
}

bool DiskUse::is_folding_due(std::uint64_t live) const {
  if (is_folding_) return false;
  if (contents_.segments.size() > kSegmentsMax) return true;
  const std::uint64_t now = segment_bytes() + snapshot_.bytes;
  const std::uint64_t left = std::min(expected_snapshot(live), now);
  return now - left > std::max(options_.compaction_bytes_min, left);
}

bool DiskUse::is_segment_due(base::Micros now, std::uint64_t live) const {
  return now >= not_before_ &&
         (open_bytes_ > options_.segment_bytes_max || is_folding_due(live));
}

}  // namespace papo::log
