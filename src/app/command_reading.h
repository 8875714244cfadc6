// What a call must say for a command, in one table for every way of calling.
#pragma once

#include "app/errors.h"
#include "app/field_reader.h"
#include "base/result.h"
#include "chat/command.h"

namespace papo::app {

// The command that the fields ask for, without its time. Views the fields.
// REQUIRES: not a Start, which nobody asks for.
base::Result<chat::Command, Problem> read_command(chat::CommandKind kind,
                                                  FieldReader* in);

}  // namespace papo::app
