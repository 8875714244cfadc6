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
// So far a start moves the ids on when they are ahead of its clock: more than
// another life, that of which this one is an older copy, will have given.
constexpr MessageId kStartLead = 1'000'000;

// The id of a command whose clock is right and that is alone in its
// microsecond.
MessageId id_at(base::Micros time) {
  return static_cast<MessageId>(std::max<base::Micros::rep>(time.count(), 0));
}

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

RoomStore::Outcome RoomStore::apply(const Command& command,
                                    Audience* audience) {
  if (next_settings_) {
    const Settings settings = *next_settings_;
    set_limits(settings.limits, settings.language);
  }
  const Outcome outcome = dispatch(command, audience);
  trim();
  return outcome;
}

RoomStore::Outcome RoomStore::dispatch(const Command& command,
                                       Audience* audience) {
  switch (command.kind) {
    case CommandKind::Join:
      return join(command, audience);
    case CommandKind::Leave:
      return leave(command, audience);
    case CommandKind::Send:
      return send(command, audience);
    case CommandKind::Post:
      return post(command, audience);
    case CommandKind::Edit:
      return edit(command, audience);
    case CommandKind::Delete:
      return erase(command, audience);
    case CommandKind::Topic:
      return set_topic(command, audience);
    case CommandKind::Start:
      return start(command);
  }
  __builtin_unreachable();
}

// REQUIRES: the user is not a member of the room.
std::optional<Refusal> RoomStore::refuse_join(const Command& command) const {
  const Room* room = find_room(command.room);
  const User* user = find_user(command.user);
  if (room == nullptr && rooms_.size() >= limits_.rooms) {
    return Refusal::TooManyRooms;
  }
  if (room != nullptr && room->member_count >= limits_.members) {
    return Refusal::TooManyMembers;
  }
  if (user != nullptr && user->room_count >= limits_.rooms_of_user) {
    return Refusal::TooManyRoomsOfUser;
  }
  if (memberships_.size() >= limits_.memberships) {
    return Refusal::TooManyMemberships;
  }
  std::uint64_t more = footprint::kMembership;
  if (room == nullptr) more += footprint::of_room(command.room);
  if (user == nullptr) more += footprint::of_user(command.user);
  if (!has_bytes_for(more)) return Refusal::StoreFull;
  return std::nullopt;
}

// Joining again succeeds and announces nothing.
RoomStore::Outcome RoomStore::join(const Command& command, Audience* audience) {
  Room* room = room_of(command.room);
  if (room != nullptr && is_member(*room, command.user)) return Applied{};
  if (const auto refusal = refuse_join(command)) {
    return base::Unexpected{*refusal};
  }
  if (room == nullptr) {
    room = &make_room(command.room, {removed_.last_id(command.room), 0});
  }
  make_membership(*room, command.user);
  return Applied{announce(*room, command, SystemEvent::Join, audience)};
}

// The last one out removes the room and its history.
RoomStore::Outcome RoomStore::leave(const Command& command,
                                    Audience* audience) {
  Room* room = room_of(command.room);
  if (room == nullptr) return base::Unexpected{Refusal::RoomNotFound};
  Membership* membership = membership_of(*room, command.user);
  if (membership == nullptr) return base::Unexpected{Refusal::NotAMember};
  const MessageId id = announce(*room, command, SystemEvent::Leave, audience);
  remove_membership(membership);
  return Applied{id};
}

const ClientIds::Known* RoomStore::find_sent(const Command& command) const {
  if (command.client_id.empty()) return nullptr;
  return client_ids_.find({command.room, command.user, command.client_id});
}

bool RoomStore::refuses_reuse(const ClientIds::Known& sent,
                              const Command& command) const {
  return limits_.refuses_reused_client_ids && !sent.has_text(command.text);
}

RoomStore::Outcome RoomStore::send(const Command& command, Audience* audience) {
  Room* room = room_of(command.room);
  if (room == nullptr) return base::Unexpected{Refusal::RoomNotFound};
  if (const ClientIds::Known* sent = find_sent(command)) {
    if (refuses_reuse(*sent, command)) {
      return base::Unexpected{Refusal::ClientIdReused};
    }
    if (sent->has_text(command.text)) return Applied{sent->id, true};
  }
  const MessageId id = next_id(command.time);
  const User* user = find_user(command.user);
  Entry entry;
  entry.event = {id, EventType::Message,
                 encode_message({.id = id,
                                 .room = room->name,
                                 .username = command.user,
                                 .text = command.text,
                                 .client_id = command.client_id,
                                 .sent_at = sent_at(id, command.time)})};
  entry.author = user != nullptr ? user->name : base::SharedBytes(command.user);
  if (!command.client_id.empty()) {
    entry.client_id = base::SharedBytes(command.client_id);
    client_ids_.add({command.room, command.user, command.client_id},
                    {{},
                     id,
                     digest_of(command.text),
                     std::max(command.time, base::Micros(0))});
  }
  if (audience != nullptr) audience->on_event(room->name, entry.event);
  room->history.push(std::move(entry));
  count(room);
  return Applied{id};
}

