// Whole histories joined for those who read them, kept for the next reader.
//
// Bounded together: beyond it the one that was made first goes, and is made
// anew when it is asked for.
#pragma once

#include <cstdint>
#include <limits>

#include "base/list.h"
#include "base/shared_bytes.h"

namespace papo::chat {

class JoinedPages;

// The page of one history. In the list of its JoinedPages while it is held.
class JoinedPage {
 public:
  // Without `pages` it is held until it is dropped.
  explicit JoinedPage(JoinedPages* pages) : pages_(pages) {}
  ~JoinedPage() { drop(); }
  JoinedPage(const JoinedPage&) = delete;
  JoinedPage& operator=(const JoinedPage&) = delete;

  // Empty when it is not held.
  const base::SharedBytes& bytes() const { return bytes_; }
  // Holds the page, unless it alone is more than may be held.
  void hold(const base::SharedBytes& bytes);
  void drop();

 private:
  friend class JoinedPages;
  JoinedPages* pages_;
  base::SharedBytes bytes_;
  base::Links<JoinedPage> links_;
};

class JoinedPages {
 public:
  void set_bytes_max(std::uint64_t bytes_max);
  std::uint64_t bytes() const { return bytes_; }

 private:
  friend class JoinedPage;
  void make_room();

  std::uint64_t bytes_max_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t bytes_ = 0;
  base::List<JoinedPage, &JoinedPage::links_> held_;  // oldest first
};

}  // namespace papo::chat
