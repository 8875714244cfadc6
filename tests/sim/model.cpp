#include "sim/model.h"

#include <algorithm>

#include "chat/footprint.h"
#include "sim/client_wire.h"

namespace papo::sim {
namespace {

using chat::Command;
using chat::CommandKind;
namespace footprint = chat::footprint;

std::string indented(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool control = (c >= 0 && c < ' ' && c != '\n' && c != '\t');
    out += control ? '?' : c;
    if (c == '\n') out += '\t';
  }
  return out;
}

struct MessageParts {
  MessageId id;
  std::string room;
  std::string user;
  std::string text;
  std::string client_id;
  MessageId edited = 0;
  MessageId deleted = 0;
  MessageId sent_at = 0;
  MessageId changed_at = 0;
};

// The members that say when.
std::string stamp_of(MessageId id, MessageId sent_at) {
  std::string members = R"(,"timestamp":)" + seconds_of(id);
  if (sent_at != 0) members += R"(,"sent_at":)" + seconds_of(sent_at);
  return members;
}

Told tell_message(const MessageParts& parts) {
  std::string json = R"({"type":"message","id":)" + std::to_string(parts.id);
  json += R"(,"room":)" + json_string(parts.room);
  json += R"(,"username":)" + json_string(parts.user);
  if (parts.deleted == 0) json += R"(,"message":)" + json_string(parts.text);
  json += stamp_of(parts.id, parts.sent_at);
  if (!parts.client_id.empty()) {
    json += R"(,"client_id":)" + json_string(parts.client_id);
  }
  if (parts.deleted != 0) {
    json += R"(,"deleted":)" + seconds_of(parts.deleted);
    if (parts.changed_at != 0) {
      json += R"(,"deleted_at":)" + seconds_of(parts.changed_at);
    }
  } else if (parts.edited != 0) {
    json += R"(,"edited":)" + seconds_of(parts.edited);
    if (parts.changed_at != 0) {
      json += R"(,"edited_at":)" + seconds_of(parts.changed_at);
    }
  }
  const std::string said =
      parts.deleted != 0 ? "(deleted)" : indented(parts.text);
  return {parts.id, "message", parts.room, json + "}",
          parts.user + ": " + said};
}

}  // namespace

// When it was said, where the ids are more than a second ahead of the clock.
MessageId sent_at(MessageId id, base::Micros time) {
  const auto at = static_cast<MessageId>(time.count());
  return id > at + 1'000'000 ? at : 0;
}

Outcome Model::apply(const Command& command) {
  const MessageId before = last_id_;
  Outcome outcome;
  switch (command.kind) {
    case CommandKind::Join:
      outcome = join(command);
      break;
    case CommandKind::Leave:
      outcome = leave(command);
      break;
    case CommandKind::Send:
      outcome = send(command);
      break;
    case CommandKind::Post: {
      const Sent* sent = find_sent(command);
      if (sent != nullptr && sent->text != command.text) {
        outcome.refusal = "client_id_reused";
        break;
      }
      outcome = join(command);
      if (!outcome.refusal.empty()) break;
      std::vector<Told> joined = std::move(outcome.events);
      outcome = send(command);
      outcome.events.insert(outcome.events.begin(), joined.begin(),
                            joined.end());
      break;
    }
    case CommandKind::Edit:
    case CommandKind::Delete:
      outcome = change(command);
      break;
    case CommandKind::Topic:
      outcome = set_topic(command);
      break;
    case CommandKind::Start:
      outcome = start(command);
      break;
  }
  outcome.before = before;
  trim_to_bytes();
  return outcome;
}

