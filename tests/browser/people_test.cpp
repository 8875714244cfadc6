// Who is in a room: asked for once, and kept in step by what is pushed.
#include "browser/fixture.h"
#include "browser/relay.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class PeopleTest : public BrowserTest {};

constexpr int kCrowd = 2000;

// From now on, keeps what the page asks for: its path, and how much comes back.
constexpr std::string_view kListen = R"js((() => {
  const real = window.fetch;
  window.asked_ = [];
  window.fetch = async (url, options) => {
    const response = await real(url, options);
    const bytes = (await response.clone().arrayBuffer()).byteLength;
    window.asked_.push({ path: new URL(url).pathname, bytes });
    return response;
  };
  return true;
})())js";

std::int64_t asked_for(Page& page, std::string_view path) {
  return page
      .evaluate(
          "window.asked_.filter(each => each.path === arguments[0]).length",
          {path})
      .number();
}

std::int64_t bytes_asked_for(Page& page) {
  return page
      .evaluate("window.asked_.reduce((sum, each) => sum + each.bytes, 0)")
      .number();
}

// Waits for the headings of the list of people, "Online — 1", and its last
// word.
void wait_for_headings(Page& page, std::string_view joined,
                       Place place = Place::current()) {
  page.wait_for(
      "[...document.querySelectorAll('#member-list .heading, "
      "#member-list .more')].map(each => each.textContent).join('|')"
      " === arguments[0]",
      {joined}, place);
}

