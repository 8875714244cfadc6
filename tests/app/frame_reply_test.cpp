#include "app/frame_reply.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "support/outbox_text.h"

namespace papo::app {
namespace {

using support::text_of;

class FrameReplyTest : public testing::Test {
 protected:
  std::string frame() {
    std::string text = text_of(connection_.outbox);
    connection_.outbox.clear(&connections_.pool());
    EXPECT_EQ(text[0], '\x81');  // FIN and text (RFC 6455 §5.2)
    EXPECT_EQ(std::size_t(static_cast<unsigned char>(text[1])),
              text.size() - 2);
    return text.substr(2);
  }

  Options options_;
  Metrics metrics_;
  Connections connections_{&options_, &metrics_, {}};
  Connection connection_;
};

TEST_F(FrameReplyTest, AnswersCommandsOfAWebSocket) {
  FrameReply plain(&connections_, &connection_, {});
  FrameReply with_ref(&connections_, &connection_, "7");
  plain.succeed({});
  EXPECT_EQ(frame(), R"({"type":"ok"})");
  with_ref.succeed({});
  EXPECT_EQ(frame(), R"({"type":"ok","ref":7})");
  with_ref.answer({.text = R"("a":)", .rest = "1"});
  EXPECT_EQ(frame(), R"({"type":"ok","ref":7,"a":1})");
  with_ref.refuse({ErrorCode::NotFound, "x"});
  EXPECT_EQ(frame(),
            R"({"type":"error","ref":7,"code":"not_found","message":"x"})");
  plain.refuse({ErrorCode::NotFound, "x", "f"});
  EXPECT_EQ(frame(),
            R"({"type":"error","code":"not_found","message":"x","field":"f"})");
}

TEST_F(FrameReplyTest, FramesAPageByItsWholeLength) {
  chat::Page page;
  page.whole = base::SharedBytes(std::string(70'000, 'p'));
  page.size = 70'000;
  FrameReply(&connections_, &connection_, {})
      .answer({.text = R"("m":[)", .page = &page, .rest = "]"});
  const std::string text = text_of(connection_.outbox);
  const std::string json =
      R"({"type":"ok","m":[)" + std::string(70'000, 'p') + "]}";
  // 127: eight bytes of length follow (RFC 6455 §5.2).
  const std::string head = {'\x81',
                            '\x7F',
                            0,
                            0,
                            0,
                            0,
                            0,
                            static_cast<char>(json.size() >> 16),
                            static_cast<char>(json.size() >> 8 & 0xFF),
                            static_cast<char>(json.size() & 0xFF)};
  EXPECT_EQ(text, head + json);
}

}  // namespace
}  // namespace papo::app
