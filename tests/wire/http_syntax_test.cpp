#include "wire/http_syntax.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace papo::http {
namespace {

TEST(HttpSyntax, KnowsMethodsByTheirExactName) {
  const struct {
    std::string_view token;
    Method method;
  } rows[] = {
      {"GET", Method::Get},        {"HEAD", Method::Head},
      {"POST", Method::Post},      {"PUT", Method::Put},
      {"DELETE", Method::Delete},  {"OPTIONS", Method::Options},
      {"PATCH", Method::Patch},    {"CONNECT", Method::Connect},
      {"TRACE", Method::Trace},    {"get", Method::Other},
      {"GETS", Method::Other},     {"GE", Method::Other},
      {"PROPFIND", Method::Other}, {"", Method::Other},
      {"OPTIONZ", Method::Other},  {"POSE", Method::Other},
      {"DELETED", Method::Other},  {"DELETF", Method::Other},
  };
  for (const auto& each : rows) {
    EXPECT_EQ(method_of(each.token), each.method) << each.token;
  }
}

TEST(HttpSyntax, TokensEndAtEveryOtherByte) {
  const std::string_view tchars =
      "!#$%&'*+-.^_`|~0123456789"
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_tchar = tchars.find(c) != tchars.npos;
    EXPECT_EQ(token_size(std::string{'x', c, 'x'}), is_tchar ? 3u : 1u) << byte;
  }
}

TEST(HttpSyntax, TargetsHoldVisibleAsciiWithoutFragment) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool allowed = byte > 0x20 && byte < 0x7F && c != '#';
    const std::string text = "/0123456789abcdef" + std::string(1, c) + "g";
    EXPECT_EQ(target_size(text), allowed ? text.size() : 17u) << byte;
  }
}

std::vector<std::string> elements_of(std::string_view list) {
  std::vector<std::string> elements;
  std::string_view element;
  while (take_element(&list, &element)) elements.emplace_back(element);
  return elements;
}

TEST(HttpSyntax, TakesListsApart) {
  using Elements = std::vector<std::string>;
  EXPECT_EQ(elements_of(""), Elements{});
  EXPECT_EQ(elements_of(" \t"), Elements{});
  EXPECT_EQ(elements_of(",, ,"), Elements{});
  EXPECT_EQ(elements_of("a"), Elements{"a"});
  EXPECT_EQ(elements_of("a,b"), (Elements{"a", "b"}));
  EXPECT_EQ(elements_of(" a \t,\t, b c ,"), (Elements{"a", "b c"}));
}

TEST(HttpSyntax, FindsTokensInLists) {
  const struct {
    std::string_view list;
    std::string_view token;
    bool found;
  } rows[] = {
      {"close", "close", true},
      {"Keep-Alive, UPGRADE", "upgrade", true},
      {" ,upgrade\t, x", "upgrade", true},
      {"upgraded", "upgrade", false},
      {"xupgrade", "upgrade", false},
      {"up grade", "upgrade", false},
      {"a;upgrade", "upgrade", false},
      {"", "upgrade", false},
      {",", "", false},
  };
  for (const auto& each : rows) {
    EXPECT_EQ(has_token(each.list, each.token), each.found) << each.list;
  }
}

TEST(HttpSyntax, JudgesAuthorities) {
  const struct {
    const char* name;
    std::string_view text;
    bool valid;
  } rows[] = {
      {"a name", "localhost", true},
      {"a name and a port", "localhost:5501", true},
      {"an IPv4 address", "127.0.0.1:80", true},
      {"an IPv6 address (3986 3.2.2)", "[::1]", true},
      {"an IPv6 address and a port", "[fe80::1:2]:5501", true},
      {"an IPv4 address inside", "[::ffff:1.2.3.4]", true},
      {"a port may be empty (3986 3.2.3)", "localhost:", true},
      {"every unreserved and sub-delimiter", "aZ09-._~!$&'()*+,;=", true},
      {"percent-encoded", "caf%C3%a9:1", true},
      {"nothing", "", false},
      {"a port without a host (9110 4.2.1)", ":80", false},
      {"user information (9110 4.2.4)", "ana@host", false},
      {"a blank", "a b", false},
      {"a path", "a/b", false},
      {"a port that is no number", "a:8o", false},
      {"a negative port", "a:-1", false},
      {"two ports", "a:1:2", false},
      {"half an encoding", "a%2", false},
      {"no encoding", "a%zz", false},
      {"a percent at the end", "a%", false},
      {"a list", "a, b", false},
      {"beyond ASCII", "caf\xC3\xA9", false},
      {"quotes", "\"a\"", false},
      {"empty brackets", "[]", false},
      {"brackets not closed", "[::1", false},
      {"brackets round one byte", "[:]", false},
      {"a name in brackets", "[localhost]", false},
      {"text after the brackets", "[::1]x", false},
      {"a zone", "[fe80::1%25eth0]", false},
      {"a future version of IP", "[v1.x]", false},
      {"IPv6 without brackets", "::1", false},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(is_authority(each.text), each.valid);
  }
}

