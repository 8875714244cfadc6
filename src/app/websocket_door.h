// Connections that speak WebSocket (RFC 6455): commands and questions in text
// frames, answers and the feed back.
//
// Answers come in the order of the frames (app/answer_line.h). What only reads
// waits for the commands before it, and everything behind it with it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "app/answer_line.h"
#include "app/door.h"
#include "app/fields.h"
#include "app/http_exchange.h"
#include "app/listeners.h"
#include "app/routes.h"
#include "app/services.h"
#include "app/share.h"
#include "wire/websocket_frame.h"
#include "wire/websocket_reader.h"

namespace papo::app {

class WebSocketDoor final : public Door {
 public:
  // `services` must outlive it.
  explicit WebSocketDoor(const Services* services)
      : services_(*services),
        options_(services->options),
        connections_(services->connections) {}

  // Upgrades the exchange, or says why not.
  void take(HttpExchange* exchange, const StreamRequest& wanted);

  void on_open(Connection& connection, bool refused) override;
  void on_bytes(Connection& connection, std::span<char> bytes) override;
  void on_sent(Connection& connection, bool all) override;
  void on_deadline(Connection& connection) override;
  void on_end_of_input(Connection& connection) override;
  void on_shutdown(Connection& connection) override;
  void on_resume(Connection& connection) override;
  void on_leave(Connection& connection) override;
  void turn_out(Connection& connection, Excess excess) override;
  void decided(Connection& connection, std::uint32_t number,
               const Decision& decision) override;
  void refuse(Connection& connection, std::uint32_t number,
              const Problem& problem) override;
  bool wants_input(const Connection& connection) const override;
  std::size_t partial_bytes(const Connection& connection) const override;

 private:
  // What waits on a connection: its commands' answers, and frames behind them
  // or behind what the client does not read.
  struct Waiting {
    AnswerLine<std::string> line;  // of refs
    std::string question;          // the text of one that has to wait
    std::string frames;            // what has come behind it, not read yet
  };

  struct State final : StreamListener {
    State(Connection* owner, std::uint32_t message_bytes_max,
          std::size_t* partial_total)
        : StreamListener(&websocket_framing(), owner),
          reader(message_bytes_max),
          share(partial_total) {}

    websocket::FrameReader reader;
    Share share;  // of what all connections hold that is not whole
    std::unique_ptr<Waiting> waiting;
  };

  static State& state_of(const Connection& connection);
  static Waiting& make_waiting(State& state);
  static std::size_t under_way(const State& state);
  static bool has_unread(const State& state);

  // ---- Frames.
  void take_frames(Connection& connection, std::span<char> bytes);
  void take_frame(Connection& connection, const websocket::Event& event);
  bool may_read(const Connection& connection) const;
  void settle(Connection& connection);

  // ---- Commands and questions. `ref`: the frame's own, as JSON.
  void take_text(Connection& connection, std::string_view text);
  base::Result<const NamedCommand*, Problem> find_asked() const;
  bool must_wait(const State& state, const NamedCommand& asked) const;
  void serve(Connection& connection, const std::string& ref,
             const NamedCommand& asked);
  void serve_command(Connection& connection, const std::string& ref,
                     chat::CommandKind kind);
  void submit(Connection& connection, const std::string& ref,
              const chat::Command& command);

  // ---- Answers.
  void refuse_in_order(Connection& connection, const std::string& ref,
                       const Problem& problem);
  void answer_decision(Connection& connection, const std::string& ref,
                       const Decision& decision);
  void listen_as_decided(State* state, const Decision& decision);
  void go_on(Connection& connection);

  // ---- The whole connection.
  void greet(State* state);
  void send_frame(Connection& connection, websocket::Opcode opcode,
                  std::string_view payload);
  void close(Connection& connection, websocket::CloseCode code,
             std::string_view reason);
  void close_when_answered(Connection& connection);

  const Services& services_;
  const Options& options_;
  Connections& connections_;

  // Reused from one frame to the next.
  Fields fields_;
  std::string members_scratch_;
};

}  // namespace papo::app
