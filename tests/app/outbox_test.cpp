#include "app/outbox.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/outbox_text.h"

namespace papo::app {
namespace {

using support::text_of;

std::string_view static_bytes() {
  static const std::string bytes(5'000, 's');
  return bytes;
}

TEST(Outbox, IsEmptyAndOwnsNothingAtFirst) {
  Outbox outbox;
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.size(), 0u);
  EXPECT_EQ(text_of(outbox), "");
  EXPECT_EQ(outbox.copied_capacity(), 0u);
}

TEST(Outbox, KeepsTheOrderOfAllKindsOfBytes) {
  OutboxPool pool;
  Outbox outbox;
  const base::SharedBytes large(std::string(3'000, 'L'));
  const base::SharedBytes small("small");
  std::string expected;
  outbox.append("one", &pool);
  outbox.append_shared(large, 10, 2'000, &pool);
  outbox.append_static(static_bytes(), &pool);
  outbox.append_static("static", &pool);
  outbox.append_shared(small, 1, 3, &pool);
  outbox.append_shared(small, &pool);
  outbox.begin_write(&pool)->append("written");
  outbox.finish_write();
  expected = "one" + std::string(2'000, 'L') + std::string(static_bytes()) +
             "staticmalsmallwritten";
  EXPECT_EQ(text_of(outbox), expected);
  EXPECT_EQ(outbox.size(), expected.size());
}

TEST(Outbox, CopiesWhatIsFewAndRefersToWhatIsMuch) {
  OutboxPool pool;
  Outbox outbox;
  const base::SharedBytes at_limit(std::string(1'024, 'a'));
  const base::SharedBytes over_limit(std::string(1'025, 'b'));
  outbox.append_shared(at_limit, 0, at_limit.size(), &pool);
  outbox.append_shared(over_limit, 0, over_limit.size(), &pool);
  std::array<std::string_view, 3> pieces;
  ASSERT_EQ(outbox.gather(pieces), 2u);
  EXPECT_NE(pieces[0].data(), at_limit.view().data());
  EXPECT_EQ(pieces[1].data(), over_limit.view().data());
}

// The usual case of a fan-out: one reference, and no queue.
TEST(Outbox, HoldsOneMessageAloneAsItIs) {
  OutboxPool pool;
  Outbox outbox;
  const base::SharedBytes message("message");
  outbox.append_shared(message, &pool);
  EXPECT_EQ(outbox.copied_capacity(), 0u);
  std::array<std::string_view, 2> pieces;
  ASSERT_EQ(outbox.gather(pieces), 1u);
  EXPECT_EQ(pieces[0].data(), message.view().data());
  outbox.consume(3, &pool);
  EXPECT_EQ(text_of(outbox), "sage");
  outbox.append_shared(message, &pool);
  outbox.append("!", &pool);
  EXPECT_EQ(text_of(outbox), "sagemessage!");
  outbox.consume(12, &pool);
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, GathersAsMuchAsThereIsRoomFor) {
  OutboxPool pool;
  Outbox outbox;
  const base::SharedBytes one("1");
  const base::SharedBytes two("2");
  outbox.append_shared(one, &pool);
  EXPECT_EQ(outbox.gather({}), 0u);
  outbox.append_shared(two, &pool);
  EXPECT_EQ(outbox.gather({}), 0u);
  std::array<std::string_view, 1> piece;
  ASSERT_EQ(outbox.gather(piece), 1u);
  EXPECT_EQ(piece[0], "1");
}

TEST(Outbox, NothingAddedIsNoPiece) {
  OutboxPool pool;
  Outbox outbox;
  outbox.append("", &pool);
  outbox.append_static("", &pool);
  outbox.append_shared(base::SharedBytes(""), &pool);
  outbox.append_shared(base::SharedBytes("a"), 1, 0, &pool);
  EXPECT_TRUE(outbox.empty());
  outbox.append("a", &pool);
  outbox.append("", &pool);
  outbox.begin_write(&pool);
  outbox.finish_write();
  EXPECT_EQ(outbox.size(), 1u);
  std::array<std::string_view, 4> pieces;
  EXPECT_EQ(outbox.gather(pieces), 1u);
}

TEST(Outbox, LosesAnyNumberOfBytesAtItsFront) {
  const base::SharedBytes large(std::string(1'100, 'L'));
  const base::SharedBytes small("small");
  const auto fill = [&](Outbox* outbox, OutboxPool* pool) {
    outbox->append_shared(small, pool);
    outbox->append("copied", pool);
    outbox->append_shared(large, 0, large.size(), pool);
    outbox->append("more", pool);
    outbox->append_static(static_bytes().substr(0, 1'200), pool);
  };
  OutboxPool pool;
  Outbox whole;
  fill(&whole, &pool);
  const std::string text = text_of(whole);
  for (std::size_t count = 0; count <= text.size(); ++count) {
    Outbox outbox;
    fill(&outbox, &pool);
    outbox.consume(count, &pool);
    ASSERT_EQ(text_of(outbox), text.substr(count)) << count;
    ASSERT_EQ(outbox.size(), text.size() - count);
    ASSERT_EQ(outbox.empty(), count == text.size());
    outbox.append("end", &pool);
    ASSERT_EQ(text_of(outbox), text.substr(count) + "end") << count;
  }
}

TEST(Outbox, LetsGoOfWhatHasBeenSent) {
  OutboxPool pool;
  Outbox outbox;
  base::SharedBytes message(std::string(2'000, 'm'));
  const std::string_view at = message.view();
  outbox.append_shared(message, 0, 2'000, &pool);
  outbox.append("x", &pool);
  message = {};
  std::array<std::string_view, 2> pieces;
  outbox.gather(pieces);
  EXPECT_EQ(pieces[0].data(), at.data());  // held by the outbox alone
  outbox.clear(&pool);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.copied_capacity(), 0u);
}

// A reader who is always a little behind: the outbox is never empty, and the
// bytes that have gone must not be kept.
TEST(Outbox, DoesNotGrowWithAReaderWhoIsAlwaysBehind) {
  OutboxPool pool;
  Outbox outbox;
  const std::string answer(500, 'a');
  outbox.append(answer, &pool);
  for (int i = 0; i < 10'000; ++i) {
    outbox.append(answer, &pool);
    outbox.consume(answer.size(), &pool);
    ASSERT_EQ(outbox.size(), answer.size());
  }
  EXPECT_LE(outbox.copied_capacity(), 32u * 1024);
}

TEST(Outbox, DoesNotGrowWithAReaderOfMixedBytesWhoIsAlwaysBehind) {
  OutboxPool pool;
  Outbox outbox;
  const std::string answer(300, 'a');
  const base::SharedBytes message(std::string(200, 'm'));
  outbox.append("begin", &pool);
  for (int i = 0; i < 10'000; ++i) {
    outbox.append(answer, &pool);
    outbox.append_shared(message, &pool);
    outbox.consume(answer.size() + message.size(), &pool);
  }
  EXPECT_EQ(text_of(outbox), std::string(5, 'm'));
  EXPECT_LE(outbox.copied_capacity(), 32u * 1024);
}

// Against a string, with every operation in random order.
TEST(Outbox, IsAString) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto below = [&](std::size_t bound) { return random() % bound; };
    OutboxPool pool;
    Outbox outbox;
    std::string model;
    for (int step = 0; step < 2'000; ++step) {
      const std::string bytes(below(3) == 0 ? below(3'000) : below(40),
                              static_cast<char>('a' + below(26)));
      switch (below(6)) {
        case 0:
          outbox.append(bytes, &pool);
          model.append(bytes);
          break;
        case 1: {
          const std::size_t size = below(static_bytes().size());
          outbox.append_static(static_bytes().substr(0, size), &pool);
          model.append(static_bytes().substr(0, size));
          break;
        }
        case 2: {
          const std::size_t begin = below(bytes.size() + 1);
          outbox.append_shared(base::SharedBytes(bytes), begin,
                               bytes.size() - begin, &pool);
          model.append(bytes.substr(begin));
          break;
        }
        case 3:
          outbox.append_shared(base::SharedBytes("x" + bytes), &pool);
          model.append("x" + bytes);
          break;
        default: {
          const std::size_t count = below(std::min<std::size_t>(
              model.size() + 1, below(2) == 0 ? 100 : 10'000));
          outbox.consume(count, &pool);
          model.erase(0, count);
          break;
        }
      }
      ASSERT_EQ(outbox.size(), model.size()) << "step " << step;
      ASSERT_EQ(outbox.empty(), model.empty()) << "step " << step;
      const std::string front = text_of(outbox);
      ASSERT_EQ(front, model.substr(0, front.size())) << "step " << step;
    }
  }
}

TEST(OutboxPool, GivesQueuesBackClean) {
  OutboxPool pool;
  Outbox outbox;
  outbox.append("left over", &pool);
  outbox.append_shared(base::SharedBytes(std::string(2'000, 'x')), &pool);
  outbox.clear(&pool);
  Outbox other;
  other.append("new", &pool);
  EXPECT_EQ(text_of(other), "new");
}

TEST(OutboxPool, DoesNotKeepWhatHasGrownLarge) {
  OutboxPool pool;
  Outbox outbox;
  outbox.append(std::string(100'000, 'x'), &pool);
  outbox.clear(&pool);
  Outbox other;
  other.append("new", &pool);
  EXPECT_LE(other.copied_capacity(), 16u * 1024);
}

// Copied bytes each time, shared ones once, until the last reader has them.
// A burst of a thousand leaves nothing behind, and what every turn needs stays.
TEST(OutboxPool, LetsGoOfWhatNobodyNeeds) {
  OutboxPool pool;
  const auto turn = [&](std::size_t busy) {
    std::vector<std::unique_ptr<OutboxQueue>> taken;
    for (std::size_t i = 0; i < busy; ++i) taken.push_back(pool.take());
    for (auto& each : taken) pool.give_back(std::move(each));
    pool.rest();
  };
  turn(1'000);
  EXPECT_EQ(pool.spares(), 1'000u);
  turn(1'000);
  EXPECT_EQ(pool.spares(), 1'000u) << "all of them were needed";
  for (int i = 0; i < 100; ++i) turn(100);
  EXPECT_GE(pool.spares(), 100u);
  EXPECT_LE(pool.spares(), 120u);
}

TEST(OutboxPool, KnowsWhatWaits) {
  OutboxPool pool;
  Outbox one;
  Outbox two;
  const base::SharedBytes large(std::string(3'000, 'L'));
  const base::SharedBytes frame("a frame");
  one.append("head", &pool);
  one.append_shared(large, 1'000, 2'000, &pool);
  EXPECT_EQ(pool.waiting_bytes(), 3'004u);
  two.append_shared(frame, &pool);
  two.append_shared(large, &pool);
  two.append_shared(large, 0, 3'000, &pool);
  EXPECT_EQ(pool.waiting_bytes(), 3'011u);
  one.append_shared(frame, &pool);
  EXPECT_EQ(pool.waiting_bytes(), 3'011u);
  two.consume(7 + 3'000, &pool);
  EXPECT_EQ(pool.waiting_bytes(), 3'011u) << "the other one has the frame";
  two.consume(3'000, &pool);
  one.consume(4 + 2'000, &pool);
  EXPECT_EQ(pool.waiting_bytes(), 11u) << "the head is dropped with the rest";
  one.clear(&pool);
  EXPECT_EQ(pool.waiting_bytes(), 0u);
}

TEST(OutboxPool, CountsNothingWhenNothingWaits) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    OutboxPool pool;
    std::vector<Outbox> outboxes(4);
    std::vector<base::SharedBytes> shared;
    for (const std::size_t size : {1U, 900U, 1'500U, 9'000U}) {
      shared.emplace_back(std::string(size, 's'));
    }
    for (int step = 0; step < 2'000; ++step) {
      Outbox& outbox = outboxes[random() % outboxes.size()];
      const base::SharedBytes& bytes = shared[random() % shared.size()];
      switch (random() % 6) {
        case 0:
          outbox.append(std::string(random() % 6'000, 'c'), &pool);
          break;
        case 1:
          outbox.append_shared(bytes, &pool);
          break;
        case 2:
          outbox.append_shared(bytes, 0, bytes.size(), &pool);
          break;
        case 3:
          outbox.clear(&pool);
          break;
        default:
          outbox.consume(random() % (outbox.size() + 1), &pool);
      }
      std::size_t unsent = 0;
      for (const Outbox& each : outboxes) unsent += each.size();
      ASSERT_EQ(pool.waiting_bytes() == 0, unsent == 0);
    }
    for (Outbox& each : outboxes) each.clear(&pool);
    EXPECT_EQ(pool.waiting_bytes(), 0u);
  }
}

}  // namespace
}  // namespace papo::app
