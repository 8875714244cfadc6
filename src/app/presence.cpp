#include "app/presence.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "wire/json_writer.h"

namespace papo::app {

// Names have no control characters, so a NUL separates.
std::string Presence::key_of(std::string_view room, std::string_view user) {
  std::string key;
  key.reserve(room.size() + 1 + user.size());
  return key.append(room).append(1, '\0').append(user);
}

Presence::State& Presence::find_or_add(std::string_view room,
                                       std::string_view user) {
  const auto [at, added] = users_.try_emplace(key_of(room, user));
  if (added) {
    at->second.key = &at->first;
    at->second.room_bytes = static_cast<std::uint32_t>(room.size());
  }
  return at->second;
}

const Presence::State* Presence::find(std::string_view room,
                                      std::string_view user) const {
  if (users_.empty()) return nullptr;
  const auto at = users_.find(key_of(room, user));
  return at == users_.end() ? nullptr : &at->second;
}

Presence::State* Presence::find(std::string_view room, std::string_view user) {
  return const_cast<State*>(std::as_const(*this).find(room, user));
}

void Presence::forget_if_idle(State* state) {
  if (state->is_present() || state->typing_until.count() != 0) return;
  users_.erase(users_.find(*state->key));
}

// This machine is never lost, so its connections need no count of their own.
void Presence::count_elsewhere(Source source, const State& state, int change) {
  if (source == kHere) return;
  const auto counts =
      elsewhere_.try_emplace(source, 0, base::NameHash{key_}).first;
  const auto at = counts->second.try_emplace(*state.key).first;
  PAPO_CHECK(change > 0 || at->second > 0);
  at->second += static_cast<std::uint32_t>(change);
  if (at->second == 0) counts->second.erase(at);
  if (counts->second.empty()) elsewhere_.erase(counts);
}

void Presence::connected(Source source, std::string_view room,
                         std::string_view user) {
  State& state = find_or_add(room, user);
  count_elsewhere(source, state, 1);
  const bool was_there = state.is_present();
  ++state.connections;
  if (state.grace_until.count() != 0) {
    graces_.remove(&state);
    state.grace_until = {};
  }
  if (!was_there && !is_polling_member(room, user)) {
    tell_online(room, user, true);
  }
}

void Presence::disconnected(Source source, std::string_view room,
                            std::string_view user, base::Micros now) {
  State* state = find(room, user);
  PAPO_CHECK(state != nullptr && state->connections > 0);
  count_elsewhere(source, *state, -1);
  if (--state->connections > 0) return;
  const bool graced = graces_.count < waiting_max_;
  state->grace_until = now + kGrace;
  graces_.add(state);
  if (state->typing_until.count() != 0) end_typing(state);
  if (!graced) end_grace(state);
}

void Presence::lost(Source source, base::Micros now) {
  const auto found = elsewhere_.find(source);
  if (found == elsewhere_.end()) return;
  const Counts counts = found->second;
  for (const auto& [key, count] : counts) {
    const std::size_t separator = key.find('\0');
    const std::string_view room = std::string_view(key).substr(0, separator);
    const std::string_view user = std::string_view(key).substr(separator + 1);
    for (std::uint32_t i = 0; i < count; ++i) {
      disconnected(source, room, user, now);
    }
  }
}

void Presence::on_command(const chat::Command& command) {
  switch (command.kind) {
    case chat::CommandKind::Post:
      stopped_typing(command.room, command.user);
      return joined(command.room, command.user);
    case chat::CommandKind::Send:
      return stopped_typing(command.room, command.user);
    case chat::CommandKind::Join:
      return joined(command.room, command.user);
    case chat::CommandKind::Leave:
      return left(command.room, command.user);
    case chat::CommandKind::Edit:
    case chat::CommandKind::Delete:
    case chat::CommandKind::Topic:
    case chat::CommandKind::Start:
      return;
  }
}

void Presence::end_grace(State* state) {
  graces_.remove(state);
  state->grace_until = {};
  if (!is_polling_member(state->room(), state->user())) {
    tell_online(state->room(), state->user(), false);
  }
  forget_if_idle(state);
}

void Presence::polled(std::string_view user, base::Micros now) {
  const auto found = polls_.find(user);
  if (found != polls_.end()) {
    found->second.until = now + kPollFor;
    poll_ends_.remove(&found->second);
    poll_ends_.add(&found->second);
    return;
  }
  if (polls_.size() >= waiting_max_) return;
  // A member of no room is online in none.
  if (store_->find_user(user) == nullptr) return;
  tell_polling(user, true);
  const auto added = polls_.try_emplace(std::string(user)).first;
  added->second.user = &added->first;
  added->second.until = now + kPollFor;
  poll_ends_.add(&added->second);
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

void Presence::end_poll(Poll* poll) {
  poll_ends_.remove(poll);
  const auto node = polls_.extract(polls_.find(*poll->user));
  tell_polling(node.key(), false);
}

// In the rooms where nothing else makes the user online.
void Presence::tell_polling(std::string_view user, bool online) {
  const chat::User* known = store_->find_user(user);
  if (known == nullptr) return;
  for (const chat::Membership& each : known->rooms) {
    if (!is_online(each.room->name, user)) {
      tell_online(each.room->name, user, online);
    }
  }
}

void Presence::typing(std::string_view room, std::string_view user,
                      base::Micros now) {
  if (typists_.count >= waiting_max_ && !is_typing(room, user)) return;
  State& state = find_or_add(room, user);
  const bool began = state.typing_until.count() == 0;
  state.typing_until = now + kTypingFor;
  if (!began) typists_.remove(&state);
  typists_.add(&state);
  if (began) tell_typing(room, user, true);
}

void Presence::stopped_typing(std::string_view room, std::string_view user) {
  State* state = find(room, user);
  if (state != nullptr && state->typing_until.count() != 0) end_typing(state);
}

void Presence::end_typing(State* state) {
  typists_.remove(state);
  state->typing_until = {};
  tell_typing(state->room(), state->user(), false);
  forget_if_idle(state);
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
  return state != nullptr && state->is_present();
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
    if (state.is_present()) ++counts[state.room()];
  }
  for (const auto& [user, poll] : polls_) {
    const chat::User* known = store_->find_user(user);
    if (known == nullptr) continue;
    for (const chat::Membership& each : known->rooms) {
      if (!is_connected(each.room->name, user)) ++counts[each.room->name];
    }
  }
  return counts;
}

void Presence::on_time(base::Micros now) {
  while (State* state = graces_.list.front()) {
    if (state->grace_until > now) break;
    end_grace(state);
  }
  while (Poll* poll = poll_ends_.list.front()) {
    if (poll->until > now) break;
    end_poll(poll);
  }
  while (State* state = typists_.list.front()) {
    if (state->typing_until > now) break;
    end_typing(state);
  }
}

base::Micros Presence::next_due(base::Micros none) const {
  const State* grace = graces_.list.front();
  const Poll* poll = poll_ends_.list.front();
  const State* typist = typists_.list.front();
  if (grace != nullptr) none = std::min(none, grace->grace_until);
  if (poll != nullptr) none = std::min(none, poll->until);
  if (typist != nullptr) none = std::min(none, typist->typing_until);
  return none;
}

void Presence::tell_online(std::string_view room, std::string_view user,
                           bool online) {
  ++version_;
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
  feed_->publish(room, Ephemeral::Presence, json, user);
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
  feed_->publish(room, Ephemeral::Typing, json, user);
}

}  // namespace papo::app
