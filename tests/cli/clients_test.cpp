#include "cli/clients.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace papo::cli {
namespace {

// Takes connections on a Unix socket one after the other, reads a request from
// each and answers as it was told to.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers)
      : answers_(std::move(answers)) {
    char folder[] = "/tmp/papo-clients-XXXXXX";
    folder_ = ::mkdtemp(folder);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path().c_str());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address),
                     sizeof(address)),
              0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    thread_.join();
    ::close(listener_);
    ::unlink(path().c_str());
    ::rmdir(folder_.c_str());
  }

  std::string path() const { return folder_ + "/s"; }
  std::string url() const { return "unix:" + path(); }
  // What was asked, once every answer has been given.
  const std::vector<std::string>& requests() {
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([] {});
    return requests_;
  }

 private:
  void serve() {
    for (const std::string& answer : answers_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      std::string request;
      while (!is_whole(request)) {
        char piece[4096];
        const ssize_t count = ::recv(connection, piece, sizeof(piece), 0);
        if (count <= 0) break;
        request.append(piece, static_cast<std::size_t>(count));
      }
      requests_.push_back(request);
      EXPECT_EQ(::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(answer.size()));
      ::close(connection);
    }
  }

  static bool is_whole(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t length = request.find("Content-Length: ");
    if (length == std::string::npos) return true;
    return request.size() >= end + 4 + std::stoul(request.substr(length + 16));
  }

  std::vector<std::string> answers_;
  std::vector<std::string> requests_;
  std::string folder_;
  int listener_ = -1;
  std::thread thread_;
};

std::string answer_of(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome run(std::string_view command,
            const std::vector<std::string_view>& arguments) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int status = run_client(command, arguments);
  return {status, ::testing::internal::GetCapturedStdout(),
          ::testing::internal::GetCapturedStderr()};
}

constexpr const char* kRefusal =
    R"({"status":"error","code":"x","message":"the name is too long"})";

