#include "chat/client_ids.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chat/footprint.h"

namespace papo::chat {
namespace {

// Names have no control characters, so a NUL separates; what is after the
// second one is the client_id, whatever it holds.
std::string joined(const ClientIds::Key& key) {
  std::string text;
  text.reserve(key.room.size() + key.user.size() + key.client_id.size() + 2);
  text.append(key.room).append(1, '\0').append(key.user).append(1, '\0');
  return text.append(key.client_id);
}

std::uint64_t bytes_of(const ClientIds::Known& known) {
  return footprint::kClientId + known.key.size();
}

}  // namespace

// Nobody gains by two texts of one digest: it would be their own retry that is
// taken for the first.
std::uint64_t digest_of(std::string_view text) {
  return std::max<std::uint64_t>(base::siphash13({}, text), 1);
}

ClientIds::Key ClientIds::Known::parts() const {
  const std::string_view text = key.view();
  const std::size_t room = text.find('\0');
  const std::size_t user = text.find('\0', room + 1);
  return {text.substr(0, room), text.substr(room + 1, user - room - 1),
          text.substr(user + 1)};
}

bool ClientIds::Known::has_text(std::string_view text) const {
  return digest == kUnknownText || digest == digest_of(text);
}

void ClientIds::set_limits(const Limits& limits) {
  limits_ = limits;
  forget_old();
}

const ClientIds::Known* ClientIds::find(const Key& key) const {
  if (places_.empty()) return nullptr;
  const auto found = places_.find(joined(key));
  if (found == places_.end()) return nullptr;
  return &order_[static_cast<std::size_t>(found->second - forgotten_)];
}

void ClientIds::add(const Key& key, const Known& message) {
  restore(key, message);
  forget_old();
}

void ClientIds::restore(const Key& key, const Known& message) {
  Known known = message;
  known.key = base::SharedBytes(joined(key));
  const std::uint64_t number = forgotten_ + order_.size();
  // The key's bytes are those of the newest, which is forgotten last.
  places_.erase(known.key.view());
  places_.emplace(known.key.view(), number);
  bytes_ += bytes_of(known);
  order_.push_back(std::move(known));
}

// The front alone is looked at: one whose clock was ahead keeps those behind it
// a little longer.
bool ClientIds::is_over() const {
  if (order_.empty()) return false;
  if (bytes_ > limits_.bytes) return true;
  return order_.size() > limits_.count &&
         order_.back().time - order_.front().time >= limits_.age;
}

void ClientIds::forget_old() {
  while (is_over()) forget_oldest();
}

void ClientIds::forget_oldest() {
  const auto found = places_.find(order_.front().key.view());
  if (found != places_.end() && found->second == forgotten_) {
    places_.erase(found);
  }
  bytes_ -= bytes_of(order_.front());
  order_.pop_front();
  ++forgotten_;
}

void ClientIds::clear() {
  places_.clear();
  forgotten_ += order_.size();
  order_ = {};
  bytes_ = 0;
}

}  // namespace papo::chat
