// What each kind of command does to a RoomStore.
#include <algorithm>
#include <utility>

#include "chat/room_store.h"

namespace papo::chat {
namespace {

// So far a start moves the ids on when they are ahead of its clock: more than
// another life, that of which this one is an older copy, will have given.
constexpr MessageId kStartLead = 1'000'000;

// The id of a command whose clock is right and that is alone in its
// microsecond.
MessageId id_at(base::Micros time) {
  return static_cast<MessageId>(std::max<base::Micros::rep>(time.count(), 0));
}

}  // namespace

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

}  // namespace papo::chat
