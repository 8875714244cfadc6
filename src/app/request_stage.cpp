// Connections that send HTTP requests.
//
// Requests are read where the bytes lie, one after the other, and answered in
// their order: everything but a command waits until the commands before it on
// the same connection are answered. What cannot be served yet stays in the
// connection's PartialRequest, and so does a request that was cut.
#include <algorithm>
#include <utility>

#include "app/call.h"
#include "app/gate.h"
#include "app/machine.h"
#include "app/routes.h"
#include "base/check.h"
#include "base/text.h"

namespace papo::app {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kFileMethods = "GET, HEAD, OPTIONS";

// What a browser's preflight is told besides the origin (Fetch §3.2.2).
constexpr std::string_view kPreflightHeaders =
    "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"
    "Access-Control-Allow-Headers: Content-Type, Authorization, "
    "Last-Event-ID\r\n"
    "Access-Control-Max-Age: 86400\r\n";

// For an answer after which nothing can be read on this connection.
ReplyTo last_reply(const Connection& connection) {
  ReplyTo to;
  to.connection = connection.id();
  to.keep_alive = false;
  to.logged = "-";
  return to;
}

bool is_retryable(ErrorCode code) {
  const int status = status_of(code);
  return status == 429 || status == 503;
}

}  // namespace

void Machine::take_requests(Connection* connection, std::string_view bytes) {
  reading_ = connection->id();
  PartialRequest* partial = connection->partial.get();
  if (partial != nullptr) {
    partial->bytes.append(bytes);
    const std::size_t count =
        read_requests(connection, &partial->reader, partial->bytes);
    partial->bytes.erase(0, count);
    bytes = partial->bytes;
  } else {
    reader_.reset();
    bytes.remove_prefix(read_requests(connection, &reader_, bytes));
  }
  reading_ = 0;
  const bool reads_on = connection->stage == Stage::Requests ||
                        connection->stage == Stage::LongPoll;
  if (connection->stage == Stage::WebSocket && !bytes.empty()) {
    std::string frames(bytes);  // sent along with the handshake
    connection->partial.reset();
    return take_frames(connection, frames);
  }
  if (!reads_on || bytes.empty()) {
    connection->partial.reset();
  } else if (partial == nullptr) {
    connection->partial =
        std::make_unique<PartialRequest>(reader_, &partial_bytes_);
    connection->partial->bytes = bytes;
  }
}

bool Machine::may_read_request(const Connection& connection) const {
  return connection.stage == Stage::Requests && !connection.last_request &&
         connection.in_flight < options_->pipelined_max &&
         connection.outbox.size() <= options_->answers_bytes_max;
}

// Serves what is whole at the front of `bytes`; returns how many were used.
std::size_t Machine::read_requests(Connection* connection,
                                   http::RequestReader* reader,
                                   std::string_view bytes) {
  std::size_t used = 0;
  while (may_read_request(*connection)) {
    switch (reader->next(bytes.substr(used))) {
      case http::RequestReader::Event::NeedBytes:
        wait_for_request(connection, *reader);
        return used;
      case http::RequestReader::Event::Fault:
        if (connection->in_flight > 0) return used;
        answer_problem(connection, last_reply(*connection),
                       problem_of(reader->fault()));
        return bytes.size();
      case http::RequestReader::Event::Request:
        if (!serve(connection, reader->request())) return used;
        used += reader->consumed();
        reader->reset();
        connection->said_continue = false;
        connection->timed_phase = http::RequestReader::Phase::Idle;
        break;
    }
    if (used == bytes.size() && connection->stage == Stage::Requests) {
      set_deadline(connection, options_->idle_timeout);
      break;
    }
  }
  return used;
}

