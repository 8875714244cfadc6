#include "wire/websocket_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "support/splits.h"

namespace papo::websocket {
namespace {

using Log = std::vector<std::string>;

constexpr std::uint32_t kLimit = 65536;
constexpr int kFin = 0x80;
constexpr int kText = 0x1;
constexpr int kBinary = 0x2;
constexpr int kClose = 0x8;
constexpr int kPing = 0x9;
constexpr int kPong = 0xA;

static_assert(sizeof(FrameReader) <= 16, "a quiet connection's reader");

// Four different bytes, so that a mask turned wrongly shows.
constexpr std::array<char, 4> kMask = {'\x37', '\xFA', '\x21', '\x3D'};

std::string masked(std::string payload) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ kMask[i % 4]);
  }
  return std::string(kMask.data(), 4) + payload;
}

// A length in 0, 2 or 8 bytes after the seven bits, whether it fits or not.
std::string length(std::size_t extra, std::uint64_t number) {
  if (extra == 0) return {static_cast<char>(kFin | static_cast<int>(number))};
  std::string text = {static_cast<char>(kFin | (extra == 2 ? 126 : 127))};
  for (std::size_t i = extra; i > 0; --i) {
    text.push_back(static_cast<char>(number >> (8 * (i - 1))));
  }
  return text;
}

std::string head(int first, std::uint64_t size) {
  const std::size_t extra = size < 126 ? 0 : (size < 65536 ? 2 : 8);
  return std::string(1, static_cast<char>(first)) + length(extra, size);
}

// A frame as a client writes it. `first` is FIN, RSV and the opcode.
std::string frame(int first, const std::string& payload) {
  return head(first, payload.size()) + masked(payload);
}

std::string close_frame(unsigned code, const std::string& reason = "") {
  const std::string digits = {static_cast<char>(code >> 8),
                              static_cast<char>(code)};
  return frame(kFin | kClose, digits + reason);
}

std::string fault(Fault fault) {
  return "fault " + std::to_string(close_code_for(fault)) + ' ' +
         std::string(describe(fault));
}

std::string line_for(const Event& event) {
  const std::string payload(event.payload);
  switch (event.kind) {
    case Event::Kind::NeedBytes:
      return "need bytes";
    case Event::Kind::Text:
      return "text " + payload;
    case Event::Kind::Binary:
      return "binary " + payload;
    case Event::Kind::Ping:
      return "ping " + payload;
    case Event::Kind::Pong:
      return "pong " + payload;
    case Event::Kind::Close:
      return "close " + std::to_string(event.close_code) + ' ' + payload;
    case Event::Kind::Fault:
      EXPECT_EQ(event.close_code, close_code_for(event.fault));
      return fault(event.fault);
  }
  return "no such event";
}

// Gives the reader one piece, in memory that ends where the piece ends and is
// gone afterwards.
void feed(FrameReader* reader, std::string_view piece, Log* log) {
  std::vector<char> memory(piece.begin(), piece.end());
  std::span<char> input(memory);
  while (true) {
    const std::size_t before = input.size();
    const Event event = reader->next(&input);
    if (event.kind == Event::Kind::NeedBytes) break;
    log->push_back(line_for(event));
    ASSERT_LE(input.size(), before);
  }
  ASSERT_TRUE(input.empty());
}

struct Case {
  std::string name;
  std::string bytes;
  Log expected;
  bool idle_after = true;  // nothing is under way, so nothing is held
  std::uint32_t limit = kLimit;
};

void run(const Case& each) {
  SCOPED_TRACE(each.name);
  support::for_every_split(each.bytes, [&](const support::Pieces& pieces) {
    FrameReader reader(each.limit);
    Log log;
    for (const std::string_view piece : pieces) feed(&reader, piece, &log);
    EXPECT_TRUE(log == each.expected)
        << ::testing::PrintToString(log).substr(0, 400);
    EXPECT_EQ(reader.held_bytes() == 0, each.idle_after);
  });
}

