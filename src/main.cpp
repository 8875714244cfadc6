// papo: a chat server, and the small commands around it.
#include <cstdio>
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
    "Flags of serve; each also as PAPO_LISTEN, PAPO_MAX_ROOMS and so on:\n";

int print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string_view> arguments(values + 1, values + count);
  for (const std::string_view each : arguments) {
    if (each == "--help" || each == "-h") {
      return print(std::string(kUsage) + papo::cli::describe_serve_options());
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
