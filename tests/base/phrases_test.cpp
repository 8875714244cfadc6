#include "base/phrases.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace papo::base {
namespace {

TEST(Phrases, SayWhichCallFailedAndWhy) {
  EXPECT_EQ(describe({"write", ENOSPC}), "write: No space left on device");
  EXPECT_EQ(describe({"the file was removed", 0}), "the file was removed");
}

TEST(Phrases, CountInTheSingularOneThingAlone) {
  EXPECT_EQ(counted(0, "byte"), "0 bytes");
  EXPECT_EQ(counted(1, "byte"), "1 byte");
  EXPECT_EQ(counted(1'000, "message"), "1000 messages");
}

}  // namespace
}  // namespace papo::base
