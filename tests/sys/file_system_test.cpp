#include "sys/file_system.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.h"

namespace papo::sys {
namespace {

class FileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_folder(folder_.path_of("data"), true);
    ASSERT_TRUE(opened.ok());
    files_ = std::move(*opened);
  }

  std::string path_of(std::string_view name) const {
    return folder_.path_of("data/" + std::string(name));
  }
  static unsigned mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }
  void create(std::string_view name, std::string_view bytes) {
    auto file = files_->create(name);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->append(bytes).ok());
  }
  std::vector<std::string> names() {
    auto listed = files_->list();
    EXPECT_TRUE(listed.ok());
    std::sort(listed->begin(), listed->end());
    return *listed;
  }

  support::TemporaryFolder folder_;
  std::unique_ptr<log::FileSystem> files_;
};

TEST_F(FileSystemTest, IsItsOwnersAlone) {
  EXPECT_EQ(mode_of(folder_.path_of("data")), 0700u);
  create("a", "x");
  EXPECT_EQ(mode_of(path_of("a")), 0600u);
  ASSERT_TRUE(files_->lock("lock").ok());
  EXPECT_EQ(mode_of(path_of("lock")), 0600u);
}

TEST_F(FileSystemTest, AppendsReadsAndTruncates) {
  auto file = files_->create("a");
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->append("0123").ok());
  ASSERT_TRUE((*file)->append("").ok());
  ASSERT_TRUE((*file)->append("456789").ok());
  ASSERT_TRUE((*file)->sync().ok());
  auto reader = files_->open("a");
  ASSERT_TRUE(reader.ok());
  const struct {
    std::uint64_t offset;
    std::size_t size;
    std::string_view bytes;
  } rows[] = {
      {0, 10, "0123456789"},
      {0, 20, "0123456789"},
      {4, 3, "456"},
      {8, 10, "89"},
      {10, 5, ""},
      {99, 5, ""},
      {0, 0, ""},
  };
  for (const auto& row : rows) {
    std::string into(row.size, '?');
    const auto count = (*reader)->read(row.offset, into);
    ASSERT_TRUE(count.ok());
    EXPECT_EQ(into.substr(0, *count), row.bytes);
  }
  ASSERT_TRUE((*file)->truncate(4).ok());
  ASSERT_TRUE((*file)->append("x").ok());
  EXPECT_EQ(folder_.read("data/a"), "0123x") << "goes on at the end";
}

TEST_F(FileSystemTest, CreatesEmptyWhateverWasThere) {
  create("a", "old and longer");
  create("a", "new");
  EXPECT_EQ(folder_.read("data/a"), "new");
}

TEST_F(FileSystemTest, ListsRenamesAndRemoves) {
  EXPECT_TRUE(names().empty());
  create("a", "a");
  create("b", "b");
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "b"})) << "from the start";
  ASSERT_TRUE(files_->rename("a", "b").ok());
  EXPECT_EQ(names(), std::vector<std::string>{"b"});
  EXPECT_EQ(folder_.read("data/b"), "a");
  ASSERT_TRUE(files_->sync("b").ok());
  ASSERT_TRUE(files_->remove("b").ok());
  ASSERT_TRUE(files_->sync_folder().ok());
  EXPECT_TRUE(names().empty());
}

TEST_F(FileSystemTest, SaysWhatIsNotThere) {
  EXPECT_EQ(files_->open("none").error().number, ENOENT);
  EXPECT_EQ(files_->sync("none").error().number, ENOENT);
  EXPECT_EQ(files_->rename("none", "other").error().number, ENOENT);
  EXPECT_EQ(files_->remove("none").error().number, ENOENT);
}

// A link in the folder may lead to a file of anybody's.
TEST_F(FileSystemTest, FollowsNoLinks) {
  folder_.write("elsewhere", "precious");
  ASSERT_EQ(
      ::symlink(folder_.path_of("elsewhere").c_str(), path_of("link").c_str()),
      0);
  EXPECT_EQ(files_->create("link").error().number, ELOOP);
  EXPECT_EQ(files_->open("link").error().number, ELOOP);
  EXPECT_EQ(files_->lock("link").error().number, ELOOP);
  EXPECT_EQ(folder_.read("elsewhere"), "precious");
  ASSERT_TRUE(files_->remove("link").ok()) << "the link itself";
  EXPECT_EQ(folder_.read("elsewhere"), "precious");
}

