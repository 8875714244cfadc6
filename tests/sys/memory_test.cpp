#include "sys/memory.h"

#include <gtest/gtest.h>

#include <string>

#include "support/temporary_folder.h"

namespace papo::sys {
namespace {

constexpr std::uint64_t kMachine = 1'000'000;

class MemoryTest : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    folder_.write(path.substr(1), text);
  }
  std::uint64_t usable() { return usable_memory(folder_.path(), kMachine); }

  support::TemporaryFolder folder_;
};

TEST_F(MemoryTest, IsTheMachinesWithoutGroups) {
  EXPECT_EQ(usable(), kMachine);
  write("/proc/self/cgroup", "");
  EXPECT_EQ(usable(), kMachine);
  write("/proc/self/cgroup", "nonsense\n::\n");
  EXPECT_EQ(usable(), kMachine);
}

TEST_F(MemoryTest, IsTheLeastOfTheGroupsAbove) {
  write("/proc/self/cgroup", "0::/a/b/c\n");
  write("/sys/fs/cgroup/a/b/c/memory.max", "max\n");
  EXPECT_EQ(usable(), kMachine);
  write("/sys/fs/cgroup/a/b/memory.max", "500000\n");
  EXPECT_EQ(usable(), 500'000u);
  write("/sys/fs/cgroup/a/memory.max", "400000\n");
  EXPECT_EQ(usable(), 400'000u);
  write("/sys/fs/cgroup/a/b/c/memory.max", "300000");
  EXPECT_EQ(usable(), 300'000u);
}

// A container sees its own group as the root.
TEST_F(MemoryTest, IsTheRootsInAContainer) {
  write("/proc/self/cgroup", "0::/\n");
  write("/sys/fs/cgroup/memory.max", "200000\n");
  EXPECT_EQ(usable(), 200'000u);
  write("/proc/self/cgroup", "0::/host/path\n");
  EXPECT_EQ(usable(), 200'000u);
}

TEST_F(MemoryTest, IsThatOfVersionOneToo) {
  write("/proc/self/cgroup", "3:cpu,cpuacct:/x\n2:memory:/y\n0::/z\n");
  write("/sys/fs/cgroup/memory/y/memory.limit_in_bytes",
        "9223372036854771712\n");
  EXPECT_EQ(usable(), kMachine);
  write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "600000\n");
  EXPECT_EQ(usable(), 600'000u);
  write("/sys/fs/cgroup/memory/y/memory.limit_in_bytes", "100000\n");
  EXPECT_EQ(usable(), 100'000u);
  write("/proc/self/cgroup", "2:cpu,memory:/y");
  EXPECT_EQ(usable(), 100'000u);
}

TEST(Memory, OfThisMachineIsSomething) {
  EXPECT_GT(usable_memory(), std::uint64_t{1} << 20);
}

}  // namespace
}  // namespace papo::sys
