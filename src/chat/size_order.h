// Rooms by the bytes of their histories: which one holds the most is known at
// once, and a change of one room costs the logarithm of their number.
//
// Of two that hold as much, the older one comes first, so that the order is
// the same wherever the same commands were applied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace papo::chat {

struct Room;

// A room's place in the order; a member of the room.
struct SizePlace {
  std::size_t index = 0;
  std::uint64_t number = 0;  // in the order of creation
};

class SizeOrder {
 public:
  // REQUIRES: add() once for each room, remove() before it goes, update()
  // whenever the bytes of its history have changed.
  void add(Room* room);
  void remove(Room* room);
  void update(Room* room);

  // nullptr when there is no room.
  Room* largest() const { return heap_.empty() ? nullptr : heap_[0].room; }

 private:
  struct Item {
    std::uint64_t bytes = 0;
    std::uint64_t number = 0;
    Room* room = nullptr;
  };
  static bool is_before(const Item& one, const Item& other);
  void put(std::size_t index, const Item& item);
  void move_up(std::size_t index);
  void move_down(std::size_t index);

  std::vector<Item> heap_;  // each is before its two children
  std::uint64_t rooms_made_ = 0;
};

}  // namespace papo::chat
