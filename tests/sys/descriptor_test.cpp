#include "sys/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

namespace papo::sys {
namespace {

bool is_open(int number) {
  return ::fcntl(number, F_GETFD) >= 0;
}

Descriptor open_null() {
  return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

TEST(Descriptor, IsNoneAtFirst) {
  const Descriptor none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none.get(), -1);
  EXPECT_FALSE(Descriptor(-1));
}

TEST(Descriptor, ClosesItself) {
  int number = -1;
  {
    const Descriptor file = open_null();
    ASSERT_TRUE(file);
    number = file.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, ClosesOnce) {
  Descriptor file = open_null();
  const int number = file.get();
  file.close();
  EXPECT_FALSE(file);
  // The number may be another's by now.
  const Descriptor other = open_null();
  EXPECT_EQ(other.get(), number);
  file.close();
  EXPECT_TRUE(is_open(other.get()));
}

TEST(Descriptor, MovesAndIsGivenUp) {
  Descriptor file = open_null();
  const int number = file.get();
  Descriptor moved = std::move(file);
  EXPECT_EQ(moved.get(), number);
  Descriptor assigned = open_null();
  const int before = assigned.get();
  assigned = std::move(moved);
  EXPECT_EQ(assigned.get(), number);
  moved.close();
  EXPECT_FALSE(is_open(before));
  EXPECT_EQ(assigned.release(), number);
  EXPECT_FALSE(assigned);
  EXPECT_TRUE(is_open(number));
  ::close(number);
}

}  // namespace
}  // namespace papo::sys
