// How it looks and is read out: languages, small screens, themes, contrast,
// names of controls.
#include <set>

#include "browser/fixture.h"
#include "support/json_elements.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class LookTest : public BrowserTest {};

void set_media(Page& page, std::string_view feature, std::string_view value) {
  page.devtools("Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":" + as_json(feature) +
                    ",\"value\":" + as_json(value) + "}]}");
}

// Everything that a room can show, for what looks at all of it.
void fill_room(const std::string& url) {
  Person bia(url, "bia");
  Person caio(url, "caio");
  bia.join("geral");
  caio.join("geral");
  caio.join("praia");
  bia.set_topic("geral", "all about *papo*");
  bia.say("geral",
          "**bold** `code` https://example.org/ @ana\n> quote\n- list");
  bia.say("geral", "```js\nlet a = 1;\n```");
  bia.say("geral", "/me waves");
  bia.say("geral", "🎉");
  bia.erase("geral", bia.say("geral", "gone"));
  bia.edit("geral", bia.say("geral", "wrng"), "right");
  caio.say("geral", "hello @ana and @bia");
}

// Of every text that is visible, whether it keeps WCAG 2.2's contrast (1.4.3)
// with what is painted below it; those that do not, as sentences. Text over
// pictures, of disabled controls and of pure decoration is not judged.
constexpr std::string_view kLowContrast = R"js((() => {
  const parse = (text) => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    if (text.startsWith('color(srgb')) {
      return [numbers[0] * 255, numbers[1] * 255, numbers[2] * 255, numbers[3] ?? 1];
    }
    return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  };
  const over = (front, back) => {
    const a = front[3];
    return [0, 1, 2].map((i) => front[i] * a + back[i] * (1 - a)).concat(1);
  };
  const groundOf = (el) => {
    const layers = [];
    for (let at = el; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => value / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratioOf = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const opacityOf = (el) => {
    let opacity = 1;
    for (let at = el; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
    return opacity;
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const el = walker.currentNode.parentElement;
    if (text === '' || /^\p{Extended_Pictographic}/u.test(text)) continue;
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (el.closest('.unseen, .sign, :disabled, [inert], noscript, svg')) continue;
    const box = el.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(el);
    const ground = groundOf(el);
    const colour = parse(style.color);
    colour[3] *= opacityOf(el);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = ratioOf(over(colour, ground), ground);
    if (ratio < (large ? 3 : 4.5)) {
      bad.push(`${el.tagName}.${el.className} "${text.slice(0, 20)}" ${ratio.toFixed(2)}`);
    }
  }
  return bad;
})())js";

void expect_contrast(Page& page) {
  page.wait_for(
      "!document.getAnimations().some(each =>"
      " each.playState === 'running' &&"
      " each.effect.getTiming().iterations !== Infinity)");
  EXPECT_EQ(page.evaluate(kLowContrast).list(), Texts{});
}

// Success criterion 1.4.10: no scrolling in two directions.
void expect_no_sideways_scrolling(Page& page) {
  // Nor does the page itself scroll beside the timeline, not by a pixel.
  EXPECT_LE(page.evaluate("document.querySelector('#app').hidden ? 0 :"
                          " document.scrollingElement.scrollHeight"
                          " - innerHeight")
                .number(),
            0);
  EXPECT_LE(page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
                .number(),
            0);
  EXPECT_EQ(
      page.evaluate("[...document.querySelectorAll('#conversation, #timeline,"
                    " #composer, .room-head, #welcome, dialog[open]')]"
                    ".filter(each => each.checkVisibility() &&"
                    " each.scrollWidth > each.clientWidth + 1)"
                    ".map(each => each.id || each.className)")
          .list(),
      Texts{});
}

// Calls `judge` while each dialog is open.
template <class Judge>
void in_each_dialog(Page& page, Judge judge) {
  struct Dialog {
    const char* name;
    const char* opener;
  };
  for (const Dialog& each :
       {Dialog{"#settings", "#open-settings"}, Dialog{"#help", "#open-help"},
        Dialog{"#room-dialog", "#new-room"},
        Dialog{"#topic-dialog", "#edit-topic"},
        Dialog{"#confirm", "#leave-room"},
        Dialog{"#switcher", "#open-switcher"}}) {
    SCOPED_TRACE(each.name);
    page.evaluate("document.querySelector(arguments[0]).click()",
                  {each.opener});
    page.wait_until_shown(each.name);
    judge();
    page.press("Escape");
    page.wait_until_hidden(each.name);
  }
}

