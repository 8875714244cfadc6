// The server as a machine without I/O.
//
// Connections, bytes and moments go in; bytes to send and connections to close
// come out. sys/ drives it with sockets, tests/sim with a simulated network.
// One turn:
//
//   open(), receive(), end_of_input(), lost()   for whatever is ready
//   finish_turn()                               timers, the log, the feed
//   for each of touched(): gather(), sent(), ending()
//
// Nothing in a turn is proportional to the number of idle connections.
//
// The implementation is in five files by what a connection is doing:
// machine.cpp (turns, timers, commands), request_stage.cpp (HTTP),
// file_waits.cpp (files that cannot be had at once), stream_stage.cpp (the
// feed's listeners), websocket_stage.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/access_log.h"
#include "app/clock_watch.h"
#include "app/command_desk.h"
#include "app/connection.h"
#include "app/feed.h"
#include "app/fields.h"
#include "app/listeners.h"
#include "app/metrics.h"
#include "app/options.h"
#include "app/presence.h"
#include "app/room_list.h"
#include "app/routes.h"
#include "app/static_files.h"
#include "app/timer_wheel.h"
#include "base/random.h"

namespace papo::app {

// Receives an entry for each answer.
class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void write(const AccessEntry& entry) = 0;
};

// What to do with a connection when its bytes are sent.
enum class Ending : std::uint8_t {
  StayOpen,
  FinishSending,  // close our side; the peer's bytes are still read
  Close,
};

class Machine final : public DecisionWatcher, public Delivery {
 public:
  // All must outlive it.
  struct Parts {
    const Options* options;
    CommandDesk* desk;  // told of its decisions from now on
    FileSource* files;
    base::Random* random;
    AccessLog* access_log = nullptr;
  };
  Machine(const Parts& parts, base::Moment now);
  ~Machine() override;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // ---- What happens on the network.

  // A peer has connected. 0 when it cannot even be refused: close it.
  ConnectionId open(const PeerAddress& peer, base::Moment now);
  // Bytes came. They are read in place, and may be written over.
  void receive(ConnectionId id, std::span<char> bytes, base::Moment now);
  // The peer will send no more, but may still read.
  void end_of_input(ConnectionId id, base::Moment now);
  // The connection is gone, or was closed as ending() said. Forgets it.
  void lost(ConnectionId id, base::Moment now);

  // ---- The end of a turn.

  // Does what is due, takes what the log has decided, delivers the feed.
  void finish_turn(base::Moment now);
  // The connections to look at. Valid until clear_touched().
  std::span<const ConnectionId> touched() const { return touched_ids_; }
  void clear_touched();

  // What to send next; returns how many views were filled.
  std::size_t gather(ConnectionId id, std::span<std::string_view> views);
  // So much of it was sent. When not all was, the connection wants to be told
  // of room for more: gather again.
  void sent(ConnectionId id, std::size_t count, base::Moment now);
  bool has_output(ConnectionId id);
  // False while the connection must not be read from.
  bool wants_input(ConnectionId id);
  Ending ending(ConnectionId id);

  // When the next turn is due at the latest, on the steady clock.
  base::Micros next_due(base::Moment now, base::Micros at_most) const;

  // ---- The end.

  // No new requests: idle connections close, listeners are told to come back,
  // what is in flight is finished. Then connection_count() falls to 0.
  void begin_shutdown(base::Moment now);

  // What all connections hold of requests and messages that are not whole.
  std::size_t partial_bytes() const { return partial_bytes_; }
  // How far the ids run ahead of the clock; see app/clock_watch.h.
  std::uint64_t seconds_ahead() const {
    return app::seconds_ahead(store_.last_id(), now_.wall);
  }

  std::size_t connection_count() const { return connections_.size(); }
  const Metrics& metrics() const { return metrics_; }
  // It is told of the feed, on a stream without end: for tests.
  bool is_listening(ConnectionId id);
  // How many lines the server's own logs have lost, for the metrics.
  void set_log_lines_lost(std::uint64_t lines) {
    metrics_.log_lines_lost = lines;
  }
  // Nothing is held for anyone: for tests that memory comes back to its base.
  bool is_quiet() const;

  // ---- What the desk, the store and the feed call.

  void on_decision(const Decision& decision) override;
  void answer_decision(const ReplyTo& to, const Decision& decision) override;
  void answer_failure(const ReplyTo& to) override;
  void on_event(std::string_view room, const chat::Event& event) override;
  void deliver(Listener* listener, const base::SharedBytes& frames,
               const base::SharedBytes& durable) override;
  void wake(Listener* listener) override;

 private:
  friend class Call;

  // machine.cpp
  void set_time(base::Moment now);
  void touch(Connection* connection);
  bool bound_unread(const Connection* spared = nullptr);
  void set_deadline(Connection* connection, base::Micros after);
  void on_deadline(Connection* connection);
  void close_now(Connection* connection);
  void close_after_sending(Connection* connection);
  void submit(const chat::Command& command, const ReplyTo& reply_to);
  Connection* who_waits(ReplyTo* to);
  void go_on_after_answer(Connection* connection);
  void note_applied(const Decision& decision);
  void answer_command(Connection* connection, const ReplyTo& to,
                      const Decision& decision);
  void resume(Connection* connection);
  void resume_all();
  void leave_feed(Connection* connection);
  static bool is_idle(const Connection& connection);

