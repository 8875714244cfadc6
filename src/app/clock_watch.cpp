#include "app/clock_watch.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace papo::app {
namespace {

constexpr std::uint64_t kSecond = 1'000'000;
constexpr std::uint64_t kAheadMax = 5 * kSecond;

}  // namespace

std::uint64_t seconds_ahead(chat::MessageId last_id, base::Micros wall) {
  const auto now =
      static_cast<std::uint64_t>(std::max<base::Micros::rep>(wall.count(), 0));
  const std::uint64_t ahead = last_id > now ? last_id - now : 0;
  return ahead > kAheadMax ? ahead / kSecond : 0;
}

std::string ClockWatch::look(std::uint64_t seconds_ahead) {
  const bool is_ahead = seconds_ahead > 0;
  if (std::exchange(is_ahead_, is_ahead) == is_ahead) return {};
  if (!is_ahead) return "the clock has caught up with the ids";
  std::string text = "ids are ";
  base::append_number(&text, seconds_ahead);
  return text.append(
      " s ahead of the clock, which was ahead before or is behind now: order "
      "holds, and entries carry their own time (sent_at) until it has caught "
      "up");
}

}  // namespace papo::app
