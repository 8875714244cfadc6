// The clocks, read in one place.
#pragma once

#include "base/time.h"

namespace papo::sys {

base::Moment read_clocks();

}  // namespace papo::sys
