// What is remembered of a connection that sends HTTP requests.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "app/answer_line.h"
#include "app/connection.h"
#include "app/http_answers.h"
#include "app/share.h"
#include "wire/http_request.h"

namespace papo::app {

// A request that the network has cut, or that waits for the answers before it.
struct PartialRequest {
  PartialRequest(const http::RequestReader& started, std::size_t* total)
      : reader(started), share(total) {}

  void count() { share.set(sizeof(PartialRequest) + bytes.capacity()); }

  std::string bytes;
  http::RequestReader reader;
  Share share;
};

// Of a connection that has more under way than whole requests, one by one.
struct HttpState final : DoorState {
  std::unique_ptr<PartialRequest> partial;
  AnswerLine<HttpReply> line;
};

// What needs no state, and is kept in Connection::note.
struct HttpNote {
  // What the deadline is for.
  http::RequestReader::Phase phase = http::RequestReader::Phase::Head;
  bool last_request = false;   // the client, or we, close after it
  bool refused = false;        // one connection too many: it gets a 429
  bool said_continue = false;  // "100 Continue" was sent for this request
};

HttpNote http_note_of(const Connection& connection);
void keep_note(Connection& connection, const HttpNote& note);

// nullptr when nothing is under way.
HttpState* http_state_of(const Connection& connection);
HttpState& make_http_state(Connection& connection);
void drop_idle_state(Connection& connection);

// The request that has been begun; nullptr when there is none.
PartialRequest* partial_of(const Connection& connection);
// Commands, and refusals behind them, whose answers are not queued yet.
std::size_t under_way(const Connection& connection);
// No request of it is under way, and no answer.
bool is_idle(const Connection& connection);

}  // namespace papo::app
