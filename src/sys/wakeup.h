// A way for a signal or another thread to end the loop's wait: a pipe to
// itself.
#pragma once

#include "base/result.h"
#include "sys/descriptor.h"

namespace papo::sys {

class Wakeup {
 public:
  static base::Result<Wakeup> create();

  // May be called in a signal handler and from any thread.
  void wake() const;
  // Forgets what wake() said so far.
  void drain() const;
  // Readable after wake(). Lives as long as the Wakeup.
  int descriptor() const { return reader_.get(); }

 private:
  Wakeup(Descriptor reader, Descriptor writer)
      : reader_(std::move(reader)), writer_(std::move(writer)) {}

  Descriptor reader_;
  Descriptor writer_;
};

}  // namespace papo::sys
