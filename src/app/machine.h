// The server as a machine without I/O.
//
// Connections, bytes and moments go in; a turn's parcels, and what is wished
// for each connection, come out. sys/ drives it with sockets, tests/sim with a
// simulated network. One turn:
//
//   Network::wait()     tells of whatever is ready: on_open(), on_bytes() …
//   finish_turn()       deadlines, the log, the feed, who may read on
//   send_all()          one parcel for each connection that has something
//
// Nothing in a turn is proportional to the number of idle connections. Of a
// protocol the machine knows nothing: each connection has its door
// (app/door.h).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "app/command_desk.h"
#include "app/connections.h"
#include "app/listening.h"
#include "app/network.h"

namespace papo::app {

class Machine final : public Arrivals, public Answerer {
 public:
  // All must outlive it.
  struct Parts {
    const Options* options;
    Metrics* metrics;
    Connections* connections;
    CommandDesk* desk;
    Listening* listening;
    std::vector<Door*> doors;
  };
  explicit Machine(const Parts& parts);
  ~Machine() override;  // all connections leave their doors
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // One turn, which waits for at most `at_most`.
  void turn(Network* network, base::Micros at_most);

  // The same in its parts, for who looks in between.
  void finish_turn();
  void send_all(Network* network);
  // When the next turn is due at the latest, on the steady clock.
  base::Micros next_due(base::Micros at_most) const;
  // What is wished for a connection now; of one that is gone, to close it.
  Wish wish_of(ConnectionId id) const;

  // No new requests: idle connections close, listeners are told to come back,
  // what is in flight is finished. Then connection_count() falls to 0.
  void begin_shutdown(base::Moment now);
  std::size_t connection_count() const { return connections_.size(); }

  // ---- What the network tells.

  void on_moment(base::Moment now) override { connections_.begin_turn(now); }
  ConnectionId on_open(Door* door, const base::PeerAddress& peer) override;
  void on_bytes(ConnectionId id, std::span<char> bytes) override;
  void on_end_of_input(ConnectionId id) override;
  void on_room(ConnectionId id) override;
  void on_lost(ConnectionId id) override;

  // ---- What the desk answers.

  void decided(const ReplyTo& to, const Decision& decision) override;
  void failed(const ReplyTo& to) override;

 private:
  static Wish wish_of(const Connection& connection);
  void note_wish(Connection& connection);
  void resume_all();
  void take_sent(const Parcel& parcel);
  void gather_parcels();
  void grant_wishes(Network* network);

  const Options& options_;
  Metrics& metrics_;
  Connections& connections_;
  CommandDesk& desk_;
  Listening& listening_;
  std::vector<Door*> doors_;

  // Of one send_all(), used again in the next: who is looked at, who has
  // something to send, and what.
  std::vector<ConnectionId> touched_;
  std::vector<ConnectionId> senders_;
  std::vector<std::string_view> pieces_;
  std::vector<Parcel> parcels_;
};

}  // namespace papo::app
