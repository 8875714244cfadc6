// Rows of requests and of what is none, each read whole, byte by byte and split
// at every offset.
#include "wire/http_request.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "wire/http_request_log.h"

namespace papo::http {
namespace {

using std::string_view_literals::operator""sv;

TEST(HttpRequest, ReadsRequestLines) {
  const Accepted rows[] = {
      {"the least (9112 3)", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"a query", "GET /receive?room=a&after=0 HTTP/1.1\r\nHost: x\r\n\r\n",
       "GET /receive?room=a&after=0 1.1 keep host=x body=\n"},
      {"an unknown method is a token (9110 9.1)",
       "M-SEARCH / HTTP/1.1\r\nHost: x\r\n\r\n",
       "M-SEARCH / 1.1 keep host=x body=\n"},
      {"an empty line before (9112 2.2)",
       "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"four empty lines before",
       "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"empty lines alone are no request", "\r\n\r\n", ""},
      {"HTTP/1.0 (9112 9.3)", "GET / HTTP/1.0\r\n\r\n",
       "GET / 1.0 close host= body=\n"},
      {"a higher minor version is served as 1.1 (9110 2.5)",
       "GET / HTTP/1.2\r\nHost: x\r\n\r\n", "GET / 1.1 keep host=x body=\n"},
      {"absolute-form goes before Host (9112 3.2.2)",
       "GET http://a:1/b?c HTTP/1.1\r\nHost: x\r\n\r\n",
       "GET /b?c 1.1 keep host=a:1 body=\n"},
      {"absolute-form without a path",
       "GET http://a HTTP/1.1\r\nHost: x\r\n\r\n",
       "GET / 1.1 keep host=a body=\n"},
      {"asterisk-form (9112 3.2.4)", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
       "OPTIONS * 1.1 keep host=x body=\n"},
      {"authority-form (9112 3.2.3)",
       "CONNECT a:80 HTTP/1.1\r\nHost: x\r\n\r\n",
       "CONNECT  1.1 keep host=a:80 body=\n"},
      {"what browsers leave unencoded",
       "GET /?a=|\"<>[]{}^`\\' HTTP/1.1\r\n"
       "Host: x\r\n\r\n",
       "GET /?a=|\"<>[]{}^`\\' 1.1 keep host=x body=\n"},
      {"cut in the request line", "GET / HT", "cut in the head\n"},
      {"cut in an empty line", "\r", "cut in the head\n"},
      {"cut before the blank line", "GET / HTTP/1.1\r\nHost: x\r\n\r",
       "cut in the head\n"},
  };
  for (const Accepted& each : rows) expect_accepted(each);
}

TEST(HttpRequest, RefusesRequestLines) {
  const Refused rows[] = {
      {"a blank before the method", with_line(" GET / HTTP/1.1"),
       Fault::BadMethod},
      {"no method", with_line("/ HTTP/1.1"), Fault::BadMethod},
      {"a method that is no token (9110 9.1)", with_line("G@T / HTTP/1.1"),
       Fault::BadMethod},
      {"a method beyond ASCII", with_line("G\xC3\x89T / HTTP/1.1"),
       Fault::BadMethod},
      {"a tab after the method (9112 3)", with_line("GET\t/ HTTP/1.1"),
       Fault::BadMethod},
      {"a tab before the version", with_line("GET /\tHTTP/1.1"),
       Fault::BadTarget},
      {"two spaces after the method", with_line("GET  / HTTP/1.1"),
       Fault::BadRequestLine},
      {"two spaces after the target", with_line("GET /  HTTP/1.1"),
       Fault::BadRequestLine},
      {"a space after the version", with_line("GET / HTTP/1.1 "),
       Fault::BadRequestLine},
      {"a space in the target", with_line("GET /a b HTTP/1.1"),
       Fault::BadRequestLine},
      {"only a method", with_line("GET"), Fault::BadRequestLine},
      {"a method and a space", with_line("GET "), Fault::BadRequestLine},
      {"HTTP/0.9: no version", with_line("GET /"), Fault::BadRequestLine},
      {"an empty version", with_line("GET / "), Fault::BadRequestLine},
      {"a field first", "Host: x\r\n\r\n", Fault::BadMethod},
      {"five empty lines before", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n",
       Fault::BadRequestLine},
      {"lower case (9112 2.3)", with_line("GET / http/1.1"),
       Fault::BadRequestLine},
      {"a long minor version", with_line("GET / HTTP/1.10"),
       Fault::BadRequestLine},
      {"no minor version", with_line("GET / HTTP/1"), Fault::BadRequestLine},
      {"no point", with_line("GET / HTTP/1,1"), Fault::BadRequestLine},
      {"no digits", with_line("GET / HTTP/x.1"), Fault::BadRequestLine},
      {"no digit of the minor version", with_line("GET / HTTP/1.x"),
       Fault::BadRequestLine},
      {"another protocol", with_line("GET / HTTQ/1.1"), Fault::BadRequestLine},
      {"RTSP", with_line("OPTIONS * RTSP/1.0"), Fault::BadRequestLine},
      {"HTTP/2.0 (9110 2.5)", with_line("GET / HTTP/2.0"),
       Fault::VersionNotSupported},
      {"the preface of HTTP/2 (9113 3.4)", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
       Fault::VersionNotSupported},
      {"HTTP/0.9", with_line("GET / HTTP/0.9"), Fault::VersionNotSupported},
      {"HTTP/3.0", with_line("GET / HTTP/3.0"), Fault::VersionNotSupported},
      {"a fragment (9112 3.2)", with_line("GET /a#b HTTP/1.1"),
       Fault::BadTarget},
      {"a target beyond ASCII (3986 2)", with_line("GET /caf\xC3\xA9 HTTP/1.1"),
       Fault::BadTarget},
      {"a relative target", with_line("GET a HTTP/1.1"), Fault::BadTarget},
      {"another scheme", with_line("GET ftp://a/ HTTP/1.1"), Fault::BadTarget},
      {"a URL with a user (9110 4.2.4)", with_line("GET http://u@a/ HTTP/1.1"),
       Fault::BadTarget},
      {"asterisk-form of GET (9112 3.2.4)", with_line("GET * HTTP/1.1"),
       Fault::BadTarget},
      {"CONNECT to a path (9112 3.2.3)", with_line("CONNECT / HTTP/1.1"),
       Fault::BadTarget},
      {"authority-form of GET", with_line("GET a:80 HTTP/1.1"),
       Fault::BadTarget},
  };
  for (const Refused& each : rows) expect_refused(each);
}

TEST(HttpRequest, RefusesControlBytesAnywhereInTheHead) {
  const std::string request =
      "\r\nGET /a?b HTTP/1.1\r\nHost: x\r\nA-Field: value\r\n\r\n";
  for (int byte = 0; byte < 128; ++byte) {
    if ((byte >= ' ' && byte < 0x7F) || byte == '\t') continue;
    for (std::size_t at = 2; at < request.size(); ++at) {
      // Where a CR or LF stands, another line end would be a different text.
      if (request[at] == '\r' || request[at] == '\n') continue;
      std::string bytes = request;
      bytes[at] = static_cast<char>(byte);
      SCOPED_TRACE("byte " + std::to_string(byte) + " at " +
                   std::to_string(at));
      ASSERT_EQ(log_of({bytes}), line_of(Fault::ControlByte));
    }
  }
}

TEST(HttpRequest, RefusesOtherLineEnds) {
  const Refused rows[] = {
      {"LF after the request line (9112 2.2)", "GET / HTTP/1.1\nHost: x\r\n",
       Fault::ControlByte},
      {"LF after a field", "GET / HTTP/1.1\r\nHost: x\n\r\n",
       Fault::ControlByte},
      {"LF for the blank line", "GET / HTTP/1.1\r\nHost: x\r\n\n",
       Fault::ControlByte},
      {"LF before the request line", "\nGET / HTTP/1.1\r\n",
       Fault::ControlByte},
      {"CR in a field", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
       Fault::ControlByte},
      {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n", Fault::ControlByte},
      {"CR for the blank line", "GET / HTTP/1.1\r\nHost: x\r\n\rX",
       Fault::ControlByte},
      {"LF CR", "GET / HTTP/1.1\n\rHost: x\r\n\r\n", Fault::ControlByte},
      {"NUL in a value (9110 5.5)",
       with_fields("A: b"
                   "\0"
                   "c\r\n"sv),
       Fault::ControlByte},
      {"a vertical tab (9110 5.5)", with_fields("A: \vb\r\n"),
       Fault::ControlByte},
      {"TLS instead of HTTP", "\x16\x03\x01\x02", Fault::ControlByte},
      {"SOCKS5 instead of HTTP", "\x05\x01", Fault::ControlByte},
  };
  for (const Refused& each : rows) expect_refused(each);
}

TEST(HttpRequest, ReadsFields) {
  const Accepted rows[] = {
      {"no blank after the colon (9112 5)", "GET / HTTP/1.1\r\nHost:x\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"blanks around the value", "GET / HTTP/1.1\r\nHost: \t x \t \r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"names have no case (9110 5.1)", "GET / HTTP/1.1\r\nhOST: x\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"an empty value", "GET / HTTP/1.1\r\nHost:\r\nA: \r\n\r\n",
       "GET / 1.1 keep host= body=\n"},
      {"obs-text in a value (9110 5.5)",
       "GET / HTTP/1.1\r\nHost: x\r\nA: caf\xC3\xA9 \xFF\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"a colon in a value", "GET / HTTP/1.1\r\nHost: x\r\n::: b\r\n\r\n",
       line_of(Fault::BadField)},
      {"a tab within a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\tc\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"every token character in a name",
       "GET / HTTP/1.1\r\nHost: x\r\n!#$%&'*+-.^_`|~09azAZ: b\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"a name as long as a known one",
       "GET / HTTP/1.1\r\nHost: x\r\nHast: y\r\nXontent-Length: 5\r\n"
       "Transfer-Encodinx: y\r\nExpecs: y\r\nConnectiom: close\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
      {"what becomes '-' or a letter when bits are set",
       "GET / HTTP/1.1\r\nHost: x\r\nContent^Length: 5\r\n"
       "Content_Length: 5\r\n\r\n",
       "GET / 1.1 keep host=x body=\n"},
  };
  for (const Accepted& each : rows) expect_accepted(each);
}

TEST(HttpRequest, RefusesFields) {
  const Refused rows[] = {
      {"a space before the colon (9112 5.1)", with_fields("A : b\r\n"),
       Fault::BadField},
      {"a tab before the colon", with_fields("A\t: b\r\n"), Fault::BadField},
      {"no colon", with_fields("A b\r\n"), Fault::BadField},
      {"only a name", with_fields("A\r\n"), Fault::BadField},
      {"no name", with_fields(": b\r\n"), Fault::BadField},
      {"a name that is no token (9110 5.1)", with_fields("A(b): c\r\n"),
       Fault::BadField},
      {"a name beyond ASCII", with_fields("caf\xC3\xA9: b\r\n"),
       Fault::BadField},
      {"a folded line (9112 5.2)", with_fields("A: b\r\n c\r\n"),
       Fault::FoldedLine},
      {"folded with a tab", with_fields("A: b\r\n\tc\r\n"), Fault::FoldedLine},
      {"a line of blanks", with_fields("A: b\r\n  \r\n"), Fault::FoldedLine},
      {"a blank before the first field (9112 2.2)",
       "GET / HTTP/1.1\r\n Host: x\r\n\r\n", Fault::FoldedLine},
  };
  for (const Refused& each : rows) expect_refused(each);
}

TEST(HttpRequest, RequiresOneGoodHost) {
  const std::string get = "GET / HTTP/1.1\r\n";
  const Refused rows[] = {
      {"missing (9112 3.2)", get + "\r\n", Fault::BadHost},
      {"missing beside an absolute target", "GET http://x/ HTTP/1.1\r\n\r\n",
       Fault::BadHost},
      {"a second", get + "Host: x\r\nHost: y\r\n\r\n", Fault::BadHost},
      {"a second that is the same", get + "Host: x\r\nhost: x\r\n\r\n",
       Fault::BadHost},
      {"a second that is empty", get + "Host:\r\nHost:\r\n\r\n",
       Fault::BadHost},
      {"a second in HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n",
       Fault::BadHost},
      {"a list", get + "Host: x, y\r\n\r\n", Fault::BadHost},
      {"a path", get + "Host: x/y\r\n\r\n", Fault::BadHost},
      {"a user", get + "Host: u@x\r\n\r\n", Fault::BadHost},
      {"a port that is no number", get + "Host: x:y\r\n\r\n", Fault::BadHost},
      {"only a port", get + "Host: :80\r\n\r\n", Fault::BadHost},
      {"a URL", get + "Host: http://x\r\n\r\n", Fault::BadHost},
      {"malformed beside an absolute target",
       "GET http://x/ HTTP/1.1\r\nHost: a b\r\n\r\n", Fault::BadHost},
  };
  for (const Refused& each : rows) expect_refused(each);
}

TEST(HttpRequest, KnowsWhetherTheConnectionPersists) {
  const struct {
    const char* name;
    const char* version;
    const char* fields;
    bool keep_alive;
  } rows[] = {
      {"HTTP/1.1 persists (9112 9.3)", "1.1", "", true},
      {"close", "1.1", "Connection: close\r\n", false},
      {"close in any case", "1.1", "Connection: Close\r\n", false},
      {"close in a list", "1.1", "Connection: a, close ,b\r\n", false},
      {"close in a second field", "1.1",
       "Connection: keep-alive\r\nConnection: close\r\n", false},
      {"close goes before keep-alive", "1.1",
       "Connection: close, keep-alive\r\n", false},
      {"something like close", "1.1", "Connection: closed\r\n", true},
      {"HTTP/1.0 does not persist", "1.0", "", false},
      {"unless asked to", "1.0", "Connection: keep-alive\r\n", true},
      {"asked in any case", "1.0", "Connection: Keep-Alive\r\n", true},
      {"asked and close", "1.0", "Connection: close, keep-alive\r\n", false},
      {"the field Keep-Alive does not ask", "1.0", "Keep-Alive: 5\r\n", false},
      {"1.2 is as 1.1", "1.2", "", true},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    const std::string bytes = std::string("GET / HTTP/") + each.version +
                              "\r\nHost: x\r\n" + each.fields + "\r\n";
    RequestReader reader;
    ASSERT_EQ(reader.next(bytes), Event::Request);
    EXPECT_EQ(reader.request().keep_alive(), each.keep_alive);
  }
}

TEST(HttpRequest, RefusesWhatProxiesMightReadOtherwise) {
  const std::string chunks = "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
  const struct {
    const char* name;
    std::string_view fields;
    Fault fault;
  } rows[] = {
      {"both lengths (9112 6.3)",
       "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
       Fault::AmbiguousLength},
      {"both, the other way round",
       "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
       Fault::AmbiguousLength},
      {"both, and the length is 0",
       "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
       Fault::AmbiguousLength},
      {"both, and the length is too large",
       "Content-Length: 99999999999999999999\r\n"
       "Transfer-Encoding: chunked\r\n",
       Fault::AmbiguousLength},
      {"two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n",
       Fault::BadContentLength},
      {"two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n",
       Fault::BadContentLength},
      {"two lengths in other cases",
       "content-length: 5\r\nCONTENT-LENGTH: 5\r\n", Fault::BadContentLength},
      {"a list (9110 8.6)", "Content-Length: 5, 5\r\n",
       Fault::BadContentLength},
      {"a list with an empty element", "Content-Length: 5,\r\n",
       Fault::BadContentLength},
      {"a plus", "Content-Length: +5\r\n", Fault::BadContentLength},
      {"a minus", "Content-Length: -5\r\n", Fault::BadContentLength},
      {"a minus and 0", "Content-Length: -0\r\n", Fault::BadContentLength},
      {"blanks within", "Content-Length: 1 0\r\n", Fault::BadContentLength},
      {"hexadecimal", "Content-Length: 0x5\r\n", Fault::BadContentLength},
      {"an exponent", "Content-Length: 1e1\r\n", Fault::BadContentLength},
      {"a point", "Content-Length: 5.0\r\n", Fault::BadContentLength},
      {"quotes", "Content-Length: \"5\"\r\n", Fault::BadContentLength},
      {"nothing", "Content-Length:\r\n", Fault::BadContentLength},
      {"not a digit after an overflow",
       "Content-Length: 99999999999999999999x\r\n", Fault::BadContentLength},
      {"a digit of another script", "Content-Length: \xD9\xA5\r\n",
       Fault::BadContentLength},
      {"an overflow", "Content-Length: 18446744073709551621\r\n",
       Fault::BodyTooLarge},
      {"a blank before the colon of Content-Length", "Content-Length : 5\r\n",
       Fault::BadField},
      {"a blank before the colon of Transfer-Encoding",
       "Transfer-Encoding : chunked\r\n", Fault::BadField},
      {"a tab before the colon", "Transfer-Encoding\t: chunked\r\n",
       Fault::BadField},
      {"a blank before the name", " Transfer-Encoding: chunked\r\n",
       Fault::FoldedLine},
      {"folded", "Transfer-Encoding:\r\n chunked\r\n",
       Fault::BadTransferEncoding},
      {"chunked in a fold", "A: b\r\n\tTransfer-Encoding: chunked\r\n",
       Fault::FoldedLine},
      {"twice (9112 6.1)",
       "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
       Fault::BadTransferEncoding},
      {"twice, one hidden",
       "Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n",
       Fault::BadTransferEncoding},
      {"chunked twice in a list", "Transfer-Encoding: chunked, chunked\r\n",
       Fault::BadTransferEncoding},
      {"chunked is not last (9112 6.3)", "Transfer-Encoding: chunked, gzip\r\n",
       Fault::BadTransferEncoding},
      {"no chunked", "Transfer-Encoding: gzip\r\n", Fault::BadTransferEncoding},
      {"identity", "Transfer-Encoding: identity\r\n",
       Fault::BadTransferEncoding},
      {"chunked and identity", "Transfer-Encoding: chunked, identity\r\n",
       Fault::BadTransferEncoding},
      {"nothing in it", "Transfer-Encoding:\r\n", Fault::BadTransferEncoding},
      {"x before chunked", "Transfer-Encoding: xchunked\r\n",
       Fault::BadTransferEncoding},
      {"x after chunked", "Transfer-Encoding: chunkedx\r\n",
       Fault::BadTransferEncoding},
      {"chunked in quotes", "Transfer-Encoding: \"chunked\"\r\n",
       Fault::BadTransferEncoding},
      {"chunked with a parameter", "Transfer-Encoding: chunked;a=b\r\n",
       Fault::BadTransferEncoding},
      {"a vertical tab before chunked", "Transfer-Encoding: \vchunked\r\n",
       Fault::ControlByte},
      {"a vertical tab after chunked", "Transfer-Encoding: chunked\v\r\n",
       Fault::ControlByte},
      {"NUL after chunked", "Transfer-Encoding: chunked\0\r\n"sv,
       Fault::ControlByte},
      {"LF before it", "A: b\nTransfer-Encoding: chunked\r\n",
       Fault::ControlByte},
      {"CR before it", "A: b\rTransfer-Encoding: chunked\r\n",
       Fault::ControlByte},
      {"CR after it", "Transfer-Encoding: chunked\r\r\n", Fault::ControlByte},
      {"another coding first", "Transfer-Encoding: gzip, chunked\r\n",
       Fault::CodingNotImplemented},
      {"another coding with a parameter",
       "Transfer-Encoding: a;b=c , chunked\r\n", Fault::CodingNotImplemented},
      {"a coding that is none", "Transfer-Encoding: @, chunked\r\n",
       Fault::BadTransferEncoding},
  };
  for (const auto& each : rows) {
    expect_refused({each.name, with_fields(each.fields) + chunks, each.fault});
  }
  expect_refused(
      {"chunked in HTTP/1.0 (9112 6.1)",
       "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
       Fault::BadTransferEncoding});
}

TEST(HttpRequest, ReadsPipelinedRequests) {
  const std::string bytes =
      "GET /1 HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\nd\r\n2\r\nef\r\n0\r\nA: b\r\n\r\n"
      "GET http://y/4?z HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
      "\r\nGET /5 HTTP/1.0\r\n\r\n"
      "GET /6 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /7 HTTP/1.1\r\nHo st: x\r\n\r\n"
      "GET /8 HTTP/1.1\r\nHost: x\r\n\r\n";
  expect_log(bytes,
             "GET /1 1.1 keep host=x body=\n"
             "POST /2 1.1 keep host=x body=abc\n"
             "POST /3 1.1 keep host=x body=def\n"
             "GET /4?z 1.1 close host=y body=\n"
             "GET /5 1.0 close host= body=\n"
             "GET /6 1.1 keep host=x body=\n" +
                 line_of(Fault::BadField));
}

TEST(HttpRequest, GivesFieldsByNameAndInOrder) {
  const std::string bytes =
      "GET / HTTP/1.1\r\nHost: x\r\nAccept: a\r\nCookie: \r\nACCEPT: b\r\n"
      "Content-Type: text/plain\r\ncontent-type: text/html\r\n"
      "Upgrade: WebSocket\r\nupgrade: h2c\r\n"
      "Connection: keep-alive\r\nConnection: x, Upgrade\r\n\r\n";
  RequestReader reader;
  ASSERT_EQ(reader.next(bytes), Event::Request);
  const Request& request = reader.request();
  EXPECT_EQ(request.method(), Method::Get);
  EXPECT_EQ(request.target(), "/");
  EXPECT_EQ(request.target_form(), TargetForm::Origin);
  EXPECT_EQ(request.field("accept"), "a");
  EXPECT_EQ(request.content_type(), "text/plain");
  EXPECT_EQ(request.upgrade(), "WebSocket");
  EXPECT_TRUE(request.field("Cookie").empty());
  EXPECT_NE(request.field("Cookie").data(), nullptr) << "it is there";
  EXPECT_EQ(request.field("Cooki").data(), nullptr) << "it is not";
  ASSERT_EQ(request.field_count(), 10u);
  EXPECT_EQ(request.field_at(0).name, "Host");
  EXPECT_EQ(request.field_at(0).value, "x");
  EXPECT_EQ(request.field_at(9).name, "Connection");
  EXPECT_EQ(request.field_at(9).value, "x, Upgrade");
}

TEST(HttpRequest, InheritsNothingFromTheRequestBefore) {
  const std::string first =
      "POST http://a/b?c HTTP/1.0\r\nHost: x\r\nConnection: close, upgrade\r\n"
      "Content-Type: a\r\nUpgrade: b\r\nExpect: 100-continue\r\n"
      "Content-Length: 2\r\n\r\nhi";
  RequestReader reader;
  ASSERT_EQ(reader.next(first), Event::Request);
  reader.reset();
  ASSERT_EQ(reader.next("\x01"), Event::Fault);
  const Request& request = reader.request();
  for (const std::string_view view :
       {request.method_text(), request.target(), request.path(),
        request.query(), request.host(), request.content_type(),
        request.upgrade(), request.body(), request.field("host")}) {
    EXPECT_TRUE(view.empty());
  }
  EXPECT_EQ(request.field_count(), 0u);
  EXPECT_EQ(request.method(), Method::Other);
  EXPECT_TRUE(request.keep_alive());
  reader.reset();
  expect_log(first + "GET / HTTP/1.1\r\nHost: y\r\n\r\n",
             "POST /b?c 1.0 close host=a body=hi\n"
             "GET / 1.1 keep host=y body=\n");
}

TEST(HttpRequest, AsksForNoContinueOfTheRequestBefore) {
  RequestReader reader;
  const std::string asked =
      with_fields("Expect: 100-continue\r\nContent-Length: 2\r\n") + "hi";
  ASSERT_EQ(reader.next(asked), Event::Request);
  reader.reset();
  ASSERT_EQ(reader.next(with_fields("Content-Length: 2\r\n")),
            Event::NeedBytes);
  EXPECT_FALSE(reader.wants_continue());
}

// However slowly a line comes, the whole costs one look at each byte.
TEST(HttpRequest, LooksAtNoByteTwiceForTheLineEnd) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\nA: bcd";
  RequestReader reader;
  ASSERT_EQ(reader.next(bytes), Event::NeedBytes);
  bytes.back() = '\0';
  bytes += "\r\n\r\n";
  EXPECT_EQ(reader.next(bytes), Event::Request);
}

TEST(HttpRequest, SaysHowFarItIs) {
  const std::string head =
      "\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
  const std::string bytes = head + "hi";
  RequestReader reader;
  EXPECT_EQ(reader.phase(), Phase::Idle);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    ASSERT_EQ(reader.next(std::string_view(bytes).substr(0, size)),
              Event::NeedBytes);
    const bool idle = size == 0 || size == 2;
    EXPECT_EQ(reader.phase(), idle                 ? Phase::Idle
                              : size < head.size() ? Phase::Head
                                                   : Phase::Body);
  }
  EXPECT_EQ(reader.request().target(), "/") << "the head before the body";
  EXPECT_EQ(reader.next(bytes), Event::Request);
  EXPECT_EQ(reader.consumed(), bytes.size());
  reader.reset();
  EXPECT_EQ(reader.phase(), Phase::Idle);
}

TEST(HttpRequest, KnowsWhenTheClientWaits) {
  const struct {
    const char* name;
    std::string bytes;
    bool waits;
  } rows[] = {
      {"with a length (9110 10.1.1)",
       with_fields("Expect: 100-continue\r\nContent-Length: 2\r\n"), true},
      {"chunked",
       with_fields("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"),
       true},
      {"in any case",
       with_fields("Expect: 100-Continue\r\nContent-Length: 2\r\n"), true},
      {"asked twice",
       with_fields("Expect: 100-continue\r\nExpect: 100-continue\r\n"
                   "Content-Length: 2\r\n"),
       true},
      {"the body has begun",
       with_fields("Expect: 100-continue\r\nContent-Length: 2\r\n") + "h",
       false},
      {"chunks have begun",
       with_fields("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n") +
           "2\r\n",
       false},
      {"it did not ask", with_fields("Content-Length: 2\r\n"), false},
      {"the head is not whole",
       "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
       "Content-Length: 2\r\n",
       false},
      {"in HTTP/1.0",
       "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
       false},
      {"there is no body", with_fields("Expect: 100-continue\r\n"), false},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    for_every_split(each.bytes, [&](const Pieces& pieces) {
      RequestReader reader;
      std::string held;
      for (const std::string_view piece : pieces) {
        held += piece;
        EXPECT_NE(reader.next(held), Event::Fault);
      }
      EXPECT_EQ(reader.wants_continue(), each.waits);
    });
  }
}

TEST(HttpRequest, RefusesOtherExpectations) {
  const Refused rows[] = {
      {"another", with_fields("Expect: a\r\n"), Fault::ExpectationFailed},
      {"another beside it", with_fields("Expect: 100-continue, a\r\n"),
       Fault::ExpectationFailed},
      {"another in a second field",
       with_fields("Expect: 100-continue\r\nExpect: a\r\n"),
       Fault::ExpectationFailed},
      {"with a parameter", with_fields("Expect: 100-continue;a\r\n"),
       Fault::ExpectationFailed},
      {"framing faults go first",
       with_fields("Expect: a\r\nContent-Length: 1\r\n"
                   "Transfer-Encoding: chunked\r\n"),
       Fault::AmbiguousLength},
  };
  for (const Refused& each : rows) expect_refused(each);
}

// The limits. Each row is exactly at one, and then one over.

// Changing one byte of a request may change what it is, but never so that it
// depends on the cut.
TEST(HttpRequest, ReadsEveryOneByteChangeAlikeHoweverCut) {
  const std::string request =
      "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
      "Expect: 100-continue\r\n\r\n1;a\r\nh\r\n2\r\nij\r\n0\r\nT: u\r\n\r\n"
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
  const std::string_view telling =
      "\0\t\n\v\r\x1F !\"#*+,-./0159:;?@AHTX[^afhx|~\x7F\x80\xFF"sv;
  for (std::size_t at = 0; at < request.size(); ++at) {
    for (const char byte : telling) {
      std::string bytes = request;
      bytes[at] = byte;
      const std::string_view view = bytes;
      const std::string whole = log_of({view});
      Pieces single;
      for (std::size_t i = 0; i < view.size(); ++i) {
        single.push_back(view.substr(i, 1));
      }
      ASSERT_EQ(log_of(single), whole) << "byte " << int{byte} << " at " << at;
      ASSERT_EQ(log_of({view.substr(0, at), view.substr(at)}), whole)
          << "byte " << int{byte} << " at " << at;
    }
  }
}

}  // namespace
}  // namespace papo::http
