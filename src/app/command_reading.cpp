#include "app/command_reading.h"

#include "base/check.h"

namespace papo::app {
namespace {

using chat::CommandKind;

// Besides the room and the user, which every command needs.
struct Needs {
  bool target = false;     // `id`: the message that it is about
  bool message = false;    // a text that is shown
  bool topic = false;      // a room's, which may be empty
  bool client_id = false;  // may be left out
};

Needs needs_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::Join:
    case CommandKind::Leave:
      return {};
    case CommandKind::Send:
    case CommandKind::Post:
      return {.message = true, .client_id = true};
    case CommandKind::Edit:
      return {.target = true, .message = true};
    case CommandKind::Delete:
      return {.target = true};
    case CommandKind::Topic:
      return {.topic = true};
    case CommandKind::Start:
      break;
  }
  PAPO_CHECK(false);
  __builtin_unreachable();
}

}  // namespace

base::Result<chat::Command, Problem> read_command(CommandKind kind,
                                                  FieldReader* in) {
  const Needs needs = needs_of(kind);
  chat::Command command{.kind = kind};
  command.room = in->room();
  command.user = in->user();
  if (needs.target) command.target = in->target();
  if (needs.message) command.text = in->message();
  if (needs.topic) command.text = in->topic();
  if (needs.client_id) command.client_id = in->client_id();
  if (in->problem()) return base::Unexpected{*in->problem()};
  return command;
}

}  // namespace papo::app