Outcome Model::join(const Command& command) {
  Room* found = room(command.room);
  if (found == nullptr && rooms_.size() >= limits_.rooms) return {"overloaded"};
  const std::string user(command.user);
  if (found != nullptr) {
    if (is_member(command.room, user)) return {};
    if (found->members.size() >= limits_.members) return {"overloaded"};
  }
  const std::size_t joined = rooms_of_[user].size();
  if (joined >= limits_.rooms_of_user) return {"overloaded"};
  std::size_t memberships = 0;
  for (const Room& each : rooms_) memberships += each.members.size();
  if (memberships >= limits_.memberships) return {"overloaded"};
  std::uint64_t more = footprint::kMembership;
  if (found == nullptr) more += footprint::of_room(command.room);
  if (joined == 0) more += footprint::of_user(user);
  if (!has_bytes_for(more)) return {"overloaded"};
  if (found == nullptr) {
    rooms_.emplace_back();
    found = &rooms_.back();
    found->name = command.room;
    const auto removed = removed_.find(found->name);
    found->entry_forgotten =
        removed == removed_.end() ? older_removals_ : removed->second;
  }
  found->members.push_back(user);
  rooms_of_[user].push_back(found->name);
  Outcome outcome;
  announce(found, command, "join", &outcome);
  return outcome;
}

Outcome Model::leave(const Command& command) {
  Room* found = room(command.room);
  if (found == nullptr) return {"room_not_found"};
  const std::string user(command.user);
  if (!is_member(command.room, user)) return {"not_a_member"};
  Outcome outcome;
  announce(found, command, "leave", &outcome);
  std::erase(found->members, user);
  std::erase(rooms_of_[user], found->name);
  if (found->members.empty()) remove(found);
  return outcome;
}

// Of rooms for whose names there are no bytes, the newest id stands for all.
void Model::remove(Room* room) {
  removed_[room->name] = room->last_id;
  removals_.emplace_back(room->name, room->last_id);
  rooms_.erase(rooms_.begin() + (room - rooms_.data()));
  std::uint64_t bytes = 0;
  for (const auto& each : removals_) {
    bytes += footprint::of_removed_room(each.first);
  }
  while (bytes > footprint::share_of_removed_rooms(limits_.bytes)) {
    const auto [name, last_id] = removals_.front();
    removals_.erase(removals_.begin());
    bytes -= footprint::of_removed_room(name);
    if (removed_[name] != last_id) continue;
    removed_.erase(name);
    older_removals_ = std::max(older_removals_, last_id);
  }
}

Outcome Model::send(const Command& command) {
  Room* found = room(command.room);
  if (found == nullptr) return {"room_not_found"};
  Outcome outcome;
  if (const Sent* sent = find_sent(command)) {
    if (sent->text != command.text) return {"client_id_reused"};
    outcome.id = sent->id;
    outcome.duplicate = true;
    return outcome;
  }
  Entry entry;
  entry.id = outcome.id = next_id(command.time);
  entry.author = command.user;
  entry.client_id = command.client_id;
  entry.sent_at = sent_at(entry.id, command.time);
  entry.told = tell_message({entry.id, found->name, entry.author,
                             std::string(command.text), entry.client_id, 0, 0,
                             entry.sent_at});
  ++messages_;
  push(found, entry, &outcome);
  remember(command, entry.id);
  return outcome;
}

const Model::Sent* Model::find_sent(const Command& command) const {
  for (const Sent& each : sent_) {
    if (each.room == command.room && each.user == command.user &&
        each.client_id == command.client_id) {
      return &each;
    }
  }
  return nullptr;
}

// The oldest goes when there are too many and it is old enough.
void Model::remember(const Command& command, MessageId id) {
  if (command.client_id.empty()) return;
  sent_.push_back({std::string(command.room), std::string(command.user),
                   std::string(command.client_id), std::string(command.text),
                   id, command.time});
  const auto is_over = [&] {
    std::uint64_t bytes = 0;
    for (const Sent& each : sent_) bytes += bytes_of(each);
    if (bytes > footprint::share_of_client_ids(limits_.bytes)) return true;
    return sent_.size() > limits_.client_ids &&
           command.time - sent_.front().time >= limits_.client_id_age;
  };
  while (is_over()) sent_.erase(sent_.begin());
}

