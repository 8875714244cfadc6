#include "sys/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

namespace papo::sys {
namespace {

bool is_woken(const Wakeup& wakeup) {
  pollfd polled = {wakeup.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

// Signals are the whole process': each of these is one of its own.
void end_if(bool wrong, const char* what) {
  if (!wrong) return;
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, what, std::string_view(what).size());
  ::_exit(9);
}

TEST(Signals, AskToStopOnce) {
  for (const int signal : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(
        {
          const auto wakeup = Wakeup::create();
          handle_signals(&*wakeup);
          end_if(stop_requested() || is_woken(*wakeup), "before it");
          ::raise(signal);
          end_if(!stop_requested(), "not asked");
          end_if(!is_woken(*wakeup), "not woken");
          ::_exit(0);
        },
        testing::ExitedWithCode(0), "");
  }
}

TEST(Signals, EndTheProgramWhenTheyComeTwice) {
  EXPECT_EXIT(
      {
        const auto wakeup = Wakeup::create();
        handle_signals(&*wakeup);
        ::raise(SIGTERM);
        ::raise(SIGINT);
        ::_exit(9);
      },
      testing::ExitedWithCode(1), "");
}

TEST(Signals, AskForLogFilesToBeOpenedAgain) {
  EXPECT_EXIT(
      {
        const auto wakeup = Wakeup::create();
        handle_signals(&*wakeup);
        end_if(take_reopen_request(), "before it");
        ::raise(SIGHUP);
        ::raise(SIGHUP);
        end_if(!is_woken(*wakeup), "not woken");
        end_if(!take_reopen_request(), "not asked");
        end_if(take_reopen_request(), "asked twice");
        end_if(stop_requested(), "asked to stop");
        ::_exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(Signals, AreNoneForAPipeThatNobodyReads) {
  EXPECT_EXIT(
      {
        const auto wakeup = Wakeup::create();
        handle_signals(&*wakeup);
        int ends[2];
        end_if(::pipe(ends) != 0, "no pipe");
        ::close(ends[0]);
        end_if(::write(ends[1], "x", 1) != -1, "somebody reads");
        ::_exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace papo::sys
