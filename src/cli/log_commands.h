// The subcommands that work on the folder of --data while no server does:
//
//   papo log check DIR    tells whether it is intact, and what it holds
//   papo log repair DIR   keeps all that is intact, and a copy of every file
//   papo export DIR       writes it as lines of JSON (cli/export_lines.h)
//   papo import DIR       reads such lines into a folder without a log
#pragma once

#include <span>
#include <string_view>

namespace papo::cli {

// Runs the command, and returns the exit status: 0 when it is done and the log
// is intact, 1 when not, 2 when it was called wrongly. What `check` and
// `repair` find is on standard output; an error is one line on standard error.
// REQUIRES: is_log_command(arguments).
int run_log_command(std::span<const std::string_view> arguments);

// Whether the first word, or the first two, name one of them.
bool is_log_command(std::span<const std::string_view> arguments);

}  // namespace papo::cli
