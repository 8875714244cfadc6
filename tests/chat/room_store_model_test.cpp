// The store against a naive model of the same contract, over random commands
// from seeds; and against itself: the same commands give the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chat/room_store.h"

namespace papo::chat {
namespace {

// Everything there is, in vectors that are searched from end to end.
class NaiveStore {
 public:
  explicit NaiveStore(StoreLimits limits) : limits_(limits) {}

  struct Message {
    MessageId id;
    std::string author;  // empty: a system entry
    std::string text;
    std::string client_id;
    bool deleted = false;
  };
  struct Room {
    std::string name;
    std::vector<std::string> members;
    std::vector<Message> history;
    std::string topic;
    MessageId last_id = 0;
  };

  base::Result<Applied, Refusal> apply(const Command& command) {
    switch (command.kind) {
      case CommandKind::Join:
        return join(command);
      case CommandKind::Leave:
        return leave(command);
      case CommandKind::Send:
        return send(command);
      case CommandKind::Post: {
        const Sent* sent = find_sent(command);
        if (sent != nullptr && sent->text != command.text) {
          return refuse(Refusal::ClientIdReused);
        }
        auto joined = join(command);
        return joined ? send(command) : joined;
      }
      case CommandKind::Edit:
      case CommandKind::Delete:
        return change(command);
      case CommandKind::Topic:
        return set_topic(command);
      case CommandKind::Start:
        return start(command);
    }
    return Applied{};
  }

  const std::vector<Room>& rooms() const { return rooms_; }
  const std::vector<std::string>& rooms_of(const std::string& user) {
    return joined_[user];
  }
  MessageId last_id() const { return last_id_; }

 private:
  using Outcome = base::Result<Applied, Refusal>;

