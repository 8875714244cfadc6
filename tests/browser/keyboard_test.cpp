// Everything without a mouse.
#include <algorithm>

#include "browser/fixture.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class KeyboardTest : public BrowserTest {
 protected:
  // Whether what has the focus shows it (WCAG 2.2, 2.4.7).
  static bool shows_focus(Page& page) {
    return page
        .evaluate(
            "(() => {"
            "  const el = document.activeElement;"
            "  for (let at = el; at && at !== document.body;"
            "       at = at.parentElement) {"
            "    const style = getComputedStyle(at);"
            "    if (style.outlineStyle !== 'none' &&"
            "        parseFloat(style.outlineWidth) >= 2) return true;"
            "    if (style.boxShadow !== 'none') return true;"
            "  }"
            "  const beside = el.nextElementSibling;"
            "  return Boolean(beside) &&"
            "    getComputedStyle(beside).outlineStyle !== 'none';"
            "})()")
        .is_true();
  }

  static std::string focused(Page& page) {
    return page
        .evaluate(
            "(el => el.id || el.dataset.room || el.getAttribute('aria-label')"
            " || el.textContent.trim())(document.activeElement)")
        .text;
  }
};

TEST_F(KeyboardTest, ANewcomerNeedsNoMouse) {
  serve();
  Page& page = open_page();
  page.wait_for_focus("#name-input");
  page.type("ana");
  page.press("Tab");
  page.wait_for_focus("#welcome-room-input");
  page.press("Control+a");
  page.type("geral");
  page.press("Tab");
  page.wait_for_focus("#enter");
  page.press("Enter");
  page.wait_for_room("geral");
  page.wait_for_focus("#message-input");
  page.type("oi");
  page.press("Enter");
  page.wait_for_message("oi");
}

TEST_F(KeyboardTest, TheRoomSwitcherFindsAndOpens) {
  serve();
  Person(url(), "bia").join("praia");
  Page& page = arrive("ana", "geral");
  page.wait_until_shown("#directory-list [data-room=praia]");
  page.press("Control+k");
  page.wait_for_focus("#switcher-input");
  page.type("pra");
  page.wait_for_text("#switcher-list .chosen .name", "praia");
  page.press("Enter");
  page.wait_for_room("praia");
  page.press("Control+k");
  page.wait_for_focus("#switcher-input");
  page.type("brand new");
  page.wait_for_text("#switcher-list .chosen .name", "Open “brand new”");
  page.press("Enter");
  page.wait_for_room("brand new");
  page.press("Control+k");
  page.wait_for_focus("#switcher-input");
  page.press("ArrowDown");
  page.press("Enter");
  page.wait_for_room("praia");
  page.press("Control+k");
  page.wait_for_focus("#switcher-input");
  page.press("Escape");
  page.wait_until_hidden("#switcher");
  EXPECT_EQ(page.text_of("#room-title"), "praia");
}

TEST_F(KeyboardTest, AltAndArrowsWalkThroughTheRooms) {
  serve();
  Page& page = arrive("ana", "a");
  for (const char* room : {"b", "c"}) {
    page.say(std::string("/join ") + room);
    page.wait_for_room(room);
  }
  page.press("Alt+ArrowDown");
  page.wait_for_room("a");
  page.press("Alt+ArrowUp");
  page.wait_for_room("c");
  page.press("Alt+ArrowUp");
  page.wait_for_room("b");
  Person(url(), "bia").say("a", "news");
  page.wait_for_mark("a", "count", "1");
  page.press("Alt+Shift+ArrowDown");
  page.wait_for_room("a");
}

TEST_F(KeyboardTest, EscapeMarksAsRead) {
  serve({"--history", "200"});
  Page& page = arrive("ana", "geral");
  Person bia(url(), "bia");
  for (int i = 0; i < 60; ++i) bia.say("geral", "line " + std::to_string(i));
  page.wait_for_message("line 59");
  page.evaluate("document.querySelector('#timeline').scrollTop = 100");
  page.wait_until_shown("#pill");
  bia.say("geral", "last");
  page.wait_for_text("#pill-text", "1 new message");
  page.wait_until_shown("#unread-line");
  page.press("Escape");
  page.wait_until_hidden("#pill");
  page.wait_until_hidden("#unread-line");
  page.wait_for_message("last");
}

