// Connections whose GET /receive waits for something to tell. When it has come,
// or the time is over, it is answered, and the connection is HTTP's again.
#pragma once

#include <memory>
#include <string>

#include "app/door.h"
#include "app/http_door.h"
#include "app/http_exchange.h"
#include "app/services.h"

namespace papo::app {

class LongPollDoor final : public Door {
 public:
  // Both must outlive it. `http`: where the connections come from.
  LongPollDoor(const Services* services, HttpDoor* http)
      : services_(*services),
        connections_(services->connections),
        http_(*http) {}

  // The exchange is answered later. REQUIRES: wanted.wait > 0.
  void take(HttpExchange* exchange, const PageRequest& wanted);

  void on_open(Connection& connection, bool refused) override;
  void on_bytes(Connection& connection, std::span<char> bytes) override;
  void on_sent(Connection&, bool) override {}
  void on_deadline(Connection& connection) override;
  void on_end_of_input(Connection& connection) override;
  void on_shutdown(Connection& connection) override;
  void on_news(Connection& connection) override;
  void on_leave(Connection& connection) override;
  void turn_out(Connection& connection, Excess excess) override;
  bool wants_input(const Connection& connection) const override;
  std::size_t partial_bytes(const Connection& connection) const override;

 private:
  struct State;
  static State& state_of(const Connection& connection);
  void answer(Connection& connection, const chat::Page& page);

  const Services& services_;
  Connections& connections_;
  HttpDoor& http_;
};

}  // namespace papo::app
