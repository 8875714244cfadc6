// A doubly linked list threaded through its elements: no allocation, and an
// element leaves it in constant time. The list owns nothing.
#pragma once

namespace papo::base {

template <class T>
struct Links {
  T* previous = nullptr;
  T* next = nullptr;
};

// `links` names the member of T that holds this list's links, so that one
// element can be in several lists.
template <class T, Links<T> T::*links>
class List {
 public:
  class Iterator {
   public:
    explicit Iterator(T* at) : at_(at) {}
    T& operator*() const { return *at_; }
    Iterator& operator++() {
      at_ = (at_->*links).next;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    T* at_;
  };

  Iterator begin() const { return Iterator(front_); }
  Iterator end() const { return Iterator(nullptr); }
  bool empty() const { return front_ == nullptr; }
  // nullptr when empty.
  T* front() const { return front_; }
  T* back() const { return back_; }

  // REQUIRES: `element` is in no list of these links.
  void push_back(T* element) {
    (element->*links) = {back_, nullptr};
    (back_ == nullptr ? front_ : (back_->*links).next) = element;
    back_ = element;
  }

  // REQUIRES: `element` is in this list.
  void remove(T* element) {
    const Links<T> around = element->*links;
    (around.previous == nullptr ? front_ : (around.previous->*links).next) =
        around.next;
    (around.next == nullptr ? back_ : (around.next->*links).previous) =
        around.previous;
    element->*links = {};
  }

 private:
  T* front_ = nullptr;
  T* back_ = nullptr;
};

}  // namespace papo::base
