// What is written is never thrown away before its deed has succeeded.
#include <signal.h>

#include "browser/fixture.h"
#include "browser/relay.h"
#include "support/temporary_folder.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class InputTest : public BrowserTest {
 protected:
  static void wait_for_state(Page& page, std::string_view state,
                             std::string_view text) {
    page.wait_for(
        "[...document.querySelectorAll(`.mine[data-state=${arguments[0]}] "
        ".text`)].some(each => each.innerText.trim() === arguments[1])",
        {state, text});
  }

  static void edit_last(Page& page, std::string_view more) {
    page.click("#message-input");
    page.press("ArrowUp");
    page.wait_until_shown("#editing");
    page.insert(more);
  }

  static void go(Page& page, std::string_view room) {
    page.evaluate("location.hash = '#/' + encodeURIComponent(arguments[0])",
                  {room});
    page.wait_for_room(room);
  }

  static void wait_until_cut_off(Page& page) {
    page.wait_for("document.documentElement.dataset.connection !== 'open'");
  }
};

TEST_F(InputTest, AnEditSavedOfflineLeavesByItselfAndOutlivesAReload) {
  serve();
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/");
  ana.arrive("ana", "geral");
  ana.say_and_wait("first");
  relay.refuse({"/ws", "/events", "/receive", "/edit", "/user_rooms"});
  wait_until_cut_off(ana);
  edit_last(ana, " and more");
  ana.press("Enter");
  wait_for_state(ana, "queued", "first and more");
  EXPECT_EQ(ana.written(), "");
  ana.reload();
  relay.refuse({});
  ana.wait_for_connection("open");
  wait_for_state(ana, "sent", "first and more");
  EXPECT_EQ(Person(url(), "bia").history("geral"), (Texts{"first and more"}));
}

TEST_F(InputTest, ARefusedEditKeepsItsText) {
  const support::TemporaryFolder data;
  serve({"--data", data.path()});
  Page& ana = arrive("ana", "geral");
  ana.say_and_wait("first");
  stop_server(SIGKILL);
  wait_until_cut_off(ana);
  edit_last(ana, ", which grew too long");
  ana.press("Enter");
  start_server_again({"--data", data.path(), "--max-message", "10"});
  wait_for_state(ana, "failed", "first, which grew too long");
  ana.wait_until_shown(".trouble");
  // It can be taken up again, or dropped.
  ana.press("ArrowUp");
  ana.wait_until_shown("#editing");
  EXPECT_EQ(ana.written(), "first, which grew too long");
  ana.press("Escape");
  ana.click(".trouble .link:nth-of-type(2)");
  wait_for_state(ana, "sent", "first");
}

TEST_F(InputTest, AnEditOfWhatIsGoneKeepsItsText) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say_and_wait("first");
  edit_last(ana, " and more");
  const std::int64_t id =
      ana.evaluate("Number(document.querySelector('.message').dataset.id)")
          .number();
  Person(url(), "ana").erase("geral", id);
  ana.wait_for("document.querySelector('.message.deleted')");
  EXPECT_EQ(ana.written(), "first and more");
  ana.press("Enter");
  wait_for_state(ana, "failed", "first and more");
}

TEST_F(InputTest, WhatIsBeingWrittenIsKeptPerRoomAndOverAReload) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say_and_wait("one");
  ana.say_and_wait("two");
  ana.click("#message-input");
  edit_last(ana, " and a half");
  ana.insert("/join praia");
  ana.press("Enter");
  ana.wait_for_message("two and a half/join praia");
  edit_last(ana, "!");
  go(ana, "praia");
  EXPECT_FALSE(ana.is_shown("#editing"));
  ana.click("#message-input");
  ana.type("a draft");
  go(ana, "geral");
  ana.wait_until_shown("#editing");
  EXPECT_EQ(ana.written(), "two and a half/join praia!");
  // Turning to another message leaves the first change where it was.
  ana.evaluate("document.querySelector('.message').focus()");
  ana.click(".message [data-action=edit]");
  ana.wait_for("document.querySelector('#message-input').value === 'one'");
  ana.insert("?");
  ana.reload();
  ana.wait_for_room("geral");
  ana.wait_until_shown("#editing");
  EXPECT_EQ(ana.written(), "one?");
  ana.press("Escape");
  ana.wait_until_hidden("#editing");
  ana.press("ArrowUp");
  EXPECT_EQ(ana.written(), "two and a half/join praia!");
  go(ana, "praia");
  EXPECT_EQ(ana.written(), "a draft");
}

TEST_F(InputTest, ATabsDraftIsItsOwn) {
  serve();
  Page& first = arrive("ana", "geral");
  Page& second = arrive("ana", "geral");
  first.click("#message-input");
  first.type("long thoughts");
  second.say_and_wait("short");
  first.reload();
  first.wait_for_room("geral");
  EXPECT_EQ(first.written(), "long thoughts");
}

