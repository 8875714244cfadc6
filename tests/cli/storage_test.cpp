#include "cli/storage.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <string>

#include "support/temporary_folder.h"

namespace papo::cli {
namespace {

constexpr base::Micros kPatience = std::chrono::seconds(30);  // only to fail

class Applier final : public log::Committed {
 public:
  explicit Applier(chat::RoomStore* store) : store_(*store) {}
  void on_committed(const chat::Command& command, log::Ticket) override {
    static_cast<void>(store_.apply(command, nullptr));
    ++committed;
  }
  void on_failed(log::Ticket) override { ADD_FAILURE() << "it failed"; }
  int committed = 0;

 private:
  chat::RoomStore& store_;
};

class StorageTest : public ::testing::Test {
 protected:
  StorageOptions options(const std::string& folder) const {
    StorageOptions options;
    options.folder = folder;
    options.pending_bytes_max = 1 << 20;
    return options;
  }
  static chat::Command join() {
    return {.kind = chat::CommandKind::Join,
            .time = std::chrono::seconds(1'700'000'000),
            .room = "geral",
            .user = "ana"};
  }
  chat::RoomStore make_store() const {
    return chat::RoomStore({}, chat::Language::English, {});
  }

  const support::TemporaryFolder folder_;
  sys::Diagnostics diagnostics_{sys::LogLevel::Error, sys::LogFormat::Text};
  base::Result<sys::Wakeup> wakeup_ = sys::Wakeup::create();
};

TEST_F(StorageTest, IsMemoryWithoutAFolder) {
  chat::RoomStore store = make_store();
  Storage storage(&diagnostics_, &*wakeup_);
  ASSERT_TRUE(storage.open(options(""), &store).ok());
  EXPECT_FALSE(storage.log()->health().is_durable);
  EXPECT_EQ(storage.log()->append(join(), 1), log::Appended::Committed);
  Applier applier(&store);
  EXPECT_TRUE(storage.log()->close(&applier, base::Micros(0)));
  EXPECT_EQ(applier.committed, 0) << "it was told already";
}

TEST_F(StorageTest, KeepsWhatIsCommittedInItsFolder) {
  const std::string path = folder_.path_of("data");
  {
    chat::RoomStore store = make_store();
    Applier applier(&store);
    Storage storage(&diagnostics_, &*wakeup_);
    ASSERT_TRUE(storage.open(options(path), &store).ok());
    EXPECT_TRUE(storage.log()->health().is_durable);
    EXPECT_EQ(storage.log()->append(join(), 1), log::Appended::Pending);
    EXPECT_TRUE(storage.log()->close(&applier, kPatience));
    EXPECT_EQ(applier.committed, 1);
  }
  chat::RoomStore store = make_store();
  Storage storage(&diagnostics_, &*wakeup_);
  ASSERT_TRUE(storage.open(options(path), &store).ok());
  EXPECT_EQ(store.room_count(), 1u);
}

TEST_F(StorageTest, SaysInASentenceWhyItCannotOpenAFolder) {
  folder_.write("file", "");
  const struct {
    const char* name;
    std::string path;
    const char* advice;
  } rows[] = {
      {"no parent", folder_.path_of("no/such"), "make its parent folder first"},
      {"below a file", folder_.path_of("file/data"),
       "a part of the path is a file"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    chat::RoomStore store = make_store();
    Storage storage(&diagnostics_, &*wakeup_);
    const auto opened = storage.open(options(row.path), &store);
    ASSERT_FALSE(opened.ok());
    EXPECT_TRUE(opened.error().starts_with(row.path + ": "));
    EXPECT_NE(opened.error().find(row.advice), std::string::npos);
  }
}

TEST_F(StorageTest, KeepsASecondOneOut) {
  const std::string path = folder_.path_of("data");
  chat::RoomStore store = make_store();
  Storage first(&diagnostics_, &*wakeup_);
  ASSERT_TRUE(first.open(options(path), &store).ok());
  chat::RoomStore other = make_store();
  Storage second(&diagnostics_, &*wakeup_);
  const auto opened = second.open(options(path), &other);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().find("another papo uses this folder"),
            std::string::npos);
}

TEST(OpenLogFolder, MakesOneOnlyWhenItIsTold) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("data");
  const auto missing = open_log_folder(path, false);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error(), path + ": there is no such folder");
  EXPECT_TRUE(open_log_folder(path, true).ok());
  EXPECT_TRUE(open_log_folder(path, false).ok());
}

}  // namespace
}  // namespace papo::cli
