// What must hold of the web client before any browser sees it: that it asks no
// other host for anything, parses no text as markup, and that its colours can
// be read. The rest is tests/browser.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/embedded_files.h"
#include "app/static_files.h"
#include "support/static_content.h"

namespace papo::app {
namespace {

// Kept by files that live as long as the tests.
std::string_view bytes_of(std::string_view path) {
  static EmbeddedFiles files;
  File file;
  if (!files.find(path, &file)) return {};
  files.unpack(path, &file);
  return file.bytes;
}

bool is_code(const EmbeddedFile& file) {
  return file.path.ends_with(".js") || file.path.ends_with(".css") ||
         file.path.ends_with(".html");
}

// Every match of `pattern` in `text`, its first group.
std::vector<std::string> all_of(std::string_view text, const char* pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  using Iterator = std::cregex_iterator;
  for (Iterator at(text.data(), text.data() + text.size(), expression);
       at != Iterator(); ++at) {
    found.push_back((*at)[1].str());
  }
  return found;
}

// Names of XML namespaces look like addresses, and are none.
TEST(WebClient, AsksNoOtherHost) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (!is_code(file)) continue;
    SCOPED_TRACE(file.path);
    for (const std::string& address : all_of(
             bytes_of(file.path), "((?:https?:)?//[a-z0-9-]+\\.[a-z0-9.-]+)")) {
      EXPECT_EQ(address, "http://www.w3.org");
    }
  }
}

// Relative addresses alone work under a sub-path.
TEST(WebClient, HasNoAbsolutePath) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (!is_code(file)) continue;
    SCOPED_TRACE(file.path);
    EXPECT_EQ(all_of(bytes_of(file.path), "((?:href|src)=\"/[^\"]*)"),
              std::vector<std::string>{});
    EXPECT_EQ(all_of(bytes_of(file.path), "(url\\(\\s*[\"']?/[^)]*)"),
              std::vector<std::string>{});
    EXPECT_EQ(
        all_of(bytes_of(file.path), "((?:fetch|urlOf|from|import)\\s*\\(?\"/)"),
        std::vector<std::string>{});
  }
}

TEST(WebClient, NeverParsesTextAsMarkup) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.ends_with(".js")) continue;
    SCOPED_TRACE(file.path);
    for (const char* forbidden :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
          "createContextualFragment", "DOMParser", "setHTMLUnsafe", "eval(",
          "new Function"}) {
      EXPECT_EQ(bytes_of(file.path).find(forbidden), std::string_view::npos)
          << forbidden;
    }
  }
}

// So that the Content-Security-Policy needs no exception.
TEST(WebClient, HasNoInlineScriptOrStyle) {
  const std::string_view page = bytes_of("index.html");
  for (const std::string& script : all_of(page, "(<script[^>]*>)")) {
    EXPECT_NE(script.find(" src=\""), std::string::npos) << script;
  }
  EXPECT_EQ(page.find("<style"), std::string_view::npos);
  EXPECT_EQ(all_of(page, "[\\s](on[a-z]+=|style=)"),
            std::vector<std::string>{});
  EXPECT_EQ(page.find("javascript:"), std::string_view::npos);
}

// A phrase is `key: [english, portuguese]`. Each that the markup names is
// there. (What the scripts name, the tests in a browser meet.)
TEST(WebClient, HasEveryPhraseOfTheMarkup) {
  const std::string words =
      support::read_file(PAPO_STATIC_FOLDER "/js/words/phrases.js");
  const auto keys = all_of(words, "\n  (\\w+): \\[");
  const std::set<std::string> known(keys.begin(), keys.end());
  EXPECT_EQ(known.size(), keys.size()) << "a phrase is there twice";
  EXPECT_GT(known.size(), 100u);
  for (const std::string& key :
       all_of(bytes_of("index.html"), "data-t(?:-[a-z]+)?=\"(\\w+)\"")) {
    EXPECT_TRUE(known.contains(key)) << key;
  }
}

// ---- Colours, by WCAG 2.2 ----

using Colours = std::map<std::string, std::string, std::less<>>;

// The #rrggbb of one block of css/tokens.css, which papo.css holds.
Colours colours_of(std::string_view selector) {
  const std::string_view sheet = bytes_of("css/papo.css");
  const std::size_t begin = sheet.find(std::string(selector) + " {");
  EXPECT_NE(begin, std::string_view::npos) << selector;
  if (begin == std::string_view::npos) return {};
  const std::string_view block =
      sheet.substr(begin, sheet.find('}', begin) - begin);
  Colours colours;
  const std::regex declaration("--([a-z0-9-]+):\\s*(#[0-9a-f]{6});");
  using Iterator = std::cregex_iterator;
  for (Iterator at(block.data(), block.data() + block.size(), declaration);
       at != Iterator(); ++at) {
    colours[(*at)[1].str()] = (*at)[2].str();
  }
  return colours;
}

