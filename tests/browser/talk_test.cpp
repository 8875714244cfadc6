// People who talk, each in a window: arriving, saying, changing, taking back.
#include "browser/fixture.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class TalkTest : public BrowserTest {};

TEST_F(TalkTest, TwoPeopleTalkWithinAFewKeys) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  ana.say_and_wait("oi, bia");
  bia.wait_for_message("oi, bia");
  bia.say_and_wait("oi, ana");
  ana.wait_for_message("oi, ana");
  EXPECT_EQ(ana.messages(), (Texts{"oi, bia", "oi, ana"}));
  EXPECT_EQ(bia.messages(), (Texts{"oi, bia", "oi, ana"}));
  // The author has a name in the other's window, and none in her own.
  EXPECT_TRUE(bia.is_shown(".message[data-user=ana] .author"));
  EXPECT_FALSE(ana.is_shown(".message[data-user=ana] .author"));
}

TEST_F(TalkTest, ThreeWindowsSeeOneOrder) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  Page& caio = arrive("caio", "geral");
  for (int round = 0; round < 4; ++round) {
    for (Page* each : {&ana, &bia, &caio}) {
      each->say(std::to_string(round) + " from " + each->text_of("#self-name"));
    }
  }
  const Texts kept = [&] {
    for (Page* each : {&ana, &bia, &caio}) {
      each->wait_for("document.querySelectorAll('.message').length === 12");
      each->wait_for(
          "!document.querySelector('.message:not([data-state=sent])')");
    }
    return Person(url(), "guest").history("geral");
  }();
  EXPECT_EQ(ana.messages(), kept);
  EXPECT_EQ(bia.messages(), kept);
  EXPECT_EQ(caio.messages(), kept);
}

TEST_F(TalkTest, AnEmptyNameIsAskedForAgain) {
  serve();
  Page& page = open_page();
  page.wait_for_focus("#name-input");
  page.insert("   ");
  page.press("Enter");
  page.wait_until_shown("#name-error");
  EXPECT_EQ(page.text_of("#name-error"), "What should people call you?");
  EXPECT_TRUE(page.is_shown("#welcome"));
  page.wait_for_focus("#name-input[aria-invalid=true]");
}

TEST_F(TalkTest, ANewcomerSeesTheRoomsThatThereAre) {
  serve();
  Person bia(url(), "bia");
  bia.join("café");
  bia.join("praia");
  Page& page = open_page();
  page.wait_for(
      "document.querySelectorAll('#welcome-rooms button').length === 2");
  page.click("#welcome-rooms [data-room=praia]");
  page.wait_for_focus("#name-input");
  page.insert("ana");
  page.click("#enter");
  page.wait_for_room("praia");
}

TEST_F(TalkTest, TheNameIsKept) {
  serve();
  Page& first = open_page();
  first.arrive("ana", "geral");
  Page& later = open_page();
  later.wait_for_connection("open");
  later.wait_for_text("#self-name", "ana");
  EXPECT_FALSE(later.is_shown("#welcome"));
}

TEST_F(TalkTest, ANameCanBeChangedInTheSettings) {
  serve();
  Page& page = arrive("ana", "geral");
  page.say_and_wait("still ana");
  page.click("#open-settings");
  page.wait_until_shown("#settings");
  page.click("#settings-name");
  page.press("Control+a");
  page.insert("Ana Clara");
  page.press("Enter");
  page.wait_for_text("#self-name", "Ana Clara");
  page.wait_for_room("geral");
  page.say_and_wait("now Ana Clara");
  page.wait_for_message("still ana");
}

TEST_F(TalkTest, AnEditReachesEverybody) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  ana.say_and_wait("helo");
  bia.wait_for_message("helo");
  ana.press("ArrowUp");
  ana.wait_until_shown("#editing");
  EXPECT_EQ(ana.written(), "helo");
  ana.press("Control+a");
  ana.type("hello");
  ana.press("Enter");
  for (Page* each : {&ana, &bia}) {
    each->wait_for_message("hello");
    each->wait_for_text(".message .edited", "edited");
    EXPECT_EQ(each->messages(), (Texts{"hello"}));
  }
  EXPECT_EQ(ana.written(), "");
}

TEST_F(TalkTest, ADeletionReachesEverybody) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  ana.say_and_wait("oops");
  bia.wait_for_message("oops");
  ana.evaluate("document.querySelector('.message').focus()");
  ana.click(".message [data-action=delete]");
  ana.wait_until_shown("#confirm");
  ana.click("#confirm-yes");
  for (Page* each : {&ana, &bia}) {
    each->wait_for_text(".message.deleted .text", "Message deleted");
    EXPECT_EQ(each->count_of("oops"), 0);
  }
}

TEST_F(TalkTest, OthersMessagesOfferNoChange) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person(url(), "bia").say("geral", "from bia");
  ana.wait_for_message("from bia");
  ana.evaluate("document.querySelector('.message').focus()");
  ana.wait_until_shown(".message [data-action=quote]");
  EXPECT_FALSE(ana.is_shown(".message [data-action=edit]"));
  EXPECT_FALSE(ana.is_shown(".message [data-action=delete]"));
  ana.click(".message [data-action=quote]");
  EXPECT_EQ(ana.written(), "> from bia\n");
}

