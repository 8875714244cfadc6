// Who comes back to another life of the server: to a memory that forgot, to a
// folder that was put back, to one that was made anew, to an import; and ids
// that run ahead of the clock.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "support/data_folder.h"
#include "support/holds.h"
#include "support/metrics.h"
#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::get;
using support::holds;
using support::member_of;
using support::Process;
using support::ServerProcess;

// Posts a message; returns its id.
std::string say(std::uint16_t port, std::string_view text) {
  const auto answer =
      support::post(port, "/r/geral?username=ana", std::string(text));
  return member_of(answer.body, "id");
}

std::string receive(std::uint16_t port, const std::string& after,
                    const std::string& more = "") {
  return get(port, "/receive?room=geral&after=" + after + more).body;
}

// Told at once where it would wait, and from the beginning of what is held.
void expect_told(std::uint16_t port, const std::string& point,
                 std::string_view first) {
  for (const char* more : {"", "&changes=1", "&wait=50"}) {
    const std::string page = receive(port, point, more);
    EXPECT_TRUE(holds(page, "\"truncated\":true")) << point << more;
    EXPECT_TRUE(holds(page, first)) << point << more << ": " << page;
  }
  const std::string lines = get(port, "/r/geral?poll=1&after=" + point).body;
  EXPECT_TRUE(lines.starts_with(R"({"type":"truncated","room":"geral")"));
  EXPECT_TRUE(holds(lines, first));
}

TEST(OtherLife, OfAMemoryIsTold) {
  std::string seen;
  std::string missed;
  {
    ServerProcess server;
    seen = say(server.port(), "one");
    missed = say(server.port(), "two");
    server.kill();
  }
  const ServerProcess server;
  EXPECT_EQ(receive(server.port(), seen, "&wait=50"),
            R"({"messages":[],"truncated":true})");
  const std::string three = say(server.port(), "three");
  for (const std::string& point : {seen, missed}) {
    expect_told(server.port(), point, "\"three\"");
  }
  EXPECT_FALSE(holds(receive(server.port(), three), "truncated"));
  EXPECT_FALSE(holds(receive(server.port(), "0"), "truncated"));
}

class OtherLifeOfAFolder : public support::WithDataFolder {
 protected:
  void copy(const std::string& from, const std::string& to) const {
    std::error_code error;
    std::filesystem::remove_all(to, error);
    std::filesystem::copy(from, to, error);
    EXPECT_FALSE(error) << error.message();
  }

  const std::string copy_ = folder_.path_of("copy");
};

TEST_F(OtherLifeOfAFolder, GoesOnAfterARestart) {
  std::string seen;
  {
    ServerProcess server(flags());
    seen = say(server.port(), "one");
    server.kill();
  }
  const ServerProcess server(flags());
  EXPECT_EQ(receive(server.port(), seen), R"({"messages":[]})");
  say(server.port(), "two");
  const std::string page = receive(server.port(), seen);
  EXPECT_FALSE(holds(page, "truncated"));
  EXPECT_FALSE(holds(page, "\"one\""));
  EXPECT_TRUE(holds(page, "\"two\""));
}

TEST_F(OtherLifeOfAFolder, ThatWasPutBackIsTold) {
  std::string kept;
  {
    ServerProcess server(flags());
    kept = say(server.port(), "kept");
    server.terminate();
  }
  copy(data_, copy_);
  std::string lost;
  {
    ServerProcess server(flags());
    say(server.port(), "lost");
    lost = say(server.port(), "lost too");
    server.terminate();
  }
  copy(copy_, data_);
  const ServerProcess server(flags());
  expect_told(server.port(), lost, "\"kept\"");
  const std::string begun =
      member_of(get(server.port(), "/rooms").body, "last_id");
  EXPECT_EQ(begun, kept);
  EXPECT_FALSE(holds(receive(server.port(), kept), "truncated"));
  say(server.port(), "new");
  expect_told(server.port(), lost, "\"kept\"");
  EXPECT_FALSE(holds(receive(server.port(), kept), "truncated"));
}

TEST_F(OtherLifeOfAFolder, ThatWasMadeAnewIsTold) {
  std::string lost;
  {
    ServerProcess server(flags());
    lost = say(server.port(), "lost");
    server.terminate();
  }
  std::error_code error;
  std::filesystem::remove_all(data_, error);
  const ServerProcess server(flags());
  say(server.port(), "new");
  expect_told(server.port(), lost, "\"new\"");
}

// Ids that a clock of the year 2100 gave, and a clock that is right now.
constexpr std::string_view kAhead =
    R"({"type":"papo","format":1,"last_id":4102444800000009,)"
    R"("older_removals":0,"history":50,"rooms":9,"members":9,)"
    R"("rooms_of_user":9,"language":"en"})"
    "\n"
    R"({"type":"room","room":"geral","topic":"","forgotten":0,)"
    R"("forgotten_change":0})"
    "\n"
    R"({"type":"member","room":"geral","username":"ana"})"
    "\n"
    R"({"type":"message","id":4102444800000009,"room":"geral",)"
    R"("username":"ana","message":"oi","timestamp":4102444800.000009})"
    "\n"
    R"({"type":"end","lines":4})"
    "\n";

TEST_F(OtherLifeOfAFolder, ThatIsAheadOfTheClockSaysSoAndKeepsTheTime) {
  folder_.write("lines", kAhead);
  Process import(
      {.arguments = {"import", data_}, .input = folder_.path_of("lines")});
  ASSERT_EQ(import.wait(), 0) << import.error_text();
  const ServerProcess server(flags());
  EXPECT_TRUE(server.wait_for_error_text("s ahead of the clock"));
  EXPECT_TRUE(holds(get(server.port(), "/healthz").body, "\"ids_ahead\":"));
  EXPECT_GT(support::metric(server.port(), "ids_ahead_seconds"), 1'000'000u);
  const std::string said = say(server.port(), "now");
  EXPECT_TRUE(said.starts_with("41024448")) << said;
  const std::string page = receive(server.port(), "4102444800000009");
  EXPECT_FALSE(holds(page, "truncated"));
  EXPECT_TRUE(holds(page, "\"timestamp\":41024448"));
  EXPECT_TRUE(holds(page, "\"sent_at\":"));
  EXPECT_FALSE(holds(page, "\"sent_at\":4102"));
  // What the exporting server said after the export is no point here.
  expect_told(server.port(), "4102444800000015", "\"oi\"");
}

TEST(IdsAhead, AreNotToldWhileTheClockIsRight) {
  const ServerProcess server;
  say(server.port(), "oi");
  EXPECT_FALSE(holds(get(server.port(), "/healthz").body, "ids_ahead"));
  EXPECT_EQ(support::metric(server.port(), "ids_ahead_seconds"), 0u);
  EXPECT_FALSE(holds(receive(server.port(), "0"), "sent_at"));
  EXPECT_FALSE(holds(server.error_text(), "ahead of the clock"));
}

}  // namespace
}  // namespace papo