  static Outcome refuse(Refusal refusal) { return base::Unexpected{refusal}; }
  Room* find(std::string_view name) {
    for (Room& room : rooms_) {
      if (room.name == name) return &room;
    }
    return nullptr;
  }
  static bool has(const std::vector<std::string>& names,
                  std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  MessageId add(Room* room, const Command& command, Message message) {
    last_id_ =
        std::max(static_cast<MessageId>(command.time.count()), last_id_ + 1);
    message.id = room->last_id = last_id_;
    room->history.push_back(std::move(message));
    trim(room);
    return last_id_;
  }

  // At most so many messages, and the system entries from the oldest on; of
  // those, at most so many too.
  void trim(Room* room) {
    std::size_t messages = 0;
    std::size_t system = 0;
    for (std::size_t i = room->history.size(); i > 0; --i) {
      const bool is_system = room->history[i - 1].author.empty();
      const auto at = room->history.begin() + long(i) - 1;
      if (is_system && ++system > limits_.history) room->history.erase(at);
      if (!is_system && ++messages > limits_.history) {
        room->history.erase(room->history.begin(), at + 1);
        return;
      }
    }
  }

  // What was sent with a client_id, for good: none is forgotten within these
  // limits.
  struct Sent {
    std::string key;
    std::string text;
    MessageId id;
  };
  const Sent* find_sent(const Command& command) const {
    if (command.client_id.empty()) return nullptr;
    for (const Sent& each : sent_) {
      if (each.key == key_of(command)) return &each;
    }
    return nullptr;
  }
  static std::string key_of(const Command& command) {
    return std::string(command.room) + "/" + std::string(command.user) + "/" +
           std::string(command.client_id);
  }

  Outcome join(const Command& command) {
    Room* room = find(command.room);
    if (room == nullptr && rooms_.size() >= limits_.rooms) {
      return refuse(Refusal::TooManyRooms);
    }
    if (room != nullptr && has(room->members, command.user)) return Applied{};
    if (room != nullptr && room->members.size() >= limits_.members) {
      return refuse(Refusal::TooManyMembers);
    }
    auto& joined = joined_[std::string(command.user)];
    if (joined.size() >= limits_.rooms_of_user) {
      return refuse(Refusal::TooManyRoomsOfUser);
    }
    if (room == nullptr) {
      rooms_.push_back({std::string(command.room), {}, {}, {}, 0});
      room = &rooms_.back();
    }
    room->members.emplace_back(command.user);
    joined.emplace_back(command.room);
    return Applied{add(room, command, {})};
  }

  Outcome leave(const Command& command) {
    Room* room = find(command.room);
    if (room == nullptr) return refuse(Refusal::RoomNotFound);
    if (!has(room->members, command.user)) return refuse(Refusal::NotAMember);
    const MessageId id = add(room, command, {});
    std::erase(room->members, command.user);
    std::erase(joined_[std::string(command.user)], command.room);
    if (room->members.empty()) {
      std::erase_if(
          rooms_, [&](const Room& each) { return each.name == command.room; });
    }
    return Applied{id};
  }

  Outcome send(const Command& command) {
    Room* room = find(command.room);
    if (room == nullptr) return refuse(Refusal::RoomNotFound);
    if (const Sent* sent = find_sent(command)) {
      if (sent->text != command.text) return refuse(Refusal::ClientIdReused);
      return Applied{sent->id, true};
    }
    const MessageId id =
        add(room, command,
            {0, std::string(command.user), std::string(command.text),
             std::string(command.client_id)});
    sent_.push_back({key_of(command), std::string(command.text), id});
    return Applied{id};
  }

  Outcome change(const Command& command) {
    Room* room = find(command.room);
    if (room == nullptr) return refuse(Refusal::RoomNotFound);
    for (Message& each : room->history) {
      if (each.id != command.target) continue;
      if (each.author.empty() || each.deleted) break;
      if (each.author != command.user) return refuse(Refusal::NotTheAuthor);
      last_id_ =
          std::max(static_cast<MessageId>(command.time.count()), last_id_ + 1);
      room->last_id = last_id_;
      each.deleted = command.kind == CommandKind::Delete;
      each.text = command.text;
      return Applied{last_id_};
    }
    return refuse(Refusal::MessageNotFound);
  }

  Outcome start(const Command& command) {
    const auto time = static_cast<MessageId>(command.time.count());
    last_id_ = time > last_id_ ? time : last_id_ + 1'000'000;
    return Applied{last_id_};
  }

  Outcome set_topic(const Command& command) {
    Room* room = find(command.room);
    if (room == nullptr) return refuse(Refusal::RoomNotFound);
    if (!has(room->members, command.user)) return refuse(Refusal::NotAMember);
    if (room->topic == command.text) return Applied{};
    room->topic = command.text;
    return Applied{add(room, command, {})};
  }

  StoreLimits limits_;
  std::vector<Room> rooms_;
  std::map<std::string, std::vector<std::string>> joined_;
  std::vector<Sent> sent_;
  MessageId last_id_ = 0;
};

// A command with its texts: few names, so that they meet often.
struct OwnedCommand {
  CommandKind kind;
  base::Micros time;
  std::string room;
  std::string user;
  std::string text;
  std::string client_id;
  MessageId target;

  Command view() const {
    return {kind, time, room, user, text, client_id, target};
  }
};

class CommandSource {
 public:
  explicit CommandSource(unsigned seed) : random_(seed) {}

  unsigned below(unsigned bound) {
    return static_cast<unsigned>(random_()) % bound;
  }

  OwnedCommand next(const NaiveStore& model) {
    now_ += static_cast<int>(below(4)) - 1;  // stands still and goes back, too
    OwnedCommand command{};
    command.kind = static_cast<CommandKind>(1 + below(7));
    command.time = base::Micros(now_);
    command.room = "room " + std::to_string(below(5));
    command.user = "user " + std::to_string(below(6));
    command.text = "text " + std::to_string(below(3));
    if (below(3) == 0) command.client_id = "id " + std::to_string(below(4));
    command.target = below(3) == 0 ? below(2000) : 0;
    for (const auto& room : model.rooms()) {
      if (room.name != command.room || command.target != 0) continue;
      command.target = room.history[below(unsigned(room.history.size()))].id;
    }
    return command;
  }

