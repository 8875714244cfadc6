// The ways to reach the server: from the best to the last, and under a
// sub-path.

#include "browser/fixture.h"
#include "browser/relay.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

struct Blocked {
  const char* name;
  std::vector<std::string> paths;
  const char* door;
};

class DoorsTest : public BrowserTest,
                  public testing::WithParamInterface<Blocked> {};

void wait_for_door(Page& page, std::string_view door) {
  page.wait_for(
      "document.documentElement.dataset.connection === 'open'"
      " && document.documentElement.dataset.door === arguments[0]",
      {door});
}

TEST_P(DoorsTest, TheNextOneIsTakenByItself) {
  serve();
  Relay relay(server().port(), "/chat");
  relay.refuse(GetParam().paths);
  Page& ana = open_page_at(browser(), relay.url() + "/");
  ana.arrive("ana", "geral");
  wait_for_door(ana, GetParam().door);
  Person bia(url(), "bia");
  bia.say("geral", "hello, ana");
  ana.wait_for_message("hello, ana");
  ana.say_and_wait("hello, bia");
  const std::int64_t id = bia.say("geral", "wrng");
  ana.wait_for_message("wrng");
  bia.edit("geral", id, "right");
  ana.wait_for_message("right");
  ana.say("/join praia");
  ana.wait_for_room("praia");
  bia.say("geral", "elsewhere");
  ana.wait_for_mark("geral", "count", "1");
  ana.click("#room-list [data-room=geral]");
  ana.wait_for_message("elsewhere");
  EXPECT_EQ(ana.messages(),
            (Texts{"hello, ana", "hello, bia", "right", "elsewhere"}));
  EXPECT_EQ(ana.evaluate("document.documentElement.dataset.door").text,
            GetParam().door);
}

INSTANTIATE_TEST_SUITE_P(
    Each, DoorsTest,
    testing::Values(Blocked{"WebSocket", {}, "ws"},
                    Blocked{"EventSource", {"/ws"}, "sse"},
                    Blocked{"LongPoll", {"/ws", "/events"}, "longpoll"}),
    [](const testing::TestParamInfo<Blocked>& row) {
      return std::string(row.param.name);
    });

// Long polls that are cut, as some proxies do: plain polling remains.
TEST_F(BrowserTest, PlainPollingIsTheLastResort) {
  serve();
  Page& ana = open_page("/?door=poll");
  ana.arrive("ana", "geral");
  wait_for_door(ana, "poll");
  Person bia(url(), "bia");
  bia.say("geral", "hello, ana");
  ana.wait_for_message("hello, ana");
  ana.say_and_wait("hello, bia");
  bia.say("geral", "goodbye");
  ana.wait_for_message("goodbye");
  EXPECT_EQ(ana.messages(), (Texts{"hello, ana", "hello, bia", "goodbye"}));
}

// Nothing of the page is asked for outside the sub-path: the relay would
// answer 404, and the page would not come up or look right.
TEST_F(BrowserTest, EverythingWorksUnderASubPath) {
  serve();
  Relay relay(server().port(), "/apps/chat");
  Page& ana = open_page_at(browser(), relay.url() + "/#/geral");
  ana.arrive("ana", "geral");
  wait_for_door(ana, "ws");
  ana.say_and_wait("below");
  const Texts asked = ana.evaluate(
                             "performance.getEntriesByType('resource')"
                             ".map(each => each.name)")
                          .list();
  EXPECT_GT(asked.size(), 10u);
  for (const std::string& each : asked) {
    EXPECT_TRUE(each.starts_with(relay.url() + "/")) << each;
  }
  ana.reload();
  ana.wait_for_room("geral");
  ana.wait_for_message("below");
  EXPECT_EQ(browser().console(), "");
}

}  // namespace
}  // namespace papo::browser
