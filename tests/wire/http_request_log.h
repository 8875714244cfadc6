// What a test of RequestReader shares: requests in, a log of what was read out.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/splits.h"
#include "wire/http_request.h"

namespace papo::http {

using support::for_every_split;
using support::Pieces;
using Event = RequestReader::Event;
using Phase = RequestReader::Phase;

// One line that says all of a request that its row should.
inline std::string line_of(const Request& request) {
  std::string line(request.method_text());
  line += " " + std::string(request.path());
  if (request.query().data() != nullptr) {
    line += "?" + std::string(request.query());
  }
  line += " 1." + std::to_string(request.minor_version());
  line += request.keep_alive() ? " keep" : " close";
  line += " host=" + std::string(request.host());
  line += " body=" + std::string(request.body()) + "\n";
  return line;
}

inline std::string line_of(Fault fault) {
  return std::string("fault: ") + describe(fault) + "\n";
}

// Does what a connection does: holds the bytes from the first of the current
// request on, reads as many requests as are there, and keeps a log. With every
// piece the bytes and the reader move to another place, so that a view or a
// pointer kept from before would be caught by the sanitizers.
class Caller {
 public:
  explicit Caller(const Limits& limits) : reader_(limits) {}

  void receive(std::string_view piece) {
    if (failed_) return;
    held_.append(piece);
    if (held_.size() < 4096) {
      held_ = std::string(held_.data(), held_.size());
      held_.shrink_to_fit();
    }
    reader_ = RequestReader(reader_);
    while (step()) {
    }
  }

  // The log, and what the end of the bytes means.
  std::string finish() const {
    if (failed_) return log_;
    switch (reader_.phase()) {
      case Phase::Idle:
        return log_;
      case Phase::Head:
        return log_ + "cut in the head\n";
      case Phase::Body:
        return log_ + "cut in the body\n";
    }
    return log_;
  }

 private:
  bool step() {
    const Event event = reader_.next(held_);
    EXPECT_EQ(reader_.next(held_), event) << "an event repeats";
    switch (event) {
      case Event::NeedBytes:
        return false;
      case Event::Fault:
        log_ += line_of(reader_.fault());
        failed_ = true;
        return false;
      case Event::Request:
        log_ += line_of(reader_.request());
        held_.erase(0, reader_.consumed());
        reader_.reset();
        return true;
    }
    return false;
  }

  RequestReader reader_;
  std::string held_;
  std::string log_;
  bool failed_ = false;
};

inline std::string log_of(const Pieces& pieces, const Limits& limits = {}) {
  Caller caller(limits);
  for (const std::string_view piece : pieces) caller.receive(piece);
  return caller.finish();
}

inline void expect_log(std::string_view bytes, const std::string& log,
                       const Limits& limits = {}) {
  for_every_split(bytes, [&](const Pieces& pieces) {
    EXPECT_EQ(log_of(pieces, limits), log);
  });
}

struct Accepted {
  const char* name;
  std::string_view bytes;
  std::string log;
};

inline void expect_accepted(const Accepted& each) {
  SCOPED_TRACE(each.name);
  expect_log(each.bytes, each.log);
}

struct Refused {
  const char* name;
  std::string bytes;
  Fault fault;
};

inline void expect_refused(const Refused& each) {
  SCOPED_TRACE(each.name);
  expect_log(each.bytes, line_of(each.fault));
}

// A request with these field lines besides Host.
inline std::string with_fields(std::string_view lines) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(lines) + "\r\n";
}

inline std::string with_line(std::string_view request_line) {
  return std::string(request_line) + "\r\nHost: x\r\n\r\n";
}

inline std::string with_chunks(std::string_view chunks) {
  return with_fields("Transfer-Encoding: chunked\r\n") + std::string(chunks);
}

}  // namespace papo::http
