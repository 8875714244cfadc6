#include "wire/json_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/utf8.h"
#include "wire/json_plain.h"
#include "wire/json_reader.h"

namespace papo::json {
namespace {

using std::string_view_literals::operator""sv;

std::string written(std::string_view text) {
  std::string out;
  append_string(&out, text);
  return out;
}

// What the reader makes of it; the text itself where it makes no string of it.
std::string read_back(const std::string& json) {
  const std::string text = "{\"a\":" + json + "}";
  const auto object = Object::parse(text);
  if (!object.ok() || object->size() != 1) return "not one value: " + json;
  return std::string(object->find("a")->text);
}

TEST(JsonWriter, EscapesWhatItMustAndNothingElse) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view json;
  } rows[] = {
      {"empty (7)", "", R"("")"},
      {"plain (7)", "oi tudo bem", R"("oi tudo bem")"},
      {"quotation mark (7)", R"(a"b)", R"("a\"b")"},
      {"backslash (7)", R"(a\b)", R"("a\\b")"},
      {"short forms (7)", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"other control characters (7)", "\0\x01\v\x1B\x1F"sv,
       R"("\u0000\u0001\u000b\u001b\u001f")"},
      {"slash stays (7)", "</script>", R"("</script>")"},
      {"DEL stays (7)", "\x7F", "\"\x7F\""},
      {"apostrophe and ampersand stay (7)", "'&", R"("'&")"},
      {"UTF-8 stays (8.1)", "\xC3\xA7\xE2\x82\xAC\xF0\x9F\x98\x80",
       "\"\xC3\xA7\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {"line separators stay (7)", "\xE2\x80\xA8\xE2\x80\xA9",
       "\"\xE2\x80\xA8\xE2\x80\xA9\""},
      {"only escapes (7)", "\"\"\\\\", R"("\"\"\\\\")"},
      {"an escape already (7)", R"(\u0041)", R"("\\u0041")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(written(row.text), row.json);
    EXPECT_EQ(read_back(written(row.text)), row.text);
  }
}

TEST(JsonWriter, WritesAnEmptyView) {
  EXPECT_EQ(written(std::string_view()), R"("")");
}

TEST(JsonWriter, AppendsAfterWhatIsThere) {
  std::string out = "data: ";
  append_string(&out, "a");
  EXPECT_EQ(out, "data: \"a\"");
}

TEST(JsonWriter, FindsTheFirstSpecialByteAtEveryOffset) {
  const auto special = [](int byte) {
    return byte < 0x20 || byte == '"' || byte == '\\';
  };
  // The fillers are the neighbours of what is special, and bytes whose high
  // bit could be mistaken for a mark.
  for (const char filler : " !#[]a\x7F\x80\x9F\xA2\xDC\xFF"sv) {
    for (std::size_t size = 1; size < 26; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, filler);
        for (int byte = 0; byte < 256; ++byte) {
          text[at] = static_cast<char>(byte);
          const char* const end = text.data() + size;
          const char* const found = skip_plain(text.data(), end);
          ASSERT_EQ(found - text.data(),
                    static_cast<std::ptrdiff_t>(special(byte) ? at : size));
        }
      }
    }
  }
}

TEST(JsonWriter, LooksForSpecialBytesNoFurtherThanTheEnd) {
  for (const char beyond : "a\"\\\0"sv) {
    for (std::size_t size = 0; size < 26; ++size) {
      const std::string text = std::string(size, 'a') + std::string(16, beyond);
      const char* const end = text.data() + size;
      EXPECT_EQ(skip_plain(text.data(), end), end);
    }
  }
}

TEST(JsonWriter, FindsTheFirstOfTwoSpecialBytes) {
  for (std::size_t first = 0; first < 16; ++first) {
    for (std::size_t second = first + 1; second < 17; ++second) {
      for (const char a : "\"\\\x01\x1F"sv) {
        for (const char b : "\"\\\x01\x1F"sv) {
          std::string text(17, ' ');
          text[first] = a;
          text[second] = b;
          const char* const begin = text.data();
          EXPECT_EQ(skip_plain(begin, begin + text.size()), begin + first);
          EXPECT_EQ(read_back(written(text)), text);
        }
      }
    }
  }
}

TEST(JsonWriter, RoundTripsEveryByteOfAsciiAtEveryOffset) {
  for (std::size_t size = 1; size < 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (char byte = 0; byte >= 0 && byte < 127; ++byte) {
        std::string text(size, 'a');
        text[at] = byte;
        ASSERT_EQ(read_back(written(text)), text);
      }
    }
  }
}

