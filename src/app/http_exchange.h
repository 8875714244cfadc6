// One request, and its answer: what a handler sees that is HTTP's own.
#pragma once

#include <memory>
#include <string_view>

#include "app/field_reader.h"
#include "app/http_answers.h"
#include "app/reply.h"
#include "app/services.h"
#include "wire/http_request.h"

namespace papo::app {

struct Doors;

class HttpExchange final : public Reply {
 public:
  // All must outlive it, and `request` lasts until the handler returns.
  HttpExchange(const Services* services, Doors* all_doors, Connection* asking,
               const http::Request* asked, const HttpReply* reply,
               FieldReader reader)
      : house(*services),
        doors(*all_doors),
        connection(*asking),
        request(*asked),
        to(*reply),
        in(std::move(reader)) {}

  const Services& house;
  Doors& doors;
  Connection& connection;
  const http::Request& request;
  const HttpReply& to;
  FieldReader in;

  // Any response.
  void respond(const HttpAnswer& answer) {
    house.answers.answer(connection, to, answer);
  }
  void refuse(const Problem& problem, std::string_view headers) {
    house.answers.refuse(connection, to, problem, headers);
  }

  void answer(const Members& members) override {
    house.answers.answer(connection, to, members);
  }
  void succeed(std::string_view members) override {
    house.answers.succeed(connection, to, members);
  }
  void refuse(const Problem& problem) override { refuse(problem, {}); }
};

}  // namespace papo::app
