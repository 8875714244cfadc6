#include "cli/serve_options.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/text.h"
#include "log/command_record.h"
#include "wire/http_syntax.h"

namespace papo::cli {
namespace {

// Each reads one value; false when it cannot be.
using Apply = bool (*)(std::string_view value, ServeOptions* options);

struct Flag {
  std::string_view name;  // without the dashes
  std::string_view value;
  std::string_view help;
  Apply apply;
};

// A count from `least` to `most`, with k, m or g for times 1024, 1024², 1024³.
bool read_size(std::string_view text, std::size_t least, std::size_t most,
               std::size_t* out) {
  std::uint64_t unit = 1;
  if (!text.empty()) {
    const char last = base::to_lower(text.back());
    if (last == 'k') unit = 1024;
    if (last == 'm') unit = 1024 * 1024;
    if (last == 'g') unit = 1024 * 1024 * 1024;
    if (unit > 1) text.remove_suffix(1);
  }
  const auto number = base::parse_unsigned(text);
  if (!number || *number > most / unit || *number * unit < least) return false;
  *out = static_cast<std::size_t>(*number * unit);
  return true;
}

// Seconds, also as 10s, 500ms, 2m or 1h; more than nothing, at most a day.
bool read_duration(std::string_view text, base::Micros* out) {
  struct Unit {
    std::string_view name;
    std::int64_t millis;
  };
  static constexpr Unit kUnits[] = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
  std::int64_t millis = 1'000;
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    text.remove_suffix(unit.name.size());
    millis = unit.millis;
    break;
  }
  const auto number = base::parse_unsigned(text);
  constexpr std::int64_t kDay = 86'400'000;
  if (!number || *number == 0 ||
      *number > static_cast<std::uint64_t>(kDay / millis)) {
    return false;
  }
  *out = std::chrono::milliseconds(static_cast<std::int64_t>(*number) * millis);
  return true;
}

template <class Visit>
void for_each_in_list(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    visit(base::trim_blanks(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

bool add_listen(std::string_view value, ServeOptions* options) {
  bool good = !value.empty();
  for_each_in_list(value, [&](std::string_view each) {
    const auto address = sys::parse_address(each);
    good = good && address.has_value();
    if (address) options->listen.push_back(*address);
  });
  return good;
}

// An origin is scheme://host[:port], as a browser sends it (RFC 6454 §6.2).
bool is_origin(std::string_view text) {
  const bool scheme =
      text.starts_with("http://") || text.starts_with("https://");
  return scheme && text.find_first_of(" /?#", 8) == std::string_view::npos &&
         !text.ends_with("/");
}

bool set_cors(std::string_view value, ServeOptions* options) {
  app::Cors& cors = options->app.cors;
  cors = {};
  if (value == "*") return true;
  if (value == "same-origin") {
    cors.mode = app::Cors::Mode::SameOrigin;
    return true;
  }
  cors.mode = app::Cors::Mode::Listed;
  bool good = !value.empty();
  for_each_in_list(value, [&](std::string_view origin) {
    good = good && is_origin(origin);
    cors.origins.emplace_back(origin);
  });
  return good;
}

bool add_host(std::string_view value, ServeOptions* options) {
  bool good = !value.empty();
  for_each_in_list(value, [&](std::string_view host) {
    good = good && http::is_authority(host);
    options->app.hosts.emplace_back(host);
  });
  return good;
}

template <class Value>
struct Choice {
  std::string_view name;
  Value value;
};

template <class Value, std::size_t count>
bool choose(std::string_view text, const Choice<Value> (&choices)[count],
            Value* out) {
  for (const Choice<Value>& each : choices) {
    if (each.name != text) continue;
    *out = each.value;
    return true;
  }
  return false;
}

bool set_language(std::string_view value, ServeOptions* options) {
  return choose<chat::Language>(
      value,
      {{"en", chat::Language::English}, {"pt", chat::Language::Portuguese}},
      &options->app.language);
}

bool set_log_level(std::string_view value, ServeOptions* options) {
  return choose<sys::LogLevel>(value,
                               {{"error", sys::LogLevel::Error},
                                {"warning", sys::LogLevel::Warning},
                                {"info", sys::LogLevel::Info},
                                {"debug", sys::LogLevel::Debug}},
                               &options->log_level);
}

bool set_log_format(std::string_view value, ServeOptions* options) {
  return choose<sys::LogFormat>(
      value, {{"text", sys::LogFormat::Text}, {"json", sys::LogFormat::Json}},
      &options->log_format);
}

bool set_poller(std::string_view value, ServeOptions* options) {
  return choose<PollerKind>(
      value, {{"epoll", PollerKind::Epoll}, {"poll", PollerKind::Poll}},
      &options->poller);
}

bool set_sync(std::string_view value, ServeOptions* options) {
  return choose<log::SyncPolicy>(value,
                                 {{"always", log::SyncPolicy::Always},
                                  {"interval", log::SyncPolicy::Interval},
                                  {"never", log::SyncPolicy::Never}},
                                 &options->sync);
}

bool set_path(std::string_view value, std::string* out) {
  *out = value;
  return !value.empty();
}

constexpr std::size_t kMiB = 1024 * 1024;
constexpr std::size_t kUnreadMost = ~std::size_t{0} / 2;
constexpr std::size_t kMany = 10 * kMiB;
// More than any machine has.
constexpr std::size_t kBytesMost = std::numeric_limits<std::size_t>::max() / 8;

// In the order of --help.
constexpr Flag kFlags[] = {
    {"listen", "ADDRESS", "[::]:5501; repeatable, unix:/path?mode=&group= too",
     add_listen},
    {"data", "DIR", "keep everything in this folder (keep nothing)",
     [](std::string_view value, ServeOptions* options) {
       return set_path(value, &options->data_folder);
     }},
    {"fsync", "WHEN", "always, interval (a second) or never (always)",
     set_sync},
    {"static", "DIR", "the web client from a folder, for development",
     [](std::string_view value, ServeOptions* options) {
       return set_path(value, &options->static_folder);
     }},
    {"lang", "en|pt", "language of system entries (en)", set_language},
    {"cors", "ORIGINS", "* (any), same-origin, or a list of origins", set_cors},
    {"host", "NAME", "a name it answers to; repeatable (any)", add_host},
    {"history", "N", "messages kept per room (50)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.store.history);
     }},
    {"max-memberships", "N", "members of all rooms together (1000000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.store.memberships);
     }},
    {"max-store", "BYTES", "all that rooms hold (a quarter of the memory)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, kStoreBytesMin, kBytesMost,
                        &options->store_bytes);
     }},
    {"client-ids", "N", "client_ids remembered at least (10000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.store.client_ids);
     }},
    {"client-id-ttl", "TIME", "and all that are younger (10m)",
     [](std::string_view value, ServeOptions* options) {
       return read_duration(value, &options->app.store.client_id_age);
     }},
    {"max-message", "BYTES", "longest message (8k)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, 16 * kMiB, &options->app.message_bytes_max);
     }},
    {"max-rooms", "N", "rooms at once (10000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.store.rooms);
     }},
    {"max-members", "N", "members of a room (10000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.store.members);
     }},
    {"max-user-rooms", "N", "rooms a user is in (1000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.store.rooms_of_user);
     }},
    {"max-connections", "N", "connections at once (10000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.connections_max);
     }},
    {"max-subscriptions", "N", "rooms a connection listens to (1000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.subscriptions_max);
     }},
    {"max-all-subscriptions", "N", "rooms they all listen to (250000)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, kMany, &options->app.all_subscriptions_max);
     }},
    {"max-body", "BYTES", "largest request body (64k)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1, 64 * kMiB, &options->app.body_bytes_max);
     }},
    {"max-backlog", "BYTES", "unread bytes before a listener is cut (1m)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1024, 1024 * kMiB,
                        &options->app.backlog_bytes_max);
     }},
    {"max-unread", "BYTES", "unread bytes of all connections together (64m)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, kMiB, kUnreadMost,
                        &options->app.unread_bytes_max);
     }},
    {"max-partial", "BYTES", "requests not whole, of all connections (64m)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, kMiB, kUnreadMost,
                        &options->app.partial_bytes_max);
     }},
    {"max-pending", "BYTES", "commands waiting for the disk (16m)",
     [](std::string_view value, ServeOptions* options) {
       return read_size(value, 1024, 1024 * kMiB,
                        &options->app.pending_bytes_max);
     }},
    {"header-timeout", "TIME", "for a request's head to arrive (10s)",
     [](std::string_view value, ServeOptions* options) {
       return read_duration(value, &options->app.header_timeout);
     }},
    {"body-timeout", "TIME", "for its body (30s)",
     [](std::string_view value, ServeOptions* options) {
       return read_duration(value, &options->app.body_timeout);
     }},
    {"idle-timeout", "TIME", "between requests (75s)",
     [](std::string_view value, ServeOptions* options) {
       return read_duration(value, &options->app.idle_timeout);
     }},
    {"log-level", "LEVEL", "error, warning, info or debug (info)",
     set_log_level},
    {"log-format", "FORMAT", "text or json, of both logs (text)",
     set_log_format},
    {"access-log", "FILE", "a line for each answer; - is standard output",
     [](std::string_view value, ServeOptions* options) {
       return set_path(value, &options->access_log);
     }},
    {"poller", "NAME", "epoll or poll (the best there is)", set_poller},
};

