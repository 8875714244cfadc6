// What all connections leave unread together, and who pays when it is too much.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"

namespace papo::app {
namespace {

using std::chrono::seconds;
using support::get;
using support::MachineDriver;
using support::post;

class Unread : public testing::Test {
 protected:
  // A list of rooms of about 20 kB.
  Unread() {
    for (int i = 0; i < 20; ++i) make_room("room" + std::to_string(i));
  }
  void make_room(const std::string& room) {
    driver_.send(asker_, post("/r/" + room + "?username=ana", "oi"));
    driver_.send(asker_, post("/topic", "username=ana&room=" + room +
                                            "&topic=" + std::string(900, 't')));
    driver_.take(asker_);
  }
  // Asks, and reads only so much of the answer.
  ConnectionId ask(std::string_view target, std::size_t reads = 0) {
    const ConnectionId id = driver_.connect();
    driver_.set_room(id, reads);
    driver_.send(id, get(target));
    return id;
  }
  std::uint64_t waiting() {
    driver_.send(asker_, get("/metrics"));
    const std::string page = driver_.take(asker_);
    const std::string_view name = "\npapo_unread_bytes ";
    return std::stoull(page.substr(page.find(name) + name.size()));
  }

  static Options options() {
    Options options;
    options.idle_timeout = seconds(100'000);
    options.unread_bytes_max = 100'000;
    return options;
  }

  MachineDriver driver_{options()};
  ConnectionId asker_ = driver_.connect();
};

// However many do not read their list of rooms, it is held once.
TEST_F(Unread, AListOfRoomsIsHeldOnce) {
  ask("/rooms", 100);
  const std::uint64_t one = waiting();
  EXPECT_GT(one, 18'000u);
  std::vector<ConnectionId> readers;
  for (int i = 0; i < 100; ++i) readers.push_back(ask("/rooms", 100));
  EXPECT_LT(waiting(), one + 100 * 1'000);
  EXPECT_LT(waiting(), 100'000u);
  EXPECT_EQ(driver_.metrics().unread_closed, 0u);
  for (const ConnectionId id : readers) {
    driver_.set_room(id, MachineDriver::kUnlimited);
    EXPECT_EQ(driver_.take_answers(id).size(), 1u);
  }
}

TEST_F(Unread, AListOfRoomsIsAsItIsNow) {
  const auto list = [&] {
    driver_.send(asker_, get("/rooms"));
    return driver_.take_answers(asker_)[0].body;
  };
  const std::string before = list();
  EXPECT_EQ(list(), before);
  const ConnectionId listener = driver_.connect();
  driver_.send(listener, get("/r/room3?username=ana"));
  const std::string online = list();
  EXPECT_NE(online, before);
  EXPECT_NE(online.find(R"("members":1,"online":1)"), online.npos);
  driver_.cut(listener);
  EXPECT_EQ(list(), online) << "the grace";
  driver_.advance(seconds(6));
  EXPECT_EQ(list(), before);
  driver_.send(asker_, get("/user_rooms?username=ana"));
  driver_.take(asker_);
  EXPECT_NE(list(), before);
  driver_.advance(seconds(31));
  EXPECT_EQ(list(), before);
  make_room("more");
  EXPECT_NE(list().find("\"more\""), std::string::npos);
}

// Each holds a list of its own, since the rooms change in between: the flood
// trims itself, and who reads loses nothing.
TEST_F(Unread, AFloodOfUnreadAnswersTrimsItself) {
  const ConnectionId small = ask("/rooms", 19'500);
  std::vector<ConnectionId> flood;
  for (int i = 0; i < 50; ++i) {
    make_room("other");
    driver_.send(asker_, post("/leave", "username=ana&room=other"));
    driver_.take(asker_);
    flood.push_back(ask("/rooms"));
    ASSERT_LE(waiting(), 100'000u);
  }
  EXPECT_GT(driver_.metrics().unread_closed, 20u);
  std::size_t closed = 0;
  for (const ConnectionId id : flood) closed += driver_.is_closed(id) ? 1U : 0U;
  EXPECT_EQ(closed, driver_.metrics().unread_closed);
  EXPECT_LT(closed, flood.size());
  EXPECT_FALSE(driver_.is_closed(small)) << "it leaves least unread";
  driver_.set_room(small, MachineDriver::kUnlimited);
  EXPECT_EQ(driver_.take_answers(small).size(), 1u);
}

}  // namespace
}  // namespace papo::app
