// A room's history: its last entries, and the changes made to them.
//
// Entries (messages and system entries) and changes (edits and deletions) have
// ids from the same increasing sequence and are capped separately, so that a
// storm of edits pushes no message out. Every entry is encoded once; the text
// of a deleted message is in no entry and no change any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ring.h"
#include "base/shared_bytes.h"
#include "chat/event.h"

namespace papo::chat {

struct Entry {
  Event event;
  base::SharedBytes author;     // empty: a system entry
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
  // The newest ids that are no longer held: of entries (to begin with, the last
  // id of an earlier history of the same room) and of changes.
  struct Forgotten {
    MessageId entry = 0;
    MessageId change = 0;
  };

  History(std::size_t entries_max, Forgotten forgotten)
      : entries_max_(entries_max), forgotten_(forgotten) {}

  // Another cap, at least 1: forgets at once what is over it.
  void set_entries_max(std::size_t entries_max);

  // REQUIRES: ids increase. Forgets the oldest entry when the cap is reached.
  void push(Entry entry);

  // The entry of that id, tombstones too; nullptr when it is not held.
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

  // The id of the message that `author` sent with `client_id`, or 0.
  MessageId find_client_id(std::string_view author,
                           std::string_view client_id) const;

  // Messages and system entries after `after`, oldest first, at most `limit`
  // (0: no limit), without tombstones and changes. The whole history is joined
  // once and kept until it changes, so a repeated read costs no copy.
  Page page_after(MessageId after, std::size_t limit) const;

  // Everything after `after` in order: entries, tombstones and changes.
  std::vector<Event> events_after(MessageId after) const;
  // True when something after a non-zero point is no longer held.
  bool is_truncated(MessageId after) const;

  // The id of the last entry or change, 0 before the first.
  MessageId last_id() const { return last_id_; }
  std::size_t size() const { return entries_.size(); }

  // All that is held, oldest first.
  const base::Ring<Entry>& entries() const { return entries_; }
  const base::Ring<Change>& changes() const { return changes_; }
  Forgotten forgotten() const { return forgotten_; }

 private:
  std::size_t index_after(MessageId after) const;
  std::size_t end_of_page(std::size_t first, std::size_t limit) const;
  Entry* find_message(MessageId id);
  void forget_oldest_entry();
  void forget_oldest_change();
  base::SharedBytes join(std::size_t first, std::size_t end) const;
  const base::SharedBytes& joined() const;
  static std::string client_key(std::string_view author,
                                std::string_view client_id);

  std::size_t entries_max_;
  Forgotten forgotten_;
  MessageId last_id_ = 0;
  base::Ring<Entry> entries_;
  base::Ring<Change> changes_;
  std::size_t tombstones_ = 0;
  // Made with the first client_id: most rooms of scripts have none.
  std::unique_ptr<std::unordered_map<std::string, MessageId>> client_ids_;
  mutable base::SharedBytes joined_;  // all of page_after(0), when known
};

}  // namespace papo::chat
