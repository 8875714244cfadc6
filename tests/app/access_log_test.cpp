#include "app/access_log.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wire/json_reader.h"

namespace papo::app {
namespace {

base::PeerAddress ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                       std::uint8_t d) {
  base::PeerAddress peer{};
  peer[10] = peer[11] = 0xFF;
  peer[12] = a;
  peer[13] = b;
  peer[14] = c;
  peer[15] = d;
  return peer;
}

base::PeerAddress ipv6(std::initializer_list<unsigned> groups) {
  base::PeerAddress peer{};
  std::size_t at = 0;
  for (const unsigned group : groups) {
    peer[at++] = static_cast<std::uint8_t>(group >> 8);
    peer[at++] = static_cast<std::uint8_t>(group & 0xFF);
  }
  return peer;
}

// RFC 5952 §4: lower case, no leading zeros, the longest run of zeros, and the
// first of two that are equally long, as "::".
TEST(AccessLog, WritesAddressesAsPeopleDo) {
  const struct {
    base::PeerAddress peer;
    std::string_view text;
  } rows[] = {
      {{}, "local"},
      {ipv4(127, 0, 0, 1), "127.0.0.1"},
      {ipv4(255, 255, 255, 255), "255.255.255.255"},
      {ipv4(0, 0, 0, 0), "0.0.0.0"},
      {ipv6({0, 0, 0, 0, 0, 0, 0, 1}), "::1"},
      {ipv6({0x2001, 0xDB8, 0, 0, 0, 0, 0, 1}), "2001:db8::1"},
      {ipv6({0x2001, 0xDB8, 0, 1, 1, 1, 1, 1}), "2001:db8:0:1:1:1:1:1"},
      {ipv6({0x2001, 0, 0, 1, 0, 0, 0, 1}), "2001:0:0:1::1"},
      {ipv6({0x2001, 0xDB8, 0, 0, 1, 0, 0, 1}), "2001:db8::1:0:0:1"},
      {ipv6({1, 0, 0, 0, 0, 0, 0, 0}), "1::"},
      {ipv6({0xFE80, 0, 0, 0, 0x1234, 0xABC, 0xF, 0x10}),
       "fe80::1234:abc:f:10"},
      {ipv6({1, 2, 3, 4, 5, 6, 7, 8}), "1:2:3:4:5:6:7:8"},
      {ipv6({0, 0, 0, 0, 0, 0xFFFE, 1, 2}), "::fffe:1:2"},
  };
  for (const auto& row : rows) {
    std::string text;
    append_peer(&text, row.peer);
    EXPECT_EQ(text, row.text);
  }
}

AccessEntry entry(std::string_view request) {
  return {ipv4(127, 0, 0, 1), base::Micros(1'700'000'000'123'456), request, 200,
          512};
}

TEST(AccessLog, WritesTheCommonLogFormat) {
  std::string line;
  append_common(&line, entry("GET /receive?room=a HTTP/1.1"));
  EXPECT_EQ(line,
            "127.0.0.1 - - [14/Nov/2023:22:13:20 +0000] "
            "\"GET /receive?room=a HTTP/1.1\" 200 512");
}

// So that a line has one meaning, whatever was asked for.
TEST(AccessLog, EscapesWhatWouldEndTheRequest) {
  std::string line;
  append_common(&line, entry(R"(GET /"\ HTTP/1.1)"));
  EXPECT_NE(line.find(R"("GET /\"\\ HTTP/1.1" 200)"), std::string::npos);
}

TEST(AccessLog, WritesJson) {
  std::string line;
  append_json(&line, entry(R"(GET /" HTTP/1.1)"));
  EXPECT_EQ(line, R"({"time":1700000000.123456,"peer":"127.0.0.1",)"
                  R"("request":"GET /\" HTTP/1.1","status":200,"bytes":512})");
  EXPECT_TRUE(json::check(line).ok());
}

}  // namespace
}  // namespace papo::app
