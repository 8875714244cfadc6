#include "app/connections.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/no_door.h"

namespace papo::app {
namespace {

using std::chrono::seconds;

// Writes down what it is told.
class Watching final : public support::NoDoor {
 public:
  void on_leave(Connection& connection) override {
    left.push_back(connection.id());
  }
  void turn_out(Connection& connection, Excess excess) override {
    EXPECT_EQ(excess, Excess::Partial);
    turned_out.push_back(connection.id());
    *total -= held[connection.id()];
    held.erase(connection.id());
  }
  std::size_t partial_bytes(const Connection& connection) const override {
    const auto found = held.find(connection.id());
    return found == held.end() ? 0 : found->second;
  }

  std::vector<ConnectionId> left;
  std::vector<ConnectionId> turned_out;
  std::map<ConnectionId, std::size_t> held;
  std::size_t* total = nullptr;
};

class ConnectionsTest : public testing::Test {
 protected:
  ConnectionsTest() { door_.total = connections_.partial_total(); }
  Connection& add() { return connections_.add(&door_, {}); }
  std::vector<ConnectionId> touched() {
    std::vector<ConnectionId> ids;
    connections_.take_touched(&ids);
    for (const ConnectionId id : ids) {
      if (Connection* each = connections_.find(id)) each->touched = false;
    }
    return ids;
  }
  static std::string text_of(const Connection& connection) {
    std::array<std::string_view, 8> pieces;
    std::string text;
    const std::size_t count = connection.outbox.gather(pieces);
    for (std::size_t i = 0; i < count; ++i) text.append(pieces[i]);
    return text;
  }

  Options options_;
  Metrics metrics_;
  Watching door_;
  Connections connections_{&options_, &metrics_, {seconds(1), seconds(1)}};
};

TEST_F(ConnectionsTest, LooksAtEachThatWasTouchedOnce) {
  Connection& one = add();
  Connection& other = add();
  connections_.send(one, "a");
  connections_.touch(other);
  connections_.send(one, "b");
  EXPECT_EQ(touched(), (std::vector{one.id(), other.id()}));
  EXPECT_EQ(touched(), std::vector<ConnectionId>{});
  EXPECT_EQ(text_of(one), "ab");
}

TEST_F(ConnectionsTest, MeetsDeadlinesInTime) {
  Connection& one = add();
  connections_.set_deadline(one, seconds(5));
  EXPECT_EQ(connections_.take_due(), nullptr);
  const base::Micros due = connections_.next_due(seconds(60));
  EXPECT_GE(due, seconds(6));
  EXPECT_LE(due, seconds(6) + 2 * TimerWheel::kTick);
  connections_.begin_turn({seconds(9), seconds(9)});
  EXPECT_EQ(connections_.take_due(), &one);
  EXPECT_EQ(connections_.take_due(), nullptr);
}

TEST_F(ConnectionsTest, ResumesEachOnce) {
  Connection& one = add();
  connections_.resume(one);
  connections_.resume(one);
  EXPECT_TRUE(connections_.has_resumable());
  EXPECT_EQ(connections_.take_resumable(), std::vector{one.id()});
  EXPECT_FALSE(connections_.has_resumable());
}

// The old door forgets it before the new one has it, and its state goes.
TEST_F(ConnectionsTest, HandsAConnectionOver) {
  Connection& one = add();
  struct Counted final : DoorState {
    explicit Counted(int* alive) : alive_(alive) { ++*alive_; }
    ~Counted() override { --*alive_; }
    int* alive_;
  };
  int alive = 0;
  one.state = std::make_unique<Counted>(&alive);
  one.note = 7;
  Watching other;
  connections_.hand_over(one, other, std::make_unique<Counted>(&alive));
  EXPECT_EQ(door_.left, std::vector{one.id()});
  EXPECT_EQ(one.door, &other);
  EXPECT_EQ(one.note, 0u);
  EXPECT_EQ(alive, 1);
  connections_.forget(one);
  EXPECT_EQ(other.left.size(), 1u);
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(connections_.size(), 0u);
}

TEST_F(ConnectionsTest, ClosesAtOnceOrWhenAllIsSent) {
  Connection& one = add();
  connections_.send(one, "a");
  connections_.close_after_sending(one);
  EXPECT_EQ(text_of(one), "a");
  EXPECT_FALSE(one.broken);
  EXPECT_EQ(one.door->when_sent(one), Ending::FinishSending);
  connections_.close_now(one);
  EXPECT_TRUE(one.broken);
  EXPECT_EQ(text_of(one), "");
}

// What everybody leaves unread has a bound, and who leaves the most pays, until
// a quarter is free.
TEST_F(ConnectionsTest, ClosesThoseThatLeaveTheMostUnread) {
  options_.unread_bytes_max = 10'000;
  std::vector<Connection*> all;
  for (std::size_t i = 1; i <= 5; ++i) {
    all.push_back(&add());
    connections_.send(*all.back(), std::string(i * 1'000, 'x'));
    all.back()->unread = true;
  }
  EXPECT_TRUE(connections_.bound_unread(all[4]));
  EXPECT_FALSE(all[4]->broken) << "it is spared";
  EXPECT_TRUE(all[3]->broken);
  EXPECT_TRUE(all[2]->broken);
  EXPECT_FALSE(all[0]->broken);
  EXPECT_LE(connections_.pool().waiting_bytes(), 7'500u);
  EXPECT_EQ(metrics_.unread_closed, 3u);
}

// What was queued in this turn alone has had no chance to be read.
TEST_F(ConnectionsTest, ClosesNobodyForWhatIsNew) {
  options_.unread_bytes_max = 1'000;
  Connection& one = add();
  connections_.send(one, std::string(2'000, 'x'));
  EXPECT_FALSE(connections_.bound_unread());
  EXPECT_FALSE(one.broken);
}

TEST_F(ConnectionsTest, TurnsOutThoseThatHaveSentTheMost) {
  options_.partial_bytes_max = 1'000;
  const ConnectionId small = add().id();
  const ConnectionId large = add().id();
  door_.held = {{small, 200}, {large, 900}};
  *connections_.partial_total() = 1'000;
  connections_.bound_partial();
  EXPECT_TRUE(door_.turned_out.empty()) << "at the limit";
  door_.held[small] = 201;
  *connections_.partial_total() = 1'101;
  connections_.bound_partial();
  EXPECT_EQ(door_.turned_out, std::vector{large});
  EXPECT_EQ(metrics_.partial_closed, 1u);
}

}  // namespace
}  // namespace papo::app
