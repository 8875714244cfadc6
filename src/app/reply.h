// How answers are written: one way for HTTP, one for WebSocket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/connection.h"
#include "app/errors.h"
#include "app/options.h"
#include "base/time.h"
#include "chat/history.h"
#include "wire/http_response.h"

namespace papo::app {

inline constexpr std::string_view kJsonType = "application/json";

// Where an answer goes, remembered while it is made: a command may be answered
// turns after it was read.
struct ReplyTo {
  enum class Form : std::uint8_t { Http, WebSocket };

  ConnectionId connection = 0;
  Form form = Form::Http;
  bool head_only = false;    // HEAD: everything but the body
  bool keep_alive = true;    // else the connection closes after the answer
  bool http_1_0 = false;     // must be told that the connection stays open
  std::int32_t origin = -1;  // index in Cors::origins of the caller's
  std::string ref;           // WebSocket: the command's, as JSON; may be empty
  std::string logged;        // for the access log: "GET /path HTTP/1.1"
};

// One answer: a body of text, a page of a history and more text; only the
// page is referred to instead of copied.
struct Answer {
  int status = 200;
  std::string_view content_type = kJsonType;  // empty: there is no body at all
  std::string_view headers = {};  // more field lines, each with its CRLF
  std::string_view text = {};
  const chat::Page* page = nullptr;
  std::string_view rest = {};
  bool text_is_static = false;               // lives as long as the program
  const base::SharedBytes* owner = nullptr;  // what `text` is part of
  // A body without a length, which ends with the connection.
  bool endless = false;

  std::size_t size() const {
    return text.size() + (page == nullptr ? 0 : page->size) + rest.size();
  }
};

class Replier {
 public:
  // Both must outlive it.
  Replier(const Options* options, OutboxPool* pool)
      : options_(options), pool_(pool) {}

  // The wall clock of this turn, for the Date field.
  void set_time(base::Micros wall) { now_ = wall; }

  // Writes a whole HTTP response. The caller closes the connection when the
  // answer is endless or `to` does not keep it alive.
  void write_http(Connection* connection, const ReplyTo& to,
                  const Answer& answer);

  // Writes one text frame: {"type":"ok","ref":…} with the members of
  // `answer`, which are an object's inside without its braces.
  void write_ok(Connection* connection, const ReplyTo& to,
                const Answer& members);
  // {"type":"error","ref":…,"code":…,"message":…}
  void write_error(Connection* connection, const ReplyTo& to,
                   const Problem& problem);
  // Any text frame.
  void write_frame(Connection* connection, std::string_view json);

  // The CORS fields for an answer, each with its CRLF.
  void append_cors(std::string* out, const ReplyTo& to) const;

 private:
  const std::string& usual_head();
  void append_head(std::string* out, const ReplyTo& to, const Answer& answer);
  // Those that depend on the second, the caller and the type of the body.
  void append_fields(std::string* out, const ReplyTo& to, const Answer& answer);
  void append_body(Connection* connection, const Answer& answer);
  std::string_view ok_start(const ReplyTo& to, bool has_members);

  const Options* options_;
  OutboxPool* pool_;
  base::Micros now_{};
  http::DateField date_;
  std::string usual_head_;
  base::Micros usual_head_second_{-1};
  std::string scratch_;
};

}  // namespace papo::app
