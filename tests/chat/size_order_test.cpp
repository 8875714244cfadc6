// Which room holds the most, against a search from end to end.
#include "chat/size_order.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "chat/room_store.h"

namespace papo::chat {
namespace {

class Rooms {
 public:
  void add() {
    const std::string name = "r" + std::to_string(made_++);
    rooms_.push_back(
        std::make_unique<Room>(name, 9, History::Forgotten{}, nullptr));
    order_.add(rooms_.back().get());
  }
  void remove(std::size_t at) {
    order_.remove(rooms_[at].get());
    rooms_.erase(rooms_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void grow(std::size_t at, std::size_t bytes) {
    Room& room = *rooms_[at];
    room.history.push_system({++last_id_, EventType::System,
                              base::SharedBytes(std::string(bytes, 'x'))});
    order_.update(&room);
  }
  void shrink(std::size_t at) {
    if (rooms_[at]->history.bytes() == 0) return;
    rooms_[at]->history.forget_oldest();
    order_.update(rooms_[at].get());
  }

  // The oldest of those that hold the most.
  const Room* largest() const {
    const Room* found = nullptr;
    for (const auto& room : rooms_) {
      if (found == nullptr || room->history.bytes() > found->history.bytes()) {
        found = room.get();
      }
    }
    return found;
  }
  const Room* told() const { return order_.largest(); }
  std::size_t count() const { return rooms_.size(); }

 private:
  SizeOrder order_;
  std::vector<std::unique_ptr<Room>> rooms_;
  MessageId last_id_ = 0;
  int made_ = 0;
};

TEST(SizeOrder, OfNothingHasNoLargest) {
  Rooms rooms;
  EXPECT_EQ(rooms.told(), nullptr);
  rooms.add();
  EXPECT_EQ(rooms.told(), rooms.largest());
  rooms.remove(0);
  EXPECT_EQ(rooms.told(), nullptr);
}

TEST(SizeOrder, TellsTheLargestAndOfEqualsTheOldest) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Rooms rooms;
    for (int step = 0; step < 500; ++step) {
      const unsigned dice = random() % 8;
      if (rooms.count() == 0 || dice == 0) {
        rooms.add();
      } else if (dice == 1) {
        rooms.remove(random() % rooms.count());
      } else if (dice < 5) {
        rooms.grow(random() % rooms.count(), random() % 3);
      } else {
        rooms.shrink(random() % rooms.count());
      }
      ASSERT_EQ(rooms.told(), rooms.largest()) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace papo::chat