TEST_F(KeyboardTest, SlashWritesAndQuestionMarkHelps) {
  serve();
  Page& page = arrive("ana", "geral");
  page.evaluate("document.querySelector('#timeline').focus()");
  page.press("/");
  page.wait_for_focus("#message-input");
  EXPECT_EQ(page.written(), "");
  // In the message box both are text.
  page.type("?/");
  EXPECT_EQ(page.written(), "?/");
  EXPECT_FALSE(page.is_shown("#help"));
  page.evaluate("document.querySelector('#timeline').focus()");
  page.press("?");
  page.wait_until_shown("#help");
  page.press("Escape");
  page.wait_until_hidden("#help");
}

TEST_F(KeyboardTest, AnEditIsBegunAndGivenUp) {
  serve();
  Page& page = arrive("ana", "geral");
  page.say_and_wait("mine");
  page.say_and_wait("also mine");
  page.press("ArrowUp");
  page.wait_until_shown("#editing");
  EXPECT_EQ(page.written(), "also mine");
  page.press("Escape");
  page.wait_until_hidden("#editing");
  EXPECT_EQ(page.written(), "");
  page.wait_for_focus("#message-input");
  // With something written, the arrow moves in the text.
  page.type("draft");
  page.press("ArrowUp");
  EXPECT_EQ(page.written(), "draft");
  EXPECT_FALSE(page.is_shown("#editing"));
}

TEST_F(KeyboardTest, ArrowsWalkThroughTheMessages) {
  serve();
  Page& page = arrive("ana", "geral");
  page.say_and_wait("one");
  page.say_and_wait("two");
  page.evaluate("document.querySelector('#timeline').focus()");
  page.press("ArrowUp");
  page.wait_for("document.activeElement.innerText.includes('two')");
  EXPECT_TRUE(shows_focus(page));
  page.press("ArrowUp");
  page.wait_for("document.activeElement.innerText.includes('one')");
  // Tab leads to what can be done with it.
  page.press("Tab");
  page.wait_for_focus("[data-action=quote]");
  EXPECT_TRUE(shows_focus(page));
  page.press("Tab");
  page.press("Tab");
  page.wait_for_focus("[data-action=edit]");
  page.press("Enter");
  page.wait_until_shown("#editing");
  EXPECT_EQ(page.written(), "one");
}

// The page from its first control to its last, and each shows where one is.
TEST_F(KeyboardTest, TabReachesEveryControlAndShowsWhere) {
  serve();
  Page& page = arrive("ana", "geral");
  page.wait_for("document.querySelector('.member[data-user=ana]')");
  page.evaluate("document.querySelector('#skip').focus()");
  Texts met;
  while (met.size() < 60 &&
         !page.evaluate("document.activeElement === document.body").is_true()) {
    met.push_back(focused(page));
    EXPECT_TRUE(shows_focus(page)) << met.back();
    page.press("Tab");
  }
  const auto at = [&](std::string_view name) {
    return std::find(met.begin(), met.end(), name) - met.begin();
  };
  const auto end = static_cast<std::ptrdiff_t>(met.size());
  for (const char* name :
       {"open-switcher", "new-room", "geral", "open-settings", "toggle-members",
        "timeline", "message-input"}) {
    EXPECT_LT(at(name), end) << name;
  }
  // In the order in which they are seen.
  EXPECT_LT(at("new-room"), at("geral"));
  EXPECT_LT(at("geral"), at("open-settings"));
  EXPECT_LT(at("toggle-members"), at("timeline"));
  EXPECT_LT(at("timeline"), at("message-input"));
  EXPECT_LT(met.size(), 60u);
}

TEST_F(KeyboardTest, TheSkipLinkLeadsToTheMessageBox) {
  serve();
  Page& page = arrive("ana", "geral");
  page.evaluate("document.querySelector('#skip').focus()");
  page.wait_until_shown("#skip");
  page.press("Enter");
  page.wait_for_focus("#message-input");
  EXPECT_EQ(page.evaluate("location.hash").text, "#/geral");
}

TEST_F(KeyboardTest, MenusAndDialogsOpenAndClose) {
  serve();
  Page& page = arrive("ana", "geral");
  page.evaluate("document.querySelector('#room-menu summary').focus()");
  page.press("Enter");
  page.wait_until_shown("#edit-topic");
  page.press("Escape");
  page.wait_until_hidden("#edit-topic");
  page.wait_for_focus("#room-menu summary");
  page.press("Enter");
  page.wait_until_shown("#edit-topic");
  page.evaluate("document.querySelector('#edit-topic').focus()");
  page.press("Enter");
  page.wait_for_focus("#topic-input");
  page.type("by hand");
  page.press("Enter");
  page.wait_for_text("#room-topic", "by hand");
  page.evaluate("document.querySelector('#open-settings').focus()");
  page.press("Enter");
  page.wait_until_shown("#settings");
  page.press("Escape");
  page.wait_until_hidden("#settings");
  page.wait_for_focus("#open-settings");
}

