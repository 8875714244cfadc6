#include "app/static_files.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::app {
namespace {

constexpr std::string_view kBytes = "0123456789";
const File kFile = {kBytes, "gzipped", "\"tag\""};
const File kPlainFile = {kBytes, "", "\"tag\""};

FileAnswer answer(std::string_view fields, const File& file = kFile,
                  std::string_view method = "GET",
                  std::string_view path = "app.js") {
  std::string bytes(method);
  bytes.append(" /x HTTP/1.1\r\nHost: x\r\n").append(fields).append("\r\n");
  http::RequestReader reader;
  EXPECT_EQ(reader.next(bytes), http::RequestReader::Event::Request) << fields;
  return answer_file(reader.request(), path, file);
}

bool has_line(const FileAnswer& answer, std::string_view line) {
  return ("\r\n" + answer.headers).find("\r\n" + std::string(line) + "\r\n") !=
         std::string::npos;
}

TEST(StaticFiles, MeanThePathOfARequest) {
  const struct {
    std::string_view request_path;
    std::string_view path;  // "" where none can be meant
  } rows[] = {
      {"/", "index.html"},
      {"/app.js", "app.js"},
      {"/js/feed.js", "js/feed.js"},
      {"/js/", "js/index.html"},
      {"/a%20b", "a b"},
      {"/%61pp.js", "app.js"},
      {"/a.b..c", "a.b..c"},
      {"/a%", "a%"},
      {"//", ""},
      {"//etc/passwd", ""},
      {"/..", ""},
      {"/../etc/passwd", ""},
      {"/js/../../etc/passwd", ""},
      {"/js/..", ""},
      {"/./app.js", ""},
      {"/js//feed.js", ""},
      {"/%2e%2e/etc/passwd", ""},
      {"/%2E%2e/x", ""},
      {"/.%2e/x", ""},
      {"/..%2fetc/passwd", ""},
      {"/..%5cetc", ""},
      {"/js%2ffeed.js", ""},
      {"/a%00.js", ""},
      {"/a%0a", ""},
      {"/.git/config", ""},
      {"/.env", ""},
      {"/%2eenv", ""},
      {"/js/.hidden", ""},
      {"/js/%2Ehidden/x", ""},
      {"*", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.request_path);
    std::string path = "left over";
    const bool meant = file_path_of(row.request_path, &path);
    EXPECT_EQ(meant, !row.path.empty());
    if (meant) {
      EXPECT_EQ(path, row.path);
    }
  }
}

// RFC 9110 §12.5.3, with the weights of §12.4.2.
TEST(StaticFiles, AreCompressedForThoseWhoTakeIt) {
  const struct {
    std::string_view accept;
    bool gzip;
  } rows[] = {
      {"gzip", true},
      {"GZip", true},
      {"gzip, deflate, br", true},
      {"deflate;q=1 , gzip;q=0.5", true},
      {"br;q=1.0,gzip ; q=0.001", true},
      {"*", true},
      {"*;q=0.1", true},
      {"", false},
      {"identity", false},
      {"deflate, br", false},
      {"gzipped", false},
      {"x-gzip", false},
      {"gzip;q=0", false},
      {"gzip;Q=0.000", false},
      {"gzip; q=0.0, *", false},  // by name goes before "*"
      {"*;q=0", false},
      {"*;q=0, gzip", true},
      {"*, gzip;q=0", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.accept);
    const FileAnswer found =
        answer("Accept-Encoding: " + std::string(row.accept) + "\r\n");
    EXPECT_EQ(found.status, 200);
    EXPECT_EQ(found.body, row.gzip ? kFile.gzipped : kBytes);
    EXPECT_EQ(has_line(found, "Content-Encoding: gzip"), row.gzip);
    EXPECT_TRUE(
        has_line(found, row.gzip ? "ETag: \"tag-gz\"" : "ETag: \"tag\""));
    EXPECT_TRUE(has_line(found, "Vary: Accept-Encoding"));
  }
  const FileAnswer plain = answer("Accept-Encoding: gzip\r\n", kPlainFile);
  EXPECT_EQ(plain.body, kBytes);
  EXPECT_FALSE(has_line(plain, "Content-Encoding: gzip"));
  EXPECT_FALSE(has_line(plain, "Vary: Accept-Encoding"));
}

// RFC 9110 §13.1.2: weak comparison, of the form that would be sent.
TEST(StaticFiles, AreNotSentToThoseWhoHaveThem) {
  const struct {
    std::string_view fields;
    int status;
  } rows[] = {
      {"If-None-Match: \"tag\"\r\n", 304},
      {"If-None-Match: W/\"tag\"\r\n", 304},
      {"If-None-Match: \"other\", \"tag\"\r\n", 304},
      {"If-None-Match: *\r\n", 304},
      {"If-None-Match: \"other\"\r\n", 200},
      {"If-None-Match: tag\r\n", 200},
      {"If-None-Match: \"tag-gz\"\r\n", 200},
      {"If-None-Match:\r\n", 200},
      {"Accept-Encoding: gzip\r\nIf-None-Match: \"tag-gz\"\r\n", 304},
      {"Accept-Encoding: gzip\r\nIf-None-Match: \"tag\"\r\n", 200},
      {"If-None-Match: \"tag\"\r\nRange: bytes=0-1\r\n", 304},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.fields);
    const FileAnswer found = answer(row.fields);
    EXPECT_EQ(found.status, row.status);
    EXPECT_EQ(found.body.empty(), row.status == 304);
    EXPECT_NE(found.headers.find("ETag: "), std::string::npos);
  }
}

