// Rows of bodies, each read whole, byte by byte and split at every offset.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wire/http_request.h"
#include "wire/http_request_log.h"

namespace papo::http {
namespace {

using std::string_view_literals::operator""sv;

TEST(HttpRequestBody, ReadsBodies) {
  const Accepted rows[] = {
      {"Content-Length (9112 6.2)",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
       "POST / 1.1 keep host=x body=hello\n"},
      {"none: no body (9112 6.3)", "POST / HTTP/1.1\r\nHost: x\r\n\r\n",
       "POST / 1.1 keep host=x body=\n"},
      {"zero", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
       "POST / 1.1 keep host=x body=\n"},
      {"leading zeros are digits (9110 8.6)",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
       "000000000000000000000000000002\r\n\r\nhi",
       "POST / 1.1 keep host=x body=hi\n"},
      {"a GET may have one (9110 9.3.1)",
       "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi",
       "GET / 1.1 keep host=x body=hi\n"},
      {"any bytes",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n\r\n\n\x01\xFF",
       "POST / 1.1 keep host=x body=\r\n\n\x01\xFF\n"},
      {"in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi",
       "POST / 1.0 close host= body=hi\n"},
      {"cut", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell",
       "cut in the body\n"},
      {"cut before its first byte",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
       "cut in the body\n"},
      {"an empty line after it (9112 2.2)",
       "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi\r\n"
       "GET / HTTP/1.1\r\nHost: y\r\n\r\n",
       "POST / 1.1 keep host=x body=hi\nGET / 1.1 keep host=y body=\n"},
  };
  for (const Accepted& each : rows) expect_accepted(each);
}

TEST(HttpRequestBody, ReadsChunkedBodies) {
  const struct {
    const char* name;
    std::string_view chunks;
    std::string log;
  } rows[] = {
      {"one chunk (9112 7.1)", "5\r\nhello\r\n0\r\n\r\n", "hello"},
      {"several", "1\r\nh\r\n3\r\nell\r\n1\r\no\r\n0\r\n\r\n", "hello"},
      {"none", "0\r\n\r\n", ""},
      {"hexadecimal, both cases",
       "a\r\n0123456789\r\nB\r\n0123456789x\r\n"
       "0\r\n\r\n",
       "01234567890123456789x"},
      {"leading zeros", "0005\r\nhello\r\n0000\r\n\r\n", "hello"},
      {"line breaks within the data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},
      {"what looks like the end", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
       "\r\n0\r\n\r\n"},
      {"extensions (9112 7.1.1)", "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n",
       "hello"},
      {"trailers (9112 7.1.2)", "5\r\nhello\r\n0\r\nA: b\r\nC:\r\n\r\n",
       "hello"},
      {"trailers change nothing (9110 6.5.1)",
       "5\r\nhello\r\n0\r\nContent-Length: 9\r\nHost: y\r\n"
       "Connection: close\r\n\r\n",
       "hello"},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    expect_log(with_chunks(each.chunks),
               "POST / 1.1 keep host=x body=" + each.log + "\n");
  }
  expect_log(with_chunks(""), "cut in the body\n");
  expect_log(with_chunks("5\r\nhello\r\n0\r\n"), "cut in the body\n");
  expect_log(with_fields("Transfer-Encoding: CHUNKED\r\n") + "0\r\n\r\n",
             "POST / 1.1 keep host=x body=\n");
}

TEST(HttpRequestBody, RefusesChunks) {
  const Refused rows[] = {
      {"LF after the size (9112 7.1)", with_chunks("5\nhello\r\n0\r\n\r\n"),
       Fault::ControlByte},
      {"LF after the data", with_chunks("5\r\nhello\n0\r\n\r\n"),
       Fault::BadChunk},
      {"LF after the last size", with_chunks("0\n\r\n"), Fault::ControlByte},
      {"LF for the end", with_chunks("0\r\n\n"), Fault::ControlByte},
      {"CR without LF after the data", with_chunks("5\r\nhello\rX"),
       Fault::BadChunk},
      {"LF in an extension (9112 7.1.1)",
       with_chunks("5;\nxx\r\nhello\r\n0\r\n\r\n"), Fault::ControlByte},
      {"CR in an extension", with_chunks("5;a\rb\r\nhello\r\n0\r\n\r\n"),
       Fault::ControlByte},
      {"NUL in an extension", with_chunks("5;a\0b\r\nhello\r\n"sv),
       Fault::ControlByte},
      {"more data than said", with_chunks("4\r\nhello\r\n0\r\n\r\n"),
       Fault::BadChunk},
      {"more data than said, told before the next byte",
       with_chunks("4\r\nhello"), Fault::BadChunk},
      {"less data than said", with_chunks("6\r\nhello\r\n0\r\n\r\n"),
       Fault::BadChunk},
      {"0x", with_chunks("0x10\r\n"), Fault::BadChunk},
      {"a minus", with_chunks("-1\r\n"), Fault::BadChunk},
      {"a plus", with_chunks("+5\r\nhello\r\n"), Fault::BadChunk},
      {"a blank before", with_chunks(" 5\r\nhello\r\n"), Fault::BadChunk},
      {"a blank after", with_chunks("5 \r\nhello\r\n"), Fault::BadChunk},
      {"no size", with_chunks("\r\nhello\r\n"), Fault::BadChunk},
      {"an empty line between", with_chunks("1\r\na\r\n\r\n0\r\n\r\n"),
       Fault::BadChunk},
      {"seventeen digits", with_chunks("FFFFFFFFFFFFFFFF1\r\n"),
       Fault::BadChunk},
      {"sixteen digits: as large as a number can be",
       with_chunks("FFFFFFFFFFFFFFFF\r\n"), Fault::BodyTooLarge},
      {"a size that would wrap a sum",
       with_chunks("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n"), Fault::BodyTooLarge},
      {"a trailer that is no field", with_chunks("0\r\nA b\r\n\r\n"),
       Fault::BadField},
      {"a blank before a trailer's colon", with_chunks("0\r\nA : b\r\n\r\n"),
       Fault::BadField},
      {"a folded trailer", with_chunks("0\r\nA: b\r\n c\r\n\r\n"),
       Fault::FoldedLine},
      {"a request where the trailers belong",
       with_chunks("0\r\nGET / HTTP/1.1\r\n\r\n"), Fault::BadField},
  };
  for (const Refused& each : rows) expect_refused(each);
}

TEST(HttpRequestBody, CopiesOnlyBodiesOfSeveralChunks) {
  const std::string one = with_chunks("2\r\nhi\r\n0\r\n\r\n");
  RequestReader reader;
  ASSERT_EQ(reader.next(one), Event::Request);
  EXPECT_EQ(reader.request().body().data(), one.data() + one.size() - 9);
}

}  // namespace
}  // namespace papo::http
