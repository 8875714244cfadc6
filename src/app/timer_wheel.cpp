#include "app/timer_wheel.h"

#include <algorithm>

namespace papo::app {

TimerWheel::TimerWheel(base::Micros now) : start_(now) {}

// The first tick that begins at or after `when`: never early.
std::uint32_t TimerWheel::tick_of(base::Micros when) const {
  const auto since = std::max(when - start_, base::Micros(0));
  return static_cast<std::uint32_t>((since + kTick - base::Micros(1)) / kTick) +
         1;
}

void TimerWheel::set(Timed* timed, base::Micros when) {
  timed->deadline_tick = std::max(tick_of(when), current_);
  if (timed->place_tick != 0) {
    if (timed->place_tick <= timed->deadline_tick) return;
    remove(timed);
  }
  insert(timed);
}

void TimerWheel::clear(Timed* timed) {
  if (timed->place_tick != 0) remove(timed);
  timed->deadline_tick = 0;
}

// A deadline beyond one round waits in the farthest place and is moved on from
// there.
void TimerWheel::insert(Timed* timed) {
  timed->place_tick = std::min(timed->deadline_tick, current_ + kPlaces - 1);
  places_[timed->place_tick % kPlaces].push_back(timed);
}

void TimerWheel::remove(Timed* timed) {
  places_[timed->place_tick % kPlaces].remove(timed);
  timed->place_tick = 0;
}

Timed* TimerWheel::take_due(base::Micros now) {
  const auto since = std::max(now - start_, base::Micros(0));
  const auto now_tick = static_cast<std::uint32_t>(since / kTick) + 1;
  for (;;) {
    Place& place = places_[current_ % kPlaces];
    while (Timed* timed = place.front()) {
      remove(timed);
      if (timed->deadline_tick <= current_) {
        timed->deadline_tick = 0;
        return timed;
      }
      insert(timed);  // into a later place
    }
    if (current_ >= now_tick) return nullptr;
    ++current_;
  }
}

base::Micros TimerWheel::next_due(base::Micros now,
                                  base::Micros at_most) const {
  for (std::uint32_t ahead = 0; ahead < kPlaces; ++ahead) {
    const std::uint32_t tick = current_ + ahead;
    const base::Micros due = start_ + (tick - 1) * kTick;
    if (due >= now + at_most) break;
    if (!places_[tick % kPlaces].empty()) return std::max(due, now);
  }
  return now + at_most;
}

}  // namespace papo::app