// "max-rooms" is PAPO_MAX_ROOMS.
std::string environment_name(std::string_view flag) {
  std::string name = "PAPO_";
  for (const char c : flag) {
    const bool letter = c >= 'a' && c <= 'z';
    name.push_back(c == '-' ? '_' : letter ? static_cast<char>(c - 32) : c);
  }
  return name;
}

// In quotes; what would break the one line, or speak to the terminal, is '?'.
std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    const bool control = (c >= 0 && c < ' ') || c == '\x7F';
    text.push_back(control ? '?' : c);
  }
  return text.append("\"");
}

std::string bad_value(std::string_view name, std::string_view value,
                      const Flag& flag) {
  std::string text(name);
  text.append(": ").append(quoted(value)).append(" cannot be: ");
  return text.append(flag.value).append(", ").append(flag.help);
}

base::Result<base::Done, std::string> read_port(Environment environment,
                                                ServeOptions* options) {
  const char* port = environment("PORT");
  if (port == nullptr || *port == '\0') return base::Done{};
  const auto number = base::parse_unsigned(port);
  if (!number || *number > 65'535) {
    return base::Unexpected{"PORT: " + quoted(port) +
                            " is not a port from 0 to 65535"};
  }
  options->listen.push_back(
      {sys::Address::Family::Ipv6, "::", static_cast<std::uint16_t>(*number)});
  return base::Done{};
}