// Of a node of the accessibility tree, what `member` ("role") holds.
std::string value_of(const json::Object& node, std::string_view member) {
  const json::Value* const value = node.find(member);
  if (value == nullptr) return "";
  const auto inner = json::Object::parse(value->text);
  const json::Value* const text = inner ? inner->find("value") : nullptr;
  return text == nullptr ? "" : std::string(text->text);
}

bool is_ignored(const json::Object& node) {
  const json::Value* const ignored = node.find("ignored");
  return ignored != nullptr && ignored->kind == json::Kind::True;
}

// The roles of what a screen reader meets and cannot name.
Texts nameless_controls(Page& page) {
  static const std::set<std::string> named = {"button",
                                              "link",
                                              "textbox",
                                              "combobox",
                                              "radio",
                                              "switch",
                                              "listbox",
                                              "option",
                                              "dialog",
                                              "checkbox",
                                              "log",
                                              "img",
                                              "image",
                                              "heading",
                                              "toolbar",
                                              "navigation",
                                              "DisclosureTriangle"};
  page.devtools("Accessibility.enable");
  const Answer answer = page.devtools("Accessibility.getFullAXTree");
  page.devtools("Accessibility.disable");
  const auto tree = json::Object::parse(answer.text);
  const auto nodes = support::json_elements(tree->find("nodes")->text);
  EXPECT_GT(nodes->size(), 20u);
  Texts found;
  for (const support::JsonElement& each : *nodes) {
    const auto node = json::Object::parse(each.text);
    if (is_ignored(*node)) continue;
    const std::string role = value_of(*node, "role");
    if (named.contains(role) && value_of(*node, "name").empty()) {
      found.push_back(role);
    }
  }
  return found;
}

TEST_F(LookTest, EverythingHasANameAndAPlace) {
  serve();
  fill_room(url());
  Page& page = open_page();
  page.wait_for_focus("#name-input");
  EXPECT_EQ(nameless_controls(page), Texts{});
  EXPECT_EQ(page.evaluate("[...document.querySelectorAll('h1')].filter("
                          "each => each.checkVisibility()).length")
                .number(),
            1);
  page.arrive("ana", "geral");
  page.wait_for_message("right");
  page.evaluate("document.querySelector('.message').focus()");
  EXPECT_EQ(nameless_controls(page), Texts{});
  // One main, one log, one polite announcer.
  EXPECT_EQ(page.evaluate("[...document.querySelectorAll('main')].filter("
                          "each => each.checkVisibility()).length")
                .number(),
            1);
  EXPECT_EQ(
      page.evaluate("document.querySelectorAll('[role=log]').length").number(),
      1);
  EXPECT_EQ(page.evaluate("document.querySelector('#announcer').ariaLive").text,
            "polite");
  EXPECT_EQ(page.evaluate("document.documentElement.lang").text, "en");
  // Headings go down by single steps.
  EXPECT_TRUE(page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')]"
                            ".filter(each => each.checkVisibility())"
                            ".map(each => Number(each.tagName[1]))"
                            ".sort().every((n, i, all) => n - (all[i - 1] ?? 0)"
                            " <= 1)")
                  .is_true());
  in_each_dialog(page, [&] { EXPECT_EQ(nameless_controls(page), Texts{}); });
}

// What arrives is read out once, and not what one wrote oneself.
TEST_F(LookTest, WhatArrivesIsAnnounced) {
  serve();
  Page& page = arrive("ana", "geral");
  page.say_and_wait("my own");
  Person(url(), "bia").say("geral", "hello, ana");
  page.wait_for(
      "document.querySelector('#announcer').textContent"
      " === 'bia: hello, ana'");
}

TEST_F(LookTest, PortugueseSpeaksPortuguese) {
  serve();
  Browser brazilian("pt-BR");
  {
    Page page(brazilian, url() + "/");
    page.wait_for_focus("#name-input");
    EXPECT_EQ(page.evaluate("navigator.language").text, "pt-BR");
    EXPECT_EQ(page.evaluate("document.documentElement.lang").text, "pt-BR");
    EXPECT_EQ(page.text_of("#enter"), "Começar o papo");
    page.arrive("ana", "geral");
    EXPECT_EQ(page.evaluate("document.querySelector('#message-input')"
                            ".placeholder")
                  .text,
              "Mensagem em #geral");
    EXPECT_EQ(page.evaluate("document.querySelector('#switcher-input')"
                            ".placeholder")
                  .text,
              "Ir para uma sala…");
    Person(url(), "bia").join("geral");
    page.wait_for_text(".note.traffic summary", "ana e bia entraram");
  }
}

