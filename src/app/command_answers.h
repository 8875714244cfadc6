// What a command that was applied is answered: the members of an object,
// beside its "status" or its "type".
#pragma once

#include <string>

#include "app/command_desk.h"

namespace papo::app {

// REQUIRES: decision.result.ok(). `store` is as the command has left it.
void append_answer(std::string* members, const Decision& decision,
                   const chat::RoomStore& store, chat::Language language);

}  // namespace papo::app
