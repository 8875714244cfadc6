// papo healthcheck, send and tail against papo.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::Process;
using support::ServerProcess;

struct Outcome {
  int status;
  std::string output;
  std::string error;
};

Outcome run(const ServerProcess& server, std::vector<std::string> arguments) {
  Process process({.arguments = std::move(arguments),
                   .environment = {"PAPO_URL=" + server.url(), "USER=ana"}});
  const int status = process.wait();
  return {status, process.output(), process.error_text()};
}

TEST(Commands, AskWhetherTheServerIsWell) {
  ServerProcess server;
  const Outcome well = run(server, {"healthcheck"});
  EXPECT_EQ(well.status, 0);
  EXPECT_EQ(well.output + well.error, "");
  EXPECT_EQ(run(server, {"healthcheck", server.url() + "/"}).status, 0);
  server.terminate();
  const Outcome gone = run(server, {"healthcheck"});
  EXPECT_EQ(gone.status, 1);
  EXPECT_EQ(gone.output, "");
  EXPECT_NE(gone.error.find("Connection refused"), std::string::npos);
}

// As in a container, where the server and its check have one environment.
TEST(Commands, AskWhereTheServersEnvironmentSays) {
  const ServerProcess server;
  const std::string port = std::to_string(server.port());
  const std::string rows[] = {
      "PAPO_LISTEN=127.0.0.1:" + port,
      "PAPO_LISTEN=0.0.0.0:" + port,
      "PAPO_LISTEN=[::]:" + port,
      "PAPO_LISTEN=:" + port,
      "PAPO_LISTEN=[::ffff:127.0.0.1]:" + port,
      "PAPO_LISTEN=127.0.0.1:0, localhost:" + port + ",unix:/nowhere/papo",
      "PORT=" + port,
  };
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    Process check({.arguments = {"healthcheck"}, .environment = {row}});
    EXPECT_EQ(check.wait(), 0) << check.error_text();
  }
  Process unknown(
      {.arguments = {"healthcheck"}, .environment = {"PAPO_LISTEN=[::]:0"}});
  EXPECT_EQ(unknown.wait(), 2) << "nobody knows which port that is";
}

TEST(Commands, SendAndTail) {
  const ServerProcess server;
  const std::string room = "caf\xC3\xA9 & bar/1";
  EXPECT_EQ(run(server, {"send", room, "before"}).status, 0);
  Process tail({.arguments = {"tail", room},
                .environment = {"PAPO_URL=" + server.url()}});
  Process raw({.arguments = {"tail", room, "--json", "--url", server.url()}});
  ASSERT_TRUE(tail.wait_for_output("ana: before\n"));
  ASSERT_TRUE(raw.wait_for_output(R"("message":"before")"));
  EXPECT_EQ(run(server, {"send", room, "--user=rui", "ol\xC3\xA1"}).status, 0);
  EXPECT_TRUE(tail.wait_for_output("rui: ol\xC3\xA1\n"));
  EXPECT_TRUE(raw.wait_for_output("\"message\":\"ol\xC3\xA1\""));
  EXPECT_EQ(tail.output().find("ana: before"),
            tail.output().rfind("ana: before"));
  EXPECT_EQ(tail.error_text() + raw.error_text(), "");
}

TEST(Commands, SayWhyTheyAreRefused) {
  const ServerProcess server({"--max-message", "5"});
  const Outcome outcome = run(server, {"send", "a", "too long"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.output, "");
  EXPECT_EQ(outcome.error,
            "papo send: \"message\" is longer than 5 bytes (--max-message)\n");
  EXPECT_EQ(run(server, {"send", "a"}).status, 2);
}

TEST(Commands, SpeakThroughAUnixSocket) {
  const support::TemporaryFolder folder;
  const std::string url = "unix:" + folder.path_of("s");
  const ServerProcess server({"--listen", url});
  EXPECT_EQ(run(server, {"healthcheck", url}).status, 0);
  EXPECT_EQ(run(server, {"send", "a", "oi", "--url", url}).status, 0);
  EXPECT_NE(support::get(server.port(), "/receive?room=a").body.find("oi"),
            std::string::npos);
}

TEST(Commands, TailComesBackToARestartedServer) {
  const support::TemporaryFolder folder;
  const std::string url = "unix:" + folder.path_of("s");
  ServerProcess first({"--listen", url});
  EXPECT_EQ(run(first, {"send", "a", "one", "--url", url}).status, 0);
  Process tail({.arguments = {"tail", "a", "--url", url}});
  ASSERT_TRUE(tail.wait_for_output("ana: one\n"));
  first.terminate();
  EXPECT_TRUE(tail.wait_for_error_text("; trying again\n"));
  const ServerProcess second({"--listen", url});
  EXPECT_TRUE(tail.wait_for_error_text("papo tail: connected again\n"));
  EXPECT_EQ(run(second, {"send", "a", "two", "--url", url}).status, 0);
  EXPECT_TRUE(tail.wait_for_output("ana: two\n"));
}

}  // namespace
}  // namespace papo