// Characters that an input method still composes are not sent by its Enter.
TEST_F(KeyboardTest, AnInputMethodsEnterSendsNothing) {
  serve();
  Page& page = arrive("ana", "geral");
  page.click("#message-input");
  page.devtools("Input.imeSetComposition",
                "{\"text\":\"にほ\",\"selectionStart\":2,\"selectionEnd\":2}");
  page.evaluate(
      "document.querySelector('#message-input').dispatchEvent("
      "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true,"
      " bubbles: true, cancelable: true}))");
  EXPECT_EQ(page.written(), "にほ");
  page.insert("日本");
  page.press("Enter");
  page.wait_for_message("日本");
  EXPECT_EQ(page.messages(), (Texts{"日本"}));
}

TEST_F(KeyboardTest, NothingChangesTextWhileAnInputMethodComposes) {
  serve();
  Page& page = arrive("ana", "geral");
  page.click("#message-input");
  page.devtools("Input.imeSetComposition",
                "{\"text\":\":coracao:\",\"selectionStart\":9,"
                "\"selectionEnd\":9}");
  EXPECT_EQ(page.written(), ":coracao:");
  // Keys of input methods: some say so, some have a number of their own.
  for (const char* key : {"Enter", "Tab", "Escape", "ArrowUp"}) {
    page.evaluate(
        "document.querySelector('#message-input').dispatchEvent("
        "new KeyboardEvent('keydown', {key: arguments[0], keyCode: 229,"
        " bubbles: true, cancelable: true}))",
        {key});
  }
  EXPECT_EQ(page.written(), ":coracao:");
  EXPECT_EQ(page.messages(), Texts{});
  // What it was composing is text when it is done.
  page.insert(":coracao:");
  page.wait_for("document.querySelector('#message-input').value === '❤️'");
  // Offers are shown meanwhile, and taken with the composition's own text.
  page.press("Control+a");
  page.press("Delete");
  page.devtools("Input.imeSetComposition",
                "{\"text\":\":cora\",\"selectionStart\":5,\"selectionEnd\":5}");
  page.wait_until_shown("#completion");
  page.click("#completion li");
  page.wait_for("document.querySelector('#message-input').value === '❤️ '");
}

TEST_F(KeyboardTest, WhatIsCompletedCanBeUndone) {
  serve();
  Page& page = arrive("ana", "geral");
  Person(url(), "Beatriz Lima").join("geral");
  page.wait_for(
      "document.querySelector('.member[data-user=\"Beatriz Lima\"]')");
  page.click("#message-input");
  page.type("oi @be");
  page.wait_until_shown("#completion");
  page.press("Tab");
  EXPECT_EQ(page.written(), "oi @Beatriz Lima ");
  page.press("Control+z");
  EXPECT_EQ(page.written(), "oi @be");
  page.press("Control+a");
  page.press("Delete");
  page.type(":coracao:");
  EXPECT_EQ(page.written(), "❤️");
  page.press("Control+z");
  EXPECT_EQ(page.written(), ":coracao:");
  page.press("Control+z");
  EXPECT_NE(page.written(), "❤️");
}

TEST_F(KeyboardTest, OnATouchScreenEnterBreaksTheLineAndTheButtonSends) {
  serve();
  Page& page = arrive("ana", "geral");
  const std::string_view hint =
      "document.querySelector('#message-input').enterKeyHint";
  EXPECT_EQ(page.evaluate(hint).text, "send");
  page.devtools("Emulation.setTouchEmulationEnabled",
                "{\"enabled\":true,\"maxTouchPoints\":5}");
  page.wait_for("matchMedia('(pointer: coarse)').matches");
  page.click("#message-input");
  page.type("one");
  page.press("Enter");
  page.type("two");
  EXPECT_EQ(page.written(), "one\ntwo");
  page.wait_for(std::string(hint).append(" === 'enter'"));
  page.click("#send");
  page.wait_for_message("one\ntwo");
  page.wait_for_focus("#message-input");
  page.type("three");
  page.press("Control+Enter");
  page.wait_for_message("three");
}

}  // namespace
}  // namespace papo::browser
