#include "sys/address.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::sys {
namespace {

using Family = Address::Family;

TEST(Address, IsReadAsPeopleWriteIt) {
  const struct {
    std::string_view text;
    Family family;
    std::string_view host;
    std::uint16_t port;
    std::string_view written;
  } rows[] = {
      {"[::]:5501", Family::Ipv6, "::", 5501, "[::]:5501"},
      {"5501", Family::Ipv6, "::", 5501, "[::]:5501"},
      {":5501", Family::Ipv6, "::", 5501, "[::]:5501"},
      {"[]:5501", Family::Ipv6, "::", 5501, "[::]:5501"},
      {"[::1]:0", Family::Ipv6, "::1", 0, "[::1]:0"},
      {"[2001:db8::1]:80", Family::Ipv6, "2001:db8::1", 80, "[2001:db8::1]:80"},
      {"127.0.0.1:5501", Family::Ipv4, "127.0.0.1", 5501, "127.0.0.1:5501"},
      {"0.0.0.0:65535", Family::Ipv4, "0.0.0.0", 65535, "0.0.0.0:65535"},
      {"localhost:1", Family::Ipv4, "127.0.0.1", 1, "127.0.0.1:1"},
      {"unix:/run/papo.sock", Family::Unix, "/run/papo.sock", 0,
       "unix:/run/papo.sock"},
      {"unix:relative", Family::Unix, "relative", 0, "unix:relative"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto address = parse_address(row.text);
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->family, row.family);
    EXPECT_EQ(address->host, row.host);
    EXPECT_EQ(address->port, row.port);
    EXPECT_EQ(to_string(*address), row.written);
    // What is written is read again.
    const auto again = parse_address(row.written);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(to_string(*again), row.written);
  }
}

TEST(Address, ThatIsNoneIsRefused) {
  for (const std::string_view text : {"",
                                      ":",
                                      "x",
                                      "-1",
                                      "65536",
                                      ":65536",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "127.0.0.1:x",
                                      "127.0.0.1: 80",
                                      "127.0.0.1:+80",
                                      "127.0.0:80",
                                      "256.0.0.1:80",
                                      "::1:5501",
                                      "[::1]",
                                      "[::1]5501",
                                      "[::1:5501",
                                      "[127.0.0.1]:80",
                                      "[::g]:80",
                                      "example.org:80",
                                      "localhost",
                                      "unix:",
                                      "http://localhost:5501"}) {
    EXPECT_FALSE(parse_address(text).has_value()) << text;
  }
}

// unix(7): 108 bytes with the NUL at the end.
TEST(Address, OfASocketFileIsBounded) {
  EXPECT_TRUE(parse_address("unix:" + std::string(107, 'x')).has_value());
  EXPECT_FALSE(parse_address("unix:" + std::string(108, 'x')).has_value());
}

}  // namespace
}  // namespace papo::sys
