#include "sys/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace papo::sys {
namespace {

constexpr std::size_t kUnixPathBytesMax = 107;  // unix(7), without the NUL

bool is_host(Address::Family family, const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  const int domain = family == Address::Family::Ipv4 ? AF_INET : AF_INET6;
  return ::inet_pton(domain, host.c_str(), bytes) == 1;
}

// Octal, as chmod(1) takes it.
std::optional<std::uint16_t> read_mode(std::string_view text) {
  if (text.size() < 3 || text.size() > 4) return std::nullopt;
  unsigned mode = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    mode = mode * 8 + static_cast<unsigned>(c - '0');
  }
  if (mode > 0777) return std::nullopt;
  return static_cast<std::uint16_t>(mode);
}

bool read_right(std::string_view text, Address* address) {
  if (text.starts_with("mode=")) {
    address->mode = read_mode(text.substr(5));
    return address->mode.has_value();
  }
  if (!text.starts_with("group=")) return false;
  address->group = text.substr(6);
  return !address->group.empty();
}

// "/run/papo.sock?mode=0660&group=www-data".
std::optional<Address> parse_path(std::string_view text) {
  Address address;
  address.family = Address::Family::Unix;
  const std::size_t question = text.find('?');
  address.host = text.substr(0, question);
  if (address.host.empty() || address.host.size() > kUnixPathBytesMax) {
    return std::nullopt;
  }
  if (question == std::string_view::npos) return address;
  for (std::string_view rest = text.substr(question + 1);;) {
    const std::size_t end = rest.find('&');
    if (!read_right(rest.substr(0, end), &address)) return std::nullopt;
    if (end == std::string_view::npos) return address;
    rest.remove_prefix(end + 1);
  }
}

// "::ffff:127.0.0.1" is IPv4 in the clothes of IPv6 (RFC 4291 §2.5.5.2).
void unmap(Address* address) {
  in6_addr six;
  if (::inet_pton(AF_INET6, address->host.c_str(), &six) != 1 ||
      !IN6_IS_ADDR_V4MAPPED(&six)) {
    return;
  }
  char text[INET_ADDRSTRLEN];
  ::inet_ntop(AF_INET, six.s6_addr + 12, text, sizeof text);
  address->family = Address::Family::Ipv4;
  address->host = text;
  address->was_mapped = true;
}

void append_rights(std::string* text, const Address& address) {
  char separator = '?';
  if (address.mode) {
    text->append("?mode=0");
    for (const int shift : {6, 3, 0}) {
      text->push_back(static_cast<char>('0' + (*address.mode >> shift & 7)));
    }
    separator = '&';
  }
  if (address.group.empty()) return;
  text->push_back(separator);
  text->append("group=").append(address.group);
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.starts_with("unix:")) return parse_path(text.substr(5));
  Address address;
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
  if (address.family == Address::Family::Ipv6) unmap(&address);
  return address;
}

void settle_addresses(std::vector<Address>* addresses) {
  std::vector<Address> settled;
  for (Address& each : *addresses) {
    const bool is_there =
        std::any_of(settled.begin(), settled.end(), [&](const Address& other) {
          return to_string(other) == to_string(each);
        });
    const bool is_chosen =
        each.family != Address::Family::Unix && each.port == 0;
    if (is_chosen || !is_there) settled.push_back(std::move(each));
  }
  for (Address& each : settled) {
    if (each.family != Address::Family::Ipv6 || each.host != "::") continue;
    each.ipv6_only =
        std::any_of(settled.begin(), settled.end(), [&](const Address& other) {
          return other.family == Address::Family::Ipv4 && each.port != 0 &&
                 other.port == each.port;
        });
  }
  *addresses = std::move(settled);
}

Address local_address(const Address& address) {
  Address local = address;
  local.mode.reset();
  local.group.clear();
  if (address.host == "0.0.0.0") local.host = "127.0.0.1";
  if (address.host != "::") return local;
  // What listens on "::" takes IPv4 where it can, and is IPv4 where the machine
  // has nothing else.
  if (address.ipv6_only) {
    local.host = "::1";
  } else {
    local.host = "127.0.0.1";
    local.family = Address::Family::Ipv4;
  }
  return local;
}

std::string to_string(const Address& address) {
  std::string text;
  switch (address.family) {
    case Address::Family::Unix:
      text.append("unix:").append(address.host);
      append_rights(&text, address);
      return text;
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
