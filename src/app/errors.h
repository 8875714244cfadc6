// The errors of the API: what a client is told, and how.
//
// Every fault of a request's bytes and every refusal of the store becomes one
// of these, here and nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/refusal.h"
#include "wire/http_request.h"

namespace papo::app {

enum class ErrorCode : std::uint8_t {
  BadRequest,
  InvalidJson,
  MissingField,
  InvalidField,
  Forbidden,
  NotFound,
  RoomNotFound,
  NotAMember,
  MessageNotFound,
  MethodNotAllowed,
  ClientIdReused,
  Timeout,
  BodyTooLarge,
  MessageTooLong,
  UriTooLong,
  RangeNotSatisfiable,
  ExpectationFailed,
  Misdirected,
  UpgradeRequired,
  TooManyConnections,
  HeadersTooLarge,
  NotImplemented,
  Overloaded,
  StorageUnavailable,
  VersionNotSupported,
};

// The HTTP status of an error: 400–599.
int status_of(ErrorCode code);
// The `code` member of its body.
std::string_view name_of(ErrorCode code);

// One error to tell a client. `field` names a literal: the field that is at
// fault, or nothing.
struct Problem {
  ErrorCode code;
  std::string message;
  std::string_view field = {};
};

Problem problem_of(chat::Refusal refusal);
Problem problem_of(http::Fault fault);
// For whose command the log could not store.
Problem not_stored();
// For who would begin to listen while the server ends.
Problem restarting();
// For who asks while too much is left unread by all (--max-unread).
Problem too_much_unread();
// For who comes when --max-connections have.
Problem too_many_connections();
// For who has sent the most of what is not whole (--max-partial).
Problem too_much_partial();
// For who would listen beyond --max-all-subscriptions.
Problem too_many_subscriptions();

// Appends `"code":"…","message":"…"` and `,"field":"…"` where there is one.
void append_problem(std::string* out, const Problem& problem);

}  // namespace papo::app
