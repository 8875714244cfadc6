// Waiting for many descriptors at once. Level-triggered: what is ready and not
// taken is told again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "base/time.h"

namespace papo::sys {

struct Interest {
  bool read = false;
  bool write = false;
  bool operator==(const Interest&) const = default;
};

struct Ready {
  std::uint64_t key = 0;
  bool readable = false;
  bool writable = false;
  // Both directions are at their end, or the descriptor is in error. Told
  // whatever the interest.
  bool hung_up = false;
};

class Poller {
 public:
  virtual ~Poller() = default;

  // Begins to watch a descriptor. `key` comes back in Ready.
  virtual base::Result<base::Done> add(int descriptor, std::uint64_t key,
                                       Interest interest) = 0;
  // REQUIRES: the descriptor is watched, under that key.
  virtual void change(int descriptor, std::uint64_t key, Interest interest) = 0;
  // REQUIRES: called before the descriptor is closed.
  virtual void remove(int descriptor) = 0;

  // Waits until something is ready, `at_most` has passed (rounded up to a
  // millisecond) or a signal came; fills `ready` and returns how many.
  virtual std::size_t wait(std::span<Ready> ready, base::Micros at_most) = 0;
};

// epoll(7). On systems without it, an Error with ENOSYS.
base::Result<std::unique_ptr<Poller>> make_epoll_poller();
// poll(2): every POSIX system has it. Each wait is linear in the descriptors.
std::unique_ptr<Poller> make_poll_poller();

}  // namespace papo::sys
