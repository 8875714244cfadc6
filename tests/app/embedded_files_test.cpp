#include "app/embedded_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "app/static_files.h"
#include "support/static_content.h"
#include "wire/gzip.h"

namespace papo::app {
namespace {

TEST(EmbeddedFiles, HoldTheFolderAsItIsPutTogether) {
  const std::filesystem::path folder = PAPO_STATIC_FOLDER;
  std::set<std::string> present;
  for (const auto& each : support::embedded_files_of(folder)) {
    present.insert(each.generic_string());
  }
  EXPECT_LT(present.size(), support::files_of(folder).size());
  std::set<std::string> embedded;
  EmbeddedFiles files;
  for (const EmbeddedFile& file : embedded_files()) {
    SCOPED_TRACE(file.path);
    embedded.emplace(file.path);
    File found;
    ASSERT_TRUE(files.find(file.path, &found));
    files.unpack(file.path, &found);
    EXPECT_EQ(found.bytes, support::embedded_content(folder / file.path));
  }
  EXPECT_EQ(embedded, present);
}

TEST(EmbeddedFiles, LeaveOutWhatOnlyTheirAuthorsRead) {
  EmbeddedFiles files;
  for (const EmbeddedFile& file : embedded_files()) {
    SCOPED_TRACE(file.path);
    File found;
    ASSERT_TRUE(files.find(file.path, &found));
    files.unpack(file.path, &found);
    if (file.path.ends_with(".css")) {
      EXPECT_EQ(found.bytes.find("/*"), std::string_view::npos);
      EXPECT_EQ(found.bytes.find("@import"), std::string_view::npos);
    }
    if (file.path.ends_with(".svg") || file.path.ends_with(".webmanifest")) {
      continue;
    }
    EXPECT_EQ(found.bytes.find("\n "), std::string_view::npos);
    EXPECT_EQ(found.bytes.find("\n\n"), std::string_view::npos);
    EXPECT_EQ(found.bytes.find("\n//"), std::string_view::npos);
  }
}

TEST(EmbeddedFiles, AreSortedByPathEachOnce) {
  const auto files = embedded_files();
  for (std::size_t i = 1; i < files.size(); ++i) {
    EXPECT_LT(files[i - 1].path, files[i].path);
  }
}

// One gzip member (RFC 1952 §2.3), without a time (MTIME is zero), so that two
// builds of the same tree are the same; in the binary once, whichever form.
TEST(EmbeddedFiles, AreCompressedOnlyWhereThatHelps) {
  for (const EmbeddedFile& file : embedded_files()) {
    SCOPED_TRACE(file.path);
    EXPECT_NE(file.bytes.empty(), file.gzipped.empty());
    if (file.gzipped.empty()) continue;
    EXPECT_EQ(file.gzipped.substr(0, 3), "\x1f\x8b\x08");
    EXPECT_EQ(file.gzipped.substr(4, 4), std::string(4, '\0'));
    const auto bytes = gzip::unpack(file.gzipped, 1 << 20);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_LT(file.gzipped.size(), bytes->size());
  }
}

// What a first visit costs, and what the binary carries.
TEST(EmbeddedFiles, FitIntoNinetySixKibibytesCompressed) {
  std::size_t bytes = 0;
  bool compressed = false;
  for (const EmbeddedFile& file : embedded_files()) {
    compressed |= !file.gzipped.empty();
    bytes += file.gzipped.empty() ? file.bytes.size() : file.gzipped.size();
  }
  if (!compressed) GTEST_SKIP() << "built where gzip was missing";
  EXPECT_LE(bytes, 96u * 1024);
}

// entity-tag = opaque-tag = DQUOTE *etagc DQUOTE (RFC 9110 §8.8.3)
TEST(EmbeddedFiles, HaveStrongTagsOfTheirContent) {
  std::set<std::string_view> tags;
  std::set<std::string_view> contents;
  for (const EmbeddedFile& file : embedded_files()) {
    SCOPED_TRACE(file.path);
    ASSERT_GT(file.etag.size(), 2u);
    EXPECT_EQ(file.etag.front(), '"');
    EXPECT_EQ(file.etag.back(), '"');
    const std::string_view inside = file.etag.substr(1, file.etag.size() - 2);
    EXPECT_EQ(inside.find_first_not_of("0123456789abcdef-"),
              std::string_view::npos);
    tags.insert(file.etag);
    contents.insert(file.gzipped.empty() ? file.bytes : file.gzipped);
  }
  EXPECT_EQ(tags.size(), contents.size());
}

}  // namespace
}  // namespace papo::app
