#include "app/connection.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "app/share.h"
#include "support/no_door.h"

namespace papo::app {
namespace {

support::NoDoor kDoor;

TEST(ConnectionTable, FindsByIdUntilItIsGone) {
  ConnectionTable table;
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(~ConnectionId{0}), nullptr);
  Connection& one = table.add(&kDoor);
  const ConnectionId id = one.id();
  EXPECT_NE(id, 0u);
  EXPECT_EQ(table.find(id), &one);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(one.door, &kDoor);
  table.remove(&one);
  EXPECT_EQ(table.find(id), nullptr);
  EXPECT_EQ(table.size(), 0u);
}

// A late event finds nobody instead of somebody else.
TEST(ConnectionTable, UsesASlotAgainUnderAnotherName) {
  ConnectionTable table;
  Connection& one = table.add(&kDoor);
  const ConnectionId first = one.id();
  one.broken = true;
  one.note = 3;
  std::size_t total = 0;
  struct Sharing final : DoorState {
    explicit Sharing(std::size_t* whole) : share(whole) { share.set(7); }
    Share share;
  };
  one.state = std::make_unique<Sharing>(&total);
  EXPECT_EQ(total, 7u);
  table.remove(&one);
  EXPECT_EQ(one.state, nullptr);
  EXPECT_EQ(total, 0u);
  Connection& again = table.add(&kDoor);
  EXPECT_EQ(&again, &one);
  EXPECT_NE(again.id(), first);
  EXPECT_EQ(table.find(first), nullptr);
  EXPECT_EQ(table.find(again.id()), &again);
  EXPECT_EQ(again.door, &kDoor);
  EXPECT_FALSE(again.broken);
  EXPECT_EQ(again.note, 0u);
}

// Ids below 2^32 are a server's own keys (sys/server.cpp), and 0 is nobody.
TEST(ConnectionTable, HasNoGenerationZero) {
  ConnectionTable table;
  Connection& one = table.add(&kDoor);
  one.generation = ~std::uint32_t{0};
  table.remove(&one);
  Connection& again = table.add(&kDoor);
  ASSERT_EQ(&again, &one);
  EXPECT_EQ(again.generation, 1u);
}

TEST(ConnectionTable, KeepsThemInPlaceAsItGrows) {
  ConnectionTable table;
  Connection* first = &table.add(&kDoor);
  std::map<ConnectionId, Connection*> all = {{first->id(), first}};
  for (int i = 1; i < 1'000; ++i) {
    Connection* added = &table.add(&kDoor);
    all[added->id()] = added;
  }
  EXPECT_EQ(all.size(), 1'000u);
  for (const auto& [id, connection] : all) {
    EXPECT_EQ(table.find(id), connection);
  }
}

TEST(ConnectionTable, VisitsThoseThatAreThere) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    ConnectionTable table;
    std::set<ConnectionId> model;
    for (int step = 0; step < 500; ++step) {
      if (model.empty() || random() % 3 != 0) {
        const ConnectionId id = table.add(&kDoor).id();
        ASSERT_TRUE(model.insert(id).second);
      } else {
        auto at = model.begin();
        std::advance(at, random() % model.size());
        table.remove(table.find(*at));
        model.erase(at);
      }
      std::set<ConnectionId> visited;
      table.for_each([&](Connection& each) { visited.insert(each.id()); });
      ASSERT_EQ(visited, model);
      ASSERT_EQ(table.size(), model.size());
    }
  }
}

}  // namespace
}  // namespace papo::app
