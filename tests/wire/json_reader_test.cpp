// Rows of what is JSON and what is not, and each of them cut, changed and
// taken apart in every way.
#include "wire/json_reader.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/json_reference.h"

namespace papo::json {
namespace {

using std::string_view_literals::operator""sv;

std::string repeat(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

std::string arrays(std::size_t levels) {
  return repeat("[", levels) + repeat("]", levels);
}

std::string objects(std::size_t levels) {
  return repeat(R"({"a":)", levels - 1) + "{}" + repeat("}", levels - 1);
}

struct Valid {
  const char* name;
  std::string_view text;
};

const Valid kValid[] = {
    // §2: any value may stand alone
    {"null alone (2)", "null"},
    {"true alone (2)", "true"},
    {"false alone (2)", "false"},
    {"number alone (2)", "42"},
    {"negative number alone (2)", "-0.1"},
    {"string alone (2)", R"("asd")"},
    {"empty string alone (2)", R"("")"},
    {"blanks around a value (2)", " \t\r\n null \t\r\n "},
    {"newline at the end (2)", "[\"a\"]\n"},
    // §4
    {"empty object (4)", "{}"},
    {"blanks in an empty object (4)", " { \t\r\n } "},
    {"one member (4)", R"({"a":"b"})"},
    {"two members (4)", R"({"asd":"sdf", "dfg":"fgh"})"},
    {"blanks around every token (4)",
     "\n{ \"a\" \t:\r [ 1 , 2 ] , \"b\" : { } }\n"},
    {"empty name (4)", R"({"":0})"},
    {"names twice (4)", R"({"a":"b","a":"c"})"},
    {"names and values twice (4)", R"({"a":"b","a":"b"})"},
    {"U+0000 escaped in a name (4)", R"({"foo\u0000bar": 42})"},
    {"escapes in a name (4)", R"({"r\u006fom\n":1})"},
    {"extreme numbers (4)", R"({"min":-1.0e+28,"max":1.0e+28})"},
    {"a message", R"({"room":"geral","username":"ana","message":"oi"})"},
    {"every kind", R"({"a":null,"b":true,"c":false,"d":-1.5e3,"e":"f",)"
                   R"("g":[1,[2],{}],"h":{"i":{"j":[]}}})"},
    {"JSON in a string", R"({"a":"{\"b\":[1,2}"})"},
    // §5
    {"empty array (5)", "[]"},
    {"blanks in an empty array (5)", "[ \n ]"},
    {"empty arrays in an array (5)", "[[],[   ],[[]]]"},
    {"every kind of element (5)", R"([null, 1, "1", {}, [], true, false])"},
    {"several nulls (5)", "[1,null,null,null,2]"},
    {"blank before the bracket (5)", "[1 ]"},
    {"blank before the element (5)", " [ 1]"},
    {"empty string element (5)", R"([""])"},
    // §6
    {"zero (6)", "[0]"},
    {"minus zero (6)", "[-0]"},
    {"minus zero with fraction (6)", "[-0.0]"},
    {"minus one (6)", "[-1]"},
    {"zero to the one (6)", "[0e1]"},
    {"zero with signed exponent (6)", "[0e+1]"},
    {"integer with exponent (6)", "[20e1]"},
    {"fraction and exponent (6)", "[123.456e78]"},
    {"capital E (6)", "[1E22]"},
    {"capital E minus (6)", "[1E-2]"},
    {"capital E plus (6)", "[1E+2]"},
    {"exponent with leading zeros (6)", "[1e0001]"},
    {"fraction with trailing zeros (6)", "[1.000]"},
    {"close to zero (6)",
     "[-0.0000000000000000000000000000000000000000000000000000001]"},
    {"huge exponent is only text (6)", "[0.4e00669999999999999999999999]"},
    {"tiny exponent is only text (6)", "[123e-10000000]"},
    {"more digits than any integer (6)",
     "[100000000000000000000000000000000000]"},
    // §7
    {"every short escape (7)", R"(["\"\\\/\b\f\n\r\t"])"},
    {"escaped letters (7)", R"(["\u0061\u30af\u00E9\uAbCd"])"},
    {"escaped control characters (7)", R"(["\u0000\u001f\u0012"])"},
    {"escaped quotation mark and backslash (7)", R"(["\u0022\u005C"])"},
    {"a backslash, then u (7)", R"(["\\u0061"])"},
    {"a backslash, then n (7)", R"(["\\n"])"},
    {"a slash as it is (7)", R"(["a/*b*/c"])"},
    {"DEL as it is (7)", "[\"a\x7F\"]"},
    {"a pair (7)", R"(["\uD801\udc37"])"},
    {"two pairs (7)", R"(["\ud83d\ude39\uD83D\uDC8D"])"},
    {"the first and the last pair (7)", R"(["\uD800\uDC00\uDBFF\uDFFF"])"},
    {"escaped noncharacters (7)", R"(["\uFFFF\uFDD0\uDBFF\uDFFE"])"},
    {"around the surrogates (7)", R"(["\uD7FF\uE000"])"},
    {"an escaped byte order mark (7)", R"(["\uFEFF"])"},
    // §8.1
    {"two bytes (8.1)", "[\"\xC2\x80\xC3\xA7\xDF\xBF\"]"},
    {"three bytes (8.1)", "[\"\xE0\xA0\x80\xE2\x82\xAC\xED\x9F\xBF\"]"},
    {"after the surrogates (8.1)", "[\"\xEE\x80\x80\xEF\xBF\xBF\"]"},
    {"four bytes (8.1)", "[\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"]"},
    {"line separators as they are (8.1)", "[\"\xE2\x80\xA8\xE2\x80\xA9\"]"},
    {"a byte order mark in a string (8.1)", "[\"\xEF\xBB\xBF\"]"},
    {"UTF-8 in a name (8.1)", "{\"voc\xC3\xAA\":\"n\xC3\xA3o\"}"},
};

struct Invalid {
  const char* name;
  std::string_view text;
  Fault fault;
};

const Invalid kInvalid[] = {
    // nothing, or not yet all
    {"no byte (2)", "", Fault::Empty},
    {"a blank (2)", " ", Fault::Empty},
    {"blanks (2)", "\r\n\t ", Fault::Empty},
    {"array not closed (5)", "[", Fault::Incomplete},
    {"array not closed after a value (5)", "[1", Fault::Incomplete},
    {"array not closed after a comma (5)", "[1,", Fault::Incomplete},
    {"array not closed, blanks (5)", "[1\n ", Fault::Incomplete},
    {"object not closed (4)", "{", Fault::Incomplete},
    {"object without colon at the end (4)", R"({"a")", Fault::Incomplete},
    {"object without value at the end (4)", R"({"a":)", Fault::Incomplete},
    {"object not closed after a value (4)", R"({"a":1)", Fault::Incomplete},
    {"object not closed after a comma (4)", R"({"a":1,)", Fault::Incomplete},
    {"inner array not closed (5)", R"([[[""],[2]])", Fault::Incomplete},
    {"string not closed (7)", R"("a)", Fault::Incomplete},
    {"string that is a quotation mark (7)", R"(")", Fault::Incomplete},
    {"string that ends in an escape (7)", R"("\)", Fault::Incomplete},
    {"string that ends escaped (7)", R"(["\"])", Fault::Incomplete},
    {"string that ends in \\u (7)", R"("\u)", Fault::Incomplete},
    {"string that ends in digits (7)", R"("\u00A)", Fault::Incomplete},
    {"string that ends in half a pair (7)", R"("\uD834)", Fault::Incomplete},
    {"string that ends before u (7)", R"("\uD834\)", Fault::Incomplete},
    {"string that ends in a second half (7)", R"("\uD834\uDd)",
     Fault::Incomplete},
    {"word cut (3)", "tru", Fault::Incomplete},
    {"word cut in an array (3)", "[nul", Fault::Incomplete},
    {"minus at the end (6)", "-", Fault::Incomplete},
    {"point at the end (6)", "1.", Fault::Incomplete},
    {"exponent at the end (6)", "1e", Fault::Incomplete},
    {"sign of an exponent at the end (6)", "1e+", Fault::Incomplete},
    // §3
    {"misspelt true (3)", "[True]", Fault::BadValue},
    {"misspelt false (3)", "[falsy]", Fault::BadValue},
    {"misspelt null (3)", "[nul]", Fault::BadValue},
    {"capital null (3)", "[NULL]", Fault::BadValue},
    {"longer than true (3)", "[truee]", Fault::MissingComma},
    {"undefined (3)", "[undefined]", Fault::BadValue},
    {"bare word (3)", "[a]", Fault::BadValue},
    {"single quotes (3)", "['a']", Fault::BadValue},
    {"back quotes (3)", "[`a`]", Fault::BadValue},
    {"line comment (2)", "[// a\n1]", Fault::BadValue},
    {"block comment before (2)", "/**/ 1", Fault::BadValue},
    {"block comment inside (2)", "[1/**/]", Fault::MissingComma},
    {"block comment after (2)", "{}/**/", Fault::TrailingBytes},
    {"hash comment after (2)", "{}#", Fault::TrailingBytes},
    {"markup (3)", "<.>", Fault::BadValue},
    {"a star (3)", "*", Fault::BadValue},
    {"a lone escape (3)", R"([\u0020"asd"])", Fault::BadValue},
    {"only a closing bracket (5)", "]", Fault::BadValue},
    {"only a closing brace (4)", "}", Fault::BadValue},
    {"only a comma (5)", ",", Fault::BadValue},
    {"only a colon (4)", ":", Fault::BadValue},
    {"NUL (2)", "\0"sv, Fault::BadValue},
    {"NUL between (2)", "[\0]"sv, Fault::BadValue},
    {"NUL after (2)", "[]\0"sv, Fault::TrailingBytes},
    {"form feed is no blank (2)", "[\f]", Fault::BadValue},
    {"vertical tab is no blank (2)", "[1\v]", Fault::MissingComma},
    {"no-break space is no blank (2)", "[\xC2\xA0]", Fault::BadValue},
    {"word joiner is no blank (2)", "[\xE2\x81\xA0]", Fault::BadValue},
    {"ideographic space after (2)", "[]\xE3\x80\x80", Fault::TrailingBytes},
    {"a letter with an accent (2)", "\xC3\xA5", Fault::BadValue},
    // after the value
    {"two values (2)", "1 2", Fault::TrailingBytes},
    {"two arrays (2)", "[][]", Fault::TrailingBytes},
    {"array closed twice (5)", "[1]]", Fault::TrailingBytes},
    {"object closed twice (4)", R"({"a":true}})", Fault::TrailingBytes},
    {"object, then a word (4)", R"({"a":1} x)", Fault::TrailingBytes},
    {"object, then a string (4)", R"({"a":"b"}"c")", Fault::TrailingBytes},
    {"object, then a comma (4)", R"({"a":"b"},)", Fault::TrailingBytes},
    {"string, then a letter (7)", R"("a"b)", Fault::TrailingBytes},
    // §4
    {"name without quotation marks (4)", "{a:1}", Fault::MissingName},
    {"name in single quotes (4)", "{'a':1}", Fault::MissingName},
    {"number as a name (4)", "{1:1}", Fault::MissingName},
    {"word as a name (4)", "{null:1}", Fault::MissingName},
    {"array as a name (4)", "{[]:1}", Fault::MissingName},
    {"comma first (4)", "{,}", Fault::MissingName},
    {"colon first (4)", "{:1}", Fault::MissingName},
    {"two commas (4)", R"({"a":1,,"b":2})", Fault::MissingName},
    {"name without value (4)", R"({"a"})", Fault::MissingColon},
    {"comma for a colon (4)", R"({"a","b"})", Fault::MissingColon},
    {"equals for a colon (4)", R"({"a"=1})", Fault::MissingColon},
    {"no colon (4)", R"({"a" 1})", Fault::MissingColon},
    {"two colons (4)", R"({"a"::1})", Fault::BadValue},
    {"colon without value (4)", R"({"a":})", Fault::BadValue},
    {"colon, then comma (4)", R"({"a":,"b":1})", Fault::BadValue},
    {"members without comma (4)", R"({"a":1 "b":2})", Fault::MissingComma},
    {"semicolon for a comma (4)", R"({"a":1;"b":2})", Fault::MissingComma},
    {"object closed by a bracket (4)", R"({"a":1])", Fault::MissingComma},
    {"empty object closed by a bracket (4)", "{]", Fault::MissingName},
    {"trailing comma (4)", R"({"a":1,})", Fault::TrailingComma},
    {"trailing comma, blanks (4)", R"({"a":1 , })", Fault::TrailingComma},
    {"several trailing commas (4)", R"({"a":1,,})", Fault::MissingName},
    {"control character in a name (4)", "{\"a\n\":1}", Fault::ControlCharacter},
    {"lone surrogate in a name (4)", R"({"\uDC00":1})", Fault::LoneSurrogate},
    // §5
    {"trailing comma (5)", "[1,]", Fault::TrailingComma},
    {"trailing comma after a string (5)", R"(["",])", Fault::TrailingComma},
    {"comma only (5)", "[,]", Fault::BadValue},
    {"comma first (5)", "[,1]", Fault::BadValue},
    {"two commas (5)", "[1,,2]", Fault::BadValue},
    {"elements without comma (5)", "[1 2]", Fault::MissingComma},
    {"strings without comma (5)", R"(["a" "b"])", Fault::MissingComma},
    {"array after an element (5)", "[3[4]]", Fault::MissingComma},
    {"colon in an array (5)", R"(["a":1])", Fault::MissingComma},
    {"array closed by a brace (5)", "[1}", Fault::MissingComma},
    {"empty array closed by a brace (5)", "[}", Fault::BadValue},
    {"crossed brackets (5)", R"([{"a":[}])", Fault::BadValue},
    // §6
    {"leading zero (6)", "[012]", Fault::BadNumber},
    {"negative leading zero (6)", "[-012]", Fault::BadNumber},
    {"two zeros (6)", "[00]", Fault::BadNumber},
    {"two zeros with fraction (6)", "[-00.0]", Fault::BadNumber},
    {"plus (6)", "[+1]", Fault::BadValue},
    {"two signs (6)", "[--1]", Fault::BadNumber},
    {"plus minus (6)", "[+-1]", Fault::BadValue},
    {"minus alone (6)", "[-]", Fault::BadNumber},
    {"minus, blank (6)", "[- 1]", Fault::BadNumber},
    {"minus word (6)", "[-foo]", Fault::BadNumber},
    {"point first (6)", "[.5]", Fault::BadValue},
    {"minus point (6)", "[-.5]", Fault::BadNumber},
    {"point last (6)", "[5.]", Fault::BadNumber},
    {"point, then exponent (6)", "[2.e3]", Fault::BadNumber},
    {"two points (6)", "[1.2.3]", Fault::MissingComma},
    {"exponent without digits (6)", "[1e]", Fault::BadNumber},
    {"exponent sign without digits (6)", "[1e-]", Fault::BadNumber},
    {"two exponent signs (6)", "[1e+-2]", Fault::BadNumber},
    {"two exponents (6)", "[1e2e3]", Fault::MissingComma},
    {"fraction in the exponent (6)", "[1e2.5]", Fault::MissingComma},
    {"hexadecimal (6)", "[0x42]", Fault::MissingComma},
    {"hexadecimal digits (6)", "[1A]", Fault::MissingComma},
    {"binary exponent (6)", "[1p3]", Fault::MissingComma},
    {"thousands (6)", "[1 000]", Fault::MissingComma},
    {"suffix (6)", "[1n]", Fault::MissingComma},
    {"expression (6)", "[1+2]", Fault::MissingComma},
    {"NaN (6)", "[NaN]", Fault::BadValue},
    {"-NaN (6)", "[-NaN]", Fault::BadNumber},
    {"nan (6)", "[nan]", Fault::BadValue},
    {"Infinity (6)", "[Infinity]", Fault::BadValue},
    {"-Infinity (6)", "[-Infinity]", Fault::BadNumber},
    {"full-width digit (6)", "[\xEF\xBC\x91]", Fault::BadValue},
    // §7
    {"newline in a string (7)", "[\"a\nb\"]", Fault::ControlCharacter},
    {"tab in a string (7)", "[\"\t\"]", Fault::ControlCharacter},
    {"NUL in a string (7)", "[\"a\0a\"]"sv, Fault::ControlCharacter},
    {"U+001F in a string (7)", "[\"\x1F\"]", Fault::ControlCharacter},
    {"control character after eight (7)", "[\"01234567\x01\"]",
     Fault::ControlCharacter},
    {"unknown escape (7)", R"(["\a"])", Fault::BadEscape},
    {"hexadecimal escape (7)", R"(["\x00"])", Fault::BadEscape},
    {"octal escape (7)", R"(["\012"])", Fault::BadEscape},
    {"capital U (7)", R"(["\U0061"])", Fault::BadEscape},
    {"capital N (7)", R"(["\N"])", Fault::BadEscape},
    {"escaped apostrophe (7)", R"(["\'"])", Fault::BadEscape},
    {"escaped blank (7)", R"(["\ "])", Fault::BadEscape},
    {"escaped newline (7)", "[\"\\\n\"]", Fault::BadEscape},
    {"escaped tab (7)", "[\"\\\t\"]", Fault::BadEscape},
    {"escaped NUL (7)", "[\"\\\0\"]"sv, Fault::BadEscape},
    {"escaped emoji (7)", "[\"\\\xF0\x9F\x8C\x80\"]", Fault::BadEscape},
    {"three backslashes (7)", R"(["\\\"])", Fault::Incomplete},
    {"three digits (7)", R"(["\u00A"])", Fault::BadEscape},
    {"no digit (7)", R"(["\u"])", Fault::BadEscape},
    {"not a digit (7)", R"(["\u00G0"])", Fault::BadEscape},
    {"sign for a digit (7)", R"(["\u-123"])", Fault::BadEscape},
    {"braces (7)", R"(["\u{61}"])", Fault::BadEscape},
    {"bad second half (7)", R"(["\uD834\uDdxx"])", Fault::BadEscape},
    // §8.2
    {"first half only (8.2)", R"(["\uD800"])", Fault::LoneSurrogate},
    {"second half only (8.2)", R"(["\uDC00"])", Fault::LoneSurrogate},
    {"last of the second halves only (8.2)", R"(["\uDFFF"])",
     Fault::LoneSurrogate},
    {"last of the first halves only (8.2)", R"(["\uDBFFx"])",
     Fault::LoneSurrogate},
    {"halves the wrong way round (8.2)", R"(["\uDd1e\uD834"])",
     Fault::LoneSurrogate},
    {"two first halves (8.2)", R"(["\uD800\uD800"])", Fault::LoneSurrogate},
    {"first half, then a letter (8.2)", R"(["\uD800\u0061"])",
     Fault::LoneSurrogate},
    {"first half, then below the second (8.2)", R"(["\uD800\uDBFF"])",
     Fault::LoneSurrogate},
    {"first half, then above the second (8.2)", R"(["\uD800\uE000"])",
     Fault::LoneSurrogate},
    {"first half, then another escape (8.2)", R"(["\uD800\n"])",
     Fault::LoneSurrogate},
    {"first half between letters (8.2)", R"(["a\uD800bcdefg"])",
     Fault::LoneSurrogate},
    // §8.1
    {"byte order mark (8.1)", "\xEF\xBB\xBF{}", Fault::ByteOrderMark},
    {"byte order mark only (8.1)", "\xEF\xBB\xBF", Fault::ByteOrderMark},
    {"byte order mark after a blank (8.1)", " \xEF\xBB\xBF{}", Fault::BadValue},
    {"half a byte order mark (8.1)", "\xEF\xBB{}", Fault::NotUtf8},
    {"UTF-16, little end first (8.1)", "\xFF\xFE[\0]\0"sv, Fault::NotUtf8},
    {"UTF-16, big end first (8.1)", "\0[\0\"\0\xE9\0\"\0]"sv, Fault::NotUtf8},
    {"UTF-16 without a mark (8.1)", "[\0]\0"sv, Fault::BadValue},
    {"Latin 1 (8.1)", "[\"\xE9\"]", Fault::NotUtf8},
    {"continuation alone (8.1)", "[\"\x81\"]", Fault::NotUtf8},
    {"overlong slash (8.1)", "[\"\xC0\xAF\"]", Fault::NotUtf8},
    {"overlong in three bytes (8.1)", "[\"\xE0\x9F\xBF\"]", Fault::NotUtf8},
    {"overlong in four bytes (8.1)", "[\"\xF0\x8F\xBF\xBF\"]", Fault::NotUtf8},
    {"surrogate in three bytes (8.1)", "[\"\xED\xA0\x80\"]", Fault::NotUtf8},
    {"above U+10FFFF (8.1)", "[\"\xF4\x90\x80\x80\"]", Fault::NotUtf8},
    {"five bytes (8.1)", "[\"\xF8\x88\x80\x80\x80\"]", Fault::NotUtf8},
    {"character cut by the quotation mark (8.1)", "[\"\xE0\xFF\"]",
     Fault::NotUtf8},
    {"wrong byte in an escape (8.1)", "[\"\\u\xE5\"]", Fault::NotUtf8},
    {"wrong byte in a name (8.1)", "{\"\xB9\":0}", Fault::NotUtf8},
    {"wrong byte in a number (8.1)", "[1\xE5]", Fault::NotUtf8},
    {"wrong byte after the value (8.1)", "[] \xFF", Fault::NotUtf8},
};

std::string_view after_blanks(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start == text.npos ? "" : text.substr(start);
}

// Null when there was none, so that both can be compared.
template <class T>
std::optional<Fault> fault_of(const base::Result<T, Fault>& result) {
  return result.ok() ? std::nullopt : std::optional(result.error());
}

// Everything that reads JSON must judge `given` alike, and nothing may read
// past its end: it is copied to where nothing follows it.
void expect_agreement(std::string_view given) {
  const std::vector<char> bytes(given.begin(), given.end());
  const std::string_view text(bytes.data(), bytes.size());
  const std::optional<Fault> fault = fault_of(check(text));
  ASSERT_EQ(!fault, reference::is_json(text)) << text;
  const std::optional<Fault> object = fault_of(Object::parse(text));
  if (fault) {
    ASSERT_EQ(object, fault) << text;
    return;
  }
  const char first = after_blanks(text).front();
  ASSERT_EQ(object == Fault::NotAnObject, first != '{') << text;
  ASSERT_EQ(!object, first == '{') << text;
}

TEST(JsonReader, AcceptsWhatTheGrammarHas) {
  for (const Valid& each : kValid) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(fault_of(check(each.text)), std::nullopt);
    expect_agreement(each.text);
  }
}

TEST(JsonReader, RefusesWhatTheGrammarHasNot) {
  for (const Invalid& each : kInvalid) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(fault_of(check(each.text)), each.fault);
    expect_agreement(each.text);
  }
}

