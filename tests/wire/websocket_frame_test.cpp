#include "wire/websocket_frame.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace papo::websocket {
namespace {

TEST(WebsocketFrame, HeadHasTheShortestLength) {
  struct Row {
    const char* name;
    Opcode opcode;
    std::uint64_t size;
    std::string head;
  };
  const Row rows[] = {
      {"empty text", Opcode::Text, 0, std::string("\x81\x00", 2)},
      {"the last of seven bits (5.2)", Opcode::Text, 125, "\x81\x7D"},
      {"the first of sixteen bits (5.2)", Opcode::Text, 126,
       std::string("\x81\x7E\x00\x7E", 4)},
      {"127", Opcode::Binary, 127, std::string("\x82\x7E\x00\x7F", 4)},
      {"the last of sixteen bits (5.2)", Opcode::Binary, 65535,
       "\x82\x7E\xFF\xFF"},
      {"the first of 64 bits (5.2)", Opcode::Text, 65536,
       std::string("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10)},
      {"every byte in its place", Opcode::Text, 0x0102030405060708,
       "\x81\x7F\x01\x02\x03\x04\x05\x06\x07\x08"},
      {"close", Opcode::Close, 2, "\x88\x02"},
      {"ping", Opcode::Ping, 125, "\x89\x7D"},
      {"pong", Opcode::Pong, 1, "\x8A\x01"},
  };
  for (const Row& each : rows) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(frame_head(each.opcode, each.size).view(), each.head);
  }
  EXPECT_DEATH(frame_head(Opcode::Ping, 126), "CHECK failed");
}

TEST(WebsocketFrame, AppendsHeadAndPayload) {
  std::string out = "before";
  append_frame(&out, Opcode::Text, "Hello");
  append_frame(&out, Opcode::Pong, "");
  EXPECT_EQ(out, std::string("before\x81\x05Hello\x8A\x00", 15));
}

TEST(WebsocketFrame, ClosePayloadIsCodeAndReason) {
  EXPECT_EQ(close_payload(kNormalClosure, ""), "\x03\xE8");
  EXPECT_EQ(close_payload(4999, "bye"),
            "\x13\x87"
            "bye");
  EXPECT_EQ(close_payload(kNoStatus, ""), "");
  EXPECT_EQ(close_payload(1000, std::string(123, 'x')).size(), 125u);
  EXPECT_DEATH(close_payload(1000, std::string(124, 'x')), "CHECK failed");
  EXPECT_DEATH(close_payload(1006, ""), "CHECK failed");
  EXPECT_DEATH(close_payload(kNoStatus, "why"), "CHECK failed");
}

TEST(WebsocketFrame, EveryFaultHasItsCodeAndAReasonThatFits) {
  struct Row {
    Fault fault;
    CloseCode code;
  };
  const Row rows[] = {
      {Fault::ReservedBits, 1002},       {Fault::ReservedOpcode, 1002},
      {Fault::FragmentedControl, 1002},  {Fault::NotMasked, 1002},
      {Fault::ControlTooLong, 1002},     {Fault::LengthNotMinimal, 1002},
      {Fault::LengthOutOfRange, 1002},   {Fault::StrayContinuation, 1002},
      {Fault::InterruptedMessage, 1002}, {Fault::MessageTooBig, 1009},
      {Fault::TextNotUtf8, 1007},        {Fault::CloseCodeCut, 1002},
      {Fault::CloseCodeInvalid, 1002},   {Fault::CloseReasonNotUtf8, 1007},
  };
  std::set<std::string_view> reasons;
  for (const Row& each : rows) {
    SCOPED_TRACE(describe(each.fault));
    EXPECT_EQ(close_code_for(each.fault), each.code);
    EXPECT_TRUE(is_sendable(each.code));
    EXPECT_LE(describe(each.fault).size(), kCloseReasonBytesMax);
    EXPECT_TRUE(reasons.insert(describe(each.fault)).second);
  }
}

}  // namespace
}  // namespace papo::websocket
