// The same of each way to wait for descriptors.
#include "sys/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <vector>

#include "sys/clock.h"
#include "sys/descriptor.h"

namespace papo::sys {
namespace {

using base::Micros;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    near = Descriptor(ends[0]);
    far = Descriptor(ends[1]);
  }
  void write_far(std::string_view bytes) const {
    EXPECT_EQ(::send(far.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  void read_near() const {
    char bytes[64];
    EXPECT_GT(::recv(near.get(), bytes, sizeof bytes, 0), 0);
  }

  Descriptor near;
  Descriptor far;
};

class PollerTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam()) == "poll") {
      poller_ = make_poll_poller();
      return;
    }
    auto made = make_epoll_poller();
    ASSERT_TRUE(made.ok());
    poller_ = std::move(*made);
  }

  void add(const Descriptor& descriptor, std::uint64_t key, Interest interest) {
    ASSERT_TRUE(poller_->add(descriptor.get(), key, interest).ok());
  }
  // What is ready now, by key.
  std::map<std::uint64_t, Ready> ready(Micros at_most = Micros(0)) {
    std::array<Ready, 64> places;
    const std::size_t count = poller_->wait(places, at_most);
    std::map<std::uint64_t, Ready> by_key;
    for (std::size_t i = 0; i < count; ++i) by_key[places[i].key] = places[i];
    EXPECT_EQ(by_key.size(), count) << "each is told once";
    return by_key;
  }

  std::unique_ptr<Poller> poller_;
};

TEST_P(PollerTest, TellsWhatIsReadyUntilItIsTaken) {
  const Pair pair;
  add(pair.near, 7, {.read = true});
  EXPECT_TRUE(ready().empty());
  pair.write_far("x");
  for (int i = 0; i < 2; ++i) {
    const auto told = ready();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(told.at(7).readable);
    EXPECT_FALSE(told.at(7).writable);
    EXPECT_FALSE(told.at(7).hung_up);
  }
  pair.read_near();
  EXPECT_TRUE(ready().empty());
}

TEST_P(PollerTest, TellsByInterest) {
  const Pair pair;
  add(pair.near, 7, {});
  pair.write_far("x");
  EXPECT_TRUE(ready().empty());
  poller_->change(pair.near.get(), 7, {.write = true});
  EXPECT_TRUE(ready().at(7).writable);
  EXPECT_FALSE(ready().at(7).readable);
  poller_->change(pair.near.get(), 7, {.read = true, .write = true});
  EXPECT_TRUE(ready().at(7).readable);
  EXPECT_TRUE(ready().at(7).writable);
  poller_->change(pair.near.get(), 7, {});
  EXPECT_TRUE(ready().empty());
}

// Keys are 64 bits wide: a slot and a generation.
TEST_P(PollerTest, GivesBackTheWholeKey) {
  const Pair pair;
  constexpr std::uint64_t kKey = 0xFEDCBA9876543210;
  add(pair.near, kKey, {.write = true});
  EXPECT_EQ(ready().count(kKey), 1u);
}

TEST_P(PollerTest, TellsThatThePeerIsGone) {
  Pair pair;
  Pair half;
  add(pair.near, 1, {});
  add(half.near, 2, {.read = true});
  pair.far.close();
  ::shutdown(half.far.get(), SHUT_WR);
  const auto told = ready();
  EXPECT_TRUE(told.at(1).hung_up) << "whatever the interest";
  EXPECT_TRUE(told.at(2).readable) << "the end can be read";
  EXPECT_FALSE(told.at(2).hung_up) << "the other direction is open";
}

TEST_P(PollerTest, ForgetsWhatIsRemoved) {
  std::vector<Pair> pairs(10);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    add(pairs[i].near, i, {.write = true});
  }
  for (const std::size_t gone : {9u, 0u, 4u}) {
    poller_->remove(pairs[gone].near.get());
    pairs[gone].near.close();
  }
  std::set<std::uint64_t> keys;
  for (const auto& [key, each] : ready()) keys.insert(key);
  EXPECT_EQ(keys, (std::set<std::uint64_t>{1, 2, 3, 5, 6, 7, 8}));
  // A number that is used again comes under its new key.
  const Pair again;
  add(again.near, 100, {.write = true});
  EXPECT_EQ(ready().count(100), 1u);
}

// With room for few, everyone has their turn.
TEST_P(PollerTest, StarvesNobody) {
  std::vector<Pair> pairs(10);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    add(pairs[i].near, i, {.write = true});
  }
  std::set<std::uint64_t> keys;
  std::array<Ready, 3> places;
  for (int turn = 0; turn < 4; ++turn) {
    ASSERT_EQ(poller_->wait(places, Micros(0)), places.size());
    for (const Ready& each : places) keys.insert(each.key);
  }
  EXPECT_EQ(keys.size(), pairs.size());
}

TEST_P(PollerTest, WaitsAtMostAsLongAsTold) {
  const Pair pair;
  add(pair.near, 7, {.read = true});
  const Micros before = read_clocks().steady;
  EXPECT_TRUE(ready(Micros(1'500)).empty());
  // Rounded up to a millisecond: a wait that is too short would spin.
  EXPECT_GE(read_clocks().steady - before, milliseconds(1));
}

TEST_P(PollerTest, WakesBeforeTheTimeIsOver) {
  const Pair pair;
  add(pair.near, 7, {.read = true});
  pair.write_far("x");
  const Micros before = read_clocks().steady;
  EXPECT_EQ(ready(seconds(600)).size(), 1u);
  EXPECT_LT(read_clocks().steady - before, seconds(300));
}

TEST_P(PollerTest, WaitsForNothingAtAll) {
  EXPECT_TRUE(ready(milliseconds(1)).empty());
}

#ifdef __linux__
INSTANTIATE_TEST_SUITE_P(Pollers, PollerTest, testing::Values("epoll", "poll"),
                         [](const auto& each) { return each.param; });

TEST(EpollPoller, SaysWhatItCannotWatch) {
  const auto poller = make_epoll_poller();
  ASSERT_TRUE(poller.ok());
  const auto added = (*poller)->add(-1, 1, {.read = true});
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().number, EBADF);
}
#else
INSTANTIATE_TEST_SUITE_P(Pollers, PollerTest, testing::Values("poll"),
                         [](const auto& each) { return each.param; });
#endif

}  // namespace
}  // namespace papo::sys