TEST(JsonReader, RefusesTheSameInsideOfAValue) {
  for (const Invalid& each : kInvalid) {
    SCOPED_TRACE(each.name);
    expect_agreement("[" + std::string(each.text) + "]");
    expect_agreement("{\"a\":" + std::string(each.text) + "}");
    expect_agreement("{" + std::string(each.text) + ":0}");
  }
}

TEST(JsonReader, FindsEveryTextThatIsCutIncomplete) {
  for (const Valid& each : kValid) {
    SCOPED_TRACE(each.name);
    const std::size_t first = each.text.size() - after_blanks(each.text).size();
    for (std::size_t size = 0; size < each.text.size(); ++size) {
      const std::string cut(each.text.substr(0, size));
      expect_agreement(cut);
      if (std::string_view("{[\"").find(each.text[first]) ==
          std::string::npos) {
        continue;  // a cut number can be a number
      }
      const bool whole = after_blanks(each.text.substr(size)).empty();
      const std::optional<Fault> fault = fault_of(check(cut));
      if (size <= first) {
        EXPECT_EQ(fault, Fault::Empty) << size;
      } else if (whole) {
        EXPECT_EQ(fault, std::nullopt) << size;
      } else if ((each.text[size] & 0xC0) == 0x80) {
        EXPECT_EQ(fault, Fault::NotUtf8) << size;
      } else {
        EXPECT_EQ(fault, Fault::Incomplete) << size;
      }
    }
  }
}

