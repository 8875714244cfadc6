// The end of a program that could not end by itself, because something that it
// must wait for does not come: a disk, a mount.
#pragma once

#include "base/time.h"

namespace papo::sys {

// Unless the program has ended by then, calls `speak` on a thread of its own,
// and exits with status 1. Once.
void exit_after(base::Micros time, void (*speak)(void*), void* context);

}  // namespace papo::sys
