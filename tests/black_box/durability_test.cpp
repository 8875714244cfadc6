// What --data promises, from outside: a restart that nobody notices, however
// the program ended, and words that help when a folder cannot be used.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "support/data_folder.h"
#include "support/holds.h"
#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::get;
using support::holds;
using support::member_of;
using support::outcome_of;
using support::post;
using support::Process;
using support::ServerProcess;
using support::TemporaryFolder;

struct Ended {
  int status = 0;
  std::string output;
  std::string error;
};

// Runs the program to its end.
Ended run(std::vector<std::string> arguments, std::string input = {}) {
  Process process(support::Launch{.arguments = std::move(arguments),
                                  .input = std::move(input)});
  Ended ended;
  ended.status = process.wait();
  ended.output = process.output();
  ended.error = process.error_text();
  return ended;
}

class Durability : public support::WithDataFolder {
 protected:
  // The folder's files, without their folder.
  std::string file(std::string_view name) const {
    return folder_.read("data/" + std::string(name));
  }
  void write_file(std::string_view name, std::string_view bytes) const {
    folder_.write("data/" + std::string(name), bytes);
  }
};

std::string id_of(const support::Answer& answer) {
  EXPECT_EQ(outcome_of(answer), "200") << answer.body;
  return member_of(answer.body, "id");
}

std::string send(std::uint16_t port, std::string_view room,
                 std::string_view user, std::string_view text,
                 std::string_view client_id = "") {
  std::string json = R"({"room":")" + std::string(room) + R"(","username":")" +
                     std::string(user) + R"(","message":")" +
                     std::string(text) + "\"";
  if (!client_id.empty()) {
    json += R"(,"client_id":")" + std::string(client_id) + "\"";
  }
  return id_of(post(port, "/send", json + "}"));
}

void join(std::uint16_t port, std::string_view room, std::string_view user) {
  id_of(post(port, "/join",
             R"({"room":")" + std::string(room) + R"(","username":")" +
                 std::string(user) + "\"}"));
}

void leave(std::uint16_t port, std::string_view room, std::string_view user) {
  id_of(post(port, "/leave",
             R"({"room":")" + std::string(room) + R"(","username":")" +
                 std::string(user) + "\"}"));
}

// A little of everything that is kept.
struct Conversation {
  std::string first;    // the id of a message
  std::string retried;  // of one with the client_id "c-1"
};

Conversation talk(std::uint16_t port) {
  Conversation said;
  for (const char* user : {"rui", "ana", "zé"}) join(port, "geral", user);
  join(port, "ops", "ana");
  join(port, "gone", "ana");
  leave(port, "geral", "rui");
  join(port, "geral", "rui");
  said.first = send(port, "geral", "ana", "oi");
  said.retried = send(port, "geral", "ana", "once", "c-1");
  const std::string edited = send(port, "geral", "rui", "teh");
  const std::string secret = send(port, "ops", "ana", "a secret");
  id_of(post(port, "/edit",
             R"({"room":"geral","username":"rui","message":"the","id":)" +
                 edited + "}"));
  id_of(post(port, "/delete",
             R"({"room":"ops","username":"ana","id":)" + secret + "}"));
  id_of(post(port, "/topic",
             R"({"room":"ops","username":"ana","topic":"Plantão"})"));
  leave(port, "gone", "ana");
  return said;
}

// All that a client can see, as text.
std::string picture(std::uint16_t port) {
  std::string seen = get(port, "/rooms").body;
  for (const char* room : {"geral", "ops", "gone"}) {
    const std::string query = "?room=" + std::string(room);
    seen += "\n" + get(port, "/members" + query).body;
    seen += "\n" + get(port, "/receive" + query).body;
    seen += "\n" + get(port, "/receive" + query + "&changes=1").body;
  }
  return seen;
}

// Who asks for their rooms is there for a while, which a restart forgets: asked
// when nobody looks at who is there any more.
std::string rooms_of_users(std::uint16_t port) {
  std::string seen;
  for (const char* user : {"ana", "rui", "z%C3%A9"}) {
    seen += get(port, "/user_rooms?username=" + std::string(user)).body + "\n";
  }
  return seen;
}