std::uint64_t Model::bytes_of(const Sent& sent) {
  return footprint::kClientId + sent.room.size() + sent.user.size() +
         sent.client_id.size() + 2;
}

// Its history's.
std::uint64_t Model::bytes_of(const Room& room) {
  std::uint64_t bytes = 0;
  for (const Entry& each : room.entries) {
    bytes += each.author.empty()
                 ? footprint::of_system_entry(each.told.json)
                 : footprint::of_message(each.told.json, each.author,
                                         each.client_id);
  }
  for (const Change& each : room.changes) {
    bytes += footprint::of_change(each.told.json);
  }
  return bytes;
}

std::uint64_t Model::member_bytes() const {
  std::uint64_t bytes = 0;
  for (const Room& each : rooms_) {
    bytes += footprint::of_room(each.name) + each.topic.size() +
             each.members.size() * footprint::kMembership;
  }
  for (const auto& [user, rooms] : rooms_of_) {
    if (!rooms.empty()) bytes += footprint::of_user(user);
  }
  return bytes;
}

bool Model::has_bytes_for(std::uint64_t more) const {
  return member_bytes() + more <= footprint::share_of_members(limits_.bytes);
}

void Model::forget_oldest(Room* room) {
  std::uint64_t changes = 0;
  for (const Change& each : room->changes) {
    changes += footprint::of_change(each.told.json);
  }
  if (changes > bytes_of(*room) - changes) {
    room->change_forgotten = room->changes.front().told.id;
    room->changes.erase(room->changes.begin());
    return;
  }
  if (!room->entries.front().author.empty()) {
    room->entry_forgotten = room->entries.front().id;
  }
  room->entries.erase(room->entries.begin());
}

// The first of the rooms that hold the most loses what is oldest in it.
void Model::trim_to_bytes() {
  std::uint64_t rest = member_bytes();
  for (const Sent& each : sent_) rest += bytes_of(each);
  for (const auto& each : removals_) {
    rest += footprint::of_removed_room(each.first);
  }
  for (;;) {
    std::uint64_t histories = 0;
    Room* largest = nullptr;
    for (Room& each : rooms_) {
      histories += bytes_of(each);
      if (largest == nullptr || bytes_of(each) > bytes_of(*largest)) {
        largest = &each;
      }
    }
    if (rest + histories <= footprint::share_of_contents(limits_.bytes) ||
        histories <= footprint::least_share_of_histories(limits_.bytes)) {
      return;
    }
    forget_oldest(largest);
  }
}

Outcome Model::change(const Command& command) {
  Room* found = room(command.room);
  if (found == nullptr) return {"room_not_found"};
  Entry* target = nullptr;
  for (Entry& each : found->entries) {
    if (each.id == command.target) target = &each;
  }
  if (target == nullptr || target->author.empty() || target->deleted) {
    return {"message_not_found"};
  }
  if (target->author != command.user) return {"forbidden"};
  const bool edits = command.kind == CommandKind::Edit;
  Outcome outcome;
  outcome.id = next_id(command.time);
  Change change;
  change.target = target->id;
  change.told = {outcome.id, edits ? "edit" : "delete", found->name, {}, {}};
  const std::string user(command.user);
  std::string& json = change.told.json;
  json = R"({"type":")" + change.told.type + R"(","id":)" +
         std::to_string(outcome.id) + R"(,"target":)" +
         std::to_string(target->id) + R"(,"room":)" + json_string(found->name) +
         R"(,"username":)" + json_string(user);
  if (edits) json += R"(,"message":)" + json_string(command.text);
  const MessageId at = sent_at(outcome.id, command.time);
  json += stamp_of(outcome.id, at) + "}";
  change.told.line = edits ? "* " + user + " edited: " + indented(command.text)
                           : "* " + user + " deleted a message";
  target->deleted = !edits;
  target->told =
      tell_message({target->id, found->name, user, std::string(command.text),
                    target->client_id, outcome.id, edits ? 0 : outcome.id,
                    target->sent_at, at});
  if (!edits) {
    std::erase_if(found->changes, [&](const Change& each) {
      return each.target == target->id;
    });
  }
  push_change(found, change, &outcome);
  return outcome;
}

