#include "sys/descriptor.h"

#include <unistd.h>

namespace papo::sys {

// Linux closes the descriptor even when close() is interrupted, so it is never
// tried again (close(2)).
void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

}  // namespace papo::sys
