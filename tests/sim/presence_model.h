// Who should be online and who should be typing, by the rules of the API.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/time.h"
#include "sim/model.h"

namespace papo::sim {

class PresenceModel {
 public:
  explicit PresenceModel(const Model* model) : model_(*model) {}

  void connected(const std::string& room, const std::string& user) {
    Place& place = places_[{room, user}];
    ++place.connections;
    place.grace_until = {};
  }
  void disconnected(const std::string& room, const std::string& user,
                    base::Micros now) {
    Place& place = places_[{room, user}];
    if (--place.connections > 0) return;
    place.grace_until = now + std::chrono::seconds(5);
    place.typing_until = {};
  }
  void polled(const std::string& user, base::Micros now) {
    if (model_.rooms_of(user).empty() && !is_polling(user)) return;
    polls_[user] = now + std::chrono::seconds(30);
  }
  void typing(const std::string& room, const std::string& user,
              base::Micros now) {
    places_[{room, user}].typing_until = now + std::chrono::seconds(6);
  }
  void stopped_typing(const std::string& room, const std::string& user) {
    const auto at = places_.find({room, user});
    if (at != places_.end()) at->second.typing_until = {};
  }

  // Forgets what is over: at the end of each turn.
  void on_time(base::Micros now) {
    for (auto& [name, place] : places_) {
      if (place.grace_until <= now) place.grace_until = {};
      if (place.typing_until <= now) place.typing_until = {};
    }
    std::erase_if(places_, [](const auto& each) {
      const Place& place = each.second;
      return place.connections == 0 && place.grace_until.count() == 0 &&
             place.typing_until.count() == 0;
    });
    std::erase_if(polls_, [&](const auto& each) { return each.second <= now; });
  }
  // When on_time() next changes something.
  base::Micros next_due(base::Micros none) const {
    for (const auto& [name, place] : places_) {
      for (const base::Micros due : {place.grace_until, place.typing_until}) {
        if (due.count() != 0) none = std::min(none, due);
      }
    }
    for (const auto& [user, until] : polls_) none = std::min(none, until);
    return none;
  }

  bool is_online(const std::string& room, const std::string& user) const {
    const auto at = places_.find({room, user});
    if (at != places_.end() &&
        (at->second.connections > 0 || at->second.grace_until.count() != 0)) {
      return true;
    }
    return is_polling(user) && model_.is_member(room, user);
  }
  bool is_typing(const std::string& room, const std::string& user) const {
    const auto at = places_.find({room, user});
    return at != places_.end() && at->second.typing_until.count() != 0;
  }
  std::size_t online_in(const std::string& room) const {
    std::size_t count = 0;
    for (const auto& [name, place] : places_) {
      count += name.first == room && is_online(room, name.second);
    }
    for (const auto& [user, until] : polls_) {
      count += !places_.contains({room, user}) && is_online(room, user);
    }
    return count;
  }
  bool empty() const { return places_.empty() && polls_.empty(); }

 private:
  struct Place {
    int connections = 0;
    base::Micros grace_until{};  // 0: not in grace
    base::Micros typing_until{};
  };
  bool is_polling(const std::string& user) const {
    return polls_.contains(user);
  }

  const Model& model_;
  std::map<std::pair<std::string, std::string>, Place> places_;
  std::map<std::string, base::Micros> polls_;
};

}  // namespace papo::sim
