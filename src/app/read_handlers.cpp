// What looks at rooms and messages.
#include <string>

#include "app/call.h"
#include "app/handlers.h"
#include "wire/json_writer.h"

namespace papo::app {

void receive_messages(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto after = call.after(0);
  if (!after) return;
  const auto limit = call.limit();
  if (!limit) return;
  const auto wait = call.wait();
  if (!wait) return;
  call.receive({*room, *after, *limit, call.flag("changes")}, *wait);
}

// Asking for one's rooms is what the polling front end does all the time, so
// it counts as being there.
void list_rooms_of_user(Call& call) {
  const auto name = call.user();
  if (!name) return;
  call.note_poll(*name);
  std::string members = R"("rooms":[)";
  const chat::User* user = call.store().find_user(*name);
  if (user != nullptr) {
    const char* comma = "";
    for (const chat::Membership& each : user->rooms) {
      members.append(comma);
      json::append_string(&members, each.room->name);
      comma = ",";
    }
  }
  call.answer(members + "]");
}

void list_rooms(Call& call) {
  call.answer_list(R"("rooms":)", call.room_list());
}

void list_members(Call& call) {
  const auto name = call.room();
  if (!name) return;
  const chat::Room* room = call.store().find_room(*name);
  if (room == nullptr) {
    return call.fail(problem_of(chat::Refusal::RoomNotFound));
  }
  std::string members = R"("members":)";
  json::Writer writer(&members);
  writer.begin_array();
  for (const chat::Membership& each : room->members) {
    const std::string_view user = each.user->name.view();
    writer.begin_object().key("username").string(user);
    writer.key("online").boolean(call.presence().is_online(*name, user));
    writer.key("typing").boolean(call.presence().is_typing(*name, user));
    writer.end_object();
  }
  writer.end_array();
  call.answer(members);
}

}  // namespace papo::app
