#include "app/connection.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

namespace papo::app {
namespace {

TEST(ConnectionTable, FindsByIdUntilItIsGone) {
  ConnectionTable table;
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(~ConnectionId{0}), nullptr);
  Connection& one = table.add();
  const ConnectionId id = one.id();
  EXPECT_NE(id, 0u);
  EXPECT_EQ(table.find(id), &one);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(one.stage, Stage::Requests);
  table.remove(&one);
  EXPECT_EQ(table.find(id), nullptr);
  EXPECT_EQ(table.size(), 0u);
}

// A late event finds nobody instead of somebody else.
TEST(ConnectionTable, UsesASlotAgainUnderAnotherName) {
  ConnectionTable table;
  Connection& one = table.add();
  const ConnectionId first = one.id();
  one.stage = Stage::Draining;
  one.broken = true;
  one.in_flight = 3;
  std::size_t total = 0;
  one.partial = std::make_unique<PartialRequest>(http::RequestReader(), &total);
  one.partial->share.set(7);
  EXPECT_EQ(total, 7u);
  table.remove(&one);
  EXPECT_EQ(one.partial, nullptr);
  EXPECT_EQ(total, 0u);
  Connection& again = table.add();
  EXPECT_EQ(&again, &one);
  EXPECT_NE(again.id(), first);
  EXPECT_EQ(table.find(first), nullptr);
  EXPECT_EQ(table.find(again.id()), &again);
  EXPECT_EQ(again.stage, Stage::Requests);
  EXPECT_FALSE(again.broken);
  EXPECT_EQ(again.in_flight, 0);
}

// Ids below 2^32 are a server's own keys (sys/server.cpp), and 0 is nobody.
TEST(ConnectionTable, HasNoGenerationZero) {
  ConnectionTable table;
  Connection& one = table.add();
  one.generation = ~std::uint32_t{0};
  table.remove(&one);
  Connection& again = table.add();
  ASSERT_EQ(&again, &one);
  EXPECT_EQ(again.generation, 1u);
}

TEST(ConnectionTable, KeepsThemInPlaceAsItGrows) {
  ConnectionTable table;
  Connection* first = &table.add();
  std::map<ConnectionId, Connection*> all = {{first->id(), first}};
  for (int i = 1; i < 1'000; ++i) {
    Connection* added = &table.add();
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
        const ConnectionId id = table.add().id();
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
