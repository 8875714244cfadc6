// Immutable bytes with a reference count: the one encoding of a message, held
// by the history and by every outbox it waits in.
//
// One pointer wide. The count is not atomic: shared bytes belong to the thread
// of the loop. Copying costs an increment, reading costs nothing. With the last
// reference the bytes are wiped, so that a deleted message leaves no trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace papo::base {

class SharedBytes {
 public:
  SharedBytes() = default;
  // Copies `bytes`. One allocation. REQUIRES: less than 4 GiB.
  explicit SharedBytes(std::string_view bytes);
  // Copies the pieces one after the other into one buffer.
  static SharedBytes join(std::span<const std::string_view> pieces);

  SharedBytes(const SharedBytes& other) : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  SharedBytes(SharedBytes&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() {
    if (block_ != nullptr && --block_->references == 0) release(block_);
  }

  // Valid while any SharedBytes refers to the same buffer.
  std::string_view view() const {
    if (block_ == nullptr) return {};
    return {reinterpret_cast<const char*>(block_ + 1), block_->size};
  }
  std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  bool empty() const { return size() == 0; }
  explicit operator bool() const { return block_ != nullptr; }

  // Counts in how many places the buffer waits to be sent, so that what waits
  // is known without counting a buffer twice: true for the first place, and
  // when the last one is left. REQUIRES: not empty.
  bool begin_waiting() const { return block_->waiting++ == 0; }
  bool end_waiting() const { return --block_->waiting == 0; }

 private:
  struct Block {
    std::uint32_t references;
    std::uint32_t size;
    std::uint32_t waiting;
  };
  static Block* allocate(std::size_t size);
  static void release(Block* block);

  Block* block_ = nullptr;
};

}  // namespace papo::base
