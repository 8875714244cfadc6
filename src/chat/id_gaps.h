// The ids that nobody was given here.
//
// A start moves the last id on (chat/command.h), and what lies between is no
// id of this store. A reader who resumes from there had it from another life
// of the server: from a memory that is gone, from what a power cut took, from a
// folder that was put back since. What such a reader has seen, nobody knows.
//
// Bounded: the two oldest gaps become one, with the ids between them. That can
// tell a reader `truncated` needlessly, never hide a hole.
#pragma once

#include <cstddef>

#include "base/ring.h"
#include "chat/command.h"

namespace papo::chat {

class IdGaps {
 public:
  // The ids between the two, which are none of them.
  struct Gap {
    MessageId last = 0;   // the last one before
    MessageId first = 0;  // the first one after
  };

  explicit IdGaps(std::size_t gaps_max) : gaps_max_(gaps_max) {}

  // REQUIRES: gap.first > gap.last, and both beyond those of the gaps before
  // but that it may begin where the last one ends. Keeps no empty one.
  void add(Gap gap);
  // Makes one gap of all ids before `first`, which is none of them.
  // REQUIRES: no gap reaches beyond it.
  void cover(MessageId first);
  // Logarithmic.
  bool contains(MessageId id) const;
  // In order.
  const base::Ring<Gap>& gaps() const { return gaps_; }

 private:
  std::size_t gaps_max_;
  base::Ring<Gap> gaps_;
};

}  // namespace papo::chat
