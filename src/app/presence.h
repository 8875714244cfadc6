// Who is there, and who is writing.
//
// A user is online in a room while a connection of theirs listens to it, and
// for a short grace after the last one went, so that a reload does not
// flicker; or in every room they are a member of, for a while after they
// polled. A user types until they send, leave, go, or have not said so for
// kTypingFor. Changes are published to the room as ephemeral events.
//
// Bounded (--max-presence): beyond so many who are in grace, poll or type,
// another goes without a grace, and is not noted to poll or to type.
//
// Who is there is whispered by a source: this machine, for the connections that
// are its own, or another. What a source has said ends with it: when it is lost
// its users enter their grace, as if their connections were.
//
// Nothing here is stored, and nothing is part of the log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/feed.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/time.h"
#include "chat/room_store.h"

namespace papo::app {

// Whose connections are meant.
using Source = std::uint32_t;
inline constexpr Source kHere = 0;  // this machine's

class Presence {
 public:
  static constexpr base::Micros kGrace = std::chrono::seconds(5);
  static constexpr base::Micros kPollFor = std::chrono::seconds(30);
  static constexpr base::Micros kTypingFor = std::chrono::seconds(6);

  // Both must outlive it. `waiting_max`: how many at a time may be in grace,
  // poll, and type. Times below are the steady clock's.
  Presence(const chat::RoomStore* store, Feed* feed, base::HashKey key,
           std::size_t waiting_max)
      : store_(store),
        feed_(feed),
        key_(key),
        waiting_max_(waiting_max),
        users_(0, {key}),
        polls_(0, {key}) {}

  // A connection of `user`, at `source`, began, or ceased, to listen to `room`.
  // REQUIRES: it ceases as often as it began, at most.
  void connected(Source source, std::string_view room, std::string_view user);
  void disconnected(Source source, std::string_view room, std::string_view user,
                    base::Micros now);
  // The source is gone, and all its connections with it.
  void lost(Source source, base::Micros now);
  // The user asked for their rooms.
  void polled(std::string_view user, base::Micros now);
  // What follows from a command that was applied.
  void on_command(const chat::Command& command);
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

  // Another number whenever somebody has come online, or gone.
  std::uint64_t version() const { return version_; }

  // Does what is due. Call when next_due() has come.
  void on_time(base::Micros now);
  // When something is due, or `none`.
  base::Micros next_due(base::Micros none) const;

  // Remembers nobody: for a test that memory comes back to its base.
  bool empty() const {
    return users_.empty() && polls_.empty() && elsewhere_.empty();
  }

 private:
  // A user in a room: forgotten when not connected, not in grace and not
  // typing.
  struct State {
    const std::string* key = nullptr;  // room, NUL, user
    std::uint32_t room_bytes = 0;
    std::uint32_t connections = 0;
    base::Micros grace_until{};   // 0: not in grace
    base::Micros typing_until{};  // 0: not typing
    base::Links<State> grace_links;
    base::Links<State> typing_links;

    std::string_view room() const {
      return std::string_view(*key).substr(0, room_bytes);
    }
    std::string_view user() const {
      return std::string_view(*key).substr(room_bytes + 1);
    }
    bool is_present() const {
      return connections > 0 || grace_until.count() != 0;
    }
  };
  struct Poll {
    const std::string* user = nullptr;
    base::Micros until{};
    base::Links<Poll> links;
  };
  // Who waits for the same length of time, in the order of their ends: whoever
  // begins anew goes to the back.
  template <class T, base::Links<T> T::*links>
  struct Waiting {
    base::List<T, links> list;
    std::size_t count = 0;

    void add(T* one) {
      list.push_back(one);
      ++count;
    }
    void remove(T* one) {
      list.remove(one);
      --count;
    }
  };
  using Users =
      std::unordered_map<std::string, State, base::NameHash, std::equal_to<>>;

  static std::string key_of(std::string_view room, std::string_view user);
  State& find_or_add(std::string_view room, std::string_view user);
  const State* find(std::string_view room, std::string_view user) const;
  State* find(std::string_view room, std::string_view user);
  void forget_if_idle(State* state);
  void count_elsewhere(Source source, const State& state, int change);
  bool is_connected(std::string_view room, std::string_view user) const;
  bool is_polling(std::string_view user) const;
  bool is_polling_member(std::string_view room, std::string_view user) const;
  void end_grace(State* state);
  void end_poll(Poll* poll);
  void end_typing(State* state);
  void tell_polling(std::string_view user, bool online);
  void tell_online(std::string_view room, std::string_view user, bool online);
  void tell_typing(std::string_view room, std::string_view user, bool typing);

  const chat::RoomStore* store_;
  Feed* feed_;
  base::HashKey key_;
  std::size_t waiting_max_;
  std::uint64_t version_ = 0;
  Users users_;
  std::unordered_map<std::string, Poll, base::NameHash, std::equal_to<>> polls_;
  // Of other sources: how many connections of each user in a room are theirs.
  using Counts = std::unordered_map<std::string, std::uint32_t, base::NameHash,
                                    std::equal_to<>>;
  std::unordered_map<Source, Counts> elsewhere_;
  Waiting<State, &State::grace_links> graces_;
  Waiting<Poll, &Poll::links> poll_ends_;
  Waiting<State, &State::typing_links> typists_;
};

}  // namespace papo::app