TEST(JsonReader, JudgesEveryChangedByteAsTheReferenceDoes) {
  for (const Valid& each : kValid) {
    SCOPED_TRACE(each.name);
    for (std::size_t at = 0; at < each.text.size(); ++at) {
      std::string changed(each.text);
      for (int byte = 0; byte < 256; ++byte) {
        changed[at] = static_cast<char>(byte);
        expect_agreement(changed);
      }
      expect_agreement(changed.erase(at, 1));
    }
  }
}

TEST(JsonReader, JudgesEveryShortTextAsTheReferenceDoes) {
  constexpr std::string_view kLetters = "{}[],:\"\\0-.e1t \n";
  std::string text;
  for (std::size_t code = 0; code < 16 * 16 * 16 * 16 * 16; ++code) {
    text.clear();
    for (std::size_t rest = code; rest != 0; rest /= 16) {
      text += kLetters[rest % 16];
    }
    expect_agreement(text);
  }
}

TEST(JsonReader, NestsTo64Levels) {
  struct Case {
    const char* name;
    std::string text;
    std::optional<Fault> fault;
  };
  const Case cases[] = {
      {"arrays at the limit", arrays(64), {}},
      {"arrays over the limit", arrays(65), Fault::TooDeep},
      {"objects at the limit", objects(64), {}},
      {"objects over the limit", objects(65), Fault::TooDeep},
      {"both by turns at the limit",
       repeat(R"([{"a":)", 32) + "1" + repeat("}]", 32),
       {}},
      {"both by turns over the limit",
       repeat(R"([{"a":)", 32) + "[]" + repeat("}]", 32), Fault::TooDeep},
      {"the limit reached again and again",
       "[" + repeat(arrays(63) + ",", 100) + arrays(63) + "]",
       {}},
      {"width is not depth", "[" + repeat("[],{},", 10000) + "[]]", {}},
      {"over the limit late", "[" + arrays(63) + "," + arrays(64) + "]",
       Fault::TooDeep},
      {"100,000 open arrays", repeat("[", 100000), Fault::TooDeep},
      {"100,000 open objects", repeat(R"({"a":)", 100000), Fault::TooDeep},
      {"100,000 of each", repeat(R"([{"":)", 100000), Fault::TooDeep},
      {"64 open arrays", repeat("[", 64), Fault::Incomplete},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(fault_of(check(each.text)), each.fault);
    expect_agreement(each.text);
  }
}

