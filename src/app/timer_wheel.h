// Deadlines of many connections, kept coarsely (Varghese and Lauck 1987).
//
// A wheel of 512 places, each 1/8 second wide. Setting, moving and clearing a
// deadline takes constant time and no memory of its own: the links are in the
// timed thing. A deadline that moves later, as a keep-alive connection's does
// with each request, only changes a number: its place is looked at in its old
// turn and moved on. Deadlines are met up to 1/8 s late, never early.
#pragma once

#include <array>
#include <cstdint>

#include "base/list.h"
#include "base/time.h"

namespace papo::app {

// What is inherited by a thing with a deadline.
struct Timed {
  // The tick of the deadline and of the place it waits in; 0: none.
  std::uint32_t deadline_tick = 0;
  std::uint32_t place_tick = 0;
  base::Links<Timed> wheel_links;
};

class TimerWheel {
 public:
  static constexpr base::Micros kTick = std::chrono::milliseconds(125);
  static constexpr std::uint32_t kPlaces = 512;

  // `now` is the steady clock's time, as in all calls.
  explicit TimerWheel(base::Micros now);

  // The deadline is `when`, instead of any it had.
  void set(Timed* timed, base::Micros when);
  void clear(Timed* timed);

  // Takes one element whose deadline has passed and clears it; nullptr when
  // there is none. Call until nullptr.
  Timed* take_due(base::Micros now);

  // When take_due() may next have something; `now` + `at_most` when nothing
  // comes before. Looks at up to kPlaces places.
  base::Micros next_due(base::Micros now, base::Micros at_most) const;

 private:
  using Place = base::List<Timed, &Timed::wheel_links>;

  std::uint32_t tick_of(base::Micros when) const;
  void insert(Timed* timed);
  void remove(Timed* timed);

  std::array<Place, kPlaces> places_;
  base::Micros start_;
  std::uint32_t current_ = 1;  // places of earlier ticks are empty
};

}  // namespace papo::app