TEST_F(FileSystemTest, LocksOnceUntilTheLockGoes) {
  auto other = open_folder(folder_.path_of("data"), false);
  ASSERT_TRUE(other.ok());
  {
    const auto lock = files_->lock("lock");
    ASSERT_TRUE(lock.ok());
    EXPECT_EQ((*other)->lock("lock").error().number, EWOULDBLOCK);
    EXPECT_EQ((*other)->lock("another").error().number, EWOULDBLOCK)
        << "the folder itself is locked";
    EXPECT_EQ((*other)->lock_shared("lock").error().number, EWOULDBLOCK);
  }
  EXPECT_TRUE((*other)->lock("lock").ok());
}

TEST_F(FileSystemTest, ALockOutlivesItsFileAndIsTakenAgain) {
  auto other = open_folder(folder_.path_of("data"), false);
  ASSERT_TRUE(other.ok());
  const auto lock = files_->lock("lock");
  ASSERT_TRUE(lock.ok());
  EXPECT_TRUE((*lock)->check().ok());
  ASSERT_TRUE(files_->remove("lock").ok());
  EXPECT_FALSE((*lock)->check().ok());
  EXPECT_EQ((*other)->lock("lock").error().number, EWOULDBLOCK);
  EXPECT_TRUE(names().empty()) << "refused before it makes a file";
  EXPECT_TRUE((*lock)->renew().ok());
  EXPECT_TRUE((*lock)->check().ok());
  create("lock.new", "");
  ASSERT_TRUE(files_->rename("lock.new", "lock").ok());
  EXPECT_FALSE((*lock)->check().ok()) << "it is another file";
}

// Who reads makes no file, needs no lock file, and lets others read.
TEST_F(FileSystemTest, ReadersLockOutWritersAndNoReaders) {
  auto other = open_folder(folder_.path_of("data"), false);
  ASSERT_TRUE(other.ok());
  for (const bool with_file : {false, true}) {
    if (with_file) create("lock", "");
    auto first = files_->lock_shared("lock");
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(first->gap.has_value());
    EXPECT_EQ(names().size(), with_file ? 1u : 0u);
    EXPECT_TRUE((*other)->lock_shared("lock").ok());
    EXPECT_EQ((*other)->lock("lock").error().number, EWOULDBLOCK);
    first->lock.reset();
    EXPECT_TRUE((*other)->lock("lock").ok());
    ASSERT_TRUE(files_->remove("lock").ok());
  }
  ASSERT_EQ(::symlink("elsewhere", path_of("lock").c_str()), 0);
  auto shared = files_->lock_shared("lock");
  ASSERT_TRUE(shared.ok());
  EXPECT_EQ(shared->gap->number, ELOOP) << "what it holds nobody knows";
}

TEST_F(FileSystemTest, KnowsWhetherItsPathLeadsToIt) {
  EXPECT_TRUE(files_->check_place().ok());
  const std::string path = folder_.path_of("data");
  const std::string away = folder_.path_of("away");
  ASSERT_EQ(::rename(path.c_str(), away.c_str()), 0);
  EXPECT_EQ(files_->check_place().error().number, ENOENT);
  ASSERT_TRUE(open_folder(path, true).ok());
  EXPECT_EQ(files_->check_place().error().number, 0);
  ASSERT_EQ(::rmdir(path.c_str()), 0);
  ASSERT_EQ(::symlink(away.c_str(), path.c_str()), 0);
  EXPECT_TRUE(files_->check_place().ok()) << "a link that leads here";
}

TEST_F(FileSystemTest, TellsAFileFromItsSuccessor) {
  auto file = files_->create("a");
  ASSERT_TRUE(file.ok());
  const auto identity = (*file)->identity();
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(*files_->identity("a"), *identity);
  ASSERT_TRUE(files_->rename("a", "b").ok());
  EXPECT_EQ(*files_->identity("b"), *identity);
  EXPECT_EQ(files_->identity("a").error().number, ENOENT);
  create("a", "");
  EXPECT_FALSE(*files_->identity("a") == *identity);
}

// The system lets go of a lock whose process was killed.
TEST_F(FileSystemTest, ALockEndsWithItsProcess) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = files_->lock("lock");
    const char byte = lock.ok() ? '1' : '0';
    if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char byte = '?';
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, '1');
  EXPECT_EQ(files_->lock("lock").error().number, EWOULDBLOCK);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(files_->lock("lock").ok());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(FileSystemTest, OpensAFolderThatIsThereOrMakesIt) {
  EXPECT_TRUE(open_folder(folder_.path_of("data"), true).ok());
  EXPECT_TRUE(open_folder(folder_.path_of("data"), false).ok());
  EXPECT_EQ(open_folder(folder_.path_of("none"), false).error().number, ENOENT);
  EXPECT_EQ(open_folder(folder_.path_of("no/parent"), true).error().number,
            ENOENT);
  folder_.write("file", "");
  EXPECT_EQ(open_folder(folder_.path_of("file"), true).error().number, ENOTDIR);
}

}  // namespace
}  // namespace papo::sys