RoomStore::Outcome RoomStore::post(const Command& command, Audience* audience) {
  // Before it joins: what is refused changes nothing.
  const ClientIds::Known* sent = find_sent(command);
  if (sent != nullptr && refuses_reuse(*sent, command)) {
    return base::Unexpected{Refusal::ClientIdReused};
  }
  Outcome joined = join(command, audience);
  if (!joined) return joined;
  return send(command, audience);
}

base::Result<const Entry*, Refusal> RoomStore::changeable(
    const Command& command) {
  const Room* room = find_room(command.room);
  if (room == nullptr) return base::Unexpected{Refusal::RoomNotFound};
  const Entry* entry = room->history.find(command.target);
  if (entry == nullptr || entry->deleted) {
    return base::Unexpected{Refusal::MessageNotFound};
  }
  if (entry->author.view() != command.user) {
    return base::Unexpected{Refusal::NotTheAuthor};
  }
  return entry;
}

RoomStore::Outcome RoomStore::edit(const Command& command, Audience* audience) {
  const auto entry = changeable(command);
  if (!entry) return base::Unexpected{entry.error()};
  Room* room = room_of(command.room);
  const MessageId id = next_id(command.time);
  const MessageId at = sent_at(id, command.time);
  const Event change = {id, EventType::Edit,
                        encode_edit({id, command.target, room->name,
                                     command.user, command.text, at})};
  room->history.edit(
      command.target,
      encode_message({command.target, room->name, command.user, command.text,
                      (*entry)->client_id.view(), id,
                      sent_at_of((*entry)->event.json.view()), at}),
      change);
  count(room);
  if (audience != nullptr) audience->on_event(room->name, change);
  return Applied{id};
}

RoomStore::Outcome RoomStore::erase(const Command& command,
                                    Audience* audience) {
  const auto entry = changeable(command);
  if (!entry) return base::Unexpected{entry.error()};
  Room* room = room_of(command.room);
  const MessageId id = next_id(command.time);
  const MessageId at = sent_at(id, command.time);
  const Event change = {
      id, EventType::Delete,
      encode_delete({id, command.target, room->name, command.user, {}, at})};
  room->history.erase(command.target,
                      encode_tombstone({command.target,
                                        room->name,
                                        command.user,
                                        {},
                                        (*entry)->client_id.view(),
                                        0,
                                        sent_at_of((*entry)->event.json.view()),
                                        at},
                                       id),
                      change);
  count(room);
  if (audience != nullptr) audience->on_event(room->name, change);
  return Applied{id};
}

// Setting the topic that it has announces nothing.
RoomStore::Outcome RoomStore::set_topic(const Command& command,
                                        Audience* audience) {
  Room* room = room_of(command.room);
  if (room == nullptr) return base::Unexpected{Refusal::RoomNotFound};
  if (!is_member(*room, command.user)) {
    return base::Unexpected{Refusal::NotAMember};
  }
  if (room->topic == command.text) return Applied{};
  const std::size_t before = room->topic.size();
  if (command.text.size() > before &&
      !has_bytes_for(command.text.size() - before)) {
    return base::Unexpected{Refusal::StoreFull};
  }
  set_topic_of(room, command.text);
  return Applied{announce(*room, command, SystemEvent::Topic, audience)};
}

RoomStore::Outcome RoomStore::start(const Command& command) {
  const MessageId before = last_id_;
  last_id_ = std::max(id_at(command.time), before);
  if (last_id_ == before) last_id_ += kStartLead;
  gaps_.add({before, last_id_});
  return Applied{last_id_};
}

void RoomStore::set_topic_of(Room* room, std::string_view topic) {
  member_bytes_ += topic.size() - room->topic.size();
  room->topic = topic;
}

MessageId RoomStore::announce(Room& room, const Command& command,
                              SystemEvent event, Audience* audience) {
  const MessageId id = next_id(command.time);
  Event entry = {id, EventType::System,
                 encode_system({id, event, room.name, command.user, room.topic,
                                language_, sent_at(id, command.time)})};
  if (audience != nullptr) audience->on_event(room.name, entry);
  room.history.push_system(std::move(entry));
  count(&room);
  return id;
}

// A clock that goes back, or two commands in one microsecond, move the id on
// by one.
MessageId RoomStore::next_id(base::Micros time) {
  last_id_ = std::max(id_at(time), last_id_ + 1);
  return last_id_;
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
