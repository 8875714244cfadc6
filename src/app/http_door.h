// Connections that send HTTP requests.
//
// Requests are read where the bytes lie, one after the other, and answered in
// their order. Many commands may be under way at a time: their answers keep
// their places in a line (app/answer_line.h). What only reads waits until that
// line is empty. A request that waits, or was cut, is kept as bytes, and so is
// what came behind it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "app/door.h"
#include "app/fields.h"
#include "app/file_answers.h"
#include "app/http_answers.h"
#include "app/http_state.h"
#include "app/services.h"
#include "wire/http_request.h"

namespace papo::app {

struct Doors;
struct Route;

class HttpDoor final : public Door {
 public:
  // Both must outlive it.
  HttpDoor(const Services* services, Doors* doors);

  void on_open(Connection& connection, bool refused) override;
  void on_bytes(Connection& connection, std::span<char> bytes) override;
  void on_sent(Connection& connection, bool all) override;
  void on_deadline(Connection& connection) override;
  void on_end_of_input(Connection&) override {}
  void on_shutdown(Connection& connection) override;
  void on_resume(Connection& connection) override;
  void on_leave(Connection& connection) override;
  void on_turn() override { files_.take_found(); }
  void turn_out(Connection& connection, Excess excess) override;
  void decided(Connection& connection, std::uint32_t number,
               const Decision& decision) override;
  void refuse(Connection& connection, std::uint32_t number,
              const Problem& problem) override;
  bool wants_input(const Connection& connection) const override;
  Ending when_sent(const Connection& connection) const override;
  std::size_t partial_bytes(const Connection& connection) const override;
  bool is_quiet() const override { return files_.is_quiet(); }

  // ---- For the door of a request that waits (app/long_poll_door.h).

  // What comes behind it, and whether more of that is wanted.
  void keep(std::unique_ptr<PartialRequest>* partial, std::string_view bytes);
  bool wants_more(const PartialRequest* partial) const;
  // It has been answered: the connection reads on.
  void take_back(Connection& connection,
                 std::unique_ptr<PartialRequest> partial);

 private:
  // ---- Reading.
  void take_requests(Connection& connection, std::string_view bytes);
  std::size_t read_requests(Connection& connection, http::RequestReader* reader,
                            std::string_view bytes);
  void keep_rest(Connection& connection,
                 std::unique_ptr<PartialRequest> partial,
                 std::string_view rest);
  bool may_read(const Connection& connection) const;
  void wait_for_request(Connection& connection,
                        const http::RequestReader& reader);
  void end_slow_request(Connection& connection);

  // ---- Serving.
  HttpReply reply_to(const Connection& connection,
                     const http::Request& request) const;
  bool serve(Connection& connection, const http::Request& request);
  bool serve_whatever(Connection& connection, const HttpReply& to,
                      const http::Request& request, const Route* route);
  void serve_route(Connection& connection, const HttpReply& to,
                   const http::Request& request, const Route& route);
  base::Result<base::Done, Problem> read_fields(const http::Request& request,
                                                const Route& route);
  void submit(Connection& connection, const HttpReply& to,
              const chat::Command& command);

  // ---- Answers in their order.
  void refuse_in_order(Connection& connection, const HttpReply& to,
                       const Problem& problem);
  void answer_decision(Connection& connection, const HttpReply& to,
                       const Decision& decision);
  void answer_refusals(Connection& connection);
  void go_on(Connection& connection);

  const Services& services_;
  const Options& options_;
  Connections& connections_;
  HttpAnswers& answers_;
  Doors& doors_;
  FileAnswers files_;

  // Reused from one request to the next.
  http::RequestReader reader_;
  Fields fields_;
  std::string members_scratch_;
};

}  // namespace papo::app
