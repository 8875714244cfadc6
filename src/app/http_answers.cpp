#include "app/http_answers.h"

#include "base/text.h"

namespace papo::app {
namespace {

bool is_retryable(ErrorCode code) {
  const int status = status_of(code);
  return status == 429 || status == 503;
}

}  // namespace

HttpReply HttpReply::last() {
  HttpReply reply;
  reply.keep_alive = false;
  reply.logged = "-";
  return reply;
}

void HttpAnswers::append_cors(std::string* out, const HttpReply& to) const {
  switch (options_.cors.mode) {
    case Cors::Mode::Any:
      out->append("Access-Control-Allow-Origin: *\r\n");
      return;
    case Cors::Mode::SameOrigin:
      return;
    case Cors::Mode::Listed:
      out->append("Vary: Origin\r\n");
      if (to.origin < 0) return;
      out->append("Access-Control-Allow-Origin: ")
          .append(options_.cors.origins[static_cast<std::size_t>(to.origin)])
          .append("\r\n");
      return;
  }
}

// What nearly every answer begins with, made once a second: a body of JSON by
// HTTP/1.1 on a connection that stays open.
const std::string& HttpAnswers::usual_head() {
  const base::Micros second =
      std::chrono::floor<std::chrono::seconds>(connections_.now().wall);
  if (second == usual_head_second_) return usual_head_;
  usual_head_second_ = second;
  usual_head_.assign("HTTP/1.1 200 OK\r\n");
  append_fields(&usual_head_, {}, HttpAnswer{});
  usual_head_.append("Content-Length: ");
  return usual_head_;
}

void HttpAnswers::append_head(std::string* out, const HttpReply& to,
                              const HttpAnswer& answer, std::size_t size) {
  const bool usual = answer.status == 200 && answer.content_type == kJsonType &&
                     !answer.endless && answer.headers.empty() &&
                     to.origin < 0 && to.keep_alive && !to.http_1_0;
  if (usual) {
    out->append(usual_head());
    base::append_number(out, size);
    out->append("\r\n\r\n");
    return;
  }
  out->append("HTTP/1.1 ");
  base::append_number(out, static_cast<std::uint64_t>(answer.status));
  out->append(" ").append(http::reason_of(answer.status)).append("\r\n");
  append_fields(out, to, answer);
  if (!answer.content_type.empty() && !answer.endless) {
    out->append("Content-Length: ");
    base::append_number(out, size);
    out->append("\r\n");
  }
  if (!to.keep_alive || answer.endless) {
    out->append("Connection: close\r\n");
  } else if (to.http_1_0) {
    out->append("Connection: keep-alive\r\n");
  }
  out->append(answer.headers).append("\r\n");
}

void HttpAnswers::append_fields(std::string* out, const HttpReply& to,
                                const HttpAnswer& answer) {
  out->append(date_.at(connections_.now().wall));
  append_cors(out, to);
  if (answer.content_type.empty()) return;
  out->append("Content-Type: ").append(answer.content_type).append("\r\n");
  // Whatever holds a user's text is taken for what it is said to be.
  out->append("X-Content-Type-Options: nosniff\r\n");
  // What is not a file of ours is a fact of this moment.
  if (answer.content_type == kJsonType) {
    out->append("Cache-Control: no-store\r\n");
  }
}

// What is copied has been written with the head.
void HttpAnswers::append_body(Connection& connection,
                              const HttpAnswer& answer) {
  Outbox& outbox = connection.outbox;
  OutboxPool* pool = &connections_.pool();
  if (answer.text.empty()) {
    // "304 Not Modified" of a file has an owner, and nothing of it.
  } else if (answer.owner != nullptr) {
    const std::string_view all = answer.owner->view();
    const auto begin =
        static_cast<std::size_t>(answer.text.data() - all.data());
    outbox.append_shared(*answer.owner, begin, answer.text.size(), pool);
  } else if (answer.text_is_static) {
    outbox.append_static(answer.text, pool);
  }
  append_page(connection, answer.page);
  outbox.append(answer.rest, pool);
}

void HttpAnswers::append_page(Connection& connection, const chat::Page* page) {
  if (page == nullptr || page->size == 0) return;
  connection.outbox.append_shared(page->whole, page->begin, page->size,
                                  &connections_.pool());
}

void HttpAnswers::answer(Connection& connection, const HttpReply& to,
                         const HttpAnswer& answer) {
  std::string* out = connection.outbox.begin_write(&connections_.pool());
  append_head(out, to, answer, answer.size());
  const bool copies = answer.owner == nullptr && !answer.text_is_static;
  if (copies && !to.head_only) out->append(answer.text);
  connection.outbox.finish_write();
  if (!to.head_only) append_body(connection, answer);
  finish(connection, to, answer, answer.size());
}

void HttpAnswers::answer(Connection& connection, const HttpReply& to,
                         const Members& members) {
  const HttpAnswer answer;
  const std::size_t size = 1 + members.size() + 1;
  OutboxPool* pool = &connections_.pool();
  std::string* out = connection.outbox.begin_write(pool);
  append_head(out, to, answer, size);
  if (!to.head_only) {
    out->append("{").append(members.text);
    connection.outbox.finish_write();
    append_page(connection, members.page);
    out = connection.outbox.begin_write(pool);
    out->append(members.rest).append("}");
  }
  connection.outbox.finish_write();
  finish(connection, to, answer, size);
}

// Counts it, tells the access log, and closes where it was the last one.
void HttpAnswers::finish(Connection& connection, const HttpReply& to,
                         const HttpAnswer& answer, std::size_t size) {
  ++metrics_.responses[static_cast<std::size_t>(answer.status / 100)];
  if (access_log_ != nullptr) {
    access_log_->write({connection.peer, connections_.now().wall, to.logged,
                        answer.status, to.head_only ? 0 : size});
  }
  if (!to.keep_alive && !answer.endless) {
    connections_.close_after_sending(connection);
  }
  connections_.touch(connection);
}

void HttpAnswers::succeed(Connection& connection, const HttpReply& to,
                          std::string_view members) {
  body_scratch_.assign(R"({"status":"success")");
  if (!members.empty()) body_scratch_.append(",").append(members);
  body_scratch_.append("}");
  answer(connection, to, HttpAnswer{.text = body_scratch_});
}

void HttpAnswers::refuse(Connection& connection, const HttpReply& to,
                         const Problem& problem, std::string_view headers) {
  std::string fields(headers);
  if (is_retryable(problem.code)) fields.append("Retry-After: 5\r\n");
  body_scratch_.assign(R"({"status":"error",)");
  append_problem(&body_scratch_, problem);
  body_scratch_.append("}");
  answer(connection, to,
         HttpAnswer{.status = status_of(problem.code),
                    .headers = fields,
                    .text = body_scratch_});
}

}  // namespace papo::app
