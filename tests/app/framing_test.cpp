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
  EXPECT_EQ(frame(websocket_framing(), said), text_frame.append(json));
  EXPECT_EQ(frame(event_stream_framing(), said),
            "id: 7\nevent: message\ndata: " + json + "\n\n");
  EXPECT_EQ(frame(lines_framing(), said), json + "\n");
  EXPECT_EQ(frame(text_framing(), said), "ana: oi\n");
}

TEST(Framing, AppendsTheSameBytes) {
  const Said said{"message", 7, json_of(kMessage)};
  for (const Framing* each : {&websocket_framing(), &event_stream_framing(),
                              &lines_framing(), &text_framing()}) {
    std::string text = "before";
    append_framed(&text, *each, said);
    EXPECT_EQ(text, "before" + frame(*each, said));
  }
}

// Lines are what a shell reads: no line tells of what is not stored.
TEST(Framing, LinesCarryWhatIsStoredAlone) {
  const Said stored{"message", 7, json_of(kMessage)};
  const Said said{"typing", 0, json_of(kMessage)};
  for (const Framing* each : {&lines_framing(), &text_framing()}) {
    EXPECT_TRUE(each->carries(stored));
    EXPECT_FALSE(each->carries(said));
  }
  EXPECT_TRUE(websocket_framing().carries(said));
  EXPECT_TRUE(event_stream_framing().carries(said));
}

TEST(Framing, AnEventStreamAloneHasAPoint) {
  EXPECT_EQ(event_stream_framing().point(9), "id: 9\n\n");
  EXPECT_EQ(websocket_framing().point(9), "");
  EXPECT_EQ(lines_framing().point(9), "");
  EXPECT_EQ(text_framing().point(9), "");
}

TEST(Framing, KeepsASilentConnectionOpen) {
  EXPECT_EQ(event_stream_framing().heartbeat(0), ":\n\n");
  EXPECT_EQ(lines_framing().heartbeat(0), " ");
  EXPECT_EQ(text_framing().heartbeat(0), "");
  EXPECT_EQ(text_framing().heartbeat(1), "");
  EXPECT_EQ(text_framing().heartbeat(2), " ") << "every third time";
  EXPECT_EQ(websocket_framing().heartbeat(2), "") << "it has pings";
}

// Nobody can begin a line of somebody else's, or give orders to a terminal.
TEST(Framing, TextIsSafeToShow) {
  const Said said{
      "message", 7,
      json_of(R"({"type":"message","username":"eve","message":"a\nbia: b"})")};
  EXPECT_EQ(frame(text_framing(), said), "eve: a\n\tbia: b\n");
  const Said orders{
      "message", 7,
      json_of(R"({"type":"message","username":"eve","message":"\u001b[2J"})")};
  EXPECT_EQ(frame(text_framing(), orders).find('\x1b'), std::string::npos);
}

TEST(Framing, TellsOfAHole) {
  EXPECT_EQ(truncated_event("a\"b", 12),
            R"({"type":"truncated","room":"a\"b","after":12})");
}

}  // namespace
}  // namespace papo::app