// A head has to come within one time and its body within another, each as a
// whole: sending a byte now and then wins nothing.
void Machine::wait_for_request(Connection* connection,
                               const http::RequestReader& reader) {
  const auto phase = reader.phase();
  if (phase != connection->timed_phase) {
    connection->timed_phase = phase;
    switch (phase) {
      case http::RequestReader::Phase::Idle:
        set_deadline(connection, options_->idle_timeout);
        break;
      case http::RequestReader::Phase::Head:
        set_deadline(connection, options_->header_timeout);
        break;
      case http::RequestReader::Phase::Body:
        set_deadline(connection, options_->body_timeout);
        break;
    }
  }
  // Said once, and not before the answers to earlier requests.
  if (reader.wants_continue() && !connection->said_continue &&
      connection->in_flight == 0) {
    connection->said_continue = true;
    connection->outbox.append(kContinue, &pool_);
    touch(connection);
  }
}

void Machine::end_slow_request(Connection* connection) {
  if (waits_for_file(*connection)) return give_up_file(connection);
  if (connection->in_flight > 0) {
    return set_deadline(connection, options_->idle_timeout);
  }
  ++metrics_.timeouts;
  const bool began =
      connection->partial != nullptr &&
      connection->timed_phase != http::RequestReader::Phase::Idle;
  if (!connection->outbox.empty() || !began || connection->peer_finished) {
    return close_now(connection);
  }
  answer_problem(connection, last_reply(*connection),
                 {ErrorCode::Timeout, "the request did not arrive in time"});
  connection->partial.reset();
}

// What is held for a connection of what is not whole, or waits.
void Machine::count_partial(Connection* connection) {
  if (connection->partial != nullptr) {
    connection->partial->share.set(sizeof(PartialRequest) +
                                   connection->partial->bytes.capacity());
  }
  if (connection->stage == Stage::WebSocket) {
    auto& listener = static_cast<WebSocketListener&>(*connection->listener);
    listener.share.set(listener.reader.held_bytes());
  }
  if (partial_bytes_ > options_->partial_bytes_max) bound_partial();
}

// Those that have sent the most go, until a quarter is free: a flood trims
// itself, and the cost of looking at all is spread over what came.
void Machine::bound_partial() {
  std::vector<std::pair<std::size_t, ConnectionId>> senders;
  connections_.for_each([&](const Connection& each) {
    std::size_t held = 0;
    if (each.partial != nullptr) held += each.partial->share.size();
    if (each.stage == Stage::WebSocket) {
      held += static_cast<WebSocketListener&>(*each.listener).share.size();
    }
    if (held > 0) senders.emplace_back(held, each.id());
  });
  std::sort(senders.rbegin(), senders.rend());
  for (const auto& [held, id] : senders) {
    if (partial_bytes_ <= options_->partial_bytes_max / 4 * 3) break;
    refuse_partial(connections_.find(id));
    ++metrics_.partial_closed;
  }
}

// Who waits for an answer gets none between: it would be taken for that one's.
void Machine::refuse_partial(Connection* connection) {
  if (connection->stage == Stage::WebSocket) {
    close_websocket(connection, websocket::kTryAgainLater,
                    "the server holds too much that is not whole");
  } else if (connection->stage == Stage::Requests &&
             connection->in_flight == 0 && connection->outbox.empty()) {
    answer_problem(connection, last_reply(*connection), too_much_partial());
  } else {
    close_now(connection);
  }
  connection->partial.reset();
}

ReplyTo Machine::reply_to_request(const Connection& connection,
                                  const http::Request& request) const {
  ReplyTo to;
  to.connection = connection.id();
  to.head_only = request.method() == http::Method::Head;
  to.http_1_0 = request.minor_version() == 0;
  to.keep_alive =
      request.keep_alive() && !shutting_down_ && !connection.refused;
  if (options_->cors.mode == Cors::Mode::Listed) {
    const std::string_view origin = request.field("origin");
    const auto& origins = options_->cors.origins;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (origins[i] == origin) to.origin = static_cast<std::int32_t>(i);
    }
  }
  if (access_log_ != nullptr) {
    to.logged.append(request.method_text()).append(" ");
    to.logged.append(request.target());
    to.logged.append(to.http_1_0 ? " HTTP/1.0" : " HTTP/1.1");
  }
  return to;
}