struct TargetRow {
  const char* name;
  Method method;
  std::string_view text;
  // form|authority|path|query, or nothing when it is refused
  std::string_view parts;
};

std::string parts_of(Method method, std::string_view text) {
  Target target;
  if (!parse_target(method, text, &target)) return "";
  const char* const forms[] = {"origin", "absolute", "authority", "asterisk"};
  std::string parts = forms[static_cast<std::size_t>(target.form)];
  for (const std::string_view part :
       {target.authority, target.path, target.query}) {
    parts += '|';
    parts += part;
  }
  return parts;
}

TEST(HttpSyntax, TakesTargetsApart) {
  const TargetRow rows[] = {
      {"origin-form (9112 3.2.1)", Method::Get, "/", "origin||/|"},
      {"with a query", Method::Get, "/a/b?c=d", "origin||/a/b|c=d"},
      {"an empty query", Method::Get, "/a?", "origin||/a|"},
      {"the first '?' counts", Method::Get, "/a?b?c", "origin||/a|b?c"},
      {"two slashes are a path", Method::Get, "//a/b", "origin||//a/b|"},
      {"absolute-form (9112 3.2.2)", Method::Get, "http://a:1/b?c",
       "absolute|a:1|/b|c"},
      {"https", Method::Get, "https://a/b", "absolute|a|/b|"},
      {"schemes have no case (9110 4.2.3)", Method::Get, "HtTp://a/b",
       "absolute|a|/b|"},
      {"an empty path", Method::Get, "http://a", "absolute|a||"},
      {"an empty path and a query", Method::Get, "http://a?b=/c",
       "absolute|a||b=/c"},
      {"a slash in the query only", Method::Get, "http://a?/", "absolute|a||/"},
      {"no host (9110 4.2.1)", Method::Get, "http:///a", ""},
      {"user information (9110 4.2.4)", Method::Get, "http://u:p@a/", ""},
      {"another scheme", Method::Get, "ftp://a/", ""},
      {"one slash", Method::Get, "http:/a", ""},
      {"the scheme alone", Method::Get, "http://", ""},
      {"nothing", Method::Get, "", ""},
      {"relative", Method::Get, "a/b", ""},
      {"a query alone", Method::Get, "?a", ""},
      {"asterisk-form (9112 3.2.4)", Method::Options, "*", "asterisk||*|"},
      {"asterisk-form is for OPTIONS", Method::Get, "*", ""},
      {"asterisk and more", Method::Options, "*?a", ""},
      {"OPTIONS of a path", Method::Options, "/a", "origin||/a|"},
      {"authority-form (9112 3.2.3)", Method::Connect, "a:80",
       "authority|a:80||"},
      {"authority-form in IPv6", Method::Connect, "[::1]:80",
       "authority|[::1]:80||"},
      {"CONNECT without a port", Method::Connect, "host1", ""},
      {"CONNECT with an empty port", Method::Connect, "a:", ""},
      {"CONNECT with an address without a port", Method::Connect, "[::1]", ""},
      {"CONNECT to a path", Method::Connect, "/a", ""},
      {"CONNECT to a URL", Method::Connect, "http://a:80/", ""},
      {"authority-form is for CONNECT", Method::Get, "a:80", ""},
  };
  for (const TargetRow& each : rows) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(parts_of(each.method, each.text), each.parts);
  }
}

TEST(HttpSyntax, ReadsChunkLines) {
  const struct {
    const char* name;
    std::string_view line;
    bool valid;
    std::uint64_t size;
  } rows[] = {
      {"one digit (9112 7.1)", "5", true, 5},
      {"both cases", "aF", true, 0xAF},
      {"leading zeros", "0005", true, 5},
      {"the last chunk", "0", true, 0},
      {"sixteen digits", "FFFFFFFFFFFFFFFF", true, ~std::uint64_t{0}},
      {"seventeen digits", "FFFFFFFFFFFFFFFF1", false, 0},
      {"seventeen digits, all but one zero", "00000000000000005", false, 0},
      {"an extension (9112 7.1.1)", "5;a", true, 5},
      {"with a value", "5;a=b;c=\"d;e\"", true, 5},
      {"bad white space before it", "5 \t;a", true, 5},
      {"nothing after the semicolon", "5;", true, 5},
      {"nothing", "", false, 0},
      {"an extension alone", ";a", false, 0},
      {"a blank before", " 5", false, 0},
      {"a blank after", "5 ", false, 0},
      {"0x", "0x5", false, 0},
      {"a plus", "+5", false, 0},
      {"a minus", "-5", false, 0},
      {"not hexadecimal", "5g", false, 0},
      {"two numbers", "5 5", false, 0},
      {"a decimal point", "5.0", false, 0},
      {"a comma", "5,5", false, 0},
  };
  for (const auto& each : rows) {
    SCOPED_TRACE(each.name);
    std::uint64_t size = 0;
    EXPECT_EQ(parse_chunk_line(each.line, &size), each.valid);
    EXPECT_EQ(each.valid ? size : 0, each.size);
  }
}

}  // namespace
}  // namespace papo::http