TEST_F(Durability, ARestartChangesNothing) {
  for (const bool killed : {false, true}) {
    for (const char* when : {"always", "interval", "never"}) {
      SCOPED_TRACE(std::string(killed ? "killed, " : "ended, ") + when);
      const TemporaryFolder folder;
      const std::vector<std::string> flags = {"--data", folder.path_of("d"),
                                              "--fsync", when};
      ServerProcess before(flags);
      const Conversation said = talk(before.port());
      const std::string seen = picture(before.port());
      const std::string rooms = rooms_of_users(before.port());
      EXPECT_EQ(killed ? before.kill() - 128 : before.terminate(),
                killed ? SIGKILL : 0);

      ServerProcess after(flags);
      EXPECT_TRUE(holds(after.error_text(),
                        "/d holds 2 rooms, 3 users and 3 messages, read in "))
          << after.error_text();
      EXPECT_EQ(picture(after.port()), seen);
      EXPECT_EQ(rooms_of_users(after.port()), rooms);
      EXPECT_FALSE(holds(seen, "a secret"));
      EXPECT_TRUE(holds(seen, R"("message":"the")"));

      // A retry is known again, a new id is greater than all, and who was away
      // resumes where they were.
      EXPECT_EQ(send(after.port(), "geral", "ana", "once", "c-1"),
                said.retried);
      const std::string next = send(after.port(), "geral", "ana", "new");
      EXPECT_GT(std::stoull(next), std::stoull(said.retried));
      const std::string resumed =
          get(after.port(), "/receive?room=geral&after=" + said.first).body;
      EXPECT_TRUE(holds(resumed, R"("message":"once")"));
      EXPECT_FALSE(holds(resumed, R"("message":"oi")"));
      EXPECT_FALSE(holds(resumed, "truncated"));
      const std::string gone =
          get(after.port(), "/receive?room=gone&after=" + said.first).body;
      EXPECT_TRUE(holds(gone, R"("truncated":true)"));
    }
  }
}

// More than may be on its way at once: what is read on when the first ones are
// answered must not wait for something else to happen.
// Whatever limits come and go with starts that nobody notices: what is served
// is what the folder holds, and what is acknowledged is there later.
TEST_F(Durability, OtherLimitsForAWhileLoseNothingThatIsAcknowledged) {
  const auto with_history = [this](const char* history) {
    return std::vector<std::string>{"--data", data_, "--history", history};
  };
  {
    ServerProcess server(with_history("100"));
    join(server.port(), "geral", "ana");
    send(server.port(), "geral", "ana", "m0", "c-0");
    for (int i = 0; i < 9; ++i) send(server.port(), "geral", "ana", "more");
    EXPECT_EQ(server.terminate(), 0);
  }
  {
    ServerProcess server(with_history("5"));
    EXPECT_EQ(server.terminate(), 0);
  }
  std::string served;
  {
    ServerProcess server(with_history("100"));
    send(server.port(), "geral", "ana", "m0", "c-0");  // is remembered
    send(server.port(), "geral", "ana", "m9", "c-9");
    served = picture(server.port());
    EXPECT_FALSE(holds(served, R"("message":"m0")"));  // the start cut it
    EXPECT_TRUE(holds(served, R"("message":"m9")"));
    EXPECT_EQ(server.terminate(), 0);
  }
  ServerProcess server(with_history("100"));
  EXPECT_EQ(picture(server.port()), served);
}

TEST_F(Durability, AnswersAPipelineLongerThanItReadsAtOnce) {
  constexpr int kRequests = 500;
  const ServerProcess server(flags());
  support::RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < kRequests; ++i) {
    requests += support::post_request(
        "/send", R"({"room":"geral","username":"ana","message":"oi"})");
  }
  join(server.port(), "geral", "ana");
  client.send(requests);
  for (int i = 0; i < kRequests; ++i) {
    ASSERT_EQ(client.read_answer().status, 200) << i;
  }
}