// Which bracket is open at each of the 64 levels must not be forgotten.
TEST(JsonReader, MatchesBracketsAtEveryLevel) {
  for (std::size_t wrong = 0; wrong <= 64; ++wrong) {
    std::string opening, closing;
    for (std::size_t level = 0; level < 64; ++level) {
      const bool object = (level * level / 3) % 2 == 0;
      const bool swapped = level + 1 == wrong;
      opening += object ? R"({"a":)" : "[";
      closing.insert(0, object != swapped ? "}" : "]");
    }
    const std::optional<Fault> fault = fault_of(check(opening + "1" + closing));
    EXPECT_EQ(fault,
              wrong == 0 ? std::nullopt : std::optional(Fault::MissingComma));
  }
}

TEST(JsonReader, FindsWhatStopsAStringAtEveryOffset) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = "\"" + std::string(size, 'a') + "\"";
      text[1 + at] = '\x1F';
      EXPECT_EQ(fault_of(check(text)), Fault::ControlCharacter);
      text[1 + at] = '"';
      EXPECT_EQ(fault_of(check(text)), Fault::TrailingBytes);
      text[1 + at] = '\\';
      expect_agreement(text);
    }
  }
}

TEST(JsonReader, ReadsAnEmptyView) {
  EXPECT_EQ(fault_of(check({})), Fault::Empty);
  EXPECT_EQ(fault_of(Object::parse({})), Fault::Empty);
}

