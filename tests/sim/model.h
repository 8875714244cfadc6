// What the chat should be, said as simply as it can be said: no index, no
// sharing, no cache. The simulator compares the server with it, byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "chat/command.h"
#include "chat/room_store.h"

namespace papo::sim {

using chat::MessageId;

// One object of the feed as it is told, and as a line of text. id 0: it is not
// stored ("truncated").
struct Told {
  MessageId id = 0;
  std::string type;
  std::string room;
  std::string json;
  std::string line;
  MessageId until = 0;  // "truncated": what is older may be missing
  bool operator==(const Told&) const = default;
};

// What became of a command.
struct Outcome {
  std::string refusal;  // the error's code; empty: none
  MessageId id = 0;
  bool duplicate = false;
  MessageId before = 0;  // the last id before it
  std::vector<Told> events;
};

MessageId sent_at(MessageId id, base::Micros time);

class Model {
 public:
  struct Entry {
    MessageId id = 0;
    std::string author;  // empty: a system entry
    std::string client_id;
    bool deleted = false;
    MessageId sent_at = 0;
    Told told;
  };
  struct Change {
    MessageId target = 0;
    Told told;
  };
  struct Room {
    std::string name;
    std::string topic;
    std::vector<std::string> members;
    std::vector<Entry> entries;
    std::vector<Change> changes;
    MessageId entry_forgotten = 0;
    MessageId change_forgotten = 0;
    MessageId last_id = 0;
  };

  // A message that was sent with a client_id.
  struct Sent {
    std::string room;
    std::string user;
    std::string client_id;
    std::string text;
    MessageId id = 0;
    base::Micros time{};
  };

  explicit Model(const chat::StoreLimits& limits) : limits_(limits) {}

  Outcome apply(const chat::Command& command);

  const Room* find(std::string_view room) const;
  bool is_member(std::string_view room, std::string_view user) const;
  // True for an entry that the room's history has.
  bool holds(std::string_view room, MessageId id) const;
  std::vector<std::string> rooms_of(const std::string& user) const;
  const std::vector<Room>& rooms() const { return rooms_; }  // oldest first
  MessageId last_id() const { return last_id_; }
  std::uint64_t messages() const { return messages_; }

  // Messages and system entries of one history.
  static std::size_t count(const Room& room, bool system);

  // True for a point that nobody was given here.
  bool is_foreign(MessageId after) const;
  // True when something after the point may be no longer held.
  bool is_truncated(const std::string& room, MessageId after) const;
  // Everything of the room after the point, in order.
  std::vector<Told> events_after(const std::string& room,
                                 MessageId after) const;
  // What a listener is told that resumes there: "truncated" where it applies,
  // then what the rooms hold, in one order.
  std::vector<Told> replay(const std::vector<std::string>& rooms,
                           MessageId after) const;
  struct PageWanted {
    std::string room;
    MessageId after = 0;
    std::size_t limit = 0;
    bool changes = false;
  };
  // The members of an answer to /receive, and whether it may wait.
  struct Page {
    std::string members;
    bool nothing = true;
  };
  Page page(const PageWanted& wanted) const;

  // All that was ever told, for judging holes: by room, in order, with the
  // target of changes.
  const std::vector<std::pair<Told, MessageId>>& told_in(
      const std::string& room) const;

 private:
  Outcome join(const chat::Command& command);
  Outcome leave(const chat::Command& command);
  Outcome send(const chat::Command& command);
  Outcome change(const chat::Command& command);
  Outcome set_topic(const chat::Command& command);
  Outcome start(const chat::Command& command);
  MessageId next_id(base::Micros time);
  Room* room(std::string_view name);
  void announce(Room* room, const chat::Command& command, std::string_view name,
                Outcome* outcome);
  void push(Room* room, Entry entry, Outcome* outcome);
  void push_change(Room* room, Change change, Outcome* outcome);
  void trim(Room* room) const;
  // What is held, in the bytes of chat/footprint.h.
  static std::uint64_t bytes_of(const Room& room);
  static std::uint64_t bytes_of(const Sent& sent);
  std::uint64_t member_bytes() const;
  bool has_bytes_for(std::uint64_t more) const;
  void trim_to_bytes();
  static void forget_oldest(Room* room);
  void remove(Room* room);
  const Sent* find_sent(const chat::Command& command) const;
  void remember(const chat::Command& command, MessageId id);

  chat::StoreLimits limits_;
  std::vector<Room> rooms_;
  std::map<std::string, std::vector<std::string>> rooms_of_;
  std::map<std::string, MessageId> removed_;
  // Their names in the order of removal, as far as there are bytes for them.
  std::vector<std::pair<std::string, MessageId>> removals_;
  MessageId older_removals_ = 0;
  std::map<std::string, std::vector<std::pair<Told, MessageId>>> told_;
  std::vector<std::pair<MessageId, MessageId>> gaps_;  // between the two
  std::vector<Sent> sent_;                             // oldest first
  MessageId last_id_ = 0;
  std::uint64_t messages_ = 0;
};

}  // namespace papo::sim