// "relative luminance" of WCAG 2.2.
double luminance_of(const std::string& colour) {
  const auto channel = [&](std::size_t at) {
    const double value =
        static_cast<double>(std::stoi(colour.substr(at, 2), nullptr, 16)) /
        255.0;
    return value <= 0.04045 ? value / 12.92
                            : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

// "contrast ratio" of WCAG 2.2, from 1 to 21.
double contrast_of(const std::string& a, const std::string& b) {
  const double first = luminance_of(a);
  const double second = luminance_of(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

struct Pair {
  const char* front;
  const char* back;
};

// Success criterion 1.4.3: text, and its ground, as the sheets pair them.
constexpr Pair kTexts[] = {
    {"ink", "paper"},
    {"ink", "surface"},
    {"ink", "raised"},
    {"ink", "sunken"},
    {"ink", "line"},
    {"ink", "theirs"},
    {"ink", "sun-soft"},
    {"ink", "danger-soft"},
    {"ink", "code"},
    {"ink-2", "paper"},
    {"ink-2", "surface"},
    {"ink-2", "raised"},
    {"ink-2", "sunken"},
    {"ink-2", "line"},
    {"ink-2", "code"},
    {"ink-2", "theirs"},
    {"ink-2", "sun-soft"},
    {"surface", "ink"},
    {"accent", "surface"},
    {"accent", "theirs"},
    {"accent", "sun-soft"},
    {"on-accent", "accent"},
    {"on-accent", "accent-strong"},
    {"on-accent-soft", "accent-soft"},
    {"on-here", "here"},
    {"here", "on-here"},
    {"on-mine", "mine"},
    {"on-mine", "mine-code"},
    {"on-mine-2", "mine"},
    {"on-mine-2", "mine-code"},
    {"on-sun", "sun"},
    {"danger", "surface"},
    {"danger", "raised"},
    {"danger", "paper"},
    {"on-danger", "danger"},
    {"hue-0", "surface"},
    {"hue-1", "surface"},
    {"hue-2", "surface"},
    {"hue-3", "surface"},
    {"hue-4", "surface"},
    {"hue-5", "surface"},
    {"hue-6", "surface"},
    {"hue-7", "surface"},
    {"on-hue", "hue-0"},
    {"on-hue", "hue-1"},
    {"on-hue", "hue-2"},
    {"on-hue", "hue-3"},
    {"on-hue", "hue-4"},
    {"on-hue", "hue-5"},
    {"on-hue", "hue-6"},
    {"on-hue", "hue-7"},
};

// Success criterion 1.4.11: what shows where a control is, or its state.
constexpr Pair kShapes[] = {
    {"edge", "paper"},     {"edge", "surface"},   {"edge", "raised"},
    {"accent", "surface"}, {"accent", "raised"},  {"focus", "paper"},
    {"focus", "surface"},  {"focus", "raised"},   {"focus", "sunken"},
    {"ok", "sunken"},      {"danger", "surface"}, {"on-accent", "accent"},
};

void expect_contrast(const Colours& colours, const Pair& pair, double least) {
  const auto front = colours.find(pair.front);
  const auto back = colours.find(pair.back);
  ASSERT_NE(front, colours.end()) << pair.front;
  ASSERT_NE(back, colours.end()) << pair.back;
  EXPECT_GE(contrast_of(front->second, back->second), least)
      << pair.front << " on " << pair.back;
}

TEST(WebClient, CanBeReadInBothThemes) {
  const Colours light = colours_of(":root");
  Colours dark = light;
  for (const auto& [name, value] : colours_of(":root[data-theme=\"dark\"]")) {
    dark[name] = value;
  }
  for (const bool is_dark : {false, true}) {
    SCOPED_TRACE(is_dark ? "dark" : "light");
    const Colours& colours = is_dark ? dark : light;
    for (const Pair& pair : kTexts) expect_contrast(colours, pair, 4.5);
    for (const Pair& pair : kShapes) expect_contrast(colours, pair, 3.0);
  }
}

// The examples that the standard's own tools agree on.
TEST(WebClient, ContrastIsComputedAsTheStandardSays) {
  EXPECT_NEAR(contrast_of("#000000", "#ffffff"), 21.0, 0.001);
  EXPECT_NEAR(contrast_of("#777777", "#ffffff"), 4.478, 0.001);
  EXPECT_NEAR(contrast_of("#767676", "#ffffff"), 4.542, 0.001);
  EXPECT_NEAR(contrast_of("#ffffff", "#ffffff"), 1.0, 0.001);
}

}  // namespace
}  // namespace papo::app
