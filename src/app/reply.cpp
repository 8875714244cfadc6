#include "app/reply.h"

#include "base/text.h"
#include "wire/websocket_frame.h"

namespace papo::app {

void Replier::append_cors(std::string* out, const ReplyTo& to) const {
  switch (options_->cors.mode) {
    case Cors::Mode::Any:
      out->append("Access-Control-Allow-Origin: *\r\n");
      return;
    case Cors::Mode::SameOrigin:
      return;
    case Cors::Mode::Listed:
      out->append("Vary: Origin\r\n");
      if (to.origin < 0) return;
      out->append("Access-Control-Allow-Origin: ")
          .append(options_->cors.origins[static_cast<std::size_t>(to.origin)])
          .append("\r\n");
      return;
  }
}

// What nearly every answer begins with, made once a second: a body of JSON by
// HTTP/1.1 on a connection that stays open.
const std::string& Replier::usual_head() {
  const base::Micros second = std::chrono::floor<std::chrono::seconds>(now_);
  if (second == usual_head_second_) return usual_head_;
  usual_head_second_ = second;
  usual_head_.assign("HTTP/1.1 200 OK\r\n");
  append_fields(&usual_head_, {}, {});
  usual_head_.append("Content-Length: ");
  return usual_head_;
}

void Replier::append_head(std::string* out, const ReplyTo& to,
                          const Answer& answer) {
  const bool usual = answer.status == 200 && answer.content_type == kJsonType &&
                     !answer.endless && answer.headers.empty() &&
                     to.origin < 0 && to.keep_alive && !to.http_1_0;
  if (usual) {
    out->append(usual_head());
    base::append_number(out, answer.size());
    out->append("\r\n\r\n");
    return;
  }
  out->append("HTTP/1.1 ");
  base::append_number(out, static_cast<std::uint64_t>(answer.status));
  out->append(" ").append(http::reason_of(answer.status)).append("\r\n");
  append_fields(out, to, answer);
  if (!answer.content_type.empty() && !answer.endless) {
    out->append("Content-Length: ");
    base::append_number(out, answer.size());
    out->append("\r\n");
  }
  if (!to.keep_alive || answer.endless) {
    out->append("Connection: close\r\n");
  } else if (to.http_1_0) {
    out->append("Connection: keep-alive\r\n");
  }
  out->append(answer.headers).append("\r\n");
}

void Replier::append_fields(std::string* out, const ReplyTo& to,
                            const Answer& answer) {
  out->append(date_.at(now_));
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

void Replier::append_body(Connection* connection, const Answer& answer) {
  Outbox& outbox = connection->outbox;
  if (answer.text.empty()) {
    // "304 Not Modified" of a file has an owner, and nothing of it.
  } else if (answer.owner != nullptr) {
    const std::string_view all = answer.owner->view();
    const auto begin =
        static_cast<std::size_t>(answer.text.data() - all.data());
    outbox.append_shared(*answer.owner, begin, answer.text.size(), pool_);
  } else if (answer.text_is_static) {
    outbox.append_static(answer.text, pool_);
  } else {
    outbox.append(answer.text, pool_);
  }
  if (answer.page != nullptr && answer.page->size > 0) {
    outbox.append_shared(answer.page->whole, answer.page->begin,
                         answer.page->size, pool_);
  }
  if (!answer.rest.empty()) outbox.append(answer.rest, pool_);
}

void Replier::write_http(Connection* connection, const ReplyTo& to,
                         const Answer& answer) {
  append_head(connection->outbox.begin_write(pool_), to, answer);
  connection->outbox.finish_write();
  if (!to.head_only) append_body(connection, answer);
}

// {"type":"ok","ref":1, up to where the members begin.
std::string_view Replier::ok_start(const ReplyTo& to, bool has_members) {
  scratch_.assign(R"({"type":"ok")");
  if (!to.ref.empty()) scratch_.append(R"(,"ref":)").append(to.ref);
  if (has_members) scratch_.append(",");
  return scratch_;
}

void Replier::write_ok(Connection* connection, const ReplyTo& to,
                       const Answer& members) {
  const std::string_view start = ok_start(to, members.size() > 0);
  const std::size_t size = start.size() + members.size() + 1;
  Outbox& outbox = connection->outbox;
  outbox.begin_write(pool_)
      ->append(websocket::frame_head(websocket::Opcode::Text, size).view())
      .append(start);
  outbox.finish_write();
  append_body(connection, members);
  outbox.append("}", pool_);
}

void Replier::write_error(Connection* connection, const ReplyTo& to,
                          const Problem& problem) {
  std::string json = R"({"type":"error",)";
  if (!to.ref.empty()) json.append(R"("ref":)").append(to.ref).append(",");
  append_problem(&json, problem);
  json.append("}");
  write_frame(connection, json);
}

void Replier::write_frame(Connection* connection, std::string_view json) {
  websocket::append_frame(connection->outbox.begin_write(pool_),
                          websocket::Opcode::Text, json);
  connection->outbox.finish_write();
}

}  // namespace papo::app