TEST_F(Durability, NothingIsKeptWithoutIt) {
  std::uint16_t port = 0;
  {
    const ServerProcess server;
    port = server.port();
    talk(port);
    EXPECT_EQ(member_of(get(port, "/version").body, "durable"), "false");
    EXPECT_FALSE(holds(get(port, "/healthz").body, "storage"));
    EXPECT_FALSE(holds(get(port, "/metrics").body, "papo_log_batches"));
  }
  const ServerProcess server;
  EXPECT_EQ(get(server.port(), "/rooms").body, R"({"rooms":[]})");
}

TEST_F(Durability, TellsOfItself) {
  const ServerProcess server(flags());
  talk(server.port());
  EXPECT_EQ(member_of(get(server.port(), "/version").body, "durable"), "true");
  EXPECT_EQ(member_of(get(server.port(), "/healthz").body, "storage"),
            "available");
  const std::string metrics = get(server.port(), "/metrics").body;
  EXPECT_TRUE(holds(metrics, "\npapo_log_available 1\n"));
  EXPECT_TRUE(holds(metrics, "\npapo_log_failed_total 0\n"));
  EXPECT_FALSE(holds(metrics, "\npapo_log_committed_total 0\n"));
  EXPECT_FALSE(holds(metrics, "\npapo_log_batches_total 0\n"));
}

TEST_F(Durability, TheEnvironmentWorksToo) {
  ServerProcess server(support::Launch{
      .environment = {"PAPO_DATA=" + data_, "PAPO_FSYNC=interval"}});
  join(server.port(), "geral", "ana");
  EXPECT_EQ(server.terminate(), 0);
  EXPECT_TRUE(holds(run({"log", "check", data_}).output, "1 room"));
}

// ---- Folders that cannot be used.

void expect_refusal(const Ended& ended, std::string_view what) {
  EXPECT_EQ(ended.status, 1);
  EXPECT_TRUE(holds(ended.error, what)) << ended.error;
  EXPECT_EQ(ended.error.find('\n'), ended.error.size() - 1) << ended.error;
}

TEST_F(Durability, OneFolderServesOneServer) {
  ServerProcess first(flags());
  join(first.port(), "geral", "ana");
  for (const std::vector<std::string>& each :
       {std::vector<std::string>{"--data", data_, "--listen", "127.0.0.1:0"},
        {"log", "check", data_},
        {"log", "repair", data_},
        {"export", data_},
        {"import", data_}}) {
    SCOPED_TRACE(each[0]);
    expect_refusal(run(each), data_ + ": another papo uses this folder");
  }
  EXPECT_EQ(outcome_of(get(first.port(), "/rooms")), "200");
  first.kill();
  const ServerProcess second(flags());
  EXPECT_TRUE(holds(get(second.port(), "/rooms").body, "geral"));
}

// A message that is answered with 200 is in the folder.
bool is_stored(std::uint16_t port, std::string_view text) {
  const auto answer = post(port, "/send",
                           R"({"room":"geral","username":"ana","message":")" +
                               std::string(text) + "\"}");
  if (answer.status != 200) {
    EXPECT_EQ(outcome_of(answer), "503 storage_unavailable");
  }
  return answer.status == 200;
}

bool is_stored_at_last(std::uint16_t port, std::string_view text) {
  const auto end = std::chrono::steady_clock::now() + support::kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (is_stored(port, text)) return true;
    ::usleep(20'000);
  }
  return false;
}

// Somebody takes the lock for stale and removes it.
TEST_F(Durability, ARemovedLockLetsNobodyIn) {
  ServerProcess first(flags());
  join(first.port(), "geral", "ana");
  ASSERT_EQ(::unlink((data_ + "/lock").c_str()), 0);
  expect_refusal(run({"--data", data_, "--listen", "127.0.0.1:0"}),
                 data_ + ": another papo uses this folder");
  EXPECT_FALSE(is_stored(first.port(), "told."));
  first.wait_for_error_text("lock file was removed");
  EXPECT_TRUE(is_stored_at_last(first.port(), "kept."));
  EXPECT_EQ(first.terminate(), 0);
  EXPECT_TRUE(holds(run({"export", data_}).output, "\"kept.\""));
}

