// The access log: one line for each answer.
#pragma once

#include <string>
#include <string_view>

#include "base/peer_address.h"
#include "base/time.h"

namespace papo::app {

struct AccessEntry {
  base::PeerAddress peer;
  base::Micros wall;         // when it was answered
  std::string_view request;  // "GET /path HTTP/1.1"
  int status;
  std::size_t body_bytes;
};

// Receives an entry for each answer.
class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void write(const AccessEntry& entry) = 0;
};

// Appends the entry in the Common Log Format of web servers, without a line
// break: 127.0.0.1 - - [22/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 512
void append_common(std::string* out, const AccessEntry& entry);
// The same as one JSON object.
void append_json(std::string* out, const AccessEntry& entry);

// Appends an address as people write it; "local" for a local socket.
void append_peer(std::string* out, const base::PeerAddress& peer);

}  // namespace papo::app
