// What changes rooms: every handler reads its fields and submits a command.
#include "app/call.h"
#include "app/handlers.h"

namespace papo::app {

using chat::CommandKind;

void join_room(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  if (call.is_websocket() && !call.may_subscribe(*room)) return;
  call.submit({.kind = CommandKind::Join, .room = *room, .user = *user});
}

void leave_room(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  call.submit({.kind = CommandKind::Leave, .room = *room, .user = *user});
}

void send_message(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  const auto text = call.message("message");
  if (!text) return;
  const auto client_id = call.client_id();
  if (!client_id) return;
  call.submit({.kind = CommandKind::Send,
               .room = *room,
               .user = *user,
               .text = *text,
               .client_id = *client_id});
}

void post_to_room(Call& call) {
  std::string room_text;
  const auto room = call.room_in_path(&room_text);
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  const std::string_view text = call.request().body();
  if (!call.check_message(text, "message")) return;
  const auto client_id = call.client_id();
  if (!client_id) return;
  call.submit({.kind = CommandKind::Post,
               .room = *room,
               .user = *user,
               .text = text,
               .client_id = *client_id});
}

void edit_message(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  const auto target = call.target();
  if (!target) return;
  const auto text = call.message("message");
  if (!text) return;
  call.submit({.kind = CommandKind::Edit,
               .room = *room,
               .user = *user,
               .text = *text,
               .target = *target});
}

void delete_message(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  const auto target = call.target();
  if (!target) return;
  call.submit({.kind = CommandKind::Delete,
               .room = *room,
               .user = *user,
               .target = *target});
}

void set_topic(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  const auto topic = call.topic();
  if (!topic) return;
  call.submit({.kind = CommandKind::Topic,
               .room = *room,
               .user = *user,
               .text = *topic});
}

// Not a command: nothing is stored.
void note_typing(Call& call) {
  const auto room = call.room();
  if (!room) return;
  const auto user = call.user();
  if (!user) return;
  const chat::Room* found = call.store().find_room(*room);
  if (found == nullptr) {
    return call.fail(problem_of(chat::Refusal::RoomNotFound));
  }
  if (!call.store().is_member(*found, *user)) {
    return call.fail(problem_of(chat::Refusal::NotAMember));
  }
  call.note_typing(*room, *user);
  call.succeed({});
}

}  // namespace papo::app