TEST(Clients, RefuseToBeCalledWrongly) {
  struct Case {
    const char* name;
    std::string_view command;
    std::vector<std::string_view> arguments;
  };
  const Case cases[] = {
      {"a word too many", "healthcheck", {"http://localhost", "x"}},
      {"a word too few", "send", {"geral"}},
      {"no word", "tail", {}},
      {"an unknown option", "tail", {"geral", "--nope"}},
      {"another command's option", "tail", {"geral", "--user", "ana"}},
      {"an option without its value", "tail", {"geral", "--url"}},
      {"an empty value", "tail", {"geral", "--url="}},
      {"a value where none belongs", "tail", {"geral", "--json=1"}},
      {"an id that is none", "tail", {"geral", "--after", "x"}},
      {"a name to look up", "healthcheck", {"http://example.org"}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const Outcome outcome = run(each.command, each.arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    const std::string before = "papo " + std::string(each.command) + ": ";
    EXPECT_EQ(outcome.err.substr(0, before.size()), before);
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1);
  }
}

TEST(Healthcheck, TellsHealthByItsExitStatus) {
  struct Case {
    const char* name;
    std::string answer;
    int status;
    const char* err;
  };
  const Case cases[] = {
      {"healthy", answer_of(200, "{}"), 0, ""},
      {"refused with a reason", answer_of(503, kRefusal), 1,
       "papo healthcheck: the name is too long\n"},
      {"refused without", answer_of(502, "<html>"), 1,
       "papo healthcheck: the server answered 502\n"},
      {"no answer", "", 1,
       "papo healthcheck: the server closed without an answer\n"},
      {"another protocol", "220 mail\r\n\r\n", 1,
       "papo healthcheck: the answer is not HTTP\n"},
      {"elsewhere",
       "HTTP/1.1 308 X\r\nLocation: https://chat.example/\x1B[2J\r\n"
       "Content-Length: 0\r\n\r\n",
       1, "papo healthcheck: the answer has a line that is not HTTP\n"},
      {"to be asked elsewhere",
       "HTTP/1.1 301 X\r\nLocation: https://chat.example/\xC2\x9B\r\n"
       "Content-Length: 0\r\n\r\n",
       1,
       "papo healthcheck: the server is elsewhere, and redirects are not "
       "followed: https://chat.example/?\n"},
      {"after early hints",
       "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer_of(200, "{}"),
       0, ""},
      {"in chunks",
       "HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n"
       "c\r\n{\"message\":\"\r\n8\r\nin parts\r\n2\r\n\"}\r\n0\r\n\r\n",
       1, "papo healthcheck: in parts\n"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    ScriptedServer server({each.answer});
    const Outcome outcome = run("healthcheck", {server.url()});
    EXPECT_EQ(outcome.status, each.status);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, each.err);
    ASSERT_EQ(server.requests().size(), 1U);
    EXPECT_EQ(server.requests()[0].find("GET /healthz HTTP/1.1\r\n"
                                        "Host: localhost\r\n"),
              0U);
  }
}

TEST(Healthcheck, FindsTheServerByTheEnvironment) {
  ScriptedServer server({answer_of(200, "{}")});
  ::setenv("PAPO_URL", server.url().c_str(), 1);
  EXPECT_EQ(run("healthcheck", {}).status, 0);
  ::unsetenv("PAPO_URL");
  ::setenv("PORT", "70000", 1);
  EXPECT_EQ(
      run("healthcheck", {}).err,
      "papo healthcheck: PORT: \"70000\" is not a port from 0 to 65535\n");
  ::setenv("PORT", "0", 1);
  EXPECT_EQ(run("healthcheck", {}).status, 2) << "nobody knows which";
  ::unsetenv("PORT");
}

// A container has one environment, and its server and its check read the same.
TEST(Healthcheck, AsksWhereTheEnvironmentSaysThatTheServerListens) {
  ScriptedServer server(
      {answer_of(200, "{}"), answer_of(200, "{}"), answer_of(200, "{}")});
  const std::string rows[] = {
      server.url(), server.url() + "?mode=0660, 127.0.0.1:1",
      "[::]:0, " + server.url(),  // the first that one can know
  };
  ::setenv("PORT", "1", 1);  // PAPO_LISTEN goes before it, as for the server
  for (const std::string& listen : rows) {
    SCOPED_TRACE(listen);
    ::setenv("PAPO_LISTEN", listen.c_str(), 1);
    EXPECT_EQ(run("healthcheck", {}).status, 0);
  }
  ::setenv("PAPO_LISTEN", "unix:/nowhere/papo?mode=0660", 1);
  EXPECT_EQ(run("healthcheck", {}).err,
            "papo healthcheck: cannot connect to /nowhere/papo: No such file "
            "or directory\n");
  ::setenv("PAPO_LISTEN", "nonsense", 1);
  const Outcome outcome = run("healthcheck", {});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("PAPO_LISTEN: \"nonsense\" cannot be"),
            std::string::npos);
  ::unsetenv("PAPO_LISTEN");
  ::unsetenv("PORT");
}

// A server that answers to some names only is asked by one of them.
TEST(Healthcheck, CallsTheServerByItsName) {
  const struct {
    const char* names;
    std::string_view host;
  } rows[] = {{"", "localhost"},
              {"chat.example", "chat.example"},
              {" a.example:8443 , b.example", "a.example:8443"},
              {"not a name\r\nX: y", "localhost"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.names);
    ScriptedServer server({answer_of(200, "{}"), answer_of(200, "{}")});
    ::setenv("PAPO_HOST", row.names, 1);
    ::setenv("PAPO_LISTEN", server.url().c_str(), 1);
    EXPECT_EQ(run("healthcheck", {}).status, 0);
    EXPECT_EQ(run("healthcheck", {server.url()}).status, 0);
    const std::string start = "GET /healthz HTTP/1.1\r\nHost: ";
    EXPECT_TRUE(server.requests()[0].starts_with(start + std::string(row.host) +
                                                 "\r\n"));
    EXPECT_TRUE(server.requests()[1].starts_with(start + "localhost\r\n"))
        << "where the URL is given, it says the name";
  }
  ::unsetenv("PAPO_LISTEN");
  ::unsetenv("PAPO_HOST");
}

