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

TEST(ParseResponseHead, TakesWhatPapoSends) {
  struct Case {
    const char* name;
    const char* head;
    int status;     // 0: refused
    int body_size;  // -1: until the end
  };
  const Case cases[] = {
      {"with a length", "HTTP/1.1 200 OK\r\nContent-Length: 12", 200, 12},
      {"a length in any case", "HTTP/1.1 200 OK\r\ncontent-LENGTH:0\r\nA: b",
       200, 0},
      {"without", "HTTP/1.1 200 OK\r\nServer: papo", 200, -1},
      {"without a field", "HTTP/1.0 503 Service Unavailable", 503, -1},
      {"without a reason", "HTTP/1.1 404 ", 404, -1},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", 0, 0},
      {"an odd length", "HTTP/1.1 200 OK\r\nContent-Length: 1x", 0, 0},
      {"an odd status", "HTTP/1.1 2x0 OK", 0, 0},
      {"a status beyond the classes", "HTTP/1.1 600 OK", 0, 0},
      {"another protocol", "SSH-2.0-OpenSSH_9.2", 0, 0},
      {"a field without colon", "HTTP/1.1 200 OK\r\nno", 0, 0},
      {"too short", "HTTP/1.1", 0, 0},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const auto head = parse_response_head(each.head);
    ASSERT_EQ(head.has_value(), each.status != 0);
    if (!head) continue;
    EXPECT_EQ(head->status, each.status);
    ASSERT_EQ(head->body_size.has_value(), each.body_size >= 0);
    if (head->body_size) {
      EXPECT_EQ(*head->body_size, static_cast<std::uint64_t>(each.body_size));
    }
  }
}

}  // namespace
}  // namespace papo::cli
