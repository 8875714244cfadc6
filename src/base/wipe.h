// Overwrites what must not stay in memory that is given back.
#pragma once

#include <cstddef>
#include <cstring>

namespace papo::base {

// Without the barrier a compiler may leave out a memset before a free.
inline void wipe(void* bytes, std::size_t size) {
  std::memset(bytes, 0, size);
  asm volatile("" : : "r"(bytes) : "memory");
}

}  // namespace papo::base