TEST(JsonReader, SaysWhatIsNotAnObject) {
  for (const std::string_view text : {"[]", "1", "\"{}\"", " null ", "true"}) {
    EXPECT_EQ(fault_of(Object::parse(text)), Fault::NotAnObject) << text;
  }
}

TEST(JsonReader, GivesEveryKindOfValue) {
  const std::string_view text =
      " { \"null\" : null , \"true\":true, \"false\":false, \"number\":-1.50e3,"
      " \"string\":\"oi\", \"array\":[1, [2 ] ], \"object\":{ \"a\":\"}\" } } ";
  const auto object = Object::parse(text);
  ASSERT_TRUE(object.ok());
  const struct {
    std::string_view name;
    Kind kind;
    std::string_view text;
  } rows[] = {
      {"null", Kind::Null, "null"},
      {"true", Kind::True, "true"},
      {"false", Kind::False, "false"},
      {"number", Kind::Number, "-1.50e3"},
      {"string", Kind::String, "oi"},
      {"array", Kind::Array, "[1, [2 ] ]"},
      {"object", Kind::Object, "{ \"a\":\"}\" }"},
  };
  ASSERT_EQ(object->size(), std::size(rows));
  const Member* member = object->begin();
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(member->name, row.name);
    EXPECT_EQ(member->value.kind, row.kind);
    EXPECT_EQ(member->value.text, row.text);
    EXPECT_EQ(object->find(row.name), &member->value);
    ++member;
  }
  EXPECT_EQ(member, object->end());
  EXPECT_EQ(object->find("nul"), nullptr);
  EXPECT_EQ(object->find(""), nullptr);
}

