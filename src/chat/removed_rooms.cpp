#include "chat/removed_rooms.h"

#include <algorithm>

#include "chat/footprint.h"

namespace papo::chat {

void RemovedRooms::add(std::string_view room, MessageId last_id) {
  last_ids_[std::string(room)] = last_id;
  order_.push_back({std::string(room), last_id});
  bytes_ += footprint::of_removed_room(room);
  while (order_.size() > rooms_max_ || bytes_ > bytes_max_) forget_oldest();
}

void RemovedRooms::set_bytes_max(std::uint64_t bytes_max) {
  bytes_max_ = bytes_max;
  while (bytes_ > bytes_max_) forget_oldest();
}

void RemovedRooms::forget_oldest() {
  const Removal oldest = order_.pop_front();
  bytes_ -= footprint::of_removed_room(oldest.room);
  // A room that was removed again since has a newer place in the order.
  const auto found = last_ids_.find(oldest.room);
  if (found == last_ids_.end() || found->second != oldest.last_id) return;
  older_ = std::max(older_, oldest.last_id);
  last_ids_.erase(found);
}

MessageId RemovedRooms::last_id(std::string_view room) const {
  const auto found = last_ids_.find(room);
  return found == last_ids_.end() ? older_ : found->second;
}

}  // namespace papo::chat