TEST_F(LookTest, TheLanguageCanBeSwitched) {
  serve();
  Page& page = open_page();
  page.wait_for_focus("#name-input");
  EXPECT_EQ(page.text_of("#enter"), "Start chatting");
  page.click("[data-lang=pt]");
  EXPECT_EQ(page.text_of("#enter"), "Começar o papo");
  page.click("#name-input");
  page.arrive("ana", "geral");
  page.say_and_wait("oi");
  page.click("#open-settings");
  page.wait_until_shown("#settings");
  EXPECT_EQ(page.text_of("#settings-title"), "Configurações");
  page.click("#settings label:has([value=en])");
  page.wait_for_text("#settings-title", "Settings");
  page.wait_for("document.querySelector('.day').innerText === 'Today'");
  page.press("Escape");
  page.reload();
  page.wait_for_room("geral");
  EXPECT_EQ(page.evaluate("document.documentElement.lang").text, "en");
}

// Every visible word and every label, in Portuguese, is a Portuguese one: none
// of the phrases that differ is left in English.
TEST_F(LookTest, NothingIsLeftUntranslated) {
  serve();
  fill_room(url());
  Page& page = open_page();
  page.wait_for_focus("#name-input");
  page.click("[data-lang=pt]");
  page.click("#name-input");
  page.arrive("ana", "geral");
  page.wait_for_message("right");
  const std::string_view words =
      "[...document.querySelectorAll('[aria-label],[title],[placeholder]')]"
      ".flatMap(each => [each.ariaLabel, each.title, each.placeholder])"
      ".concat(document.body.textContent.split('\\n'))"
      ".filter(Boolean).map(each => each.trim())"
      ".filter(each => /\\b(the|room|rooms|message|messages|people|send|your|"
      "cancel|close|settings|online|deleted|edited|joined|left|today)\\b/i"
      ".test(each) && !/right|hello|all about|English/.test(each))";
  EXPECT_EQ(page.evaluate(words).list(), Texts{});
}

TEST_F(LookTest, AThemeFollowsTheSystemOrIsChosen) {
  serve();
  Page& page = open_page();
  set_media(page, "prefers-color-scheme", "dark");
  page.wait_for("document.documentElement.dataset.theme === 'dark'");
  set_media(page, "prefers-color-scheme", "light");
  page.wait_for("document.documentElement.dataset.theme === 'light'");
  page.arrive("ana", "geral");
  page.click("#open-settings");
  page.wait_until_shown("#settings");
  page.click("#settings label:has([value=dark])");
  page.wait_for("document.documentElement.dataset.theme === 'dark'");
  page.press("Escape");
  page.reload();
  page.wait_for_room("geral");
  EXPECT_EQ(page.evaluate("document.documentElement.dataset.theme").text,
            "dark");
}

TEST_F(LookTest, EveryTextCanBeReadInBothThemes) {
  serve();
  fill_room(url());
  Page& page = open_page();
  set_media(page, "prefers-reduced-motion", "reduce");
  page.wait_for_focus("#name-input");
  for (const char* theme : {"light", "dark"}) {
    SCOPED_TRACE(theme);
    page.evaluate("document.documentElement.dataset.theme = arguments[0]",
                  {theme});
    expect_contrast(page);
  }
  page.arrive("ana", "geral");
  page.wait_for_message("right");
  page.say(
      "**mine** `code` https://example.org @bia\n> quote\n"
      "```\nblock\n```");
  page.wait_for("document.querySelector('.mine[data-state=sent] pre')");
  page.wait_until_shown("#directory-list [data-room=praia]");
  for (const char* theme : {"light", "dark"}) {
    SCOPED_TRACE(theme);
    page.evaluate("document.documentElement.dataset.theme = arguments[0]",
                  {theme});
    expect_contrast(page);
    in_each_dialog(page, [&] { expect_contrast(page); });
  }
}

