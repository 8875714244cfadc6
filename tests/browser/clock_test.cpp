// Times and days are shown as the reader's place and day have them, and move
// along with the reader.
#include "browser/fixture.h"

namespace papo::browser {
namespace {

class ClockTest : public BrowserTest {};

void move_to(Page& page, std::string_view zone) {
  page.devtools("Emulation.setTimezoneOverride",
                "{\"timezoneId\":" + as_json(zone) + "}");
}

// What the last message's time should be, by a formatter of now.
constexpr std::string_view kTimeIsRight =
    "(el => el.textContent === new Intl.DateTimeFormat(navigator.language,"
    " { hour: 'numeric', minute: '2-digit' }).format(new Date(el.dateTime)))"
    "([...document.querySelectorAll('#rows .message time')].at(-1))";

TEST_F(ClockTest, AnotherTimeZoneIsTakenUp) {
  serve();
  Page& ana = open_page();
  move_to(ana, "UTC");
  ana.arrive("ana", "geral");
  ana.say_and_wait("what time is it?");
  const std::string before = ana.text_of("#rows .message time");
  EXPECT_TRUE(ana.evaluate(kTimeIsRight).is_true()) << before;
  move_to(ana, "Asia/Kolkata");
  EXPECT_FALSE(ana.evaluate(kTimeIsRight).is_true());
  ana.look_away();
  ana.look_back();
  ana.wait_for(kTimeIsRight);
  EXPECT_NE(ana.text_of("#rows .message time"), before);
  move_to(ana, "");
}

TEST_F(ClockTest, MidnightPasses) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say_and_wait("good night");
  EXPECT_EQ(ana.text_of("#rows .day"), "Today");
  ana.evaluate(
      "(Real => { window.Date = class extends Real {"
      " constructor(...all) { super(...(all.length ? all :"
      " [Real.now() + 86400000])); }"
      " static now() { return Real.now() + 86400000; } }; })(Date)");
  ana.look_away();
  ana.look_back();
  ana.wait_for_text("#rows .day", "Yesterday");
}

TEST_F(ClockTest, TheBrowsersLanguageIsTakenUpWhereNoneWasChosen) {
  serve();
  Page& ana = arrive("ana", "geral");
  ana.say_and_wait("oi");
  ana.evaluate(
      "Object.defineProperty(navigator, 'language',"
      " { configurable: true, get: () => 'pt-BR' }),"
      "dispatchEvent(new Event('languagechange'))");
  ana.wait_for_text("#rows .day", "Hoje");
  EXPECT_EQ(ana.evaluate("document.documentElement.lang").text, "pt-BR");
  ana.wait_for(
      "document.querySelector('#message-input').placeholder"
      " === 'Mensagem em #geral'");
}

// An id tells the order; where the server's clock was elsewhere, `sent_at`
// tells the time, and a day may come again.
constexpr std::string_view kSentAt = R"js((async () => {
  const at = (path) => import(new URL(path, document.baseURI));
  const { Store } = await at('js/model/store.js');
  const { rowsOf } = await at('js/model/rows.js');
  const none = { get: () => null, set() {} };
  const store = new Store({ me: 'ana',
    memory: { read: none, drafts: none, levels: none, edits: none } });
  store.open('geral');
  const day = 86400;
  const noon = new Date(2024, 5, 1, 12).getTime() / 1000;
  const say = (id, sent_at, more = {}) => store.apply({ type: 'message',
    id: id * 1e6, room: 'geral', username: 'bia', message: 'x',
    timestamp: id, ...(sent_at && { sent_at }), ...more }, 0);
  say(noon);
  say(noon + 2 * day);
  say(noon + 2 * day + 1, noon + 5);
  store.confirm({ type: 'message', id: (noon + 2 * day + 2) * 1e6, room: 'geral',
    username: 'ana', message: 'mine', client_id: 'c' });
  say(noon + 2 * day + 2, noon + 6, { username: 'ana', client_id: 'c' });
  store.apply({ type: 'system', event: 'leave', user: 'bia', room: 'geral',
    id: (noon + 2 * day + 3) * 1e6, sent_at: noon + 7, message: '' }, 0);
  const { entries } = store.room('geral');
  store.apply({ type: 'edit', room: 'geral', target: entries[0].id, message: 'y',
    timestamp: noon + 2 * day + 4, sent_at: noon + 8 }, 0);
  if (entries[0].editedAt !== noon + 8) return `edited: ${entries[0].editedAt}`;
  const times = entries.map((each) => each.at / 1000 - noon);
  if (times.join() !== [0, 2 * day, 5, 6, 7].join()) return `times: ${times}`;
  const rows = rowsOf(entries, [], null);
  const days = rows.filter(({ kind }) => kind === 'day');
  if (days.length !== 3) return `days: ${days.length}`;
  const keys = new Set(rows.map(({ key }) => key));
  return keys.size === rows.length ? 'right' : 'a key comes twice';
})())js";

TEST_F(ClockTest, AnEntryShowsWhenItWasSaid) {
  serve_sources();
  Page& page = open_page();
  EXPECT_EQ(page.promise(kSentAt).text, "right");
}

}  // namespace
}  // namespace papo::browser
