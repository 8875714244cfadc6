#include "app/file_answers.h"

#include <string>

#include "app/errors.h"
#include "app/routes.h"

namespace papo::app {
namespace {

// A disk that has not answered by then is not waited for.
constexpr base::Micros kFilePatience = std::chrono::seconds(10);

constexpr std::string_view kFileMethods = "GET, HEAD, OPTIONS";

// What a browser's preflight is told besides the origin (Fetch §3.2.2).
constexpr std::string_view kPreflightHeaders =
    "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"
    "Access-Control-Allow-Headers: Content-Type, Authorization, "
    "Last-Event-ID\r\n"
    "Access-Control-Max-Age: 86400\r\n";

bool is_known(http::Method method) {
  switch (method) {
    case http::Method::Get:
    case http::Method::Head:
    case http::Method::Options:
    case http::Method::Post:
    case http::Method::Put:
    case http::Method::Delete:
    case http::Method::Patch:
    case http::Method::Trace:
      return true;
    case http::Method::Connect:
    case http::Method::Other:
      return false;
  }
  __builtin_unreachable();
}

Problem nothing_there() {
  return {ErrorCode::NotFound, "there is nothing at this path"};
}

}  // namespace

bool FileAnswers::answer(Connection& connection, const HttpReply& to,
                         const http::Request& request) {
  if (!is_known(request.method())) {
    answers_.refuse(
        connection, to,
        {ErrorCode::NotImplemented, "the server knows no such method"});
    return true;
  }
  std::string methods = methods_of(request.path());
  std::string path;
  File file;
  Outcome found = Outcome::None;
  if (methods.empty() && file_path_of(request.path(), &path)) {
    found = find(connection, path, &file);
    if (found == Outcome::Pending) return false;
  }
  if (found != Outcome::None) methods = kFileMethods;
  const bool reads = request.method() == http::Method::Get ||
                     request.method() == http::Method::Head;
  if (request.method() == http::Method::Options) {
    answer_options(connection, to, request, methods);
  } else if (found == Outcome::Found && reads) {
    if (!takes_gzip(request, file)) files_.unpack(path, &file);
    answer_file(connection, to, request, path, file);
  } else if (found == Outcome::TooLarge && reads) {
    answers_.refuse(
        connection, to,
        {ErrorCode::Forbidden, "the file is larger than this server sends"});
  } else if (methods.empty()) {
    answers_.refuse(connection, to, nothing_there());
  } else {
    answers_.refuse(connection, to,
                    {ErrorCode::MethodNotAllowed, "this path takes " + methods},
                    "Allow: " + methods + "\r\n");
  }
  stop_waiting(connection);
  return true;
}

// OPTIONS of a path, of the server ("*"), or a CORS preflight.
void FileAnswers::answer_options(Connection& connection, const HttpReply& to,
                                 const http::Request& request,
                                 std::string_view methods) {
  const bool whole_server = request.target_form() == http::TargetForm::Asterisk;
  if (methods.empty() && !whole_server) {
    return answers_.refuse(connection, to, nothing_there());
  }
  std::string headers = "Allow: ";
  headers.append(whole_server ? "GET, HEAD, POST, OPTIONS" : methods);
  headers.append("\r\n");
  const bool preflight =
      request.field("access-control-request-method").data() != nullptr;
  if (preflight && options_.cors.mode != Cors::Mode::SameOrigin) {
    headers.append(kPreflightHeaders);
  }
  answers_.answer(
      connection, to,
      HttpAnswer{.status = 204, .content_type = {}, .headers = headers});
}

void FileAnswers::answer_file(Connection& connection, const HttpReply& to,
                              const http::Request& request,
                              std::string_view path, const File& file) {
  const FileAnswer found = app::answer_file(request, path, file);
  if (found.status == 416) {
    return answers_.refuse(
        connection, to,
        {ErrorCode::RangeNotSatisfiable, "the file has no such bytes"},
        found.headers);
  }
  const bool bodiless = found.status == 304;
  answers_.answer(connection, to,
                  HttpAnswer{.status = found.status,
                             .content_type = bodiless ? std::string_view()
                                                      : found.content_type,
                             .headers = found.headers,
                             .text = found.body,
                             .text_is_static = files_.is_permanent(),
                             .owner = file.owner ? &file.owner : nullptr});
}

// ---- Files that cannot be had at once.

FileAnswers::Outcome FileAnswers::find(Connection& connection,
                                       std::string_view path, File* file) {
  FileLookups* lookups = files_.lookups();
  if (lookups == nullptr) {
    return files_.find(path, file) ? Outcome::Found : Outcome::None;
  }
  const auto found = waits_.find(connection.id());
  if (found != waits_.end()) return lookups->look(found->second.ticket, file);
  waits_[connection.id()].ticket = lookups->begin(path);
  connections_.set_deadline(connection, kFilePatience);
  return Outcome::Pending;
}

bool FileAnswers::is_waiting(const Connection& connection) const {
  if (waits_.empty()) return false;
  const auto found = waits_.find(connection.id());
  return found != waits_.end() && !found->second.is_over;
}

void FileAnswers::stop_waiting(const Connection& connection) {
  if (waits_.empty()) return;
  const auto found = waits_.find(connection.id());
  if (found == waits_.end()) return;
  files_.lookups()->end(found->second.ticket);
  waits_.erase(found);
}

void FileAnswers::take_found() {
  FileLookups* lookups = files_.lookups();
  if (lookups == nullptr || !lookups->advance()) return;
  for (auto& [id, wait] : waits_) {
    File file;
    if (wait.is_over || lookups->look(wait.ticket, &file) == Outcome::Pending) {
      continue;
    }
    wait.is_over = true;
    connections_.resume(*connections_.find(id));
  }
}

void FileAnswers::give_up(Connection& connection) {
  ++metrics_.timeouts;
  stop_waiting(connection);
  answers_.refuse(connection, HttpReply::last(),
                  {ErrorCode::Overloaded, "the file cannot be read in time"});
}

}  // namespace papo::app
