// What a request may cost: each limit exactly reached, and passed by one.
#include "wire/http_request.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "wire/http_request_log.h"

namespace papo::http {
namespace {

constexpr Limits kSmall = {.request_line_bytes_max = 40,
                           .head_bytes_max = 128,
                           .fields_max = 4,
                           .body_bytes_max = 16,
                           .chunk_line_bytes_max = 8,
                           .framing_bytes_max = 60};

void expect_limit(std::string_view at, const std::string& log,
                  std::string_view over, Fault fault) {
  expect_log(at, log, kSmall);
  expect_log(over, line_of(fault), kSmall);
}

std::string line_of_size(std::size_t size) {
  return "GET /" + std::string(size - 14, 'a') + " HTTP/1.1";
}

TEST(HttpRequestLimits, RequestLine) {
  const std::string log =
      "GET /" + std::string(26, 'a') + " 1.1 keep host=x body=\n";
  expect_limit(with_line(line_of_size(40)), log, with_line(line_of_size(41)),
               Fault::UriTooLong);
  SCOPED_TRACE("told at the byte that passes it, without a line end");
  expect_limit(std::string(40, 'A'), "cut in the head\n", std::string(41, 'A'),
               Fault::UriTooLong);
  SCOPED_TRACE("a bad byte past the limit comes too late to matter");
  expect_log(std::string(41, 'A') + "\x01", line_of(Fault::UriTooLong), kSmall);
  expect_log(std::string(40, 'A') + "\x01", line_of(Fault::ControlByte),
             kSmall);
  SCOPED_TRACE("empty lines before it do not count");
  expect_log("\r\n\r\n" + with_line(line_of_size(40)), log, kSmall);
}

TEST(HttpRequestLimits, RequestLineWithinASmallerHead) {
  constexpr Limits limits = {.request_line_bytes_max = 100'000,
                             .head_bytes_max = 128};
  expect_log(with_line(line_of_size(115)),
             "GET /" + std::string(101, 'a') + " 1.1 keep host=x body=\n",
             limits);
  expect_log(with_line(line_of_size(126)), line_of(Fault::HeadersTooLarge),
             limits);
  expect_log(with_line(line_of_size(127)), line_of(Fault::UriTooLong), limits);
}

std::string head_of_size(std::size_t size) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
  return begin + std::string(size - begin.size() - 4, 'a') + "\r\n\r\n";
}

TEST(HttpRequestLimits, Head) {
  expect_limit(head_of_size(128), "GET / 1.1 keep host=x body=\n",
               head_of_size(129), Fault::HeadersTooLarge);
  SCOPED_TRACE("told without a line end");
  const std::string endless = "GET / HTTP/1.1\r\nA: " + std::string(128, 'a');
  expect_limit(endless.substr(0, 126), "cut in the head\n",
               endless.substr(0, 127), Fault::HeadersTooLarge);
  SCOPED_TRACE("empty lines before it do not count");
  expect_log("\r\n\r\n\r\n" + head_of_size(128),
             "GET / 1.1 keep host=x body=\n", kSmall);
}

TEST(HttpRequestLimits, Fields) {
  const std::string three = "A: 1\r\nB: 2\r\nC: 3\r\n";
  expect_limit(with_fields(three), "POST / 1.1 keep host=x body=\n",
               with_fields(three + "D: 4\r\n"), Fault::HeadersTooLarge);
}

TEST(HttpRequestLimits, BodyOfKnownLength) {
  const std::string at = with_fields("Content-Length: 16\r\n");
  const std::string over = with_fields("Content-Length: 17\r\n");
  const std::string body(16, 'a');
  expect_limit(at + body, "POST / 1.1 keep host=x body=" + body + "\n", over,
               Fault::BodyTooLarge);
}

TEST(HttpRequestLimits, BodyOfChunks) {
  const std::string body(16, 'a');
  const std::string log = "POST / 1.1 keep host=x body=" + body + "\n";
  expect_limit(with_chunks("10\r\n" + body + "\r\n0\r\n\r\n"), log,
               with_chunks("11\r\n"), Fault::BodyTooLarge);
  const std::string first = "f\r\n" + body.substr(1) + "\r\n";
  expect_limit(with_chunks(first + "1\r\na\r\n0\r\n\r\n"), log,
               with_chunks(first + "2\r\n"), Fault::BodyTooLarge);
}

TEST(HttpRequestLimits, ChunkLine) {
  expect_limit(with_chunks("1;aaaa\r\nb\r\n0\r\n\r\n"),
               "POST / 1.1 keep host=x body=b\n", with_chunks("1;aaaaa\r\n"),
               Fault::BodyTooLarge);
}

TEST(HttpRequestLimits, ChunkFraming) {
  // Six bytes of framing for one byte of data, and six for the last line.
  std::string chunks;
  for (int i = 0; i < 9; ++i) chunks += "01\r\na\r\n";
  const std::string log = "POST / 1.1 keep host=x body=aaaaaaaaa\n";
  expect_limit(with_chunks(chunks + "0000\r\n\r\n"), log,
               with_chunks(chunks + "00000\r\n\r\n"), Fault::BodyTooLarge);
}

TEST(HttpRequestLimits, Trailers) {
  const std::string log = "POST / 1.1 keep host=x body=\n";
  const std::string four = "0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n";
  expect_limit(with_chunks(four + "\r\n"), log, with_chunks(four + "E: 5\r\n"),
               Fault::HeadersTooLarge);
  const std::string long_one = "0\r\nA: " + std::string(121, 'a');
  expect_limit(with_chunks(long_one + "\r\n\r\n"), log,
               with_chunks(long_one + "a\r\n\r\n"), Fault::HeadersTooLarge);
}

TEST(HttpRequestLimits, Defaults) {
  const std::string body(65536, 'b');
  const std::string log = "POST / 1.1 keep host=x body=" + body + "\n";
  const std::string length = "Content-Length: 65536\r\n";
  EXPECT_EQ(log_of({with_fields(length) + body}), log);
  EXPECT_EQ(log_of({with_fields("Content-Length: 65537\r\n")}),
            line_of(Fault::BodyTooLarge));
  expect_log(with_line(line_of_size(8192)),
             "GET /" + std::string(8178, 'a') + " 1.1 keep host=x body=\n");
  expect_log(with_line(line_of_size(8193)), line_of(Fault::UriTooLong));
  expect_log(head_of_size(16384), "GET / 1.1 keep host=x body=\n");
  expect_log(head_of_size(16385), line_of(Fault::HeadersTooLarge));
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "A: b\r\n";
  expect_log(with_fields(fields), "POST / 1.1 keep host=x body=\n");
  expect_log(with_fields(fields + "A: b\r\n"), line_of(Fault::HeadersTooLarge));
}

// Nobody can make the caller hold more than request_bytes_max().
TEST(HttpRequestLimits, NeedsNoMoreBytesThanItSays) {
  const std::string lines = "\r\n\r\n\r\n\r\n";
  std::string slow = lines;
  slow += "P / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nA: ";
  slow += std::string(128 + lines.size() - slow.size() - 4, 'a') + "\r\n\r\n";
  for (int i = 0; i < 8; ++i) slow += "01\r\na\r\n";
  slow += "8\r\nbbbbbbbb\r\n0\r\n";
  slow += "A: " + std::string(121, 'a') + "\r\n\r";
  EXPECT_LT(slow.size(), kSmall.request_bytes_max());
  EXPECT_EQ(log_of({slow}, kSmall), "cut in the body\n");
  EXPECT_EQ(log_of({slow + "\n"}, kSmall).substr(0, 5), "P / 1");
}

}  // namespace
}  // namespace papo::http
