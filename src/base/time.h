// Time as values. Only sys/ reads a clock; everything else is told the moment.
#pragma once

#include <chrono>

namespace papo::base {

using Micros = std::chrono::microseconds;

// One reading of both clocks. A turn of the loop is one moment: everything
// that happens in it happens at the same time.
struct Moment {
  Micros wall{};    // since the Unix epoch; may jump, orders messages
  Micros steady{};  // since some fixed point; never goes back, for timeouts
};

}  // namespace papo::base