base::Result<base::Done, std::string> read_environment(Environment environment,
                                                       ServeOptions* options) {
  for (const Flag& flag : kFlags) {
    const std::string name = environment_name(flag.name);
    const char* value = environment(name.c_str());
    if (value == nullptr || *value == '\0') continue;
    if (!flag.apply(value, options)) {
      return base::Unexpected{bad_value(name, value, flag)};
    }
  }
  return options->listen.empty() ? read_port(environment, options)
                                 : base::Done{};
}

const Flag* find_flag(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kFlags), std::end(kFlags),
                   [&](const Flag& flag) { return flag.name == name; });
  return found == std::end(kFlags) ? nullptr : found;
}

// "--name value" or "--name=value".
base::Result<base::Done, std::string> read_flags(
    std::span<const std::string_view> arguments, ServeOptions* options) {
  bool own_listen = false;
  bool own_hosts = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view dashed = argument.substr(0, equals);
    const Flag* flag =
        dashed.starts_with("--") ? find_flag(dashed.substr(2)) : nullptr;
    if (flag == nullptr) {
      return base::Unexpected{"unknown flag " + quoted(dashed) +
                              ": papo --help lists them"};
    }
    std::string_view value;
    if (equals != std::string_view::npos) {
      value = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    } else {
      return base::Unexpected{std::string(dashed) +
                              " needs a value: " + std::string(flag->value)};
    }
    // The first --listen replaces what the environment said; so does --host.
    if (flag->name == "listen" && !std::exchange(own_listen, true)) {
      options->listen.clear();
    }
    if (flag->name == "host" && !std::exchange(own_hosts, true)) {
      options->app.hosts.clear();
    }
    if (!flag->apply(value, options)) {
      return base::Unexpected{bad_value(dashed, value, *flag)};
    }
  }
  return base::Done{};
}

base::Result<base::Done, std::string> check_together(
    const ServeOptions& options) {
  if (options.app.body_bytes_max < options.app.message_bytes_max) {
    return base::Unexpected{std::string(
        "--max-body must be at least --max-message: a message travels in a "
        "body")};
  }
  if (!options.data_folder.empty() &&
      options.app.message_bytes_max > log::kTextBytesMax) {
    return base::Unexpected{std::string(
        "--max-message can be at most 1m with --data: its files hold no "
        "longer ones")};
  }
  return base::Done{};
}

}  // namespace

base::Result<ServeOptions, std::string> parse_serve_options(
    std::span<const std::string_view> arguments, Environment environment) {
  ServeOptions options;
  auto read = read_environment(environment, &options);
  if (read) read = read_flags(arguments, &options);
  if (read) read = check_together(options);
  if (!read) return base::Unexpected{read.error()};
  if (options.listen.empty()) {
    options.listen.push_back({sys::Address::Family::Ipv6, "::", kDefaultPort});
  }
  sys::settle_addresses(&options.listen);
  return options;
}

base::Result<std::vector<sys::Address>, std::string> listen_addresses_of(
    Environment environment) {
  ServeOptions options;
  const char* listen = environment("PAPO_LISTEN");
  if (listen != nullptr && *listen != '\0') {
    if (!add_listen(listen, &options)) {
      return base::Unexpected{
          bad_value("PAPO_LISTEN", listen, *find_flag("listen"))};
    }
  } else if (const auto read = read_port(environment, &options); !read) {
    return base::Unexpected{read.error()};
  }
  if (options.listen.empty()) {
    options.listen.push_back({sys::Address::Family::Ipv6, "::", kDefaultPort});
  }
  sys::settle_addresses(&options.listen);
  return options.listen;
}

std::uint64_t usual_store_bytes(std::uint64_t memory) {
  return std::clamp(memory / 4, kStoreBytesMin, kStoreBytesUsualMax);
}

std::string describe_serve_options() {
  constexpr std::size_t kColumn = 30;
  std::string text;
  for (const Flag& flag : kFlags) {
    std::string line = "  --";
    line.append(flag.name).append(" ").append(flag.value);
    line.resize(std::max(line.size() + 1, kColumn), ' ');
    text.append(line).append(flag.help).append("\n");
  }
  return text;
}

}  // namespace papo::cli
