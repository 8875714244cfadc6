#include "chat/footprint.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace papo::chat::footprint {
namespace {

// Whatever the whole is, nobody's share is taken twice.
TEST(Footprint, SharesOutNoMoreThanThereIs) {
  for (const Bytes whole :
       {Bytes{1}, Bytes{15}, Bytes{16}, Bytes{17}, Bytes{1'000'003},
        std::numeric_limits<Bytes>::max()}) {
    const Bytes refused = share_of_members(whole);
    const Bytes forgotten =
        share_of_client_ids(whole) + share_of_removed_rooms(whole);
    EXPECT_EQ(share_of_contents(whole) + share_of_joined_pages(whole), whole);
    EXPECT_LE(refused + forgotten, share_of_contents(whole));
    // What the others leave at least is what histories keep.
    EXPECT_LE(least_share_of_histories(whole),
              share_of_contents(whole) - refused - forgotten);
  }
}

TEST(Footprint, CountsATextWithItsBufferAndNothingWithout) {
  EXPECT_EQ(of_text(""), 0u);
  EXPECT_EQ(of_text("a"), kText + 1);
  EXPECT_EQ(of_message("{}", "ana", ""), kMessage + 2 * kText + 5);
  EXPECT_EQ(of_message("{}", "ana", "id"), kMessage + 3 * kText + 7);
  EXPECT_EQ(of_system_entry("{}"), kSystemEntry + kText + 2);
  EXPECT_EQ(of_change("{}"), kChange + kText + 2);
}

}  // namespace
}  // namespace papo::chat::footprint
