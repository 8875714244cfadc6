// How answers are written in HTTP, by whichever door has to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/access_log.h"
#include "app/connections.h"
#include "app/errors.h"
#include "app/metrics.h"
#include "app/options.h"
#include "app/reply.h"
#include "base/time.h"
#include "wire/http_response.h"

namespace papo::app {

inline constexpr std::string_view kJsonType = "application/json";

// What of a request is remembered while its answer is made: a command may be
// answered turns after it was read.
struct HttpReply {
  bool head_only = false;    // HEAD: everything but the body
  bool keep_alive = true;    // else the connection closes after the answer
  bool http_1_0 = false;     // must be told that the connection stays open
  std::int32_t origin = -1;  // index in Cors::origins of the caller's
  std::string logged;        // for the access log: "GET /path HTTP/1.1"

  // For an answer after which nothing can be read on the connection.
  static HttpReply last();
};

// One answer: a body of text, a page of a history and more text; only the
// page is referred to instead of copied.
struct HttpAnswer {
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

class HttpAnswers {
 public:
  // All must outlive it; `access_log` may be nullptr.
  HttpAnswers(const Options* options, Connections* connections,
              Metrics* metrics, AccessLog* access_log)
      : options_(*options),
        connections_(*connections),
        metrics_(*metrics),
        access_log_(access_log) {}

  // Queues a whole response, counts it and tells the access log. Closes the
  // connection after it when `to` does not keep it alive.
  void answer(Connection& connection, const HttpReply& to,
              const HttpAnswer& answer);
  // {"status":"success",…} with the members, and an object of the members
  // alone.
  void succeed(Connection& connection, const HttpReply& to,
               std::string_view members);
  void answer(Connection& connection, const HttpReply& to,
              const Members& members);
  // {"status":"error",…}; `headers` as above.
  void refuse(Connection& connection, const HttpReply& to,
              const Problem& problem, std::string_view headers = {});

  // True when the access log wants to know what was asked.
  bool are_logged() const { return access_log_ != nullptr; }

 private:
  const std::string& usual_head();
  // `size`: of the body.
  void append_head(std::string* out, const HttpReply& to,
                   const HttpAnswer& answer, std::size_t size);
  // Those that depend on the second, the caller and the type of the body.
  void append_fields(std::string* out, const HttpReply& to,
                     const HttpAnswer& answer);
  void append_cors(std::string* out, const HttpReply& to) const;
  void append_body(Connection& connection, const HttpAnswer& answer);
  void append_page(Connection& connection, const chat::Page* page);
  void finish(Connection& connection, const HttpReply& to,
              const HttpAnswer& answer, std::size_t size);

  const Options& options_;
  Connections& connections_;
  Metrics& metrics_;
  AccessLog* access_log_;
  http::DateField date_;
  std::string usual_head_;
  base::Micros usual_head_second_{-1};
  std::string body_scratch_;
};

}  // namespace papo::app
