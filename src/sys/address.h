// Where to listen: a TCP port on an address, or a path for local processes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace papo::sys {

struct Address {
  enum class Family : std::uint8_t { Ipv4, Ipv6, Unix };
  Family family = Family::Ipv6;
  std::string host;  // numeric: "127.0.0.1", "::"; a path for Unix
  std::uint16_t port = 0;
};

// Reads "[::]:5501", "127.0.0.1:5501", "localhost:5501", ":5501" and "5501"
// (every interface), or "unix:/run/papo.sock". Host names are not looked up.
// Port 0 lets the system choose.
std::optional<Address> parse_address(std::string_view text);

// The way parse_address() reads it.
std::string to_string(const Address& address);

}  // namespace papo::sys