  // request_stage.cpp
  void take_requests(Connection* connection, std::string_view bytes);
  std::size_t read_requests(Connection* connection, http::RequestReader* reader,
                            std::string_view bytes);
  bool may_read_request(const Connection& connection) const;
  bool serve(Connection* connection, const http::Request& request);
  bool serve_other(Connection* connection, const ReplyTo& to,
                   const http::Request& request);
  void serve_options(Connection* connection, const ReplyTo& to,
                     const http::Request& request, std::string_view methods);
  bool serve_route(Connection* connection, const ReplyTo& to,
                   const http::Request& request, const Route& route);
  void serve_file(Connection* connection, const ReplyTo& to,
                  const http::Request& request, std::string_view path,
                  const File& file);
  void wait_for_request(Connection* connection,
                        const http::RequestReader& reader);
  ReplyTo reply_to_request(const Connection& connection,
                           const http::Request& request) const;
  void end_slow_request(Connection* connection);
  void count_partial(Connection* connection);
  void bound_partial();
  void refuse_partial(Connection* connection);
  void answer(Connection* connection, const ReplyTo& to, const Answer& answer);
  // Both by HTTP or by WebSocket, as `to` says. The members are an object's
  // inside.
  void answer_success(Connection* connection, const ReplyTo& to,
                      std::string_view members);
  void answer_problem(Connection* connection, const ReplyTo& to,
                      const Problem& problem, std::string_view headers = {});

  // file_waits.cpp
  FileLookups::Outcome find_file(Connection* connection, std::string_view path,
                                 File* file);
  bool waits_for_file(const Connection& connection) const;
  void end_file_wait(Connection* connection);
  void take_found_files();
  void give_up_file(Connection* connection);

  // stream_stage.cpp
  void park(Connection* connection, std::unique_ptr<LongPollListener> listener,
            base::Micros wait);
  void unpark(Connection* connection);
  bool answer_page(Connection* connection, const ReplyTo& to,
                   const PageRequest& wanted, bool even_if_empty);
  chat::Page read_page(const PageRequest& wanted) const;
  void end_long_poll(Connection* connection);
  void open_stream(Connection* connection, const ReplyTo& to,
                   const StreamRequest& request);
  void begin_event_stream(Connection* connection,
                          std::optional<chat::MessageId> after);
  bool may_listen_to(std::size_t rooms) const;
  void listen(StreamListener* listener, std::string_view room);
  void stop_listening(StreamListener* listener, std::string_view room);
  // Queues what the rooms hold after `after`, in order across them.
  // REQUIRES: no room twice.
  void replay(StreamListener* listener, std::span<const std::string_view> rooms,
              chat::MessageId after);
  void tell_point(StreamListener* listener);
  void tell_truncated(StreamListener* listener, std::string_view room,
                      chat::MessageId after);
  void queue_framed(StreamListener* listener, std::string_view type,
                    const chat::Event& event);
  void follow(StreamListener* listener);
  void stop_following(StreamListener* listener);
  void tell_followers(const chat::Command& command, chat::MessageId before);
  void beat(Connection* connection);
  void cut(Connection* connection);
  void end_cut_listeners();

  // websocket_stage.cpp
  void upgrade(Connection* connection, const ReplyTo& to,
               const http::Request& request, const StreamRequest& wanted);
  void say_hello(WebSocketListener* listener);
  void take_frames(Connection* connection, std::span<char> bytes);
  void take_frame(Connection* connection, const websocket::Event& event);
  void take_waiting_frames(Connection* connection);
  void take_websocket_command(Connection* connection, std::string_view text);
  void close_websocket(Connection* connection, websocket::CloseCode code,
                       std::string_view reason);
  void end_websocket(Connection* connection);
  void keep_websocket_alive(Connection* connection);
  void join_by_websocket(WebSocketListener* listener, const Decision& decision);

  const Options* options_;
  CommandDesk* desk_;
  const chat::RoomStore& store_;  // the desk's
  FileSource* files_;
  base::Random* random_;
  AccessLog* access_log_;

  base::Moment now_;  // of this turn
  Metrics metrics_;
  OutboxPool pool_;
  Replier replier_;
  Feed feed_;
  Presence presence_;
  RoomList room_list_;
  TimerWheel wheel_;
  std::size_t partial_bytes_ = 0;  // the sum of what connections_ share of it
  ConnectionTable connections_;
  std::vector<ConnectionId> touched_ids_;
  // Connections that may read on: an answer that they waited for is there.
  std::vector<ConnectionId> resumable_;
  std::unordered_map<std::string, std::vector<StreamListener*>, base::NameHash,
                     std::equal_to<>>
      followers_;  // by user
  // Listeners to end when the feed has drained.
  std::vector<ConnectionId> cut_;
  // Requests whose file is looked for, or was found just now.
  struct FileWait {
    FileLookups::Ticket ticket = 0;
    bool is_over = false;
  };
  std::unordered_map<ConnectionId, FileWait> file_waits_;

  // Reused from one call to the next.
  http::RequestReader reader_;
  Fields fields_;
  std::string members_scratch_;
  std::string body_scratch_;
  ConnectionId reading_ = 0;  // whose requests are being read
  bool shutting_down_ = false;
};

}  // namespace papo::app
