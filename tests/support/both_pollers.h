// The same tests on each way of waiting for sockets.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/server_process.h"

namespace papo::support {

// A fixture: TEST_P of it run once for each poller, after
//   INSTANTIATE_TEST_SUITE_P(Pollers, ThatFixture, each_poller(),
//   name_of_poller);
class BothPollers : public ::testing::TestWithParam<const char*> {
 protected:
  // Flags of a server with the poller in turn.
  static std::vector<std::string> with_poller(
      std::vector<std::string> flags = {}) {
    flags.insert(flags.end(), {"--poller", GetParam()});
    return flags;
  }
};

inline auto each_poller() {
#ifdef __linux__
  return ::testing::Values("epoll", "poll");
#else
  return ::testing::Values("poll");
#endif
}

inline std::string name_of_poller(
    const ::testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace papo::support