Outcome Model::set_topic(const Command& command) {
  Room* found = room(command.room);
  if (found == nullptr) return {"room_not_found"};
  if (!is_member(command.room, command.user)) return {"not_a_member"};
  if (found->topic == command.text) return {};
  if (command.text.size() > found->topic.size() &&
      !has_bytes_for(command.text.size() - found->topic.size())) {
    return {"overloaded"};
  }
  found->topic = command.text;
  Outcome outcome;
  announce(found, command, "topic", &outcome);
  return outcome;
}

// A life begins: at its clock, or a second on where that is behind.
Outcome Model::start(const Command& command) {
  const auto now = static_cast<MessageId>(command.time.count());
  const MessageId before = last_id_;
  last_id_ = now > before ? now : before + 1'000'000;
  gaps_.emplace_back(before, last_id_);
  return {{}, last_id_};
}

void Model::announce(Room* room, const Command& command, std::string_view name,
                     Outcome* outcome) {
  const std::string user(command.user);
  std::string text = user;
  if (name == "join") text += " joined the room";
  if (name == "leave") text += " left the room";
  if (name == "topic") text += " set the topic: " + room->topic;
  Entry entry;
  entry.id = outcome->id = next_id(command.time);
  std::string json = R"({"type":"system","event":")" + std::string(name);
  json += R"(","user":)" + json_string(user);
  json += R"(,"id":)" + std::to_string(entry.id);
  json += R"(,"room":)" + json_string(room->name);
  if (name == "topic") json += R"(,"topic":)" + json_string(room->topic);
  json += R"(,"message":)" + json_string(text);
  json += stamp_of(entry.id, sent_at(entry.id, command.time)) + "}";
  entry.told = {entry.id, "system", room->name, json, "* " + indented(text)};
  push(room, entry, outcome);
}

void Model::push(Room* room, Entry entry, Outcome* outcome) {
  room->last_id = entry.id;
  outcome->events.push_back(entry.told);
  told_[room->name].emplace_back(entry.told, 0);
  room->entries.push_back(std::move(entry));
  trim(room);
}

std::size_t Model::count(const Room& room, bool system) {
  return static_cast<std::size_t>(std::count_if(
      room.entries.begin(), room.entries.end(),
      [&](const Entry& each) { return each.author.empty() == system; }));
}

// A message goes with all that is before it, a system entry alone.
void Model::trim(Room* room) const {
  while (count(*room, false) > limits_.history) {
    if (!room->entries.front().author.empty()) {
      room->entry_forgotten = room->entries.front().id;
    }
    room->entries.erase(room->entries.begin());
  }
  while (!room->entries.empty() &&
         room->entries.front().id < room->entry_forgotten) {
    room->entries.erase(room->entries.begin());
  }
  if (count(*room, true) <= limits_.history) return;
  room->entries.erase(
      std::find_if(room->entries.begin(), room->entries.end(),
                   [](const Entry& each) { return each.author.empty(); }));
}

void Model::push_change(Room* room, Change change, Outcome* outcome) {
  room->last_id = change.told.id;
  outcome->events.push_back(change.told);
  told_[room->name].emplace_back(change.told, change.target);
  room->changes.push_back(std::move(change));
  if (room->changes.size() <= limits_.history) return;
  room->change_forgotten = room->changes.front().told.id;
  room->changes.erase(room->changes.begin());
}

MessageId Model::next_id(base::Micros time) {
  const auto now = static_cast<MessageId>(time.count());
  last_id_ = now > last_id_ ? now : last_id_ + 1;
  return last_id_;
}

