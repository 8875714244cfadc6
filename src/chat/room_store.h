// Rooms, members and capped histories: the state of the chat.
//
// A deterministic state machine: the same commands in the same order give the
// same rooms, ids and bytes, whatever log they came through. No I/O, no clock;
// one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/list.h"
#include "base/result.h"
#include "base/shared_bytes.h"
#include "base/time.h"
#include "chat/client_ids.h"
#include "chat/command.h"
#include "chat/encoding.h"
#include "chat/event.h"
#include "chat/footprint.h"
#include "chat/history.h"
#include "chat/id_gaps.h"
#include "chat/joined_pages.h"
#include "chat/refusal.h"
#include "chat/removed_rooms.h"
#include "chat/size_order.h"

namespace papo::chat {

struct Room;
struct User;

// A user in a room: one element of both of their lists, each in the order of
// joining.
struct Membership {
  Room* room;
  User* user;
  base::Links<Membership> of_room;
  base::Links<Membership> of_user;
};

// Exists while it has members.
struct Room {
  Room(std::string_view room_name, std::size_t entries_max,
       History::Forgotten forgotten, JoinedPages* pages)
      : name(room_name), history(entries_max, forgotten, pages) {}

  std::string name;
  std::string topic;
  History history;
  base::List<Membership, &Membership::of_room> members;
  std::size_t member_count = 0;
  base::Links<Room> of_store;
  SizePlace size_place;
  std::uint64_t bytes_counted = 0;  // of the history, in RoomStore::bytes()
};

// Exists while it is a member of a room.
struct User {
  explicit User(std::string_view user_name) : name(user_name) {}

  base::SharedBytes name;
  base::List<Membership, &Membership::of_user> rooms;
  std::size_t room_count = 0;
};

struct StoreLimits {
  // Messages a room, as many system entries and changes; at least 1.
  std::size_t history = 50;
  std::size_t rooms = 10'000;         // rooms at once
  std::size_t members = 10'000;       // members of one room
  std::size_t rooms_of_user = 1'000;  // rooms one user is in
  std::size_t memberships = std::numeric_limits<std::size_t>::max();
  // Everything that is held, as chat/footprint.h counts it. Beyond it the room
  // that holds the most loses what is oldest in it.
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  // So many client_ids are remembered at least, and all that are younger.
  std::size_t client_ids = 10'000;
  base::Micros client_id_age = std::chrono::minutes(10);
  // False in logs that were written before client_ids had a memory of their
  // own: what was stored then, under an id that was known, is stored again.
  bool refuses_reused_client_ids = true;

  // Whether a store can have them.
  bool are_valid() const {
    return history > 0 && rooms > 0 && members > 0 && rooms_of_user > 0 &&
           client_ids > 0 && client_id_age.count() >= 0 && memberships > 0 &&
           bytes > 0;
  }
};

// What a command did.
struct Applied {
  MessageId id = 0;        // of the entry or change it made; 0: it made none
  bool duplicate = false;  // `id` is that of the first message of its client_id
};

// Is told of each event at the moment it is applied.
class Audience {
 public:
  virtual ~Audience() = default;
  virtual void on_event(std::string_view room, const Event& event) = 0;
};

class RoomStore {
 public:
  RoomStore(StoreLimits limits, Language language, base::HashKey key);
  ~RoomStore();
  RoomStore(const RoomStore&) = delete;
  RoomStore& operator=(const RoomStore&) = delete;

  // Applies a command whose fields were checked (chat/names.h). `audience` may
  // be nullptr. A refused command changes nothing. Constant time but for the
  // size of what it encodes; a deletion walks the room's changes.
  base::Result<Applied, Refusal> apply(const Command& command,
                                       Audience* audience);

  // Other limits and another language, at once: for a store that is built from
  // facts. Rooms, members and memberships over a limit stay; histories are cut.
  void set_limits(StoreLimits limits, Language language);
  // The same with the next command and not before, so that the order of
  // commands alone decides what is held. Without a command it changes nothing;
  // the last call counts.
  void set_limits_with_next_command(StoreLimits limits, Language language);

  // For a store of which something was lost, nobody knows what: whoever comes
  // back with a point from before the last id is told so (is_foreign()).
  void distrust_points() { gaps_.cover(last_id_); }

  // nullptr when there is none. Valid until the next apply().
  const Room* find_room(std::string_view name) const;
  const User* find_user(std::string_view name) const;
  bool is_member(const Room& room, std::string_view user) const;

  // All rooms, oldest first.
  const base::List<Room, &Room::of_store>& rooms() const { return order_; }
  std::size_t room_count() const { return rooms_.size(); }
  std::size_t user_count() const { return users_.size(); }
  std::size_t membership_count() const { return memberships_.size(); }

