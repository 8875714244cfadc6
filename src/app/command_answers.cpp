#include "app/command_answers.h"

#include <string_view>

#include "base/text.h"
#include "chat/encoding.h"
#include "wire/json_writer.h"

namespace papo::app {
namespace {

// So many members an answer to /join names; GET /members has them all.
constexpr std::size_t kMembersNamed = 100;

// An id that is 0 belongs to a command that changed nothing.
void append_id(std::string* members, const Decision& decision) {
  const chat::Applied& applied = *decision.result;
  if (applied.id == 0) return;
  members->append(R"("id":)");
  base::append_number(members, applied.id);
  members->append(R"(,"timestamp":)");
  base::append_seconds(
      members, base::Micros(static_cast<base::Micros::rep>(applied.id)));
  if (applied.duplicate) {
    members->append(R"(,"duplicate":true)");
  } else if (const auto at = chat::sent_at(applied.id, decision.command.time)) {
    members->append(R"(,"sent_at":)");
    base::append_seconds(members,
                         base::Micros(static_cast<base::Micros::rep>(at)));
  }
}

// "ana is in geral", and which room that is.
void append_place(std::string* members, const chat::Command& command,
                  std::string_view verb) {
  std::string text(command.user);
  text.append(verb).append(command.room);
  members->append(R"("message":)");
  json::append_string(members, text);
  members->append(R"(,"room":)");
  json::append_string(members, command.room);
}

void append_members(std::string* members, const chat::Room& room) {
  members->append(R"(,"members":[)");
  std::size_t named = 0;
  for (const chat::Membership& each : room.members) {
    if (named == kMembersNamed) break;
    if (named++ > 0) members->append(",");
    json::append_string(members, each.user->name.view());
  }
  members->append(R"(],"member_count":)");
  base::append_number(members, room.member_count);
}

}  // namespace

void append_answer(std::string* members, const Decision& decision,
                   const chat::RoomStore& store, chat::Language language) {
  const chat::Command& command = decision.command;
  const bool english = language == chat::Language::English;
  switch (command.kind) {
    case chat::CommandKind::Join:
      append_place(members, command, english ? " is in " : " está em ");
      append_members(members, *store.find_room(command.room));
      break;
    case chat::CommandKind::Leave:
      append_place(members, command, english ? " left " : " saiu de ");
      break;
    case chat::CommandKind::Send:
    case chat::CommandKind::Post:
    case chat::CommandKind::Edit:
    case chat::CommandKind::Delete:
    case chat::CommandKind::Topic:
      append_id(members, decision);
      break;
    case chat::CommandKind::Start:
      break;
  }
}

}  // namespace papo::app
