// Who is there, and who is writing.
//
// A user is online in a room while a connection of theirs listens to it, and
// for a short grace after the last one went, so that a reload does not
// flicker; or in every room they are a member of, for a while after they
// polled. A user types until they send, leave, go, or have not said so for
// kTypingFor. Changes are published to the room as ephemeral events.
//
// Nothing here is stored, and nothing is part of the log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/feed.h"
#include "base/hash.h"
#include "base/time.h"
#include "chat/room_store.h"

namespace papo::app {

class Presence {
 public:
  static constexpr base::Micros kGrace = std::chrono::seconds(5);
  static constexpr base::Micros kPollFor = std::chrono::seconds(30);
  static constexpr base::Micros kTypingFor = std::chrono::seconds(6);

  // Both must outlive it. Times below are the steady clock's.
  Presence(const chat::RoomStore* store, Feed* feed, base::HashKey key)
      : store_(store), feed_(feed), users_(0, {key}), polls_(0, {key}) {}

  // A connection of `user` began, or ceased, to listen to `room`.
  void connected(std::string_view room, std::string_view user);
  void disconnected(std::string_view room, std::string_view user,
                    base::Micros now);
  // The user asked for their rooms. Remembers at most kPollersMax users.
  void polled(std::string_view user, base::Micros now);
  // The user became, or ceased to be, a member of the room.
  void joined(std::string_view room, std::string_view user);
  void left(std::string_view room, std::string_view user);

  void typing(std::string_view room, std::string_view user, base::Micros now);
  void stopped_typing(std::string_view room, std::string_view user);

  bool is_online(std::string_view room, std::string_view user) const;
  bool is_typing(std::string_view room, std::string_view user) const;
  // How many users are online in each room that has one. Linear in those who
  // are online.
  std::unordered_map<std::string_view, std::size_t> online_counts() const;

  // Does what is due. Call when next_due() has come.
  void on_time(base::Micros now);
  // When something is due, or `none`.
  base::Micros next_due(base::Micros none) const;

  // Remembers nobody: for a test that memory comes back to its base.
  bool empty() const { return users_.empty() && polls_.empty(); }

 private:
  static constexpr std::size_t kPollersMax = 100'000;

  // A user in a room: forgotten when not connected, not in grace and in no
  // queue.
  struct State {
    std::string_view room;  // both view the key
    std::string_view user;
    std::uint32_t connections = 0;
    base::Micros grace_until{};   // 0: not in grace
    base::Micros typing_until{};  // 0: not typing
    bool typing_queued = false;   // stands in typing_ends_
  };
  // Something to look at again.
  struct Due {
    base::Micros when{};
    std::string key;
    bool operator<(const Due& other) const { return when > other.when; }
  };
  // The earliest is on top: who went on typing or polling is put back among
  // those who began later.
  using Dues = std::priority_queue<Due>;
  using Users =
      std::unordered_map<std::string, State, base::NameHash, std::equal_to<>>;

  static std::string key_of(std::string_view room, std::string_view user);
  Users::iterator find_or_add(std::string_view room, std::string_view user);
  const State* find(std::string_view room, std::string_view user) const;
  void forget_if_idle(Users::iterator at);
  bool is_connected(std::string_view room, std::string_view user) const;
  static std::optional<Due> take_due(Dues* dues, base::Micros now);
  bool is_polling(std::string_view user) const;
  bool is_polling_member(std::string_view room, std::string_view user) const;
  void end_grace(const Due& due);
  void end_poll(const Due& due);
  void end_typing(const Due& due);
  void tell_online(std::string_view room, std::string_view user, bool online);
  void tell_typing(std::string_view room, std::string_view user, bool typing);

  const chat::RoomStore* store_;
  Feed* feed_;
  Users users_;
  std::unordered_map<std::string, base::Micros, base::NameHash,
                     std::equal_to<>>
      polls_;  // until when
  Dues graces_;
  Dues poll_ends_;
  Dues typing_ends_;
};

}  // namespace papo::app
