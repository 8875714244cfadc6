#include "cli/inventory.h"

#include <gtest/gtest.h>

namespace papo::cli {
namespace {

using chat::CommandKind;

TEST(Inventory, CountsWhatPeopleWouldCount) {
  chat::RoomStore store({}, chat::Language::English, {});
  EXPECT_EQ(describe(take_inventory(store)), "0 rooms, 0 users and 0 messages");
  const base::Micros now = std::chrono::seconds(1'700'000'000);
  const auto apply = [&](const chat::Command& command) {
    return *store.apply(command, nullptr);
  };
  apply({CommandKind::Join, now, "a", "ana"});
  apply({CommandKind::Join, now, "b", "ana"});
  apply({CommandKind::Join, now, "b", "rui"});
  const auto sent = apply({CommandKind::Send, now, "a", "ana", "oi"});
  EXPECT_EQ(describe(take_inventory(store)), "2 rooms, 2 users and 1 message");
  chat::Command erase{CommandKind::Delete, now, "a", "ana"};
  erase.target = sent.id;
  apply(erase);
  EXPECT_EQ(describe(take_inventory(store)), "2 rooms, 2 users and 0 messages");
}

}  // namespace
}  // namespace papo::cli
