#include "cli/http_client.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::cli {
namespace {

TEST(ParseServer, TakesAddressesAndSocketsOnly) {
  struct Case {
    const char* name;
    const char* url;
    const char* host;  // nullptr: refused
    int port;
    const char* authority;
    const char* base_path;
  };
  const Case cases[] = {
      {"IPv4 and port", "http://127.0.0.1:5501", "127.0.0.1", 5501,
       "127.0.0.1:5501", ""},
      {"no scheme", "192.0.2.7:80", "192.0.2.7", 80, "192.0.2.7:80", ""},
      {"port 80 by default", "http://192.0.2.7", "192.0.2.7", 80, "192.0.2.7",
       ""},
      {"IPv6 in brackets", "http://[::1]:5501", "::1", 5501, "[::1]:5501", ""},
      {"IPv6 without port", "http://[::1]/", "::1", 80, "[::1]", ""},
      {"localhost", "http://localhost:1", "localhost", 1, "localhost:1", ""},
      {"below a path", "http://localhost:1/chat", "localhost", 1, "localhost:1",
       "/chat"},
      {"below a path, with slashes at the end", "http://localhost/a/b//",
       "localhost", 80, "localhost", "/a/b"},
      {"the highest port", "localhost:65535", "localhost", 65535,
       "localhost:65535", ""},
      {"one over", "localhost:65536", nullptr, 0, "", ""},
      {"port 0", "localhost:0", nullptr, 0, "", ""},
      {"an empty port", "localhost:", nullptr, 0, "", ""},
      {"a port that is no number", "localhost:x", nullptr, 0, "", ""},
      {"a name", "http://example.org:5501", nullptr, 0, "", ""},
      {"https", "https://127.0.0.1", nullptr, 0, "", ""},
      {"no host", "http://:5501", nullptr, 0, "", ""},
      {"nothing", "", nullptr, 0, "", ""},
      {"an open bracket", "http://[::1", nullptr, 0, "", ""},
      {"bytes after the bracket", "http://[::1]5501", nullptr, 0, "", ""},
      {"IPv6 without brackets", "http://::1", nullptr, 0, "", ""},
      {"a query", "http://localhost/?a", nullptr, 0, "", ""},
      {"user information", "http://ana@localhost/", nullptr, 0, "", ""},
      {"a line break", "http://localhost/\r\nX: y", nullptr, 0, "", ""},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const auto server = parse_server(each.url);
    ASSERT_EQ(server.ok(), each.host != nullptr);
    if (!server) {
      EXPECT_FALSE(server.error().empty());
      continue;
    }
    EXPECT_EQ(server->host, each.host);
    EXPECT_EQ(server->port, each.port);
    EXPECT_EQ(server->authority, each.authority);
    EXPECT_EQ(server->base_path, each.base_path);
    EXPECT_FALSE(server->is_unix);
  }
}

TEST(ParseServer, TakesThePathOfAUnixSocket) {
  const auto server = parse_server("unix:/run/papo.sock");
  ASSERT_TRUE(server.ok());
  EXPECT_TRUE(server->is_unix);
  EXPECT_EQ(server->host, "/run/papo.sock");
  EXPECT_FALSE(parse_server("unix:").ok());
}

TEST(AppendEncoded, LeavesOnlyTheUnreserved) {
  std::string out("/r/");
  append_encoded(&out, "aZ09-._~");
  append_encoded(&out, "/?&=+% \xC3\xA9\n");
  EXPECT_EQ(out, "/r/aZ09-._~%2F%3F%26%3D%2B%25%20%C3%A9%0A");
}

}  // namespace
}  // namespace papo::cli
