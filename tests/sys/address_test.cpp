#include "sys/address.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

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
      {"unix:/s?mode=0660", Family::Unix, "/s", 0, "unix:/s?mode=0660"},
      {"unix:/s?mode=660", Family::Unix, "/s", 0, "unix:/s?mode=0660"},
      {"unix:/s?mode=0007", Family::Unix, "/s", 0, "unix:/s?mode=0007"},
      {"unix:/s?group=www-data", Family::Unix, "/s", 0,
       "unix:/s?group=www-data"},
      {"unix:/s?group=33&mode=0620", Family::Unix, "/s", 0,
       "unix:/s?mode=0620&group=33"},
      {"[::ffff:127.0.0.1]:80", Family::Ipv4, "127.0.0.1", 80, "127.0.0.1:80"},
      {"[::ffff:7f00:1]:80", Family::Ipv4, "127.0.0.1", 80, "127.0.0.1:80"},
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
                                      "unix:?mode=0660",
                                      "unix:/s?",
                                      "unix:/s?mode=",
                                      "unix:/s?mode=66",
                                      "unix:/s?mode=0680",
                                      "unix:/s?mode=1777",
                                      "unix:/s?mode=00660",
                                      "unix:/s?mode=-660",
                                      "unix:/s?group=",
                                      "unix:/s?owner=root",
                                      "unix:/s?mode=0660&",
                                      "unix:/s?mode=0660?group=x",
                                      "[::ffff:256.0.0.1]:80",
                                      "http://localhost:5501"}) {
    EXPECT_FALSE(parse_address(text).has_value()) << text;
  }
}

// unix(7): 108 bytes with the NUL at the end.
TEST(Address, OfASocketFileIsBounded) {
  EXPECT_TRUE(parse_address("unix:" + std::string(107, 'x')).has_value());
  EXPECT_FALSE(parse_address("unix:" + std::string(108, 'x')).has_value());
}

// What the addresses mean beside each other, and where a client on this machine
// finds them.
TEST(Address, IsSettledBesideOthers) {
  const struct {
    std::vector<std::string_view> given;
    std::vector<std::string_view> local;
  } rows[] = {
      {{"[::]:1"}, {"127.0.0.1:1"}},
      {{"0.0.0.0:1", "[::]:1"}, {"127.0.0.1:1", "[::1]:1"}},
      {{"[::]:1", "0.0.0.0:1"}, {"[::1]:1", "127.0.0.1:1"}},
      {{"[::]:1", "192.0.2.1:1"}, {"[::1]:1", "192.0.2.1:1"}},
      {{"[::]:1", "0.0.0.0:2"}, {"127.0.0.1:1", "127.0.0.1:2"}},
      {{"[::]:0", "0.0.0.0:0"}, {"127.0.0.1:0", "127.0.0.1:0"}},
      {{"[::1]:1", "127.0.0.1:1"}, {"[::1]:1", "127.0.0.1:1"}},
      {{"[::]:1", "unix:/s?mode=0600&group=g"}, {"127.0.0.1:1", "unix:/s"}},
      {{"5501", "[::]:5501", ":5501"}, {"127.0.0.1:5501"}},
      {{"127.0.0.1:1", "[::ffff:127.0.0.1]:1"}, {"127.0.0.1:1"}},
      {{"127.0.0.1:0", "127.0.0.1:0"}, {"127.0.0.1:0", "127.0.0.1:0"}},
      {{"unix:/s", "unix:/s"}, {"unix:/s"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.given[0]);
    std::vector<Address> addresses;
    for (const std::string_view each : row.given) {
      addresses.push_back(*parse_address(each));
    }
    settle_addresses(&addresses);
    ASSERT_EQ(addresses.size(), row.local.size());
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      EXPECT_EQ(to_string(local_address(addresses[i])), row.local[i]);
    }
  }
}

}  // namespace
}  // namespace papo::sys
