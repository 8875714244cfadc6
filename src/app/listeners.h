// The three ways in which a connection listens to the feed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/connection.h"
#include "app/feed.h"
#include "app/reply.h"
#include "base/shared_bytes.h"
#include "base/time.h"
#include "chat/command.h"
#include "wire/websocket_reader.h"

namespace papo::app {

// A listener that is a connection's, and owned by it.
struct ConnectionListener : Listener {
  ConnectionListener(Transport transport, Connection* owner)
      : Listener(transport), connection(owner) {}

  Connection* connection;
  base::SharedBytes user;  // whose presence it is; empty: nobody's
};

// Which messages a /receive asks for.
struct PageRequest {
  std::string_view room;
  chat::MessageId after = 0;
  std::size_t limit = 0;  // 0: none
  bool changes = false;
};

// A /receive that waits for the first message.
struct LongPollListener : ConnectionListener {
  LongPollListener(Connection* owner, const ReplyTo& to,
                   const PageRequest& request)
      : ConnectionListener(Transport::LongPoll, owner),
        reply_to(to),
        room(request.room),
        wanted(request) {
    wanted.room = room;
  }

  ReplyTo reply_to;
  std::string room;
  PageRequest wanted;  // views `room`
};

// A listener that is sent frames as they come.
struct StreamListener : ConnectionListener {
  using ConnectionListener::ConnectionListener;

  // Bytes that the client asked for and that may still be unsent, a history or
  // an answer: they do not count as its backlog.
  std::size_t asked_bytes = 0;
  // Is told of whatever rooms `user` is in, as they join and leave.
  bool follows_user = false;
  // Of text: heartbeats since the last blank.
  std::uint8_t silent_beats = 0;
};

// What a client asked to listen to.
struct StreamRequest {
  Transport transport = Transport::EventStream;
  std::string_view content_type = {};
  std::vector<std::string_view> rooms;        // none twice
  std::string_view user;                      // may be empty
  std::optional<chat::MessageId> after = {};  // none: only what is new
  bool follows_user = false;  // rooms are those of `user`, always
};

struct WebSocketListener : StreamListener {
  WebSocketListener(Connection* owner, std::uint32_t message_bytes_max,
                    std::size_t* partial_total)
      : StreamListener(Transport::WebSocket, owner),
        reader(message_bytes_max),
        share(partial_total) {}

  websocket::FrameReader reader;
  Share share;  // of what all messages that are not whole hold
};

}  // namespace papo::app
