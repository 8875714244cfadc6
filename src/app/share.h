// So much of a total, given back when it goes.
#pragma once

#include <cstddef>

namespace papo::app {

class Share {
 public:
  // `total` must outlive it.
  explicit Share(std::size_t* total) : total_(total) {}
  ~Share() { set(0); }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  void set(std::size_t size) {
    *total_ += size - size_;
    size_ = size;
  }
  std::size_t size() const { return size_; }

 private:
  std::size_t* total_;
  std::size_t size_ = 0;
};

}  // namespace papo::app
