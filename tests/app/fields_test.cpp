#include "app/fields.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::app {
namespace {

std::string value_of(const Fields& fields, std::string_view name) {
  const auto value = fields.find(name);
  return value ? std::string(value->text) : "none";
}

TEST(Fields, TakeABodyByItsTypeOrItsFirstByte) {
  const struct {
    std::string_view rule;
    std::string_view content_type;
    std::string_view body;
    std::string_view room;  // "error" where the body cannot be taken
  } rows[] = {
      {"JSON by its type", "application/json", R"({"room":"a"})", "a"},
      {"with parameters", "application/json; charset=utf-8", R"({"room":"a"})",
       "a"},
      {"in any case, with blanks", " Application/JSON ;x", R"({"room":"a"})",
       "a"},
      {"curl's type, and an object", "application/x-www-form-urlencoded",
       R"({"room":"a"})", "a"},
      {"no type, and an object", "", R"({"room":"a"})", "a"},
      {"blanks before the object", "", " \r\n\t{\"room\":\"a\"}", "a"},
      {"a form", "application/x-www-form-urlencoded", "room=a", "a"},
      {"no type, and a form", "", "room=a%20b+c", "a b c"},
      {"another type, and a form", "text/plain", "room=a", "a"},
      {"nothing", "", "", "none"},
      {"blanks alone", "", "  ", "none"},
      {"a form says it is JSON", "application/json", "room=a", "error"},
      {"an empty body says it is JSON", "application/json", "", "error"},
      {"an array says it is JSON", "application/json", "[]", "error"},
      {"half an object", "", "{\"room\"", "error"},
      {"not quite JSON's type", "application/jsonp", "room=a", "a"},
      {"a form that begins like an object", "", "{}=1&room=a", "error"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    Fields fields;
    const auto read = fields.add_body(row.content_type, row.body);
    if (row.room == "error") {
      ASSERT_FALSE(read.ok());
      EXPECT_EQ(read.error().code, ErrorCode::InvalidJson);
      EXPECT_FALSE(read.error().message.empty());
    } else {
      ASSERT_TRUE(read.ok());
      EXPECT_EQ(value_of(fields, "room"), row.room);
    }
  }
}

TEST(Fields, KeepWhatKindAJsonValueIs) {
  Fields fields;
  const std::string body =
      R"({"s":"1","n":1.50,"t":true,"o":{"a":[1]},"z":null,"e":""})";
  ASSERT_TRUE(fields.add_json(body).ok());
  const struct {
    std::string_view name;
    std::string_view text;
    json::Kind kind;
  } rows[] = {
      {"s", "1", json::Kind::String},
      {"n", "1.50", json::Kind::Number},
      {"t", "true", json::Kind::True},
      {"o", R"({"a":[1]})", json::Kind::Object},
      {"e", "", json::Kind::String},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto value = fields.find(row.name);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->text, row.text);
    EXPECT_EQ(value->kind, row.kind);
    EXPECT_EQ(value->is_string(), row.kind == json::Kind::String);
  }
  EXPECT_FALSE(fields.find("z").has_value());
  EXPECT_FALSE(fields.find("S").has_value());
}

TEST(Fields, TheLastOfANameWins) {
  const struct {
    std::string_view rule;
    std::string_view query;
    std::string_view body;
    std::string_view value;
  } rows[] = {
      {"in a form", "a=1&a=2", "", "2"},
      {"in an object", "", R"({"a":"1","a":"2"})", "2"},
      {"the body over the query", "a=1", R"({"a":"2"})", "2"},
      {"a null stands for nothing", "", R"({"a":"1","a":null})", "none"},
      {"a null hides the query", "a=1", R"({"a":null})", "none"},
      {"an empty value is a value", "a=1&a=", "", ""},
      {"a name alone", "a", "", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    Fields fields;
    fields.add_form(row.query);
    ASSERT_TRUE(fields.add_body("", row.body).ok());
    EXPECT_EQ(value_of(fields, "a"), row.value);
  }
}

TEST(Fields, GiveAllOfOneNameInOrder) {
  Fields fields;
  fields.add_form("room=a&x=1&room=b%20c&room=");
  const auto rooms = fields.find_all("room");
  ASSERT_EQ(rooms.size(), 3u);
  EXPECT_EQ(rooms[0].text, "a");
  EXPECT_EQ(rooms[1].text, "b c");
  EXPECT_EQ(rooms[2].text, "");
  EXPECT_TRUE(fields.find_all("none").empty());
}

// Each form has a scratch of its own: the second must not write over the first.
TEST(Fields, OfTwoFormsAreBothThere) {
  Fields fields;
  fields.add_form("a=%41%41&b=%42");
  fields.add_form("c=%43%43%43%43&d=%44");
  EXPECT_EQ(value_of(fields, "a"), "AA");
  EXPECT_EQ(value_of(fields, "b"), "B");
  EXPECT_EQ(value_of(fields, "c"), "CCCC");
  EXPECT_EQ(value_of(fields, "d"), "D");
}

TEST(Fields, AreGoneWhenCleared) {
  Fields fields;
  ASSERT_TRUE(fields.add_json(R"({"a":"\u0041"})").ok());
  fields.clear();
  EXPECT_FALSE(fields.find("a").has_value());
  fields.add_form("b=%42");
  EXPECT_EQ(value_of(fields, "b"), "B");
}

// 32,768 fields in 65,536 bytes.
TEST(Fields, OfABodyFullOfThemAreFound) {
  std::string form;
  while (form.size() + 2 <= 65'536 - 2) form += "a&";
  form += "z=";
  Fields fields;
  fields.add_form(form);
  EXPECT_EQ(value_of(fields, "z"), "");
  EXPECT_EQ(value_of(fields, "y"), "none");
}

}  // namespace
}  // namespace papo::app
