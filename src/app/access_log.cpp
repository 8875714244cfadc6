#include "app/access_log.h"

#include <algorithm>

#include "base/text.h"
#include "wire/http_response.h"
#include "wire/json_writer.h"

namespace papo::app {
namespace {

bool is_mapped_ipv4(const base::PeerAddress& peer) {
  return std::all_of(peer.begin(), peer.begin() + 10,
                     [](std::uint8_t byte) { return byte == 0; }) &&
         peer[10] == 0xFF && peer[11] == 0xFF;
}

unsigned group_of(const base::PeerAddress& peer, std::size_t index) {
  return static_cast<unsigned>(peer[2 * index] << 8 | peer[2 * index + 1]);
}

void append_hex(std::string* out, unsigned group) {
  static constexpr char kDigits[] = "0123456789abcdef";
  bool begun = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = group >> shift & 0xF;
    if (digit != 0 || begun || shift == 0) out->push_back(kDigits[digit]);
    begun |= digit != 0;
  }
}

// The longest run of zero groups, of two at least, is "::" (RFC 5952 §4.2).
void append_ipv6(std::string* out, const base::PeerAddress& peer) {
  std::size_t best = 8;
  std::size_t best_size = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && group_of(peer, end) == 0) ++end;
    if (end - i > best_size) {
      best = i;
      best_size = end - i;
    }
    i = end + 1;
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out->append("::");
      i += best_size - 1;
      continue;
    }
    if (i > 0 && i != best + best_size) out->push_back(':');
    append_hex(out, group_of(peer, i));
  }
}

// "[22/Nov/2026:12:00:00 +0000]", made of the parts of an HTTP date.
void append_log_date(std::string* out, base::Micros wall) {
  std::string date;  // "Sun, 22 Nov 2026 12:00:00 GMT"
  http::append_date(&date, wall);
  const std::string_view view = date;
  out->append("[").append(view.substr(5, 2)).append("/");
  out->append(view.substr(8, 3)).append("/").append(view.substr(12, 4));
  out->append(":").append(view.substr(17, 8)).append(" +0000]");
}

}  // namespace

void append_peer(std::string* out, const base::PeerAddress& peer) {
  const bool local = std::all_of(peer.begin(), peer.end(),
                                 [](std::uint8_t byte) { return byte == 0; });
  if (local) {
    out->append("local");
  } else if (is_mapped_ipv4(peer)) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) out->push_back('.');
      base::append_number(out, peer[i]);
    }
  } else {
    append_ipv6(out, peer);
  }
}

// The request line is visible ASCII: the reader lets nothing else through. A
// quotation mark in it is escaped, so that a line has one meaning.
void append_common(std::string* out, const AccessEntry& entry) {
  append_peer(out, entry.peer);
  out->append(" - - ");
  append_log_date(out, entry.wall);
  out->append(" \"");
  for (const char c : entry.request) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->append("\" ");
  base::append_number(out, static_cast<std::uint64_t>(entry.status));
  out->append(" ");
  base::append_number(out, entry.body_bytes);
}

void append_json(std::string* out, const AccessEntry& entry) {
  std::string peer;
  append_peer(&peer, entry.peer);
  json::Writer(out)
      .begin_object()
      .key("time")
      .seconds(entry.wall)
      .key("peer")
      .string(peer)
      .key("request")
      .string(entry.request)
      .key("status")
      .number(entry.status)
      .key("bytes")
      .number(entry.body_bytes)
      .end_object();
}

}  // namespace papo::app
