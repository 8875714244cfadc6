// Rooms, members and capped histories: the state of the chat.
//
// A deterministic state machine: the same commands in the same order give the
// same rooms, ids and bytes, whatever log they came through. No I/O, no clock;
// one thread.
#pragma once

#include <cstddef>
#include <functional>
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
#include "chat/command.h"
#include "chat/encoding.h"
#include "chat/event.h"
#include "chat/history.h"
#include "chat/id_gaps.h"
#include "chat/refusal.h"
#include "chat/removed_rooms.h"

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
       History::Forgotten forgotten)
      : name(room_name), history(entries_max, forgotten) {}

  std::string name;
  std::string topic;
  History history;
  base::List<Membership, &Membership::of_room> members;
  std::size_t member_count = 0;
  base::Links<Room> of_store;
};

// Exists while it is a member of a room.
struct User {
  explicit User(std::string_view user_name) : name(user_name) {}

  base::SharedBytes name;
  base::List<Membership, &Membership::of_user> rooms;
  std::size_t room_count = 0;
};

struct StoreLimits {
  std::size_t history = 50;           // entries a room, at least 1
  std::size_t rooms = 10'000;         // rooms at once
  std::size_t members = 10'000;       // members of one room
  std::size_t rooms_of_user = 1'000;  // rooms one user is in
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

  // nullptr when there is none. Valid until the next apply().
  const Room* find_room(std::string_view name) const;
  const User* find_user(std::string_view name) const;
  bool is_member(const Room& room, std::string_view user) const;

  // All rooms, oldest first.
  const base::List<Room, &Room::of_store>& rooms() const { return order_; }
  std::size_t room_count() const { return rooms_.size(); }
  std::size_t user_count() const { return users_.size(); }
  std::size_t membership_count() const { return memberships_.size(); }

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
  Outcome edit(const Command& command, Audience* audience);
  Outcome erase(const Command& command, Audience* audience);
  Outcome set_topic(const Command& command, Audience* audience);
  Outcome start(const Command& command);

  MessageId next_id(base::Micros time);
  Room* room_of(std::string_view name);
  Room& make_room(std::string_view name, History::Forgotten forgotten);
  User& make_user(std::string_view name);
  Membership& make_membership(Room& room, std::string_view user);
  Membership* membership_of(const Room& room, std::string_view user);
  void remove_membership(Membership* membership);
  // The message a change is about, if `user` may change it.
  base::Result<const Entry*, Refusal> changeable(const Command& command);
  MessageId announce(Room& room, const Command& command, SystemEvent event,
                     Audience* audience);

  StoreLimits limits_;
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
};

}  // namespace papo::chat