TEST(FrameReader, ReadsEveryLengthClass) {
  constexpr std::size_t kSizes[] = {0,   1,   7,   8,     9,    125,
                                    126, 127, 128, 65535, 65536};
  for (const std::size_t size : kSizes) {
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; ++i) {
      text[i] = static_cast<char>('a' + i % 23);
    }
    const std::string bytes = std::to_string(size) + " bytes (5.2)";
    run({"text of " + bytes, frame(kFin | kText, text), {"text " + text}});
    const int binary = kFin | kBinary;
    if (size < 1000) {
      run({"binary of " + bytes, frame(binary, text), {"binary " + text}});
    }
  }
}

TEST(FrameReader, ReadsFragmentsWithControlFramesBetween) {
  const std::string ping = frame(kFin | kPing, "are you there?");
  const std::string pong = frame(kFin | kPong, "");
  const std::string full(125, 'p');
  const Case cases[] = {
      {"nothing at all", "", {}},
      {"two fragments (5.4)",
       frame(kText, "Hel") + frame(kFin, "lo"),
       {"text Hello"}},
      {"empty fragments",
       frame(kText, "") + frame(0, "") + frame(kFin, ""),
       {"text "}},
      {"an empty fragment between",
       frame(kBinary, "\xFF") + frame(0, "") + frame(kFin, "\xFE"),
       {"binary \xFF\xFE"}},
      {"control frames between (5.4)",
       frame(kText, "Hel") + ping + frame(0, "l") + pong + ping +
           frame(kFin, "o") + pong,
       {"ping are you there?", "pong ", "ping are you there?", "text Hello",
        "pong "}},
      {"a close between: the message is not delivered",
       frame(kText, "Hel") + close_frame(1001, "bye") + frame(kFin, "lo"),
       {"close 1001 bye"}},
      {"a control frame of 125 bytes between (5.5)",
       frame(kText, "Hel") + frame(kFin | kPing, full) + frame(kFin, "lo"),
       {"ping " + full, "text Hello"}},
      {"messages in a row, of each kind",
       frame(kFin | kText, "one") + frame(kText, "t") + frame(kFin, "wo") +
           frame(kFin | kBinary, "three") + frame(kBinary, "") +
           frame(kFin, "four") + ping,
       {"text one", "text two", "binary three", "binary four",
        "ping are you there?"}},
      {"a binary message is not text, nor is the text after it binary",
       frame(kBinary, "\xC3") + frame(kFin, "\xC3") + frame(kText, "\xC3") +
           frame(kFin, "\xA9"),
       {"binary \xC3\xC3", "text \xC3\xA9"}},
      {"a message under way",
       frame(kText, "Hel") + ping,
       {"ping are you there?"},
       false},
      {"a frame under way",
       frame(kFin | kText, "Hello").substr(0, 9),
       {},
       false},
      {"a head under way",
       frame(kFin | kText, "Hello").substr(0, 5),
       {},
       false},
  };
  for (const Case& each : cases) run(each);
}

TEST(FrameReader, JudgesEveryFirstByte) {
  for (int first = 0; first < 256; ++first) {
    const int opcode = first & 0x0F;
    const bool final = (first & kFin) != 0;
    const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
    Case outside{"first byte " + std::to_string(first), frame(first, ""), {}};
    Case inside{"in a message, first byte " + std::to_string(first),
                frame(kText, "x") + frame(first, ""),
                {}};
    if ((first & 0x70) != 0) {
      outside.expected = inside.expected = {fault(Fault::ReservedBits)};
    } else if (!known) {
      outside.expected = inside.expected = {fault(Fault::ReservedOpcode)};
    } else if (opcode >= 8 && !final) {
      outside.expected = inside.expected = {fault(Fault::FragmentedControl)};
    } else if (opcode >= 8) {
      const char* events[] = {"close 1005 ", "ping ", "pong "};
      outside.expected = inside.expected = {events[opcode - 8]};
      inside.idle_after = opcode == kClose;
    } else if (opcode == 0) {
      outside.expected = {fault(Fault::StrayContinuation)};
      if (final) inside.expected = {"text x"};
      inside.idle_after = final;
    } else {
      if (final) outside.expected = {opcode == kText ? "text " : "binary "};
      outside.idle_after = final;
      inside.expected = {fault(Fault::InterruptedMessage)};
    }
    run(outside);
    run(inside);
  }
}

