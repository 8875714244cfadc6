#include "sys/address.h"

#include <arpa/inet.h>

#include "base/text.h"

namespace papo::sys {
namespace {

constexpr std::size_t kUnixPathBytesMax = 107;  // unix(7), without the NUL

bool is_host(Address::Family family, const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  const int domain = family == Address::Family::Ipv4 ? AF_INET : AF_INET6;
  return ::inet_pton(domain, host.c_str(), bytes) == 1;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  Address address;
  if (text.starts_with("unix:")) {
    address.family = Address::Family::Unix;
    address.host = text.substr(5);
    const bool good =
        !address.host.empty() && address.host.size() <= kUnixPathBytesMax;
    return good ? std::optional(address) : std::nullopt;
  }
  const std::size_t colon = text.rfind(':');
  const bool only_port = colon == std::string_view::npos;
  std::string_view host = only_port ? "" : text.substr(0, colon);
  const auto port =
      base::parse_unsigned(only_port ? text : text.substr(colon + 1));
  if (!port || *port > 65'535) return std::nullopt;
  address.port = static_cast<std::uint16_t>(*port);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (!host.empty()) {
    address.family = Address::Family::Ipv4;
  }
  if (host.empty()) host = "::";
  address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  if (!is_host(address.family, address.host)) return std::nullopt;
  return address;
}

std::string to_string(const Address& address) {
  std::string text;
  switch (address.family) {
    case Address::Family::Unix:
      return "unix:" + address.host;
    case Address::Family::Ipv4:
      text = address.host;
      break;
    case Address::Family::Ipv6:
      text.append("[").append(address.host).append("]");
      break;
  }
  text.append(":");
  base::append_number(&text, address.port);
  return text;
}

}  // namespace papo::sys