Model::Room* Model::room(std::string_view name) {
  for (Room& each : rooms_) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const Model::Room* Model::find(std::string_view name) const {
  return const_cast<Model*>(this)->room(name);
}

bool Model::is_member(std::string_view name, std::string_view user) const {
  const Room* found = find(name);
  return found != nullptr &&
         std::find(found->members.begin(), found->members.end(), user) !=
             found->members.end();
}

std::vector<std::string> Model::rooms_of(const std::string& user) const {
  const auto found = rooms_of_.find(user);
  return found == rooms_of_.end() ? std::vector<std::string>() : found->second;
}

bool Model::holds(std::string_view room, MessageId id) const {
  const Room* found = find(room);
  if (found == nullptr) return false;
  return std::any_of(found->entries.begin(), found->entries.end(),
                     [id](const Entry& each) { return each.id == id; });
}

bool Model::is_foreign(MessageId after) const {
  for (const auto& [last, first] : gaps_) {
    if (after > last && after < first) return true;
  }
  return after > std::max<MessageId>(last_id_, 1);
}

bool Model::is_truncated(const std::string& name, MessageId after) const {
  if (after == 0) return false;
  if (is_foreign(after)) return true;
  if (const Room* found = find(name)) {
    return after < std::max(found->entry_forgotten, found->change_forgotten);
  }
  const auto removed = removed_.find(name);
  return after <
         (removed == removed_.end() ? older_removals_ : removed->second);
}

std::vector<Told> Model::events_after(const std::string& name,
                                      MessageId after) const {
  std::vector<Told> events;
  const Room* found = find(name);
  if (found == nullptr) return events;
  if (is_foreign(after)) after = 0;
  for (const Entry& each : found->entries) {
    if (each.id > after) events.push_back(each.told);
  }
  for (const Change& each : found->changes) {
    if (each.told.id > after) events.push_back(each.told);
  }
  std::sort(events.begin(), events.end(),
            [](const Told& a, const Told& b) { return a.id < b.id; });
  return events;
}

std::vector<Told> Model::replay(const std::vector<std::string>& rooms,
                                MessageId after) const {
  std::vector<Told> told;
  std::vector<Told> events;
  for (const std::string& name : rooms) {
    if (is_truncated(name, after)) {
      told.push_back({0, "truncated", name,
                      R"({"type":"truncated","room":)" + json_string(name) +
                          R"(,"after":)" + std::to_string(after) + "}",
                      "* older messages are missing", last_id_});
    }
    const std::vector<Told> more = events_after(name, after);
    events.insert(events.end(), more.begin(), more.end());
  }
  std::sort(events.begin(), events.end(),
            [](const Told& a, const Told& b) { return a.id < b.id; });
  told.insert(told.end(), events.begin(), events.end());
  return told;
}

Model::Page Model::page(const PageWanted& wanted) const {
  std::vector<std::string> objects;
  const Room* found = find(wanted.room);
  bool truncated = is_truncated(wanted.room, wanted.after);
  if (wanted.changes) {
    for (const Told& each : events_after(wanted.room, wanted.after)) {
      objects.push_back(each.json);
    }
  } else if (found != nullptr) {
    const bool foreign = is_foreign(wanted.after);
    truncated =
        foreign || (wanted.after != 0 && wanted.after < found->entry_forgotten);
    for (const Entry& each : found->entries) {
      if ((foreign || each.id > wanted.after) && !each.deleted) {
        objects.push_back(each.told.json);
      }
    }
  }
  const bool more = wanted.limit != 0 && objects.size() > wanted.limit;
  if (more) objects.resize(wanted.limit);
  Page page;
  page.nothing = objects.empty() && !truncated;
  page.members = R"("messages":[)";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (i > 0) page.members += ",";
    page.members += objects[i];
  }
  page.members += "]";
  if (truncated) page.members += R"(,"truncated":true)";
  if (more) page.members += R"(,"more":true)";
  return page;
}

const std::vector<std::pair<Told, MessageId>>& Model::told_in(
    const std::string& room) const {
  static const std::vector<std::pair<Told, MessageId>> kNothing;
  const auto found = told_.find(room);
  return found == told_.end() ? kNothing : found->second;
}

}  // namespace papo::sim
