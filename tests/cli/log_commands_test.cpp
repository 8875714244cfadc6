#include "cli/log_commands.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chat/room_store.h"
#include "cli/storage.h"
#include "log/rewriting.h"
#include "support/holds.h"
#include "support/temporary_folder.h"

namespace papo::cli {
namespace {

using support::holds;

using Words = std::vector<std::string_view>;

struct Ended {
  int status = 0;
  std::string output;
  std::string error;
};

Ended run(const Words& words) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ended ended;
  ended.status = run_log_command(words);
  std::fflush(stdout);
  ended.output = testing::internal::GetCapturedStdout();
  ended.error = testing::internal::GetCapturedStderr();
  return ended;
}

class LogCommands : public ::testing::Test {
 protected:
  // A log of one room with a message.
  void write_log() const {
    chat::RoomStore store({}, chat::Language::English, {});
    static_cast<void>(store.apply({.kind = chat::CommandKind::Post,
                                   .time = std::chrono::seconds(1'700'000'000),
                                   .room = "geral",
                                   .user = "ana",
                                   .text = "hello"},
                                  nullptr));
    const auto files = open_log_folder(data_, true);
    ASSERT_TRUE(files.ok());
    ASSERT_TRUE(log::replace_log(files->get(), {}, store, 1, {1, 2}).ok());
  }
  std::string snapshot_name() const {
    const auto files = open_log_folder(data_, false);
    const auto contents = log::read_folder(files->get());
    return log::file_name(log::FileKind::Snapshot, contents->snapshot);
  }

  const support::TemporaryFolder folder_;
  const std::string data_ = folder_.path_of("data");
};

TEST_F(LogCommands, AreKnownByTheirFirstWord) {
  const struct {
    Words words;
    bool is_one;
  } rows[] = {
      {{}, false},         {{"log"}, true},
      {{"export"}, true},  {{"import", "x"}, true},
      {{"serve"}, false},  {{"logs"}, false},
      {{"Export"}, false}, {{"x", "export"}, false},
  };
  for (const auto& row : rows) EXPECT_EQ(is_log_command(row.words), row.is_one);
}

TEST_F(LogCommands, SayHowTheyAreCalled) {
  const struct {
    Words words;
    const char* usage;
  } rows[] = {
      {{"log"}, "papo log check DIR, or papo log repair DIR"},
      {{"log", "mend", "d"}, "papo log check DIR, or papo log repair DIR"},
      {{"log", "check"}, "usage: papo log check DIR"},
      {{"log", "check", ""}, "usage: papo log check DIR"},
      {{"log", "repair", "d", "e"}, "usage: papo log repair DIR"},
      {{"export"}, "usage: papo export DIR"},
      {{"import", "--help"}, "usage: papo import DIR"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.usage);
    const Ended ended = run(row.words);
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.output, "");
    EXPECT_TRUE(holds(ended.error, row.usage));
    EXPECT_EQ(ended.error.find('\n'), ended.error.size() - 1);
  }
}

TEST_F(LogCommands, FailWhereThereIsNoLog) {
  const std::string empty = folder_.path_of("empty");
  ASSERT_TRUE(open_log_folder(empty, true).ok());
  for (const char* word : {"check", "repair"}) {
    const Ended missing = run({"log", word, data_});
    EXPECT_EQ(missing.status, 1);
    EXPECT_TRUE(holds(missing.error, "there is no such folder"));
    const Ended ended = run({"log", word, empty});
    EXPECT_EQ(ended.status, 1);
    EXPECT_TRUE(holds(ended.error, "holds no log"));
  }
}

TEST_F(LogCommands, FindAnIntactLogIntact) {
  write_log();
  const Ended checked = run({"log", "check", data_});
  EXPECT_EQ(checked.status, 0);
  EXPECT_TRUE(checked.output.starts_with(data_ + " is intact: 1 room, 1 user"));
  const Ended repaired = run({"log", "repair", data_});
  EXPECT_EQ(repaired.status, 0);
  EXPECT_TRUE(holds(repaired.output, "there is nothing to repair"));
}

TEST_F(LogCommands, RepairWhatIsDamagedAndKeepACopy) {
  write_log();
  const std::string name = snapshot_name();
  std::string bytes = folder_.read("data/" + name);
  const std::size_t at = bytes.find("hello");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'j';
  folder_.write("data/" + name, bytes);

  const Ended checked = run({"log", "check", data_});
  EXPECT_EQ(checked.status, 1);
  EXPECT_TRUE(holds(checked.output, data_ + " is damaged:\n  " + name));
  EXPECT_EQ(run({"export", data_}).status, 1);
  const Ended repaired = run({"log", "repair", data_});
  EXPECT_EQ(repaired.status, 0);
  EXPECT_TRUE(holds(repaired.output, "before-repair-1"));
  EXPECT_EQ(folder_.read("data/before-repair-1/" + name), bytes);
  EXPECT_EQ(run({"log", "check", data_}).status, 0);
}

TEST_F(LogCommands, ExportLines) {
  write_log();
  const Ended exported = run({"export", data_});
  EXPECT_EQ(exported.status, 0);
  EXPECT_TRUE(holds(exported.output, "\"hello\""));
  EXPECT_TRUE(exported.output.ends_with("}\n"));
}

TEST_F(LogCommands, ImportNothingOverALog) {
  write_log();
  const Ended imported = run({"import", data_});
  EXPECT_EQ(imported.status, 1);
  EXPECT_TRUE(holds(imported.error, "holds a log already"));
}

}  // namespace
}  // namespace papo::cli
