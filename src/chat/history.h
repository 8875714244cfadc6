// A room's history: its last messages, the system entries between them, and the
// changes made to them.
//
// Messages, system entries and changes (edits and deletions) have ids from the
// same increasing sequence and are capped separately, so that neither a storm
// of edits nor somebody who comes and goes pushes a message out. Every entry is
// encoded once; the text of a deleted message is in no entry and no change any
// more.
//
// A reader is told of messages and changes that are gone. System entries go
// silently, by their own cap or with the message that came after them: who is
// in the room is asked of the room, and one that flaps would make every reader
// drop what it has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ring.h"
#include "base/shared_bytes.h"
#include "chat/event.h"
#include "chat/joined_pages.h"

namespace papo::chat {

// A message.
struct Entry {
  Event event;
  base::SharedBytes author;
  base::SharedBytes client_id;  // empty: none was given
  bool deleted = false;         // a tombstone
};

// Part of a history as it stands between the brackets of a JSON array: the
// bytes [begin, begin + size) of `whole`.
struct Page {
  base::SharedBytes whole;
  std::size_t begin = 0;
  std::size_t size = 0;
  bool truncated = false;  // entries after the point are no longer held
  bool more = false;       // the limit left newer ones out

  std::string_view view() const { return whole.view().substr(begin, size); }
};

class History {
 public:
  struct Change {
    Event event;
    MessageId target = 0;  // the entry it changed
  };
  // The newest ids that are no longer held: of messages (to begin with, the
  // last id of an earlier history of the same room) and of changes.
  struct Forgotten {
    MessageId entry = 0;
    MessageId change = 0;
  };

  // At most `entries_max` each of messages, system entries and changes. What
  // is joined for readers is held by `pages`, if there is one, which must
  // outlive the history.
  History(std::size_t entries_max, Forgotten forgotten,
          JoinedPages* pages = nullptr)
      : entries_max_(entries_max), forgotten_(forgotten), pages_(pages) {}

  // Another cap, at least 1: forgets at once what is over it.
  void set_entries_max(std::size_t entries_max);

  // REQUIRES: ids increase. Forgets the oldest message, and the system entries
  // before it, when the cap is reached.
  void push(Entry message);
  // The same for a system entry; forgets the oldest of them.
  void push_system(Event entry);

  // Forgets the oldest entry, or the oldest change while changes take more than
  // entries: a storm of edits trims itself. REQUIRES: bytes() > 0.
  void forget_oldest();
  // What it holds takes so much (chat/footprint.h).
  std::uint64_t bytes() const { return entry_bytes_ + change_bytes_; }

  // The message of that id, tombstones too; nullptr when it is not held.
  // Logarithmic. Valid until the next push.
  const Entry* find(MessageId id) const;

  // Puts `json` in the place of the message `target` and keeps `change`.
  // REQUIRES: find(target) is a message.
  void edit(MessageId target, base::SharedBytes json, Event change);
  // The same with a tombstone; edits of the target are forgotten too.
  void erase(MessageId target, base::SharedBytes tombstone, Event change);
  // Keeps a change whose target has been changed already, or is not held.
  // REQUIRES: ids increase.
  void push_change(Change change);

  // Messages and system entries after `after`, oldest first, at most `limit`
  // (0: no limit), without tombstones and changes. The whole history is joined
  // once and kept until it changes, so a repeated read costs no copy while its
  // page is held.
  Page page_after(MessageId after, std::size_t limit) const;

  // One of all that is held: one of the three.
  struct Held {
    const Entry* message = nullptr;
    const Event* system = nullptr;
    const Change* change = nullptr;

    const Event& event() const {
      return message != nullptr  ? message->event
             : system != nullptr ? *system
                                 : change->event;
    }
  };
  class Walk;
  // Everything after `after` in order: entries, tombstones and changes.
  std::vector<Event> events_after(MessageId after) const;
  // True when something after a non-zero point is no longer held.
  bool is_truncated(MessageId after) const;

  // The id of the last entry or change, 0 before the first.
  MessageId last_id() const { return last_id_; }
  // Messages and system entries.
  std::size_t size() const { return messages_.size() + system_.size(); }

  // All that is held, each oldest first.
  const base::Ring<Entry>& messages() const { return messages_; }
  const base::Ring<Event>& system_entries() const { return system_; }
  const base::Ring<Change>& changes() const { return changes_; }
  Forgotten forgotten() const { return forgotten_; }

 private:
  // Between two entries: so many messages and system entries come before.
  struct Place {
    std::size_t message = 0;
    std::size_t system = 0;
    bool operator==(const Place&) const = default;
    std::size_t count() const { return message + system; }
  };
  Place place_after(MessageId after) const;
  Place end() const { return {messages_.size(), system_.size()}; }
  Place end_of_page(Place first, std::size_t limit) const;
  // What stands behind `place`: a message, or a system entry.
  // REQUIRES: place != end().
  bool is_message_next(Place place) const;
  struct Step {
    const Event& event;
    bool is_tombstone;
  };
  // The entry behind `place`, which is moved on. REQUIRES: place != end().
  Step next(Place* place) const;
  std::size_t joined_bytes(Place first, Place end) const;
  Entry* find_message(MessageId id);
  void take_id(MessageId id);
  void drop_joined();
  void replace(Entry* message, base::SharedBytes json);
  void forget_oldest_message();
  void forget_oldest_system_entry();
  void forget_oldest_change();
  base::SharedBytes join(Place first, Place end) const;
  bool is_joined() const;
  base::SharedBytes joined() const;

  std::size_t entries_max_;
  Forgotten forgotten_;
  JoinedPages* pages_;
  MessageId last_id_ = 0;
  std::uint64_t entry_bytes_ = 0;
  std::uint64_t change_bytes_ = 0;
  base::Ring<Entry> messages_;
  base::Ring<Event> system_;
  base::Ring<Change> changes_;
  std::size_t tombstones_ = 0;
  // All of page_after(0); made with the first one.
  mutable std::unique_ptr<JoinedPage> joined_;
};

// Goes over everything after a point, in the order of ids. The history must
// outlive it, and stay as it is.
class History::Walk {
 public:
  Walk(const History& history, MessageId after);
  // False at the end.
  bool next(Held* held);
  // So many are still to come.
  std::size_t left() const;

 private:
  const History& history_;
  Place place_;
  std::size_t change_;
};

}  // namespace papo::chat
