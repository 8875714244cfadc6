// Phrases for people that many messages are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace papo::base {

// "write: No space left on device". Of the number 0, which is no call's: what
// was found, alone.
std::string describe(const Error& error);

// "1 byte", "2 bytes".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace papo::base