// What all connections leave unread together is bounded: beyond it those are
// closed that leave the most, so that a flood trims itself. Only what had its
// chance to be sent counts as unread. False when that was not enough.
bool Machine::bound_unread(const Connection* spared) {
  const std::size_t most = options_->unread_bytes_max;
  if (pool_.waiting_bytes() <= most) return true;
  std::vector<std::pair<std::size_t, ConnectionId>> readers;
  connections_.for_each([&](Connection& each) {
    if (each.unread && &each != spared)
      readers.emplace_back(each.outbox.size(), each.id());
  });
  std::sort(readers.rbegin(), readers.rend());
  for (const auto& [size, id] : readers) {
    if (pool_.waiting_bytes() <= most / 4 * 3) break;
    close_now(connections_.find(id));
    ++metrics_.unread_closed;
  }
  return pool_.waiting_bytes() <= most;
}

// False when the request has to wait for the answers before it.
bool Machine::serve(Connection* connection, const http::Request& request) {
  const std::string_view path = request.path();
  const Route* route = find_route(request.method(), path);
  const bool is_command = route != nullptr && route->is_command;
  const bool would_overtake = !is_command || desk_->is_full();
  if (connection->in_flight > 0 && would_overtake) return false;

  const std::optional<Problem> problem = judge(*options_, request, route);
  if (problem && connection->in_flight > 0) return false;
  const ReplyTo to = reply_to_request(*connection, request);
  if (connection->refused) {
    answer_problem(connection, to,
                   {ErrorCode::TooManyConnections,
                    "the server has as many connections as it may hold "
                    "(--max-connections)"});
  } else if (problem) {
    ++metrics_.turned_away;
    answer_problem(connection, to, *problem);
  } else if (!is_command && !bound_unread(connection)) {
    answer_problem(connection, to, too_much_unread());
  } else if (route == nullptr) {
    if (!serve_other(connection, to, request)) return false;
  } else if (!serve_route(connection, to, request, *route)) {
    return false;
  }
  ++metrics_.requests;
  connection->last_request = !to.keep_alive;
  return true;
}

// False when the request has to wait: its answer is known at once, and would
// overtake those of the commands before it.
bool Machine::serve_route(Connection* connection, const ReplyTo& to,
                          const http::Request& request, const Route& route) {
  fields_.clear();
  fields_.add_form(request.query());
  if (route.input == Input::Body) {
    const auto read = fields_.add_body(request.content_type(), request.body());
    if (!read) {
      if (connection->in_flight > 0) return false;
      answer_problem(connection, to, read.error());
      return true;
    }
  }
  Call call(this, connection, to, &request);
  if (route.path.back() == '/') {
    call.path_rest = request.path().substr(route.path.size());
  }
  route.handle(call);
  return !call.must_wait();
}

// What no route takes: files, OPTIONS, and what is not there. False when the
// request has to wait for its file.
bool Machine::serve_other(Connection* connection, const ReplyTo& to,
                          const http::Request& request) {
  switch (request.method()) {
    case http::Method::Get:
    case http::Method::Head:
    case http::Method::Options:
    case http::Method::Post:
    case http::Method::Put:
    case http::Method::Delete:
    case http::Method::Patch:
    case http::Method::Trace:
      break;
    case http::Method::Connect:
    case http::Method::Other:
      answer_problem(
          connection, to,
          {ErrorCode::NotImplemented, "the server knows no such method"});
      return true;
  }
  std::string methods = methods_of(request.path());
  std::string path;
  File file;
  using Outcome = FileLookups::Outcome;
  Outcome found = Outcome::None;
  if (methods.empty() && file_path_of(request.path(), &path)) {
    found = find_file(connection, path, &file);
    if (found == Outcome::Pending) return false;
  }
  const bool is_file = found == Outcome::Found;
  if (found != Outcome::None) methods = kFileMethods;
  const bool reads = request.method() == http::Method::Get ||
                     request.method() == http::Method::Head;
  if (request.method() == http::Method::Options) {
    serve_options(connection, to, request, methods);
  } else if (is_file && reads) {
    if (!takes_gzip(request, file)) files_->unpack(path, &file);
    serve_file(connection, to, request, path, file);
  } else if (found == Outcome::TooLarge && reads) {
    answer_problem(
        connection, to,
        {ErrorCode::Forbidden, "the file is larger than this server sends"});
  } else if (methods.empty()) {
    answer_problem(connection, to,
                   {ErrorCode::NotFound, "there is nothing at this path"});
  } else {
    answer_problem(connection, to,
                   {ErrorCode::MethodNotAllowed, "this path takes " + methods},
                   "Allow: " + methods + "\r\n");
  }
  end_file_wait(connection);
  return true;
}