TEST_F(Durability, AFolderThatIsMovedAwayStoresNothingUntilItIsBack) {
  ServerProcess first(flags());
  join(first.port(), "geral", "ana");
  const std::string away = folder_.path_of("away");
  ASSERT_EQ(::rename(data_.c_str(), away.c_str()), 0);
  EXPECT_FALSE(is_stored(first.port(), "lost."));
  first.wait_for_error_text("look for the folder at its path");
  EXPECT_EQ(member_of(get(first.port(), "/healthz").body, "storage"),
            "unavailable");
  expect_refusal(run({"--data", away, "--listen", "127.0.0.1:0"}),
                 away + ": another papo uses this folder");
  {
    ServerProcess second(flags());
    join(second.port(), "geral", "ana");
    EXPECT_TRUE(is_stored(second.port(), "the second's."));
    EXPECT_FALSE(is_stored(first.port(), "lost."));
    EXPECT_EQ(second.terminate(), 0);
  }
  ASSERT_EQ(::rename(data_.c_str(), folder_.path_of("other").c_str()), 0);
  ASSERT_EQ(::rename(away.c_str(), data_.c_str()), 0);
  EXPECT_TRUE(is_stored_at_last(first.port(), "kept."));
  EXPECT_EQ(first.terminate(), 0);
  const std::string lines = run({"export", data_}).output;
  EXPECT_TRUE(holds(lines, "\"kept.\""));
  EXPECT_FALSE(holds(lines, "\"lost.\""));
}

// The files are put back under a running server: it writes over none.
TEST_F(Durability, ABackupThatIsRestoredMeanwhileIsLeftAlone) {
  {
    ServerProcess server(flags());
    join(server.port(), "geral", "ana");
    EXPECT_TRUE(is_stored(server.port(), "in the backup."));
    EXPECT_EQ(server.terminate(), 0);
  }
  const std::string backup = file("00000001.log");
  ServerProcess server(flags());
  EXPECT_TRUE(is_stored(server.port(), "after it."));
  ASSERT_EQ(::unlink((data_ + "/00000001.log").c_str()), 0);
  ASSERT_EQ(::unlink((data_ + "/00000002.log").c_str()), 0);
  write_file("00000001.log", backup);
  EXPECT_FALSE(is_stored(server.port(), "lost."));
  server.wait_for_error_text("was removed");
  EXPECT_EQ(server.terminate(), 0);
  EXPECT_EQ(file("00000001.log"), backup);
  const ServerProcess next(flags());
  EXPECT_TRUE(holds(picture(next.port()), "in the backup."));
}

// ---- Readers write nothing.

TEST_F(Durability, ReadersNeedNoRightToWrite) {
  {
    ServerProcess server(flags());
    join(server.port(), "geral", "ana");
    EXPECT_EQ(server.terminate(), 0);
  }
  for (const char* mode : {"with its lock", "without"}) {
    SCOPED_TRACE(mode);
    const Ended check = run({"log", "check", data_});
    EXPECT_EQ(check.status, 0) << check.error;
    EXPECT_EQ(check.error, "");
    EXPECT_EQ(run({"export", data_}).status, 0);
    ::unlink((data_ + "/lock").c_str());
  }
  EXPECT_NE(::access((data_ + "/lock").c_str(), F_OK), 0);
}

TEST_F(Durability, ReadersMayBeOtherUsersAndSayWhatTheyCannotKnow) {
  if (::geteuid() != 0) GTEST_SKIP() << "to be another user takes root";
  {
    ServerProcess server(flags());
    join(server.port(), "geral", "ana");
    EXPECT_EQ(server.terminate(), 0);
  }
  for (const std::string& path :
       {folder_.path(), data_, data_ + "/00000001.log"}) {
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  }
  constexpr uid_t kNobody = 65534;
  Process process(
      support::Launch{.arguments = {"log", "check", data_}, .user = kNobody});
  const int status = process.wait();
  if (status == 127) GTEST_SKIP() << "another user cannot run " PAPO_BINARY;
  EXPECT_EQ(status, 0) << process.error_text();
  EXPECT_TRUE(holds(process.output(), "is intact"));
  EXPECT_EQ(process.error_text(),
            "papo: " + data_ +
                "/lock: open: Permission denied. It cannot be known whether a "
                "server is writing.\n");
}

