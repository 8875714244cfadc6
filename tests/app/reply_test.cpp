#include "app/reply.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace papo::app {
namespace {

constexpr base::Micros kNow{1'700'000'000'000'000};
constexpr std::string_view kDate = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n";

std::string text_of(const Outbox& outbox) {
  std::array<std::string_view, 16> pieces;
  const std::size_t count = outbox.gather(pieces);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(pieces[i]);
  return text;
}

class ReplyTest : public testing::Test {
 protected:
  ReplyTest() { replier_.set_time(kNow); }

  std::string http(const ReplyTo& to, const Answer& answer) {
    replier_.write_http(&connection_, to, answer);
    std::string text = text_of(connection_.outbox);
    connection_.outbox.clear(&pool_);
    return text;
  }
  std::string frame() {
    std::string text = text_of(connection_.outbox);
    connection_.outbox.clear(&pool_);
    EXPECT_EQ(text[0], '\x81');  // FIN and text (RFC 6455 §5.2)
    EXPECT_EQ(std::size_t(static_cast<unsigned char>(text[1])),
              text.size() - 2);
    return text.substr(2);
  }

  Options options_;
  OutboxPool pool_;
  Replier replier_{&options_, &pool_};
  Connection connection_;
};

TEST_F(ReplyTest, WritesAWholeResponse) {
  EXPECT_EQ(http({}, {.text = "{}"}), "HTTP/1.1 200 OK\r\n" +
                                          std::string(kDate) +
                                          "Access-Control-Allow-Origin: *\r\n"
                                          "Content-Type: application/json\r\n"
                                          "X-Content-Type-Options: nosniff\r\n"
                                          "Cache-Control: no-store\r\n"
                                          "Content-Length: 2\r\n"
                                          "\r\n"
                                          "{}");
}

TEST_F(ReplyTest, SaysWhatBecomesOfTheConnection) {
  const struct {
    std::string_view rule;
    bool keep_alive;
    bool http_1_0;
    bool endless;
    std::string_view field;
  } rows[] = {
      {"it stays, by default (RFC 9112 §9.3)", true, false, false, ""},
      {"it closes", false, false, false, "Connection: close\r\n"},
      {"it stays in HTTP/1.0", true, true, false, "Connection: keep-alive\r\n"},
      {"it closes in HTTP/1.0", false, true, false, "Connection: close\r\n"},
      {"it ends the body", true, false, true, "Connection: close\r\n"},
      {"it ends the body in HTTP/1.0", true, true, true,
       "Connection: close\r\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const std::string text =
        http({.keep_alive = row.keep_alive, .http_1_0 = row.http_1_0},
             {.text = "x", .endless = row.endless});
    const std::size_t at = text.find("Connection: ");
    if (row.field.empty()) {
      EXPECT_EQ(at, std::string::npos);
    } else {
      EXPECT_EQ(text.substr(at, row.field.size()), row.field);
    }
    EXPECT_EQ(text.find("Content-Length") == std::string::npos, row.endless);
  }
}

// RFC 9110 §9.3.2: the head is what GET's would be, the body is not sent.
TEST_F(ReplyTest, LeavesTheBodyOutForHead) {
  chat::Page page;
  page.whole = base::SharedBytes(std::string(3'000, 'p'));
  page.size = 3'000;
  const Answer answer = {.text = "[", .page = &page, .rest = "]"};
  const std::string whole = http({}, answer);
  const std::string head = http({.head_only = true}, answer);
  EXPECT_NE(head.find("Content-Length: 3002\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_EQ(whole, head + "[" + std::string(3'000, 'p') + "]");
}

TEST_F(ReplyTest, HasNoLengthWhereThereIsNoBody) {
  for (const int status : {101, 204, 304}) {
    const std::string text = http({}, {.status = status, .content_type = {}});
    EXPECT_EQ(text.find("Content-"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  }
}

TEST_F(ReplyTest, AddsMoreFields) {
  const std::string text = http({}, {.status = 405,
                                     .content_type = "text/plain",
                                     .headers = "Allow: GET\r\nX: y\r\n"});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_TRUE(text.ends_with("Allow: GET\r\nX: y\r\n\r\n"));
  EXPECT_EQ(text.find("no-store"), std::string::npos);
}

TEST_F(ReplyTest, RefersToThePageAndCopiesTheRest) {
  chat::Page page;
  page.whole = base::SharedBytes("<" + std::string(2'000, 'p') + ">");
  page.begin = 1;
  page.size = 2'000;
  replier_.write_http(&connection_, {},
                      {.text = "[", .page = &page, .rest = "]"});
  std::array<std::string_view, 4> pieces;
  ASSERT_EQ(connection_.outbox.gather(pieces), 3u);
  EXPECT_EQ(pieces[1].data(), page.whole.view().data() + 1);
  EXPECT_EQ(pieces[1].size(), 2'000u);
  EXPECT_EQ(pieces[2], "]");
}

TEST_F(ReplyTest, TellsWhichOriginsMayRead) {
  const Cors listed = {Cors::Mode::Listed, {"https://a.example", "https://b"}};
  const struct {
    std::string_view rule;
    Cors cors;
    std::int32_t origin;
    std::string_view allowed;
    bool varies;
  } rows[] = {
      {"any", {}, -1, "*", false},
      {"our own", {Cors::Mode::SameOrigin, {}}, -1, "", false},
      {"one of the list", listed, 1, "https://b", true},
      {"none of the list", listed, -1, "", true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    Options options;
    options.cors = row.cors;
    Replier replier(&options, &pool_);
    replier.set_time(kNow);
    replier.write_http(&connection_, {.origin = row.origin}, {});
    const std::string text = text_of(connection_.outbox);
    connection_.outbox.clear(&pool_);
    const std::string field = "Access-Control-Allow-Origin: ";
    const std::size_t at = text.find(field);
    EXPECT_EQ(at == std::string::npos, row.allowed.empty());
    if (!row.allowed.empty()) {
      EXPECT_TRUE(text.substr(at + field.size())
                      .starts_with(std::string(row.allowed) + "\r\n"));
    }
    EXPECT_EQ(text.find("Vary: Origin\r\n") != std::string::npos, row.varies);
  }
}

// A clock that goes back is shown as it is.
TEST_F(ReplyTest, DatesEachAnswerWithTheTurn) {
  const struct {
    std::int64_t seconds;
    std::string_view date;
  } rows[] = {
      {1'700'000'001, "Date: Tue, 14 Nov 2023 22:13:21 GMT\r\n"},
      {1'700'000'001, "Date: Tue, 14 Nov 2023 22:13:21 GMT\r\n"},
      {1'700'000'000, "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"},
      {0, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"},
      {951'782'400, "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n"},
  };
  for (const auto& row : rows) {
    replier_.set_time(std::chrono::seconds(row.seconds));
    EXPECT_NE(http({}, {}).find(row.date), std::string::npos) << row.date;
  }
}

TEST_F(ReplyTest, AnswersCommandsOfAWebSocket) {
  const ReplyTo plain = {.form = ReplyTo::Form::WebSocket};
  const ReplyTo with_ref = {.form = ReplyTo::Form::WebSocket, .ref = "7"};
  replier_.write_ok(&connection_, plain, {});
  EXPECT_EQ(frame(), R"({"type":"ok"})");
  replier_.write_ok(&connection_, with_ref, {});
  EXPECT_EQ(frame(), R"({"type":"ok","ref":7})");
  replier_.write_ok(&connection_, with_ref, {.text = R"("a":1)"});
  EXPECT_EQ(frame(), R"({"type":"ok","ref":7,"a":1})");
  replier_.write_error(&connection_, with_ref, {ErrorCode::NotFound, "x"});
  EXPECT_EQ(frame(),
            R"({"type":"error","ref":7,"code":"not_found","message":"x"})");
  replier_.write_error(&connection_, plain, {ErrorCode::NotFound, "x", "f"});
  EXPECT_EQ(frame(),
            R"({"type":"error","code":"not_found","message":"x","field":"f"})");
}

TEST_F(ReplyTest, FramesAPageByItsWholeLength) {
  chat::Page page;
  page.whole = base::SharedBytes(std::string(70'000, 'p'));
  page.size = 70'000;
  replier_.write_ok(&connection_, {.form = ReplyTo::Form::WebSocket},
                    {.text = R"("m":[)", .page = &page, .rest = "]"});
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
