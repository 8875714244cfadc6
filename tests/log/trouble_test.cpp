#include "log/trouble.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace papo::log {
namespace {

TEST(Trouble, SaysWhereWhatAndWhatToDo) {
  EXPECT_EQ(
      describe(Trouble{Trouble::Kind::Damaged, "00000001.log", 88,
                       "a record "
                       "is broken"},
               "/var/papo"),
      "/var/papo/00000001.log at byte 88: a record is broken. Nothing was "
      "changed. `papo log check /var/papo` tells what is intact; `papo log "
      "repair /var/papo` keeps all that is, and a copy of every file.");
  EXPECT_EQ(
      describe(Trouble{Trouble::Kind::Newer, "00000001.log", 0, "so"}, "d"),
      "d/00000001.log at byte 0: so. A newer papo wrote it: use that "
      "one.");
  EXPECT_EQ(describe(system_trouble("lock", {"open", EACCES}), "d"),
            "d/lock: open: Permission denied.");
}

}  // namespace
}  // namespace papo::log
