// What calls make of their fields, as a client sees it: every edge of every
// field, once in a query and once in JSON where both can be.
#include "app/field_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/machine_driver.h"

namespace papo::app {
namespace {

using support::get;
using support::HttpAnswer;
using support::MachineDriver;
using support::post;

std::string repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated.append(text);
  return repeated;
}

class FieldReaderTest : public testing::Test {
 protected:
  FieldReaderTest() {
    ask(post("/join", R"({"room":"r","username":"ana"})"));
    ask(post("/send", R"({"room":"r","username":"ana","message":"oi"})"));
  }

  HttpAnswer ask(std::string_view request) {
    driver_.send(id_, request);
    const auto answers = driver_.take_answers(id_);
    if (answers.size() == 1) return answers[0];
    ADD_FAILURE() << answers.size() << " answers to " << request;
    return {};
  }
  void expect_error(const HttpAnswer& answer, int status, std::string_view code,
                    std::string_view field) {
    EXPECT_EQ(answer.status, status);
    EXPECT_TRUE(answer.body.starts_with(R"({"status":"error","code":")" +
                                        std::string(code) + "\""))
        << answer.body;
    const std::string member = R"("field":")" + std::string(field) + "\"";
    EXPECT_EQ(answer.body.find(member) != std::string::npos, !field.empty())
        << answer.body;
  }

  MachineDriver driver_;
  ConnectionId id_ = driver_.connect();
};

TEST_F(FieldReaderTest, ReadsPointsLimitsAndWaits) {
  const struct {
    std::string_view query;
    std::string_view field;  // at fault; "" where the query is good
  } rows[] = {
      {"after=0", ""},
      {"after=18446744073709551615", ""},
      {"after=18446744073709551616", "after"},
      {"after=-1", "after"},
      {"after=-0", "after"},
      {"after=1.0", "after"},
      {"after=1e3", "after"},
      {"after=", "after"},
      {"after=%20", "after"},
      {"after=0x10", "after"},
      {"after=%2B1", "after"},
      {"last_timestamp=0", ""},
      {"last_timestamp=0.0", ""},
      {"last_timestamp=1700000000.123456", ""},
      {"last_timestamp=1700000000.1234567890123", ""},
      {"last_timestamp=1e400", ""},
      {"last_timestamp=-1e400", ""},
      {"last_timestamp=1e-400", ""},
      {"last_timestamp=-5", ""},
      {"last_timestamp=99999999999999999999999999", ""},
      {"last_timestamp=NaN", "last_timestamp"},
      {"last_timestamp=inf", "last_timestamp"},
      {"last_timestamp=", "last_timestamp"},
      {"last_timestamp=1,5", "last_timestamp"},
      {"last_timestamp=undefined", "last_timestamp"},
      {"after=0&last_timestamp=x", ""},  // `after` is asked first
      {"limit=1", ""},
      {"limit=18446744073709551615", ""},
      {"limit=18446744073709551616", "limit"},
      {"limit=0", "limit"},
      {"limit=-1", "limit"},
      {"limit=1.5", "limit"},
      {"limit=", "limit"},
      {"wait=0", ""},
      {"wait=60", ""},
      {"wait=0.5", ""},
      {"wait=60.000001", "wait"},
      {"wait=61", "wait"},
      {"wait=1e9999999999", "wait"},
      {"wait=-1", "wait"},
      {"wait=-0", "wait"},
      {"wait=x", "wait"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.query);
    const HttpAnswer answer =
        ask(get("/receive?room=r&" + std::string(row.query)));
    if (row.field.empty()) {
      EXPECT_EQ(answer.status, 200);
    } else {
      expect_error(answer, 400, "invalid_field", row.field);
    }
  }
}