TEST(StaticFiles, AreSentInPart) {
  const struct {
    std::string_view rule;
    std::string_view range;
    int status;
    std::string_view body;
    std::string_view content_range;
  } rows[] = {
      {"from and to", "bytes=2-4", 206, "234", "bytes 2-4/10"},
      {"one byte", "bytes=0-0", 206, "0", "bytes 0-0/10"},
      {"the last byte", "bytes=9-9", 206, "9", "bytes 9-9/10"},
      {"open", "bytes=7-", 206, "789", "bytes 7-9/10"},
      {"beyond the end", "bytes=7-99", 206, "789", "bytes 7-9/10"},
      {"far beyond", "bytes=7-18446744073709551615", 206, "789",
       "bytes 7-9/10"},
      {"the last", "bytes=-3", 206, "789", "bytes 7-9/10"},
      {"the last, more than there are", "bytes=-30", 206, kBytes,
       "bytes 0-9/10"},
      {"begins at the end", "bytes=10-", 416, "", "bytes */10"},
      {"begins beyond", "bytes=18446744073709551615-", 416, "", "bytes */10"},
      {"the last none", "bytes=-0", 416, "", "bytes */10"},
      // §14.2: what is not understood is ignored.
      {"backwards", "bytes=4-2", 200, kBytes, ""},
      {"several", "bytes=0-1,3-4", 200, kBytes, ""},
      {"another unit", "lines=0-1", 200, kBytes, ""},
      {"no number", "bytes=a-b", 200, kBytes, ""},
      {"nothing", "bytes=-", 200, kBytes, ""},
      {"no dash", "bytes=5", 200, kBytes, ""},
      {"negative", "bytes=--5", 200, kBytes, ""},
      {"overflows", "bytes=99999999999999999999-", 200, kBytes, ""},
      {"empty", "", 200, kBytes, ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const FileAnswer found = answer(
        "Accept-Encoding: gzip\r\nRange: " + std::string(row.range) + "\r\n",
        kPlainFile);
    EXPECT_EQ(found.status, row.status);
    EXPECT_EQ(found.body, row.body);
    const std::size_t at = found.headers.find("Content-Range: ");
    EXPECT_EQ(at == std::string::npos, row.content_range.empty());
    if (!row.content_range.empty()) {
      EXPECT_TRUE(
          has_line(found, "Content-Range: " + std::string(row.content_range)));
    }
  }
  const File empty = {"", "", "\"e\""};
  EXPECT_EQ(answer("Range: bytes=0-\r\n", empty).status, 416);
  EXPECT_EQ(answer("Range: bytes=-1\r\n", empty).status, 416);
}

// A part is of the bytes as they are: a compressed form has other parts.
TEST(StaticFiles, AreSentInPartUncompressed) {
  const FileAnswer found =
      answer("Accept-Encoding: gzip\r\nRange: bytes=0-1\r\n");
  EXPECT_EQ(found.status, 206);
  EXPECT_EQ(found.body, "01");
  EXPECT_FALSE(has_line(found, "Content-Encoding: gzip"));
  EXPECT_TRUE(has_line(found, "ETag: \"tag\""));
}

// RFC 9110 §13.1.5: strong comparison, else the whole.
TEST(StaticFiles, AreSentInPartOnlyIfTheyAreTheSame) {
  const struct {
    std::string_view if_range;
    int status;
  } rows[] = {
      {"\"tag\"", 206},
      {"W/\"tag\"", 200},
      {"\"tag-gz\"", 200},
      {"\"other\"", 200},
      {"Tue, 14 Nov 2023 22:13:20 GMT", 200},
      {"", 200},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.if_range);
    EXPECT_EQ(answer("Range: bytes=0-1\r\nIf-Range: " +
                     std::string(row.if_range) + "\r\n")
                  .status,
              row.status);
  }
}

