// A store to which a test gives commands, one a tick of its clock.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "chat/room_store.h"

namespace papo::chat {

// Keeps what it is told, as "room: json".
struct Recorder : Audience {
  void on_event(std::string_view room, const Event& event) override {
    told.push_back(std::string(room) + ": " + std::string(event.json.view()));
    ids.push_back(event.id);
  }
  std::vector<std::string> told;
  std::vector<MessageId> ids;
};

class StoreDriver : public testing::Test {
 protected:
  using Outcome = base::Result<Applied, Refusal>;

  Outcome apply(Command command) {
    if (command.time == base::Micros(0))
      command.time = now_ += base::Micros(10);
    return store_.apply(command, &audience_);
  }
  Outcome join(std::string_view room, std::string_view user) {
    return apply({.kind = CommandKind::Join, .room = room, .user = user});
  }
  Outcome leave(std::string_view room, std::string_view user) {
    return apply({.kind = CommandKind::Leave, .room = room, .user = user});
  }
  Outcome send(std::string_view room, std::string_view user,
               std::string_view text, std::string_view client_id = {}) {
    return apply({.kind = CommandKind::Send,
                  .room = room,
                  .user = user,
                  .text = text,
                  .client_id = client_id});
  }
  Outcome post(std::string_view room, std::string_view user,
               std::string_view text) {
    return apply(
        {.kind = CommandKind::Post, .room = room, .user = user, .text = text});
  }
  Outcome edit(std::string_view user, MessageId target, std::string_view text) {
    return apply({.kind = CommandKind::Edit,
                  .room = "r",
                  .user = user,
                  .text = text,
                  .target = target});
  }
  Outcome erase(std::string_view user, MessageId target) {
    return apply({.kind = CommandKind::Delete,
                  .room = "r",
                  .user = user,
                  .target = target});
  }
  Outcome set_topic(std::string_view user, std::string_view topic) {
    return apply(
        {.kind = CommandKind::Topic, .room = "r", .user = user, .text = topic});
  }

  std::string members_of(std::string_view room) {
    std::string names;
    const Room* found = store_.find_room(room);
    if (found == nullptr) return "no room";
    for (const Membership& each : found->members) {
      names.append(names.empty() ? "" : " ").append(each.user->name.view());
    }
    return names;
  }
  std::string rooms_of(std::string_view user) {
    std::string names;
    const User* found = store_.find_user(user);
    if (found == nullptr) return "nobody";
    for (const Membership& each : found->rooms) {
      names.append(names.empty() ? "" : " ").append(each.room->name);
    }
    return names;
  }
  std::string rooms() {
    std::string names;
    for (const Room& room : store_.rooms()) {
      names.append(names.empty() ? "" : " ").append(room.name);
    }
    return names;
  }
  std::string history_of(std::string_view room) {
    const Room* found = store_.find_room(room);
    if (found == nullptr) return "no room";
    return std::string(found->history.page_after(0, 0).view());
  }

  base::Micros now_{1'000'000};
  Recorder audience_;
  StoreLimits limits_{
      .history = 4, .rooms = 3, .members = 3, .rooms_of_user = 2};
  RoomStore store_{limits_, Language::English, {1, 2}};
};

inline void expect_refused(const base::Result<Applied, Refusal>& outcome,
                           Refusal refusal) {
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error(), refusal);
}

}  // namespace papo::chat
