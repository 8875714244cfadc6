#include "app/http_door.h"

#include <utility>

namespace papo::app {
namespace {

// For the request of who is one too many.
constexpr base::Micros kRefusedTimeout = std::chrono::seconds(5);

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

http::Limits request_limits(const Options& options) {
  http::Limits limits;
  limits.body_bytes_max = options.body_bytes_max;
  return limits;
}

}  // namespace

HttpDoor::HttpDoor(const Services* services, Doors* doors)
    : services_(*services),
      options_(services->options),
      connections_(services->connections),
      answers_(services->answers),
      doors_(*doors),
      files_(&services->options, &services->connections, &services->metrics,
             &services->answers, &services->files),
      reader_(request_limits(services->options)) {}

// ---- What happens to a connection.

void HttpDoor::on_open(Connection& connection, bool refused) {
  keep_note(connection, {.refused = refused});
  connections_.set_deadline(
      connection, refused ? kRefusedTimeout : options_.header_timeout);
}

void HttpDoor::on_bytes(Connection& connection, std::span<char> bytes) {
  take_requests(connection, {bytes.data(), bytes.size()});
}

void HttpDoor::on_resume(Connection& connection) {
  if (partial_of(connection) != nullptr) take_requests(connection, {});
}

void HttpDoor::on_sent(Connection& connection, bool all) {
  // Silence counts from the last answer on; answers that are not read are
  // given as long.
  if (!all ||
      http_note_of(connection).phase == http::RequestReader::Phase::Idle) {
    connections_.set_deadline(connection, options_.idle_timeout);
  }
  if (!all) return;
  if (partial_of(connection) != nullptr) connections_.resume(connection);
  if (connections_.is_shutting_down() && is_idle(connection)) {
    connections_.close_now(connection);
  }
}

void HttpDoor::on_deadline(Connection& connection) {
  end_slow_request(connection);
}

void HttpDoor::on_shutdown(Connection& connection) {
  if (is_idle(connection)) connections_.close_now(connection);
}

void HttpDoor::on_leave(Connection& connection) {
  files_.stop_waiting(connection);
}

// Who waits for an answer gets none between: it would be taken for that one's.
void HttpDoor::turn_out(Connection& connection, Excess) {
  if (under_way(connection) > 0 || !connection.outbox.empty()) {
    return connections_.close_now(connection);
  }
  answers_.refuse(connection, HttpReply::last(), too_much_partial());
}

// A client that does not read its answers is not read from, so that pipelining
// cannot make the outbox grow; nor is one whose requests wait, beyond one
// request.
bool HttpDoor::wants_input(const Connection& connection) const {
  return connection.outbox.empty() && wants_more(partial_of(connection));
}

bool HttpDoor::wants_more(const PartialRequest* partial) const {
  return partial == nullptr ||
         partial->bytes.size() < request_limits(options_).request_bytes_max();
}

Ending HttpDoor::when_sent(const Connection& connection) const {
  const bool finished = connection.peer_finished &&
                        under_way(connection) == 0 && !connection.resumable &&
                        !files_.is_waiting(connection);
  return finished ? Ending::Close : Ending::StayOpen;
}

std::size_t HttpDoor::partial_bytes(const Connection& connection) const {
  const PartialRequest* partial = partial_of(connection);
  return partial == nullptr ? 0 : partial->share.size();
}

// ---- Reading.

void HttpDoor::take_requests(Connection& connection, std::string_view bytes) {
  // Taken apart while it is read: another door may get the connection
  // meanwhile, and the state is gone then.
  std::unique_ptr<PartialRequest> partial;
  if (HttpState* state = http_state_of(connection)) {
    partial = std::move(state->partial);
  }
  http::RequestReader* reader = &reader_;
  if (partial != nullptr) {
    partial->bytes.append(bytes);
    bytes = partial->bytes;
    reader = &partial->reader;
  } else {
    reader_.reset();
  }
  bytes.remove_prefix(read_requests(connection, reader, bytes));
  if (connection.door == this) {
    return keep_rest(connection, std::move(partial), bytes);
  }
  if (bytes.empty()) return;
  std::string rest(bytes);  // frames that came with their handshake, and such
  connection.door->on_bytes(connection, rest);
}

// What is not whole, or has to wait. `partial`: what the rest is part of.
void HttpDoor::keep_rest(Connection& connection,
                         std::unique_ptr<PartialRequest> partial,
                         std::string_view rest) {
  // Nothing is answered any more after the last request.
  if (rest.empty() || http_note_of(connection).last_request) {
    return drop_idle_state(connection);
  }
  if (partial == nullptr) {
    partial =
        std::make_unique<PartialRequest>(reader_, connections_.partial_total());
    partial->bytes = rest;
  } else {
    partial->bytes.erase(0, partial->bytes.size() - rest.size());
  }
  partial->count();
  make_http_state(connection).partial = std::move(partial);
}

bool HttpDoor::may_read(const Connection& connection) const {
  return connection.door == this && !http_note_of(connection).last_request &&
         under_way(connection) < options_.pipelined_max &&
         connection.outbox.size() <= options_.answers_bytes_max &&
         !files_.is_waiting(connection);
}

// Serves what is whole at the front of `bytes`; returns how many were used.
std::size_t HttpDoor::read_requests(Connection& connection,
                                    http::RequestReader* reader,
                                    std::string_view bytes) {
  std::size_t used = 0;
  while (may_read(connection)) {
    switch (reader->next(bytes.substr(used))) {
      case http::RequestReader::Event::NeedBytes:
        wait_for_request(connection, *reader);
        return used;
      case http::RequestReader::Event::Fault:
        refuse_in_order(connection, HttpReply::last(),
                        problem_of(reader->fault()));
        return bytes.size();
      case http::RequestReader::Event::Request:
        if (!serve(connection, reader->request())) return used;
        used += reader->consumed();
        reader->reset();
        break;
    }
    if (used == bytes.size()) {
      if (connection.door == this) {
        connections_.set_deadline(connection, options_.idle_timeout);
      }
      break;
    }
  }
  return used;
}

// A head has to come within one time and its body within another, each as a
// whole: sending a byte now and then wins nothing.
void HttpDoor::wait_for_request(Connection& connection,
                                const http::RequestReader& reader) {
  HttpNote note = http_note_of(connection);
  const auto phase = reader.phase();
  if (phase != note.phase) {
    note.phase = phase;
    switch (phase) {
      case http::RequestReader::Phase::Idle:
        connections_.set_deadline(connection, options_.idle_timeout);
        break;
      case http::RequestReader::Phase::Head:
        connections_.set_deadline(connection, options_.header_timeout);
        break;
      case http::RequestReader::Phase::Body:
        connections_.set_deadline(connection, options_.body_timeout);
        break;
    }
  }
  // Said once, and not before the answers to earlier requests.
  if (reader.wants_continue() && !note.said_continue &&
      under_way(connection) == 0) {
    note.said_continue = true;
    connections_.send(connection, kContinue);
  }
  keep_note(connection, note);
}

void HttpDoor::end_slow_request(Connection& connection) {
  if (files_.is_waiting(connection)) return files_.give_up(connection);
  if (under_way(connection) > 0) {
    return connections_.set_deadline(connection, options_.idle_timeout);
  }
  ++services_.metrics.timeouts;
  const bool began =
      partial_of(connection) != nullptr &&
      http_note_of(connection).phase != http::RequestReader::Phase::Idle;
  if (!connection.outbox.empty() || !began || connection.peer_finished) {
    return connections_.close_now(connection);
  }
  answers_.refuse(connection, HttpReply::last(),
                  {ErrorCode::Timeout, "the request did not arrive in time"});
}

void HttpDoor::keep(std::unique_ptr<PartialRequest>* partial,
                    std::string_view bytes) {
  if (bytes.empty()) return;
  if (*partial == nullptr) {
    reader_.reset();
    *partial =
        std::make_unique<PartialRequest>(reader_, connections_.partial_total());
  }
  (*partial)->bytes.append(bytes);
  (*partial)->count();
}

void HttpDoor::take_back(Connection& connection,
                         std::unique_ptr<PartialRequest> partial) {
  const bool reads_on = partial != nullptr;
  std::unique_ptr<HttpState> state;
  if (reads_on) {
    state = std::make_unique<HttpState>();
    state->partial = std::move(partial);
  }
  connections_.hand_over(connection, *this, std::move(state));
  keep_note(connection, {.phase = http::RequestReader::Phase::Idle});
  connections_.set_deadline(connection, options_.idle_timeout);
  if (reads_on) connections_.resume(connection);
}

}  // namespace papo::app
