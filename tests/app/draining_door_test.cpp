#include "app/draining_door.h"

#include <gtest/gtest.h>

#include "app/connections.h"
#include "support/no_door.h"

namespace papo::app {
namespace {

using std::chrono::seconds;

class Draining : public testing::Test {
 protected:
  Draining() : connection_(connections_.add(&door_, {})) {}

  // How long it is waited for from now on, looking at the wheel turn by turn.
  base::Micros patience() {
    const base::Micros begin = connections_.now().steady;
    while (connections_.take_due() == nullptr) pass(TimerWheel::kTick);
    return connections_.now().steady - begin;
  }
  void pass(base::Micros time) {
    const base::Micros now = connections_.now().steady + time;
    connections_.begin_turn({now, now});
  }
  static bool is_about(base::Micros time, base::Micros expected) {
    return time >= expected && time <= expected + 2 * TimerWheel::kTick;
  }

  Options options_{.idle_timeout = seconds(75)};
  Metrics metrics_;
  support::NoDoor door_;
  Connections connections_{&options_, &metrics_, {seconds(1), seconds(1)}};
  Connection& connection_;
};

TEST_F(Draining, WaitsAWhileForWhoHasReadEverything) {
  connections_.close_after_sending(connection_);
  EXPECT_TRUE(is_about(patience(), seconds(2)));
  EXPECT_TRUE(connection_.door->wants_input(connection_));
  EXPECT_EQ(connection_.door->when_sent(connection_), Ending::FinishSending);
  connection_.peer_finished = true;
  EXPECT_EQ(connection_.door->when_sent(connection_), Ending::Close);
  connection_.door->on_deadline(connection_);
  EXPECT_TRUE(connection_.broken);
}

TEST_F(Draining, EveryBitOfProgressRenewsThePatience) {
  connections_.send(connection_, "last words");
  connections_.close_after_sending(connection_);
  pass(seconds(60));
  connection_.door->on_sent(connection_, false);
  EXPECT_TRUE(is_about(patience(), seconds(75)));
  connection_.door->on_sent(connection_, true);
  EXPECT_TRUE(is_about(patience(), seconds(2)));
}

// Else a reader of a byte now and then would be kept for ever.
TEST_F(Draining, ATimeThatIsSetIsNotRenewed) {
  connections_.send(connection_, "last words");
  connections_.close_within(connection_, seconds(20));
  pass(seconds(15));
  connection_.door->on_sent(connection_, false);
  EXPECT_TRUE(is_about(patience(), seconds(5)));
}

}  // namespace
}  // namespace papo::app
