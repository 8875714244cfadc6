#include "app/http_state.h"

#include <bit>

namespace papo::app {

HttpNote http_note_of(const Connection& connection) {
  return std::bit_cast<HttpNote>(connection.note);
}

void keep_note(Connection& connection, const HttpNote& note) {
  connection.note = std::bit_cast<std::uint32_t>(note);
}

HttpState* http_state_of(const Connection& connection) {
  return static_cast<HttpState*>(connection.state.get());
}

HttpState& make_http_state(Connection& connection) {
  if (connection.state == nullptr) {
    connection.state = std::make_unique<HttpState>();
  }
  return *http_state_of(connection);
}

void drop_idle_state(Connection& connection) {
  const HttpState* state = http_state_of(connection);
  if (state == nullptr) return;
  if (state->partial == nullptr && state->line.empty()) {
    connection.state.reset();
  }
}

PartialRequest* partial_of(const Connection& connection) {
  const HttpState* state = http_state_of(connection);
  return state == nullptr ? nullptr : state->partial.get();
}

std::size_t under_way(const Connection& connection) {
  const HttpState* state = http_state_of(connection);
  return state == nullptr ? 0 : state->line.size();
}

bool is_idle(const Connection& connection) {
  return partial_of(connection) == nullptr && connection.outbox.empty() &&
         under_way(connection) == 0;
}

}  // namespace papo::app