TEST(FrameReader, RefusesBrokenHeads) {
  const std::string zero_mask(4, '\0');
  const auto with = [&](int first, std::size_t extra, std::uint64_t size) {
    return std::string(1, static_cast<char>(first)) + length(extra, size) +
           zero_mask;
  };
  std::string bare = frame(kFin | kText, "Hello");
  bare[1] = static_cast<char>(bare[1] & 0x7F);
  const std::uint64_t top = std::uint64_t{1} << 63;
  const Case cases[] = {
      {"not masked (5.1)", bare, {fault(Fault::NotMasked)}},
      {"not masked and empty (5.1)",
       std::string("\x81\x00", 2),
       {fault(Fault::NotMasked)}},
      {"not masked ping (5.1)",
       std::string("\x89\x00", 2),
       {fault(Fault::NotMasked)}},
      {"not masked, after a good one",
       frame(kFin | kText, "Hello") + bare,
       {"text Hello", fault(Fault::NotMasked)}},
      {"126 announces 0 (5.2)",
       with(kFin | kText, 2, 0),
       {fault(Fault::LengthNotMinimal)}},
      {"126 announces 125 (5.2)",
       with(kFin | kText, 2, 125),
       {fault(Fault::LengthNotMinimal)}},
      {"127 announces 0 (5.2)",
       with(kFin | kText, 8, 0),
       {fault(Fault::LengthNotMinimal)}},
      {"127 announces 126 (5.2)",
       with(kFin | kText, 8, 126),
       {fault(Fault::LengthNotMinimal)}},
      {"127 announces 65535 (5.2)",
       with(kFin | kText, 8, 65535),
       {fault(Fault::LengthNotMinimal)}},
      {"the highest bit of 64 (5.2)",
       with(kFin | kText, 8, top),
       {fault(Fault::LengthOutOfRange)}},
      {"all of 64 bits (5.2)",
       with(kFin | kText, 8, top | (top - 1)),
       {fault(Fault::LengthOutOfRange)}},
      {"all of 63 bits: allowed, and too big",
       with(kFin | kText, 8, top - 1),
       {fault(Fault::MessageTooBig)}},
      {"ping of 126 (5.5)",
       frame(kFin | kPing, std::string(126, 'p')),
       {fault(Fault::ControlTooLong)}},
      {"pong with a 64-bit length (5.5)",
       with(kFin | kPong, 8, 1),
       {fault(Fault::ControlTooLong)}},
      {"close of 126 (5.5)",
       frame(kFin | kClose, std::string(126, 'p')),
       {fault(Fault::ControlTooLong)}},
  };
  for (const Case& each : cases) run(each);
}

TEST(FrameReader, BoundsAMessageByItsHeads) {
  constexpr std::uint32_t kSmall = 300;
  const std::string most(kSmall, 'm');
  const std::string half(kSmall / 2, 'h');
  Case cases[] = {
      {"at the limit", frame(kFin | kText, most), {"text " + most}},
      {"one over, only the head has come",
       head(kFin | kText, kSmall + 1) + "mask",
       {fault(Fault::MessageTooBig)}},
      {"fragments at the limit",
       frame(kText, half) + frame(kFin, half),
       {"text " + half + half}},
      {"at the limit, then an empty end",
       frame(kText, most) + frame(kFin, ""),
       {"text " + most}},
      {"fragments one over, only the head has come",
       frame(kText, half) + head(kFin, kSmall / 2 + 1) + "mask",
       {fault(Fault::MessageTooBig)}},
      {"one more byte after the limit",
       frame(kText, most) + head(0, 1) + "mask",
       {fault(Fault::MessageTooBig)}},
      {"a control frame does not count",
       frame(kText, most) + frame(kFin | kPing, "p") + frame(kFin, ""),
       {"ping p", "text " + most}},
  };
  for (Case& each : cases) {
    each.limit = kSmall;
    run(each);
  }
}

