// What each flag does, seen from outside, and what is said when one is wrong.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::get;
using support::get_request;
using support::Launch;
using support::member_of;
using support::outcome_of;
using support::post;
using support::post_request;
using support::Process;
using support::RawClient;
using support::ServerProcess;
using support::TemporaryFolder;

bool is_one_line(std::string_view text) {
  return text.starts_with("papo: ") && text.find('\n') == text.size() - 1;
}

// Runs to its end, which must be with `status` and one line of complaint.
void expect_complaint(const Launch& launch, int status, std::string_view part) {
  Process process(launch);
  EXPECT_EQ(process.wait(), status);
  EXPECT_EQ(process.output(), "");
  EXPECT_TRUE(is_one_line(process.error_text())) << process.error_text();
  EXPECT_NE(process.error_text().find(part), std::string::npos)
      << process.error_text();
}

void join(const ServerProcess& server, const char* room) {
  EXPECT_EQ(outcome_of(post(
                server.port(), "/join",
                R"({"username":"ana","room":")" + std::string(room) + "\"}")),
            "200");
}

// ---- What is wrong is said in one line.

TEST(CommandLine, RefusesWhatItDoesNotUnderstand) {
  const std::vector<std::string> cases[] = {
      {"--nope"},
      {"--max-rooms"},
      {"--max-roomsx", "5"},
      {"-p", "80"},
      {"serve", "here"},
      {"dance"},
      {"--listen", "localhost:x"},
      {"--listen", "example.org:80"},
      {"--listen", "127.0.0.1:65536"},
      {"--listen", "unix:"},
      {"--listen", ""},
      {"--lang", "fr"},
      {"--cors", "example.org"},
      {"--cors", "https://example.org/"},
      {"--cors", ""},
      {"--history", "0"},
      {"--history=ten"},
      {"--max-message", "0"},
      {"--max-message", "-1"},
      {"--max-message", "1g"},
      {"--max-message", "65k"},
      {"--max-body", "8191"},
      {"--max-rooms", "99999999999999999999"},
      {"--max-members", ""},
      {"--max-user-rooms", "1.5"},
      {"--max-connections", "0"},
      {"--max-subscriptions", "x"},
      {"--max-backlog", "1023"},
      {"--max-pending", "1023"},
      {"--header-timeout", "0"},
      {"--body-timeout", "25h"},
      {"--idle-timeout", "1d"},
      {"--log-level", "loud"},
      {"--log-format", "xml"},
      {"--access-log", ""},
      {"--static", ""},
      {"--poller", "kqueue"},
      {"--data", ""},
      {"--fsync", "sometimes"},
  };
  for (const auto& arguments : cases) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    const std::size_t equals = arguments[0].find('=');
    expect_complaint({.arguments = arguments}, 2,
                     arguments[0] == "serve" ? "here"
                     : arguments[0] == "--max-body" || arguments.back() == "65k"
                         ? "--max-body must be at least --max-message"
                         : arguments[0].substr(0, equals));
  }
}

TEST(CommandLine, RefusesTheSameFromTheEnvironment) {
  for (const char* setting :
       {"PAPO_MAX_ROOMS=none", "PAPO_LISTEN=example.org:80", "PAPO_LANG=fr",
        "PAPO_IDLE_TIMEOUT=-1", "PORT=http", "PORT=65536"}) {
    SCOPED_TRACE(setting);
    const std::string_view name = setting;
    expect_complaint({.environment = {setting}}, 2,
                     name.substr(0, name.find('=')));
  }
}

