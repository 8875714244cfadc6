// Looking at logs that are intact, torn or damaged.
#include "log/inspection.h"

#include <gtest/gtest.h>

#include "log/written_log.h"

namespace papo::log {
namespace {

using support::SimulatedDisk;
using support::text_of;

TEST(Inspection, FindsAnIntactLogWhole) {
  const Written written = write_log(1, 40);
  SimulatedDisk disk(written.files);
  const Inspection found = inspected(&disk);
  EXPECT_TRUE(found.is_intact());
  EXPECT_EQ(text_of(*found.store), written.text);
  EXPECT_EQ(disk.operations(), 0U);
}

TEST(Inspection, TakesATornTailForNoDamage) {
  Written written = write_log(2, 40);
  written.files[segments_of(written.files).back()] += "torn";
  SimulatedDisk disk(written.files);
  const Inspection found = inspected(&disk);
  EXPECT_TRUE(found.is_intact());
  EXPECT_EQ(found.report.torn_bytes, 4U);
  EXPECT_EQ(text_of(*found.store), written.text);
}

TEST(Inspection, TellsEachDamageAndKeepsTheRest) {
  const Written written = write_log(3, 40);
  SimulatedDisk disk(damaged(written.files));
  const Inspection found = inspected(&disk);
  ASSERT_FALSE(found.is_intact());
  EXPECT_EQ(found.report.passed_over.front().file,
            segments_of(written.files).front());
  EXPECT_GT(found.store->last_id(), 0U);
  EXPECT_EQ(disk.operations(), 0U);
}

TEST(Inspection, FailsWhereReadingFails) {
  SimulatedDisk disk(write_log(4, 10).files);
  disk.fail_reads(5);
  EXPECT_FALSE(inspect(&disk, kKey).ok());
}

}  // namespace
}  // namespace papo::log