  // What is held, by its kinds, as chat/footprint.h counts it: together never
  // more than limits().bytes, but for what was there before that limit was.
  struct Bytes {
    std::uint64_t histories = 0;
    std::uint64_t members = 0;  // with rooms, users and topics
    std::uint64_t client_ids = 0;
    std::uint64_t removed_rooms = 0;
    std::uint64_t joined_pages = 0;
    std::uint64_t contents() const {
      return histories + members + client_ids + removed_rooms;
    }
    std::uint64_t all() const { return contents() + joined_pages; }
  };
  Bytes bytes() const;
  // Messages, system entries and changes that went for want of memory.
  std::uint64_t trimmed_count() const { return trimmed_count_; }

  // ---- Reading on from a point: the id after which a reader wants to go on,
  // or 0 for whatever there is. Of a point of another life nothing is known:
  // its reader is told that something is missing, and reads from the beginning.

  // True for a point that no reader was given here: in the gap before a start,
  // or ahead of every id.
  bool is_foreign(MessageId after) const;
  // True when something after the point may be no longer held, whether or not
  // there is a room of that name.
  bool is_truncated(std::string_view room, MessageId after) const;
  // As History has them; of no room, nothing.
  Page page_after(std::string_view room, MessageId after,
                  std::size_t limit) const;
  std::vector<Event> events_after(std::string_view room, MessageId after) const;
  // Where a reader who has seen nothing yet can resume. Not 0, which asks for
  // whatever there is and so can tell of no hole.
  MessageId resume_point() const;

  // The greatest id given so far.
  MessageId last_id() const { return last_id_; }
  // Those that the last command was applied under.
  const StoreLimits& limits() const { return limits_; }
  Language language() const { return language_; }
  const RemovedRooms& removed_rooms() const { return removed_; }
  const IdGaps& id_gaps() const { return gaps_; }
  const ClientIds& client_ids() const { return client_ids_; }

 private:
  friend class StoreBuilder;  // chat/store_image.h
  using Outcome = base::Result<Applied, Refusal>;
  struct Pair {
    const Room* room;
    const User* user;
    bool operator==(const Pair&) const = default;
  };
  struct PairHash {
    std::size_t operator()(const Pair& pair) const;
  };

  Outcome join(const Command& command, Audience* audience);
  Outcome leave(const Command& command, Audience* audience);
  Outcome send(const Command& command, Audience* audience);
  Outcome post(const Command& command, Audience* audience);
  // The message that was sent under the command's client_id, or nullptr.
  const ClientIds::Known* find_sent(const Command& command) const;
  bool refuses_reuse(const ClientIds::Known& sent,
                     const Command& command) const;
  Outcome edit(const Command& command, Audience* audience);
  Outcome erase(const Command& command, Audience* audience);
  Outcome set_topic(const Command& command, Audience* audience);
  Outcome start(const Command& command);

  Outcome dispatch(const Command& command, Audience* audience);
  // What a join would make: what is not there yet takes memory.
  std::optional<Refusal> refuse_join(const Command& command) const;
  bool has_bytes_for(std::uint64_t more) const;
  // After each change of its history.
  void count(Room* room);
  void trim();
  void set_topic_of(Room* room, std::string_view topic);

  MessageId next_id(base::Micros time);
  Room* room_of(std::string_view name);
  Room& make_room(std::string_view name, History::Forgotten forgotten);
  User& make_user(std::string_view name);
  Membership& make_membership(Room& room, std::string_view user);
  Membership* membership_of(const Room& room, std::string_view user);
  void remove_membership(Membership* membership);
  void remove_room(Room* room);
  // The message a change is about, if `user` may change it.
  base::Result<const Entry*, Refusal> changeable(const Command& command);
  MessageId announce(Room& room, const Command& command, SystemEvent event,
                     Audience* audience);

  StoreLimits limits_;
  JoinedPages pages_;  // the histories' own, so it outlives them
  SizeOrder by_size_;
  std::uint64_t history_bytes_ = 0;
  std::uint64_t member_bytes_ = 0;  // as in Bytes
  std::uint64_t trimmed_count_ = 0;
  Language language_;
  struct Settings {
    StoreLimits limits;
    Language language;
  };
  std::optional<Settings> next_settings_;  // from the next command on
  MessageId last_id_ = 0;
  template <class T>
  using ByName =
      std::unordered_map<std::string_view, std::unique_ptr<T>, base::NameHash>;
  ByName<Room> rooms_;  // keys view the names in the rooms
  ByName<User> users_;
  std::unordered_map<Pair, Membership, PairHash> memberships_;
  base::List<Room, &Room::of_store> order_;
  RemovedRooms removed_;
  IdGaps gaps_;
  ClientIds client_ids_;
};

}  // namespace papo::chat