TEST(CommandLine, SaysWhyItCannotStart) {
  const ServerProcess server;
  const TemporaryFolder folder;
  const std::string socket = "unix:" + folder.path_of("s");
  const ServerProcess local({"--listen", socket});
  const std::string taken = "127.0.0.1:" + std::to_string(server.port());
  const std::vector<std::string> cases[] = {
      {"--listen", taken},
      {"--listen", socket},
      {"--listen", "unix:/nowhere/papo"},
      {"--listen", "203.0.113.1:80"},
      {"--static", folder.path_of("nothing")},
      {"--access-log", folder.path_of("nothing/log")},
  };
  for (const auto& arguments : cases) {
    SCOPED_TRACE(arguments[1]);
    expect_complaint({.arguments = arguments}, 1, arguments[1]);
  }
  EXPECT_EQ(get(server.port(), "/healthz").status, 200);
  EXPECT_EQ(RawClient(folder.path_of("s")).ask(get_request("/rooms")).status,
            200);
}

TEST(CommandLine, TellsItsVersionAndItsFlags) {
  Process version({.arguments = {"--version"}});
  EXPECT_EQ(version.wait(), 0);
  EXPECT_TRUE(version.output().starts_with("papo 0.")) << version.output();
  EXPECT_EQ(version.error_text(), "");
  Process help({.arguments = {"serve", "--help"}});
  EXPECT_EQ(help.wait(), 0);
  const std::string text = help.output();
  for (const char* flag : {"--listen",
                           "--data",
                           "--fsync",
                           "--static",
                           "--lang",
                           "--cors",
                           "--history",
                           "--max-message",
                           "--max-rooms",
                           "--max-members",
                           "--max-user-rooms",
                           "--max-connections",
                           "--max-subscriptions",
                           "--max-body",
                           "--max-backlog",
                           "--max-pending",
                           "--header-timeout",
                           "--body-timeout",
                           "--idle-timeout",
                           "--log-level",
                           "--log-format",
                           "--access-log",
                           "--poller"}) {
    EXPECT_NE(text.find("  " + std::string(flag) + " "), std::string::npos)
        << flag;
  }
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    EXPECT_LE(end - begin, 80U) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

// What people ask for first is seen at once; the rest is one word away.
TEST(CommandLine, ShowsHelpThatFitsAScreen) {
  const auto said = [](const std::vector<std::string>& arguments) {
    Process help({.arguments = arguments});
    EXPECT_EQ(help.wait(), 0);
    const std::string text = help.output();
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 30);
    return text;
  };
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  const std::string first = said({"--help"});
  EXPECT_EQ(said({"-h"}), first);
  for (const char* part : {"  papo send ROOM TEXT ", "  --listen ADDRESS ",
                           "  --poller NAME ", "papo --help limits "}) {
    EXPECT_TRUE(holds(first, part)) << part;
  }
  EXPECT_FALSE(holds(first, "  --max-rooms "));
  const std::string limits = said({"--help", "limits"});
  EXPECT_EQ(said({"limits", "--help"}), limits);
  for (const char* part :
       {"  --history N ", "  --max-rooms N ", "  --idle-timeout TIME "}) {
    EXPECT_TRUE(holds(limits, part)) << part;
  }
  EXPECT_FALSE(holds(limits, "  --listen "));
}

// ---- Where it listens.

TEST(CommandLine, ListensWhereverItIsTold) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("papo.sock");
  ServerProcess server({"--listen", "127.0.0.1:0,unix:" + path, "--listen=0"});
  ASSERT_TRUE(server.wait_for_error_text("unix:" + path));
  ASSERT_TRUE(server.wait_for_error_text("http://localhost:"));
  EXPECT_NE(server.port(), support::port_in(server.error_text(), 1));
  const std::string everywhere = server.error_text().substr(
      server.error_text().find("http://localhost:") + 17);
  const auto port = static_cast<std::uint16_t>(std::stoi(everywhere));
  EXPECT_EQ(get(server.port(), "/healthz").status, 200);
  EXPECT_EQ(get(port, "/healthz").status, 200);
  RawClient local(path);
  EXPECT_EQ(
      local.ask(post_request("/join", R"({"room":"a","username":"b"})")).status,
      200);
  EXPECT_EQ(get(port, "/user_rooms?username=b").body, R"({"rooms":["a"]})");
  local.close();
  EXPECT_EQ(server.terminate(), 0);
  EXPECT_FALSE(std::filesystem::exists(path));
}

