// Randomness as an interface, given to the few who need it: sys/ implements it
// with the kernel's generator, tests with a seed.
#pragma once

#include <cstdint>

namespace papo::base {

class Random {
 public:
  virtual ~Random() = default;
  // 64 unpredictable bits.
  virtual std::uint64_t next() = 0;
};

}  // namespace papo::base
