// The subcommands that talk to a running server, so that a machine without
// curl can:
//
//   papo healthcheck [URL]
//   papo send ROOM TEXT [--user NAME] [--url URL]
//   papo tail ROOM [--url URL] [--json] [--after ID]
//
// The server is at URL, else at $PAPO_URL, else at port $PORT or 5501 of this
// machine. A user without --user is $USER, or "anonymous".
#pragma once

#include <span>
#include <string_view>

namespace papo::cli {

// Runs "healthcheck", "send" or "tail" with the arguments after it, and
// returns the exit status: 0 when it is done, 1 when it could not be, 2 when
// it was called wrongly. A status that is not 0 comes with one line on
// standard error. `tail` returns only when the server refuses it or nobody
// reads its output.
// REQUIRES: is_client(command).
int run_client(std::string_view command,
               std::span<const std::string_view> arguments);

bool is_client(std::string_view command);

}  // namespace papo::cli
