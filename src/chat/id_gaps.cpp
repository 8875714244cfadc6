#include "chat/id_gaps.h"

#include "base/check.h"

namespace papo::chat {

void IdGaps::add(Gap gap) {
  PAPO_CHECK(gap.first > gap.last);
  PAPO_CHECK(gaps_.empty() || gap.last >= gaps_.back().first);
  if (gap.first - gap.last == 1) return;
  gaps_.push_back(gap);
  if (gaps_.size() <= gaps_max_) return;
  const Gap oldest = gaps_.pop_front();
  gaps_.front().last = oldest.last;
}

void IdGaps::cover(MessageId first) {
  PAPO_CHECK(gaps_.empty() || gaps_.back().first <= first);
  while (!gaps_.empty()) gaps_.pop_front();
  if (first > 1) gaps_.push_back({0, first});
}

bool IdGaps::contains(MessageId id) const {
  std::size_t low = 0;
  std::size_t high = gaps_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (gaps_[middle].first > id) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low < gaps_.size() && id > gaps_[low].last;
}

}  // namespace papo::chat
