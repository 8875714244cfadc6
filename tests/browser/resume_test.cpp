// What is said arrives once, whatever happens to the connection.
#include <signal.h>

#include "browser/fixture.h"
#include "browser/relay.h"
#include "support/temporary_folder.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class ResumeTest : public BrowserTest {};

void set_offline(Page& page, bool offline) {
  page.devtools("Network.enable");
  page.devtools("Network.emulateNetworkConditions",
                std::string("{\"offline\":") + (offline ? "true" : "false") +
                    ",\"latency\":0,\"downloadThroughput\":-1,"
                    "\"uploadThroughput\":-1}");
}

TEST_F(ResumeTest, AReloadShowsEverythingOnce) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person bia(url(), "bia");
  ana.say_and_wait("one");
  bia.say("geral", "two");
  ana.wait_for_message("two");
  ana.reload();
  ana.wait_for_room("geral");
  ana.wait_for_message("two");
  EXPECT_EQ(ana.messages(), (Texts{"one", "two"}));
}

TEST_F(ResumeTest, ARestartOfADurableServerLosesAndRepeatsNothing) {
  const support::TemporaryFolder data;
  serve({"--data", data.path()});
  Page& ana = arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  ana.say_and_wait("before");
  bia.wait_for_message("before");
  stop_server(SIGKILL);
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  ana.say("meanwhile one");
  ana.say("meanwhile two");
  ana.wait_until_shown("#banner");
  EXPECT_NE(ana.text_of("#banner").find("Reconnecting"), std::string::npos);
  start_server_again({"--data", data.path()});
  // It may be back by itself already.
  ana.evaluate("document.querySelector('#banner-action').click()");
  ana.wait_for_connection("open");
  ana.wait_until_hidden("#banner");
  for (Page* each : {&ana, &bia}) each->wait_for_message("meanwhile two");
  Person(url(), "caio").say("geral", "after");
  for (Page* each : {&ana, &bia}) {
    each->wait_for_message("after");
    EXPECT_EQ(each->messages(),
              (Texts{"before", "meanwhile one", "meanwhile two", "after"}));
  }
}

TEST_F(ResumeTest, AServerThatForgotTheRoomGetsItBack) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say_and_wait("kept on screen");
  stop_server(SIGTERM);
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  ana.say("waits");
  start_server_again();
  ana.wait_for_connection("open");
  ana.wait_for(
      "document.querySelectorAll('.mine[data-state=sent]')"
      ".length === 2");
  EXPECT_EQ(ana.messages(), (Texts{"kept on screen", "waits"}));
  EXPECT_EQ(Person(url(), "bia").history("geral"), (Texts{"waits"}));
}

TEST_F(ResumeTest, WritingGoesOnOffline) {
  serve();
  Page& ana = arrive("ana", "geral");
  set_offline(ana, true);
  stop_server(SIGKILL);
  ana.wait_for_connection("offline");
  ana.say("written offline");
  ana.wait_for("document.querySelector('.mine[data-state=queued]')");
  ana.wait_until_shown("#banner");
  EXPECT_NE(ana.text_of("#banner").find("You are offline"), std::string::npos);
  start_server_again();
  set_offline(ana, false);
  ana.wait_for_connection("open");
  ana.wait_for("document.querySelector('.mine[data-state=sent]')");
  EXPECT_EQ(Person(url(), "bia").history("geral"), (Texts{"written offline"}));
}

TEST_F(ResumeTest, AMessageOnItsWayOutlivesAReload) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.wait_for_connection("open");
  Relay relay(server().port());
  Page& bia = open_page_at(browser(), relay.url() + "/");
  bia.arrive("bia", "geral");
  relay.refuse({"/ws", "/events", "/receive", "/send", "/user_rooms"});
  bia.wait_for("document.documentElement.dataset.connection !== 'open'");
  bia.say("patience");
  bia.wait_for("document.querySelector('.mine[data-state=queued]')");
  bia.reload();
  relay.refuse({});
  bia.wait_for_connection("open");
  ana.wait_for_message("patience");
  bia.wait_for("document.querySelector('.mine[data-state=sent]')");
  EXPECT_EQ(Person(url(), "caio").history("geral"), (Texts{"patience"}));
}