// `after` and `last_timestamp` are two spellings of one point.
TEST_F(FieldReaderTest, FindsThePointInEitherSpelling) {
  const std::string last = std::to_string(driver_.store().last_id());
  const std::string seconds = last.substr(0, 10) + "." + last.substr(10);
  const std::string before = std::to_string(driver_.store().last_id() - 1);
  const struct {
    std::string query;
    bool has_message;
  } rows[] = {
      {"after=" + last, false},
      {"after=" + before, true},
      {"last_timestamp=" + seconds, false},
      {"last_timestamp=" + seconds + "9", false},
      {"last_timestamp=" + before.substr(0, 10) + "." + before.substr(10),
       true},
      {"last_timestamp=1e400", true},  // ahead: of another life, all is given
      {"last_timestamp=0.1", true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.query);
    const std::string body = ask(get("/receive?room=r&" + row.query)).body;
    EXPECT_EQ(body.find("\"oi\"") != std::string::npos, row.has_message);
  }
}

TEST_F(FieldReaderTest, ReadsNames) {
  const struct {
    std::string_view rule;
    std::string json;  // the value of "room"
    std::string_view code;
  } rows[] = {
      {"missing", "null", "missing_field"},
      {"a number", "5", "invalid_field"},
      {"an array", "[\"r\"]", "invalid_field"},
      {"true", "true", "invalid_field"},
      {"empty", "\"\"", "invalid_field"},
      {"blank", "\"  \\t \"", "invalid_field"},
      {"NUL", "\"a\\u0000b\"", "invalid_field"},
      {"a line break", "\"a\\nb\"", "invalid_field"},
      {"a zero-width space", "\"\\u200b\"", "invalid_field"},
      {"turned round", "\"\\u202eana\"", "invalid_field"},
      {"a blank of Braille", "\"\\u2800\"", "invalid_field"},
      {"one dot", "\".\"", "invalid_field"},
      {"two dots", "\" ..\"", "invalid_field"},
      {"65 characters", "\"" + repeat("x", 65) + "\"", "invalid_field"},
      {"65 emoji", "\"" + repeat("\\ud83d\\ude00", 65) + "\"", "invalid_field"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const HttpAnswer answer =
        ask(post("/join", "{\"username\":\"ana\",\"room\":" + row.json + "}"));
    expect_error(answer, 400, row.code, "room");
  }
  EXPECT_EQ(driver_.store().room_count(), 1u);
  const HttpAnswer longest =
      ask(post("/join", "{\"username\":\" ana \",\"room\":\"" +
                            repeat("\\ud83d\\ude00", 64) + "\"}"));
  EXPECT_EQ(longest.status, 200);
  EXPECT_NE(longest.body.find("\"members\":[\"ana\"]"), std::string::npos);
}

// An answer that names all would cost a full room each time somebody comes.
TEST_F(FieldReaderTest, AJoinNamesTheFirstHundredMembersAndCountsThemAll) {
  std::string named = "\"ana\"";
  for (int i = 2; i <= 102; ++i) {
    const std::string user = "user" + std::to_string(i);
    const std::string body =
        ask(post("/join", R"({"room":"r","username":")" + user + "\"}")).body;
    if (i <= 100) named += ",\"" + user + "\"";
    const std::string end = R"("members":[)" + named + R"(],"member_count":)" +
                            std::to_string(i) + "}";
    ASSERT_TRUE(body.ends_with(end)) << body << "\n" << end;
  }
  const std::string all = ask(get("/members?room=r")).body;
  EXPECT_NE(all.find("\"user102\""), std::string::npos);
}

// What an older papo took for a name is one for as long as it is there.
TEST_F(FieldReaderTest, NamesOfBeforeAreStillNamesOfThoseWhoHaveThem) {
  const std::string old = "\xE2\x80\x8B";
  const auto leave = [&] {
    return ask(post("/leave", "room=" + old + "&username=" + old));
  };
  expect_error(leave(), 400, "invalid_field", "room");
  ASSERT_TRUE(driver_.store().apply({.kind = chat::CommandKind::Join,
                                     .time = driver_.now().wall,
                                     .room = old,
                                     .user = old},
                                    nullptr));
  EXPECT_EQ(ask(get("/receive?room=%E2%80%8B")).status, 200);
  EXPECT_EQ(ask(get("/r/%E2%80%8B?poll=1")).status, 200);
  EXPECT_EQ(ask(get("/user_rooms?username=%E2%80%8B")).body,
            "{\"rooms\":[\"" + old + "\"]}");
  EXPECT_EQ(leave().status, 200);
  expect_error(leave(), 400, "invalid_field", "room");
}

