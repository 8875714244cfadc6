// A value, or the reason why there is none.
//
// The kinds of reason that travel in a Result are never mixed: a `Fault` is
// the peer's bytes (one enum per protocol), a `Refusal` is the domain's no, a
// `Problem` is what a client is told of either, an `Error` is a system call
// that failed, and a `Trouble` is what is wrong with a log's folder. In cli/ it
// is a sentence for the person at the terminal. Nothing here throws.
#pragma once

#include <utility>
#include <variant>

#include "base/check.h"

namespace papo::base {

// A system call that failed: what was being done, and its errno. `doing` names
// a string literal, so an Error is two words and never allocates.
struct Error {
  const char* doing;
  int number;
};

// Wraps a reason so that it converts to a failed Result.
template <class E>
struct Unexpected {
  E reason;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected<E> failed)
      : state_(std::in_place_index<1>, std::move(failed.reason)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok().
  T& value() {
    T* value = std::get_if<0>(&state_);
    PAPO_CHECK(value != nullptr);
    return *value;
  }
  const T& value() const { return const_cast<Result*>(this)->value(); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok().
  const E& error() const {
    const E* reason = std::get_if<1>(&state_);
    PAPO_CHECK(reason != nullptr);
    return *reason;
  }

 private:
  std::variant<T, E> state_;
};

// A Result without a value: success, or the reason.
struct Done {};

}  // namespace papo::base
