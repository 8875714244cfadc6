#include "cli/serve_options.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace papo::cli {
namespace {

using base::Micros;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Environment is a plain function, so what it answers lies here.
std::map<std::string, std::string>& variables() {
  static std::map<std::string, std::string> all;
  return all;
}

const char* look_up(const char* name) {
  const auto found = variables().find(name);
  return found == variables().end() ? nullptr : found->second.c_str();
}

class ServeOptionsTest : public testing::Test {
 protected:
  ~ServeOptionsTest() override { variables().clear(); }

  static base::Result<ServeOptions, std::string> parse(
      std::vector<std::string_view> arguments) {
    return parse_serve_options(arguments, look_up);
  }
  static ServeOptions good(std::vector<std::string_view> arguments) {
    auto options = parse(std::move(arguments));
    EXPECT_TRUE(options.ok()) << options.error();
    return options.ok() ? *options : ServeOptions();
  }
  static std::string listens(const ServeOptions& options) {
    std::string all;
    for (const sys::Address& each : options.listen) {
      all.append(all.empty() ? "" : " ").append(sys::to_string(each));
    }
    return all;
  }
};

// A flag, a value that is not its default, and whether options hold it.
struct FlagRow {
  std::string_view name;
  std::string_view value;
  bool (*holds)(const ServeOptions&);
};

const std::vector<FlagRow>& flag_rows() {
  static const std::vector<FlagRow> rows = {
      {"listen", "127.0.0.1:80",
       [](const ServeOptions& o) { return o.listen[0].port == 80; }},
      {"data", "/d",
       [](const ServeOptions& o) { return o.data_folder == "/d"; }},
      {"fsync", "never",
       [](const ServeOptions& o) { return o.sync == log::SyncPolicy::Never; }},
      {"static", "s",
       [](const ServeOptions& o) { return o.static_folder == "s"; }},
      {"lang", "pt",
       [](const ServeOptions& o) {
         return o.app.language == chat::Language::Portuguese;
       }},
      {"cors", "same-origin",
       [](const ServeOptions& o) {
         return o.app.cors.mode == app::Cors::Mode::SameOrigin;
       }},
      {"host", "chat.example",
       [](const ServeOptions& o) {
         return o.app.hosts == std::vector<std::string>{"chat.example"};
       }},
      {"max-memberships", "7",
       [](const ServeOptions& o) { return o.app.store.memberships == 7; }},
      {"max-store", "2g",
       [](const ServeOptions& o) {
         return o.store_bytes == std::uint64_t{2} << 30;
       }},
      {"client-ids", "7",
       [](const ServeOptions& o) { return o.app.store.client_ids == 7; }},
      {"client-id-ttl", "7s",
       [](const ServeOptions& o) {
         return o.app.store.client_id_age == seconds(7);
       }},
      {"history", "7",
       [](const ServeOptions& o) { return o.app.store.history == 7; }},
      {"max-message", "100",
       [](const ServeOptions& o) { return o.app.message_bytes_max == 100; }},
      {"max-rooms", "7",
       [](const ServeOptions& o) { return o.app.store.rooms == 7; }},
      {"max-members", "7",
       [](const ServeOptions& o) { return o.app.store.members == 7; }},
      {"max-user-rooms", "7",
       [](const ServeOptions& o) { return o.app.store.rooms_of_user == 7; }},
      {"max-connections", "7",
       [](const ServeOptions& o) { return o.app.connections_max == 7; }},
      {"max-subscriptions", "7",
       [](const ServeOptions& o) { return o.app.subscriptions_max == 7; }},
      {"max-all-subscriptions", "7",
       [](const ServeOptions& o) { return o.app.all_subscriptions_max == 7; }},
      {"max-partial", "2m",
       [](const ServeOptions& o) {
         return o.app.partial_bytes_max == 2'097'152;
       }},
      {"max-body", "10k",
       [](const ServeOptions& o) { return o.app.body_bytes_max == 10'240; }},
      {"max-unread", "2m",
       [](const ServeOptions& o) {
         return o.app.unread_bytes_max == 2'097'152;
       }},
      {"max-backlog", "2m",
       [](const ServeOptions& o) {
         return o.app.backlog_bytes_max == 2'097'152;
       }},
      {"max-pending", "3m",
       [](const ServeOptions& o) {
         return o.app.pending_bytes_max == 3'145'728;
       }},
      {"header-timeout", "3",
       [](const ServeOptions& o) {
         return o.app.header_timeout == seconds(3);
       }},
      {"body-timeout", "3s",
       [](const ServeOptions& o) { return o.app.body_timeout == seconds(3); }},
      {"idle-timeout", "2m",
       [](const ServeOptions& o) { return o.app.idle_timeout == minutes(2); }},
      {"max-wait", "7s",
       [](const ServeOptions& o) { return o.app.wait_max == seconds(7); }},
      {"max-answers", "2m",
       [](const ServeOptions& o) {
         return o.app.answers_bytes_max == 2'097'152;
       }},
      {"max-pipelined", "7",
       [](const ServeOptions& o) { return o.app.pipelined_max == 7; }},
      {"max-commands", "7",
       [](const ServeOptions& o) { return o.app.commands_max == 7; }},
      {"max-presence", "7",
       [](const ServeOptions& o) { return o.app.presence_max == 7; }},
      {"max-refused", "7",
       [](const ServeOptions& o) { return o.app.refused_max == 7; }},
      {"max-log-queue", "2m",
       [](const ServeOptions& o) {
         return o.app.access_log_bytes_max == 2'097'152;
       }},
      {"log-level", "debug",
       [](const ServeOptions& o) {
         return o.log_level == sys::LogLevel::Debug;
       }},
      {"log-format", "json",
       [](const ServeOptions& o) {
         return o.log_format == sys::LogFormat::Json;
       }},
      {"access-log", "-",
       [](const ServeOptions& o) { return o.access_log == "-"; }},
      {"poller", "poll",
       [](const ServeOptions& o) { return o.poller == PollerKind::Poll; }},
  };
  return rows;
}

// "max-rooms" is PAPO_MAX_ROOMS.
std::string variable_of(std::string_view flag) {
  std::string name = "PAPO_";
  for (const char c : flag) {
    name.push_back(c == '-' ? '_' : static_cast<char>(c - 'a' + 'A'));
  }
  return name;
}

TEST_F(ServeOptionsTest, HaveEachFlagInThreeSpellings) {
  for (const FlagRow& row : flag_rows()) {
    SCOPED_TRACE(row.name);
    const std::string flag = "--" + std::string(row.name);
    const std::string both = flag + "=" + std::string(row.value);
    EXPECT_TRUE(row.holds(good({flag, row.value})));
    EXPECT_TRUE(row.holds(good({both})));
    variables()[variable_of(row.name)] = row.value;
    EXPECT_TRUE(row.holds(good({})));
    variables().clear();
    EXPECT_FALSE(row.holds(good({}))) << "is the default";
  }
}

TEST_F(ServeOptionsTest, SayInOneLineWhatIsWrong) {
  const struct {
    std::vector<std::string_view> arguments;
    std::string_view part;
  } rows[] = {
      {{"--nothing", "1"}, "unknown flag \"--nothing\""},
      {{"--nothing=1"}, "unknown flag \"--nothing\""},
      {{"-x"}, "unknown flag \"-x\""},
      {{"geral"}, "unknown flag \"geral\""},
      {{"--"}, "unknown flag \"--\""},
      {{"--HISTORY", "5"}, "unknown flag"},
      {{"--history"}, "--history needs a value: N"},
      {{"--history", ""}, "--history: \"\" cannot be"},
      {{"--history="}, "--history: \"\" cannot be"},
      {{"--history", "0"}, "--history: \"0\" cannot be"},
      {{"--history", "-1"}, "--history: \"-1\" cannot be"},
      {{"--history", "1.5"}, "cannot be"},
      {{"--history", "k"}, "cannot be"},
      {{"--history", "5g"}, "cannot be"},
      {{"--history", "99999999999999999999"}, "cannot be"},
      {{"--history", "18446744073709551615k"}, "cannot be"},
      {{"--history", "--lang"}, "cannot be"},
      {{"--max-message", "64k", "--max-body", "32k"}, "at least --max-message"},
      {{"--max-message", "100k"}, "at least --max-message"},
      {{"--data", "d", "--max-message", "1048577", "--max-body", "2m"},
       "--max-message"},
      {{"--max-unread", "1023k"}, "cannot be"},
      {{"--max-backlog", "1023"}, "cannot be"},
      {{"--max-pending", "1023"}, "cannot be"},
      {{"--max-pending", "1025m"}, "cannot be"},
      {{"--header-timeout", "0"}, "cannot be"},
      {{"--header-timeout", "0ms"}, "cannot be"},
      {{"--header-timeout", "25h"}, "cannot be"},
      {{"--header-timeout", "s"}, "cannot be"},
      {{"--header-timeout", "1 s"}, "cannot be"},
      {{"--idle-timeout", "18446744073709551615"}, "cannot be"},
      {{"--listen", "localhost"}, "cannot be"},
      {{"--listen", ""}, "cannot be"},
      {{"--listen", "5501,x"}, "cannot be"},
      {{"--lang", "fr"}, "--lang: \"fr\" cannot be: en|pt"},
      {{"--cors", ""}, "cannot be"},
      {{"--cors", "example.org"}, "cannot be"},
      {{"--cors", "https://a/"}, "cannot be"},
      {{"--cors", "https://a/path"}, "cannot be"},
      {{"--cors", "https://a,b"}, "cannot be"},
      {{"--cors", "https://"}, "cannot be"},
      {{"--host", ""}, "cannot be"},
      {{"--host", "https://chat.example"}, "cannot be"},
      {{"--host", "chat.example/"}, "cannot be"},
      {{"--host", "::1"}, "cannot be"},
      {{"--host", "a:x"}, "cannot be"},
      {{"--log-level", "loud"}, "cannot be"},
      {{"--log-format", "xml"}, "cannot be"},
      {{"--poller", "kqueue"}, "cannot be"},
      {{"--fsync", "sometimes"}, "cannot be"},
      {{"--static", ""}, "cannot be"},
      {{"--data", ""}, "cannot be"},
      {{"--lang", "a\nb\x1B[31m"}, "cannot be"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(testing::PrintToString(row.arguments));
    const auto options = parse(row.arguments);
    ASSERT_FALSE(options.ok());
    EXPECT_NE(options.error().find(row.part), std::string::npos)
        << options.error();
    for (const char c : options.error()) {
      EXPECT_TRUE(c >= ' ' && c != '\x7F') << "one line, and no control";
    }
  }
}

TEST_F(ServeOptionsTest, SayWhichVariableIsWrong) {
  variables()["PAPO_MAX_ROOMS"] = "many";
  EXPECT_TRUE(parse({}).error().starts_with("PAPO_MAX_ROOMS: \"many\""));
  variables() = {{"PORT", "http"}};
  EXPECT_TRUE(parse({}).error().starts_with("PORT: \"http\""));
  variables() = {{"PORT", "65536"}};
  EXPECT_FALSE(parse({}).ok());
  // A variable that is wrong is told even where a flag would win.
  variables() = {{"PAPO_HISTORY", "x"}};
  EXPECT_FALSE(parse({"--history", "5"}).ok());
}

TEST_F(ServeOptionsTest, TakeAFlagBeforeAVariableBeforePort) {
  EXPECT_EQ(listens(good({})), "[::]:5501");
  variables()["PORT"] = "8080";
  EXPECT_EQ(listens(good({})), "[::]:8080");
  variables()["PAPO_LISTEN"] = "127.0.0.1:1, unix:/s";
  EXPECT_EQ(listens(good({})), "127.0.0.1:1 unix:/s");
  EXPECT_EQ(listens(good({"--listen", "2", "--listen", "[::1]:3"})),
            "[::]:2 [::1]:3");
  variables()["PAPO_HISTORY"] = "7";
  EXPECT_EQ(good({}).app.store.history, 7u);
  EXPECT_EQ(good({"--history", "8"}).app.store.history, 8u);
  EXPECT_EQ(good({"--history", "8", "--history=9"}).app.store.history, 9u);
}

TEST_F(ServeOptionsTest, TakeAnEmptyVariableForNone) {
  variables() = {{"PORT", ""}, {"PAPO_HISTORY", ""}, {"PAPO_LISTEN", ""}};
  const ServeOptions options = good({});
  EXPECT_EQ(listens(options), "[::]:5501");
  EXPECT_EQ(options.app.store.history, 50u);
  variables() = {{"PORT", "0"}};
  EXPECT_EQ(listens(good({})), "[::]:0");
}

TEST_F(ServeOptionsTest, MeasureSizesAndTimes) {
  const struct {
    std::string_view text;
    std::size_t size;
  } sizes[] = {
      {"1024", 1'024},
      {"1k", 1'024},
      {"1K", 1'024},
      {"1m", 1'048'576},
      {"1024M", std::size_t{1} << 30},
  };
  for (const auto& row : sizes) {
    EXPECT_EQ(good({"--max-backlog", row.text}).app.backlog_bytes_max,
              row.size);
  }
  const struct {
    std::string_view text;
    Micros time;
  } times[] = {
      {"1", seconds(1)},        {"90s", seconds(90)},
      {"1ms", milliseconds(1)}, {"1500ms", milliseconds(1'500)},
      {"2m", minutes(2)},       {"24h", hours(24)},
  };
  for (const auto& row : times) {
    EXPECT_EQ(good({"--idle-timeout", row.text}).app.idle_timeout, row.time);
  }
}

// A quarter of the memory, within bounds; by a flag, never less.
TEST_F(ServeOptionsTest, BoundTheStoreByTheMemory) {
  constexpr std::uint64_t kMiB = 1024 * 1024;
  EXPECT_EQ(usual_store_bytes(0), 4 * kMiB);
  EXPECT_EQ(usual_store_bytes(16 * kMiB), 4 * kMiB);
  EXPECT_EQ(usual_store_bytes(100 * kMiB), 25 * kMiB);
  EXPECT_EQ(usual_store_bytes(64 * 1024 * kMiB), 1024 * kMiB);
  EXPECT_EQ(good({}).store_bytes, 0u);
  EXPECT_TRUE(parse({"--max-store", "4m"}).ok());
  EXPECT_FALSE(parse({"--max-store", "4194303"}).ok());
}

TEST_F(ServeOptionsTest, KeepMessagesWithinWhatTheFilesHold) {
  EXPECT_TRUE(parse({"--max-message=16m", "--max-body=16m"}).ok());
  EXPECT_TRUE(parse({"--data=d", "--max-message=1m", "--max-body=16m"}).ok());
  EXPECT_FALSE(
      parse({"--data=d", "--max-message=1048577", "--max-body=16m"}).ok());
}

TEST_F(ServeOptionsTest, ListOrigins) {
  const ServeOptions options =
      good({"--cors", "https://a.example, http://b:8080"});
  EXPECT_EQ(options.app.cors.mode, app::Cors::Mode::Listed);
  EXPECT_EQ(options.app.cors.origins,
            (std::vector<std::string>{"https://a.example", "http://b:8080"}));
  EXPECT_EQ(good({"--cors", "*"}).app.cors.mode, app::Cors::Mode::Any);
  EXPECT_TRUE(
      good({"--cors", "https://a", "--cors", "*"}).app.cors.origins.empty());
}

TEST_F(ServeOptionsTest, ListHosts) {
  using Hosts = std::vector<std::string>;
  EXPECT_EQ(good({}).app.hosts, Hosts{});
  EXPECT_EQ(good({"--host", "a, b:80", "--host=[::1]"}).app.hosts,
            (Hosts{"a", "b:80", "[::1]"}));
  variables()["PAPO_HOST"] = "c,d";
  EXPECT_EQ(good({}).app.hosts, (Hosts{"c", "d"}));
  EXPECT_EQ(good({"--host", "a", "--host", "b"}).app.hosts, (Hosts{"a", "b"}));
}

// Every flag has a row here, a line there, and its default in it.
TEST_F(ServeOptionsTest, AreDescribed) {
  const std::string text = describe_serve_options();
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, flag_rows().size());
  for (const FlagRow& row : flag_rows()) {
    EXPECT_NE(text.find("  --" + std::string(row.name) + " "),
              std::string::npos)
        << row.name;
  }
}

// The line of --help for that flag.
std::string line_of(std::string_view flag) {
  const std::string text = describe_serve_options();
  const std::size_t begin = text.find("  --" + std::string(flag) + " ");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find('\n', begin) - begin);
}

// What stands in parentheses at the end of a line.
std::string default_in(const std::string& line) {
  const std::size_t begin = line.rfind('(');
  if (begin == std::string::npos || !line.ends_with(")")) return {};
  return line.substr(begin + 1, line.size() - begin - 2);
}

// What --help says is what a server has that is told nothing, for each limit;
// and saying so changes nothing.
TEST_F(ServeOptionsTest, TellTheDefaultOfEachLimit) {
  const ServeOptions usual = good({});
  for (const app::Limit& each : app::limits()) {
    if (each.is_fixed() || each.flag == "max-store") continue;
    SCOPED_TRACE(each.flag);
    const std::string text = default_in(line_of(each.flag));
    const app::Amount amount = each.place.get(usual.app, usual.app.store);
    EXPECT_EQ(app::read_amount(each, text), amount) << text;
    const std::string flag = "--" + std::string(each.flag);
    const ServeOptions told = good({flag, text});
    EXPECT_EQ(each.place.get(told.app, told.app.store), amount);
  }
  EXPECT_EQ(default_in(line_of("max-store")), "a quarter of the memory");
}

TEST_F(ServeOptionsTest, TellTheOtherDefaults) {
  const ServeOptions usual = good({});
  EXPECT_TRUE(line_of("listen").find(" [::]:5501;") != std::string::npos);
  EXPECT_EQ(listens(usual), "[::]:5501");
  EXPECT_EQ(default_in(line_of("data")), "keep nothing");
  EXPECT_EQ(usual.data_folder, "");
  EXPECT_EQ(default_in(line_of("fsync")), "always");
  EXPECT_EQ(usual.sync, log::SyncPolicy::Always);
  EXPECT_EQ(default_in(line_of("lang")), "en");
  EXPECT_EQ(usual.app.language, chat::Language::English);
  EXPECT_EQ(default_in(line_of("host")), "any");
  EXPECT_TRUE(usual.app.hosts.empty());
  EXPECT_TRUE(line_of("cors").find(" * (any),") != std::string::npos);
  EXPECT_EQ(usual.app.cors.mode, app::Cors::Mode::Any);
  EXPECT_EQ(default_in(line_of("log-level")), "info");
  EXPECT_EQ(usual.log_level, sys::LogLevel::Info);
  EXPECT_EQ(default_in(line_of("log-format")), "text");
  EXPECT_EQ(usual.log_format, sys::LogFormat::Text);
  EXPECT_EQ(default_in(line_of("poller")), "the best there is");
  EXPECT_EQ(usual.poller, PollerKind::Best);
}

// `papo --help` shows few; each line fits a terminal.
TEST_F(ServeOptionsTest, AreDescribedInTwoParts) {
  EXPECT_EQ(describe_flags() + describe_limits(), describe_serve_options());
  EXPECT_EQ(describe_flags().find("--max-"), std::string::npos);
  std::size_t width = 0;
  for (const char c : describe_serve_options()) {
    width = c == '\n' ? 0 : width + 1;
    EXPECT_LE(width, 80u);
  }
}

}  // namespace
}  // namespace papo::cli