TEST(JsonWriter, RoundTripsEveryCharacter) {
  std::string text;
  for (char32_t character = 0; character <= 0x10FFFF; ++character) {
    if (character >= 0xD800 && character <= 0xDFFF) continue;
    char bytes[4];
    text.append(bytes, base::encode_utf8(character, bytes));
    if (character % 1024 != 1023) continue;
    ASSERT_EQ(read_back(written(text)), text)
        << "up to " << static_cast<unsigned long>(character);
    text.clear();
  }
}

TEST(JsonWriter, RoundTripsHostileText) {
  const std::string_view rows[] = {
      R"(","admin":true,"x":")",
      R"(\",\"admin\":true)",
      "\\",
      "\\\\\\",
      "\"",
      "}]}]",
      "\n\ndata: forged\n\n",
      "\r\nHTTP/1.1 200 OK\r\n\r\n",
      "\0\0"sv,
      "</script><script>alert(1)</script>",
      "\xEF\xBB\xBF",
      "\\uD800",
  };
  for (const std::string_view row : rows) {
    SCOPED_TRACE(row);
    EXPECT_EQ(read_back(written(row)), row);
    std::string out;
    Writer(&out).begin_object().key(row).string(row).end_object();
    const auto object = Object::parse(out);
    ASSERT_TRUE(object.ok());
    ASSERT_EQ(object->size(), 1u);
    EXPECT_EQ(object->begin()->name, row);
    EXPECT_EQ(object->begin()->value.text, row);
    EXPECT_EQ(out.find('\n'), out.npos);
  }
}

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
  const struct {
    const char* name;
    void (*write)(Writer&);
    const char* json;
  } rows[] = {
      {"empty object", [](Writer& w) { w.begin_object().end_object(); }, "{}"},
      {"empty array", [](Writer& w) { w.begin_array().end_array(); }, "[]"},
      {"lone value", [](Writer& w) { w.null(); }, "null"},
      {"members",
       [](Writer& w) {
         w.begin_object().key("a").number(1).key("b").boolean(true);
         w.key("c").boolean(false).key("d").null().end_object();
       },
       R"({"a":1,"b":true,"c":false,"d":null})"},
      {"elements",
       [](Writer& w) {
         w.begin_array().string("a").number(2).null().raw("[3]");
         w.seconds(base::Micros(4)).boolean(true).end_array();
       },
       R"(["a",2,null,[3],0.000004,true])"},
      {"containers in an array",
       [](Writer& w) {
         w.begin_array().begin_array().end_array();
         w.begin_object().end_object();
         w.begin_array().begin_array().number(1).end_array().end_array();
         w.number(2).end_array();
       },
       "[[],{},[[1]],2]"},
      {"containers in an object",
       [](Writer& w) {
         w.begin_object().key("a").begin_object().end_object();
         w.key("b").begin_array().end_array();
         w.key("c").begin_object().key("d").null().end_object();
         w.key("").null().end_object();
       },
       R"({"a":{},"b":[],"c":{"d":null},"":null})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::string out;
    Writer writer(&out);
    row.write(writer);
    EXPECT_EQ(out, row.json);
    EXPECT_TRUE(check(out).ok());
  }
}

TEST(JsonWriter, WritesIntegersExactly) {
  std::string out;
  Writer writer(&out);
  writer.begin_array().number(0).number(-1).number(42u);
  writer.number(std::int64_t{INT64_MIN}).number(std::int64_t{INT64_MAX});
  writer.number(std::uint64_t{UINT64_MAX}).number(std::uint8_t{255});
  writer.number(std::int8_t{-128}).number(std::size_t{7}).end_array();
  EXPECT_EQ(out,
            "[0,-1,42,-9223372036854775808,9223372036854775807,"
            "18446744073709551615,255,-128,7]");
}

TEST(JsonWriter, WritesTimesAsSecondsWithSixDecimals) {
  std::string out;
  Writer(&out)
      .begin_array()
      .seconds(base::Micros(0))
      .seconds(base::Micros(1700000000123456))
      .end_array();
  EXPECT_EQ(out, "[0.000000,1700000000.123456]");
}

TEST(JsonWriter, WritesAMessage) {
  std::string out;
  Writer(&out)
      .begin_object()
      .key("id")
      .number(std::uint64_t{1700000000123456})
      .key("room")
      .string("geral")
      .key("message")
      .string("oi \"tudo\"\n")
      .end_object();
  EXPECT_EQ(out, R"({"id":1700000000123456,"room":"geral",)"
                 R"("message":"oi \"tudo\"\n"})");
}

}  // namespace
}  // namespace papo::json
