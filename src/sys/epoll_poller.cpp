#include <cerrno>

#include "sys/poller.h"

#ifdef __linux__

#include <sys/epoll.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "sys/descriptor.h"

namespace papo::sys {
namespace {

constexpr std::size_t kEventsMax = 1024;

epoll_event event_of(std::uint64_t key, Interest interest) {
  epoll_event event{};
  if (interest.read) event.events |= EPOLLIN;
  if (interest.write) event.events |= EPOLLOUT;
  event.data.u64 = key;
  return event;
}

class EpollPoller final : public Poller {
 public:
  explicit EpollPoller(Descriptor epoll) : epoll_(std::move(epoll)) {}

  base::Result<base::Done> add(int descriptor, std::uint64_t key,
                               Interest interest) override {
    epoll_event event = event_of(key, interest);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) < 0) {
      return base::Unexpected{base::Error{"epoll_ctl", errno}};
    }
    return base::Done{};
  }

  void change(int descriptor, std::uint64_t key, Interest interest) override {
    epoll_event event = event_of(key, interest);
    PAPO_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) ==
               0);
  }

  void remove(int descriptor) override {
    epoll_event event{};
    PAPO_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, &event) ==
               0);
  }

  std::size_t wait(std::span<Ready> ready, base::Micros at_most) override {
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(at_most);
    const std::size_t room = std::min(ready.size(), kEventsMax);
    const int count =
        ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(room),
                     static_cast<int>(timeout.count()));
    if (count < 0) {
      PAPO_CHECK(errno == EINTR);
      return 0;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const std::uint32_t bits = events_[i].events;
      ready[i] = {events_[i].data.u64, (bits & EPOLLIN) != 0,
                  (bits & EPOLLOUT) != 0, (bits & (EPOLLHUP | EPOLLERR)) != 0};
    }
    return static_cast<std::size_t>(count);
  }

 private:
  Descriptor epoll_;
  std::array<epoll_event, kEventsMax> events_;
};

}  // namespace

base::Result<std::unique_ptr<Poller>> make_epoll_poller() {
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return base::Unexpected{base::Error{"epoll_create1", errno}};
  return std::unique_ptr<Poller>(
      std::make_unique<EpollPoller>(std::move(epoll)));
}

}  // namespace papo::sys

#else

namespace papo::sys {

base::Result<std::unique_ptr<Poller>> make_epoll_poller() {
  return base::Unexpected{base::Error{"epoll_create1", ENOSYS}};
}

}  // namespace papo::sys

#endif
