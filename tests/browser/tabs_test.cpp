// Many tabs of one browser, where no WebSocket gets through: HTTP/1.1 gives
// them six connections together.
#include "browser/fixture.h"
#include "browser/relay.h"

namespace papo::browser {
namespace {

std::string door_of(Page& page) {
  return page.evaluate("document.documentElement.dataset.door").text;
}

void wait_for_door(Page& page, std::string_view door,
                   Place place = Place::current()) {
  page.wait_for(
      "document.documentElement.dataset.connection === 'open'"
      " && document.documentElement.dataset.door === arguments[0]",
      {door}, place);
}

// Hides the browser's locks from pages that open in this window from now on.
void forbid_locks(Page& page) {
  page.devtools("Page.addScriptToEvaluateOnNewDocument",
                R"js({"source":"Object.defineProperty(Navigator.prototype,)js"
                R"js( 'locks', { get: () => undefined })"})js");
}

// Hidden, or shown again, as far as the page can tell.
void set_hidden(Page& page, bool hidden) {
  page.evaluate(std::string("Object.defineProperty(document, 'hidden',"
                            " { configurable: true, get: () => ") +
                (hidden ? "true" : "false") +
                " }), document.dispatchEvent(new Event('visibilitychange'))");
}

class TabsTest : public BrowserTest {
 protected:
  // A window of somebody of that name in the room "geral".
  Page& arrive_at(const std::string& url, std::string_view name) {
    Page& page = open_page_at(browser(), url);
    page.arrive(name, "geral");
    page.evaluate("localStorage.removeItem('papo.name')");
    return page;
  }
  // Ana in the room "geral", with a stream first, and by polling since nobody
  // sees her page.
  Page& arrive_hidden_without_locks() {
    Page& ana = open_page("/");
    forbid_locks(ana);
    ana.open(url() + "/?door=sse");
    ana.arrive("ana", "geral");
    wait_for_door(ana, "sse");
    set_hidden(ana, true);
    wait_for_door(ana, "poll");
    return ana;
  }
};

TEST_F(TabsTest, TheEighthLoadsAndTalks) {
  serve();
  Relay relay(server().port());
  relay.refuse({"/ws"});
  std::vector<Page*> pages;
  for (int i = 0; i < 8; ++i) {
    pages.push_back(&arrive_at(relay.url() + "/", "user " + std::to_string(i)));
    wait_for_door(*pages.back(), i < 4 ? "sse" : "poll");
  }
  pages[0]->say_and_wait("from the first");
  pages[7]->say_and_wait("from the eighth");
  for (Page* page : pages) {
    page->wait_for_message("from the first");
    page->wait_for_message("from the eighth");
  }
  // Who has waited longest takes over from a tab that goes.
  pages[1]->open("about:blank");
  wait_for_door(*pages[4], "sse");
  pages[2]->open("about:blank");
  wait_for_door(*pages[5], "sse");
  EXPECT_EQ(door_of(*pages[6]), "poll");
  pages[6]->say_and_wait("once more");
  for (Page* page : {pages[0], pages[3], pages[4], pages[5], pages[7]}) {
    page->wait_for_message("once more");
    EXPECT_EQ(page->count_of("from the eighth"), 1);
  }
}

TEST_F(TabsTest, WithoutLocksATabHoldsAConnectionWhileItIsSeen) {
  serve();
  Page& ana = arrive_hidden_without_locks();
  Person bia(url(), "bia");
  bia.say("geral", "while hidden");
  ana.wait_for_message("while hidden");
  set_hidden(ana, false);
  wait_for_door(ana, "sse");
  bia.say("geral", "while seen");
  ana.wait_for_message("while seen");
  EXPECT_EQ(ana.messages(),
            (std::vector<std::string>{"while hidden", "while seen"}));
}

// A stream without rooms brings what is new, from before the rooms' own points
// are known: that must not be taken for all there was.
TEST_F(TabsTest, NothingIsLostBetweenTwoDoors) {
  serve();
  Page& ana = arrive_hidden_without_locks();
  ana.evaluate(
      "(real => { window.fetch = async (url, options) => {"
      " const path = new URL(url).pathname;"
      " if (path === '/receive') await new Promise(() => {});"
      " if (path === '/version') await new Promise(go => { window.go_ = go; });"
      " return real(url, options); }; })(window.fetch)");
  Person bia(url(), "bia");
  bia.say("geral", "while no door was open");
  set_hidden(ana, false);
  wait_for_door(ana, "sse");
  ana.wait_for("window.go_");
  bia.say("geral", "before its feed was on");
  ana.wait_for_message("before its feed was on");
  ana.evaluate("window.go_()");
  ana.wait_for_message("while no door was open");
  EXPECT_EQ(ana.messages(),
            (std::vector<std::string>{"while no door was open",
                                      "before its feed was on"}));
}

}  // namespace
}  // namespace papo::browser
