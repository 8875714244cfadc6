#include "app/embedded_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace papo::app {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_hidden(const fs::path& relative) {
  return std::any_of(relative.begin(), relative.end(), [](const auto& part) {
    return part.string().starts_with(".");
  });
}

TEST(EmbeddedFiles, HoldsEveryFileOfTheFolderWithItsBytes) {
  const fs::path folder = PAPO_STATIC_FOLDER;
  std::set<std::string> present;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path relative = fs::relative(entry.path(), folder);
    if (entry.is_regular_file() && !is_hidden(relative)) {
      present.insert(relative.generic_string());
    }
  }
  std::set<std::string> embedded;
  for (const EmbeddedFile& file : embedded_files()) {
    SCOPED_TRACE(file.path);
    embedded.emplace(file.path);
    EXPECT_EQ(file.bytes, read_file(folder / file.path));
  }
  EXPECT_EQ(embedded, present);
}

TEST(EmbeddedFiles, AreSortedByPathEachOnce) {
  const auto files = embedded_files();
  for (std::size_t i = 1; i < files.size(); ++i) {
    EXPECT_LT(files[i - 1].path, files[i].path);
  }
}

// One gzip member (RFC 1952 §2.3), without a time (MTIME is zero), so that two
// builds of the same tree are the same.
TEST(EmbeddedFiles, AreCompressedOnlyWhereThatHelps) {
  for (const EmbeddedFile& file : embedded_files()) {
    SCOPED_TRACE(file.path);
    if (file.gzipped.empty()) continue;
    EXPECT_LT(file.gzipped.size(), file.bytes.size());
    ASSERT_GE(file.gzipped.size(), 18u);
    EXPECT_EQ(file.gzipped.substr(0, 3), "\x1f\x8b\x08");
    EXPECT_EQ(file.gzipped.substr(4, 4), std::string(4, '\0'));
    // ISIZE: the size of what was compressed, in four bytes at the end.
    std::size_t size = 0;
    for (std::size_t i = 1; i <= 4; ++i) {
      const char byte = file.gzipped[file.gzipped.size() - i];
      size = size * 256 + static_cast<unsigned char>(byte);
    }
    EXPECT_EQ(size, file.bytes.size());
  }
}

// What a first visit costs, and what the binary carries.
TEST(EmbeddedFiles, FitIntoSixtyKibibytesCompressed) {
  std::size_t bytes = 0;
  bool compressed = false;
  for (const EmbeddedFile& file : embedded_files()) {
    compressed |= !file.gzipped.empty();
    bytes += file.gzipped.empty() ? file.bytes.size() : file.gzipped.size();
  }
  if (!compressed) GTEST_SKIP() << "built where gzip was missing";
  EXPECT_LE(bytes, 60u * 1024);
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
    contents.insert(file.bytes);
  }
  EXPECT_EQ(tags.size(), contents.size());
}

}  // namespace
}  // namespace papo::app