TEST_F(FieldReaderTest, ReadsMessages) {
  const struct {
    std::string_view rule;
    std::string json;  // the value of "message"
    int status;
    std::string_view code;
  } rows[] = {
      {"missing", "null", 400, "missing_field"},
      {"empty", "\"\"", 400, "invalid_field"},
      {"a number", "1", 400, "invalid_field"},
      {"one byte", "\"x\"", 200, ""},
      {"spaces are a message", "\"  \"", 200, ""},
      {"NUL is a message", "\"\\u0000\"", 200, ""},
      {"at the limit", "\"" + repeat("x", 8'192) + "\"", 200, ""},
      {"one over", "\"" + repeat("x", 8'193) + "\"", 413, "message_too_long"},
      {"at the limit, escaped", "\"" + repeat("\\u0001", 8'192) + "\"", 200,
       ""},
      {"in bytes, not characters", "\"" + repeat("\xC3\xA9", 4'097) + "\"", 413,
       "message_too_long"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const HttpAnswer answer = ask(post(
        "/send",
        "{\"room\":\"r\",\"username\":\"ana\",\"message\":" + row.json + "}"));
    if (row.status == 200) {
      EXPECT_EQ(answer.status, 200) << answer.body;
    } else {
      expect_error(answer, row.status, row.code, "message");
    }
  }
}

TEST_F(FieldReaderTest, ReadsClientIdsTargetsAndTopics) {
  const struct {
    std::string_view rule;
    std::string_view path;
    std::string members;
    std::string_view field;  // at fault; "" where the call is good
  } rows[] = {
      {"client_id at the limit", "/send",
       R"("message":"x","client_id":")" + repeat("c", 64) + "\"", ""},
      {"one over", "/send",
       R"("message":"x","client_id":")" + repeat("c", 65) + "\"", "client_id"},
      {"a number", "/send", R"("message":"x","client_id":5)", "client_id"},
      {"null", "/send", R"("message":"x","client_id":null)", ""},
      {"empty", "/send", R"("message":"x","client_id":"")", ""},
      {"no id", "/edit", R"("message":"x")", "id"},
      {"a negative id", "/edit", R"("message":"x","id":-1)", "id"},
      {"a decimal id", "/delete", R"("id":1.0)", "id"},
      {"an id beyond 64 bits", "/delete", R"("id":18446744073709551616)", "id"},
      {"no topic", "/topic", "\"x\":1", "topic"},
      {"a topic that is none", "/topic", "\"topic\":1", "topic"},
      {"a topic at the limit", "/topic",
       "\"topic\":\"" + repeat("t", 1'024) + "\"", ""},
      {"one over", "/topic", "\"topic\":\"" + repeat("t", 1'025) + "\"",
       "topic"},
      {"no topic any more", "/topic", "\"topic\":\"\"", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    SCOPED_TRACE(row.path);
    const HttpAnswer answer = ask(
        post(row.path, R"({"room":"r","username":"ana",)" + row.members + "}"));
    if (row.field.empty()) {
      EXPECT_EQ(answer.status, 200) << answer.body;
    } else {
      EXPECT_EQ(answer.status, 400);
      EXPECT_NE(answer.body.find(R"("field":")" + std::string(row.field)),
                std::string::npos)
          << answer.body;
    }
  }
  for (const std::string_view id : {"0", "1", "18446744073709551615"}) {
    const HttpAnswer answer =
        ask(post("/delete", R"({"room":"r","username":"ana","id":)" +
                                std::string(id) + "}"));
    EXPECT_EQ(answer.status, 404);
    EXPECT_NE(answer.body.find("message_not_found"), std::string::npos);
  }
}

TEST_F(FieldReaderTest, ReadsRoomsInThePath) {
  const struct {
    std::string_view path;
    std::string_view room;  // "" where it cannot be one
  } rows[] = {
      {"/r/ops", "ops"},
      {"/r/a%20b", "a b"},
      {"/r/a+b", "a+b"},  // a plus is a plus in a path
      {"/r/a/b", "a/b"},
      {"/r/%20ops%20", "ops"},
      {"/r/caf%C3%A9", "caf\xC3\xA9"},
      {"/r/%00", ""},
      {"/r/a%00b", ""},
      {"/r/a%0Ab", ""},
      {"/r/%FF", ""},
      {"/r/%20", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    const HttpAnswer answer =
        ask(post(std::string(row.path) + "?username=ci", "oi"));
    if (row.room.empty()) {
      expect_error(answer, 400, "invalid_field", "room");
    } else {
      EXPECT_EQ(answer.status, 200) << answer.body;
      EXPECT_NE(driver_.store().find_room(row.room), nullptr);
    }
  }
}

TEST_F(FieldReaderTest, TakesARawBodyAsItIs) {
  const struct {
    std::string_view rule;
    std::string body;
    int status;
  } rows[] = {
      {"text", "deploy done\n", 200},
      {"what looks like a form", "a=1&message=x", 200},
      {"what looks like JSON", "{\"message\":1", 200},
      {"nothing", "", 400},
      {"not UTF-8", "\xFF\xFE", 400},
      {"at the limit", repeat("x", 8'192), 200},
      {"one over", repeat("x", 8'193), 413},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(ask(post("/r/r?username=ana", row.body)).status, row.status);
  }
}

TEST_F(FieldReaderTest, LimitsTheRoomsOfAListener) {
  Options options;
  options.subscriptions_max = 3;
  MachineDriver driver(options);
  const struct {
    std::string_view rule;
    std::string_view query;
    int status;
  } rows[] = {
      {"at the limit", "room=a&room=b&room=c", 200},
      {"each counts once", "room=a&room=a&room=%61&room=b&room=c", 200},
      {"one over", "room=a&room=b&room=c&room=d", 400},
      {"a bad one", "room=a&room=", 400},
      {"none, and nobody", "", 400},
      {"of nobody known", "username=zoe", 200},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const ConnectionId id = driver.connect();
    driver.send(id, get("/events?" + std::string(row.query)));
    const std::string answer = driver.take(id);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(row.status)))
        << answer;
    driver.cut(id);
  }
  driver.advance(std::chrono::seconds(6));
  EXPECT_TRUE(driver.house().is_quiet());
}

// About as many as a request line has room for.
TEST_F(FieldReaderTest, ReadsAsManyRoomsAsALineHolds) {
  std::string query;
  for (int i = 0; i < 900; ++i) {
    query += "&room=" + std::to_string(i);
  }
  ASSERT_LT(query.size(), 8'192u - 30);
  driver_.send(id_, get("/events?x" + query));
  EXPECT_TRUE(driver_.take(id_).starts_with("HTTP/1.1 200"));
}

TEST_F(FieldReaderTest, AsksForFieldsInAFixedOrder) {
  expect_error(ask(post("/send", "{}")), 400, "missing_field", "room");
  expect_error(ask(post("/send", R"({"room":"r"})")), 400, "missing_field",
               "username");
  expect_error(ask(post("/send", R"({"room":"r","username":"ana"})")), 400,
               "missing_field", "message");
  expect_error(ask(post("/send", "{")), 400, "invalid_json", "");
  expect_error(ask(get("/user_rooms")), 400, "missing_field", "username");
  expect_error(ask(get("/members?room=nowhere")), 404, "room_not_found", "");
}

}  // namespace
}  // namespace papo::app