TEST(FrameReader, ChecksTextAcrossFragments) {
  const std::string kosme = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5";
  std::vector<Case> cases = {
      {"text (8.1)", frame(kFin | kText, kosme), {"text " + kosme}},
      {"the last and the first of their planes",
       frame(kFin | kText, "\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80"),
       {"text \xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80"}},
      {"ends inside a character",
       frame(kFin | kText, "\xF0\x9F\x98"),
       {fault(Fault::TextNotUtf8)}},
      {"ends inside a character, in fragments",
       frame(kText, "\xF0\x9F") + frame(kFin, "\x98"),
       {fault(Fault::TextNotUtf8)}},
      {"ends inside a character, the last fragment empty",
       frame(kText, "\xF0\x9F\x98") + frame(kFin, ""),
       {fault(Fault::TextNotUtf8)}},
      {"wrong in the first fragment, the rest never comes",
       frame(kText, "\xFF"),
       {fault(Fault::TextNotUtf8)}},
      {"wrong after a ping in between",
       frame(kText, "\xE2\x82") + frame(kFin | kPing, "\x80") +
           frame(kFin, "("),
       {"ping \x80", fault(Fault::TextNotUtf8)}},
      {"what follows a fault is discarded",
       frame(kFin | kText, "\xFF") + frame(kFin | kText, "x"),
       {fault(Fault::TextNotUtf8)}},
  };
  for (std::size_t at = 0; at <= kosme.size(); ++at) {
    cases.push_back(
        {"a character cut at " + std::to_string(at),
         frame(kText, kosme.substr(0, at)) + frame(kFin, kosme.substr(at)),
         {"text " + kosme}});
  }
  for (const Case& each : cases) run(each);
}

struct WrongText {
  const char* name;
  std::string text;
  std::size_t wrong_at;  // the byte that nothing could make good
};

// How many bytes of `bytes` the reader takes before it speaks.
std::size_t silent_bytes(FrameReader* reader, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Log log;
    feed(reader, bytes.substr(at, 1), &log);
    if (log.empty()) continue;
    EXPECT_EQ(log, Log{fault(Fault::TextNotUtf8)});
    return at;
  }
  return bytes.size();
}

TEST(FrameReader, FailsAtTheFirstWrongByteOfAnUnfinishedFrame) {
  const WrongText texts[] = {
      {"a lone continuation", "\x80", 0},
      {"never a byte of UTF-8", "ok\xFF", 2},
      {"overlong in two", "\xC0\xAF", 0},
      {"overlong in three", "\xE0\x9F\xBF", 1},
      {"overlong in four", "\xF0\x8F\xBF\xBF", 1},
      {"a surrogate", "\xED\xA0\x80", 1},
      {"over U+10FFFF", "\xF4\x90\x80\x80", 1},
      {"a lead that is too high", "\xF5\x80\x80\x80", 0},
      {"a lead where a continuation belongs", "\xE2\x82\xC3", 2},
      {"ASCII where a continuation belongs", "\xF0\x9F\x98(", 3},
      {"after 16 bytes of ASCII", "0123456789abcdef\xC1", 16},
      {"after good text", "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xED\xA0\x80", 8},
  };
  for (const WrongText& each : texts) {
    SCOPED_TRACE(each.name);
    const std::string tail(200, 'x');
    const std::string one = frame(kFin | kText, each.text + tail);
    FrameReader whole(kLimit);
    EXPECT_EQ(silent_bytes(&whole, one), 4 + 4 + each.wrong_at);

    // The same in two fragments, wherever the text is cut between them.
    for (std::size_t cut = 0; cut <= each.wrong_at; ++cut) {
      const std::string first = frame(kText, each.text.substr(0, cut));
      const std::string second = frame(kFin, each.text.substr(cut) + tail);
      FrameReader reader(kLimit);
      EXPECT_EQ(silent_bytes(&reader, first + second),
                first.size() + 4 + 4 + each.wrong_at - cut);
    }
  }
}

