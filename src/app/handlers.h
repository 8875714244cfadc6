// The handlers: one for each question and each opening in routes.cpp. Commands
// need none (app/command_reading.h).
#pragma once

#include "app/field_reader.h"
#include "app/listeners.h"
#include "app/reply.h"
#include "app/services.h"

namespace papo::app {

class HttpExchange;

// What is asked, by whichever door.
struct Question {
  const Services& house;
  FieldReader in;
  // Who asks, where that is somebody who listens.
  StreamListener* listener = nullptr;
};

// room_handlers.cpp: what looks at rooms and messages.
void receive(Question& question, Reply& reply);
void list_rooms_of_user(Question& question, Reply& reply);
void list_rooms(Question& question, Reply& reply);
void list_members(Question& question, Reply& reply);
void note_typing(Question& question, Reply& reply);

// listening_handlers.cpp: what begins to listen, or ends it.
void receive_or_wait(HttpExchange& exchange);
void open_event_stream(HttpExchange& exchange);
void open_line_stream(HttpExchange& exchange);
void open_websocket(HttpExchange& exchange);
// REQUIRES: a listener.
void subscribe(Question& question, Reply& reply);
void unsubscribe(Question& question, Reply& reply);

// service_handlers.cpp: what tells about the server.
void report_health(Question& question, Reply& reply);
void report_version(Question& question, Reply& reply);
void answer_ping(Question& question, Reply& reply);
void report_metrics(HttpExchange& exchange);

}  // namespace papo::app