// RFC 9110 §14.2: Range is defined for GET alone.
TEST(StaticFiles, AreWholeForHead) {
  const FileAnswer found = answer("Range: bytes=0-1\r\n", kFile, "HEAD");
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.body, kBytes);
  EXPECT_EQ(answer("Range: bytes=99-\r\n", kFile, "HEAD").status, 200);
}

TEST(StaticFiles, AreOfTheTypeThatTheirNameSays) {
  const struct {
    std::string_view path;
    std::string_view type;
  } rows[] = {
      {"index.html", "text/html; charset=utf-8"},
      {"css/a.css", "text/css; charset=utf-8"},
      {"a.b.js", "text/javascript; charset=utf-8"},
      {"a.json", "application/json"},
      {"a.svg", "image/svg+xml"},
      {"a.png", "image/png"},
      {"favicon.ico", "image/x-icon"},
      {"app.webmanifest", "application/manifest+json"},
      {"robots.txt", "text/plain; charset=utf-8"},
      {"a.woff2", "font/woff2"},
      {"a.exe", "application/octet-stream"},
      {"html", "application/octet-stream"},
      {"", "application/octet-stream"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(content_type_of(row.path), row.type) << row.path;
  }
}

TEST(StaticFiles, AreGuarded) {
  const FileAnswer page = answer("", kFile, "GET", "index.html");
  EXPECT_TRUE(has_line(page, "Cache-Control: no-cache"));
  EXPECT_NE(page.headers.find("Content-Security-Policy: default-src 'none'"),
            std::string::npos);
  EXPECT_EQ(page.headers.find("unsafe"), std::string::npos);
  const FileAnswer script = answer("");
  EXPECT_EQ(script.headers.find("Content-Security-Policy"), std::string::npos);
}

TEST(StaticFiles, OfTheProgramAreFoundByTheirPath) {
  EmbeddedFiles files;
  File file;
  ASSERT_TRUE(files.find("index.html", &file));
  files.unpack("index.html", &file);
  EXPECT_FALSE(file.bytes.empty());
  for (const std::string_view path :
       {"", "index", "index.htm", "index.html/", "INDEX.HTML", "zzz", "\xFF"}) {
    EXPECT_FALSE(files.find(path, &file)) << path;
  }
  EXPECT_TRUE(files.is_permanent());
  EXPECT_EQ(files.fingerprint().size(), 16u);
  EXPECT_EQ(files.fingerprint(), EmbeddedFiles().fingerprint());
}

}  // namespace
}  // namespace papo::app
