#include "app/connections.h"

#include <algorithm>
#include <utility>

namespace papo::app {

Connections::Connections(const Options* options, Metrics* metrics,
                         base::Moment now)
    : options_(*options),
      metrics_(*metrics),
      now_(now),
      wheel_(now.steady),
      draining_(this, options->idle_timeout) {}

// ---- What the machine does.

Connection& Connections::add(Door* door, const base::PeerAddress& peer) {
  Connection& connection = table_.add(door);
  connection.peer = peer;
  return connection;
}

void Connections::forget(Connection& connection) {
  connection.door->on_leave(connection);
  wheel_.clear(&connection);
  connection.outbox.clear(&pool_);
  table_.remove(&connection);
}

Connection* Connections::take_due() {
  return static_cast<Connection*>(wheel_.take_due(now_.steady));
}

base::Micros Connections::next_due(base::Micros at_most) const {
  return wheel_.next_due(now_.steady, at_most);
}

void Connections::take_touched(std::vector<ConnectionId>* touched) {
  touched->clear();
  touched->swap(touched_);
}

std::vector<ConnectionId> Connections::take_resumable() {
  return std::exchange(resumable_, {});
}

// ---- What a door does with one of its connections.

void Connections::touch(Connection& connection) {
  if (connection.touched) return;
  connection.touched = true;
  touched_.push_back(connection.id());
}

void Connections::send(Connection& connection, std::string_view bytes) {
  connection.outbox.append(bytes, &pool_);
  touch(connection);
}

void Connections::set_deadline(Connection& connection, base::Micros after) {
  wheel_.set(&connection, now_.steady + after);
}

void Connections::resume(Connection& connection) {
  if (connection.resumable) return;
  connection.resumable = true;
  resumable_.push_back(connection.id());
}

void Connections::hand_over(Connection& connection, Door& door,
                            std::unique_ptr<DoorState> state) {
  connection.door->on_leave(connection);
  connection.door = &door;
  connection.state = std::move(state);
  connection.note = 0;
  touch(connection);
}

void Connections::close_now(Connection& connection) {
  hand_over(connection, draining_, nullptr);
  connection.broken = true;
  connection.outbox.clear(&pool_);
  connection.unread = false;
}

void Connections::close_after_sending(Connection& connection) {
  draining_.take(connection, base::Micros(0));
}

void Connections::close_within(Connection& connection, base::Micros patience) {
  draining_.take(connection, patience);
}

// ---- What bounds them together.

bool Connections::bound_unread(const Connection* spared) {
  const std::size_t most = options_.unread_bytes_max;
  if (pool_.waiting_bytes() <= most) return true;
  std::vector<std::pair<std::size_t, ConnectionId>> readers;
  table_.for_each([&](Connection& each) {
    if (each.unread && &each != spared) {
      readers.emplace_back(each.outbox.size(), each.id());
    }
  });
  std::sort(readers.rbegin(), readers.rend());
  for (const auto& [size, id] : readers) {
    if (pool_.waiting_bytes() <= most / 4 * 3) break;
    close_now(*find(id));
    ++metrics_.unread_closed;
  }
  return pool_.waiting_bytes() <= most;
}

// A quarter is made free, so that the cost of looking at all of them is spread
// over what came.
void Connections::bound_partial() {
  if (partial_bytes_ <= options_.partial_bytes_max) return;
  std::vector<std::pair<std::size_t, ConnectionId>> senders;
  table_.for_each([&](const Connection& each) {
    const std::size_t held = each.door->partial_bytes(each);
    if (held > 0) senders.emplace_back(held, each.id());
  });
  std::sort(senders.rbegin(), senders.rend());
  for (const auto& [held, id] : senders) {
    if (partial_bytes_ <= options_.partial_bytes_max / 4 * 3) break;
    Connection& connection = *find(id);
    connection.door->turn_out(connection, Excess::Partial);
    ++metrics_.partial_closed;
  }
}

}  // namespace papo::app
