#include "base/shared_bytes.h"

#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/check.h"
#include "base/wipe.h"

namespace papo::base {

SharedBytes::SharedBytes(std::string_view bytes)
    : block_(allocate(bytes.size())) {
  if (!bytes.empty()) std::memcpy(block_ + 1, bytes.data(), bytes.size());
}

SharedBytes SharedBytes::join(std::span<const std::string_view> pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  SharedBytes joined;
  joined.block_ = allocate(size);
  char* to = reinterpret_cast<char*>(joined.block_ + 1);
  for (const std::string_view piece : pieces) {
    if (piece.empty()) continue;
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  }
  return joined;
}

SharedBytes::Block* SharedBytes::allocate(std::size_t size) {
  PAPO_CHECK(size <= std::numeric_limits<std::uint32_t>::max());
  void* memory = std::malloc(sizeof(Block) + size);
  PAPO_CHECK(memory != nullptr);
  return new (memory) Block{1, static_cast<std::uint32_t>(size), 0};
}

// Text that nobody holds is nowhere.
void SharedBytes::release(Block* block) {
  wipe(block + 1, block->size);
  std::free(block);
}

}  // namespace papo::base