void fill(const std::string& url, std::string_view room, int count) {
  for (int i = 0; i < count; ++i) {
    Person(url, "user " + std::to_string(10'000 + i)).join(room);
  }
}

TEST_F(PeopleTest, ACrowdThatComesAndGoesIsNotAskedForAnew) {
  serve();
  fill(url(), "geral", kCrowd);
  Page& ana = arrive("ana", "geral");
  wait_for_headings(ana, "Online — 1|Away — 2000|and 1801 more");
  ana.evaluate(kListen);
  ana.evaluate(
      "window.made_ = 0, new MutationObserver(all => { for (const { addedNodes "
      "}"
      " of all) window.made_ += addedNodes.length; }).observe("
      "document.querySelector('#member-list'), { childList: true }), true");
  for (int i = 0; i < 10; ++i) {
    // "a…" sorts before all others, so that it is seen.
    Person(url(), "a newcomer " + std::to_string(i)).join("geral");
    Person(url(), "user " + std::to_string(10'000 + i)).leave("geral");
    Person(url(), "z newcomer " + std::to_string(i)).join("geral");
    wait_for_headings(ana, "Online — 1|Away — " + std::to_string(2001 + i) +
                               "|and " + std::to_string(1802 + i) + " more");
  }
  EXPECT_EQ(asked_for(ana, "/members"), 0);
  // The list of rooms may have been looked at meanwhile.
  EXPECT_LT(bytes_asked_for(ana), 4096);
  // Of its 200 rows, those that came and those that moved into sight.
  EXPECT_LE(ana.evaluate("window.made_").number(), 40);
  EXPECT_EQ(ana.evaluate("document.querySelectorAll('#member-list .member')"
                         ".length")
                .number(),
            200);
}

TEST_F(PeopleTest, ComingGoingAndBeingThereAreSeenAsTheyHappen) {
  serve();
  Page& ana = arrive("ana", "geral");
  wait_for_headings(ana, "Online — 1");
  ana.evaluate(kListen);
  Person(url(), "caio").join("geral");
  wait_for_headings(ana, "Online — 1|Away — 1");
  {
    Page& bia = arrive("bia", "geral");
    wait_for_headings(ana, "Online — 2|Away — 1");
    ana.wait_for_text("#online-count", "2");
    wait_for_headings(bia, "Online — 2|Away — 1");
  }
  Person(url(), "bia").leave("geral");
  wait_for_headings(ana, "Online — 1|Away — 1");
  Person(url(), "caio").leave("geral");
  wait_for_headings(ana, "Online — 1");
  EXPECT_EQ(asked_for(ana, "/members"), 0);
}

TEST_F(PeopleTest, AfterAGapTheListIsAskedForOnce) {
  serve();
  fill(url(), "geral", 3);
  Relay relay(server().port());
  Page& ana = open_page_at(browser(), relay.url() + "/");
  ana.arrive("ana", "geral");
  wait_for_headings(ana, "Online — 1|Away — 3");
  ana.evaluate(kListen);
  relay.refuse({"/"});
  ana.wait_for("document.documentElement.dataset.connection !== 'open'");
  Person(url(), "user 10000").leave("geral");
  fill(url(), "geral", 2);
  Person(url(), "zoe").join("geral");
  relay.refuse({});
  wait_for_headings(ana, "Online — 1|Away — 4");
  ana.wait_for("window.asked_.some(each => each.path === '/members')");
  EXPECT_EQ(asked_for(ana, "/members"), 1);
}

TEST_F(PeopleTest, ALargeListIsNotAskedForWhereItIsNotShown) {
  serve();
  fill(url(), "geral", 150);
  fill(url(), "praia", 5);
  Page& ana = open_page();
  ana.resize(375, 700);
  ana.evaluate(kListen);
  ana.arrive("ana", "geral");
  ana.wait_for_text("#online-count", "1");
  EXPECT_EQ(asked_for(ana, "/members"), 0);
  ana.say("/join praia");
  ana.wait_for_room("praia");
  ana.wait_for("window.asked_.some(each => each.path === '/members')");
  ana.evaluate("history.back()");
  ana.wait_for_room("geral");
  EXPECT_EQ(asked_for(ana, "/members"), 1);
  ana.click("#toggle-members");
  wait_for_headings(ana, "Online — 1|Away — 150");
  EXPECT_EQ(asked_for(ana, "/members"), 2);
  Person(url(), "zoe").join("geral");
  wait_for_headings(ana, "Online — 1|Away — 151");
  EXPECT_EQ(asked_for(ana, "/members"), 2);
}

// A door that polls gets no presence: the list is asked for when its numbers
// have changed, and not in each round.
TEST_F(PeopleTest, PollingAsksForThePeopleWhenTheirNumbersChange) {
  serve();
  fill(url(), "geral", 2);
  Page& ana = open_page("/?door=poll");
  ana.arrive("ana", "geral");
  ana.evaluate("localStorage.removeItem('papo.name')");
  wait_for_headings(ana, "Online — 1|Away — 2");
  ana.evaluate(kListen);
  ana.wait_for(
      "window.asked_.filter(each => each.path === '/rooms').length >= 3");
  EXPECT_EQ(asked_for(ana, "/members"), 0);
  arrive("bia", "geral");
  wait_for_headings(ana, "Online — 2|Away — 2");
}

// The model by itself, against a server that is pretended: whatever is said
// while a list is on its way, and in whatever order what is old is repeated.
constexpr std::string_view kRandomly = R"js((async () => {
  const { People } = await import(new URL('js/model/people.js', document.baseURI));
  let seed = 1;
  const random = (below) => {
    seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return ((seed ^ (seed >>> 13)) >>> 0) % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const members = [];
    const there = new Set();
    const log = [];
    let id = 0;
    const act = () => {
      const name = `user ${random(6)}`;
      const at = members.indexOf(name);
      const is = !there.has(name);
      const comes = at < 0;
      if (!comes && (random(2) === 0 || !is)) {
        if (is) there.add(name); else there.delete(name);
        log.push({ name, is });
        return;
      }
      if (comes) members.push(name); else members.splice(at, 1);
      log.push({ name, came: comes, id: id += 1 });
    };
    const people = new People();
    const tell = ({ name, is, came, id }) => {
      if (id === undefined) people.seen(name, is);
      else if (came) people.came(name, id);
      else people.went(name, id);
    };
    let told = 0;
    const tellOn = (to) => { while (told < to) tell(log[told++]); };
    for (let i = random(20); i > 0; i -= 1) act();
    for (let turn = 0; turn < 3; turn += 1) {
      // A gap: nothing of it is told.
      people.missed();
      told = log.length - random(Math.min(log.length, 4) + 1);
      if (turn === 0) told = 0;
      const settle = people.ask();
      for (let i = random(8); i > 0; i -= 1) act();
      tellOn(told + random(log.length - told + 1));
      const list = members.map((username) =>
        ({ username, online: there.has(username) }));
      for (let i = random(8); i > 0; i -= 1) act();
      tellOn(told + random(log.length - told + 1));
      settle(list);
      tellOn(log.length);
      for (let i = random(8); i > 0; i -= 1) { act(); tellOn(log.length); }
      // What is repeated changes nothing.
      for (const each of log.slice(-5)) if (each.id) tell(each);
      const online = members.filter((name) => there.has(name));
      const shown = [...people.first(99, true), ...people.first(99, false)];
      const wanted = [...online].sort()
        .concat(members.filter((name) => !there.has(name)).sort());
      const told_ = JSON.stringify([[...people.names()], shown, people.online(),
        people.count(), people.known, people.stale]);
      const true_ = JSON.stringify([members, wanted, online.length,
        members.length, true, false]);
      if (told_ !== true_) return `round ${round}: ${told_}, not ${true_}`;
    }
  }
  return 'exact';
})())js";

TEST_F(PeopleTest, TheListIsExactWhateverCrosses) {
  serve_sources();
  Page& page = open_page();
  EXPECT_EQ(page.promise(kRandomly).text, "exact");
}

}  // namespace
}  // namespace papo::browser
