#include "app/errors.h"

#include "wire/json_writer.h"

namespace papo::app {
namespace {

struct ErrorRow {
  int status;
  std::string_view name;
};

// 417 and 505 have no name of their own in the API: they are bad requests with
// a status that says which kind.
ErrorRow row_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::BadRequest:
      return {400, "bad_request"};
    case ErrorCode::InvalidJson:
      return {400, "invalid_json"};
    case ErrorCode::MissingField:
      return {400, "missing_field"};
    case ErrorCode::InvalidField:
      return {400, "invalid_field"};
    case ErrorCode::Forbidden:
      return {403, "forbidden"};
    case ErrorCode::NotFound:
      return {404, "not_found"};
    case ErrorCode::RoomNotFound:
      return {404, "room_not_found"};
    case ErrorCode::NotAMember:
      return {404, "not_a_member"};
    case ErrorCode::MessageNotFound:
      return {404, "message_not_found"};
    case ErrorCode::MethodNotAllowed:
      return {405, "method_not_allowed"};
    case ErrorCode::Timeout:
      return {408, "timeout"};
    case ErrorCode::ClientIdReused:
      return {409, "client_id_reused"};
    case ErrorCode::BodyTooLarge:
      return {413, "body_too_large"};
    case ErrorCode::MessageTooLong:
      return {413, "message_too_long"};
    case ErrorCode::UriTooLong:
      return {414, "uri_too_long"};
    case ErrorCode::RangeNotSatisfiable:
      return {416, "bad_request"};
    case ErrorCode::ExpectationFailed:
      return {417, "bad_request"};
    case ErrorCode::Misdirected:
      return {421, "misdirected"};
    case ErrorCode::UpgradeRequired:
      return {426, "upgrade_required"};
    case ErrorCode::TooManyConnections:
      return {429, "too_many_connections"};
    case ErrorCode::HeadersTooLarge:
      return {431, "headers_too_large"};
    case ErrorCode::NotImplemented:
      return {501, "not_implemented"};
    case ErrorCode::Overloaded:
      return {503, "overloaded"};
    case ErrorCode::StorageUnavailable:
      return {503, "storage_unavailable"};
    case ErrorCode::VersionNotSupported:
      return {505, "bad_request"};
  }
  __builtin_unreachable();
}

}  // namespace

int status_of(ErrorCode code) {
  return row_of(code).status;
}
std::string_view name_of(ErrorCode code) {
  return row_of(code).name;
}

Problem problem_of(chat::Refusal refusal) {
  switch (refusal) {
    case chat::Refusal::RoomNotFound:
      return {ErrorCode::RoomNotFound, "there is no such room: join it first"};
    case chat::Refusal::NotAMember:
      return {ErrorCode::NotAMember, "the user is not a member of the room"};
    case chat::Refusal::MessageNotFound:
      return {ErrorCode::MessageNotFound,
              "no message with that id is in the history"};
    case chat::Refusal::NotTheAuthor:
      return {ErrorCode::Forbidden, "only the author may change a message"};
    case chat::Refusal::ClientIdReused:
      return {ErrorCode::ClientIdReused,
              "the user has sent another message with that \"client_id\": a "
              "new message needs a new one",
              "client_id"};
    case chat::Refusal::TooManyRooms:
      return {ErrorCode::Overloaded,
              "the server has as many rooms as it may hold (--max-rooms)"};
    case chat::Refusal::TooManyMembers:
      return {ErrorCode::Overloaded,
              "the room has as many members as it may hold (--max-members)"};
    case chat::Refusal::TooManyMemberships:
      return {ErrorCode::Overloaded,
              "the server's rooms have as many members as they may hold "
              "together (--max-memberships)"};
    case chat::Refusal::StoreFull:
      return {ErrorCode::Overloaded,
              "the server has no memory left for it (--max-store)"};
    case chat::Refusal::TooManyRoomsOfUser:
      return {ErrorCode::Overloaded,
              "the user is in as many rooms as a user may be "
              "(--max-user-rooms)"};
  }
  __builtin_unreachable();
}

namespace {

ErrorCode code_of(http::Fault fault) {
  using http::Fault;
  switch (fault) {
    case Fault::ControlByte:
    case Fault::BadRequestLine:
    case Fault::BadMethod:
    case Fault::BadTarget:
    case Fault::FoldedLine:
    case Fault::BadField:
    case Fault::BadHost:
    case Fault::BadContentLength:
    case Fault::BadTransferEncoding:
    case Fault::AmbiguousLength:
    case Fault::BadChunk:
      return ErrorCode::BadRequest;
    case Fault::BodyTooLarge:
      return ErrorCode::BodyTooLarge;
    case Fault::UriTooLong:
      return ErrorCode::UriTooLong;
    case Fault::ExpectationFailed:
      return ErrorCode::ExpectationFailed;
    case Fault::HeadersTooLarge:
      return ErrorCode::HeadersTooLarge;
    case Fault::CodingNotImplemented:
      return ErrorCode::NotImplemented;
    case Fault::VersionNotSupported:
      return ErrorCode::VersionNotSupported;
  }
  __builtin_unreachable();
}

}  // namespace

Problem problem_of(http::Fault fault) {
  return {code_of(fault), http::describe(fault)};
}

Problem not_stored() {
  return {ErrorCode::StorageUnavailable,
          "the server cannot store anything at the moment: try again"};
}

Problem too_many_connections() {
  return {ErrorCode::TooManyConnections,
          "the server has as many connections as it may hold "
          "(--max-connections)"};
}

Problem restarting() {
  return {ErrorCode::Overloaded,
          "the server is restarting: come back in a moment"};
}

Problem too_much_unread() {
  return {ErrorCode::Overloaded,
          "too much is left unread by other connections (--max-unread): try "
          "again"};
}

Problem too_much_partial() {
  return {ErrorCode::Overloaded,
          "too much of requests that are not whole waits (--max-partial): try "
          "again"};
}

Problem too_many_subscriptions() {
  return {ErrorCode::Overloaded,
          "all connections together listen to as many rooms as they may "
          "(--max-all-subscriptions): try again"};
}

void append_problem(std::string* out, const Problem& problem) {
  out->append(R"("code":")").append(name_of(problem.code));
  out->append(R"(","message":)");
  json::append_string(out, problem.message);
  if (problem.field.empty()) return;
  out->append(R"(,"field":)");
  json::append_string(out, problem.field);
}

}  // namespace papo::app
