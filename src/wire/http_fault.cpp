#include "wire/http_fault.h"

namespace papo::http {

const char* describe(Fault fault) {
  switch (fault) {
    case Fault::ControlByte:
      return "the request has a control character, or a line that does not end "
             "with CR LF";
    case Fault::BadRequestLine:
      return "the request line is not a method, a target and a version with "
             "single spaces between";
    case Fault::BadMethod:
      return "the method has a character that a method cannot have";
    case Fault::BadTarget:
      return "the request target is malformed; other characters than visible "
             "ASCII must be percent-encoded";
    case Fault::UriTooLong:
      return "the request line is longer than allowed";
    case Fault::VersionNotSupported:
      return "only HTTP/1.1 and HTTP/1.0 are spoken here";
    case Fault::FoldedLine:
      return "a header line begins with a space or a tab";
    case Fault::BadField:
      return "a header line is not a name, a colon and a value";
    case Fault::HeadersTooLarge:
      return "the headers are larger or more than allowed";
    case Fault::BadHost:
      return "the Host header is missing, repeated or malformed";
    case Fault::BadContentLength:
      return "the Content-Length header is repeated or not a number";
    case Fault::BadTransferEncoding:
      return "the Transfer-Encoding header is repeated, or is not \"chunked\"";
    case Fault::AmbiguousLength:
      return "Transfer-Encoding and Content-Length exclude each other";
    case Fault::CodingNotImplemented:
      return "no transfer coding but \"chunked\" is implemented";
    case Fault::ExpectationFailed:
      return "no expectation but \"100-continue\" can be met";
    case Fault::BodyTooLarge:
      return "the body, or its chunks' framing, is larger than allowed";
    case Fault::BadChunk:
      return "a chunk of the body is malformed";
  }
  return "";
}

}  // namespace papo::http
