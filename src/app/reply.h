// How whatever is asked is answered, whichever door was asked.
#pragma once

#include <string_view>

#include "app/errors.h"
#include "chat/history.h"

namespace papo::app {

// What an answer says: the members of an object, its inside. Only the page is
// referred to instead of copied.
struct Members {
  std::string_view text = {};
  const chat::Page* page = nullptr;
  std::string_view rest = {};

  std::size_t size() const {
    return text.size() + (page == nullptr ? 0 : page->size) + rest.size();
  }
};

// Takes the answer to one question. Exactly one call.
class Reply {
 public:
  virtual ~Reply() = default;
  virtual void answer(const Members& members) = 0;
  // The same, beside the sign that something was done.
  virtual void succeed(std::string_view members) = 0;
  virtual void refuse(const Problem& problem) = 0;
};

}  // namespace papo::app
