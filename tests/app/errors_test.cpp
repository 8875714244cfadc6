#include "app/errors.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "wire/http_response.h"

namespace papo::app {
namespace {

TEST(Errors, HaveTheStatusAndCodeOfTheContract) {
  const struct {
    ErrorCode code;
    int status;
    std::string_view name;
  } rows[] = {
      {ErrorCode::BadRequest, 400, "bad_request"},
      {ErrorCode::InvalidJson, 400, "invalid_json"},
      {ErrorCode::MissingField, 400, "missing_field"},
      {ErrorCode::InvalidField, 400, "invalid_field"},
      {ErrorCode::Forbidden, 403, "forbidden"},
      {ErrorCode::NotFound, 404, "not_found"},
      {ErrorCode::RoomNotFound, 404, "room_not_found"},
      {ErrorCode::NotAMember, 404, "not_a_member"},
      {ErrorCode::MessageNotFound, 404, "message_not_found"},
      {ErrorCode::MethodNotAllowed, 405, "method_not_allowed"},
      {ErrorCode::ClientIdReused, 409, "client_id_reused"},
      {ErrorCode::Timeout, 408, "timeout"},
      {ErrorCode::BodyTooLarge, 413, "body_too_large"},
      {ErrorCode::MessageTooLong, 413, "message_too_long"},
      {ErrorCode::UriTooLong, 414, "uri_too_long"},
      {ErrorCode::RangeNotSatisfiable, 416, "bad_request"},
      {ErrorCode::ExpectationFailed, 417, "bad_request"},
      {ErrorCode::Misdirected, 421, "misdirected"},
      {ErrorCode::UpgradeRequired, 426, "upgrade_required"},
      {ErrorCode::TooManyConnections, 429, "too_many_connections"},
      {ErrorCode::HeadersTooLarge, 431, "headers_too_large"},
      {ErrorCode::NotImplemented, 501, "not_implemented"},
      {ErrorCode::Overloaded, 503, "overloaded"},
      {ErrorCode::StorageUnavailable, 503, "storage_unavailable"},
      {ErrorCode::VersionNotSupported, 505, "bad_request"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(status_of(row.code), row.status);
    EXPECT_EQ(name_of(row.code), row.name);
  }
  // Every code there is has a row: the last one closes the list.
  EXPECT_EQ(std::size(rows),
            static_cast<std::size_t>(ErrorCode::VersionNotSupported) + 1);
}

TEST(Errors, ComeOfEveryRefusal) {
  const struct {
    chat::Refusal refusal;
    ErrorCode code;
  } rows[] = {
      {chat::Refusal::RoomNotFound, ErrorCode::RoomNotFound},
      {chat::Refusal::NotAMember, ErrorCode::NotAMember},
      {chat::Refusal::MessageNotFound, ErrorCode::MessageNotFound},
      {chat::Refusal::NotTheAuthor, ErrorCode::Forbidden},
      {chat::Refusal::ClientIdReused, ErrorCode::ClientIdReused},
      {chat::Refusal::TooManyMemberships, ErrorCode::Overloaded},
      {chat::Refusal::StoreFull, ErrorCode::Overloaded},
      {chat::Refusal::TooManyRooms, ErrorCode::Overloaded},
      {chat::Refusal::TooManyMembers, ErrorCode::Overloaded},
      {chat::Refusal::TooManyRoomsOfUser, ErrorCode::Overloaded},
  };
  std::set<std::string> messages;
  for (const auto& row : rows) {
    const Problem problem = problem_of(row.refusal);
    EXPECT_EQ(problem.code, row.code) << problem.message;
    const bool of_field = row.refusal == chat::Refusal::ClientIdReused;
    EXPECT_EQ(problem.field, of_field ? "client_id" : "");
    messages.insert(problem.message);
  }
  EXPECT_EQ(messages.size(), std::size(rows)) << "each says what it is";
}

TEST(Errors, ComeOfEveryFaultOfARequest) {
  using http::Fault;
  const struct {
    std::string_view rule;
    Fault fault;
    ErrorCode code;
    int status;
  } rows[] = {
      {"RFC 9112 §2.2", Fault::ControlByte, ErrorCode::BadRequest, 400},
      {"RFC 9112 §3", Fault::BadRequestLine, ErrorCode::BadRequest, 400},
      {"RFC 9112 §3.1", Fault::BadMethod, ErrorCode::BadRequest, 400},
      {"RFC 9112 §3.2", Fault::BadTarget, ErrorCode::BadRequest, 400},
      {"RFC 9110 §15.5.15", Fault::UriTooLong, ErrorCode::UriTooLong, 414},
      {"RFC 9110 §15.6.6", Fault::VersionNotSupported,
       ErrorCode::VersionNotSupported, 505},
      {"RFC 9112 §5.2", Fault::FoldedLine, ErrorCode::BadRequest, 400},
      {"RFC 9112 §5.1", Fault::BadField, ErrorCode::BadRequest, 400},
      {"RFC 6585 §5", Fault::HeadersTooLarge, ErrorCode::HeadersTooLarge, 431},
      {"RFC 9112 §3.2", Fault::BadHost, ErrorCode::BadRequest, 400},
      {"RFC 9112 §6.3", Fault::BadContentLength, ErrorCode::BadRequest, 400},
      {"RFC 9112 §6.1", Fault::BadTransferEncoding, ErrorCode::BadRequest, 400},
      {"RFC 9112 §6.3", Fault::AmbiguousLength, ErrorCode::BadRequest, 400},
      {"RFC 9112 §6.1", Fault::CodingNotImplemented, ErrorCode::NotImplemented,
       501},
      {"RFC 9110 §10.1.1", Fault::ExpectationFailed,
       ErrorCode::ExpectationFailed, 417},
      {"RFC 9110 §15.5.14", Fault::BodyTooLarge, ErrorCode::BodyTooLarge, 413},
      {"RFC 9112 §7.1", Fault::BadChunk, ErrorCode::BadRequest, 400},
  };
  for (const auto& row : rows) {
    const Problem problem = problem_of(row.fault);
    EXPECT_EQ(problem.code, row.code) << row.rule;
    EXPECT_EQ(status_of(problem.code), row.status) << row.rule;
    EXPECT_NE(http::reason_of(row.status), "") << row.rule;
    EXPECT_EQ(problem.message, http::describe(row.fault));
  }
}

TEST(Errors, AreWrittenAsMembers) {
  std::string text;
  append_problem(&text, {ErrorCode::NotFound, "no \"x\"\n"});
  EXPECT_EQ(text, R"("code":"not_found","message":"no \"x\"\n")");
  text.clear();
  append_problem(&text, {ErrorCode::InvalidField, "bad", "room"});
  EXPECT_EQ(text, R"("code":"invalid_field","message":"bad","field":"room")");
}

}  // namespace
}  // namespace papo::app