 private:
  std::mt19937 random_;
  std::int64_t now_ = 1'000;
};

void expect_same(const base::Result<Applied, Refusal>& one,
                 const base::Result<Applied, Refusal>& other) {
  ASSERT_EQ(one.ok(), other.ok());
  if (!one.ok()) {
    EXPECT_EQ(one.error(), other.error());
    return;
  }
  EXPECT_EQ(one->id, other->id);
  EXPECT_EQ(one->duplicate, other->duplicate);
}

void expect_same_room(const Room& room, const NaiveStore::Room& model) {
  EXPECT_EQ(room.name, model.name);
  EXPECT_EQ(room.topic, model.topic);
  EXPECT_EQ(room.member_count, model.members.size());
  EXPECT_EQ(room.history.last_id(), model.last_id);
  std::vector<std::string> members;
  for (const Membership& each : room.members) {
    members.emplace_back(each.user->name.view());
  }
  EXPECT_EQ(members, model.members);
  ASSERT_EQ(room.history.size(), model.history.size());
  std::size_t system = 0;
  for (std::size_t i = 0; i < model.history.size(); ++i) {
    const NaiveStore::Message& message = model.history[i];
    if (message.author.empty()) {
      const Event& event = room.history.system_entries()[system++];
      EXPECT_EQ(event.id, message.id);
      EXPECT_EQ(event.type, EventType::System);
      continue;
    }
    const Entry& entry = room.history.messages()[i - system];
    EXPECT_EQ(entry.event.id, message.id);
    EXPECT_EQ(entry.author.view(), message.author);
    EXPECT_EQ(entry.client_id.view(), message.client_id);
    EXPECT_EQ(entry.deleted, message.deleted);
    const bool shows =
        entry.event.json.view().find("\"" + message.text + "\"") !=
        std::string_view::npos;
    EXPECT_EQ(shows, !message.deleted);
  }
}

void expect_same_state(const RoomStore& store, NaiveStore* model) {
  ASSERT_EQ(store.room_count(), model->rooms().size());
  EXPECT_EQ(store.last_id(), model->last_id());
  auto expected = model->rooms().begin();
  std::size_t memberships = 0;
  for (const Room& room : store.rooms()) {
    memberships += room.member_count;
    expect_same_room(room, *expected++);
  }
  EXPECT_EQ(store.membership_count(), memberships);
  for (unsigned i = 0; i < 6; ++i) {
    const std::string name = "user " + std::to_string(i);
    std::vector<std::string> rooms;
    const User* user = store.find_user(name);
    if (user != nullptr) {
      EXPECT_EQ(user->room_count, model->rooms_of(name).size());
      for (const Membership& each : user->rooms) {
        rooms.push_back(each.room->name);
      }
    }
    EXPECT_EQ(rooms, model->rooms_of(name));
  }
}

constexpr StoreLimits kLimits = {
    .history = 5, .rooms = 4, .members = 4, .rooms_of_user = 3};

TEST(RoomStoreModel, DoesWhatANaiveStoreDoes) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    CommandSource source(seed);
    RoomStore store(kLimits, Language::English, {seed, 0});
    NaiveStore model(kLimits);
    for (int step = 0; step < 500; ++step) {
      const OwnedCommand command = source.next(model);
      expect_same(store.apply(command.view(), nullptr),
                  model.apply(command.view()));
      expect_same_state(store, &model);
      ASSERT_FALSE(testing::Test::HasFailure()) << "step " << step;
    }
  }
}

// Collects every byte that is told.
struct Transcript : Audience {
  void on_event(std::string_view room, const Event& event) override {
    bytes.append(room).append(event.json.view()).append("\n");
  }
  std::string bytes;
};

// Whatever the key of its tables, and wherever its rooms lie in memory.
TEST(RoomStoreModel, GivesTheSameBytesForTheSameCommands) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    CommandSource source(seed);
    RoomStore one(kLimits, Language::Portuguese, {seed, 1});
    RoomStore other(kLimits, Language::Portuguese, {1, seed});
    NaiveStore model(kLimits);
    Transcript told_by_one;
    Transcript told_by_other;
    for (int step = 0; step < 1'000; ++step) {
      const OwnedCommand command = source.next(model);
      static_cast<void>(model.apply(command.view()));
      expect_same(one.apply(command.view(), &told_by_one),
                  other.apply(command.view(), &told_by_other));
    }
    EXPECT_EQ(told_by_one.bytes, told_by_other.bytes);
    auto at = other.rooms().begin();
    for (const Room& room : one.rooms()) {
      EXPECT_EQ(room.history.page_after(0, 0).view(),
                (*at).history.page_after(0, 0).view());
      ++at;
    }
  }
}

}  // namespace
}  // namespace papo::chat
