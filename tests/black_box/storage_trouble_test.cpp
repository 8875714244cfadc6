// A disk that fills up, and one that cannot be written: a small file system in
// memory, mounted where only this process and the server see it. That takes
// root on Linux.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::Answer;
using support::get;
using support::member_of;
using support::outcome_of;
using support::post;
using support::Process;
using support::ServerProcess;

class SmallDisk : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __linux__
    const bool mounted =
        ::unshare(CLONE_NEWNS) == 0 &&
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        ::mount("none", folder_.path().c_str(), "tmpfs", 0, "size=256k") == 0;
    if (!mounted) {
      GTEST_SKIP() << "cannot mount a small file system, which takes root: "
                   << std::strerror(errno);
    }
#else
    GTEST_SKIP() << "only Linux lets a test mount a small file system";
#endif
  }

  void TearDown() override {
#ifdef __linux__
    ::umount2(folder_.path().c_str(), MNT_DETACH);
#endif
  }

  std::string path_of(std::string_view name) const {
    return folder_.path() + "/" + std::string(name);
  }
  std::vector<std::string> flags() const {
    return {"--data", path_of("d"), "--history", "2000"};
  }

  // Takes all the space that is left.
  void fill() const {
    std::ofstream file(path_of("ballast"), std::ios::binary);
    const std::string piece(1024, 'x');
    while (file.write(piece.data(), 1024).flush()) {
    }
  }
  void make_room() const {
    std::filesystem::remove(path_of("ballast"));
  }

  support::TemporaryFolder folder_;
};

Answer send(std::uint16_t port, std::string_view text) {
  return post(port, "/send",
              R"({"room":"geral","username":"ana","message":")" +
                  std::string(text) + "\"}");
}

void join(std::uint16_t port) {
  EXPECT_EQ(
      outcome_of(post(port, "/join", R"({"room":"geral","username":"ana"})")),
      "200");
}

// Sends until the disk is full; returns the texts that were acknowledged.
std::vector<std::string> send_until_full(std::uint16_t port, Answer* refusal) {
  std::vector<std::string> kept;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "before-" + std::to_string(i) + ".";
    *refusal = send(port, text);
    if (refusal->status != 200) return kept;
    kept.push_back(text);
  }
  return kept;
}

// The server tries again every second.
Answer send_until_stored(std::uint16_t port, std::string_view text) {
  Answer answer;
  const auto end = std::chrono::steady_clock::now() + support::kPatience;
  while (answer.status != 200 && std::chrono::steady_clock::now() < end) {
    answer = send(port, text);
    ::usleep(20'000);
  }
  return answer;
}

TEST_F(SmallDisk, FullStoresNothingReadsOnAndRecovers) {
  ServerProcess server(flags());
  join(server.port());
  fill();
  Answer refusal;
  const std::vector<std::string> kept =
      send_until_full(server.port(), &refusal);
  EXPECT_EQ(outcome_of(refusal), "503 storage_unavailable");
  EXPECT_TRUE(refusal.has_field("Retry-After"));
  EXPECT_EQ(outcome_of(send(server.port(), "refused.")),
            "503 storage_unavailable");
  EXPECT_EQ(outcome_of(get(server.port(), "/receive?room=geral")), "200");
  const Answer health = get(server.port(), "/healthz");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(member_of(health.body, "storage"), "unavailable");
  EXPECT_NE(get(server.port(), "/metrics").body.find("papo_log_available 0\n"),
            std::string::npos);
  server.wait_for_error_text("No space left on device");

  make_room();
  EXPECT_EQ(outcome_of(send_until_stored(server.port(), "after.")), "200");
  server.wait_for_error_text("storing works again");
  EXPECT_EQ(member_of(get(server.port(), "/healthz").body, "storage"),
            "available");
  server.kill();

  const ServerProcess again(flags());
  const std::string seen = get(again.port(), "/receive?room=geral").body;
  for (const std::string& text : kept) {
    EXPECT_NE(seen.find("\"" + text + "\""), std::string::npos) << text;
  }
  EXPECT_NE(seen.find("\"after.\""), std::string::npos);
  EXPECT_EQ(seen.find("\"refused.\""), std::string::npos);
}

TEST_F(SmallDisk, FullAtTheStartStillServesReaders) {
  {
    ServerProcess server(flags());
    join(server.port());
    EXPECT_EQ(outcome_of(send(server.port(), "kept.")), "200");
    server.kill();
  }
  fill();
  const ServerProcess server(flags());
  EXPECT_NE(get(server.port(), "/receive?room=geral").body.find("kept."),
            std::string::npos);
  EXPECT_EQ(outcome_of(send(server.port(), "refused.")),
            "503 storage_unavailable");
  make_room();
  EXPECT_EQ(outcome_of(send_until_stored(server.port(), "after.")), "200");
}

TEST_F(SmallDisk, FullRepairChangesNothing) {
  {
    ServerProcess server(flags());
    join(server.port());
    EXPECT_EQ(outcome_of(send(server.port(), "some text")), "200");
    server.terminate();
  }
  const std::string name = path_of("d/00000001.log");
  std::string bytes = folder_.read("d/00000001.log");
  bytes[bytes.find("some text")] = 'S';
  std::ofstream(name, std::ios::binary) << bytes;
  fill();
  Process repair(support::Launch{.arguments = {"log", "repair", path_of("d")}});
  EXPECT_EQ(repair.wait(), 1);
  EXPECT_NE(repair.error_text().find("Nothing was changed"), std::string::npos)
      << repair.error_text();
  EXPECT_EQ(folder_.read("d/00000001.log"), bytes);
  make_room();
  Process second(support::Launch{.arguments = {"log", "repair", path_of("d")}});
  EXPECT_EQ(second.wait(), 0) << second.error_text();
}

#ifdef __linux__
TEST_F(SmallDisk, ReadOnlyIsToldInOneLine) {
  {
    ServerProcess server(flags());
    join(server.port());
    server.terminate();
  }
  ASSERT_EQ(::mount("none", folder_.path().c_str(), nullptr,
                    MS_REMOUNT | MS_RDONLY, nullptr),
            0);
  Process process(support::Launch{
      .arguments = {"--data", path_of("d"), "--listen", "127.0.0.1:0"}});
  EXPECT_EQ(process.wait(), 1);
  const std::string error = process.error_text();
  EXPECT_NE(error.find("Read-only file system"), std::string::npos) << error;
  EXPECT_EQ(error.find('\n'), error.size() - 1) << error;
  for (const std::vector<std::string>& reader :
       {std::vector<std::string>{"log", "check", path_of("d")},
        {"export", path_of("d")}}) {
    Process reading(support::Launch{.arguments = reader});
    EXPECT_EQ(reading.wait(), 0) << reading.error_text();
    EXPECT_EQ(reading.error_text(), "");
  }
}

// Another file system is mounted over the folder of a running server.
TEST_F(SmallDisk, HiddenByAMountStoresNothingUntilItIsGone) {
  ServerProcess server(flags());
  join(server.port());
  ASSERT_EQ(::mount("none", path_of("d").c_str(), "tmpfs", 0, "size=64k"), 0);
  EXPECT_EQ(outcome_of(send(server.port(), "hidden.")),
            "503 storage_unavailable");
  server.wait_for_error_text("another folder is at its path");
  ASSERT_EQ(::umount2(path_of("d").c_str(), MNT_DETACH), 0);
  EXPECT_EQ(outcome_of(send_until_stored(server.port(), "after.")), "200");
}
#endif

}  // namespace
}  // namespace papo
