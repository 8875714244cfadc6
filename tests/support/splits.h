// Every way in which a network may cut bytes, near enough: whole, byte by byte,
// and in two at every offset.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace papo::support {

using Pieces = std::vector<std::string_view>;

// Calls judge(pieces) for each way of cutting `bytes`, with a trace that names
// it. Of a long text only the offsets near its ends and some between are taken,
// so that the time does not grow with the square of its length.
template <class Judge>
void for_every_split(std::string_view bytes, Judge judge) {
  constexpr std::size_t kNear = 512;
  constexpr std::size_t kStride = 251;
  {
    SCOPED_TRACE("whole");
    judge(Pieces{bytes});
  }
  Pieces single;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    single.push_back(bytes.substr(at, 1));
  }
  {
    SCOPED_TRACE("byte by byte");
    judge(single);
  }
  for (std::size_t at = 1; at < bytes.size(); ++at) {
    const bool near = at < kNear || bytes.size() - at < kNear;
    if (!near && at % kStride != 0) continue;
    SCOPED_TRACE("split at " + std::to_string(at));
    judge(Pieces{bytes.substr(0, at), bytes.substr(at)});
  }
}

}  // namespace papo::support
