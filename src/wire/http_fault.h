// What can be wrong with a request's bytes (RFC 9110, RFC 9112; sections
// without a number are of the latter).
#pragma once

#include <cstdint>

namespace papo::http {

// Why bytes are not a request that can be served. The answer's status is
// app/errors.cpp's to say; the connection then closes, for nobody can say where
// the next request would begin.
enum class Fault : std::uint8_t {
  ControlByte,          // NUL, a bare CR or LF, any control but the tab (§2.2)
  BadRequestLine,       // not method SP target SP version (§3)
  BadMethod,            // not a token (§3.1)
  BadTarget,            // in no form that the method may have (§3.2)
  UriTooLong,           // over Limits::request_line_bytes_max
  VersionNotSupported,  // not HTTP/1.x (RFC 9110 §2.5)
  FoldedLine,           // a line of the head begins with a blank (§5.2)
  BadField,             // not token ":" value (§5.1)
  HeadersTooLarge,      // over Limits::head_bytes_max or fields_max
  BadHost,              // missing in HTTP/1.1, a second one, malformed (§3.2)
  BadContentLength,     // not digits, or a second one (§6.3)
  BadTransferEncoding,  // in HTTP/1.0, repeated, not "chunked" last (§6.1,
                        // §6.3)
  AmbiguousLength,      // Transfer-Encoding and Content-Length (§6.3)
  CodingNotImplemented,  // a coding before chunked (§6.1)
  ExpectationFailed,     // other than 100-continue (RFC 9110 §10.1.1)
  BodyTooLarge,          // over Limits::body_bytes_max or framing_bytes_max
  BadChunk,              // a malformed size, extension or end (§7.1)
};

// One clause for people, without a full stop: "the Host field is missing ...".
// A string literal.
const char* describe(Fault fault);

}  // namespace papo::http
