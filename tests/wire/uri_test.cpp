#include "wire/uri.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace papo::uri {
namespace {

using std::string_view_literals::operator""sv;

TEST(Uri, DecodesPercentEncodedBytes) {
  const struct {
    const char* name;
    std::string_view text;
    std::string_view decoded;
  } rows[] = {
      {"nothing", "", ""},
      {"plain", "geral", "geral"},
      {"a byte", "a%20b", "a b"},
      {"both cases of digits", "%c3%A9", "\xC3\xA9"},
      {"only an encoding", "%41", "A"},
      {"NUL", "%00", "\0"sv},
      {"ill-formed UTF-8 passes", "%FF%fe", "\xFF\xFE"},
      {"a percent sign, encoded", "%25", "%"},
      {"what is decoded is not decoded again", "%2541", "%41"},
      {"plus stays", "a+b", "a+b"},
      {"a percent sign at the end (URL 1.3)", "100%", "100%"},
      {"one digit at the end", "%4", "%4"},
      {"not digits", "%zz%4g%g4", "%zz%4g%g4"},
      {"the second of two percent signs", "%%41", "%A"},
      {"percent signs in a row", "%%%", "%%%"},
      {"an encoding of an encoding's middle", "%4%31", "%41"},
      {"bytes beyond ASCII pass", "caf\xC3\xA9", "caf\xC3\xA9"},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    std::string out = "before ";
    percent_decode(each.text, &out);
    EXPECT_EQ(out, "before " + std::string(each.decoded));
  }
}

TEST(Uri, DecodesEveryByte) {
  const std::string_view digits = "0123456789abcdef";
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string text = {'%', digits[byte / 16], digits[byte % 16]};
    std::string out;
    percent_decode(text, &out);
    EXPECT_EQ(out, std::string(1, static_cast<char>(byte)));
  }
}

TEST(Uri, DecodesPathsOfFiles) {
  const struct {
    const char* name;
    std::string_view path;
    std::string_view file;
  } rows[] = {
      {"the root", "/", ""},
      {"a file", "/index.html", "index.html"},
      {"in a folder", "/js/chat.js", "js/chat.js"},
      {"a folder keeps its slash", "/js/", "js/"},
      {"decoded", "/caf%C3%A9%20x.js", "caf\xC3\xA9 x.js"},
      {"plus is a plus", "/a+b", "a+b"},
      {"dots within", "/a..b/...", "a..b/..."},
      {"a dot file", "/.well-known/x", ".well-known/x"},
      {"a percent sign alone", "/100%", "100%"},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    std::string out;
    EXPECT_TRUE(decode_file_path(each.path, &out));
    EXPECT_EQ(out, each.file);
  }
}

TEST(Uri, RefusesPathsThatLeadElsewhere) {
  const struct {
    const char* name;
    std::string_view path;
  } rows[] = {
      {"nothing", ""},
      {"relative", "a"},
      {"asterisk-form", "*"},
      {"the parent", "/.."},
      {"the parent, within", "/a/../b"},
      {"the parent, encoded", "/%2e%2E/b"},
      {"the parent, half encoded", "/.%2e"},
      {"the folder itself", "/./a"},
      {"the folder itself, encoded", "/%2e"},
      {"an encoded slash", "/a%2fb"},
      {"a parent behind an encoded slash", "/..%2fb"},
      {"a backslash", "/..\\a"},
      {"a backslash, encoded", "/a%5C..%5Cb"},
      {"NUL", "/index.html%00.js"},
      {"a line break", "/a%0d%0ab"},
      {"DEL", "/a%7f"},
      {"an absolute path", "//etc/passwd"},
      {"an empty segment", "/a//b"},
      {"an empty segment at the end", "/a//"},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    std::string out;
    EXPECT_FALSE(decode_file_path(each.path, &out));
  }
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Reads all views first and looks at them at the end, when one that has moved
// would show.
Pairs pairs_of(std::string_view form) {
  std::string scratch = "from another form";
  std::vector<Pair> views;
  FormReader reader(form, &scratch);
  for (Pair pair; reader.next(&pair);) views.push_back(pair);
  Pairs pairs;
  for (const Pair& each : views) pairs.emplace_back(each.name, each.value);
  return pairs;
}

TEST(FormReader, ReadsPairs) {
  const struct {
    const char* name;
    std::string_view form;
    Pairs pairs;
  } rows[] = {
      {"nothing", "", {}},
      {"one", "a=b", {{"a", "b"}}},
      {"in order", "b=1&a=2", {{"b", "1"}, {"a", "2"}}},
      {"names may repeat", "a=1&a=2", {{"a", "1"}, {"a", "2"}}},
      {"empty sequences are passed over (URL 5.1)",
       "&&a=b&&&c=d&",
       {{"a", "b"}, {"c", "d"}}},
      {"only ampersands", "&&", {}},
      {"no '=': an empty value", "a&b=", {{"a", ""}, {"b", ""}}},
      {"an empty name", "=b&=", {{"", "b"}, {"", ""}}},
      {"the first '=' counts", "a=b=c", {{"a", "b=c"}}},
      {"plus is a space", "a+b=c+d+", {{"a b", "c d "}}},
      {"an encoded plus is a plus", "a=1%2B1", {{"a", "1+1"}}},
      {"only a plus", "+=+", {{" ", " "}}},
      {"percent-encoded", "%61=%c3%a9", {{"a", "\xC3\xA9"}}},
      {"encoded separators separate nothing", "a%3Db=c%26d", {{"a=b", "c&d"}}},
      {"percent sign, plus", "a=%+%2", {{"a", "% %2"}}},
      {"plus within an encoding", "a=%+41", {{"a", "% 41"}}},
      {"ill-formed UTF-8 passes", "a=%ff", {{"a", "\xFF"}}},
      {"NUL passes", "a=%00b", {{"a", std::string("\0b", 2)}}},
      {"a semicolon separates nothing", "a=b;c=d", {{"a", "b;c=d"}}},
      {"no BOM is taken off",
       "a=%EF%BB%BFb",
       {{"a",
         "\xEF\xBB\xBF"
         "b"}}},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(pairs_of(each.form), each.pairs);
  }
}

TEST(FormReader, ViewsStayValidWhileItReadsOn) {
  std::string form;
  Pairs expected;
  for (int i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    form += "n%61me" + number + "=v+" + number + "%21&plain=" + number + "&";
    expected.emplace_back("name" + number, "v " + number + "!");
    expected.emplace_back("plain", number);
  }
  EXPECT_EQ(pairs_of(form), expected);
}

TEST(FormReader, CopiesNothingThatIsNotEncoded) {
  const std::string_view form = "room=geral&last_timestamp=0";
  std::string scratch;
  FormReader reader(form, &scratch);
  Pair pair;
  ASSERT_TRUE(reader.next(&pair));
  EXPECT_EQ(pair.name.data(), form.data());
  ASSERT_TRUE(reader.next(&pair));
  EXPECT_EQ(pair.value.data(), form.data() + form.size() - 1);
  EXPECT_TRUE(scratch.empty());
  EXPECT_FALSE(reader.next(&pair));
  EXPECT_FALSE(reader.next(&pair));
}

}  // namespace
}  // namespace papo::uri
