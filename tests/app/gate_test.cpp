// Who may ask: every route, in every form, from every kind of page, and by
// every name of the server.
#include "app/gate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/machine_driver.h"

namespace papo::app {
namespace {

using support::MachineDriver;

Options options_with(Cors::Mode mode, std::vector<std::string> origins = {}) {
  Options options;
  options.cors.mode = mode;
  options.cors.origins = std::move(origins);
  return options;
}

// The status of a request to chat.example with these fields.
int ask(const Options& options, std::string_view line, std::string_view fields,
        std::string_view body = {}) {
  MachineDriver driver(options);
  const ConnectionId id = driver.connect();
  std::string request(line);
  request.append(" HTTP/1.1\r\nHost: chat.example\r\n").append(fields);
  if (!body.empty()) {
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  driver.send(id, request.append("\r\n").append(body));
  const std::string answer = driver.take(id);
  return std::atoi(answer.substr(answer.find(' ')).c_str());
}

constexpr std::string_view kEvil = "Origin: https://evil.example\r\n";
constexpr std::string_view kForm =
    "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr std::string_view kUpgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

TEST(Gate, TurnsDeedsOfOtherSitesAway) {
  const struct {
    std::string_view line;
    std::string_view fields;
    std::string_view body;
    bool does_something;
  } rows[] = {
      {"POST /join", kForm, "room=r&username=ana", true},
      {"POST /join", "Content-Type: text/plain\r\n", R"({"room":"r"})", true},
      {"POST /join", "Content-Type: application/json\r\n", "{}", true},
      {"POST /leave", kForm, "room=r&username=ana", true},
      {"POST /send", kForm, "room=r&username=ana&message=x", true},
      {"POST /send", "", "", true},
      {"POST /edit", kForm, "room=r", true},
      {"POST /delete", kForm, "room=r", true},
      {"POST /topic", kForm, "room=r", true},
      {"POST /typing", kForm, "room=r", true},
      {"POST /r/r?username=ana", "Content-Type: text/plain\r\n", "x", true},
      {"GET /ws", kUpgrade, "", true},
      {"HEAD /ws", "", "", true},
      {"GET /user_rooms?username=ana", "", "", true},
      {"GET /events?%75sername=ana", "", "", true},
      {"GET /r/r?poll=1&username=ana", "", "", true},
      {"GET /events?room=r", "", "", false},
      {"GET /r/r?poll=1", "", "", false},
      {"GET /receive?room=r&username=ana", "", "", false},
      {"GET /rooms", "", "", false},
      {"GET /members?room=r", "", "", false},
      {"GET /healthz", "", "", false},
      {"GET /metrics", "", "", false},
      {"GET /version", "", "", false},
      {"GET /", "", "", false},
      {"GET /nothing", "", "", false},
      {"OPTIONS /send", "", "", false},
      {"OPTIONS /ws", "", "", false},
      {"POST /rooms", "", "", false},  // 405
  };
  const Options own = options_with(Cors::Mode::SameOrigin);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.line);
    std::string fields(row.fields);
    const int freely = ask(own, row.line, fields, row.body);
    EXPECT_NE(freely, 403);
    EXPECT_EQ(ask(own, row.line, fields.append(kEvil), row.body),
              row.does_something ? 403 : freely);
    EXPECT_EQ(ask({}, row.line, fields, row.body), freely) << "--cors *";
  }
}

TEST(Gate, KnowsPagesByWhatBrowsersSayOfThem) {
  constexpr std::string_view kOwn = "Origin: https://chat.example\r\n";
  constexpr std::string_view kListed = "Origin: https://a.example\r\n";
  constexpr std::string_view kSibling = "Origin: https://www.chat.example\r\n";
  const struct {
    std::string_view rule;
    std::string_view origin;
    std::string_view site;  // Sec-Fetch-Site; empty: none
    bool own;               // may do things with --cors same-origin
    bool listed;            // with --cors https://a.example
  } rows[] = {
      {"no browser", "", "", true, true},
      {"its own page", kOwn, "", true, true},
      {"in other letters", "Origin: https://CHAT.example\r\n", "", true, true},
      {"and said so", kOwn, "same-origin", true, true},
      {"said so where a proxy changed Host", "Origin: https://proxy\r\n",
       "same-origin", true, true},
      {"typed into the address bar", "", "none", true, true},
      {"its own page without Origin", "", "same-origin", true, true},
      {"another site", kEvil, "", false, false},
      {"and said so", kEvil, "cross-site", false, false},
      {"said so without Origin", "", "cross-site", false, false},
      {"a subdomain", kSibling, "", false, false},
      {"and said so", kSibling, "same-site", false, false},
      {"said so without Origin", "", "same-site", false, false},
      {"the same name over plain HTTP", "Origin: http://chat.example\r\n",
       "cross-site", false, false},
      {"another port", "Origin: https://chat.example:8443\r\n", "", false,
       false},
      {"a longer name", "Origin: https://chat.example.evil\r\n", "", false,
       false},
      {"an opaque origin", "Origin: null\r\n", "", false, false},
      {"an empty one", "Origin: \r\n", "", false, false},
      {"a list of origins (RFC 6454 §7.1)",
       "Origin: https://chat.example https://evil.example\r\n", "", false,
       false},
      {"a site of a later kind", "", "new", false, false},
      {"a listed page", kListed, "", false, true},
      {"and said so", kListed, "cross-site", false, true},
      {"a listed name of another scheme", "Origin: http://a.example\r\n", "",
       false, false},
  };
  const Options own = options_with(Cors::Mode::SameOrigin);
  const Options listed =
      options_with(Cors::Mode::Listed, {"https://a.example"});
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    std::string fields(row.origin);
    if (!row.site.empty()) {
      fields.append("Sec-Fetch-Site: ").append(row.site).append("\r\n");
    }
    const std::string_view line = "POST /r/r?username=ana";
    EXPECT_EQ(ask(own, line, fields, "x"), row.own ? 200 : 403);
    EXPECT_EQ(ask(listed, line, fields, "x"), row.listed ? 200 : 403);
    EXPECT_EQ(ask({}, line, fields, "x"), 200);
    fields.append(kUpgrade);
    EXPECT_EQ(ask(own, "GET /ws", fields), row.own ? 101 : 403);
    EXPECT_EQ(ask(listed, "GET /ws", fields), row.listed ? 101 : 403);
  }
}

