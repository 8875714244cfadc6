#include "chat/room_store.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace papo::chat {
namespace {

// How many removed rooms are remembered one by one.
constexpr std::size_t kRemovedRoomsMax = 4096;
// How many gaps before starts are.
constexpr std::size_t kIdGapsMax = 1024;

}  // namespace

RoomStore::RoomStore(StoreLimits limits, Language language, base::HashKey key)
    : limits_(limits),
      language_(language),
      rooms_(0, base::NameHash{key}),
      users_(0, base::NameHash{key}),
      removed_(kRemovedRoomsMax, key),
      gaps_(kIdGapsMax),
      client_ids_(key) {
  set_limits(limits, language);
}

RoomStore::~RoomStore() = default;

void RoomStore::set_limits(StoreLimits limits, Language language) {
  PAPO_CHECK(limits.are_valid());
  next_settings_.reset();
  limits_ = limits;
  language_ = language;
  client_ids_.set_limits({limits.client_ids, limits.client_id_age,
                          footprint::share_of_client_ids(limits.bytes)});
  removed_.set_bytes_max(footprint::share_of_removed_rooms(limits.bytes));
  pages_.set_bytes_max(footprint::share_of_joined_pages(limits.bytes));
  for (Room& room : order_) {
    room.history.set_entries_max(limits.history);
    count(&room);
  }
  trim();
}

void RoomStore::set_limits_with_next_command(StoreLimits limits,
                                             Language language) {
  next_settings_ = {limits, language};
}

std::size_t RoomStore::PairHash::operator()(const Pair& pair) const {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio
  const auto room = reinterpret_cast<std::uintptr_t>(pair.room);
  const auto user = reinterpret_cast<std::uintptr_t>(pair.user);
  return static_cast<std::size_t>((room * kOdd ^ user) * kOdd >> 16);
}

RoomStore::Bytes RoomStore::bytes() const {
  return {history_bytes_, member_bytes_, client_ids_.bytes(), removed_.bytes(),
          pages_.bytes()};
}

void RoomStore::count(Room* room) {
  history_bytes_ += room->history.bytes() - room->bytes_counted;
  room->bytes_counted = room->history.bytes();
  by_size_.update(room);
}

// A flood trims itself: the room that holds the most is most often the one that
// was just written to.
void RoomStore::trim() {
  const std::uint64_t most = footprint::share_of_contents(limits_.bytes);
  const std::uint64_t least =
      footprint::least_share_of_histories(limits_.bytes);
  while (bytes().contents() > most && history_bytes_ > least) {
    Room* largest = by_size_.largest();
    largest->history.forget_oldest();
    ++trimmed_count_;
    count(largest);
  }
}

bool RoomStore::has_bytes_for(std::uint64_t more) const {
  return member_bytes_ + more <= footprint::share_of_members(limits_.bytes);
}

void RoomStore::set_topic_of(Room* room, std::string_view topic) {
  member_bytes_ += topic.size() - room->topic.size();
  room->topic = topic;
}

Room* RoomStore::room_of(std::string_view name) {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

const Room* RoomStore::find_room(std::string_view name) const {
  return const_cast<RoomStore*>(this)->room_of(name);
}

const User* RoomStore::find_user(std::string_view name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : found->second.get();
}

Room& RoomStore::make_room(std::string_view name,
                           History::Forgotten forgotten) {
  auto room = std::make_unique<Room>(name, limits_.history, forgotten, &pages_);
  Room& made = *room;
  order_.push_back(&made);
  by_size_.add(&made);
  member_bytes_ += footprint::of_room(name);
  rooms_.emplace(made.name, std::move(room));
  return made;
}

User& RoomStore::make_user(std::string_view name) {
  const auto found = users_.find(name);
  if (found != users_.end()) return *found->second;
  member_bytes_ += footprint::of_user(name);
  auto user = std::make_unique<User>(name);
  User& made = *user;
  users_.emplace(made.name.view(), std::move(user));
  return made;
}

Membership& RoomStore::make_membership(Room& room, std::string_view name) {
  User& user = make_user(name);
  Membership& membership = memberships_[{&room, &user}];
  member_bytes_ += footprint::kMembership;
  membership.room = &room;
  membership.user = &user;
  room.members.push_back(&membership);
  user.rooms.push_back(&membership);
  ++room.member_count;
  ++user.room_count;
  return membership;
}

Membership* RoomStore::membership_of(const Room& room, std::string_view user) {
  const User* member = find_user(user);
  if (member == nullptr) return nullptr;
  const auto found = memberships_.find({&room, member});
  return found == memberships_.end() ? nullptr : &found->second;
}

bool RoomStore::is_member(const Room& room, std::string_view user) const {
  return const_cast<RoomStore*>(this)->membership_of(room, user) != nullptr;
}

void RoomStore::remove_membership(Membership* membership) {
  Room* room = membership->room;
  User* user = membership->user;
  room->members.remove(membership);
  user->rooms.remove(membership);
  memberships_.erase({room, user});
  member_bytes_ -= footprint::kMembership;
  if (--user->room_count == 0) {
    member_bytes_ -= footprint::of_user(user->name.view());
    users_.erase(user->name.view());
  }
  if (--room->member_count == 0) remove_room(room);
}

void RoomStore::remove_room(Room* room) {
  removed_.add(room->name, room->history.last_id());
  order_.remove(room);
  by_size_.remove(room);
  history_bytes_ -= room->bytes_counted;
  member_bytes_ -= footprint::of_room(room->name) + room->topic.size();
  rooms_.erase(room->name);
}

// ---- Reading on from a point.

MessageId RoomStore::resume_point() const {
  return std::max<MessageId>(last_id_, 1);
}

bool RoomStore::is_foreign(MessageId after) const {
  return after > resume_point() || gaps_.contains(after);
}

bool RoomStore::is_truncated(std::string_view room, MessageId after) const {
  if (is_foreign(after)) return true;
  const Room* found = find_room(room);
  if (found != nullptr) return found->history.is_truncated(after);
  return after != 0 && after < removed_.last_id(room);
}

Page RoomStore::page_after(std::string_view room, MessageId after,
                           std::size_t limit) const {
  const bool foreign = is_foreign(after);
  const Room* found = find_room(room);
  Page page;
  if (found != nullptr) {
    page = found->history.page_after(foreign ? 0 : after, limit);
    page.truncated |= foreign;
  } else {
    page.truncated = is_truncated(room, after);
  }
  return page;
}

std::vector<Event> RoomStore::events_after(std::string_view room,
                                           MessageId after) const {
  const Room* found = find_room(room);
  if (found == nullptr) return {};
  return found->history.events_after(is_foreign(after) ? 0 : after);
}

}  // namespace papo::chat