TEST(FrameReader, ReadsClose) {
  const std::string longest(123, 'r');
  const Case cases[] = {
      {"no code (7.1.5)", frame(kFin | kClose, ""), {"close 1005 "}},
      {"a code", close_frame(1000), {"close 1000 "}},
      {"a reason", close_frame(4999, "\xC3\xA9"), {"close 4999 \xC3\xA9"}},
      {"the longest reason",
       close_frame(1000, longest),
       {"close 1000 " + longest}},
      {"one byte (5.5.1)",
       frame(kFin | kClose, "\x03"),
       {fault(Fault::CloseCodeCut)}},
      {"a reserved code (7.4.1)",
       close_frame(1005),
       {fault(Fault::CloseCodeInvalid)}},
      {"reason not UTF-8 (5.5.1)",
       close_frame(1000, "\xFF"),
       {fault(Fault::CloseReasonNotUtf8)}},
      {"reason ends inside a character",
       close_frame(1000, "\xE2\x82"),
       {fault(Fault::CloseReasonNotUtf8)}},
      {"frames after it are discarded (5.5.1)",
       close_frame(1000) + frame(kFin | kText, "late"),
       {"close 1000 "}},
      {"even broken ones", close_frame(1000) + "\xFF\xFF", {"close 1000 "}},
  };
  for (const Case& each : cases) run(each);
}

// §7.4.1 and IANA's registry of close codes.
TEST(FrameReader, JudgesEveryCloseCode) {
  constexpr std::pair<unsigned, unsigned> kAllowed[] = {
      {1000, 1003}, {1007, 1014}, {3000, 4999}};
  for (unsigned code = 0; code < 65536; ++code) {
    const bool allowed = std::ranges::any_of(kAllowed, [&](const auto& range) {
      return range.first <= code && code <= range.second;
    });
    FrameReader reader(kLimit);
    Log log;
    feed(&reader, close_frame(code), &log);
    const Log expected = {allowed ? "close " + std::to_string(code) + ' '
                                  : fault(Fault::CloseCodeInvalid)};
    ASSERT_EQ(log, expected);
  }
}

TEST(FrameReader, ReadsWholeFramesWhereTheyStand) {
  const std::string bytes = frame(kFin | kText, "Hello") +
                            frame(kFin | kPing, "ping") +
                            frame(kFin | kBinary, "World");
  std::vector<char> memory(bytes.begin(), bytes.end());
  std::span<char> input(memory);
  FrameReader reader(kLimit);
  const std::size_t places[] = {6, 6 + 5 + 6, 6 + 5 + 6 + 4 + 6};
  for (const std::size_t place : places) {
    EXPECT_EQ(reader.next(&input).payload.data(), memory.data() + place);
    EXPECT_EQ(reader.held_bytes(), 0u);
  }
  EXPECT_EQ(reader.next(&input).kind, Event::Kind::NeedBytes);
}

TEST(FrameReader, HoldsMemoryOnlyForBytesThatCame) {
  constexpr std::size_t kState = 300;
  FrameReader reader(kLimit);
  Log log;
  feed(&reader, head(kFin | kText, kLimit) + "mask", &log);
  EXPECT_LE(reader.held_bytes(), kState) << "a promise of bytes costs nothing";
  for (std::uint32_t i = 0; i + 1 < kLimit; ++i) {
    feed(&reader, std::string(1, kMask[i % 4] & 0x1F), &log);
    ASSERT_LE(reader.held_bytes(), 2 * kLimit + kState);
  }
}

TEST(FrameReader, BoundsNoControlFrameByTheMessageLimit) {
  FrameReader reader(4);
  Log log;
  feed(&reader, frame(kFin | kPing, "longer"), &log);
  feed(&reader, frame(kFin | kText, "long!"), &log);
  EXPECT_EQ(log, (Log{"ping longer", fault(Fault::MessageTooBig)}));
}

TEST(FrameReader, GoesOnWhereItWasAfterAMove) {
  FrameReader reader(kLimit);
  Log log;
  const std::string bytes = frame(kFin | kText, "Hello");
  feed(&reader, bytes.substr(0, 8), &log);
  FrameReader other = std::move(reader);
  feed(&other, bytes.substr(8), &log);
  EXPECT_EQ(log, Log{"text Hello"});
}

}  // namespace
}  // namespace papo::websocket
