// As much of an HTTP/1.1 client as papo's own subcommands need: one request on
// one connection, whose answer wire/http_response_reader.h reads. It blocks.
//
// No name is looked up: a static program would grow by a resolver, and a
// health check should not wait for one. Addresses are numeric, "localhost", or
// the path of a Unix socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "sys/descriptor.h"
#include "wire/http_response_reader.h"

namespace papo::cli {

// What went wrong, for people: "cannot connect to 127.0.0.1: Connection
// refused".
using Complaint = std::string;

// Where a server is: http://127.0.0.1:5501, http://[::1]:5501/chat,
// http://localhost, unix:/run/papo.sock; "http://" may be left out.
struct ServerAddress {
  std::string host;  // an address, "localhost", or the path of a Unix socket
  std::uint16_t port = 80;
  bool is_unix = false;
  std::string authority;  // "127.0.0.1:5501"
  std::string name;       // what it is called, where that is not its authority
  std::string base_path;  // before every path, without a '/' at its end
};
base::Result<ServerAddress, Complaint> parse_server(std::string_view url);

// Appends `text` so that it may stand in a path's segment or a query's value:
// all but the unreserved characters (RFC 3986 §2.3) as %XX.
void append_encoded(std::string* out, std::string_view text);

struct ClientRequest {
  std::string_view method;
  std::string target;          // below the server's base path
  std::string_view body = {};  // sent when the method is POST
  int quiet_seconds_max = 10;  // how long the server may say nothing
};

// A response whose head has come. Owns its connection.
class Exchange {
 public:
  // Connects, sends, and reads the head. REQUIRES: SIGPIPE is ignored.
  static base::Result<Exchange, Complaint> start(const ServerAddress& server,
                                                 const ClientRequest& request);

  int status() const { return reader_.status(); }
  // Where a redirection leads; "" when the server does not say.
  const std::string& location() const { return reader_.location(); }

  // Appends the bytes of the body that come next. False at its end. A body that
  // is cut is a complaint, and so is a server that says nothing for too long.
  base::Result<bool, Complaint> read(std::string* body);
  // Reads what is left of the body, but no more than about `bytes_max`.
  base::Result<std::string, Complaint> read_all(std::size_t bytes_max);

 private:
  explicit Exchange(sys::Descriptor socket) : socket_(std::move(socket)) {}
  base::Result<base::Done, Complaint> send(std::string_view bytes);
  // What the answer has next: its head, a piece of its body, or its end.
  base::Result<http::ResponseReader::Event, Complaint> read_event();
  // The next bytes into received_; false when the connection has ended.
  base::Result<bool, Complaint> receive();

  sys::Descriptor socket_;
  http::ResponseReader reader_;
  std::string received_;
  std::size_t taken_ = 0;  // of received_, by reader_
};

}  // namespace papo::cli