TEST_F(Durability, SaysWhyAFolderCannotBeUsed) {
  folder_.write("file", "");
  const std::string missing = folder_.path_of("no/such");
  const std::string file = folder_.path_of("file");
  expect_refusal(run({"--data", missing}), missing + ": ");
  expect_refusal(run({"--data", missing}), "make its parent folder first");
  expect_refusal(run({"--data", file}), file + ": ");
  expect_refusal(run({"--data", file}), "Not a directory");
  expect_refusal(run({"log", "check", missing}), "there is no such folder");
  expect_refusal(run({"export", folder_.path()}), "holds no log");
}

TEST_F(Durability, SaysThatItIsNotPermitted) {
  if (::geteuid() == 0) {
    constexpr uid_t kNobody = 65534;
    ::chmod(folder_.path().c_str(), 0755);
    Process process(support::Launch{
        .arguments = {"--data", data_, "--listen", "127.0.0.1:0"},
        .user = kNobody});
    const int status = process.wait();
    if (status == 127) GTEST_SKIP() << "another user cannot run " PAPO_BINARY;
    expect_refusal({status, {}, process.error_text()}, "Permission denied");
  } else {
    ::chmod(folder_.path().c_str(), 0500);
    expect_refusal(run({"--data", data_}), "Permission denied");
    ::chmod(folder_.path().c_str(), 0700);
  }
}

TEST_F(Durability, ExplainsItsWords) {
  const Ended bad = run({"--fsync", "sometimes"});
  EXPECT_EQ(bad.status, 2);
  EXPECT_TRUE(holds(bad.error, "always, interval (a second) or never"));
  const std::string help = run({"--help"}).output;
  for (const char* word :
       {"--data DIR", "--fsync WHEN", "papo log check DIR",
        "papo log repair DIR", "papo export DIR", "papo import DIR"}) {
    EXPECT_TRUE(holds(help, word)) << word;
  }
  for (const std::vector<std::string>& each : {std::vector<std::string>{"log"},
                                               {"log", "mend", data_},
                                               {"log", "check"},
                                               {"export"},
                                               {"import", data_, data_}}) {
    const Ended ended = run(each);
    EXPECT_EQ(ended.status, 2);
    EXPECT_TRUE(holds(ended.error, "usage: papo ")) << ended.error;
  }
}

// ---- Damage.

TEST_F(Durability, TellsOfATornTailAndGoesOn) {
  std::string seen;
  {
    ServerProcess server(flags());
    talk(server.port());
    seen = picture(server.port());
    server.kill();
  }
  write_file("00000001.log", file("00000001.log") + "half a record");
  const Ended checked = run({"log", "check", data_});
  EXPECT_EQ(checked.status, 0);
  EXPECT_TRUE(holds(checked.output, "is intact"));
  EXPECT_TRUE(
      holds(checked.output, "00000001.log ends in 13 bytes of a write"));
  {
    const ServerProcess server(flags());
    EXPECT_TRUE(holds(server.error_text(),
                      "00000001.log ends in 13 bytes of a write that was cut "
                      "short"))
        << server.error_text();
    EXPECT_EQ(picture(server.port()), seen);
  }
  // Told once: it is gone.
  const ServerProcess server(flags());
  EXPECT_FALSE(holds(server.error_text(), "cut short"));
}

