// gzip's members: whatever the bytes, no more than allowed comes out, and what
// does is the same each time.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  constexpr std::size_t kBytesMax = 1 << 16;
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  const auto bytes = papo::gzip::unpack(packed, kBytesMax);
  if (bytes && bytes->size() > kBytesMax) std::abort();
  if (bytes != papo::gzip::unpack(packed, kBytesMax)) std::abort();
  return 0;
}
