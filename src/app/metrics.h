// What the server counts about itself, for GET /metrics.
#pragma once

#include <array>
#include <cstdint>

namespace papo::app {

struct Metrics {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // over --max-connections
  std::uint64_t requests = 0;
  std::uint64_t turned_away = 0;             // at the gate: --host, --cors
  std::array<std::uint64_t, 6> responses{};  // by the status' first digit
  std::uint64_t commands_applied = 0;
  std::uint64_t commands_refused = 0;
  std::uint64_t commands_failed = 0;  // the log could not store them
  std::uint64_t messages = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t deliveries = 0;         // frames handed to listeners
  std::uint64_t ephemeral_dropped = 0;  // for listeners that lag
  std::uint64_t listeners_cut = 0;      // over --max-backlog
  std::uint64_t unread_closed = 0;      // over --max-unread
  std::uint64_t partial_closed = 0;     // over --max-partial
  std::uint64_t timeouts = 0;
  // Of the server's own logs: what nobody read in time, or no disk took.
  std::uint64_t log_lines_lost = 0;
};

}  // namespace papo::app
