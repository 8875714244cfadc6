#include "chat/store_image.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/command_source.h"
#include "support/store_text.h"

namespace papo::chat {
namespace {

using support::CommandSource;
using support::OwnedCommand;
using support::text_of;

constexpr StoreLimits kLimits = {.history = 6,
                                 .rooms = 4,
                                 .members = 4,
                                 .rooms_of_user = 3,
                                 .client_ids = 5,
                                 .client_id_age = std::chrono::seconds(20)};

// ---- tell() and back ----

// Not by way of an image: the rooms of each user in the order joined.
std::string rooms_of_users(const RoomStore& store) {
  std::string text;
  for (const char* name : {"ana", "bia", "caio", "davi", "中文"}) {
    text.append(name).append(":");
    const User* user = store.find_user(name);
    if (user == nullptr) continue;
    for (const Membership& each : user->rooms) {
      text.append(" ").append(each.room->name);
    }
  }
  return text;
}

class StoreImages : public testing::TestWithParam<std::uint64_t> {};

// The copy must be equal, and go on equally: what is not in the image would
// show in what later commands do.
TEST_P(StoreImages, BuildAStoreThatIsEqualAndStaysSo) {
  CommandSource source(GetParam());
  RoomStore store(kLimits, Language::English, {1, 1});
  for (int round = 0; round < 30; ++round) {
    for (std::uint64_t i = source.below(20); i > 0; --i) {
      static_cast<void>(store.apply(source.next(store).view(), nullptr));
    }
    RoomStore copy(kLimits, Language::English, {2, 2});
    StoreBuilder builder(&copy);
    ASSERT_TRUE(tell(store, &builder));
    ASSERT_EQ(text_of(copy), text_of(store));
    ASSERT_EQ(rooms_of_users(copy), rooms_of_users(store));
    for (int i = 0; i < 30; ++i) {
      const OwnedCommand command = source.next(store);
      const auto ours = store.apply(command.view(), nullptr);
      const auto theirs = copy.apply(command.view(), nullptr);
      ASSERT_EQ(ours.ok(), theirs.ok());
      if (ours) {
        ASSERT_EQ(ours->id, theirs->id);
        ASSERT_EQ(ours->duplicate, theirs->duplicate);
      } else {
        ASSERT_EQ(ours.error(), theirs.error());
      }
      ASSERT_EQ(text_of(copy), text_of(store));
    }
    ASSERT_EQ(copy.user_count(), store.user_count());
    ASSERT_EQ(copy.membership_count(), store.membership_count());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreImages,
                         testing::Range<std::uint64_t>(1, 9));

TEST(StoreImage, AnswersAReaderWhoResumesAsTheStoreDid) {
  CommandSource source(77);
  RoomStore store(kLimits, Language::English, {1, 1});
  std::vector<MessageId> points = {0, 1};
  for (int i = 0; i < 300; ++i) {
    static_cast<void>(store.apply(source.next(store).view(), nullptr));
    points.push_back(store.last_id());
  }
  RoomStore copy(kLimits, Language::English, {2, 2});
  StoreBuilder builder(&copy);
  ASSERT_TRUE(tell(store, &builder));
  for (const char* room : {"geral", "ops", "música", "z", "never"}) {
    for (const MessageId point : points) {
      ASSERT_EQ(copy.is_truncated(room, point), store.is_truncated(room, point))
          << room << ' ' << point;
    }
    const Room* ours = store.find_room(room);
    const Room* theirs = copy.find_room(room);
    ASSERT_EQ(ours == nullptr, theirs == nullptr);
    if (ours == nullptr) continue;
    for (const MessageId point : points) {
      ASSERT_EQ(ours->history.page_after(point, 0).view(),
                theirs->history.page_after(point, 0).view());
      ASSERT_EQ(ours->history.events_after(point).size(),
                theirs->history.events_after(point).size());
    }
  }
}

// Of so many removed rooms the oldest are known only as one number.
TEST(StoreImage, KeepsWhatStandsForRoomsRemovedLongAgo) {
  RoomStore store(kLimits, Language::English, {1, 1});
  for (int i = 0; i < 5000; ++i) {
    const std::string room = "room" + std::to_string(i);
    Command command = {.kind = CommandKind::Join,
                       .time = base::Micros(1000 + i),
                       .room = room,
                       .user = "ana"};
    ASSERT_TRUE(store.apply(command, nullptr).ok());
    command.kind = CommandKind::Leave;
    ASSERT_TRUE(store.apply(command, nullptr).ok());
  }
  RoomStore copy(kLimits, Language::English, {2, 2});
  StoreBuilder builder(&copy);
  ASSERT_TRUE(tell(store, &builder));
  EXPECT_TRUE(store.is_truncated("room0", 1));
  for (const char* room : {"room0", "room4999", "never"}) {
    for (const MessageId point : {1U, 1001U, 2000U, 11'000U}) {
      EXPECT_EQ(copy.is_truncated(room, point),
                store.is_truncated(room, point));
    }
  }
}

// ---- Facts that cannot be ----

// Takes the first facts only.
class Partly final : public StoreImage {
 public:
  Partly(StoreImage* image, int facts) : image_(*image), left_(facts) {}

  bool on_store(const StoreFact& fact) override {
    return left_-- > 0 && image_.on_store(fact);
  }
  bool on_gap(const GapFact& fact) override {
    return left_-- > 0 && image_.on_gap(fact);
  }
  bool on_removed_room(const RemovedRoomFact& fact) override {
    return left_-- > 0 && image_.on_removed_room(fact);
  }
  bool on_room(const RoomFact& fact) override {
    return left_-- > 0 && image_.on_room(fact);
  }
  bool on_member(std::string_view user) override {
    return left_-- > 0 && image_.on_member(user);
  }
  bool on_entry(const EntryFact& fact) override {
    return left_-- > 0 && image_.on_entry(fact);
  }
  bool on_change(const ChangeFact& fact) override {
    return left_-- > 0 && image_.on_change(fact);
  }
  bool on_room_order(std::string_view user, std::string_view room) override {
    return left_-- > 0 && image_.on_room_order(user, room);
  }
  bool on_client_id(const ClientIdFact& fact) override {
    return left_-- > 0 && image_.on_client_id(fact);
  }

 private:
  StoreImage& image_;
  int left_;
};

TEST(StoreImage, IsToldUntilItSaysNo) {
  CommandSource source(5);
  RoomStore store(kLimits, Language::English, {});
  for (int i = 0; i < 100; ++i) {
    static_cast<void>(store.apply(source.next(store).view(), nullptr));
  }
  bool whole = false;
  for (int facts = 0; !whole; ++facts) {
    ASSERT_LT(facts, 1000);
    RoomStore copy(kLimits, Language::English, {});
    StoreBuilder builder(&copy);
    Partly partly(&builder, facts);
    whole = tell(store, &partly);
    // What was built is sound: commands can be applied, and it can be told.
    for (int i = 0; i < 20; ++i) {
      static_cast<void>(copy.apply(source.next(copy).view(), nullptr));
    }
    EXPECT_FALSE(text_of(copy).empty());
  }
}

constexpr const char* kJson = R"({"id":10})";

struct Hostile {
  const char* name;
  bool (*tell)(StoreImage* image);
};

// Follows the store (last id 100), a removed room, room "a" with "ana" and an
// entry of id 10 and a change of id 20, whose forgotten ids are 5 and 15.
constexpr Hostile kHostile[] = {
    {"the store again",
     [](StoreImage* image) {
       return image->on_store({200, 0});
     }},
    {"a removed room without a name",
     [](StoreImage* image) {
       return image->on_removed_room({"", 5});
     }},
    {"a removed room from the future",
     [](StoreImage* image) {
       return image->on_removed_room({"b", 101});
     }},
    {"a gap that ends before it begins",
     [](StoreImage* image) {
       return image->on_gap({90, 80});
     }},
    {"a gap before the last one",
     [](StoreImage* image) {
       return image->on_gap({60, 90});
     }},
    {"a gap into the future",
     [](StoreImage* image) {
       return image->on_gap({90, 101});
     }},
    {"a room twice",
     [](StoreImage* image) {
       return image->on_room({"a", "", {}});
     }},
    {"a room whose name has blanks",
     [](StoreImage* image) {
       return image->on_room({" b", "", {}});
     }},
    {"a topic that is not UTF-8",
     [](StoreImage* image) {
       return image->on_room({"b", "\xff", {}});
     }},
    {"forgotten entries from the future",
     [](StoreImage* image) {
       return image->on_room({"b", "", {101, 0}});
     }},
    {"forgotten changes from the future",
     [](StoreImage* image) {
       return image->on_room({"b", "", {0, 101}});
     }},
    {"a member twice",
     [](StoreImage* image) { return image->on_member("ana"); }},
    {"a member without a name",
     [](StoreImage* image) { return image->on_member(""); }},
    {"an entry with an id that was given",
     [](StoreImage* image) {
       return image->on_entry(
           {20, EventType::Message, false, "ana", "", kJson});
     }},
    {"an entry from the future",
     [](StoreImage* image) {
       return image->on_entry(
           {101, EventType::Message, false, "ana", "", kJson});
     }},
    {"a message without an author",
     [](StoreImage* image) {
       return image->on_entry({21, EventType::Message, false, "", "", kJson});
     }},
    {"a system entry with an author",
     [](StoreImage* image) {
       return image->on_entry({21, EventType::System, false, "ana", "", kJson});
     }},
    {"an author with a control character",
     [](StoreImage* image) {
       return image->on_entry(
           {21, EventType::Message, false, "a\tb", "", kJson});
     }},
    {"an entry that is a change",
     [](StoreImage* image) {
       return image->on_entry({21, EventType::Edit, false, "ana", "", kJson});
     }},
    {"a client_id that is not UTF-8",
     [](StoreImage* image) {
       return image->on_entry(
           {21, EventType::Message, false, "ana", "\xff", kJson});
     }},
    {"an entry without an object",
     [](StoreImage* image) {
       return image->on_entry({21, EventType::Message, false, "ana", "", ""});
     }},
    {"an entry of two lines",
     [](StoreImage* image) {
       return image->on_entry(
           {21, EventType::Message, false, "ana", "", "{\"id\":\n21}"});
     }},
    {"an entry that is an array",
     [](StoreImage* image) {
       return image->on_entry({21, EventType::Message, false, "ana", "", "[]"});
     }},
    {"an entry that is half an object",
     [](StoreImage* image) {
       return image->on_entry(
           {21, EventType::Message, false, "ana", "", "{\"id\":"});
     }},
    {"a change of what comes after it",
     [](StoreImage* image) {
       return image->on_change({21, EventType::Edit, 21, kJson});
     }},
    {"a change with an id that was given",
     [](StoreImage* image) {
       return image->on_change({20, EventType::Edit, 10, kJson});
     }},
    {"a change that is a message",
     [](StoreImage* image) {
       return image->on_change({21, EventType::Message, 10, kJson});
     }},
    {"a change without an object",
     [](StoreImage* image) {
       return image->on_change({21, EventType::Edit, 10, "null"});
     }},
    {"an order in a room that is none",
     [](StoreImage* image) { return image->on_room_order("ana", "b"); }},
    {"an order of who is no member",
     [](StoreImage* image) { return image->on_room_order("bia", "a"); }},
};

void build_sound(StoreImage* image) {
  ASSERT_TRUE(image->on_store({100, 0}));
  ASSERT_TRUE(image->on_gap({60, 70}));
  ASSERT_TRUE(image->on_removed_room({"gone", 50}));
  ASSERT_TRUE(image->on_room({"a", "topic", {5, 15}}));
  ASSERT_TRUE(image->on_member("ana"));
  ASSERT_TRUE(
      image->on_entry({10, EventType::Message, false, "ana", "", kJson}));
  ASSERT_TRUE(image->on_change({20, EventType::Edit, 10, kJson}));
}

TEST(StoreBuilder, RefusesWhatCannotBeAndStaysSound) {
  for (const Hostile& each : kHostile) {
    SCOPED_TRACE(each.name);
    RoomStore store(kLimits, Language::English, {});
    StoreBuilder builder(&store);
    build_sound(&builder);
    const std::string before = text_of(store);
    EXPECT_FALSE(each.tell(&builder));
    EXPECT_EQ(text_of(store), before);
    // The next fact can be taken all the same.
    EXPECT_TRUE(
        builder.on_entry({30, EventType::Message, true, "bia", "c", kJson}));
    CommandSource source(1);
    for (int i = 0; i < 50; ++i) {
      static_cast<void>(store.apply(source.next(store).view(), nullptr));
    }
  }
}

TEST(StoreBuilder, RefusesEventsBelowWhatIsForgotten) {
  RoomStore store(kLimits, Language::English, {});
  StoreBuilder builder(&store);
  ASSERT_TRUE(builder.on_store({100, 0}));
  ASSERT_TRUE(builder.on_room({"a", "", {5, 15}}));
  EXPECT_FALSE(builder.on_entry({5, EventType::System, false, "", "", kJson}));
  EXPECT_FALSE(builder.on_change({15, EventType::Edit, 3, kJson}));
  EXPECT_TRUE(builder.on_entry({6, EventType::System, false, "", "", kJson}));
  EXPECT_TRUE(builder.on_change({16, EventType::Edit, 3, kJson}));
}

TEST(StoreBuilder, TakesNothingBeforeTheStoreAndItsRoom) {
  RoomStore store(kLimits, Language::English, {});
  StoreBuilder builder(&store);
  EXPECT_FALSE(builder.on_member("ana"));
  EXPECT_FALSE(
      builder.on_entry({1, EventType::Message, false, "ana", "", kJson}));
  EXPECT_FALSE(builder.on_change({1, EventType::Edit, 0, kJson}));
  EXPECT_FALSE(builder.on_removed_room({"gone", 1}));
  EXPECT_FALSE(builder.on_store({10, 11}));
}

// Another cap of histories is that of the store that is built.
TEST(StoreBuilder, ForgetsWhatIsOverTheCap) {
  CommandSource source(3);
  RoomStore store({.history = 8}, Language::English, {});
  for (int i = 0; i < 200; ++i) {
    static_cast<void>(store.apply(source.next(store).view(), nullptr));
  }
  RoomStore small({.history = 2}, Language::English, {});
  StoreBuilder builder(&small);
  ASSERT_TRUE(tell(store, &builder));
  store.set_limits({.history = 2}, Language::English);
  EXPECT_EQ(text_of(small), text_of(store));
}

}  // namespace
}  // namespace papo::chat
