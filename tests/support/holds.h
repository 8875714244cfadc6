// A question that tests ask of every answer.
#pragma once

#include <string_view>

namespace papo::support {

inline bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace papo::support
