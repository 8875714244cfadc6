#include "log/folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/simulated_disk.h"

namespace papo::log {
namespace {

using support::Files;
using support::SimulatedDisk;

TEST(Folder, TellsWhatIsTheLogAndWhatIsLeftOver) {
  SimulatedDisk disk({{"00000003.snapshot", ""},
                      {"00000005.snapshot", ""},
                      {"00000004.log", ""},
                      {"00000005.log", ""},
                      {"00000006.log", ""},
                      {"00000009.log", ""},
                      {"00000007.log.tmp", ""},
                      {"00000007.snapshot.tmp", ""},
                      {"lock", ""},
                      {"README", ""},
                      {"notes.tmp", ""},
                      {"6.log", ""}});
  const auto contents = read_folder(&disk);
  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(contents->snapshot, 5u);
  EXPECT_EQ(contents->segments, (std::vector<std::uint64_t>{5, 6, 9}));
  EXPECT_EQ(contents->missing, (std::vector<std::string>{"00000007.log"}));
  std::vector<std::string> leftovers = contents->leftovers;
  std::sort(leftovers.begin(), leftovers.end());
  EXPECT_EQ(leftovers, (std::vector<std::string>{
                           "00000003.snapshot", "00000004.log",
                           "00000007.log.tmp", "00000007.snapshot.tmp"}));
}

TEST(Folder, MissesTheFirstSegment) {
  SimulatedDisk disk(Files{{"00000002.log", ""}});
  EXPECT_EQ(read_folder(&disk)->missing,
            (std::vector<std::string>{"00000001.log"}));
  SimulatedDisk snapshot(Files{{"00000002.snapshot", ""}});
  EXPECT_EQ(read_folder(&snapshot)->missing,
            (std::vector<std::string>{"00000002.log"}));
  SimulatedDisk empty;
  EXPECT_TRUE(read_folder(&empty)->missing.empty());
}

}  // namespace
}  // namespace papo::log
