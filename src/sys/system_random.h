// The kernel's random numbers.
#pragma once

#include <array>
#include <cstddef>

#include "base/random.h"

namespace papo::sys {

// Drawn a few at a time: a call costs a system call only now and then.
class SystemRandom final : public base::Random {
 public:
  std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 16> drawn_{};
  std::size_t left_ = 0;
};

}  // namespace papo::sys
