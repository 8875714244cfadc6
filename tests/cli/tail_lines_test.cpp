#include "cli/tail_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "support/splits.h"

namespace papo::cli {
namespace {

constexpr std::string_view kStream =
    R"({"type":"truncated","room":"a","after":3})"
    "\n"
    R"({"type":"system","event":"join","user":"ana","id":5,"room":"a",)"
    R"("message":"ana joined the room","timestamp":0.000005})"
    "\n   "
    R"({"type":"message","id":6,"room":"a","username":"ana","message":)"
    R"("oi\nl\u00e1 \u001b[2J","timestamp":0.000006})"
    "\n"
    R"({"type":"edit","id":7,"target":6,"room":"a","username":"ana",)"
    R"("message":"x","timestamp":0.000007})"
    "\n"
    R"({"type":"delete","id":8,"target":6,"room":"a","username":"ana",)"
    R"("timestamp":0.000008})"
    "\n"
    R"({"type":"of the future","id":9})"
    "\nnot JSON\n"
    R"({"type":"message","id":10,"half a line)";

TEST(TailLines, ShowsEntriesAsTheServerWould) {
  support::for_every_split(kStream, [](const support::Pieces& pieces) {
    TailLines lines(false, 4);
    EXPECT_EQ(lines.last_id(), 4U);
    std::string out;
    for (const std::string_view piece : pieces) {
      ASSERT_TRUE(lines.take(piece, &out));
    }
    EXPECT_EQ(out,
              "* older messages are missing\n"
              "* ana joined the room\n"
              "ana: oi\n\tl\xC3\xA1 ?[2J\n"
              "* ana edited: x\n"
              "* ana deleted a message\n");
    EXPECT_EQ(lines.last_id(), 9U);
  });
}

TEST(TailLines, PassesObjectsOnAsTheyAre) {
  const std::string_view line = R"({"type":"message","id":6,"x":"\u001b"})";
  TailLines lines(true, 0);
  std::string out;
  ASSERT_TRUE(lines.take("  " + std::string(line) + "\nno object\n", &out));
  EXPECT_EQ(out, std::string(line).append(1, '\n'));
  EXPECT_EQ(lines.last_id(), 6U);
}

TEST(TailLines, ForgetsHalfALineWhenAStreamBeginsAnew) {
  TailLines lines(true, 0);
  std::string out;
  ASSERT_TRUE(lines.take(R"({"id":1})"
                         "\n"
                         R"({"id":)",
                         &out));
  lines.restart();
  ASSERT_TRUE(lines.take(R"({"id":2})"
                         "\n",
                         &out));
  EXPECT_EQ(out, "{\"id\":1}\n{\"id\":2}\n");
  EXPECT_EQ(lines.last_id(), 2U);
}

}  // namespace
}  // namespace papo::cli
