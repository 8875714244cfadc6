#include "sys/watchdog.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string_view>

namespace papo::sys {
namespace {

void speak(void* text) {
  const std::string_view view = static_cast<const char*>(text);
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, view.data(), view.size());
}

// What hangs for ever does not make the program hang.
TEST(Watchdog, EndsWhatCannotEndByItself) {
  static char text[] = "the disk is stuck";
  EXPECT_EXIT(
      {
        exit_after(std::chrono::milliseconds(1), speak, text);
        for (;;) ::pause();
      },
      testing::ExitedWithCode(1), "the disk is stuck");
}

}  // namespace
}  // namespace papo::sys