TEST(JsonReader, ParsesWhatIsNestedInItsTurn) {
  const auto outer = Object::parse(R"({"a":{"b":{"c":"\u0064"}}})");
  const auto middle = Object::parse(outer->find("a")->text);
  const auto inner = Object::parse(middle->find("b")->text);
  EXPECT_EQ(inner->find("c")->text, "d");
}

TEST(JsonReader, LetsTheLastOfEqualNamesWin) {
  const auto object = Object::parse(R"({"a":1,"b":2,"\u0061":3,"b":null})");
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->find("a")->text, "3");
  EXPECT_EQ(object->find("b")->kind, Kind::Null);
  ASSERT_EQ(object->size(), 4u);
  EXPECT_EQ(object->begin()[0].value.text, "1");
  EXPECT_EQ(object->begin()[2].name, "a");
}

TEST(JsonReader, DecodesNamesBeforeItComparesThem) {
  const auto object =
      Object::parse(R"({"r\u006fom":"a","\"\n":"b","":"c","\u0000":"d"})");
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->find("room")->text, "a");
  EXPECT_EQ(object->find("\"\n")->text, "b");
  EXPECT_EQ(object->find("")->text, "c");
  EXPECT_EQ(object->find("\0"sv)->text, "d");
  EXPECT_EQ(object->find(R"(r\u006fom)"), nullptr);
}