TEST_F(TalkTest, SlashCommandsDoWhatTheySay) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  ana.say("/topic all about papo");
  for (Page* each : {&ana, &bia}) {
    each->wait_for_text("#room-topic", "all about papo");
  }
  ana.say("/me waves");
  bia.wait_for_text(".message.action .text", "ana waves");
  ana.say("//topic is text");
  bia.wait_for_message("/topic is text");
  ana.say("/nonsense");
  ana.wait_for(
      "document.querySelector('#toast').innerText"
      ".includes('no command /nonsense')");
  EXPECT_EQ(ana.written(), "/nonsense");
  ana.press("Control+a");
  ana.press("Delete");
  ana.say("/join praia");
  ana.wait_for_room("praia");
  ana.say("/leave");
  ana.wait_until_shown("#confirm");
  ana.click("#confirm-yes");
  ana.wait_for_room("geral");
  ana.say("/help");
  ana.wait_until_shown("#help");
}

TEST_F(TalkTest, WhoWritesIsSeen) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person bia(url(), "bia");
  bia.join("geral");
  bia.type("geral");
  ana.wait_for_text("#typing", "\u2068bia\u2069 is typing…");
  bia.say("geral", "done");
  ana.wait_for_text("#typing", "");
}

TEST_F(TalkTest, TypingInAWindowIsTold) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  bia.click("#message-input");
  bia.type("h");
  ana.wait_for_text("#typing", "\u2068bia\u2069 is typing…");
  bia.press("Enter");
  ana.wait_for_text("#typing", "");
}

TEST_F(TalkTest, WhoIsHereIsSeen) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person(url(), "caio").join("geral");
  ana.wait_for(
      "document.querySelector('.member[data-user=caio]')"
      "?.dataset.online === 'false'");
  arrive("bia", "geral");
  ana.wait_for(
      "document.querySelector('.member[data-user=bia]')"
      "?.dataset.online === 'true'");
  ana.wait_for_text("#online-count", "2");
}

TEST_F(TalkTest, AMentionIsCompletedAndMarked) {
  serve();
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("Beatriz Lima", "geral");
  ana.wait_for("document.querySelector('.member[data-user=\"Beatriz Lima\"]')");
  ana.click("#message-input");
  ana.type("@be");
  ana.wait_until_shown("#completion");
  ana.press("Tab");
  EXPECT_EQ(ana.written(), "@Beatriz Lima ");
  ana.type("ola");
  ana.press("Enter");
  bia.wait_for_message("@Beatriz Lima ola");
  bia.wait_for(
      "document.querySelector('.mention.me')?.innerText"
      " === '@Beatriz Lima'");
}

TEST_F(TalkTest, AnEmojiIsCompletedByName) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.click("#message-input");
  ana.type(":coracao:");
  EXPECT_EQ(ana.written(), "❤️");
  ana.press("Enter");
  ana.wait_for("document.querySelector('.message.large')");
}

TEST_F(TalkTest, FormattingIsShownAsFormatting) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person(url(), "bia")
      .say("geral",
           "**bold** *it* `code`\n- one\n- two\n> said\n"
           "```js\nlet a = 1;\n```\nhttps://example.org/a_b");
  ana.wait_for("document.querySelector('.message .text a')");
  EXPECT_EQ(ana.text_of(".text strong"), "bold");
  EXPECT_EQ(ana.text_of(".text em"), "it");
  EXPECT_EQ(ana.text_of(".text p code"), "code");
  EXPECT_EQ(ana.text_of(".text blockquote"), "said");
  EXPECT_EQ(ana.text_of(".text pre"), "let a = 1;");
  EXPECT_EQ(
      ana.evaluate("document.querySelectorAll('.text li').length").number(), 2);
  EXPECT_EQ(ana.evaluate("document.querySelector('.text a').href").text,
            "https://example.org/a_b");
  EXPECT_TRUE(ana.evaluate("document.querySelector('.text a').rel"
                           ".split(' ').includes('noopener')")
                  .is_true());
}

TEST_F(TalkTest, ALongMessageIsCountedAndHeldBack) {
  serve({"--max-message", "100"});
  Page& ana = arrive("ana", "geral");
  ana.click("#message-input");
  ana.insert(std::string(90, 'x'));
  ana.wait_for_text("#byte-counter", "10 bytes left");
  ana.insert(std::string(11, 'x'));
  ana.wait_for_text("#byte-counter", "1 byte too long");
  EXPECT_TRUE(
      ana.evaluate("document.querySelector('#send').disabled").is_true());
  ana.press("Enter");
  ana.press("Backspace");
  ana.press("Enter");
  ana.wait_for_message(std::string(100, 'x'));
}

TEST_F(TalkTest, ShiftAndEnterBreaksTheLine) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.click("#message-input");
  ana.type("one\ntwo");
  EXPECT_EQ(ana.written(), "one\ntwo");
  ana.press("Enter");
  ana.wait_for_message("one\ntwo");
}

}  // namespace
}  // namespace papo::browser
