// `papo serve`: the server as a program.
#pragma once

#include <span>
#include <string_view>

namespace papo::cli {

// Serves until SIGTERM or SIGINT; returns the exit status: 0 after an orderly
// end, 1 when it could not start, 2 when it was called wrongly.
int serve(std::span<const std::string_view> arguments);

}  // namespace papo::cli
