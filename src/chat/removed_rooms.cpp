#include "chat/removed_rooms.h"

#include <algorithm>

namespace papo::chat {

void RemovedRooms::add(std::string_view room, MessageId last_id) {
  last_ids_[std::string(room)] = last_id;
  order_.push_back({std::string(room), last_id});
  if (order_.size() <= rooms_max_) return;
  const Removal oldest = order_.pop_front();
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
