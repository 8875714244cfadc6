#include "cli/serve_options.h"

#include <algorithm>
#include <utility>

#include "app/limits.h"
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
  Apply apply;  // nullptr: sets `limit`
  const app::Limit* limit = nullptr;
};

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

// Those that set no limit, in the order of --help.
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

std::string_view value_of(app::Limit::Unit unit) {
  switch (unit) {
    case app::Limit::Unit::Count:
      return "N";
    case app::Limit::Unit::Bytes:
      return "BYTES";
    case app::Limit::Unit::Time:
      return "TIME";
  }
  __builtin_unreachable();
}

Flag flag_of(const app::Limit& limit) {
  return {limit.flag, value_of(limit.unit), limit.what, nullptr, &limit};
}

// Visits every flag until it is told false.
template <class Visit>
void for_each_flag(Visit visit) {
  for (const Flag& flag : kFlags) {
    if (!visit(flag)) return;
  }
  for (const app::Limit& limit : app::limits()) {
    if (!limit.is_fixed() && !visit(flag_of(limit))) return;
  }
}

bool apply(const Flag& flag, std::string_view value, ServeOptions* options) {
  if (flag.limit == nullptr) return flag.apply(value, options);
  const auto amount = app::read_amount(*flag.limit, value);
  if (amount) flag.limit->place.set(*amount, &options->app);
  return amount.has_value();
}

// With the default in parentheses.
std::string help_of(const Flag& flag) {
  std::string text(flag.help);
  if (flag.limit == nullptr) return text;
  text.append(" (");
  if (flag.limit->otherwise.empty()) {
    app::append_amount(*flag.limit, app::default_of(*flag.limit), &text);
  }
  return text.append(flag.limit->otherwise).append(")");
}

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
  return text.append(flag.value).append(", ").append(help_of(flag));
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
  std::string error;
  for_each_flag([&](const Flag& flag) {
    const std::string name = environment_name(flag.name);
    const char* value = environment(name.c_str());
    if (value == nullptr || *value == '\0') return true;
    if (!apply(flag, value, options)) error = bad_value(name, value, flag);
    return error.empty();
  });
  if (!error.empty()) return base::Unexpected{error};
  return options->listen.empty() ? read_port(environment, options)
                                 : base::Done{};
}

std::optional<Flag> find_flag(std::string_view name) {
  std::optional<Flag> found;
  for_each_flag([&](const Flag& flag) {
    if (flag.name == name) found = flag;
    return !found;
  });
  return found;
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
    const std::optional<Flag> flag =
        dashed.starts_with("--") ? find_flag(dashed.substr(2)) : std::nullopt;
    if (!flag) {
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
    if (!apply(*flag, value, options)) {
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

void append_line(const Flag& flag, std::string* text) {
  constexpr std::size_t kColumn = 30;
  std::string line = "  --";
  line.append(flag.name).append(" ").append(flag.value);
  line.resize(std::max(line.size() + 1, kColumn), ' ');
  text->append(line).append(help_of(flag)).append("\n");
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
  const std::uint64_t store_bytes = options.app.store.bytes;
  if (store_bytes != app::Options().store.bytes) {
    options.store_bytes = static_cast<std::size_t>(store_bytes);
  }
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

std::string describe_flags() {
  std::string text;
  for (const Flag& flag : kFlags) append_line(flag, &text);
  return text;
}

std::string describe_limits() {
  std::string text;
  for (const app::Limit& limit : app::limits()) {
    if (!limit.is_fixed()) append_line(flag_of(limit), &text);
  }
  return text;
}

std::string describe_serve_options() {
  return describe_flags() + describe_limits();
}

}  // namespace papo::cli