TEST(JsonReader, DecodesEscapes) {
  const struct {
    const char* name;
    std::string_view written;
    std::string_view decoded;
  } rows[] = {
      {"short escapes (7)", R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {"one byte (7)", R"(\u0041\u007f)", "A\x7F"},
      {"U+0000 (7)", R"(a\u0000b)", "a\0b"sv},
      {"two bytes (7)", R"(\u0080\u07FF)", "\xC2\x80\xDF\xBF"},
      {"three bytes (7)", R"(\u0800\uffff)", "\xE0\xA0\x80\xEF\xBF\xBF"},
      {"first pair (7)", R"(\uD800\uDC00)", "\xF0\x90\x80\x80"},
      {"last pair (7)", R"(\udbff\udfff)", "\xF4\x8F\xBF\xBF"},
      {"a pair between letters (7)", R"(a\uD834\uDD1Eb)",
       "a\xF0\x9D\x84\x9E"
       "b"},
      {"a backslash, then u (7)", R"(\\u0041)", R"(\u0041)"},
      {"escape first (7)", R"(\nabcdefghijkl)", "\nabcdefghijkl"},
      {"escape last (7)", R"(abcdefghijkl\n)", "abcdefghijkl\n"},
      {"escapes beside UTF-8 (7)", "\xC3\xA7\\n\xC3\xA3", "\xC3\xA7\n\xC3\xA3"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string text = R"({"a":")" + std::string(row.written) + "\"}";
    const auto object = Object::parse(text);
    ASSERT_TRUE(object.ok());
    EXPECT_EQ(object->find("a")->text, row.decoded);
  }
}

TEST(JsonReader, KeepsAllDecodedStringsApart) {
  std::string text = "{\"plain\":\"plain\"";
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    text += ",\"\\u0061" + number + "\":\"" + number + "\\n" + number + "\"";
  }
  text += "}";
  const auto object = Object::parse(text);
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->find("plain")->text, "plain");
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    const Value* value = object->find("a" + number);
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->text, number + "\n" + number);
  }
}

