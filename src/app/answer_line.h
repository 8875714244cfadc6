// The order of one connection's answers, while commands are under way.
//
// Whoever calls gets the answers in the order of the calls. A command that the
// log has not decided yet reserves its place; a refusal behind it, which is
// known at once, takes its place too, and is said when its turn comes. What
// reads waits until the line is empty, so that it sees what was said before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "app/errors.h"
#include "base/check.h"

namespace papo::app {

// `Reply` is what the door needs to know to write an answer.
template <class Reply>
class AnswerLine {
 public:
  bool empty() const { return first_ == places_.size(); }
  std::size_t size() const { return places_.size() - first_; }

  // The number of the next place: what the desk is told of a command.
  std::uint32_t next() const {
    return passed_ + static_cast<std::uint32_t>(size());
  }
  // The next place is a command's, or a refusal's that is known already.
  void reserve(Reply reply) { places_.push_back({std::move(reply), {}}); }
  void refuse(Reply reply, Problem problem) {
    places_.push_back({std::move(reply), std::move(problem)});
  }
  // The command with this number is refused. REQUIRES: its place was reserved.
  void refuse(std::uint32_t number, const Problem& problem) {
    const std::size_t at = first_ + (number - passed_);
    PAPO_CHECK(at < places_.size());
    places_[at].problem = problem;
  }

  // Takes the place of a command that has been decided: the first one, since
  // commands are decided in their order. REQUIRES: refusals before it were
  // taken.
  Reply take(std::uint32_t number) {
    PAPO_CHECK(number == passed_ && !empty());
    return take_first().reply;
  }
  // Takes the first place when it is a refusal's.
  std::optional<std::pair<Reply, Problem>> take_refusal() {
    if (empty() || !places_[first_].problem) return std::nullopt;
    Place place = take_first();
    return std::pair(std::move(place.reply), std::move(*place.problem));
  }

 private:
  struct Place {
    Reply reply;
    std::optional<Problem> problem;
  };

  Place take_first() {
    Place place = std::move(places_[first_]);
    ++passed_;
    if (++first_ == places_.size()) {
      places_.clear();
      first_ = 0;
    }
    return place;
  }

  std::vector<Place> places_;
  std::size_t first_ = 0;     // places before it have been taken
  std::uint32_t passed_ = 0;  // the number of the first place
};

}  // namespace papo::app
