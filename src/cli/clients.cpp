#include "cli/clients.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cli/http_client.h"
#include "cli/serve_options.h"
#include "cli/tail_lines.h"
#include "wire/http_syntax.h"
#include "wire/json_reader.h"

namespace papo::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kMisused = 2;
// Streams have a heartbeat every 15 s.
constexpr int kStreamQuietSecondsMax = 60;
constexpr std::chrono::milliseconds kRetryFirst{200};
constexpr std::chrono::milliseconds kRetryMax{30'000};
constexpr std::size_t kErrorBytesMax = 64 * 1024;
// More than any server takes: it tells its own limit.
constexpr std::size_t kInputBytesMax = 64 * 1024 * 1024;

struct Arguments {
  std::vector<std::string_view> words;  // what is not an option
  std::string_view user;
  std::string_view url;
  std::string_view after;
  bool json = false;
};

struct Usage {
  std::string_view command;
  std::string_view text;
  std::size_t words_min;
  std::size_t words_max;
  std::string_view options;  // those that it takes, each between blanks
  int (*run)(const Arguments&, const ServerAddress&);
};

int complain(std::string_view command, std::string_view what, int status) {
  std::string line("papo ");
  line.append(command).append(": ").append(what).append("\n");
  std::fputs(line.c_str(), stderr);
  return status;
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

// Where a server in this environment listens: the first address of PAPO_LISTEN
// that one can know.
base::Result<std::string, Complaint> listening_url() {
  const auto addresses = listen_addresses_of(
      [](const char* name) -> const char* { return std::getenv(name); });
  if (!addresses) return base::Unexpected{addresses.error()};
  for (const sys::Address& each : *addresses) {
    const std::string text = sys::to_string(sys::local_address(each));
    if (each.family == sys::Address::Family::Unix) return text;
    if (each.port != 0) return "http://" + text;
  }
  return base::Unexpected{Complaint(
      "the system chooses the port that the server listens on: say which with "
      "--url")};
}

// The server that is meant. One in this environment is called by the first of
// its names, because it may answer to no other.
base::Result<ServerAddress, Complaint> find_server(std::string_view url) {
  if (url.empty()) url = environment("PAPO_URL");
  if (!url.empty()) return parse_server(url);
  const auto listening = listening_url();
  if (!listening) return base::Unexpected{listening.error()};
  auto server = parse_server(*listening);
  const std::string_view names = environment("PAPO_HOST");
  const auto name = base::trim_blanks(names.substr(0, names.find(',')));
  if (server && http::is_authority(name)) server->name = name;
  return server;
}

// What a server says of its refusal, or its status where it says nothing.
std::string reason_of(Exchange* exchange) {
  const bool redirects = exchange->status() / 100 == 3;
  if (redirects && !exchange->location().empty()) {
    return "the server is elsewhere, and redirects are not followed: " +
           base::printable(exchange->location());
  }
  const auto body = exchange->read_all(kErrorBytesMax);
  if (body) {
    const auto object = json::Object::parse(*body);
    const json::Value* message = object ? object->find("message") : nullptr;
    if (message != nullptr && message->kind == json::Kind::String) {
      return base::printable(message->text);
    }
  }
  std::string reason("the server answered ");
  base::append_number(&reason, static_cast<std::uint64_t>(exchange->status()));
  return reason;
}

// ---- papo healthcheck

int check_health(const Arguments&, const ServerAddress& server) {
  auto exchange =
      Exchange::start(server, {.method = "GET", .target = "/healthz"});
  if (!exchange) return complain("healthcheck", exchange.error(), kFailed);
  if (exchange->status() == 200) return 0;
  return complain("healthcheck", reason_of(&*exchange), kFailed);
}

// ---- papo send

// All of standard input, but for the line break that ends its last line.
bool read_input(std::string* text) {
  char piece[16 * 1024];
  while (text->size() <= kInputBytesMax) {
    const std::size_t count = std::fread(piece, 1, sizeof(piece), stdin);
    text->append(piece, count);
    if (count < sizeof(piece)) break;
  }
  if (text->ends_with('\n')) text->pop_back();
  return std::ferror(stdin) == 0;
}

int send_text(const Arguments& arguments, const ServerAddress& server) {
  std::string text(arguments.words[1]);
  if (text == "-") {
    text.clear();
    if (!read_input(&text)) {
      return complain("send", "cannot read standard input", kFailed);
    }
  }
  std::string_view user = arguments.user;
  if (user.empty()) user = environment("USER");
  if (user.empty()) user = "anonymous";
  std::string target("/r/");
  append_encoded(&target, arguments.words[0]);
  target.append("?username=");
  append_encoded(&target, user);
  auto exchange = Exchange::start(
      server, {.method = "POST", .target = target, .body = text});
  if (!exchange) return complain("send", exchange.error(), kFailed);
  if (exchange->status() == 200) return 0;
  return complain("send", reason_of(&*exchange), kFailed);
}

// ---- papo tail

// Why a connection of a tail ended.
enum class TailEnd : std::uint8_t { Lost, Refused, Unread };

struct Tail {
  const ServerAddress& server;
  std::string_view room;
  TailLines lines;
  bool lost = false;        // and told so
  bool progressed = false;  // something came through this connection

  // One connection, from its request to its end.
  TailEnd run();
  TailEnd refused(Exchange* exchange);
  TailEnd lose(std::string_view why);
};

TailEnd Tail::lose(std::string_view why) {
  if (!lost) complain("tail", std::string(why).append("; trying again"), 0);
  lost = true;
  return TailEnd::Lost;
}

TailEnd Tail::refused(Exchange* exchange) {
  const std::string reason = reason_of(exchange);
  const int status = exchange->status();
  if (status >= 500 || status == 408 || status == 429) return lose(reason);
  complain("tail", reason, kFailed);
  return TailEnd::Refused;
}

TailEnd Tail::run() {
  std::string target("/r/");
  append_encoded(&target, room);
  target.append("?format=json&after=");
  base::append_number(&target, lines.last_id());
  auto exchange =
      Exchange::start(server, {.method = "GET",
                               .target = target,
                               .quiet_seconds_max = kStreamQuietSecondsMax});
  if (!exchange) return lose(exchange.error());
  if (exchange->status() != 200) return refused(&*exchange);
  if (lost) complain("tail", "connected again", 0);
  lost = false;
  lines.restart();
  for (std::string body, out; true; body.clear(), out.clear()) {
    const auto more = exchange->read(&body);
    if (!more) return lose(more.error());
    if (!*more) return lose("the server ended the stream");
    progressed = true;
    if (!lines.take(body, &out)) return lose("a line is too long");
    const bool written =
        std::fwrite(out.data(), 1, out.size(), stdout) == out.size() &&
        std::fflush(stdout) == 0;
    if (!written) return TailEnd::Unread;
  }
}

int tail_room(const Arguments& arguments, const ServerAddress& server) {
  std::uint64_t after = 0;
  if (!arguments.after.empty()) {
    const auto id = base::parse_unsigned(arguments.after);
    if (!id) return complain("tail", "--after takes a message's id", kMisused);
    after = *id;
  }
  Tail tail{.server = server,
            .room = arguments.words[0],
            .lines = TailLines(arguments.json, after)};
  for (auto pause = kRetryFirst; true; pause = std::min(pause * 2, kRetryMax)) {
    tail.progressed = false;
    switch (tail.run()) {
      case TailEnd::Refused:
        return kFailed;
      case TailEnd::Unread:
        return complain("tail", "cannot write to standard output", kFailed);
      case TailEnd::Lost:
        break;
    }
    if (tail.progressed) pause = kRetryFirst;
    ::poll(nullptr, 0, static_cast<int>(pause.count()));
  }
}

// ---- Arguments

constexpr Usage kUsages[] = {
    {"healthcheck", "papo healthcheck [URL]", 0, 1, " --url ", check_health},
    {"send", "papo send ROOM TEXT [--user NAME] [--url URL]", 2, 2,
     " --user --url ", send_text},
    {"tail", "papo tail ROOM [--url URL] [--json] [--after ID]", 1, 1,
     " --url --json --after ", tail_room},
};

const Usage* find_usage(std::string_view command) {
  for (const Usage& each : kUsages) {
    if (each.command == command) return &each;
  }
  return nullptr;
}

// Where the value of `option` goes; nullptr when it has none.
std::string_view* value_of(Arguments* arguments, std::string_view option) {
  if (option == "--user") return &arguments->user;
  if (option == "--url") return &arguments->url;
  if (option == "--after") return &arguments->after;
  return nullptr;
}

bool takes(const Usage& usage, std::string_view option) {
  const std::string blanks = ' ' + std::string(option) + ' ';
  return usage.options.find(blanks) != std::string_view::npos;
}

// Takes one argument at `*at`, and a second when it is an option's value:
// "--url X" or "--url=X". False when the command takes no such thing.
bool take_argument(const Usage& usage,
                   std::span<const std::string_view> arguments, std::size_t* at,
                   Arguments* taken) {
  const std::string_view argument = arguments[(*at)++];
  if (!argument.starts_with("--")) {
    taken->words.push_back(argument);
    return true;
  }
  const std::size_t equals = argument.find('=');
  const std::string_view option = argument.substr(0, equals);
  if (!takes(usage, option)) return false;
  std::string_view* value = value_of(taken, option);
  if (value == nullptr) {
    taken->json = true;
    return equals == std::string_view::npos;
  }
  if (equals != std::string_view::npos) {
    *value = argument.substr(equals + 1);
  } else if (*at < arguments.size()) {
    *value = arguments[(*at)++];
  }
  return !value->empty();
}

bool take_arguments(const Usage& usage,
                    std::span<const std::string_view> arguments,
                    Arguments* taken) {
  for (std::size_t at = 0; at < arguments.size();) {
    if (arguments[at] == "--") {  // the rest are words, whatever they look like
      const auto rest = arguments.subspan(at + 1);
      taken->words.insert(taken->words.end(), rest.begin(), rest.end());
      break;
    }
    if (!take_argument(usage, arguments, &at, taken)) return false;
  }
  const std::size_t words = taken->words.size();
  return words >= usage.words_min && words <= usage.words_max;
}

}  // namespace

bool is_client(std::string_view command) {
  return find_usage(command) != nullptr;
}

int run_client(std::string_view command,
               std::span<const std::string_view> arguments) {
  const Usage* usage = find_usage(command);
  PAPO_CHECK(usage != nullptr);
  // Who reads no more is an error of send() or fwrite(), not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  Arguments taken;
  if (!take_arguments(*usage, arguments, &taken)) {
    return complain(command, "usage: " + std::string(usage->text), kMisused);
  }
  if (command == "healthcheck" && !taken.words.empty()) {
    taken.url = taken.words[0];
  }
  const auto server = find_server(taken.url);
  if (!server) return complain(command, server.error(), kMisused);
  return usage->run(taken, *server);
}

}  // namespace papo::cli