// The server has the message, but its answer is lost: the page cannot know,
// and sends it again.
TEST_F(ResumeTest, ARepeatedMessageIsNotDoubled) {
  serve();
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/");
  ana.arrive("ana", "geral");
  Page& bia = arrive("bia", "geral");
  relay.swallow_answers(true);
  ana.say("once");
  bia.wait_for_message("once");
  ana.wait_for("document.querySelector('.mine[data-state=sending]')");
  relay.swallow_answers(false);
  relay.cut();
  ana.wait_for("document.querySelector('.mine[data-state=sent]')");
  ana.say_and_wait("then");
  bia.wait_for_message("then");
  for (Page* each : {&ana, &bia}) {
    EXPECT_EQ(each->messages(), (Texts{"once", "then"}));
  }
  EXPECT_EQ(Person(url(), "caio").history("geral"), (Texts{"once", "then"}));
}

TEST_F(ResumeTest, WhatWasMissedIsThereAfterwards) {
  serve();
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/");
  ana.arrive("ana", "geral");
  Person bia(url(), "bia");
  const std::int64_t first = bia.say("geral", "first");
  const std::int64_t second = bia.say("geral", "second");
  ana.wait_for_message("second");
  relay.refuse({"/"});
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  bia.edit("geral", first, "first, mended");
  bia.erase("geral", second);
  bia.say("geral", "third");
  relay.refuse({});
  ana.wait_for_message("third");
  EXPECT_EQ(ana.messages(),
            (Texts{"first, mended", "Message deleted", "third"}));
}

TEST_F(ResumeTest, AHoleInTheHistoryIsTold) {
  serve({"--history", "5"});
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/");
  ana.arrive("ana", "geral");
  Person bia(url(), "bia");
  bia.say("geral", "before");
  ana.wait_for_message("before");
  relay.refuse({"/"});
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  for (int i = 0; i < 10; ++i) bia.say("geral", std::to_string(i));
  relay.refuse({});
  ana.wait_for_message("9");
  EXPECT_EQ(ana.messages(), (Texts{"before", "5", "6", "7", "8", "9"}));
  EXPECT_EQ(ana.text_of(".note.gap"),
            "Some older messages are no longer on the server.");
}

TEST_F(ResumeTest, WhatTheServerRefusesCanBeTriedAgainOrDiscarded) {
  serve({"--max-message", "50"});
  Page& ana = arrive("ana", "geral");
  stop_server(SIGKILL);
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  ana.say("this is rather long for a server");
  start_server_again({"--max-message", "10"});
  ana.wait_until_shown(".trouble");
  EXPECT_NE(ana.text_of(".trouble").find("That message is too long."),
            std::string::npos);
  ana.click(".trouble .link:nth-of-type(1)");
  ana.wait_until_shown(".mine[data-state=failed] .trouble");
  ana.click(".trouble .link:nth-of-type(2)");
  ana.wait_for("!document.querySelector('.message')");
  EXPECT_EQ(Person(url(), "bia").history("geral"), Texts{});
}

TEST_F(ResumeTest, AnUpgradeOffersAReload) {
  const support::TemporaryFolder folder;
  folder.write("index.html", "<!doctype html><title>newer</title>");
  serve();
  Page& ana = arrive("ana", "geral");
  EXPECT_FALSE(ana.is_shown("#upgrade"));
  stop_server(SIGTERM);
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  start_server_again();
  ana.wait_for_connection("open");
  EXPECT_FALSE(ana.is_shown("#upgrade")) << "it is the same build";
  stop_server(SIGTERM);
  start_server_again({"--static", folder.path()});
  ana.wait_until_shown("#upgrade");
  ana.click("#upgrade-reload");
  ana.wait_for("document.title === 'newer'");
}

}  // namespace
}  // namespace papo::browser
