// papo: a chat server, and the small commands around it.
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/version.h"
#include "cli/clients.h"
#include "cli/log_commands.h"
#include "cli/serve.h"
#include "cli/serve_options.h"

namespace {

constexpr std::string_view kUsage =
    "papo: a chat server\n"
    "\n"
    "  papo [serve] [FLAGS]      serve http://localhost:5501\n"
    "  papo send ROOM TEXT       post a message (--user NAME, --url URL)\n"
    "  papo tail ROOM            print messages as they come (--json, --url)\n"
    "  papo healthcheck [URL]    exit 0 when the server is well\n"
    "  papo log check DIR        whether a --data folder is intact, and what "
    "it holds\n"
    "  papo log repair DIR       keep what is intact, and a copy of every "
    "file\n"
    "  papo export DIR           all that a folder holds, as lines of JSON\n"
    "  papo import DIR           such lines, from standard input, into a new "
    "folder\n"
    "\n"
    "Flags of serve; each also as PAPO_LISTEN, PAPO_DATA and so on:\n";
constexpr std::string_view kMore =
    "\n"
    "papo --help limits lists those that set limits: --history, --max-rooms "
    "...\n";
constexpr std::string_view kAboutLimits =
    "Limits of papo serve; each also as PAPO_HISTORY, PAPO_MAX_ROOMS and so "
    "on.\n"
    "BYTES may end in k, m or g; a TIME is in seconds, or ends in ms, s, m or "
    "h.\n"
    "\n";
constexpr std::string_view kAboutServe =
    "papo [serve] [FLAGS]; each also as PAPO_LISTEN, PAPO_MAX_ROOMS and so "
    "on.\n"
    "\n";

int print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

// `papo --help` fits a screen; the flags are many, and most set limits.
std::string help(std::span<const std::string_view> arguments) {
  std::string_view about;
  for (const std::string_view each : arguments) {
    if (about.empty() && !each.starts_with("-")) about = each;
  }
  if (about == "limits") {
    return std::string(kAboutLimits) + papo::cli::describe_limits();
  }
  if (about == "serve") {
    return std::string(kAboutServe) + papo::cli::describe_serve_options();
  }
  return std::string(kUsage) + papo::cli::describe_flags() + std::string(kMore);
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string_view> arguments(values + 1, values + count);
  for (const std::string_view each : arguments) {
    if (each == "--help" || each == "-h") {
      return print(help(arguments));
    }
    if (each == "--version") {
      return print("papo " + std::string(papo::base::version()) + "\n");
    }
    if (each == "--") break;
  }
  const std::span<const std::string_view> rest(arguments);
  if (rest.empty() || rest[0].starts_with("-")) return papo::cli::serve(rest);
  if (rest[0] == "serve") return papo::cli::serve(rest.subspan(1));
  if (papo::cli::is_client(rest[0])) {
    return papo::cli::run_client(rest[0], rest.subspan(1));
  }
  if (papo::cli::is_log_command(rest)) return papo::cli::run_log_command(rest);
  std::fprintf(stderr, "papo: unknown command \"%s\": papo --help lists them\n",
               values[1]);
  return 2;
}
