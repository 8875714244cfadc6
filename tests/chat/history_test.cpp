#include "chat/history.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace papo::chat {
namespace {

base::SharedBytes bytes(std::string_view text) {
  return base::SharedBytes(text);
}

Entry message(MessageId id) {
  Entry entry;
  entry.event = {id, EventType::Message, bytes("m" + std::to_string(id))};
  entry.author = bytes("ana");
  return entry;
}

Event system_entry(MessageId id) {
  return {id, EventType::System, bytes("s" + std::to_string(id))};
}

Event change(MessageId id, EventType type) {
  const char letter = type == EventType::Edit ? 'e' : 'd';
  return {id, type, bytes(letter + std::to_string(id))};
}

void edit(History* history, MessageId target, MessageId id) {
  history->edit(target, bytes("M" + std::to_string(target)),
                change(id, EventType::Edit));
}

void erase(History* history, MessageId target, MessageId id) {
  history->erase(target, bytes("t" + std::to_string(target)),
                 change(id, EventType::Delete));
}

// 10, 20, … in a history that holds `entries_max`.
History filled(std::size_t entries_max, MessageId count) {
  History history(entries_max, {});
  for (MessageId i = 1; i <= count; ++i) history.push(message(10 * i));
  return history;
}

std::string page(const History& history, MessageId after,
                 std::size_t limit = 0) {
  const Page page = history.page_after(after, limit);
  std::string text(page.view());
  if (page.truncated) text += " truncated";
  if (page.more) text += " more";
  return text;
}

std::string events(const History& history, MessageId after) {
  std::string text;
  for (const Event& event : history.events_after(after)) {
    text.append(text.empty() ? "" : ",").append(event.json.view());
  }
  return text;
}

TEST(History, HoldsExactlyItsCap) {
  History history = filled(3, 3);
  EXPECT_EQ(history.size(), 3u);
  EXPECT_EQ(page(history, 0), "m10,m20,m30");
  EXPECT_EQ(history.forgotten().entry, 0u);
  history.push(message(40));
  EXPECT_EQ(history.size(), 3u);
  EXPECT_EQ(page(history, 0), "m20,m30,m40");
  EXPECT_EQ(history.forgotten().entry, 10u);
  EXPECT_EQ(history.last_id(), 40u);
}

TEST(History, OfOneEntryHoldsTheLast) {
  History history = filled(1, 3);
  EXPECT_EQ(page(history, 0), "m30");
  EXPECT_EQ(history.forgotten().entry, 20u);
}

TEST(History, PagesByPointAndLimit) {
  const History history = filled(3, 5);  // 30, 40, 50
  const struct {
    std::string_view rule;
    MessageId after;
    std::size_t limit;
    std::string_view page;
  } rows[] = {
      {"from the beginning nothing is missing", 0, 0, "m30,m40,m50"},
      {"before all that is held", 1, 0, "m30,m40,m50 truncated"},
      {"one before the last forgotten", 19, 0, "m30,m40,m50 truncated"},
      {"at the last forgotten", 20, 0, "m30,m40,m50"},
      {"between two ids", 35, 0, "m40,m50"},
      {"at an id", 40, 0, "m50"},
      {"at the last", 50, 0, ""},
      {"beyond it", 51, 0, ""},
      {"the largest number", ~MessageId{0}, 0, ""},
      {"limit 1", 0, 1, "m30 more"},
      {"limit 2", 0, 2, "m30,m40 more"},
      {"a limit of all there are", 0, 3, "m30,m40,m50"},
      {"a limit of one more", 0, 4, "m30,m40,m50"},
      {"the largest limit", 0, ~std::size_t{0}, "m30,m40,m50"},
      {"limit and point", 30, 1, "m40 more"},
      {"limit and a point that is gone", 10, 1, "m30 truncated more"},
      {"the last alone", 40, 1, "m50"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(page(history, row.after, row.limit), row.page);
  }
}

TEST(History, OfAnEmptyRoomIsAnEmptyPage) {
  const History history(3, {.entry = 77, .change = 0});
  EXPECT_EQ(page(history, 0), "");
  EXPECT_EQ(page(history, 76), " truncated");
  EXPECT_EQ(page(history, 77), "");
  EXPECT_EQ(history.last_id(), 0u);
  EXPECT_EQ(history.find(0), nullptr);
}

// A tombstone is no message: it is not shown, does not count, and is not what
// there is more of.
TEST(History, PagesPassTombstonesOver) {
  History history = filled(9, 6);
  erase(&history, 10, 61);
  erase(&history, 20, 62);
  erase(&history, 40, 63);
  erase(&history, 60, 64);
  const struct {
    MessageId after;
    std::size_t limit;
    std::string_view page;
  } rows[] = {
      {0, 0, "m30,m50"}, {0, 1, "m30 more"}, {0, 2, "m30,m50"},
      {0, 3, "m30,m50"}, {30, 1, "m50"},     {30, 0, "m50"},
      {50, 0, ""},       {50, 1, ""},        {10, 0, "m30,m50"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.after);
    SCOPED_TRACE(row.limit);
    EXPECT_EQ(page(history, row.after, row.limit), row.page);
  }
  erase(&history, 30, 65);
  erase(&history, 50, 66);
  EXPECT_EQ(page(history, 0), "");
  EXPECT_EQ(page(history, 0, 1), "");
}

TEST(History, SharesWhatItHasJoined) {
  History history = filled(4, 4);
  const Page first = history.page_after(0, 0);
  const Page again = history.page_after(0, 0);
  EXPECT_EQ(first.view().data(), again.view().data());
  // A part of it, and the one message alone, are views of what there is.
  const Page part = history.page_after(10, 0);
  EXPECT_EQ(part.view(), "m20,m30,m40");
  EXPECT_EQ(part.view().data(), first.view().data() + 4);
  const Page one = history.page_after(30, 0);
  EXPECT_EQ(one.view().data(), history.find(40)->event.json.view().data());
}

TEST(History, JoinsAnewAfterEveryKindOfChange) {
  History history = filled(3, 3);
  EXPECT_EQ(page(history, 0), "m10,m20,m30");
  edit(&history, 20, 31);
  EXPECT_EQ(page(history, 0), "m10,M20,m30");
  history.push(message(40));
  EXPECT_EQ(page(history, 0), "M20,m30,m40");
  erase(&history, 30, 41);
  EXPECT_EQ(page(history, 0), "M20,m40");
  EXPECT_EQ(page(history, 0), "M20,m40");
  history.set_entries_max(2);
  EXPECT_EQ(page(history, 0), "m40");
  history.set_entries_max(1);
  EXPECT_EQ(page(history, 0), "m40");
}

TEST(History, FindsByIdAlone) {
  History history = filled(3, 5);
  EXPECT_EQ(history.find(20), nullptr);
  EXPECT_EQ(history.find(35), nullptr);
  EXPECT_EQ(history.find(60), nullptr);
  EXPECT_EQ(history.find(~MessageId{0}), nullptr);
  ASSERT_NE(history.find(30), nullptr);
  EXPECT_EQ(history.find(30)->event.id, 30u);
  erase(&history, 30, 51);
  ASSERT_NE(history.find(30), nullptr);
  EXPECT_TRUE(history.find(30)->deleted);
}

TEST(History, TellsChangesInTheOrderOfTheirIds) {
  History history(9, {});
  history.push_system(system_entry(1));
  history.push(message(2));
  edit(&history, 2, 3);
  history.push(message(4));
  edit(&history, 4, 5);
  erase(&history, 4, 6);
  history.push(message(7));
  const struct {
    MessageId after;
    std::string_view events;
  } rows[] = {
      {0, "s1,M2,e3,t4,d6,m7"},  // the edit of what was deleted is gone
      {1, "M2,e3,t4,d6,m7"},
      {2, "e3,t4,d6,m7"},
      {3, "t4,d6,m7"},
      {4, "d6,m7"},
      {5, "d6,m7"},
      {6, "m7"},
      {7, ""},
      {~MessageId{0}, ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.after);
    EXPECT_EQ(events(history, row.after), row.events);
  }
}

TEST(History, IsWalkedOverKindByKind) {
  History history(9, {});
  history.push_system(system_entry(1));
  history.push(message(2));
  edit(&history, 2, 3);
  history.push_system(system_entry(4));
  erase(&history, 2, 5);
  std::string kinds;
  History::Walk walk(history, 0);
  EXPECT_EQ(walk.left(), 4u);
  for (History::Held held; walk.next(&held);) {
    EXPECT_EQ((held.message != nullptr) + (held.system != nullptr) +
                  (held.change != nullptr),
              1);
    kinds += held.message != nullptr ? 'm' : held.system != nullptr ? 's' : 'c';
    kinds += std::to_string(held.event().id);
  }
  EXPECT_EQ(kinds, "s1m2s4c5");
  EXPECT_EQ(walk.left(), 0u);
  History::Held held;
  EXPECT_FALSE(walk.next(&held));
  History::Walk nothing(history, 5);
  EXPECT_FALSE(nothing.next(&held));
}

// A storm of edits pushes no message out; what it pushes out is told.
TEST(History, CapsChangesByThemselves) {
  History history(3, {});
  history.push(message(1));
  for (MessageId id = 2; id <= 4; ++id) edit(&history, 1, id);
  EXPECT_FALSE(history.is_truncated(1));
  EXPECT_EQ(events(history, 1), "e2,e3,e4");
  edit(&history, 1, 5);
  EXPECT_EQ(events(history, 1), "e3,e4,e5");
  EXPECT_EQ(history.size(), 1u);
  EXPECT_TRUE(history.is_truncated(1));
  EXPECT_FALSE(history.is_truncated(2));
  EXPECT_FALSE(history.is_truncated(0));
  // Messages alone are all there.
  EXPECT_EQ(page(history, 1), "");
}

TEST(History, KeepsNothingOfADeletedText) {
  History history(5, {});
  history.push(message(1));
  history.push(message(2));
  edit(&history, 1, 3);
  edit(&history, 2, 4);
  edit(&history, 1, 5);
  erase(&history, 1, 6);
  for (const Event& event : history.events_after(0)) {
    EXPECT_NE(event.json.view(), "m1");
    EXPECT_NE(event.json.view(), "M1");
    EXPECT_NE(event.json.view(), "e3");
    EXPECT_NE(event.json.view(), "e5");
  }
  EXPECT_EQ(events(history, 0), "t1,M2,e4,d6");
}

// ---- System entries ----

// Somebody who comes and goes pushes no message out.
TEST(History, CapsSystemEntriesByThemselves) {
  History history(2, {});
  history.push(message(1));
  history.push(message(2));
  for (MessageId id = 3; id <= 9; ++id) history.push_system(system_entry(id));
  EXPECT_EQ(page(history, 0), "m1,m2,s8,s9");
  EXPECT_EQ(events(history, 0), "m1,m2,s8,s9");
  EXPECT_EQ(history.size(), 4u);
  EXPECT_EQ(history.last_id(), 9u);
  // They went silently: who has seen the messages has nothing to drop.
  EXPECT_EQ(page(history, 2), "s8,s9");
  EXPECT_FALSE(history.is_truncated(2));
  EXPECT_EQ(history.forgotten().entry, 0u);
}

// What is before the oldest message that is held went with the one before it.
TEST(History, ForgetsTheSystemEntriesBeforeAMessageWithIt) {
  History history(2, {});
  history.push_system(system_entry(1));
  history.push(message(2));
  history.push_system(system_entry(3));
  history.push(message(4));
  EXPECT_EQ(page(history, 0), "s1,m2,s3,m4");
  history.push(message(5));
  EXPECT_EQ(page(history, 0), "s3,m4,m5");
  EXPECT_EQ(page(history, 1), "s3,m4,m5 truncated");
  EXPECT_EQ(page(history, 2), "s3,m4,m5");
  EXPECT_TRUE(history.is_truncated(1));
  EXPECT_FALSE(history.is_truncated(2));
  history.set_entries_max(1);
  EXPECT_EQ(page(history, 0), "m5");
  EXPECT_EQ(history.forgotten().entry, 4u);
}

TEST(History, FindsNoSystemEntry) {
  History history(2, {});
  history.push_system(system_entry(1));
  history.push(message(2));
  EXPECT_EQ(history.find(1), nullptr);
  EXPECT_NE(history.find(2), nullptr);
}

TEST(History, TakesAnotherCap) {
  History history = filled(5, 5);
  edit(&history, 50, 51);
  edit(&history, 50, 52);
  history.set_entries_max(1);
  EXPECT_EQ(page(history, 0), "M50");
  EXPECT_EQ(history.forgotten().entry, 40u);
  EXPECT_EQ(history.forgotten().change, 51u);
  history.set_entries_max(3);
  history.push(message(60));
  history.push(message(70));
  EXPECT_EQ(page(history, 0), "M50,m60,m70");
}

// What the pages must be, told as simply as can be.
struct NaiveHistory {
  struct Place {
    MessageId id;
    std::string json;
    bool deleted;
    bool is_system = false;
  };
  std::vector<Place> places;
  MessageId forgotten = 0;

  std::size_t count(bool systems) const {
    std::size_t found = 0;
    for (const Place& each : places) found += each.is_system == systems;
    return found;
  }
  void trim(std::size_t cap) {
    for (std::size_t i = 0; i < places.size() && count(true) > cap; ++i) {
      if (places[i].is_system) places.erase(places.begin() + long(i--));
    }
    while (count(false) > cap) {
      if (!places.front().is_system) forgotten = places.front().id;
      places.erase(places.begin());
    }
    // Those before the message that went last.
    while (!places.empty() && places.front().id < forgotten) {
      places.erase(places.begin());
    }
  }

  std::string page(MessageId after, std::size_t limit) const {
    std::vector<std::string> shown;
    for (const Place& each : places) {
      if (each.id > after && !each.deleted) shown.push_back(each.json);
    }
    const bool more = limit != 0 && shown.size() > limit;
    if (more) shown.resize(limit);
    std::string text;
    for (const std::string& each : shown) {
      text.append(text.empty() ? "" : ",").append(each);
    }
    if (after != 0 && after < forgotten) text += " truncated";
    return more ? text + " more" : text;
  }
};

TEST(History, PagesAsANaiveOneDoes) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::size_t cap = 1 + random() % 12;
    History history(cap, {});
    NaiveHistory naive;
    MessageId id = 0;
    for (int step = 0; step < 300; ++step) {
      id += 1 + random() % 3;
      const std::size_t at =
          naive.places.empty() ? 0 : random() % naive.places.size();
      const auto kind = random() % 5;
      if (kind == 4) {
        history.push_system(system_entry(id));
        naive.places.push_back({id, "s" + std::to_string(id), false, true});
        naive.trim(cap);
      } else if (naive.places.empty() || naive.places[at].deleted ||
                 naive.places[at].is_system || kind < 2) {
        history.push(message(id));
        naive.places.push_back({id, "m" + std::to_string(id), false});
        naive.trim(cap);
      } else if (kind == 2) {
        edit(&history, naive.places[at].id, id);
        naive.places[at].json = "M" + std::to_string(naive.places[at].id);
      } else {
        erase(&history, naive.places[at].id, id);
        naive.places[at].deleted = true;
      }
      const MessageId after = random() % (id + 2);
      const std::size_t limit = random() % (cap + 2);
      ASSERT_EQ(page(history, after, limit), naive.page(after, limit))
          << "after " << after << " limit " << limit;
    }
  }
}

}  // namespace
}  // namespace papo::chat
