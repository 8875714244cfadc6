#include "chat/joined_pages.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "chat/footprint.h"

namespace papo::chat {
namespace {

base::SharedBytes page_of(std::size_t size) {
  return base::SharedBytes(std::string(size, 'x'));
}

std::uint64_t footprint_of(std::size_t size) {
  return footprint::of_text(page_of(size).view());
}

TEST(JoinedPages, CountWhatIsHeld) {
  JoinedPages pages;
  JoinedPage first(&pages);
  EXPECT_FALSE(first.bytes());
  first.hold(page_of(100));
  EXPECT_EQ(first.bytes().size(), 100u);
  {
    JoinedPage second(&pages);
    second.hold(page_of(30));
    EXPECT_EQ(pages.bytes(), footprint_of(100) + footprint_of(30));
    second.hold(page_of(50));  // instead
    EXPECT_EQ(pages.bytes(), footprint_of(100) + footprint_of(50));
  }
  EXPECT_EQ(pages.bytes(), footprint_of(100)) << "one that is gone is dropped";
  first.drop();
  first.drop();
  EXPECT_FALSE(first.bytes());
  EXPECT_EQ(pages.bytes(), 0u);
}

TEST(JoinedPages, LetTheOldestGoBeyondTheirLimit) {
  const std::uint64_t each = footprint_of(100);
  JoinedPages pages;
  pages.set_bytes_max(2 * each);
  JoinedPage first(&pages);
  JoinedPage second(&pages);
  JoinedPage third(&pages);
  first.hold(page_of(100));
  second.hold(page_of(100));
  EXPECT_TRUE(first.bytes()) << "exactly at the limit";
  third.hold(page_of(100));
  EXPECT_FALSE(first.bytes());
  EXPECT_TRUE(second.bytes());
  EXPECT_TRUE(third.bytes());
  // One that is made anew is the newest.
  second.hold(page_of(100));
  first.hold(page_of(100));
  EXPECT_FALSE(third.bytes());
  EXPECT_EQ(pages.bytes(), 2 * each);
}

TEST(JoinedPages, HoldNoneThatAloneIsTooMuch) {
  JoinedPages pages;
  pages.set_bytes_max(footprint_of(100));
  JoinedPage small(&pages);
  JoinedPage large(&pages);
  small.hold(page_of(10));
  const base::SharedBytes page = page_of(100'000);
  large.hold(page);
  EXPECT_FALSE(large.bytes());
  EXPECT_EQ(pages.bytes(), 0u);
  EXPECT_EQ(page.size(), 100'000u) << "who asked for it has it all the same";
}

TEST(JoinedPages, ShrinkToALowerLimitAtOnce) {
  JoinedPages pages;
  JoinedPage first(&pages);
  JoinedPage second(&pages);
  first.hold(page_of(100));
  second.hold(page_of(100));
  pages.set_bytes_max(footprint_of(100));
  EXPECT_FALSE(first.bytes());
  EXPECT_TRUE(second.bytes());
  pages.set_bytes_max(0);
  EXPECT_FALSE(second.bytes());
}

TEST(JoinedPages, AreNotNeededToHoldOne) {
  JoinedPage page(nullptr);
  page.hold(page_of(100));
  EXPECT_EQ(page.bytes().size(), 100u);
  page.drop();
  EXPECT_FALSE(page.bytes());
}

}  // namespace
}  // namespace papo::chat