TEST_F(LookTest, APhoneShowsOneThingAtATime) {
  serve();
  fill_room(url());
  Page& page = open_page();
  page.resize(375, 700);
  page.wait_for_focus("#name-input");
  expect_no_sideways_scrolling(page);
  page.arrive("ana", "geral");
  page.wait_for_message("right");
  expect_no_sideways_scrolling(page);
  // Rooms are a drawer.
  EXPECT_TRUE(
      page.evaluate("document.querySelector('#sidebar').inert").is_true());
  page.click("#open-sidebar");
  page.wait_for("document.activeElement.closest('#sidebar')");
  page.wait_until_shown("#directory-list [data-room=praia]");
  page.wait_for(
      "document.querySelector('#sidebar').getBoundingClientRect().left"
      " === 0");
  page.click("#directory-list [data-room=praia]");
  page.wait_for_room("praia");
  EXPECT_TRUE(
      page.evaluate("document.querySelector('#sidebar').inert").is_true());
  // So are people; Escape closes, and leads back.
  page.click("#toggle-members");
  page.wait_for_focus("#close-members");
  page.press("Escape");
  page.wait_for_focus("#toggle-members");
  page.click("#message-input");
  page.insert("from a phone");
  page.click("#send");
  page.wait_for_message("from a phone");
  // Smaller letters would make a phone zoom in.
  EXPECT_GE(page.evaluate("Math.min(...[...document.querySelectorAll("
                          "'input:not([type=radio], [type=checkbox]), textarea'"
                          ")].map(each => parseFloat(getComputedStyle(each)"
                          ".fontSize)))")
                .number(),
            16);
}

TEST_F(LookTest, NarrowAndZoomedScreensNeedNoSidewaysScrolling) {
  serve();
  fill_room(url());
  Person(url(), "bia").say("geral", std::string(400, 'W'));
  Page& page = open_page();
  page.resize(320, 256);  // 1280 by 1024 at 400 %, which 1.4.10 asks for
  page.wait_for_focus("#name-input");
  expect_no_sideways_scrolling(page);
  page.arrive("ana", "geral");
  page.wait_for_message(std::string(400, 'W'));
  expect_no_sideways_scrolling(page);
  EXPECT_TRUE(page.is_shown("#message-input"));
  in_each_dialog(page, [&] { expect_no_sideways_scrolling(page); });
  page.resize(1280, 800);
  expect_no_sideways_scrolling(page);
  page.resize(640, 400, 2);  // 1280 by 800 at 200 %
  expect_no_sideways_scrolling(page);
  page.say_and_wait("still works");
}

// Success criterion 2.5.8: 24 by 24 pixels at least, but for links in text.
TEST_F(LookTest, TargetsAreLargeEnough) {
  serve();
  fill_room(url());
  Page& page = open_page();
  page.resize(375, 700);
  page.arrive("ana", "geral");
  page.wait_for_message("right");
  EXPECT_EQ(
      page.evaluate(
              "[...document.querySelectorAll('button, summary, .room, input')]"
              ".filter(each => each.checkVisibility({visibilityProperty: true})"
              " && !each.closest('[inert], .code-head, .note, .segments'))"
              ".filter(each => {const box = each.getBoundingClientRect();"
              " return box.width > 0 && (box.width < 24 || box.height < 24); })"
              ".map(each => each.id || each.className)")
          .list(),
      Texts{});
}

// A page that asks unbidden is refused for good.
TEST_F(LookTest, NoticesAreAskedForByAClickAndSoundIsOff) {
  serve();
  Page& page = open_page();
  page.devtools("Page.addScriptToEvaluateOnNewDocument",
                "{\"source\":" + as_json(R"js(
    window.asked = 0;
    Object.defineProperty(Notification, 'permission', { value: 'default' });
    Notification.requestPermission = async () => { window.asked += 1; };
  )js") + "}");
  page.reload();
  page.arrive("ana", "geral");
  Person(url(), "bia").say("geral", "hello @ana");
  page.wait_for_message("hello @ana");
  page.click("#open-settings");
  page.wait_until_shown("#settings");
  EXPECT_EQ(page.evaluate("window.asked").number(), 0);
  EXPECT_FALSE(
      page.evaluate("document.querySelector('#sound').checked").is_true());
  page.click("#allow-notices");
  page.wait_for("window.asked === 1");
}

TEST_F(LookTest, ReducedMotionStopsTheMotion) {
  serve();
  Page& page = open_page();
  set_media(page, "prefers-reduced-motion", "reduce");
  page.arrive("ana", "geral");
  page.say_and_wait("hello");
  EXPECT_EQ(page.evaluate("document.getAnimations().filter(each =>"
                          " each.playState === 'running').length")
                .number(),
            0);
  EXPECT_EQ(
      page.evaluate("getComputedStyle(document.querySelector('#timeline'))"
                    ".scrollBehavior")
          .text,
      "auto");
}

}  // namespace
}  // namespace papo::browser
