#include "chat/size_order.h"

#include "chat/room_store.h"

namespace papo::chat {

bool SizeOrder::is_before(const Item& one, const Item& other) {
  if (one.bytes != other.bytes) return one.bytes > other.bytes;
  return one.number < other.number;
}

void SizeOrder::put(std::size_t index, const Item& item) {
  heap_[index] = item;
  item.room->size_place.index = index;
}

void SizeOrder::add(Room* room) {
  room->size_place.number = rooms_made_++;
  heap_.emplace_back();
  put(heap_.size() - 1, {room->history.bytes(), room->size_place.number, room});
  move_up(heap_.size() - 1);
}

void SizeOrder::remove(Room* room) {
  const std::size_t index = room->size_place.index;
  const Item last = heap_.back();
  heap_.pop_back();
  if (last.room == room) return;
  put(index, last);
  move_up(index);
  move_down(last.room->size_place.index);
}

void SizeOrder::update(Room* room) {
  const std::size_t index = room->size_place.index;
  heap_[index].bytes = room->history.bytes();
  move_up(index);
  move_down(room->size_place.index);
}

void SizeOrder::move_up(std::size_t index) {
  const Item item = heap_[index];
  while (index > 0 && is_before(item, heap_[(index - 1) / 2])) {
    put(index, heap_[(index - 1) / 2]);
    index = (index - 1) / 2;
  }
  put(index, item);
}

void SizeOrder::move_down(std::size_t index) {
  const Item item = heap_[index];
  for (std::size_t child = 2 * index + 1; child < heap_.size();
       child = 2 * index + 1) {
    if (child + 1 < heap_.size() && is_before(heap_[child + 1], heap_[child])) {
      ++child;
    }
    if (!is_before(heap_[child], item)) break;
    put(index, heap_[child]);
    index = child;
  }
  put(index, item);
}

}  // namespace papo::chat
