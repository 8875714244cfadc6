// What looks at rooms and messages.
#include <string>

#include "app/handlers.h"
#include "app/page_answers.h"
#include "wire/json_writer.h"

namespace papo::app {

void receive(Question& question, Reply& reply) {
  const auto wanted = read_page_request(&question.in);
  if (!wanted) return reply.refuse(wanted.error());
  answer_page(read_page(question.house.store(), *wanted), &reply);
}

// Asking for one's rooms is what the polling front end does all the time, so
// it counts as being there.
void list_rooms_of_user(Question& question, Reply& reply) {
  const std::string_view name = question.in.user();
  if (question.in.problem()) return reply.refuse(*question.in.problem());
  const Services& house = question.house;
  house.listening.presence().polled(name, house.connections.now().steady);
  std::string members = R"("rooms":[)";
  const chat::User* user = house.store().find_user(name);
  if (user != nullptr) {
    const char* comma = "";
    for (const chat::Membership& each : user->rooms) {
      members.append(comma);
      json::append_string(&members, each.room->name);
      comma = ",";
    }
  }
  reply.answer({.text = members, .rest = "]"});
}

void list_rooms(Question& question, Reply& reply) {
  const base::SharedBytes& list = question.house.listening.room_list();
  chat::Page page;
  page.whole = list;
  page.size = list.size();
  reply.answer({.text = R"("rooms":)", .page = &page});
}

void list_members(Question& question, Reply& reply) {
  const std::string_view name = question.in.room();
  if (question.in.problem()) return reply.refuse(*question.in.problem());
  const chat::Room* room = question.house.store().find_room(name);
  if (room == nullptr) {
    return reply.refuse(problem_of(chat::Refusal::RoomNotFound));
  }
  const Presence& presence = question.house.listening.presence();
  std::string members = R"("members":)";
  json::Writer writer(&members);
  writer.begin_array();
  for (const chat::Membership& each : room->members) {
    const std::string_view user = each.user->name.view();
    writer.begin_object().key("username").string(user);
    writer.key("online").boolean(presence.is_online(name, user));
    writer.key("typing").boolean(presence.is_typing(name, user));
    writer.end_object();
  }
  writer.end_array();
  reply.answer({.text = members});
}

// Not a command: nothing is stored.
void note_typing(Question& question, Reply& reply) {
  const std::string_view name = question.in.room();
  const std::string_view user = question.in.user();
  if (question.in.problem()) return reply.refuse(*question.in.problem());
  const Services& house = question.house;
  const chat::Room* room = house.store().find_room(name);
  if (room == nullptr) {
    return reply.refuse(problem_of(chat::Refusal::RoomNotFound));
  }
  if (!house.store().is_member(*room, user)) {
    return reply.refuse(problem_of(chat::Refusal::NotAMember));
  }
  house.listening.presence().typing(name, user, house.connections.now().steady);
  reply.succeed({});
}

}  // namespace papo::app
