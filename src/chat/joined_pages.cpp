#include "chat/joined_pages.h"

#include "chat/footprint.h"

namespace papo::chat {

void JoinedPage::hold(const base::SharedBytes& bytes) {
  drop();
  bytes_ = bytes;
  if (pages_ == nullptr) return;
  pages_->held_.push_back(this);
  pages_->bytes_ += footprint::of_text(bytes.view());
  pages_->make_room();
}

void JoinedPage::drop() {
  if (!bytes_) return;
  if (pages_ != nullptr) {
    pages_->held_.remove(this);
    pages_->bytes_ -= footprint::of_text(bytes_.view());
  }
  bytes_ = {};
}

void JoinedPages::set_bytes_max(std::uint64_t bytes_max) {
  bytes_max_ = bytes_max;
  make_room();
}

void JoinedPages::make_room() {
  while (bytes_ > bytes_max_) held_.front()->drop();
}

}  // namespace papo::chat