template <class T>
bool lies_within(const T* address, const void* begin, std::size_t size) {
  const auto* byte = reinterpret_cast<const char*>(address);
  const auto* first = static_cast<const char*>(begin);
  return byte >= first && byte < first + size;
}

TEST(JsonReader, CopiesNothingWithoutEscapes) {
  const std::string text =
      R"({"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6","g":"7","h":"8"})";
  const auto object = Object::parse(text);
  ASSERT_EQ(object->size(), Object::kInlineMax);
  EXPECT_TRUE(lies_within(object->begin(), &*object, sizeof(Object)));
  for (const Member& member : *object) {
    EXPECT_TRUE(lies_within(member.name.data(), text.data(), text.size()));
    EXPECT_TRUE(
        lies_within(member.value.text.data(), text.data(), text.size()));
  }
}

TEST(JsonReader, HoldsAnyNumberOfMembersAcrossMoves) {
  for (const std::size_t count : {0u, 1u, 7u, 8u, 9u, 10u, 16u, 17u, 100u}) {
    SCOPED_TRACE(count);
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += ',';
      text += "\"\\u006e" + std::to_string(i) + "\":" + std::to_string(i);
    }
    text += '}';
    auto parsed = Object::parse(text);
    ASSERT_TRUE(parsed.ok());
    Object moved(std::move(*parsed));
    EXPECT_EQ(parsed->size(), 0u);
    EXPECT_EQ(parsed->begin(), parsed->end());
    EXPECT_EQ(parsed->find("n0"), nullptr);
    Object object = std::move(*Object::parse(R"({"x":"\n"})"));
    object = std::move(moved);
    ASSERT_EQ(object.size(), count);
    EXPECT_EQ(object.find("x"), nullptr);
    std::size_t at = 0;
    for (const Member& member : object) {
      EXPECT_EQ(member.name, "n" + std::to_string(at));
      EXPECT_EQ(member.value.text, std::to_string(at));
      EXPECT_EQ(object.find(member.name), &member.value);
      ++at;
    }
    EXPECT_EQ(at, count);
  }
}

TEST(JsonReader, ReadsNaturalNumbersExactly) {
  const struct {
    std::string_view text;
    std::optional<std::uint64_t> natural;
  } rows[] = {
      {"0", 0u},
      {"-0", 0u},
      {"7", 7u},
      {"-7", {}},
      {"9007199254740993", 9007199254740993u},
      {"1700000000123456", 1700000000123456u},
      {"9223372036854775807", std::uint64_t{INT64_MAX}},
      {"9223372036854775808", std::uint64_t{INT64_MAX} + 1},
      {"-9223372036854775808", {}},
      {"-9223372036854775809", {}},
      {"18446744073709551615", UINT64_MAX},
      {"18446744073709551616", {}},
      {"-18446744073709551615", {}},
      {"99999999999999999999999", {}},
      {"1.0", {}},
      {"1e3", {}},
      {"-1E0", {}},
      {"0.0", {}},
      {"\"1\"", {}},
      {"\"\"", {}},
      {"true", {}},
      {"null", {}},
      {"[1]", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const std::string text = R"({"a":)" + std::string(row.text) + "}";
    const auto object = Object::parse(text);
    ASSERT_TRUE(object.ok());
    EXPECT_EQ(as_unsigned(*object->find("a")), row.natural);
  }
}

TEST(JsonReader, ReadsStringsOnlyFromThemselves) {
  const auto object = Object::parse(
      R"({"0":true,"1":false,"2":"true","3":"","4":null,"5":1,"6":["a"]})");
  ASSERT_TRUE(object.ok());
  const std::optional<std::string_view> strings[] = {{}, {}, "true", "",
                                                     {}, {}, {}};
  ASSERT_EQ(object->size(), std::size(strings));
  for (std::size_t i = 0; i < object->size(); ++i) {
    EXPECT_EQ(as_string(object->begin()[i].value), strings[i]) << i;
  }
}

TEST(JsonReader, DescribesEveryFaultDifferently) {
  std::set<std::string> clauses;
  for (auto fault = Fault::Empty;;
       fault = static_cast<Fault>(static_cast<int>(fault) + 1)) {
    const std::string clause = describe(fault);
    EXPECT_FALSE(clause.empty());
    EXPECT_TRUE(clauses.insert(clause).second) << clause;
    if (fault == Fault::NotAnObject) break;
  }
  EXPECT_EQ(clauses.size(), 16u);
}

}  // namespace
}  // namespace papo::json
