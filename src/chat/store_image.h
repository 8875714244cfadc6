// A store as a sequence of facts, from which an equal store can be built: what
// snapshots and exports are made of.
//
// The facts come in this order: the store's; gaps in the ids, in order; removed
// rooms in the order of their removal; each room in the order of creation,
// followed by its members in the order of joining and by its entries and
// changes in the order of their ids; then, for users whose order of rooms is
// not the rooms' own, each of their rooms in the order joined; then the
// client_ids in their order.
#pragma once

#include <cstdint>
#include <string_view>

#include "chat/command.h"
#include "chat/event.h"
#include "chat/history.h"
#include "chat/room_store.h"

namespace papo::chat {

struct StoreFact {
  MessageId last_id = 0;
  MessageId older_removals = 0;  // RemovedRooms::older()
};

using GapFact = IdGaps::Gap;

struct RemovedRoomFact {
  std::string_view name;
  MessageId last_id = 0;
};

struct RoomFact {
  std::string_view name;
  std::string_view topic;
  History::Forgotten forgotten;
};

// A message or a system entry of the last room.
struct EntryFact {
  MessageId id = 0;
  EventType type = EventType::Message;
  bool deleted = false;
  std::string_view author;     // empty: a system entry
  std::string_view client_id;  // empty: none was given
  std::string_view json;
};

// An edit or a deletion in the last room.
struct ChangeFact {
  MessageId id = 0;
  EventType type = EventType::Edit;
  MessageId target = 0;
  std::string_view json;
};

// A message that was sent with a client_id (chat/client_ids.h).
struct ClientIdFact {
  std::string_view room;
  std::string_view user;
  std::string_view client_id;
  MessageId id = 0;
  std::uint64_t digest = 0;
  base::Micros time{};
};

// Is told the facts. The views are valid during the call. False stops the
// telling: the fact could not be kept.
class StoreImage {
 public:
  virtual ~StoreImage() = default;
  virtual bool on_store(const StoreFact& fact) = 0;
  virtual bool on_gap(const GapFact& fact) = 0;
  virtual bool on_removed_room(const RemovedRoomFact& fact) = 0;
  virtual bool on_room(const RoomFact& fact) = 0;
  virtual bool on_member(std::string_view user) = 0;
  virtual bool on_entry(const EntryFact& fact) = 0;
  virtual bool on_change(const ChangeFact& fact) = 0;
  virtual bool on_room_order(std::string_view user, std::string_view room) = 0;
  virtual bool on_client_id(const ClientIdFact& fact) = 0;
};

// Tells all of `store`; false if `image` stopped it.
bool tell(const RoomStore& store, StoreImage* image);

// Builds a store from facts. Nothing is believed: a fact that cannot follow
// those before it (a room twice, ids that do not increase, a text that is not
// UTF-8, an event that is no JSON object) is answered with false, and leaves a
// store that is sound but not whole. The store's limits are those of the
// target: what is over the cap of histories or of bytes is forgotten, other
// caps do not count. While those limits say that client_ids had no memory of
// their own (StoreLimits::refuses_reused_client_ids), it is made from the
// messages.
class StoreBuilder final : public StoreImage {
 public:
  // REQUIRES: an empty store, which must outlive the builder.
  explicit StoreBuilder(RoomStore* store);

  bool on_store(const StoreFact& fact) override;
  bool on_gap(const GapFact& fact) override;
  bool on_removed_room(const RemovedRoomFact& fact) override;
  bool on_room(const RoomFact& fact) override;
  bool on_member(std::string_view user) override;
  bool on_entry(const EntryFact& fact) override;
  bool on_change(const ChangeFact& fact) override;
  bool on_room_order(std::string_view user, std::string_view room) override;
  bool on_client_id(const ClientIdFact& fact) override;

 private:
  bool take_system_entry(const EntryFact& fact);
  bool take_message(const EntryFact& fact);
  void recount();
  bool accepts_event(MessageId id, std::string_view json) const;

  RoomStore& store_;
  Room* room_ = nullptr;         // the last one
  bool has_client_ids_ = false;  // one was told
};

}  // namespace papo::chat
