// All chance of a simulated world, from one seed (SplitMix64, Steele and others
// 2014). The same seed gives the same world on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "base/random.h"

namespace papo::sim {

class Lottery final : public base::Random {
 public:
  explicit Lottery(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() override {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t bits = state_;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
    return bits ^ bits >> 31;
  }

  // Less than `bound`. REQUIRES: bound > 0.
  std::size_t below(std::size_t bound) { return next() % bound; }
  // From `least` to `most`, both included.
  std::size_t between(std::size_t least, std::size_t most) {
    return least + below(most - least + 1);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }

  template <class Container>
  auto& pick(Container& from) {
    return from[below(std::size(from))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace papo::sim
