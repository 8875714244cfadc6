// The web client's files, from inside the binary and from a folder: RFC 9110
// where a section has no other number.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/raw_client.h"
#include "support/server_process.h"
#include "support/static_content.h"
#include "support/temporary_folder.h"

namespace papo {
namespace {

using support::Answer;
using support::get_request;
using support::outcome_of;
using support::RawClient;
using support::ServerProcess;
using support::TemporaryFolder;

Answer ask(RawClient* client, const std::string& target,
           const std::string& fields, const std::string& method = "GET") {
  return client->ask(method + " " + target + " HTTP/1.1\r\nHost: x\r\n" +
                     fields + "\r\n");
}

const char* type_of(const std::filesystem::path& path) {
  const std::string ending = path.extension().string();
  if (ending == ".html") return "text/html; charset=utf-8";
  if (ending == ".css") return "text/css; charset=utf-8";
  if (ending == ".js") return "text/javascript; charset=utf-8";
  if (ending == ".svg") return "image/svg+xml";
  if (ending == ".png") return "image/png";
  if (ending == ".webmanifest") return "application/manifest+json";
  ADD_FAILURE() << "which type is " << path << "?";
  return "";
}

// Each of these files of static/, with what `content_of` says that it holds.
using ContentOf = std::string (*)(const std::filesystem::path& path);
void expect_files(const ServerProcess& server,
                  const std::vector<std::filesystem::path>& files,
                  ContentOf content_of) {
  RawClient client(server.port());
  for (const std::filesystem::path& each : files) {
    const std::filesystem::path path = PAPO_STATIC_FOLDER / each;
    SCOPED_TRACE(path);
    const Answer answer = client.ask(get_request("/" + each.generic_string()));
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body == content_of(path));
    EXPECT_EQ(answer.field("content-type"), type_of(path));
    EXPECT_EQ(answer.field("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.field("cache-control"), "no-cache");
    EXPECT_FALSE(answer.has_field("content-encoding"));
  }
  EXPECT_GT(files.size(), 3U);
  EXPECT_EQ(client.ask(get_request("/")).body,
            client.ask(get_request("/index.html")).body);
  EXPECT_EQ(client.ask(get_request("/?room=a")).status, 200);
}

TEST(StaticFiles, AreInTheBinary) {
  expect_files(ServerProcess(), support::embedded_files_of(PAPO_STATIC_FOLDER),
               support::embedded_content);
}

TEST(StaticFiles, ComeFromAFolder) {
  expect_files(ServerProcess({"--static", PAPO_STATIC_FOLDER}),
               support::files_of(PAPO_STATIC_FOLDER), support::read_file);
}

TEST(StaticFiles, ThePageMayRunNothingButItsOwnScripts) {
  const ServerProcess server;
  const std::string policy =
      support::get(server.port(), "/").field("content-security-policy");
  for (const char* directive :
       {"default-src 'none'", "script-src 'self'", "style-src 'self'",
        "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"}) {
    EXPECT_NE(policy.find(directive), std::string::npos) << directive;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST(StaticFiles, AreNotSentToWhoHasThem) {
  const ServerProcess server;
  RawClient client(server.port());
  const Answer whole = client.ask(get_request("/"));
  const std::string etag = whole.field("etag");
  EXPECT_TRUE(etag.starts_with('"') && etag.ends_with('"')) << etag;
  EXPECT_GT(etag.size(), 10U);
  struct Case {
    const char* name;
    std::string value;
    int status;
  };
  const Case cases[] = {
      {"the same (13.1.2)", etag, 304},
      {"weakly the same", "W/" + etag, 304},
      {"among others", R"("a", "b" , )" + etag, 304},
      {"any", "*", 304},
      {"another", R"("a")", 200},
      {"without quotes", etag.substr(1, etag.size() - 2), 200},
      {"another form's", etag.substr(0, etag.size() - 1) + "-gz\"", 200},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const Answer answer =
        ask(&client, "/", "If-None-Match: " + each.value + "\r\n");
    EXPECT_EQ(answer.status, each.status);
    EXPECT_EQ(answer.field("etag"), etag);
    EXPECT_EQ(answer.body, each.status == 200 ? whole.body : "");
    EXPECT_EQ(answer.has_field("content-length"), each.status == 200);
  }
}

TEST(StaticFiles, OfAFolderAreNotSentToWhoHasThemEither) {
  const ServerProcess server({"--static", PAPO_STATIC_FOLDER});
  RawClient client(server.port());
  for (const char* target : {"/", "/icons/papo.svg", "/js/main.js"}) {
    SCOPED_TRACE(target);
    const Answer whole = client.ask(get_request(target));
    const std::string condition =
        "If-None-Match: " + whole.field("etag") + "\r\n";
    for (const char* method : {"GET", "HEAD", "GET"}) {
      const Answer answer = ask(&client, target, condition, method);
      EXPECT_EQ(answer.status, 304) << method;
      EXPECT_EQ(answer.body, "");
    }
  }
  EXPECT_EQ(support::get(server.port(), "/").status, 200);
}

TEST(StaticFiles, AreCompressedForWhoTakesIt) {
  const ServerProcess server;
  RawClient client(server.port());
  const Answer plain = client.ask(get_request("/"));
  EXPECT_EQ(plain.field("vary"), "Accept-Encoding");
  struct Case {
    const char* value;
    bool gzip;
  };
  const Case cases[] = {
      {"gzip", true},
      {"gzip, deflate, br", true},
      {"br;q=1, GZIP", true},
      {"gzip;q=0.5", true},
      {"*", true},
      {"gzip;q=0", false},
      {"*;q=0", false},
      {"*, gzip;q=0.000", false},
      {"identity", false},
      {"", false},
      {"x-gzips", false},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.value);
    const std::string fields =
        "Accept-Encoding: " + std::string(each.value) + "\r\n";
    const Answer answer = ask(&client, "/", fields);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("vary"), "Accept-Encoding");
    EXPECT_EQ(answer.field("content-encoding"), each.gzip ? "gzip" : "");
    EXPECT_EQ(answer.body.starts_with("\x1F\x8B"), each.gzip);
    EXPECT_EQ(answer.field("etag") == plain.field("etag"), !each.gzip);
    EXPECT_EQ(ask(&client, "/",
                  fields + "If-None-Match: " + answer.field("etag") + "\r\n")
                  .status,
              304);
  }
}

TEST(StaticFiles, AreSentInPart) {
  const ServerProcess server;
  RawClient client(server.port());
  const Answer whole = client.ask(get_request("/index.html"));
  const std::string& body = whole.body;
  const std::string size = std::to_string(body.size());
  const std::string last = std::to_string(body.size() - 1);
  struct Case {
    const char* name;
    std::string fields;
    int status;
    std::string range;  // Content-Range
    std::string body;
  };
  const Case cases[] = {
      {"the first byte (14.1.2)", "Range: bytes=0-0\r\n", 206,
       "bytes 0-0/" + size, body.substr(0, 1)},
      {"the rest", "Range: bytes=5-\r\n", 206, "bytes 5-" + last + "/" + size,
       body.substr(5)},
      {"the last five", "Range: bytes=-5\r\n", 206,
       "bytes " + std::to_string(body.size() - 5) + "-" + last + "/" + size,
       body.substr(body.size() - 5)},
      {"more than there is", "Range: bytes=3-99999999\r\n", 206,
       "bytes 3-" + last + "/" + size, body.substr(3)},
      {"the last of more than there is", "Range: bytes=-99999999\r\n", 206,
       "bytes 0-" + last + "/" + size, body},
      {"although gzip is taken",
       "Range: bytes=0-1\r\nAccept-Encoding: gzip\r\n", 206,
       "bytes 0-1/" + size, body.substr(0, 2)},
      {"behind the end (15.5.17)", "Range: bytes=" + size + "-\r\n", 416,
       "bytes */" + size, ""},
      {"the last none", "Range: bytes=-0\r\n", 416, "bytes */" + size, ""},
      {"several (14.2)", "Range: bytes=0-0,2-2\r\n", 200, "", body},
      {"backwards", "Range: bytes=5-3\r\n", 200, "", body},
      {"another unit", "Range: lines=0-0\r\n", 200, "", body},
      {"no number", "Range: bytes=a-b\r\n", 200, "", body},
      {"a number too large for any machine",
       "Range: bytes=99999999999999999999-\r\n", 200, "", body},
      {"if it is still the same (13.1.5)",
       "Range: bytes=0-0\r\nIf-Range: " + whole.field("etag") + "\r\n", 206,
       "bytes 0-0/" + size, body.substr(0, 1)},
      {"if it is still another", "Range: bytes=0-0\r\nIf-Range: \"a\"\r\n", 200,
       "", body},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const Answer answer = ask(&client, "/index.html", each.fields);
    EXPECT_EQ(answer.status, each.status);
    EXPECT_EQ(answer.field("content-range"), each.range);
    if (each.status == 416) {
      EXPECT_EQ(outcome_of(answer), "416 bad_request");
    } else {
      EXPECT_TRUE(answer.body == each.body);
      EXPECT_EQ(answer.field("accept-ranges"), "bytes");
    }
  }
  const Answer headed =
      ask(&client, "/index.html", "Range: bytes=0-0\r\n", "HEAD");
  EXPECT_EQ(headed.status, 200) << "ranges are for GET alone (14.2)";
  EXPECT_EQ(headed.field("content-length"), size);
}

// ---- Nothing else gets out.

constexpr const char* kSecret = "a secret";

// public/ is served; what lies around it, or is hidden in it, is not.
class Folder {
 public:
  Folder() {
    folder_.write("secret.txt", kSecret);
    folder_.write("public/index.html", "<p>hello");
    folder_.write("public/css/a b.css", "b {}");
    folder_.write("public/.hidden", kSecret);
    folder_.write("public/.git/config", kSecret);
    folder_.write("public/css/.hidden", kSecret);
    link("../secret.txt", "public/link.txt");
    link("..", "public/up");
    link(folder_.path_of("secret.txt"), "public/absolute.txt");
    link("index.html", "public/inside.html");
    EXPECT_EQ(::mkfifo(folder_.path_of("public/pipe").c_str(), 0600), 0);
  }

  std::string root() const { return folder_.path_of("public"); }
  const TemporaryFolder& all() const { return folder_; }

 private:
  void link(const std::string& to, const std::string& name) const {
    EXPECT_EQ(::symlink(to.c_str(), folder_.path_of(name).c_str()), 0);
  }

  TemporaryFolder folder_;
};

constexpr const char* kWaysOut[] = {
    "/../secret.txt",
    "/css/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2E%2E/secret.txt",
    "/.%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..%2Fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/css/..%2f..%2fsecret.txt",
    "/%252e%252e/secret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/css%5c..%5c..%5csecret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%c0%ae%c0%ae%c0%afsecret.txt",
    "/%u002e%u002e/secret.txt",
    "/..;/secret.txt",
    "/...//secret.txt",
    "//secret.txt",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/%2f%2fetc/passwd",
    "/etc/passwd",
    "/./index.html",
    "/%2e/index.html",
    "/css//a%20b.css",
    "/index.html/",
    "/index.html%00",
    "/index.html%00.css",
    "/%00",
    "/secret.txt%00.html",
    "/.hidden",
    "/%2ehidden",
    "/%2Ehidden",
    "/css/.hidden",
    "/css/%2ehidden",
    "/.git/config",
    "/%2egit/config",
    "/link.txt",
    "/absolute.txt",
    "/inside.html",
    "/up/secret.txt",
    "/up/public/index.html",
    "/pipe",
    "/css",
    "/css/",
    "/..",
    "/.",
    "/%2e%2e",
    "http://x/../secret.txt",
    "http://x/%2e%2e/secret.txt",
};

void expect_no_way_out(const ServerProcess& server) {
  for (const char* target : kWaysOut) {
    SCOPED_TRACE(target);
    RawClient client(server.port());
    const Answer answer = client.ask(get_request(target));
    EXPECT_EQ(outcome_of(answer), "404 not_found");
    EXPECT_EQ(answer.body.find(kSecret), std::string::npos);
    EXPECT_EQ(answer.body.find("root:"), std::string::npos);
  }
}

TEST(StaticFiles, NothingOutsideTheFolderGetsOut) {
  const Folder folder;
  const ServerProcess server({"--static", folder.root()});
  EXPECT_EQ(support::get(server.port(), "/").body, "<p>hello");
  EXPECT_EQ(support::get(server.port(), "/css/a%20b.css").body, "b {}");
  EXPECT_EQ(support::get(server.port(), "/c%73s/a%20b.css").body, "b {}");
  expect_no_way_out(server);
}

TEST(StaticFiles, NothingGetsOutOfTheBinary) {
  expect_no_way_out(ServerProcess());
}

// For work on the page: a reload shows what was saved.
TEST(StaticFiles, AreReadAnewFromAFolder) {
  const Folder folder;
  const ServerProcess server({"--static", folder.root()});
  RawClient client(server.port());
  const Answer before = client.ask(get_request("/"));
  folder.all().write("public/index.html", "<p>goodbye");
  folder.all().write("public/new.js", "1");
  const Answer after =
      ask(&client, "/", "If-None-Match: " + before.field("etag") + "\r\n");
  EXPECT_EQ(after.status, 200);
  EXPECT_EQ(after.body, "<p>goodbye");
  EXPECT_NE(after.field("etag"), before.field("etag"));
  EXPECT_EQ(client.ask(get_request("/new.js")).body, "1");
  EXPECT_EQ(::unlink(folder.all().path_of("public/new.js").c_str()), 0);
  EXPECT_EQ(client.ask(get_request("/new.js")).status, 404);
}

}  // namespace
}  // namespace papo
