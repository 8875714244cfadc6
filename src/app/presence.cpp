#include "app/presence.h"

#include <algorithm>

#include "wire/json_writer.h"

namespace papo::app {
namespace {

bool is_present(std::uint32_t connections, base::Micros grace_until) {
  return connections > 0 || grace_until.count() != 0;
}

}  // namespace

// Names have no control characters, so a NUL separates.
std::string Presence::key_of(std::string_view room, std::string_view user) {
  std::string key;
  key.reserve(room.size() + 1 + user.size());
  return key.append(room).append(1, '\0').append(user);
}

Presence::Users::iterator Presence::find_or_add(std::string_view room,
                                                std::string_view user) {
  const auto [at, added] = users_.try_emplace(key_of(room, user));
  if (added) {
    const std::string_view key = at->first;
    at->second.room = key.substr(0, room.size());
    at->second.user = key.substr(room.size() + 1);
  }
  return at;
}

const Presence::State* Presence::find(std::string_view room,
                                      std::string_view user) const {
  if (users_.empty()) return nullptr;
  const auto at = users_.find(key_of(room, user));
  return at == users_.end() ? nullptr : &at->second;
}

void Presence::forget_if_idle(Users::iterator at) {
  const State& state = at->second;
  if (is_present(state.connections, state.grace_until)) return;
  if (!state.typing_queued) users_.erase(at);
}

void Presence::connected(std::string_view room, std::string_view user) {
  State& state = find_or_add(room, user)->second;
  const bool was_there = is_present(state.connections, state.grace_until);
  ++state.connections;
  state.grace_until = {};
  if (!was_there && !is_polling_member(room, user)) {
    tell_online(room, user, true);
  }
}

void Presence::disconnected(std::string_view room, std::string_view user,
                            base::Micros now) {
  const auto at = users_.find(key_of(room, user));
  PAPO_CHECK(at != users_.end() && at->second.connections > 0);
  State& state = at->second;
  if (--state.connections > 0) return;
  state.grace_until = now + kGrace;
  graces_.push({state.grace_until, at->first});
  if (state.typing_until.count() != 0) {
    state.typing_until = {};
    tell_typing(room, user, false);
  }
}

void Presence::end_grace(const Due& due) {
  const auto at = users_.find(due.key);
  if (at == users_.end()) return;
  State& state = at->second;
  // Came back meanwhile, or went again later than this.
  if (state.grace_until != due.when) return;
  state.grace_until = {};
  if (!is_polling_member(state.room, state.user)) {
    tell_online(state.room, state.user, false);
  }
  forget_if_idle(at);
}

void Presence::polled(std::string_view user, base::Micros now) {
  const auto found = polls_.find(user);
  if (found != polls_.end()) {
    found->second = now + kPollFor;
    return;
  }
  if (polls_.size() >= kPollersMax) return;
  const chat::User* known = store_->find_user(user);
  if (known == nullptr) return;  // a member of no room is online in none
  for (const chat::Membership& each : known->rooms) {
    if (!is_online(each.room->name, user)) {
      tell_online(each.room->name, user, true);
    }
  }
  polls_.emplace(user, now + kPollFor);
  poll_ends_.push({now + kPollFor, std::string(user)});
}

// Who polls is online wherever they are a member.
void Presence::joined(std::string_view room, std::string_view user) {
  if (is_polling(user) && !is_connected(room, user)) {
    tell_online(room, user, true);
  }
}

void Presence::left(std::string_view room, std::string_view user) {
  stopped_typing(room, user);
  if (is_polling(user) && !is_connected(room, user)) {
    tell_online(room, user, false);
  }
}

void Presence::end_poll(const Due& due) {
  const auto found = polls_.find(due.key);
  if (found->second > due.when) {  // polled again since
    poll_ends_.push({found->second, due.key});
    return;
  }
  polls_.erase(found);
  const chat::User* known = store_->find_user(due.key);
  if (known == nullptr) return;
  for (const chat::Membership& each : known->rooms) {
    if (!is_online(each.room->name, due.key)) {
      tell_online(each.room->name, due.key, false);
    }
  }
}

void Presence::typing(std::string_view room, std::string_view user,
                      base::Micros now) {
  const auto at = find_or_add(room, user);
  State& state = at->second;
  const bool began = state.typing_until.count() == 0;
  state.typing_until = now + kTypingFor;
  if (!state.typing_queued) {
    state.typing_queued = true;
    typing_ends_.push({state.typing_until, at->first});
  }
  if (began) tell_typing(room, user, true);
}

void Presence::stopped_typing(std::string_view room, std::string_view user) {
  if (users_.empty()) return;
  const auto at = users_.find(key_of(room, user));
  if (at == users_.end() || at->second.typing_until.count() == 0) return;
  at->second.typing_until = {};
  tell_typing(room, user, false);
}

// Typing that went on has a later end than the one that was queued.
void Presence::end_typing(const Due& due) {
  const auto at = users_.find(due.key);
  PAPO_CHECK(at != users_.end());
  State& state = at->second;
  if (state.typing_until > due.when) {
    typing_ends_.push({state.typing_until, due.key});
    return;
  }
  state.typing_queued = false;
  if (state.typing_until.count() != 0) {
    state.typing_until = {};
    tell_typing(state.room, state.user, false);
  }
  forget_if_idle(at);
}

bool Presence::is_polling(std::string_view user) const {
  return !polls_.empty() && polls_.find(user) != polls_.end();
}

bool Presence::is_polling_member(std::string_view room,
                                 std::string_view user) const {
  if (!is_polling(user)) return false;
  const chat::Room* found = store_->find_room(room);
  return found != nullptr && store_->is_member(*found, user);
}

bool Presence::is_connected(std::string_view room,
                            std::string_view user) const {
  const State* state = find(room, user);
  return state != nullptr && is_present(state->connections, state->grace_until);
}

bool Presence::is_online(std::string_view room, std::string_view user) const {
  return is_connected(room, user) || is_polling_member(room, user);
}

bool Presence::is_typing(std::string_view room, std::string_view user) const {
  const State* state = find(room, user);
  return state != nullptr && state->typing_until.count() != 0;
}

std::unordered_map<std::string_view, std::size_t> Presence::online_counts()
    const {
  std::unordered_map<std::string_view, std::size_t> counts;
  for (const auto& [key, state] : users_) {
    if (is_present(state.connections, state.grace_until)) ++counts[state.room];
  }
  for (const auto& [user, until] : polls_) {
    const chat::User* known = store_->find_user(user);
    if (known == nullptr) continue;
    for (const chat::Membership& each : known->rooms) {
      if (!is_connected(each.room->name, user)) ++counts[each.room->name];
    }
  }
  return counts;
}

std::optional<Presence::Due> Presence::take_due(Dues* dues, base::Micros now) {
  if (dues->empty() || dues->top().when > now) return std::nullopt;
  Due due = dues->top();
  dues->pop();
  return due;
}

void Presence::on_time(base::Micros now) {
  while (const auto due = take_due(&graces_, now)) end_grace(*due);
  while (const auto due = take_due(&poll_ends_, now)) end_poll(*due);
  while (const auto due = take_due(&typing_ends_, now)) end_typing(*due);
}

base::Micros Presence::next_due(base::Micros none) const {
  for (const Dues* dues : {&graces_, &poll_ends_, &typing_ends_}) {
    if (!dues->empty()) none = std::min(none, dues->top().when);
  }
  return none;
}

void Presence::tell_online(std::string_view room, std::string_view user,
                           bool online) {
  std::string json;
  json::Writer(&json)
      .begin_object()
      .key("type")
      .string("presence")
      .key("room")
      .string(room)
      .key("user")
      .string(user)
      .key("online")
      .boolean(online)
      .end_object();
  feed_->publish(room, Ephemeral::Presence, json);
}

void Presence::tell_typing(std::string_view room, std::string_view user,
                           bool typing) {
  std::string json;
  json::Writer(&json)
      .begin_object()
      .key("type")
      .string("typing")
      .key("room")
      .string(room)
      .key("user")
      .string(user)
      .key("typing")
      .boolean(typing)
      .end_object();
  feed_->publish(room, Ephemeral::Typing, json);
}

}  // namespace papo::app