TEST(Healthcheck, SaysWhenNobodyListens) {
  const Outcome outcome = run("healthcheck", {"unix:/nowhere/papo"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err,
            "papo healthcheck: cannot connect to /nowhere/papo: No such file "
            "or directory\n");
}

TEST(Send, PostsTheTextAsItIs) {
  ScriptedServer server({answer_of(200, R"({"status":"success"})")});
  const std::string url = "--url=" + server.url();
  const Outcome outcome =
      run("send", {url, "a/b", "--user", "z\xC3\xA9", "--", "--oi \"&\""});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
  const std::string& request = server.requests()[0];
  EXPECT_EQ(request.find("POST /r/a%2Fb?username=z%C3%A9 HTTP/1.1\r\n"), 0U);
  EXPECT_TRUE(request.ends_with("\r\nContent-Length: 8\r\n\r\n--oi \"&\""))
      << request;
}

TEST(Send, HasANameFromTheEnvironment) {
  const char* user = std::getenv("USER");
  const std::string before = user == nullptr ? "" : user;
  for (const char* name : {"rui", ""}) {
    ::setenv("USER", name, 1);
    ScriptedServer server({answer_of(200, "{}")});
    EXPECT_EQ(run("send", {"a", "x", "--url", server.url()}).status, 0);
    const std::string expected = *name == '\0' ? "anonymous" : name;
    EXPECT_EQ(server.requests()[0].find("POST /r/a?username=" + expected + " "),
              0U);
  }
  ::setenv("USER", before.c_str(), 1);
}

TEST(Send, SaysWhatTheServerSays) {
  ScriptedServer server({answer_of(400, kRefusal)});
  const Outcome outcome = run("send", {"a", "x", "--url", server.url()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "papo send: the name is too long\n");
}

TEST(Tail, ResumesAfterTheLastEntryUntilItIsRefused) {
  const std::string stream = "HTTP/1.1 200 OK\r\n\r\n";
  const auto entry = [](int id) {
    return R"({"type":"message","username":"ana","message":"oi","id":)" +
           std::to_string(id) + "}\n";
  };
  ScriptedServer server({stream + entry(8) + entry(9) + R"({"type":)",
                         answer_of(503, kRefusal), stream + "  " + entry(12),
                         answer_of(400, kRefusal)});
  const Outcome outcome =
      run("tail", {"geral", "--after=7", "--url", server.url()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "ana: oi\nana: oi\nana: oi\n");
  EXPECT_EQ(outcome.err,
            "papo tail: the server ended the stream; trying again\n"
            "papo tail: connected again\n"
            "papo tail: the server ended the stream; trying again\n"
            "papo tail: the name is too long\n");
  const int points[] = {7, 9, 9, 12};
  ASSERT_EQ(server.requests().size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(server.requests()[i].find("GET /r/geral?format=json&after=" +
                                        std::to_string(points[i]) + " "),
              0U);
  }
}

// A proxy sends an endless answer in chunks, wherever they begin and end, and
// ends it when the server has gone.
TEST(Tail, ReadsChunksWhereverTheyAreCut) {
  const std::string line =
      R"({"type":"message","username":"ana","message":"oi","id":8})"
      "\n";
  std::string answer =
      "HTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
      "Connection: keep-alive\r\n\r\n";
  for (const char c : line + "  " + line) {
    answer += std::string("1;x\r\n") + c + "\r\n";
  }
  ScriptedServer server(
      {answer, answer + "0\r\nEnd: yes\r\n\r\n", answer_of(400, kRefusal)});
  const Outcome outcome = run("tail", {"geral", "--url", server.url()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "ana: oi\nana: oi\nana: oi\nana: oi\n");
  EXPECT_EQ(outcome.err,
            "papo tail: the answer was cut short; trying again\n"
            "papo tail: connected again\n"
            "papo tail: the server ended the stream; trying again\n"
            "papo tail: the name is too long\n");
}

}  // namespace
}  // namespace papo::cli
