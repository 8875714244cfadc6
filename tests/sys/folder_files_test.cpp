#include "sys/folder_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "support/temporary_folder.h"

namespace papo::sys {
namespace {

class FolderFilesTest : public testing::Test {
 protected:
  FolderFilesTest() {
    folder_.write("static/index.html", "<p>");
    folder_.write("static/js/feed.js", "feed");
    folder_.write("secret", "secret");
    folder_.write("outside/x", "secret");
  }

  void link(std::string_view target, std::string_view name) const {
    ASSERT_EQ(
        ::symlink(std::string(target).c_str(), folder_.path_of(name).c_str()),
        0);
  }
  // "" where there is none.
  std::string find(std::string_view path) {
    auto files = FolderFiles::open(folder_.path_of("static"));
    EXPECT_TRUE(files.ok());
    app::File file;
    if (!files->find(path, &file)) return {};
    EXPECT_EQ(file.gzipped, "");
    EXPECT_TRUE(file.etag.starts_with('"') && file.etag.ends_with('"'));
    return std::string(file.bytes);
  }

  support::TemporaryFolder folder_;
};

TEST_F(FolderFilesTest, AreFoundByTheirPath) {
  EXPECT_EQ(find("index.html"), "<p>");
  EXPECT_EQ(find("js/feed.js"), "feed");
  EXPECT_EQ(find("none"), "");
  EXPECT_EQ(find("js/none"), "");
  EXPECT_EQ(find("none/feed.js"), "");
  EXPECT_EQ(find("index.html/x"), "");
}

TEST_F(FolderFilesTest, AreReadAnew) {
  auto files = FolderFiles::open(folder_.path_of("static"));
  ASSERT_TRUE(files.ok());
  EXPECT_FALSE(files->is_permanent());
  app::File file;
  ASSERT_TRUE(files->find("index.html", &file));
  const std::string before(file.etag);
  ASSERT_TRUE(files->find("index.html", &file));
  EXPECT_EQ(file.etag, before);
  folder_.write("static/index.html", "<p>new");
  ASSERT_TRUE(files->find("index.html", &file));
  EXPECT_EQ(file.bytes, "<p>new");
  EXPECT_NE(file.etag, before);
  folder_.write("static/index.html", "");
  ASSERT_TRUE(files->find("index.html", &file));
  EXPECT_EQ(file.bytes, "");
}

// Nothing outside can be had by a link, be it the file, a folder on the way,
// absolute, relative, or back in.
TEST_F(FolderFilesTest, DoNotFollowLinks) {
  link(folder_.path_of("secret"), "static/absolute");
  link("../secret", "static/relative");
  link("../outside", "static/folder");
  link("index.html", "static/inside");
  link("loop", "static/loop");
  for (const std::string_view path :
       {"absolute", "relative", "folder/x", "inside", "loop"}) {
    EXPECT_EQ(find(path), "") << path;
  }
}

// The path is safe before it comes here; if it were not, it would still lead
// nowhere.
TEST_F(FolderFilesTest, DoNotLeadOut) {
  for (const std::string_view path :
       {"", "/", "..", "../secret", "js/../../secret", "./index.html", "js/",
        "js//feed.js", "/etc/passwd"}) {
    EXPECT_EQ(find(path), "") << path;
  }
}

TEST_F(FolderFilesTest, AreRegularFiles) {
  ASSERT_EQ(::mkfifo(folder_.path_of("static/fifo").c_str(), 0600), 0);
  EXPECT_EQ(find("fifo"), "") << "and nobody waits for who writes to it";
  EXPECT_EQ(find("js"), "");
}

TEST_F(FolderFilesTest, AreOfABoundedSize) {
  const std::string path = folder_.path_of("static/large");
  constexpr long kLimit = 16 * 1024 * 1024;
  folder_.write("static/large", "x");
  ASSERT_EQ(::truncate(path.c_str(), kLimit), 0);
  EXPECT_EQ(find("large").size(), static_cast<std::size_t>(kLimit));
  ASSERT_EQ(::truncate(path.c_str(), kLimit + 1), 0);
  EXPECT_EQ(find("large"), "");
}

TEST_F(FolderFilesTest, OfAFolderThatIsNoneCannotBeHad) {
  const auto none = FolderFiles::open(folder_.path_of("none"));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().number, ENOENT);
  const auto file = FolderFiles::open(folder_.path_of("secret"));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().number, ENOTDIR);
}

}  // namespace
}  // namespace papo::sys