TEST_F(Durability, RefusesDamageAndRepairsIt) {
  std::string last;
  {
    ServerProcess server(flags());
    talk(server.port());
    last = send(server.port(), "geral", "ana", "the last");
    EXPECT_EQ(server.terminate(), 0);
  }
  std::string bytes = file("00000001.log");
  const std::size_t place = bytes.find("oi");
  ASSERT_NE(place, std::string::npos);
  bytes[place] = 'X';
  write_file("00000001.log", bytes);

  const Ended refused = run({"--data", data_, "--listen", "127.0.0.1:0"});
  expect_refusal(refused, data_ + "/00000001.log at byte ");
  expect_refusal(refused, "papo log repair " + data_);
  expect_refusal(run({"export", data_}), "00000001.log at byte ");
  const Ended checked = run({"log", "check", data_});
  EXPECT_EQ(checked.status, 1);
  EXPECT_TRUE(holds(checked.output, data_ + " is damaged:\n"));
  EXPECT_TRUE(holds(checked.output, "  00000001.log at byte "));
  EXPECT_EQ(file("00000001.log"), bytes);

  const Ended repaired = run({"log", "repair", data_});
  EXPECT_EQ(repaired.status, 0) << repaired.error;
  EXPECT_TRUE(holds(repaired.output, "00000001.log at byte "));
  EXPECT_TRUE(holds(repaired.output, data_ + "/before-repair-1"));
  EXPECT_EQ(file("before-repair-1/00000001.log"), bytes);
  EXPECT_EQ(run({"log", "check", data_}).status, 0);
  EXPECT_TRUE(holds(run({"log", "repair", data_}).output, "nothing to repair"));

  const ServerProcess server(flags());
  const std::string seen = picture(server.port());
  EXPECT_TRUE(holds(seen, R"("message":"once")"));
  EXPECT_TRUE(holds(seen, R"("message":"the last")"));
  EXPECT_FALSE(holds(seen, R"("message":"oi")"));
  EXPECT_GT(std::stoull(send(server.port(), "geral", "ana", "on")),
            std::stoull(last));
}

// ---- Export and import.

TEST_F(Durability, MovesAsLinesOfJson) {
  std::string seen;
  std::string rooms;
  Conversation said;
  {
    ServerProcess server(flags());
    said = talk(server.port());
    seen = picture(server.port());
    rooms = rooms_of_users(server.port());
    EXPECT_EQ(server.terminate(), 0);
  }
  const Ended exported = run({"export", data_});
  EXPECT_EQ(exported.status, 0) << exported.error;
  EXPECT_FALSE(holds(exported.output, "a secret"));
  folder_.write("lines", exported.output);
  const std::string copy = folder_.path_of("copy");
  const Ended imported = run({"import", copy}, folder_.path_of("lines"));
  EXPECT_EQ(imported.status, 0) << imported.error;
  EXPECT_TRUE(holds(imported.output, "2 rooms, 3 users and 3 messages"));
  EXPECT_EQ(run({"export", copy}).output, exported.output);
  expect_refusal(run({"import", copy}, folder_.path_of("lines")),
                 "holds a log already");

  const ServerProcess server({"--data", copy});
  EXPECT_EQ(picture(server.port()), seen);
  EXPECT_EQ(rooms_of_users(server.port()), rooms);
  EXPECT_EQ(send(server.port(), "geral", "ana", "once", "c-1"), said.retried);
}

TEST_F(Durability, ImportsAllOrNothing) {
  folder_.write("lines", R"({"type":"room"})"
                         "\n");
  expect_refusal(run({"import", data_}, folder_.path_of("lines")), "line 1: ");
  expect_refusal(run({"log", "check", data_}), "holds no log");
  folder_.write("lines", "");
  expect_refusal(run({"import", data_}, folder_.path_of("lines")), "line 1: ");
  ServerProcess server(flags());
  EXPECT_EQ(get(server.port(), "/rooms").body, R"({"rooms":[]})");
}

TEST_F(Durability, ExportSaysWhenNobodyTakesIt) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  {
    ServerProcess server(flags());
    talk(server.port());
    server.terminate();
  }
  const std::string command =
      std::string(PAPO_BINARY) + " export " + data_ + " >/dev/full 2>/dev/null";
  EXPECT_NE(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace papo
