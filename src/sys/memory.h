// How much memory the program may use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace papo::sys {

// The machine's, or that of the narrowest control group around the program, of
// version 1 or 2 (Linux' admin-guide/cgroup-v2.rst). Reads files: at the start.
std::uint64_t usable_memory();

// For tests: what `root` says, a folder that stands for "/", of a machine with
// `machine` bytes.
std::uint64_t usable_memory(const std::string& root, std::uint64_t machine);

}  // namespace papo::sys
