// Where to listen: a TCP port on an address, or a path for local processes,
// with the rights that its file gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace papo::sys {

struct Address {
  enum class Family : std::uint8_t { Ipv4, Ipv6, Unix };
  Family family = Family::Ipv6;
  std::string host;  // numeric: "127.0.0.1", "::"; a path for Unix
  std::uint16_t port = 0;
  // "::" takes IPv4 too, unless somebody else does.
  bool ipv6_only = false;
  // It was written as IPv6, "::ffff:127.0.0.1", and is IPv4 all the same.
  bool was_mapped = false;
  // Of a Unix socket's file; what the umask and the process say without them.
  std::optional<std::uint16_t> mode = {};
  std::string group = {};  // a name, or a number
};

// Reads "[::]:5501", "127.0.0.1:5501", "localhost:5501", ":5501" and "5501"
// (every interface), or "unix:/run/papo.sock", also with
// "?mode=0660&group=www-data". Host names are not looked up. Port 0 lets the
// system choose.
std::optional<Address> parse_address(std::string_view text);

// Settles what the addresses mean beside each other: none is there twice, and
// "::" leaves IPv4 to another of the same port.
void settle_addresses(std::vector<Address>* addresses);

// What a client on this machine connects to: loopback for every interface, a
// path without its rights.
Address local_address(const Address& address);

// The way parse_address() reads it.
std::string to_string(const Address& address);

}  // namespace papo::sys
