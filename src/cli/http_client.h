// As much of an HTTP/1.1 client as papo's own subcommands need: one request on
// one connection, answered by a body that ends at its Content-Length or with
// the connection (RFC 9112 §6.3). It blocks.
//
// No name is looked up: a static program would grow by a resolver, and a
// health check should not wait for one. Addresses are numeric, "localhost", or
// the path of a Unix socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "sys/descriptor.h"

namespace papo::cli {

// What went wrong, for people: "cannot connect to 127.0.0.1: Connection
// refused".
using Complaint = std::string;

// Where a server is: http://127.0.0.1:5501, http://[::1]:5501/chat,
// http://localhost, unix:/run/papo.sock; "http://" may be left out.
struct Server {
  std::string host;  // an address, "localhost", or the path of a Unix socket
  std::uint16_t port = 80;
  bool is_unix = false;
  std::string authority;  // the Host field
  std::string base_path;  // before every path, without a '/' at its end
};
base::Result<Server, Complaint> parse_server(std::string_view url);

// Appends `text` so that it may stand in a path's segment or a query's value:
// all but the unreserved characters (RFC 3986 §2.3) as %XX.
void append_encoded(std::string* out, std::string_view text);

struct ClientRequest {
  std::string_view method;
  std::string target;          // below the server's base path
  std::string_view body = {};  // sent when the method is POST
  int quiet_seconds_max = 10;  // how long the server may say nothing
};

// The head of a response.
struct ResponseHead {
  int status = 0;
  std::optional<std::uint64_t> body_size;  // none: until the connection ends
};
// `head` is everything before the empty line. Nothing when it is no HTTP/1.x
// response, or its body is framed in a way that papo never uses.
std::optional<ResponseHead> parse_response_head(std::string_view head);

// A response whose head has come. Owns its connection.
class Exchange {
 public:
  // Connects, sends, and reads the head. REQUIRES: SIGPIPE is ignored.
  static base::Result<Exchange, Complaint> start(const Server& server,
                                                 const ClientRequest& request);

  int status() const { return head_.status; }

  // Appends the bytes of the body that come next. False at its end. An end
  // before the Content-Length is a complaint, and so is a server that says
  // nothing for too long.
  base::Result<bool, Complaint> read(std::string* body);
  // Reads what is left of the body, but no more than about `bytes_max`.
  base::Result<std::string, Complaint> read_all(std::size_t bytes_max);

 private:
  explicit Exchange(sys::Descriptor socket) : socket_(std::move(socket)) {}
  base::Result<base::Done, Complaint> send(std::string_view bytes);
  base::Result<base::Done, Complaint> read_head();
  // Appends what comes next; 0 when the connection ended.
  base::Result<std::size_t, Complaint> receive(std::string* bytes);

  sys::Descriptor socket_;
  ResponseHead head_;
  std::string received_;  // of the body, with the head
};

}  // namespace papo::cli
