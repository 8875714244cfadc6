#include "app/machine.h"

#include <algorithm>
#include <utility>

#include "app/errors.h"

namespace papo::app {
namespace {

// Room for so many parcels is kept from one turn to the next: a burst leaves
// none behind.
constexpr std::size_t kParcelsKept = 256;

}  // namespace

Machine::Machine(const Parts& parts)
    : options_(*parts.options),
      metrics_(*parts.metrics),
      connections_(*parts.connections),
      desk_(*parts.desk),
      listening_(*parts.listening),
      doors_(parts.doors) {}

Machine::~Machine() {
  connections_.for_each([](Connection& each) { each.door->on_leave(each); });
}

// ---- What the network tells.

ConnectionId Machine::on_open(Door* door, const base::PeerAddress& peer) {
  const bool refused = connections_.size() >= options_.connections_max;
  if (refused) ++metrics_.connections_refused;
  if (connections_.size() >= options_.connections_max + options_.refused_max) {
    return 0;
  }
  ++metrics_.connections_accepted;
  Connection& connection = connections_.add(door, peer);
  door->on_open(connection, refused);
  return connection.id();
}

void Machine::on_bytes(ConnectionId id, std::span<char> bytes) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  metrics_.bytes_received += bytes.size();
  connection->door->on_bytes(*connection, bytes);
  note_wish(*connection);
  connections_.bound_partial();
}

void Machine::on_end_of_input(ConnectionId id) {
  Connection* connection = connections_.find(id);
  if (connection == nullptr) return;
  connection->peer_finished = true;
  connections_.touch(*connection);
  connection->door->on_end_of_input(*connection);
}

void Machine::on_room(ConnectionId id) {
  Connection* connection = connections_.find(id);
  if (connection != nullptr) connections_.touch(*connection);
}

void Machine::on_lost(ConnectionId id) {
  Connection* connection = connections_.find(id);
  if (connection != nullptr) connections_.forget(*connection);
}

// ---- A turn.

void Machine::turn(Network* network, base::Micros at_most) {
  const base::Micros now = connections_.now().steady;
  network->wait(this, next_due(at_most) - now);
  finish_turn();
  send_all(network);
}

void Machine::finish_turn() {
  const base::Micros now = connections_.now().steady;
  connections_.bound_unread();
  while (Connection* due = connections_.take_due()) {
    due->door->on_deadline(*due);
  }
  listening_.on_time(now);
  desk_.deliver(now);
  for (Door* each : doors_) each->on_turn();
  do {
    resume_all();
    listening_.deliver_all();
  } while (connections_.has_resumable());
}

void Machine::resume_all() {
  for (const ConnectionId id : connections_.take_resumable()) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) continue;
    connection->resumable = false;
    connection->door->on_resume(*connection);
    connections_.touch(*connection);
    connections_.bound_partial();
  }
}

base::Micros Machine::next_due(base::Micros at_most) const {
  const base::Micros now = connections_.now().steady;
  if (connections_.has_resumable()) return now;
  const base::Micros due = connections_.next_due(at_most);
  return std::max(now, std::min(desk_.next_due(), listening_.next_due(due)));
}

void Machine::begin_shutdown(base::Moment now) {
  connections_.begin_turn(now);
  connections_.begin_shutdown();
  connections_.for_each([](Connection& each) { each.door->on_shutdown(each); });
}

// ---- What goes out.

void Machine::send_all(Network* network) {
  connections_.take_touched(&touched_);
  senders_.clear();
  for (const ConnectionId id : touched_) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) continue;
    connection->touched = false;
    connection->unread = !connection->outbox.empty();
    if (connection->unread) senders_.push_back(id);
  }
  while (!senders_.empty()) {
    gather_parcels();
    senders_.clear();
    network->send(parcels_);
    for (const Parcel& each : parcels_) take_sent(each);
  }
  grant_wishes(network);
  if (parcels_.capacity() > kParcelsKept || touched_.size() > kParcelsKept) {
    parcels_ = {};
    pieces_ = {};
    senders_ = {};
    touched_ = {};
  }
  connections_.pool().rest();
}

// One parcel for each of the senders.
void Machine::gather_parcels() {
  parcels_.clear();
  parcels_.reserve(senders_.size());
  std::size_t used = 0;
  for (const ConnectionId id : senders_) {
    if (pieces_.size() < used + kPiecesMax) {
      pieces_.resize(2 * used + kPiecesMax);
    }
    const std::size_t count = connections_.find(id)->outbox.gather(
        std::span(pieces_).subspan(used, kPiecesMax));
    parcels_.push_back({.id = id, .pieces = {pieces_.data(), count}});
    used += count;
  }
  // The pieces have moved while more of them came.
  std::size_t at = 0;
  for (Parcel& each : parcels_) {
    each.pieces = std::span(pieces_).subspan(at, each.pieces.size());
    at += each.pieces.size();
  }
}

void Machine::take_sent(const Parcel& parcel) {
  Connection* connection = connections_.find(parcel.id);
  if (connection == nullptr) return;
  if (parcel.is_lost) {
    connection->broken = true;
    return;
  }
  if (parcel.sent == 0) return;
  std::size_t offered = 0;
  for (const std::string_view piece : parcel.pieces) offered += piece.size();
  metrics_.bytes_sent += parcel.sent;
  connection->outbox.consume(parcel.sent, &connections_.pool());
  const bool all = connection->outbox.empty();
  if (all) connection->unread = false;
  connection->door->on_sent(*connection, all);
  // There were more pieces than one call takes.
  const bool takes_more = parcel.sent == offered;
  if (takes_more && !connection->outbox.empty()) {
    senders_.push_back(parcel.id);
  }
}

// Tells the network what has changed since it was told.
void Machine::grant_wishes(Network* network) {
  for (const ConnectionId id : touched_) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) continue;
    const Wish wish = wish_of(*connection);
    const bool finishes = wish.ending == Ending::FinishSending;
    const bool same = wish.reads == connection->told_reads &&
                      wish.writes == connection->told_writes &&
                      finishes == connection->told_finished;
    if (wish.ending == Ending::Close) {
      network->grant(id, wish);
      connections_.forget(*connection);
    } else if (!same) {
      connection->told_reads = wish.reads;
      connection->told_writes = wish.writes;
      connection->told_finished = finishes;
      network->grant(id, wish);
    }
  }
}

Wish Machine::wish_of(const Connection& connection) {
  if (connection.broken) return {false, false, Ending::Close};
  Wish wish;
  wish.writes = !connection.outbox.empty();
  if (!wish.writes) wish.ending = connection.door->when_sent(connection);
  wish.reads =
      !connection.peer_finished && connection.door->wants_input(connection);
  return wish;
}

Wish Machine::wish_of(ConnectionId id) const {
  const Connection* connection = connections_.find(id);
  if (connection == nullptr) return {false, false, Ending::Close};
  return wish_of(*connection);
}

// Input may have stopped being wanted without a byte to send.
void Machine::note_wish(Connection& connection) {
  const bool reads =
      !connection.peer_finished && connection.door->wants_input(connection);
  if (reads != connection.told_reads) connections_.touch(connection);
}

// ---- What the desk answers.

void Machine::decided(const ReplyTo& to, const Decision& decision) {
  Connection* connection = connections_.find(to.connection);
  if (connection == nullptr) return;
  connection->door->decided(*connection, to.number, decision);
}

void Machine::failed(const ReplyTo& to) {
  ++metrics_.commands_failed;
  Connection* connection = connections_.find(to.connection);
  if (connection == nullptr) return;
  connection->door->refuse(*connection, to.number, not_stored());
}

}  // namespace papo::app
