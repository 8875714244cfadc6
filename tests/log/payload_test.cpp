#include "log/payload.h"

#include <gtest/gtest.h>

#include <string>

#include "support/hex.h"

namespace papo::log {
namespace {

using support::from_hex;
using support::to_hex;

TEST(Payload, WritesNumbersInSevenBits) {
  struct Case {
    std::uint64_t value;
    const char* bytes;
  };
  const Case cases[] = {
      {0, "00"},          {1, "01"},
      {127, "7f"},        {128, "8001"},
      {300, "ac02"},      {16'383, "ff7f"},
      {16'384, "808001"}, {~std::uint64_t{0}, "ffffffffffffffffff01"},
  };
  for (const Case& each : cases) {
    std::string bytes;
    PayloadWriter(&bytes).number(each.value);
    EXPECT_EQ(to_hex(bytes), each.bytes);
    PayloadReader reader(bytes);
    EXPECT_EQ(reader.number(), each.value);
    EXPECT_TRUE(reader.done());
  }
}

TEST(Payload, FailsAtWhatIsNotThereAndStaysSo) {
  const struct {
    const char* name;
    const char* bytes;
  } cases[] = {
      {"nothing", ""},
      {"a number without its end", "80"},
      {"a number of eleven bytes", "8080808080808080808001"},
      {"a text longer than the rest", "0361 62"},
      {"a text of the greatest size", "ffffffffffffffffff01 61"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    const std::string bytes = from_hex(each.bytes);
    PayloadReader reader(bytes);
    EXPECT_EQ(reader.text(), "");
    EXPECT_FALSE(reader.done());
    EXPECT_EQ(reader.byte(), 0);
    EXPECT_EQ(reader.fixed(), 0u);
    EXPECT_EQ(reader.number(), 0u);
    EXPECT_FALSE(reader.done());
  }
}

TEST(Payload, IsNotDoneWhileBytesAreLeft) {
  PayloadReader reader("\x01y!");
  EXPECT_EQ(reader.text(), "y");
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.byte(), '!');
  EXPECT_TRUE(reader.done());
}

TEST(Payload, KeepsFixedNumbersLittleEndian) {
  std::string bytes;
  PayloadWriter(&bytes).fixed(0x0102030405060708).byte(9);
  EXPECT_EQ(to_hex(bytes), "080706050403020109");
  PayloadReader reader(bytes);
  EXPECT_EQ(reader.fixed(), 0x0102030405060708u);
  EXPECT_EQ(reader.byte(), 9);
  EXPECT_TRUE(reader.done());
}

}  // namespace
}  // namespace papo::log
