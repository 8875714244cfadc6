#include "wire/http_response_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/splits.h"

namespace papo::http {
namespace {

using Kind = ResponseReader::Event::Kind;

// What a reader made of an answer: "200 body." when it ended, "200 bo|cut" with
// the fault's clause when it did not, "200 bo" while it needs more.
struct Reading {
  std::string text;
  std::string_view rest;  // of the last piece, not taken
  bool over = false;
};

void take(ResponseReader* reader, ResponseReader::Event event,
          Reading* reading) {
  switch (event.kind) {
    case Kind::NeedBytes:
      return;
    case Kind::Head:
      reading->text += std::to_string(reader->status()) + " ";
      if (!reader->location().empty()) {
        reading->text += "<" + reader->location() + ">";
      }
      return;
    case Kind::Body:
      EXPECT_FALSE(event.body.empty());
      reading->text += event.body;
      return;
    case Kind::End:
      reading->text += ".";
      reading->over = true;
      return;
    case Kind::Fault:
      reading->text += "|";
      reading->text += describe(reader->fault());
      reading->over = true;
      return;
  }
}

Reading read(const support::Pieces& pieces, bool finishes) {
  ResponseReader reader;
  Reading reading;
  for (std::string_view piece : pieces) {
    for (Kind kind = Kind::Head; kind != Kind::NeedBytes && !reading.over;) {
      const auto event = reader.next(&piece);
      kind = event.kind;
      take(&reader, event, &reading);
    }
    reading.rest = piece;
    if (reading.over) break;
    EXPECT_TRUE(piece.empty());
  }
  if (finishes && !reading.over) take(&reader, reader.finish(), &reading);
  return reading;
}

struct Row {
  std::string_view rule;
  std::string bytes;
  std::string_view reading;
};

void check(const Row& row) {
  SCOPED_TRACE(row.rule);
  support::for_every_split(row.bytes, [&](const support::Pieces& pieces) {
    EXPECT_EQ(read(pieces, true).text, row.reading);
  });
}

std::string head(std::string_view fields) {
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n";
}

const std::string kChunked = head("Transfer-Encoding: chunked\r\n");

TEST(ResponseReader, ReadsBodiesToTheirEnds) {
  const Row rows[] = {
      {"a length (RFC 9112 §6.2)", head("Content-Length: 4\r\n") + "body",
       "200 body."},
      {"a length of nothing", head("content-LENGTH:\t0 \r\n"), "200 ."},
      {"the same length twice (§6.3)",
       head("Content-Length: 4\r\nContent-Length: 4\r\n") + "body",
       "200 body."},
      {"until the connection ends", head("Server: x\r\n") + "body",
       "200 body."},
      {"nothing until then", head(""), "200 ."},
      {"no body (§6.3)", "HTTP/1.1 204 No Content\r\n\r\n", "204 ."},
      {"not modified, with a length",
       "HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", "304 ."},
      {"HTTP/1.0 and no reason", "HTTP/1.0 503\r\n\r\nx", "503 x."},
      {"an empty reason", "HTTP/1.1 404 \r\nContent-Length: 1\r\n\r\nx",
       "404 x."},
      {"a later minor version", "HTTP/1.2 200 OK\r\n\r\n", "200 ."},
      {"chunks (§7.1)",
       kChunked + "4\r\nbody\r\n1A;x=\"y\"\r\nabcdefghijklmnopqrstuvwxyz\r\n" +
           "0\r\n\r\n",
       "200 bodyabcdefghijklmnopqrstuvwxyz."},
      {"a chunk of line breaks", kChunked + "4\r\n\r\n\r\n\r\n0\r\n\r\n",
       "200 \r\n\r\n."},
      {"trailers are not looked at", kChunked + "0\r\nA: b\r\nodd\r\n\r\n",
       "200 ."},
      {"no chunk at all", kChunked + "000\r\n\r\n", "200 ."},
      {"interim answers (RFC 9110 §15.2)",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
       "</a>\r\nLocation: /no\r\n\r\n" +
           head("Content-Length: 2\r\n") + "oi",
       "200 oi."},
      {"a redirection", "HTTP/1.1 301 X\r\nLocation: /b \r\n\r\n", "301 </b>."},
      {"not encoded", head("Content-Encoding: identity\r\n") + "x", "200 x."},
      {"an empty field and bytes beyond ASCII", head("A:\r\nB: \xE9\r\n"),
       "200 ."},
  };
  for (const Row& row : rows) check(row);
}

TEST(ResponseReader, RefusesWhatHasNoCertainEnd) {
  const std::string_view kNotHttp = "|the answer is not HTTP";
  const std::string_view kBadHead = "|the answer has a line that is not HTTP";
  const std::string_view kCoding =
      "|the answer has a coding that papo does not know";
  const std::string_view kTwoWays =
      "|the answer says in two ways where it ends";
  const std::string_view kBadChunk = "200 |the answer has a chunk that is none";
  const Row rows[] = {
      {"another protocol", "220 mail\r\n\r\n", kNotHttp},
      {"another version", "HTTP/2.0 200 OK\r\n\r\n", kNotHttp},
      {"a bare LF in the first line", "HTTP/1.1 200 OK\n\n", kNotHttp},
      {"an odd status", "HTTP/1.1 2x0 OK\r\n\r\n", kNotHttp},
      {"a status beyond the classes", "HTTP/1.1 600 X\r\n\r\n", kNotHttp},
      {"below them", "HTTP/1.1 099 X\r\n\r\n", kNotHttp},
      {"of four digits", "HTTP/1.1 2000 X\r\n\r\n", kNotHttp},
      {"too short", "HTTP/1.1\r\n\r\n", kNotHttp},
      {"a bare LF", "HTTP/1.1 200 OK\r\nA: b\n\r\n", kBadHead},
      {"a bare CR", head("A: b\rc\r\n"), kBadHead},
      {"NUL", head(std::string("A: b\0\r\n", 7)), kBadHead},
      {"no colon", head("no\r\n"), kBadHead},
      {"a folded line (RFC 9112 §5.2)", head("A: b\r\n c\r\n"), kBadHead},
      {"a blank before the colon (§5.1)", head("A : b\r\n"), kBadHead},
      {"no name", head(": b\r\n"), kBadHead},
      {"a length that is none", head("Content-Length: 1x\r\n"), kBadHead},
      {"a negative one", head("Content-Length: -1\r\n"), kBadHead},
      {"one that overflows", head("Content-Length: 18446744073709551616\r\n"),
       kBadHead},
      {"two lengths", head("Content-Length: 1\r\nContent-Length: 2\r\n"),
       kTwoWays},
      {"a length and chunks",
       head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), kTwoWays},
      {"an interim answer with a length",
       "HTTP/1.1 100 X\r\nContent-Length: 0\r\n\r\n", kTwoWays},
      {"another coding", head("Transfer-Encoding: gzip, chunked\r\n"), kCoding},
      {"chunked twice",
       head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       kCoding},
      {"chunks in HTTP/1.0",
       "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", kCoding},
      {"a packed body", head("Content-Encoding: gzip\r\n"), kCoding},
      {"another protocol from here on", "HTTP/1.1 101 X\r\n\r\n",
       "|the server wants to speak another protocol"},
      {"no size of a chunk", kChunked + "\r\n\r\n", kBadChunk},
      {"a size that is none", kChunked + "x\r\n", kBadChunk},
      {"a size that overflows", kChunked + "10000000000000000\r\n", kBadChunk},
      {"no line break behind a chunk", kChunked + "1\r\nab\r\n",
       "200 a|the answer has a chunk that is none"},
      {"a bare LF behind a size", kChunked + "1\na",
       "200 |the answer has a line that is not HTTP"},
  };
  for (const Row& row : rows) check(row);
}

TEST(ResponseReader, KnowsAnAnswerThatIsCut) {
  const std::string_view kCut = "the answer was cut short";
  const struct {
    std::string_view rule;
    std::string bytes;
    std::string_view before;  // the fault
  } rows[] = {
      {"in its head", "HTTP/1.1 200 OK\r\nA", ""},
      {"after an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", ""},
      {"before its length", head("Content-Length: 5\r\n") + "body", "200 body"},
      {"in the size of a chunk", kChunked + "1", "200 "},
      {"in a chunk", kChunked + "5\r\nbody", "200 body"},
      {"behind it", kChunked + "4\r\nbody\r", "200 body"},
      {"before the last chunk", kChunked + "4\r\nbody\r\n", "200 body"},
      {"in the trailers", kChunked + "0\r\nA: b\r\n", "200 "},
  };
  for (const auto& row : rows) {
    check({row.rule, row.bytes,
           std::string(row.before) + "|" + std::string(kCut)});
  }
  check({"before it began", "", "|the server closed without an answer"});
}

TEST(ResponseReader, TakesNothingBeyondTheEnd) {
  for (const std::string& answer :
       {head("Content-Length: 2\r\n") + "oi", kChunked + "0\r\n\r\n"}) {
    const std::string more = answer + "HTTP/1.1 200 OK";
    const Reading reading = read({more}, false);
    EXPECT_TRUE(reading.over);
    EXPECT_EQ(reading.rest, "HTTP/1.1 200 OK");
  }
}

TEST(ResponseReader, BoundsHeadsAndTrailers) {
  constexpr std::size_t kMost = ResponseReader::kHeadBytesMax;
  const auto filled = [](std::string start, std::size_t size) {
    start += "A: ";
    start.append(size - start.size() - 4, 'x');
    return start + "\r\n\r\n";
  };
  const std::string line = "HTTP/1.1 200 OK\r\n";
  const std::string interim = "HTTP/1.1 100 X\r\n\r\n";
  const std::string_view kTooLarge = "|the answer's head is too large";
  EXPECT_EQ(read({filled(line, kMost)}, true).text, "200 .");
  EXPECT_EQ(read({filled(line, kMost + 1)}, true).text, kTooLarge);
  EXPECT_EQ(read({interim + filled(line, kMost - interim.size())}, true).text,
            "200 .");
  EXPECT_EQ(
      read({interim + filled(line, kMost + 1 - interim.size())}, true).text,
      kTooLarge);
  // Trailers are counted with the line of the last chunk.
  const std::string end = kChunked + "0\r\n";
  const std::string most = end + filled("", kMost);
  EXPECT_EQ(read({most}, true).text, "200 .");
  const std::string over = end + filled("", kMost + 1);
  EXPECT_EQ(read({over}, true).text, "200 " + std::string(kTooLarge));
  EXPECT_EQ(read({std::string(kMost + 1, 'x')}, false).text, kTooLarge);
  EXPECT_EQ(read({std::string(kMost, 'x')}, false).text, "");
}

}  // namespace
}  // namespace papo::http
