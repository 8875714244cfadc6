// What a server counts, as /metrics tells it: how a test waits for a thing
// that shows nowhere else on the wire.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo::support {

// The value of papo_`name`. Asking is one connection itself.
inline std::uint64_t metric(std::uint16_t port, std::string_view name) {
  const std::string page = get(port, "/metrics").body;
  const std::string line = "\npapo_" + std::string(name) + " ";
  const std::size_t at = page.find(line);
  EXPECT_NE(at, std::string::npos) << name << " is not in: " << page;
  if (at == std::string::npos) return 0;
  return std::stoull(page.substr(at + line.size()));
}

// Waits for it to be `value`; false, and a failed test, when patience ends.
inline bool wait_for_metric(std::uint16_t port, std::string_view name,
                            std::uint64_t value) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (metric(port, name) != value) {
    if (std::chrono::steady_clock::now() > until) {
      ADD_FAILURE() << name << " is not " << value;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace papo::support
