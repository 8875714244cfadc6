// A keyed hash for tables whose keys strangers choose (SipHash-1-3, Aumasson
// and Bernstein 2012): without the key nobody can make names that collide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace papo::base {

struct HashKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

// 64 bits of `bytes` under `key`. About one nanosecond a byte for short names.
std::uint64_t siphash13(HashKey key, std::string_view bytes);

// For std::unordered_map with std::string or std::string_view keys; finds by
// std::string_view without making a string.
struct NameHash {
  using is_transparent = void;
  HashKey key;
  std::size_t operator()(std::string_view name) const {
    return static_cast<std::size_t>(siphash13(key, name));
  }
};

}  // namespace papo::base
