#include "chat/store_image.h"

#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/utf8.h"
#include "chat/names.h"
#include "wire/json_reader.h"

namespace papo::chat {
namespace {

// One JSON object without a line break, as every line of a feed is.
bool is_object(std::string_view json) {
  return json.starts_with('{') && json.find('\n') == json.npos &&
         json.find('\r') == json.npos && json::check(json).ok();
}

bool tell_message(const Entry& entry, StoreImage* image) {
  return image->on_entry({entry.event.id, entry.event.type, entry.deleted,
                          entry.author.view(), entry.client_id.view(),
                          entry.event.json.view()});
}

bool tell_system_entry(const Event& event, StoreImage* image) {
  return image->on_entry(
      {event.id, event.type, false, {}, {}, event.json.view()});
}

bool tell_change(const History::Change& change, StoreImage* image) {
  return image->on_change({change.event.id, change.event.type, change.target,
                           change.event.json.view()});
}

bool tell_history(const History& history, StoreImage* image) {
  History::Walk walk(history, 0);
  for (History::Held held; walk.next(&held);) {
    const bool told =
        held.message != nullptr  ? tell_message(*held.message, image)
        : held.system != nullptr ? tell_system_entry(*held.system, image)
                                 : tell_change(*held.change, image);
    if (!told) return false;
  }
  return true;
}

bool tell_client_ids(const ClientIds& client_ids, StoreImage* image) {
  for (std::size_t i = 0; i < client_ids.known().size(); ++i) {
    const ClientIds::Known& each = client_ids.known()[i];
    const ClientIds::Key key = each.parts();
    if (!image->on_client_id({key.room, key.user, key.client_id, each.id,
                              each.digest, each.time})) {
      return false;
    }
  }
  return true;
}

bool tell_room(const Room& room, StoreImage* image) {
  if (!image->on_room({room.name, room.topic, room.history.forgotten()})) {
    return false;
  }
  for (const Membership& membership : room.members) {
    if (!image->on_member(membership.user->name.view())) return false;
  }
  return tell_history(room.history, image);
}

// Tells the order of rooms of each user for whom it is not that of creation.
class RoomOrders {
 public:
  explicit RoomOrders(const RoomStore& store) : store_(store) {
    std::size_t place = 0;
    for (const Room& room : store.rooms()) places_[&room] = place++;
  }

  bool tell(StoreImage* image) {
    for (const Room& room : store_.rooms()) {
      for (const Membership& membership : room.members) {
        // Each user once: at the room that they joined first.
        const User& user = *membership.user;
        if (user.rooms.front() != &membership || in_order(user)) continue;
        for (const Membership& each : user.rooms) {
          if (!image->on_room_order(user.name.view(), each.room->name)) {
            return false;
          }
        }
      }
    }
    return true;
  }

 private:
  bool in_order(const User& user) const {
    if (user.room_count == 1) return true;
    std::size_t before = 0;
    for (const Membership& each : user.rooms) {
      const std::size_t place = places_.find(each.room)->second;
      if (place < before) return false;
      before = place;
    }
    return true;
  }

  const RoomStore& store_;
  std::unordered_map<const Room*, std::size_t> places_;
};

}  // namespace

bool tell(const RoomStore& store, StoreImage* image) {
  const RemovedRooms& removed = store.removed_rooms();
  if (!image->on_store({store.last_id(), removed.older()})) return false;
  const auto& gaps = store.id_gaps().gaps();
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (!image->on_gap(gaps[i])) return false;
  }
  for (std::size_t i = 0; i < removed.removals().size(); ++i) {
    const RemovedRooms::Removal& removal = removed.removals()[i];
    if (!image->on_removed_room({removal.room, removal.last_id})) return false;
  }
  for (const Room& room : store.rooms()) {
    if (!tell_room(room, image)) return false;
  }
  return RoomOrders(store).tell(image) &&
         tell_client_ids(store.client_ids(), image);
}

StoreBuilder::StoreBuilder(RoomStore* store) : store_(*store) {
  PAPO_CHECK(store->room_count() == 0 && store->last_id() == 0);
}

bool StoreBuilder::on_store(const StoreFact& fact) {
  if (store_.last_id_ != 0 || fact.older_removals > fact.last_id) return false;
  store_.last_id_ = fact.last_id;
  store_.removed_.set_older(fact.older_removals);
  return true;
}

bool StoreBuilder::on_gap(const GapFact& fact) {
  const auto& before = store_.gaps_.gaps();
  if (fact.first <= fact.last || fact.first > store_.last_id_ ||
      (!before.empty() && fact.last < before.back().first)) {
    return false;
  }
  store_.gaps_.add(fact);
  return true;
}