// One port for each family, as other servers are told to listen.
TEST(CommandLine, ListensOnEveryAddressOfEachFamily) {
  ServerProcess chosen;  // for a port that is free
  const std::string port = std::to_string(chosen.port());
  chosen.terminate();
  Process server({.arguments = {"--listen", "0.0.0.0:" + port, "--listen",
                                "[::]:" + port}});
  ASSERT_TRUE(server.wait_for_error_text("(every IPv4 address)\n"));
  EXPECT_EQ(get(chosen.port(), "/healthz").status, 200);
  ASSERT_TRUE(server.wait_for_error_text("IPv6"));
  EXPECT_EQ(server.terminate(), 0);
}

TEST(CommandLine, SaysThatAnAddressIsMapped) {
  Process server({.arguments = {"--listen", "[::ffff:127.0.0.1]:0"}});
  ASSERT_TRUE(server.wait_for_error_text("listens on http://127.0.0.1:"));
  ASSERT_TRUE(
      server.wait_for_error_text("(an IPv4 address, written as IPv6)\n"));
}

TEST(CommandLine, GivesASocketItsRights) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("papo.sock");
  const std::string group = std::to_string(::getegid());
  const ServerProcess server(
      {"--listen", "unix:" + path + "?mode=0606&group=" + group});
  struct stat status {};
  ASSERT_EQ(::lstat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0606U);
  EXPECT_EQ(status.st_gid, ::getegid());
  EXPECT_EQ(RawClient(path).ask(get_request("/healthz")).status, 200);
  Process wrong({.arguments = {"--listen", "unix:" + folder.path_of("other") +
                                               "?group=no-such-group"}});
  EXPECT_EQ(wrong.wait(), 1);
  EXPECT_NE(wrong.error_text().find("this machine has no such group"),
            std::string::npos);
}

TEST(CommandLine, TakesThePlaceOfADeadServersSocket) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("papo.sock");
  ServerProcess first({"--listen", "unix:" + path});
  first.kill();
  EXPECT_TRUE(std::filesystem::exists(path));
  const ServerProcess second({"--listen", "unix:" + path});
  EXPECT_EQ(RawClient(path).ask(get_request("/healthz")).status, 200);
}

TEST(CommandLine, ListensOnThePortOfAPlatform) {
  Process server({.environment = {"PORT=0"}});
  ASSERT_TRUE(server.wait_for_error_text("listens on http://localhost:"));
  EXPECT_EQ(get(support::port_in(server.error_text()), "/healthz").status, 200);
}

TEST(CommandLine, PrefersItsOwnSettingsToThePlatforms) {
  Process server(
      {.environment = {"PORT=1", "PAPO_LISTEN=127.0.0.1:0", "PAPO_HISTORY="}});
  ASSERT_TRUE(server.wait_for_error_text("listens on http://127.0.0.1:"));
  EXPECT_EQ(server.error_text().find("localhost"), std::string::npos);
}

// ---- What it does.

TEST(CommandLine, TakesEachFlagFromTheEnvironmentToo) {
  const ServerProcess server(Launch{
      .arguments = {"--max-rooms", "7"},
      .environment = {"PAPO_MAX_ROOMS=5", "PAPO_HISTORY=3",
                      "PAPO_MAX_MESSAGE=1k", "PAPO_MAX_BODY=2k",
                      "PAPO_MAX_MEMBERS=6", "PAPO_MAX_USER_ROOMS=4",
                      "PAPO_MAX_CONNECTIONS=20", "PAPO_MAX_SUBSCRIPTIONS=9",
                      "PAPO_MAX_BACKLOG=2m", "PAPO_MAX_PENDING=3m"}});
  const std::string facts = get(server.port(), "/version").body;
  const char* const expected[][2] = {
      {"rooms", "7"},
      {"history", "3"},
      {"message_bytes", "1024"},
      {"body_bytes", "2048"},
      {"members", "6"},
      {"rooms_of_user", "4"},
      {"connections", "20"},
      {"subscriptions", "9"},
      {"backlog_bytes", "2097152"},
      {"pending_bytes", "3145728"},
  };
  for (const auto& [name, value] : expected) {
    EXPECT_EQ(member_of(facts, name), value) << name;
  }
}

