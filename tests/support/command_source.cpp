#include "support/command_source.h"

namespace papo::support {
namespace {

constexpr const char* kRooms[] = {"geral", "ops", "música", "z"};
constexpr const char* kUsers[] = {"ana", "bia", "caio", "davi", "中文"};
constexpr chat::CommandKind kKinds[] = {
    chat::CommandKind::Join,   chat::CommandKind::Join,
    chat::CommandKind::Leave,  chat::CommandKind::Send,
    chat::CommandKind::Send,   chat::CommandKind::Send,
    chat::CommandKind::Post,   chat::CommandKind::Post,
    chat::CommandKind::Edit,   chat::CommandKind::Edit,
    chat::CommandKind::Delete, chat::CommandKind::Topic,
    chat::CommandKind::Start,
};

}  // namespace

OwnedCommand own(const chat::Command& command) {
  return {command.kind,
          command.time,
          std::string(command.room),
          std::string(command.user),
          std::string(command.text),
          std::string(command.client_id),
          command.target};
}

OwnedCommand CommandSource::next(const chat::RoomStore& store) {
  // Mostly on, sometimes not at all, sometimes back.
  if (below(4) != 0) time_ += base::Micros(below(2'000'000));
  if (below(16) == 0) time_ -= base::Micros(below(10'000'000));
  OwnedCommand command;
  command.kind = kKinds[below(std::size(kKinds))];
  command.time = time_;
  command.room = kRooms[below(std::size(kRooms))];
  command.user = kUsers[below(std::size(kUsers))];
  switch (command.kind) {
    case chat::CommandKind::Join:
    case chat::CommandKind::Leave:
      break;
    case chat::CommandKind::Send:
    case chat::CommandKind::Post:
      command.text = "text " + std::to_string(++texts_);
      command.text.append(below(40), 'x');
      if (below(3) == 0) {
        command.client_id = "c" + std::to_string(below(8));
        // Often the text that it had before: a retry.
        if (below(3) != 0) command.text = "text of " + command.client_id;
      }
      break;
    case chat::CommandKind::Edit:
      command.text = "edit " + std::to_string(++texts_);
      command.target = target_in(store, command.room);
      break;
    case chat::CommandKind::Delete:
      command.target = target_in(store, command.room);
      break;
    case chat::CommandKind::Topic:
      command.text = "topic \"" + std::to_string(below(3)) + "\"\n";
      break;
    case chat::CommandKind::Start:
      command.room.clear();
      command.user.clear();
      break;
  }
  return command;
}

// The author is often another one: those changes are refused.
chat::MessageId CommandSource::target_in(const chat::RoomStore& store,
                                         const std::string& name) {
  const chat::Room* room = store.find_room(name);
  if (room == nullptr || room->history.size() == 0) return below(100);
  const auto& messages = room->history.messages();
  const auto& system = room->history.system_entries();
  const std::uint64_t index = below(room->history.size());
  return index < messages.size() ? messages[index].event.id
                                 : system[index - messages.size()].id;
}

}  // namespace papo::support