TEST(Gate, ChangesNothingForThoseItTurnsAway) {
  MachineDriver driver(options_with(Cors::Mode::SameOrigin));
  const ConnectionId id = driver.connect();
  const std::string evil(kEvil);
  driver.send(id, support::post("/join", R"({"room":"r","username":"ana"})") +
                      support::post("/leave", "room=r&username=ana", evil) +
                      support::post("/send", "{", evil) +
                      support::get("/user_rooms?username=eva", evil) +
                      support::get("/rooms"));
  const auto answers = driver.take_answers(id);
  ASSERT_EQ(answers.size(), 5u);
  for (std::size_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(answers[i].status, 403);
    EXPECT_TRUE(answers[i].body.starts_with(
        R"({"status":"error","code":"forbidden","message":")"));
    EXPECT_EQ(answers[i].field("X-Content-Type-Options"), "nosniff");
  }
  EXPECT_NE(answers[4].body.find(R"("room":"r","topic":"","members":1)"),
            std::string::npos);
  EXPECT_EQ(driver.metrics().turned_away, 3u);
}

// A command before it is still under way: the order of the answers stays.
TEST(Gate, AnswersInOrder) {
  MachineDriver driver(options_with(Cors::Mode::SameOrigin));
  const ConnectionId id = driver.connect();
  driver.log().set_open(false);
  driver.send(id, support::post("/join", R"({"room":"r","username":"ana"})") +
                      support::post("/leave", "room=r&username=ana",
                                    std::string(kEvil)));
  EXPECT_TRUE(driver.take_answers(id).empty());
  driver.log().set_open(true);
  driver.run();
  const auto answers = driver.take_answers(id);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].status, 200);
  EXPECT_EQ(answers[1].status, 403);
}

// The status of a request in which the server is called so.
int call(const Options& options, std::string_view target, std::string_view host,
         std::string_view fields = {}) {
  MachineDriver driver(options);
  const ConnectionId id = driver.connect();
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\nHost: ").append(host);
  driver.send(id, request.append("\r\n").append(fields).append("\r\n"));
  const std::string answer = driver.take(id);
  return std::atoi(answer.substr(answer.find(' ')).c_str());
}

TEST(Gate, AnswersToItsNames) {
  Options options;
  options.hosts = {"chat.example", "10.0.0.7:5501", "[::1]"};
  const struct {
    std::string_view host;
    bool own;
  } rows[] = {
      {"chat.example", true},
      {"CHAT.Example", true},
      {"chat.example:8443", true},
      {"chat.example.", true},
      {"chat.example.:80", true},
      {"10.0.0.7:5501", true},
      {"[::1]", true},
      {"[::1]:5501", true},
      {"10.0.0.7", false},
      {"10.0.0.7:80", false},
      {"evil.example", false},
      {"evil.example:5501", false},
      {"www.chat.example", false},
      {"chat.example.evil", false},
      {"chat.exampl", false},
      {"localhost", false},
      {"127.0.0.1:5501", false},
      {"[::2]:5501", false},
      {"chat.example..", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.host);
    EXPECT_EQ(call(options, "/rooms", row.host), row.own ? 200 : 421);
    EXPECT_EQ(call({}, "/rooms", row.host), 200);
    const std::string absolute = "http://" + std::string(row.host) + "/rooms";
    EXPECT_EQ(call(options, absolute, "chat.example"), row.own ? 200 : 421)
        << "the target's name goes before Host (RFC 9112 §3.2.2)";
    EXPECT_EQ(call(options, absolute, "evil.example"), row.own ? 200 : 421);
  }
}

TEST(Gate, IsCalledByItsNameEverywhere) {
  Options options;
  options.hosts = {"chat.example"};
  for (const std::string_view target :
       {"/", "/js/main.js", "/nothing", "/rooms", "/receive?room=r",
        "/events?room=r", "/r/r", "/healthz", "/metrics", "/version", "/ws",
        "/send"}) {
    SCOPED_TRACE(target);
    EXPECT_EQ(call(options, target, "evil.example", kUpgrade), 421);
    EXPECT_NE(call(options, target, "chat.example", kUpgrade), 421);
  }
  MachineDriver driver(options);
  const auto status = [&](std::string_view request) {
    const ConnectionId id = driver.connect();
    driver.send(id, request);
    const auto answers = driver.take_answers(id);
    return answers.empty() ? 0 : answers[0].status;
  };
  EXPECT_EQ(status("GET /rooms HTTP/1.0\r\n\r\n"), 421);  // by no name
  EXPECT_EQ(status("GET /rooms HTTP/1.0\r\nHost: chat.example\r\n\r\n"), 200);
  EXPECT_EQ(status("POST /send HTTP/1.1\r\nHost: e\r\nContent-Length: 1\r\n"
                   "\r\n{"),
            421);
  EXPECT_EQ(status("OPTIONS * HTTP/1.1\r\nHost: e\r\n\r\n"), 421);
  EXPECT_EQ(status("DELETE /rooms HTTP/1.1\r\nHost: e\r\n\r\n"), 421);
}

}  // namespace
}  // namespace papo::app
