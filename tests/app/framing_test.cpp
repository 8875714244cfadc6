#include "app/framing.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::app {
namespace {

const base::SharedBytes& json_of(std::string_view text) {
  static base::SharedBytes json;
  json = base::SharedBytes(text);
  return json;
}

std::string frame(const Framing& framing, const Said& said) {
  return std::string(framed(framing, said).view());
}

constexpr std::string_view kMessage =
    R"({"type":"message","username":"ana","message":"oi"})";

TEST(Framing, WritesAnEventForEachTransport) {
  const Said said{"message", 7, json_of(kMessage)};
  const std::string json(kMessage);
  std::string text_frame = "\x81";
  text_frame.push_back(static_cast<char>(json.size()));
  EXPECT_EQ(frame(kWebSocketFraming, said), text_frame.append(json));
  EXPECT_EQ(frame(kEventStreamFraming, said),
            "id: 7\nevent: message\ndata: " + json + "\n\n");
  EXPECT_EQ(frame(kLinesFraming, said), json + "\n");
  EXPECT_EQ(frame(kTextFraming, said), "ana: oi\n");
}

TEST(Framing, AppendsTheSameBytes) {
  const Said said{"message", 7, json_of(kMessage)};
  for (const Framing* each : {&kWebSocketFraming, &kEventStreamFraming,
                              &kLinesFraming, &kTextFraming}) {
    std::string text = "before";
    append_framed(&text, *each, said);
    EXPECT_EQ(text, "before" + frame(*each, said));
  }
}

// Lines are what a shell reads: no line tells of what is not stored.
TEST(Framing, LinesCarryWhatIsStoredAlone) {
  const Said stored{"message", 7, json_of(kMessage)};
  const Said said{"typing", 0, json_of(kMessage)};
  for (const Framing* each : {&kLinesFraming, &kTextFraming}) {
    EXPECT_TRUE(each->carries(stored));
    EXPECT_FALSE(each->carries(said));
  }
  EXPECT_TRUE(kWebSocketFraming.carries(said));
  EXPECT_TRUE(kEventStreamFraming.carries(said));
}

TEST(Framing, AnEventStreamAloneHasAPoint) {
  EXPECT_EQ(kEventStreamFraming.point(9), "id: 9\n\n");
  EXPECT_EQ(kWebSocketFraming.point(9), "");
  EXPECT_EQ(kLinesFraming.point(9), "");
  EXPECT_EQ(kTextFraming.point(9), "");
}

TEST(Framing, KeepsASilentConnectionOpen) {
  EXPECT_EQ(kEventStreamFraming.heartbeat(0), ":\n\n");
  EXPECT_EQ(kLinesFraming.heartbeat(0), " ");
  EXPECT_EQ(kTextFraming.heartbeat(0), "");
  EXPECT_EQ(kTextFraming.heartbeat(1), "");
  EXPECT_EQ(kTextFraming.heartbeat(2), " ") << "every third time";
  EXPECT_EQ(kWebSocketFraming.heartbeat(2), "") << "it has pings";
}

// Nobody can begin a line of somebody else's, or give orders to a terminal.
TEST(Framing, TextIsSafeToShow) {
  const Said said{
      "message", 7,
      json_of(R"({"type":"message","username":"eve","message":"a\nbia: b"})")};
  EXPECT_EQ(frame(kTextFraming, said), "eve: a\n\tbia: b\n");
  const Said orders{
      "message", 7,
      json_of(R"({"type":"message","username":"eve","message":"\u001b[2J"})")};
  EXPECT_EQ(frame(kTextFraming, orders).find('\x1b'), std::string::npos);
}

TEST(Framing, TellsOfAHole) {
  EXPECT_EQ(truncated_event("a\"b", 12),
            R"({"type":"truncated","room":"a\"b","after":12})");
}

}  // namespace
}  // namespace papo::app
