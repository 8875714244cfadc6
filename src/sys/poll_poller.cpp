#include <poll.h>

#include <cerrno>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "sys/poller.h"

namespace papo::sys {
namespace {

short bits_of(Interest interest) {
  return static_cast<short>((interest.read ? POLLIN : 0) |
                            (interest.write ? POLLOUT : 0));
}

// The array that poll(2) takes is kept between calls; a removed descriptor's
// place is taken by the last.
class PollPoller final : public Poller {
 public:
  base::Result<base::Done> add(int descriptor, std::uint64_t key,
                               Interest interest) override {
    places_[descriptor] = polled_.size();
    polled_.push_back({descriptor, bits_of(interest), 0});
    keys_.push_back(key);
    return base::Done{};
  }

  void change(int descriptor, std::uint64_t, Interest interest) override {
    polled_[place_of(descriptor)].events = bits_of(interest);
  }

  void remove(int descriptor) override {
    const std::size_t place = place_of(descriptor);
    polled_[place] = polled_.back();
    keys_[place] = keys_.back();
    places_[polled_[place].fd] = place;
    polled_.pop_back();
    keys_.pop_back();
    places_.erase(descriptor);
  }

  // Goes on where the last call ended, so that nobody starves when more are
  // ready than `ready` has room for.
  std::size_t wait(std::span<Ready> ready, base::Micros at_most) override {
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(at_most);
    const int count =
        ::poll(polled_.data(), static_cast<nfds_t>(polled_.size()),
               static_cast<int>(timeout.count()));
    if (count < 0) {
      PAPO_CHECK(errno == EINTR);
      return 0;
    }
    std::size_t filled = 0;
    for (std::size_t i = 0; i < polled_.size() && filled < ready.size(); ++i) {
      next_ = (next_ + 1) % polled_.size();
      const short bits = polled_[next_].revents;
      if (bits == 0) continue;
      ready[filled++] = {keys_[next_], (bits & POLLIN) != 0,
                         (bits & POLLOUT) != 0,
                         (bits & (POLLHUP | POLLERR | POLLNVAL)) != 0};
    }
    return filled;
  }

 private:
  std::size_t place_of(int descriptor) const {
    const auto found = places_.find(descriptor);
    PAPO_CHECK(found != places_.end());
    return found->second;
  }

  std::vector<pollfd> polled_;
  std::vector<std::uint64_t> keys_;
  std::unordered_map<int, std::size_t> places_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Poller> make_poll_poller() {
  return std::make_unique<PollPoller>();
}

}  // namespace papo::sys
