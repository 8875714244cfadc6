// Lets long work on another thread be slowed down, and stopped.
#pragma once

namespace papo::log {

class Pace {
 public:
  virtual ~Pace() = default;
  // Called between pieces of the work; false ends it.
  virtual bool go_on() = 0;
};

}  // namespace papo::log