TEST(CommandLine, KeepsAsMuchHistoryAsItIsTold) {
  const ServerProcess server({"--history", "2"});
  join(server, "a");
  for (const char* text : {"1", "2", "3"}) {
    EXPECT_EQ(post(server.port(), "/send",
                   R"({"room":"a","username":"ana","message":")" +
                       std::string(text) + "\"}")
                  .status,
              200);
  }
  const std::string body = get(server.port(), "/receive?room=a").body;
  EXPECT_EQ(body.find(R"("message":"1")"), std::string::npos);
  EXPECT_NE(body.find(R"("message":"2")"), std::string::npos);
  EXPECT_NE(body.find(R"("message":"3")"), std::string::npos);
}

TEST(CommandLine, SpeaksPortuguese) {
  const ServerProcess server({"--lang", "pt"});
  join(server, "a");
  EXPECT_EQ(member_of(get(server.port(), "/receive?room=a").body, "message"),
            "ana entrou na sala");
}

TEST(CommandLine, CutsAListenerThatDoesNotRead) {
  const ServerProcess server({"--max-backlog", "64k"});
  join(server, "a");
  RawClient listener(server.port());
  ASSERT_TRUE(listener.send(get_request("/r/a")));
  EXPECT_NE(listener.read_until("ana joined"), "");
  RawClient sender(server.port());
  const std::string message =
      post_request("/send", R"({"room":"a","username":"ana","message":")" +
                                std::string(8000, 'x') + "\"}");
  // The system's own buffers take some megabytes before the server's does.
  std::string cut;
  for (int i = 0; i < 2000 && cut != "1"; ++i) {
    ASSERT_EQ(sender.ask(message).status, 200);
    if (i % 50 > 0) continue;
    const std::string text = sender.ask(get_request("/metrics")).body;
    const std::string name = "\npapo_listeners_cut_total ";
    cut = text.substr(text.find(name) + name.size(), 1);
  }
  EXPECT_EQ(cut, "1");
  const std::string rest = listener.read_to_end();
  EXPECT_TRUE(rest.ends_with("}\n")) << "cut between messages, not within one";
}

// ---- What it writes.

TEST(CommandLine, SaysAsMuchAsItIsTold) {
  Process quiet({.arguments = {"--log-level=error", "--listen=127.0.0.1:0"},
                 .descriptors_max = 64});
  Process warning({.arguments = {"--log-level=warning", "--listen=127.0.0.1:0"},
                   .descriptors_max = 64});
  EXPECT_TRUE(warning.wait_for_error_text("papo: warning: "));
  ServerProcess info({"--access-log", "/dev/null"});
  ServerProcess debug({"--log-level", "debug", "--access-log=/dev/null"});
  info.signal(SIGHUP);
  debug.signal(SIGHUP);
  EXPECT_TRUE(debug.wait_for_error_text("papo: debug: the access log"));
  EXPECT_EQ(info.terminate(), 0);
  EXPECT_TRUE(info.error_text().ends_with("papo: stopping\n"));
  EXPECT_EQ(info.error_text().find("debug"), std::string::npos);
  quiet.kill();
  EXPECT_EQ(quiet.error_text(), "");
  warning.kill();
  EXPECT_TRUE(is_one_line(warning.error_text())) << warning.error_text();
}

