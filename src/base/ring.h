// A queue in one block of memory: push at the back, pop at the front, index in
// between, all in constant time. It owns no memory until the first push,
// doubles its block when that is full, and halves it when a quarter is enough.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "base/check.h"

namespace papo::base {

// T is default constructible and movable; a popped place is reset to T().
template <class T>
class Ring {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // 0 is the front. REQUIRES: index < size().
  T& operator[](std::size_t index) {
    return places_[(first_ + index) & (capacity_ - 1)];
  }
  const T& operator[](std::size_t index) const {
    return places_[(first_ + index) & (capacity_ - 1)];
  }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) {
      resize(capacity_ == 0 ? kCapacityMin : capacity_ * 2);
    }
    ++size_;
    back() = std::move(value);
  }

  // REQUIRES: !empty().
  T pop_front() {
    PAPO_CHECK(size_ > 0);
    T value = std::exchange(front(), T());
    first_ = (first_ + 1) & (capacity_ - 1);
    --size_;
    if (capacity_ > kCapacityMin && size_ <= capacity_ / 4) {
      resize(capacity_ / 2);
    }
    return value;
  }

  // Removes the element at `index`, keeping the order. Linear.
  void erase(std::size_t index) {
    for (; index + 1 < size_; ++index) {
      (*this)[index] = std::move((*this)[index + 1]);
    }
    back() = T();
    --size_;
  }

 private:
  static constexpr std::size_t kCapacityMin = 4;

  void resize(std::size_t capacity) {
    auto places = std::make_unique<T[]>(capacity);
    for (std::size_t i = 0; i < size_; ++i) places[i] = std::move((*this)[i]);
    places_ = std::move(places);
    first_ = 0;
    capacity_ = capacity;
  }

  std::unique_ptr<T[]> places_;
  std::size_t capacity_ = 0;  // 0 or a power of two
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace papo::base