TEST_F(InputTest, ANewNameThatIsRefusedStaysInItsField) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.click("#message-input");
  ana.type("a draft");
  stop_server(SIGTERM);
  wait_until_cut_off(ana);
  ana.click("#open-settings");
  ana.wait_until_shown("#settings");
  ana.click("#settings-name");
  ana.press("Control+a");
  ana.insert("Ana Clara");
  ana.press("Enter");
  ana.wait_for_text("#settings .field-error",
                    "No connection right now. Try again in a moment.");
  EXPECT_EQ(ana.evaluate("document.querySelector('#settings-name').value").text,
            "Ana Clara");
  EXPECT_EQ(ana.text_of("#self-name"), "ana");
  start_server_again();
  ana.wait_for_connection("open");
  ana.click("#settings-name");
  ana.press("Enter");
  ana.wait_for_text("#self-name", "Ana Clara");
  ana.wait_for_room("geral");
  EXPECT_EQ(ana.written(), "a draft");
}

TEST_F(InputTest, ATopicThatCannotBeSetStays) {
  serve();
  Page& ana = arrive("ana", "geral");
  stop_server(SIGTERM);
  wait_until_cut_off(ana);
  ana.say("/topic by command");
  ana.wait_for(
      "document.querySelector('#message-input').value"
      " === '/topic by command'");
  ana.click("#room-menu summary");
  ana.click("#edit-topic");
  ana.wait_for_focus("#topic-input");
  ana.type("by dialog");
  ana.press("Enter");
  ana.wait_for(
      "document.querySelector('#topic-dialog .field-error').innerText");
  EXPECT_EQ(ana.evaluate("document.querySelector('#topic-input').value").text,
            "by dialog");
  // A click beside a dialog that holds text does not close it.
  ana.evaluate(
      "['pointerdown', 'click'].forEach(each => document.querySelector("
      "'#topic-dialog').dispatchEvent(new MouseEvent(each, {bubbles: true})))");
  EXPECT_TRUE(ana.is_shown("#topic-input"));
  start_server_again();
  ana.wait_for_connection("open");
  ana.click("#topic-submit");
  ana.wait_until_hidden("#topic-dialog");
  ana.wait_for_text("#room-topic", "by dialog");
  ana.click("#message-input");
  ana.press("Enter");
  ana.wait_for_text("#room-topic", "by command");
  EXPECT_EQ(ana.written(), "");
}

TEST_F(InputTest, ARoomThatCannotBeEnteredNowIsEnteredLater) {
  serve();
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/?door=sse");
  ana.arrive("ana", "geral");
  relay.refuse({"/join"});
  ana.say("/join praia");
  ana.wait_for("document.querySelector('#toast').innerText");
  EXPECT_EQ(ana.text_of("#room-title"), "geral");
  relay.refuse({});
  ana.wait_for_room("praia");
}

// Without storage, what is written lives as long as the page, and whoever would
// close it is warned.
TEST_F(InputTest, AFullStorageLosesNothingQuietly) {
  serve();
  Page& ana = arrive("ana", "geral");
  const std::string_view is_warned =
      "!dispatchEvent(new Event('beforeunload', {cancelable: true}))";
  ana.evaluate(
      "(Storage.prototype.setItem = () => {"
      " throw new DOMException('full', 'QuotaExceededError'); }, 0)");
  EXPECT_FALSE(ana.evaluate(is_warned).is_true());
  ana.click("#message-input");
  ana.type("a draft");
  EXPECT_TRUE(ana.evaluate(is_warned).is_true());
  go(ana, "praia");
  go(ana, "geral");
  EXPECT_EQ(ana.written(), "a draft");
  ana.press("Enter");
  wait_for_state(ana, "sent", "a draft");
  EXPECT_FALSE(ana.evaluate(is_warned).is_true());
}

struct Strange {
  const char* name;
  const char* answer;
};

class StrangeAnswerTest : public InputTest,
                          public testing::WithParamInterface<Strange> {};

// The stream stays open, so nothing happens that could remind the page.
TEST_P(StrangeAnswerTest, AMessageLeavesByItself) {
  serve();
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/?door=sse");
  ana.arrive("ana", "geral");
  relay.refuse_with(std::string(GetParam().answer), {"/send"});
  ana.say("patience");
  wait_for_state(ana, "queued", "patience");
  EXPECT_GE(relay.refusals(), 1);
  EXPECT_EQ(ana.evaluate("document.documentElement.dataset.connection").text,
            "open");
  relay.refuse({});
  wait_for_state(ana, "sent", "patience");
  EXPECT_EQ(Person(url(), "bia").history("geral"), (Texts{"patience"}));
}

INSTANTIATE_TEST_SUITE_P(
    Each, StrangeAnswerTest,
    testing::Values(
        Strange{"BadGateway",
                "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n<html>"},
        Strange{"Forbidden",
                "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n<html>"},
        Strange{"TooMany",
                "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n"
                "Connection: close\r\n\r\nslow down"},
        Strange{"Portal",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>log in"},
        Strange{"PortalsJson",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"ok\":1}"},
        Strange{"Nothing",
                "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"}),
    [](const testing::TestParamInfo<Strange>& row) {
      return std::string(row.param.name);
    });

}  // namespace
}  // namespace papo::browser
