#include "sys/system_random.h"

#include <unistd.h>

#include "base/check.h"

namespace papo::sys {

// getentropy() waits for the kernel's generator and is never short up to 256
// bytes.
std::uint64_t SystemRandom::next() {
  if (left_ == 0) {
    PAPO_CHECK(::getentropy(drawn_.data(), sizeof drawn_) == 0);
    left_ = drawn_.size();
  }
  return drawn_[--left_];
}

}  // namespace papo::sys
