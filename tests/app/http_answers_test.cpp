#include "app/http_answers.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "support/no_door.h"
#include "support/outbox_text.h"

namespace papo::app {
namespace {

using support::text_of;

constexpr base::Micros kNow{1'700'000'000'000'000};
constexpr std::string_view kDate = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n";

class HttpAnswersTest : public testing::Test {
 protected:
  std::string http(const HttpReply& to, const HttpAnswer& answer) {
    connection_.door = &nobody_;
    answers_.answer(connection_, to, answer);
    return take();
  }
  std::string take() {
    std::string text = text_of(connection_.outbox);
    connection_.outbox.clear(&connections_.pool());
    return text;
  }

  Options options_;
  Metrics metrics_;
  Connections connections_{&options_, &metrics_, {kNow, kNow}};
  support::NoDoor nobody_;
  HttpAnswers answers_{&options_, &connections_, &metrics_, nullptr};
  Connection connection_;
};

TEST_F(HttpAnswersTest, WritesAWholeResponse) {
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

TEST_F(HttpAnswersTest, SaysWhatBecomesOfTheConnection) {
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
TEST_F(HttpAnswersTest, LeavesTheBodyOutForHead) {
  chat::Page page;
  page.whole = base::SharedBytes(std::string(3'000, 'p'));
  page.size = 3'000;
  const HttpAnswer answer = {.text = "[", .page = &page, .rest = "]"};
  const std::string whole = http({}, answer);
  const std::string head = http({.head_only = true}, answer);
  EXPECT_NE(head.find("Content-Length: 3002\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_EQ(whole, head + "[" + std::string(3'000, 'p') + "]");
}

TEST_F(HttpAnswersTest, HasNoLengthWhereThereIsNoBody) {
  for (const int status : {101, 204, 304}) {
    const std::string text = http({}, {.status = status, .content_type = {}});
    EXPECT_EQ(text.find("Content-"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  }
}

TEST_F(HttpAnswersTest, AddsMoreFields) {
  const std::string text = http({}, {.status = 405,
                                     .content_type = "text/plain",
                                     .headers = "Allow: GET\r\nX: y\r\n"});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_TRUE(text.ends_with("Allow: GET\r\nX: y\r\n\r\n"));
  EXPECT_EQ(text.find("no-store"), std::string::npos);
}

TEST_F(HttpAnswersTest, RefersToThePageAndCopiesTheRest) {
  chat::Page page;
  page.whole = base::SharedBytes("<" + std::string(2'000, 'p') + ">");
  page.begin = 1;
  page.size = 2'000;
  answers_.answer(connection_, {},
                  HttpAnswer{.text = "[", .page = &page, .rest = "]"});
  std::array<std::string_view, 4> pieces;
  ASSERT_EQ(connection_.outbox.gather(pieces), 3u);
  EXPECT_EQ(pieces[1].data(), page.whole.view().data() + 1);
  EXPECT_EQ(pieces[1].size(), 2'000u);
  EXPECT_EQ(pieces[2], "]");
}

TEST_F(HttpAnswersTest, TellsWhichOriginsMayRead) {
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
    HttpAnswers answers(&options, &connections_, &metrics_, nullptr);
    answers.answer(connection_, {.origin = row.origin}, HttpAnswer{});
    const std::string text = take();
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
TEST_F(HttpAnswersTest, DatesEachAnswerWithTheTurn) {
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
    Connections connections(&options_, &metrics_,
                            {std::chrono::seconds(row.seconds), kNow});
    HttpAnswers answers(&options_, &connections, &metrics_, nullptr);
    answers.answer(connection_, {}, HttpAnswer{});
    EXPECT_NE(take().find(row.date), std::string::npos) << row.date;
  }
}

TEST_F(HttpAnswersTest, SaysWhatSucceededAndWhatDidNot) {
  const auto body_of = [](const std::string& text) {
    return text.substr(text.find("\r\n\r\n") + 4);
  };
  connection_.door = &nobody_;
  answers_.succeed(connection_, {}, {});
  EXPECT_EQ(body_of(take()), R"({"status":"success"})");
  answers_.succeed(connection_, {}, R"("a":1)");
  EXPECT_EQ(body_of(take()), R"({"status":"success","a":1})");
  answers_.answer(connection_, {}, Members{.text = R"("a":[)", .rest = "]"});
  EXPECT_EQ(body_of(take()), R"({"a":[]})");
  answers_.refuse(connection_, {}, {ErrorCode::NotFound, "x", "f"}, "X: y\r\n");
  const std::string refused = take();
  EXPECT_NE(refused.find("404 Not Found\r\n"), refused.npos);
  EXPECT_NE(refused.find("\r\nX: y\r\n"), refused.npos);
  EXPECT_EQ(refused.find("Retry-After"), refused.npos);
  EXPECT_EQ(
      body_of(refused),
      R"({"status":"error","code":"not_found","message":"x","field":"f"})");
  answers_.refuse(connection_, {}, not_stored());
  EXPECT_NE(take().find("\r\nRetry-After: 5\r\n"), std::string::npos);
  EXPECT_EQ(metrics_.responses[2], 3u);
  EXPECT_EQ(metrics_.responses[4], 1u);
  EXPECT_EQ(metrics_.responses[5], 1u);
}

// The last answer is sent, and nothing is read any more.
TEST_F(HttpAnswersTest, ClosesAfterTheLastAnswer) {
  connection_.door = &nobody_;
  answers_.refuse(connection_, HttpReply::last(), not_stored());
  EXPECT_NE(connection_.door, &nobody_);
  EXPECT_EQ(connection_.door->when_sent(connection_), Ending::FinishSending);
  EXPECT_NE(take().find("Connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace papo::app
