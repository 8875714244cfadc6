// Connections whose answer has no end: server-sent events, or lines. Nothing
// more is asked on them.
#pragma once

#include <string_view>

#include "app/door.h"
#include "app/framing.h"
#include "app/http_exchange.h"
#include "app/listeners.h"
#include "app/services.h"

namespace papo::app {

class StreamDoor final : public Door {
 public:
  // `services` must outlive it.
  explicit StreamDoor(const Services* services)
      : services_(*services), connections_(services->connections) {}

  // Answers the exchange with a stream, or says why not.
  void take(HttpExchange* exchange, const Framing& framing,
            std::string_view content_type, const StreamRequest& wanted);

  void on_open(Connection& connection, bool refused) override;
  void on_bytes(Connection&, std::span<char>) override {}
  void on_sent(Connection& connection, bool all) override;
  void on_deadline(Connection& connection) override;
  void on_end_of_input(Connection& connection) override;
  void on_shutdown(Connection& connection) override;
  void on_leave(Connection& connection) override;
  void turn_out(Connection& connection, Excess excess) override;
  bool wants_input(const Connection&) const override { return true; }

 private:
  static StreamListener& listener_of(const Connection& connection);
  void greet(StreamListener* listener, const StreamRequest& wanted);

  const Services& services_;
  Connections& connections_;
};

}  // namespace papo::app
