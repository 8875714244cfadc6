#include "sys/folder_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "support/scripted_worker.h"
#include "support/temporary_folder.h"

namespace papo::sys {
namespace {

using Outcome = app::FileLookups::Outcome;

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
  // "" where there is none, "too large" where it is.
  std::string find(std::string_view path) {
    if (!files_) {
      auto opened = FolderFiles::open_folder(folder_.path_of("static"));
      EXPECT_TRUE(opened.ok());
      files_.emplace(std::move(*opened), &worker_);
    }
    app::FileLookups* lookups = files_->lookups();
    const auto ticket = lookups->begin(path);
    app::File file;
    EXPECT_EQ(lookups->look(ticket, &file), Outcome::Pending);
    EXPECT_FALSE(lookups->advance()) << "its worker has not even begun";
    EXPECT_TRUE(worker_.run());
    EXPECT_TRUE(lookups->advance());
    const Outcome outcome = lookups->look(ticket, &file);
    const std::string bytes(file.bytes);
    data_ = file.bytes.data();
    etag_ = file.etag;
    lookups->end(ticket);
    if (outcome == Outcome::TooLarge) return "too large";
    if (outcome != Outcome::Found) return {};
    EXPECT_EQ(file.gzipped, "");
    EXPECT_TRUE(etag_.starts_with('"') && etag_.ends_with('"'));
    return bytes;
  }

  support::ScriptedWorker worker_;
  std::optional<FolderFiles> files_;
  std::string etag_;            // of the file found last
  const char* data_ = nullptr;  // where it was
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

TEST_F(FolderFilesTest, AreLookedAtAnew) {
  EXPECT_EQ(find("index.html"), "<p>");
  const std::string before = etag_;
  EXPECT_EQ(find("index.html"), "<p>");
  EXPECT_EQ(etag_, before);
  folder_.write("static/index.html", "<q>");  // as long, at the same moment
  EXPECT_EQ(find("index.html"), "<q>");
  EXPECT_NE(etag_, before);
  folder_.write("static/index.html", "");
  EXPECT_EQ(find("index.html"), "");
  EXPECT_NE(etag_, before);
  ASSERT_EQ(::unlink(folder_.path_of("static/index.html").c_str()), 0);
  EXPECT_EQ(find("index.html"), "");
}

// However often it is asked for, and although it is read again each time, for
// it was written just now.
TEST_F(FolderFilesTest, OfTheSameContentAreHeldOnce) {
  const std::string large(100'000, 'x');
  folder_.write("static/large", large);
  EXPECT_EQ(find("large"), large);
  const char* first = data_;
  EXPECT_EQ(find("large"), large);
  EXPECT_EQ(data_, first);
  folder_.write("static/large", large + "y");
  EXPECT_EQ(find("large"), large + "y");
}

// Several who ask meanwhile are answered together, each once; who has gone is
// forgotten.
TEST_F(FolderFilesTest, AreLookedForOnceForAllWhoWait) {
  find("index.html");
  app::FileLookups* lookups = files_->lookups();
  const auto first = lookups->begin("index.html");
  const auto gone = lookups->begin("index.html");
  const auto none = lookups->begin("none");
  const auto second = lookups->begin("index.html");
  const std::uint64_t started = worker_.started();
  lookups->end(gone);
  app::File file;
  EXPECT_EQ(lookups->look(second, &file), Outcome::Pending);
  ASSERT_TRUE(worker_.run());
  folder_.write("static/index.html", "new");
  EXPECT_TRUE(lookups->advance());
  EXPECT_EQ(lookups->look(first, &file), Outcome::Found);
  EXPECT_EQ(file.bytes, "<p>");
  EXPECT_EQ(lookups->look(second, &file), Outcome::Pending)
      << "asked after the first was begun: it may have changed since";
  EXPECT_EQ(worker_.started(), started + 1);
  ASSERT_TRUE(worker_.run());
  EXPECT_TRUE(lookups->advance());
  EXPECT_EQ(lookups->look(second, &file), Outcome::Found);
  EXPECT_EQ(file.bytes, "new");
  EXPECT_EQ(lookups->look(none, &file), Outcome::None);
  for (const auto each : {first, none, second}) lookups->end(each);
  EXPECT_FALSE(lookups->advance());
}

TEST_F(FolderFilesTest, AreKeptUpToABound) {
  const std::string large(FolderFiles::kFileBytesMax, 'x');
  for (int i = 0; i < 6; ++i) {
    const std::string name = "large" + std::to_string(i);
    folder_.write("static/" + name, large);
    EXPECT_EQ(find(name).size(), large.size());
  }
  EXPECT_EQ(find("large0").size(), large.size());
  EXPECT_EQ(find("index.html"), "<p>");
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
  constexpr auto kLimit = FolderFiles::kFileBytesMax;
  folder_.write("static/large", "x");
  ASSERT_EQ(::truncate(path.c_str(), static_cast<::off_t>(kLimit)), 0);
  EXPECT_EQ(find("large").size(), kLimit);
  ASSERT_EQ(::truncate(path.c_str(), static_cast<::off_t>(kLimit + 1)), 0);
  EXPECT_EQ(find("large"), "too large");
}

TEST_F(FolderFilesTest, OfAFolderThatIsNoneCannotBeHad) {
  const auto none = FolderFiles::open_folder(folder_.path_of("none"));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().number, ENOENT);
  const auto file = FolderFiles::open_folder(folder_.path_of("secret"));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().number, ENOTDIR);
}

}  // namespace
}  // namespace papo::sys