bool StoreBuilder::on_removed_room(const RemovedRoomFact& fact) {
  if (!is_kept_name(fact.name) || fact.last_id > store_.last_id_) return false;
  store_.removed_.add(fact.name, fact.last_id);
  return true;
}

bool StoreBuilder::on_room(const RoomFact& fact) {
  if (!is_kept_name(fact.name) || !base::is_utf8(fact.topic) ||
      fact.forgotten.entry > store_.last_id_ ||
      fact.forgotten.change > store_.last_id_ ||
      store_.find_room(fact.name) != nullptr) {
    return false;
  }
  room_ = &store_.make_room(fact.name, fact.forgotten);
  store_.set_topic_of(room_, fact.topic);
  return true;
}

bool StoreBuilder::on_member(std::string_view user) {
  if (room_ == nullptr || !is_kept_name(user) ||
      store_.is_member(*room_, user)) {
    return false;
  }
  store_.make_membership(*room_, user);
  return true;
}

bool StoreBuilder::accepts_event(MessageId id, std::string_view json) const {
  return room_ != nullptr && id > room_->history.last_id() &&
         id <= store_.last_id_ && is_object(json);
}

// A sound image fits its own limits; another is cut as it is told.
void StoreBuilder::recount() {
  store_.count(room_);
  store_.trim();
}

bool StoreBuilder::on_entry(const EntryFact& fact) {
  if (!accepts_event(fact.id, fact.json) ||
      fact.id <= room_->history.forgotten().entry) {
    return false;
  }
  return fact.type == EventType::System ? take_system_entry(fact)
                                        : take_message(fact);
}

bool StoreBuilder::take_system_entry(const EntryFact& fact) {
  if (!fact.author.empty() || !fact.client_id.empty() || fact.deleted) {
    return false;
  }
  room_->history.push_system(
      {fact.id, fact.type, base::SharedBytes(fact.json)});
  recount();
  return true;
}

bool StoreBuilder::take_message(const EntryFact& fact) {
  if (fact.type != EventType::Message || !is_kept_name(fact.author) ||
      !is_kept_client_id(fact.client_id)) {
    return false;
  }
  const User* user = store_.find_user(fact.author);
  Entry entry;
  entry.event = {fact.id, fact.type, base::SharedBytes(fact.json)};
  entry.deleted = fact.deleted;
  entry.author = user != nullptr ? user->name : base::SharedBytes(fact.author);
  if (!fact.client_id.empty()) {
    entry.client_id = base::SharedBytes(fact.client_id);
    if (!store_.limits_.refuses_reused_client_ids) {
      store_.client_ids_.add(
          {room_->name, fact.author, fact.client_id},
          {{},
           fact.id,
           kUnknownText,
           base::Micros(static_cast<base::Micros::rep>(fact.id))});
    }
  }
  room_->history.push(std::move(entry));
  recount();
  return true;
}

bool StoreBuilder::on_change(const ChangeFact& fact) {
  if (!accepts_event(fact.id, fact.json) || fact.target >= fact.id ||
      fact.id <= room_->history.forgotten().change ||
      (fact.type != EventType::Edit && fact.type != EventType::Delete)) {
    return false;
  }
  room_->history.push_change(
      {{fact.id, fact.type, base::SharedBytes(fact.json)}, fact.target});
  recount();
  return true;
}

// Moving each room to the end, one after the other, puts them in order.
bool StoreBuilder::on_room_order(std::string_view user, std::string_view room) {
  const Room* joined = store_.find_room(room);
  if (joined == nullptr) return false;
  Membership* membership = store_.membership_of(*joined, user);
  if (membership == nullptr) return false;
  membership->user->rooms.remove(membership);
  membership->user->rooms.push_back(membership);
  return true;
}

// The first one tells that the memory was written down: what was made of the
// messages is not needed.
bool StoreBuilder::on_client_id(const ClientIdFact& fact) {
  if (!is_kept_name(fact.room) || !is_kept_name(fact.user) ||
      fact.client_id.empty() || !is_kept_client_id(fact.client_id) ||
      fact.id > store_.last_id_ || fact.time.count() < 0) {
    return false;
  }
  if (!has_client_ids_) store_.client_ids_.clear();
  has_client_ids_ = true;
  store_.client_ids_.restore({fact.room, fact.user, fact.client_id},
                             {{}, fact.id, fact.digest, fact.time});
  return true;
}

}  // namespace papo::chat