// OPTIONS of a path, of the server ("*"), or a CORS preflight.
void Machine::serve_options(Connection* connection, const ReplyTo& to,
                            const http::Request& request,
                            std::string_view methods) {
  const bool whole_server = request.target_form() == http::TargetForm::Asterisk;
  if (methods.empty() && !whole_server) {
    return answer_problem(
        connection, to, {ErrorCode::NotFound, "there is nothing at this path"});
  }
  std::string headers = "Allow: ";
  headers.append(whole_server ? "GET, HEAD, POST, OPTIONS" : methods);
  headers.append("\r\n");
  const bool preflight =
      request.field("access-control-request-method").data() != nullptr;
  if (preflight && options_->cors.mode != Cors::Mode::SameOrigin) {
    headers.append(kPreflightHeaders);
  }
  answer(connection, to,
         {.status = 204, .content_type = {}, .headers = headers});
}

void Machine::serve_file(Connection* connection, const ReplyTo& to,
                         const http::Request& request, std::string_view path,
                         const File& file) {
  const FileAnswer found = answer_file(request, path, file);
  if (found.status == 416) {
    return answer_problem(
        connection, to,
        {ErrorCode::RangeNotSatisfiable, "the file has no such bytes"},
        found.headers);
  }
  const bool bodiless = found.status == 304;
  answer(connection, to,
         {.status = found.status,
          .content_type = bodiless ? std::string_view() : found.content_type,
          .headers = found.headers,
          .text = found.body,
          .text_is_static = files_->is_permanent(),
          .owner = file.owner ? &file.owner : nullptr});
}

void Machine::answer(Connection* connection, const ReplyTo& to,
                     const Answer& answer) {
  replier_.write_http(connection, to, answer);
  ++metrics_.responses[static_cast<std::size_t>(answer.status / 100)];
  if (access_log_ != nullptr) {
    access_log_->write({connection->peer, now_.wall, to.logged, answer.status,
                        to.head_only ? 0 : answer.size()});
  }
  if (!to.keep_alive && !answer.endless) close_after_sending(connection);
  touch(connection);
}

void Machine::answer_success(Connection* connection, const ReplyTo& to,
                             std::string_view members) {
  if (to.form == ReplyTo::Form::WebSocket) {
    replier_.write_ok(connection, to, {.text = members});
    return touch(connection);
  }
  body_scratch_.assign(R"({"status":"success")");
  if (!members.empty()) body_scratch_.append(",").append(members);
  body_scratch_.append("}");
  answer(connection, to, {.text = body_scratch_});
}

void Machine::answer_problem(Connection* connection, const ReplyTo& to,
                             const Problem& problem, std::string_view headers) {
  if (to.form == ReplyTo::Form::WebSocket) {
    replier_.write_error(connection, to, problem);
    return touch(connection);
  }
  std::string fields(headers);
  if (is_retryable(problem.code)) fields.append("Retry-After: 5\r\n");
  body_scratch_.assign(R"({"status":"error",)");
  append_problem(&body_scratch_, problem);
  body_scratch_.append("}");
  answer(connection, to,
         {.status = status_of(problem.code),
          .headers = fields,
          .text = body_scratch_});
}

}  // namespace papo::app
