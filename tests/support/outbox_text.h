// What waits in an outbox, as one text.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "app/outbox.h"

namespace papo::support {

// Gathered without being consumed. REQUIRES: at most 100 pieces.
inline std::string text_of(const app::Outbox& outbox) {
  std::array<std::string_view, 100> pieces;
  const std::size_t count = outbox.gather(pieces);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(pieces[i]);
  return text;
}

}  // namespace papo::support
