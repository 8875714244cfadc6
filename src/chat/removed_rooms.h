// The last ids of rooms that are gone, so that a reader who resumes in a room
// of the same name is told that messages are missing.
//
// Bounded, in number and in bytes: of rooms removed long ago only the newest id
// of them all is kept, and stands for each of them. That can tell a reader
// `truncated` needlessly, never hide a hole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/ring.h"
#include "chat/command.h"

namespace papo::chat {

class RemovedRooms {
 public:
  RemovedRooms(std::size_t rooms_max, base::HashKey key)
      : rooms_max_(rooms_max), last_ids_(0, base::NameHash{key}) {}

  void add(std::string_view room, MessageId last_id);
  // Another bound on bytes(), beside that on their number.
  void set_bytes_max(std::uint64_t bytes_max);
  std::uint64_t bytes() const { return bytes_; }
  // The last id of the removed room of that name, at the least; 0 when there
  // was none.
  MessageId last_id(std::string_view room) const;

  struct Removal {
    std::string room;
    MessageId last_id = 0;
  };
  // Those remembered one by one, in the order of add().
  const base::Ring<Removal>& removals() const { return order_; }
  // The newest id of those that are not.
  MessageId older() const { return older_; }
  void set_older(MessageId older) { older_ = older; }

 private:
  void forget_oldest();

  std::size_t rooms_max_;
  std::uint64_t bytes_max_ = ~std::uint64_t{0};
  std::uint64_t bytes_ = 0;
  std::unordered_map<std::string, MessageId, base::NameHash, std::equal_to<>>
      last_ids_;
  base::Ring<Removal> order_;
  MessageId older_ = 0;
};

}  // namespace papo::chat
