#include "wire/json_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::json {
namespace {

// Everything at the outermost level as one line, or the fault.
std::string walk(std::string_view text) {
  Scanner scanner(text);
  std::string told;
  const auto fault = [&] {
    return told + "!" + std::to_string(static_cast<int>(scanner.fault()));
  };
  if (!scanner.enter()) return fault();
  for (;;) {
    Token name;
    switch (scanner.next(&name)) {
      case Scanner::Step::Fault:
        return fault();
      case Scanner::Step::End:
        return scanner.finish() ? told : fault();
      case Scanner::Step::Value:
        break;
    }
    told.append(name.value.text).append(name.escaped ? "~=" : "=");
    Token token;
    if (!scanner.take_value(&token)) return fault();
    told.append(token.value.text).append(token.escaped ? "~;" : ";");
  }
}

std::string fault(Fault fault) {
  return "!" + std::to_string(static_cast<int>(fault));
}

TEST(JsonScanner, TakesValuesAsTheyStand) {
  const struct {
    const char* name;
    const char* text;
    const char* told;
  } rows[] = {
      {"nothing", "{}", ""},
      {"blanks", " \t\r\n{ \"a\" : 1 , \"b\":2 } ", "a=1;b=2;"},
      {"a string without its marks", R"({"a":"b c"})", "a=b c;"},
      {"escapes stay", R"({"a\n":"\u00e9"})", R"(a\n~=\u00e9~;)"},
      {"what is nested is one value", R"({"a":{"b":[1,{}]},"c":[ ]})",
       R"(a={"b":[1,{}]};c=[ ];)"},
      {"words", R"({"a":true,"b":false,"c":null})", "a=true;b=false;c=null;"},
      {"a name twice", R"({"a":1,"a":2})", "a=1;a=2;"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(walk(row.text), row.told) << row.name;
  }
}

TEST(JsonScanner, SaysWhatIsWrong) {
  const struct {
    const char* text;
    std::string told;
  } rows[] = {
      {"", fault(Fault::Empty)},
      {"  ", fault(Fault::Empty)},
      {"\xEF\xBB\xBF{}", fault(Fault::ByteOrderMark)},
      {"{\"a\":\"\xFF\"}", fault(Fault::NotUtf8)},
      {"[]", fault(Fault::NotAnObject)},
      {"[}", fault(Fault::BadValue)},  // not even JSON
      {"{", fault(Fault::Incomplete)},
      {"{\"a\"", fault(Fault::Incomplete)},
      {"{\"a\" 1}", fault(Fault::MissingColon)},
      {"{1:2}", fault(Fault::MissingName)},
      {"{\"a\":}", "a=" + fault(Fault::BadValue)},
      {"{\"a\":1 \"b\":2}", "a=1;" + fault(Fault::MissingComma)},
      {"{\"a\":1,}", "a=1;" + fault(Fault::TrailingComma)},
      {"{} x", fault(Fault::TrailingBytes)},
      {"{\"a\":tru}", "a=" + fault(Fault::BadValue)},
      {"{\"a\":tru", "a=" + fault(Fault::Incomplete)},
      {"{\"a\":01}", "a=" + fault(Fault::BadNumber)},
      {"{\"a\":\"\t\"}", "a=" + fault(Fault::ControlCharacter)},
      {R"({"a":"\x"})", "a=" + fault(Fault::BadEscape)},
      {R"({"a":"\ud800"})", "a=" + fault(Fault::LoneSurrogate)},
      {R"({"a":"\udc00"})", "a=" + fault(Fault::LoneSurrogate)},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(walk(row.text), row.told) << row.text;
  }
}

// What a walk has passed is behind it: every cut of a good text is incomplete,
// whatever stands behind the cut in memory.
TEST(JsonScanner, ReadsNothingBeyondItsText) {
  const std::string text = R"({"a":[1,-2.5e3,"\u00e9x"],"b":{"c":null}})";
  for (std::size_t size = 1; size < text.size(); ++size) {
    const std::string exact = text.substr(0, size);
    Scanner scanner(exact);
    Token token;
    EXPECT_FALSE(scanner.begin() && scanner.take_value(&token)) << exact;
    EXPECT_EQ(scanner.fault(), Fault::Incomplete) << exact;
  }
}

TEST(JsonScanner, GoesExactlyAsDeepAsItMay) {
  const std::size_t most = kDepthMax;
  for (const std::size_t depth : {most, most + 1}) {
    const std::string text = std::string(depth, '[') + std::string(depth, ']');
    Scanner scanner(text);
    Token token;
    EXPECT_EQ(scanner.begin() && scanner.take_value(&token) && scanner.finish(),
              depth == most);
    if (depth > most) {
      EXPECT_EQ(scanner.fault(), Fault::TooDeep);
    }
  }
}

TEST(JsonScanner, SaysHowMuchIsLeft) {
  const std::string_view text = R"({"a":1,"b":2})";
  Scanner scanner(text);
  Token name;
  ASSERT_TRUE(scanner.enter());
  ASSERT_EQ(scanner.next(&name), Scanner::Step::Value);
  EXPECT_EQ(scanner.bytes_from(name.value.text), text.size() - 2);
}

}  // namespace
}  // namespace papo::json
