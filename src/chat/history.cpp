#include "chat/history.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "chat/footprint.h"

namespace papo::chat {
namespace {

MessageId id_of(const Entry& entry) {
  return entry.event.id;
}
MessageId id_of(const Event& event) {
  return event.id;
}
MessageId id_of(const History::Change& change) {
  return change.event.id;
}

std::uint64_t bytes_of(const Entry& entry) {
  return footprint::of_message(entry.event.json.view(), entry.author.view(),
                               entry.client_id.view());
}
std::uint64_t bytes_of(const Event& event) {
  return footprint::of_system_entry(event.json.view());
}
std::uint64_t bytes_of(const History::Change& change) {
  return footprint::of_change(change.event.json.view());
}

// The id of the oldest; of nothing, one beyond all.
template <class T>
MessageId oldest_id(const base::Ring<T>& ring) {
  return ring.empty() ? ~MessageId{0} : id_of(ring.front());
}

// The index of the first element whose id is greater than `after`.
template <class T>
std::size_t index_after(const base::Ring<T>& ring, MessageId after) {
  std::size_t low = 0;
  std::size_t high = ring.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (id_of(ring[middle]) > after) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

void History::take_id(MessageId id) {
  PAPO_CHECK(id > last_id_);
  last_id_ = id;
  drop_joined();
}

// A store holds no page of a history that is no more as it was.
void History::drop_joined() {
  if (joined_ != nullptr) joined_->drop();
}

void History::push(Entry message) {
  PAPO_CHECK(!message.author.empty());
  take_id(message.event.id);
  if (messages_.size() == entries_max_) forget_oldest_message();
  if (message.deleted) ++tombstones_;
  entry_bytes_ += bytes_of(message);
  messages_.push_back(std::move(message));
}

void History::push_system(Event entry) {
  take_id(entry.id);
  if (system_.size() == entries_max_) forget_oldest_system_entry();
  entry_bytes_ += bytes_of(entry);
  system_.push_back(std::move(entry));
}

void History::forget_oldest_message() {
  const Entry oldest = messages_.pop_front();
  forgotten_.entry = oldest.event.id;
  entry_bytes_ -= bytes_of(oldest);
  if (oldest.deleted) --tombstones_;
  while (oldest_id(system_) < oldest.event.id) forget_oldest_system_entry();
}

void History::forget_oldest_system_entry() {
  entry_bytes_ -= bytes_of(system_.pop_front());
}

void History::forget_oldest_change() {
  const Change oldest = changes_.pop_front();
  change_bytes_ -= bytes_of(oldest);
  forgotten_.change = oldest.event.id;
}

void History::forget_oldest() {
  PAPO_CHECK(bytes() > 0);
  drop_joined();
  if (change_bytes_ > entry_bytes_) return forget_oldest_change();
  if (oldest_id(system_) < oldest_id(messages_)) {
    return forget_oldest_system_entry();
  }
  forget_oldest_message();
}

void History::set_entries_max(std::size_t entries_max) {
  PAPO_CHECK(entries_max > 0);
  entries_max_ = entries_max;
  drop_joined();
  while (messages_.size() > entries_max) forget_oldest_message();
  while (system_.size() > entries_max) forget_oldest_system_entry();
  while (changes_.size() > entries_max) forget_oldest_change();
}

const Entry* History::find(MessageId id) const {
  if (id == 0) return nullptr;
  const std::size_t index = index_after(messages_, id - 1);
  if (index == messages_.size() || messages_[index].event.id != id) {
    return nullptr;
  }
  return &messages_[index];
}

Entry* History::find_message(MessageId id) {
  auto* entry = const_cast<Entry*>(find(id));
  PAPO_CHECK(entry != nullptr && !entry->deleted);
  return entry;
}

void History::replace(Entry* message, base::SharedBytes json) {
  entry_bytes_ -= bytes_of(*message);
  message->event.json = std::move(json);
  entry_bytes_ += bytes_of(*message);
}

void History::edit(MessageId target, base::SharedBytes json, Event change) {
  replace(find_message(target), std::move(json));
  push_change({std::move(change), target});
}

void History::erase(MessageId target, base::SharedBytes tombstone,
                    Event change) {
  Entry* entry = find_message(target);
  replace(entry, std::move(tombstone));
  entry->deleted = true;
  ++tombstones_;
  for (std::size_t i = changes_.size(); i > 0; --i) {
    if (changes_[i - 1].target != target) continue;
    change_bytes_ -= bytes_of(changes_[i - 1]);
    changes_.erase(i - 1);
  }
  push_change({std::move(change), target});
}

void History::push_change(Change change) {
  take_id(change.event.id);
  if (changes_.size() == entries_max_) forget_oldest_change();
  change_bytes_ += bytes_of(change);
  changes_.push_back(std::move(change));
}

History::Place History::place_after(MessageId after) const {
  return {index_after(messages_, after), index_after(system_, after)};
}

bool History::is_message_next(Place place) const {
  return place.system == system_.size() ||
         (place.message < messages_.size() &&
          id_of(messages_[place.message]) < id_of(system_[place.system]));
}

History::Step History::next(Place* place) const {
  if (!is_message_next(*place)) return {system_[place->system++], false};
  const Entry& message = messages_[place->message++];
  return {message.event, message.deleted};
}

// Where a page from `first` on ends that may have `limit` entries, tombstones
// not counted: one that ends the page would be all that a reader gets.
History::Place History::end_of_page(Place first, std::size_t limit) const {
  if (limit == 0 || end().count() - first.count() <= limit) return end();
  Place last_shown = first;
  for (Place at = first; at != end();) {
    if (next(&at).is_tombstone) continue;
    if (limit == 0) return last_shown;
    --limit;
    last_shown = at;
  }
  return end();
}

Page History::page_after(MessageId after, std::size_t limit) const {
  Page page;
  // Who polls has most often read it all.
  if (after >= last_id_ && after >= forgotten_.entry) return page;
  const Place first = place_after(after);
  const Place last = end_of_page(first, limit);
  const std::size_t count = last.count() - first.count();
  const bool suffix = last == end() && tombstones_ == 0;
  page.truncated = after != 0 && after < forgotten_.entry;
  page.more = last != end();
  if (count == 0) return page;
  Place only = first;
  const Step step = next(&only);
  if (count == 1 && !step.is_tombstone) {
    page.whole = step.event.json;
    page.size = page.whole.size();
  } else if (suffix && (is_joined() || count * 2 >= size())) {
    page.whole = joined();
    page.size = joined_bytes(first, last);
    page.begin = page.whole.size() - page.size;
  } else {
    page.whole = join(first, last);
    page.size = page.whole.size();
  }
  return page;
}

// Of entries without tombstones, at least one, with commas between them.
std::size_t History::joined_bytes(Place first, Place end) const {
  std::size_t bytes = end.count() - first.count() - 1;
  for (; first.message < end.message; ++first.message) {
    bytes += messages_[first.message].event.json.size();
  }
  for (; first.system < end.system; ++first.system) {
    bytes += system_[first.system].json.size();
  }
  return bytes;
}

// The entries [first, end) without tombstones, joined anew.
base::SharedBytes History::join(Place first, Place end) const {
  std::vector<std::string_view> pieces;
  pieces.reserve(2 * (end.count() - first.count()));
  while (first != end) {
    const Step step = next(&first);
    if (step.is_tombstone) continue;
    if (!pieces.empty()) pieces.emplace_back(",");
    pieces.push_back(step.event.json.view());
  }
  return base::SharedBytes::join(pieces);
}

bool History::is_joined() const {
  return joined_ != nullptr && joined_->bytes();
}

base::SharedBytes History::joined() const {
  if (is_joined()) return joined_->bytes();
  if (joined_ == nullptr) joined_ = std::make_unique<JoinedPage>(pages_);
  base::SharedBytes page = join({}, end());
  joined_->hold(page);
  return page;
}

History::Walk::Walk(const History& history, MessageId after)
    : history_(history),
      place_(history.place_after(after)),
      change_(index_after(history.changes_, after)) {}

std::size_t History::Walk::left() const {
  return history_.end().count() - place_.count() + history_.changes_.size() -
         change_;
}

bool History::Walk::next(Held* held) {
  const auto& changes = history_.changes_;
  const bool has_entry = place_ != history_.end();
  const bool has_change = change_ < changes.size();
  const bool is_message = has_entry && history_.is_message_next(place_);
  *held = {};
  if (is_message) {
    held->message = &history_.messages_[place_.message];
  } else if (has_entry) {
    held->system = &history_.system_[place_.system];
  }
  if (has_change &&
      (!has_entry || id_of(changes[change_]) < held->event().id)) {
    *held = {.change = &changes[change_++]};
  } else if (has_entry) {
    ++(is_message ? place_.message : place_.system);
  }
  return has_entry || has_change;
}

std::vector<Event> History::events_after(MessageId after) const {
  std::vector<Event> events;
  Walk walk(*this, after);
  events.reserve(walk.left());
  for (Held held; walk.next(&held);) events.push_back(held.event());
  return events;
}

bool History::is_truncated(MessageId after) const {
  return after != 0 && after < std::max(forgotten_.entry, forgotten_.change);
}

}  // namespace papo::chat
