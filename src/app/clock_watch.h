// Whether the ids run ahead of the clock.
//
// A clock that was ahead once has left its mark: ids only grow, so they go on
// from there until the clock has caught up. Order and resume points hold; what
// an id says of the time does not, so entries carry "sent_at" meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "chat/command.h"

namespace papo::app {

// How far, in whole seconds; 0 when it is not worth telling: a few.
std::uint64_t seconds_ahead(chat::MessageId last_id, base::Micros wall);

class ClockWatch {
 public:
  // A sentence for the one who runs the server when it begins, and when it is
  // over; empty while there is nothing new.
  std::string look(std::uint64_t seconds_ahead);

 private:
  bool is_ahead_ = false;
};

}  // namespace papo::app
