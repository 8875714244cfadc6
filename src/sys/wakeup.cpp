#include "sys/wakeup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace papo::sys {

base::Result<Wakeup> Wakeup::create() {
  int ends[2];
  if (::pipe(ends) < 0) return base::Unexpected{base::Error{"pipe", errno}};
  for (const int end : ends) {
    ::fcntl(end, F_SETFL, O_NONBLOCK);
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  return Wakeup(Descriptor(ends[0]), Descriptor(ends[1]));
}

// A full pipe wakes as well as a fuller one would.
void Wakeup::wake() const {
  const int before = errno;
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = ::write(writer_.get(), &byte, 1);
  errno = before;
}

void Wakeup::drain() const {
  char bytes[64];
  while (::read(reader_.get(), bytes, sizeof bytes) > 0) {
  }
}

}  // namespace papo::sys