TEST(CommandLine, WritesBothLogsAsJson) {
  ServerProcess server({"--log-format", "json", "--access-log", "-"});
  EXPECT_EQ(get(server.port(), "/receive?room=%22").status, 200);
  ASSERT_TRUE(server.wait_for_output("\n"));
  const std::string entry = server.output();
  EXPECT_TRUE(entry.starts_with(R"({"time":)")) << entry;
  EXPECT_EQ(member_of(entry, "peer"), "127.0.0.1");
  EXPECT_EQ(member_of(entry, "request"), "GET /receive?room=%22 HTTP/1.1");
  EXPECT_EQ(member_of(entry, "status"), "200");
  EXPECT_EQ(member_of(entry, "bytes"), "15");
  EXPECT_EQ(server.terminate(), 0);
  EXPECT_EQ(member_of(server.error_text(), "level"), "info");
  EXPECT_TRUE(server.error_text().ends_with(
      "\"level\":\"info\",\"message\":\"stopping\"}\n"))
      << server.error_text();
}

TEST(CommandLine, WritesALineForEachAnswer) {
  const TemporaryFolder folder;
  ServerProcess server({"--access-log", folder.path_of("log")});
  EXPECT_EQ(get(server.port(), "/nothing?\"").status, 404);
  EXPECT_EQ(RawClient(server.port()).ask("nonsense\r\n\r\n").status, 400);
  EXPECT_EQ(server.terminate(), 0);
  const std::string log = folder.read("log");
  EXPECT_TRUE(log.starts_with("127.0.0.1 - - [")) << log;
  EXPECT_NE(log.find(" +0000] \"GET /nothing?\\\" HTTP/1.1\" 404 "),
            std::string::npos)
      << log;
  EXPECT_NE(log.find("\"-\" 400 "), std::string::npos) << log;
}

// As logrotate does it: the file is moved, and the server told.
TEST(CommandLine, OpensItsLogAgainOnSighup) {
  const TemporaryFolder folder;
  const std::string path = folder.path_of("log");
  ServerProcess server({"--access-log", path, "--log-level", "debug"});
  EXPECT_EQ(get(server.port(), "/before").status, 404);
  ASSERT_EQ(std::rename(path.c_str(), folder.path_of("old").c_str()), 0);
  server.signal(SIGHUP);
  ASSERT_TRUE(server.wait_for_error_text("the access log was opened again"));
  EXPECT_EQ(get(server.port(), "/after").status, 404);
  EXPECT_EQ(server.terminate(), 0);
  EXPECT_NE(folder.read("old").find("GET /before "), std::string::npos);
  EXPECT_NE(folder.read("log").find("GET /after "), std::string::npos);
  EXPECT_EQ(folder.read("old").find("GET /after "), std::string::npos);
}

TEST(CommandLine, GoesOnWhenItsLogCannotBeOpenedAgain) {
  const TemporaryFolder folder;
  folder.write("logs/log", "");
  const ServerProcess server({"--access-log", folder.path_of("logs/log")});
  std::filesystem::rename(folder.path_of("logs"), folder.path_of("gone"));
  server.signal(SIGHUP);
  ASSERT_TRUE(server.wait_for_error_text(
      "papo: warning: the access log goes on as it was: open: "));
  EXPECT_EQ(get(server.port(), "/healthz").status, 200);
}

// ---- How it waits.

bool has_descriptor_of(const Process& process, std::string_view kind) {
  const std::string folder = "/proc/" + std::to_string(process.pid()) + "/fd";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::error_code ignored;
    const std::string target =
        std::filesystem::read_symlink(entry.path(), ignored).string();
    if (target.find(kind) != std::string::npos) return true;
  }
  return false;
}

#ifdef __linux__
TEST(CommandLine, WaitsByThePollerThatItIsTold) {
  EXPECT_TRUE(has_descriptor_of(ServerProcess(), "[eventpoll]"));
  EXPECT_TRUE(
      has_descriptor_of(ServerProcess({"--poller", "epoll"}), "[eventpoll]"));
  EXPECT_FALSE(
      has_descriptor_of(ServerProcess({"--poller", "poll"}), "[eventpoll]"));
}
#endif

}  // namespace
}  // namespace papo
