// One call of the API, by HTTP or by WebSocket: what a handler sees.
//
// A handler reads its fields, and each reader has answered with the problem
// when it returns nothing. Then the handler answers, once, or submits a
// command, whose answer is written when it is committed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/machine.h"
#include "chat/names.h"

namespace papo::app {

class Call {
 public:
  // What the handler may look at. `request` is nullptr in a WebSocket command.
  Call(Machine* machine, Connection* connection, const ReplyTo& reply_to,
       const http::Request* request)
      : machine_(*machine),
        connection_(*connection),
        reply_to_(reply_to),
        request_(request) {}

  const Options& options() const { return *machine_.options_; }
  const chat::RoomStore& store() const { return machine_.store_; }
  const Presence& presence() const { return machine_.presence_; }
  const Fields& fields() const { return machine_.fields_; }
  base::Moment now() const { return machine_.now_; }
  bool is_websocket() const { return request_ == nullptr; }
  // REQUIRES: !is_websocket().
  const http::Request& request() const { return *request_; }

  // ---- Fields. Nothing means that the call has been answered.

  std::optional<std::string_view> room() { return name("room"); }
  // The room of /r/<room>, decoded into `text`.
  std::optional<std::string_view> room_in_path(std::string* text);
  // `username`, or the one that the WebSocket was opened with.
  std::optional<std::string_view> user();
  std::optional<std::string_view> name(std::string_view field);
  // A string of 1 to --max-message bytes of UTF-8.
  std::optional<std::string_view> message(std::string_view field);
  std::optional<std::string_view> client_id();
  std::optional<chat::MessageId> target();
  // The point after which messages are wanted: `after`, or `last_timestamp`.
  std::optional<chat::MessageId> after(chat::MessageId otherwise);
  // `wait` in seconds, 0 to 60; --max-wait when it is more than that.
  std::optional<base::Micros> wait();
  // `limit`, at least 1; 0 when there is none.
  std::optional<std::size_t> limit();
  std::optional<std::string_view> topic();
  // All `room` fields, each name once.
  std::optional<std::vector<std::string_view>> rooms();
  // True when `text` may be a message; else answers with what is wrong.
  bool check_message(std::string_view text, std::string_view field);
  // True for "1" and "true".
  bool flag(std::string_view field) const;

  // ---- Answers.

  // "status":"success" and the members, an object's inside.
  void succeed(std::string_view members);
  // The members alone.
  void answer(std::string_view members);
  // A member, as `"rooms":`, and the list that is its value, which is shared.
  void answer_list(std::string_view member, const base::SharedBytes& list);
  void answer(const Answer& whole);  // any response; REQUIRES: by HTTP
  // Or, by HTTP, while commands before it are not answered: must_wait().
  void fail(const Problem& problem);
  void fail(ErrorCode code, std::string message, std::string_view field);

  // True when nothing was done: the call is to be made again when what came
  // before it is answered.
  bool must_wait() const { return must_wait_; }

  // Puts the command into the log with this moment's time.
  void submit(chat::Command command);

  // ---- Things that only some calls do.

  // Answers with what there is; by HTTP, waits for it up to `wait`.
  void receive(const PageRequest& wanted, base::Micros wait);
  // REQUIRES: by HTTP.
  void open_stream(const StreamRequest& wanted);
  void upgrade(const StreamRequest& wanted);
  // REQUIRES: a WebSocket. True when it may listen to the room too; else
  // answers with what is wrong.
  bool may_subscribe(std::string_view room);
  void subscribe(std::string_view room, std::optional<chat::MessageId> after);
  void unsubscribe(std::string_view room);

  void note_poll(std::string_view user);
  void note_typing(std::string_view room, std::string_view user);
  std::size_t connection_count() const { return machine_.connections_.size(); }
  const base::SharedBytes& room_list() { return machine_.room_list_.json(); }
  std::size_t partial_bytes() const { return machine_.partial_bytes(); }
  std::size_t unread_bytes() const { return machine_.pool_.waiting_bytes(); }
  std::uint64_t seconds_ahead() const { return machine_.seconds_ahead(); }
  const Metrics& metrics() const { return machine_.metrics_; }
  const log::CommandLog& log() const { return machine_.desk_->log(); }
  std::size_t subscription_count() const {
    return machine_.feed_.subscription_count();
  }
  // Which files are served: changes with any of them.
  std::string_view build() const { return machine_.files_->fingerprint(); }

  // What follows the route's path, still encoded.
  std::string_view path_rest;

 private:
  base::Result<std::string_view, chat::NameFault> read_name(
      std::string_view text) const;

  Machine& machine_;
  Connection& connection_;
  const ReplyTo& reply_to_;
  const http::Request* request_;
  bool must_wait_ = false;
};

}  // namespace papo::app
