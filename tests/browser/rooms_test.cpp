// Rooms: coming and going, links, what is unread, drafts.
#include "browser/fixture.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class RoomsTest : public BrowserTest {};

constexpr std::string_view kRooms =
    "[...document.querySelectorAll('#room-list .room')]"
    ".map(each => each.dataset.room)";

TEST_F(RoomsTest, OneIsCreatedEnteredAndLeft) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.click("#new-room");
  ana.wait_for_focus("#room-input");
  ana.insert("praia");
  ana.press("Enter");
  ana.wait_for_room("praia");
  EXPECT_EQ(ana.evaluate(kRooms).list(), (Texts{"geral", "praia"}));
  Person(url(), "bia").join("praia");
  ana.click("#room-menu summary");
  ana.click("#leave-room");
  ana.wait_until_shown("#confirm");
  ana.click("#confirm-yes");
  ana.wait_for_room("geral");
  EXPECT_EQ(ana.evaluate(kRooms).list(), (Texts{"geral"}));
}

TEST_F(RoomsTest, OtherPeoplesRoomsAreOffered) {
  serve();
  Person bia(url(), "bia");
  bia.join("praia");
  Page& ana = arrive("ana", "geral");
  ana.wait_until_shown("#directory-list [data-room=praia]");
  ana.click("#directory-list [data-room=praia]");
  ana.wait_for_room("praia");
  ana.wait_until_hidden("#directory");
}

TEST_F(RoomsTest, ALinkLeadsThereAndSurvivesAReload) {
  serve();
  Page& ana = open_page("/#/caf%C3%A9%20%2F%20bar");
  ana.wait_for_focus("#name-input");
  EXPECT_EQ(
      ana.evaluate("document.querySelector('#welcome-room-input').value").text,
      "café / bar");
  ana.insert("ana");
  ana.press("Enter");
  ana.wait_for_room("café / bar");
  ana.say_and_wait("here");
  ana.reload();
  ana.wait_for_room("café / bar");
  ana.wait_for_message("here");
  EXPECT_EQ(ana.count_of("here"), 1);
}

TEST_F(RoomsTest, BackAndForwardGoThroughThem) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say("/join praia");
  ana.wait_for_room("praia");
  ana.evaluate("history.back()");
  ana.wait_for_room("geral");
  ana.evaluate("history.forward()");
  ana.wait_for_room("praia");
}

TEST_F(RoomsTest, WhatIsUnreadIsCounted) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say("/join praia");
  ana.wait_for_room("praia");
  Person bia(url(), "bia");
  bia.say("geral", "one");
  bia.say("geral", "two, @ana");
  ana.wait_for_mark("geral", "count", "2");
  ana.wait_for_mark("geral", "mentions", "@");
  ana.wait_for("document.title === '(2) #praia · papo'");
  ana.wait_for("document.querySelector('#favicon').href.includes('unread')");
  ana.click("#room-list [data-room=geral]");
  ana.wait_for_room("geral");
  // The line stands where reading stopped.
  ana.wait_for(
      "document.querySelector('#unread-line')"
      "?.nextElementSibling.innerText.includes('one')");
  ana.wait_for_mark("geral", "count", "");
  ana.wait_for("document.title === '#geral · papo'");
  EXPECT_EQ(ana.mark_of("geral", "mentions"), "");
}

TEST_F(RoomsTest, AWindowNotLookedAtCountsToo) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person bia(url(), "bia");
  bia.say("geral", "seen");
  ana.wait_for_message("seen");
  EXPECT_EQ(ana.evaluate("document.title").text, "#geral · papo");
  ana.look_away();
  bia.say("geral", "not seen");
  ana.wait_for("document.title === '(1) #geral · papo'");
  ana.wait_until_shown("#unread-line");
  ana.look_back();
  ana.wait_for("document.title === '#geral · papo'");
}

TEST_F(RoomsTest, WhatWasReadStaysReadAfterAReload) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person bia(url(), "bia");
  bia.say("geral", "read");
  ana.wait_for_message("read");
  ana.say("/join praia");
  ana.wait_for_room("praia");
  bia.say("geral", "unread");
  ana.wait_for_mark("geral", "count", "1");
  ana.reload();
  ana.wait_for_room("praia");
  ana.wait_for_mark("geral", "count", "1");
}

TEST_F(RoomsTest, DraftsAreKeptForEachRoom) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.click("#message-input");
  ana.type("half a");
  ana.click("#new-room");
  ana.wait_for_focus("#room-input");
  ana.insert("praia");
  ana.press("Enter");
  ana.wait_for_room("praia");
  EXPECT_EQ(ana.written(), "");
  ana.wait_until_shown("[data-room=geral] .draft");
  ana.type("other half");
  ana.reload();
  ana.wait_for_room("praia");
  EXPECT_EQ(ana.written(), "other half");
  ana.click("#room-list [data-room=geral]");
  ana.wait_for_room("geral");
  EXPECT_EQ(ana.written(), "half a");
  ana.wait_until_shown("[data-room=praia] .draft");
}

TEST_F(RoomsTest, ReadingFurtherUpIsNotDisturbed) {
  serve({"--history", "200"});
  Person bia(url(), "bia");
  bia.join("geral");
  for (int i = 0; i < 60; ++i) bia.say("geral", "line " + std::to_string(i));
  Page& ana = arrive("ana", "geral");
  ana.wait_for_message("line 59");
  ana.evaluate("document.querySelector('#timeline').scrollTop = 400");
  ana.wait_until_shown("#pill");
  const std::string before =
      ana.evaluate("Math.round(document.querySelector('#timeline').scrollTop)")
          .text;
  bia.say("geral", "new one");
  ana.wait_for_text("#pill-text", "1 new message");
  EXPECT_EQ(
      ana.evaluate("Math.round(document.querySelector('#timeline').scrollTop)")
          .text,
      before);
  ana.click("#pill");
  ana.wait_until_hidden("#pill");
  ana.wait_for_message("new one");
}

TEST_F(RoomsTest, ComingsAndGoingsAreFolded) {
  serve();
  Page& ana = arrive("ana", "geral");
  for (const char* name : {"bia", "caio", "davi"}) {
    Person(url(), name).join("geral");
  }
  ana.wait_for_text(".note.traffic summary", "ana, bia, caio and davi joined");
  EXPECT_EQ(ana.evaluate("document.querySelectorAll('.note.traffic').length")
                .number(),
            1);
}

TEST_F(RoomsTest, AMutedRoomWhispers) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.click("#room-menu summary");
  ana.click("#notice-level label:nth-of-type(3)");
  ana.press("Escape");
  ana.say("/join praia");
  ana.wait_for_room("praia");
  Person bia(url(), "bia");
  bia.say("geral", "hush");
  ana.wait_for_mark("geral", "count", "1");
  EXPECT_EQ(ana.evaluate("document.title").text, "#praia · papo");
  EXPECT_FALSE(ana.evaluate("document.querySelector('#room-list "
                            "[data-room=geral]').classList.contains('unread')")
                   .is_true());
}

TEST_F(RoomsTest, LeavingInOneWindowLeavesInTheOther) {
  serve();
  Page& one = open_page();
  one.arrive("ana", "geral");
  one.say("/join praia");
  one.wait_for_room("praia");
  Page& two = open_page("/#/praia");
  two.wait_for_room("praia");
  one.say("/leave");
  one.wait_until_shown("#confirm");
  one.click("#confirm-yes");
  one.wait_for_room("geral");
  two.wait_for("!document.querySelector('#room-list [data-room=praia]')");
}

}  // namespace
}  // namespace papo::browser
