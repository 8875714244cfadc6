#include "base/shared_bytes.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace papo::base {
namespace {

using std::string_view_literals::operator""sv;

TEST(SharedBytes, IsNothingAtFirst) {
  const SharedBytes none;
  EXPECT_FALSE(none);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.size(), 0u);
  EXPECT_EQ(none.view(), "");
}

TEST(SharedBytes, CopiesWhatItIsGiven) {
  std::string text = "oi";
  const SharedBytes bytes(text);
  text[0] = 'x';
  EXPECT_TRUE(bytes);
  EXPECT_EQ(bytes.view(), "oi");
  EXPECT_EQ(SharedBytes("a\0b"sv).view(), "a\0b"sv);
  EXPECT_EQ(SharedBytes("a\0b"sv).size(), 3u);
}

TEST(SharedBytes, TellsEmptyBytesFromNone) {
  const SharedBytes empty{std::string_view()};
  EXPECT_TRUE(empty);
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.view(), "");
}

TEST(SharedBytes, IsOnePointerWide) {
  EXPECT_EQ(sizeof(SharedBytes), sizeof(void*));
}

TEST(SharedBytes, JoinsPieces) {
  const struct {
    const char* name;
    std::vector<std::string_view> pieces;
    std::string_view joined;
  } rows[] = {
      {"none", {}, ""},
      {"one", {"abc"}, "abc"},
      {"empty only", {"", std::string_view()}, ""},
      {"empty between",
       {"", "a", "", "bc", std::string_view(), "d", ""},
       "abcd"},
      {"with U+0000", {"a\0"sv, "\0b"sv}, "a\0\0b"sv},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const SharedBytes joined = SharedBytes::join(row.pieces);
    EXPECT_TRUE(joined);
    EXPECT_EQ(joined.view(), row.joined);
    EXPECT_EQ(joined.size(), row.joined.size());
  }
}

TEST(SharedBytes, HoldsAMegabyte) {
  const std::string text(1 << 20, 'a');
  EXPECT_EQ(SharedBytes(text).view(), text);
}

TEST(SharedBytes, SharesOneBufferAmongCopies) {
  const SharedBytes first("a message");
  const SharedBytes second = first;
  EXPECT_EQ(second.view().data(), first.view().data());
  SharedBytes third;
  third = second;
  EXPECT_EQ(third.view().data(), first.view().data());
}

TEST(SharedBytes, LivesAsLongAsTheLastCopy) {
  SharedBytes last;
  {
    const SharedBytes first("a message");
    const std::vector<SharedBytes> outboxes(1000, first);
    last = outboxes[500];
  }
  EXPECT_EQ(last.view(), "a message");
}

TEST(SharedBytes, MovesWithoutCounting) {
  SharedBytes first("a message");
  const char* const where = first.view().data();
  SharedBytes second(std::move(first));
  EXPECT_FALSE(first);
  EXPECT_EQ(second.view().data(), where);
  first = std::move(second);
  EXPECT_FALSE(second);
  EXPECT_EQ(first.view().data(), where);
}

TEST(SharedBytes, MayBeAssignedToItself) {
  SharedBytes bytes("a message");
  const SharedBytes& same = bytes;
  bytes = same;
  EXPECT_EQ(bytes.view(), "a message");
  SharedBytes& other = bytes;
  bytes = std::move(other);
  EXPECT_EQ(bytes.view(), "a message");
}

TEST(SharedBytes, LetsGoOfWhatItHeldBefore) {
  SharedBytes bytes("a message");
  bytes = SharedBytes("another");
  EXPECT_EQ(bytes.view(), "another");
  bytes = SharedBytes();
  EXPECT_FALSE(bytes);
}

}  // namespace
}  // namespace papo::base
