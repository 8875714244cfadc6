#include "chat/history.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace papo::chat {

void History::push(Entry entry) {
  PAPO_CHECK(entry.event.id > last_id_);
  last_id_ = entry.event.id;
  joined_ = {};
  if (!entry.client_id.empty()) {
    if (client_ids_ == nullptr) {
      client_ids_ =
          std::make_unique<std::unordered_map<std::string, MessageId>>();
    }
    (*client_ids_)[client_key(entry.author.view(), entry.client_id.view())] =
        entry.event.id;
  }
  if (entries_.size() == entries_max_) forget_oldest_entry();
  if (entry.deleted) ++tombstones_;
  entries_.push_back(std::move(entry));
}

void History::forget_oldest_entry() {
  const Entry oldest = entries_.pop_front();
  forgotten_.entry = oldest.event.id;
  if (oldest.deleted) --tombstones_;
  if (!oldest.client_id.empty()) {
    client_ids_->erase(
        client_key(oldest.author.view(), oldest.client_id.view()));
  }
}

void History::forget_oldest_change() {
  forgotten_.change = changes_.pop_front().event.id;
}

void History::set_entries_max(std::size_t entries_max) {
  PAPO_CHECK(entries_max > 0);
  entries_max_ = entries_max;
  if (entries_.size() > entries_max) joined_ = {};
  while (entries_.size() > entries_max) forget_oldest_entry();
  while (changes_.size() > entries_max) forget_oldest_change();
}

// Names have no control characters, so a NUL separates.
std::string History::client_key(std::string_view author,
                                std::string_view client_id) {
  std::string key;
  key.reserve(author.size() + 1 + client_id.size());
  return key.append(author).append(1, '\0').append(client_id);
}

MessageId History::find_client_id(std::string_view author,
                                  std::string_view client_id) const {
  if (client_ids_ == nullptr) return 0;
  const auto found = client_ids_->find(client_key(author, client_id));
  return found == client_ids_->end() ? 0 : found->second;
}

// The index of the first entry whose id is greater than `after`.
std::size_t History::index_after(MessageId after) const {
  std::size_t low = 0;
  std::size_t high = entries_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (entries_[middle].event.id > after) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

const Entry* History::find(MessageId id) const {
  if (id == 0) return nullptr;
  const std::size_t index = index_after(id - 1);
  if (index == entries_.size() || entries_[index].event.id != id) {
    return nullptr;
  }
  return &entries_[index];
}

Entry* History::find_message(MessageId id) {
  auto* entry = const_cast<Entry*>(find(id));
  PAPO_CHECK(entry != nullptr && !entry->author.empty() && !entry->deleted);
  return entry;
}

void History::edit(MessageId target, base::SharedBytes json, Event change) {
  find_message(target)->event.json = std::move(json);
  push_change({std::move(change), target});
}

void History::erase(MessageId target, base::SharedBytes tombstone,
                    Event change) {
  Entry* entry = find_message(target);
  entry->event.json = std::move(tombstone);
  entry->deleted = true;
  ++tombstones_;
  for (std::size_t i = changes_.size(); i > 0; --i) {
    if (changes_[i - 1].target == target) changes_.erase(i - 1);
  }
  push_change({std::move(change), target});
}

void History::push_change(Change change) {
  PAPO_CHECK(change.event.id > last_id_);
  last_id_ = change.event.id;
  joined_ = {};
  if (changes_.size() == entries_max_) forget_oldest_change();
  changes_.push_back(std::move(change));
}

// Where a page from `first` on ends that may have `limit` entries, tombstones
// not counted: one that ends the page would be all that a reader gets.
std::size_t History::end_of_page(std::size_t first, std::size_t limit) const {
  if (limit == 0 || entries_.size() - first <= limit) return entries_.size();
  if (tombstones_ == 0) return first + limit;
  std::size_t end = first;
  for (std::size_t i = first; i < entries_.size(); ++i) {
    if (entries_[i].deleted) continue;
    if (limit == 0) return end;
    --limit;
    end = i + 1;
  }
  return entries_.size();
}

Page History::page_after(MessageId after, std::size_t limit) const {
  Page page;
  // Who polls has most often read it all.
  if (after >= last_id_ && after >= forgotten_.entry) return page;
  const std::size_t first = index_after(after);
  const std::size_t end = end_of_page(first, limit);
  const std::size_t count = end - first;
  const bool suffix = end == entries_.size() && tombstones_ == 0;
  page.truncated = after != 0 && after < forgotten_.entry;
  page.more = end < entries_.size();
  if (count == 0) return page;
  if (count == 1 && !entries_[first].deleted) {
    page.whole = entries_[first].event.json;
    page.size = page.whole.size();
  } else if (suffix && (joined_ || count * 2 >= entries_.size())) {
    page.whole = joined();
    for (std::size_t i = first; i < end; ++i) {
      page.size += entries_[i].event.json.size() + 1;
    }
    --page.size;
    page.begin = page.whole.size() - page.size;
  } else {
    page.whole = join(first, end);
    page.size = page.whole.size();
  }
  return page;
}

// The entries [first, end) without tombstones, joined anew.
base::SharedBytes History::join(std::size_t first, std::size_t end) const {
  std::vector<std::string_view> pieces;
  pieces.reserve(2 * (end - first));
  for (std::size_t i = first; i < end; ++i) {
    if (entries_[i].deleted) continue;
    if (!pieces.empty()) pieces.emplace_back(",");
    pieces.push_back(entries_[i].event.json.view());
  }
  return base::SharedBytes::join(pieces);
}

const base::SharedBytes& History::joined() const {
  if (!joined_) joined_ = join(0, entries_.size());
  return joined_;
}

std::vector<Event> History::events_after(MessageId after) const {
  std::vector<Event> events;
  std::size_t entry = index_after(after);
  std::size_t change = 0;
  while (change < changes_.size() && changes_[change].event.id <= after) {
    ++change;
  }
  events.reserve(entries_.size() - entry + changes_.size() - change);
  while (entry < entries_.size() || change < changes_.size()) {
    const bool entry_first =
        change == changes_.size() ||
        (entry < entries_.size() &&
         entries_[entry].event.id < changes_[change].event.id);
    events.push_back(entry_first ? entries_[entry++].event
                                 : changes_[change++].event);
  }
  return events;
}

bool History::is_truncated(MessageId after) const {
  return after != 0 && after < std::max(forgotten_.entry, forgotten_.change);
}

}  // namespace papo::chat
