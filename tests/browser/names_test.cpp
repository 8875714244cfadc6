// Names that are written in several ways are one name here.
#include "browser/fixture.h"

namespace papo::browser {
namespace {

class NamesTest : public BrowserTest {};

constexpr std::string_view kComposed = "caf\u00e9";
constexpr std::string_view kDecomposed = "cafe\u0301";

std::string rooms_of(Page& page) {
  return page
      .promise(
          "fetch('rooms').then(each => each.json()).then(({ rooms }) =>"
          " JSON.stringify(rooms.map(each => each.room)))")
      .text;
}

TEST_F(NamesTest, ARoomTypedInTwoWaysIsOne) {
  serve();
  Page& ana = arrive("ana", kComposed);
  Page& bia = open_page();
  bia.wait_for_focus("#name-input");
  bia.insert("Be\u0301a");
  bia.click("#welcome-room-input");
  bia.press("Control+a");
  bia.insert(kDecomposed);
  bia.press("Enter");
  bia.wait_for_room(kComposed);
  bia.say_and_wait("hello");
  ana.wait_for_message("hello");
  EXPECT_EQ(bia.text_of("#self-name"), "B\u00e9a");
  EXPECT_EQ(bia.evaluate("location.hash").text, "#/caf%C3%A9");
  bia.say("/join geral");
  bia.wait_for_room("geral");
  bia.say(std::string("/join ").append(kDecomposed));
  bia.wait_for_room(kComposed);
  EXPECT_EQ(rooms_of(ana), "[\"caf\u00e9\",\"geral\"]");
}

TEST_F(NamesTest, AnOldAddressLeadsToTheSameRoom) {
  serve();
  Page& ana = arrive("ana", kComposed);
  ana.open(url() + "/?old#/cafe%CC%81");
  ana.wait_for_room(kComposed);
  ana.wait_for("location.hash === '#/caf%C3%A9'");
  EXPECT_EQ(rooms_of(ana), "[\"caf\u00e9\"]");
}

// The server tells names apart by their bytes, and other clients may not care.
TEST_F(NamesTest, ARoomThatAnotherClientSpeltIsEnteredAsItIs) {
  serve();
  Person(url(), "caio").join(kDecomposed);
  Page& ana = arrive("ana", "geral");
  ana.click("#directory-list .room");
  ana.wait_for_room(kDecomposed);
  ana.say_and_wait("here");
  EXPECT_EQ(Person(url(), "caio").history(kDecomposed),
            std::vector<std::string>{"here"});
  ana.reload();
  ana.wait_for_room(kDecomposed);
  EXPECT_EQ(rooms_of(ana), "[\"cafe\u0301\",\"geral\"]");
}

TEST_F(NamesTest, AMentionIsOneInEitherSpelling) {
  serve();
  Page& jose = arrive("Jos\u00e9", "geral");
  Person(url(), "bia").say("geral", "hey @Jose\u0301 !");
  jose.wait_for("document.querySelector('.mention-me .mention.me')");
}

TEST_F(NamesTest, AStoredNameIsPutRight) {
  serve();
  Page& page = open_page();
  page.evaluate(
      "sessionStorage.setItem('papo.name', arguments[0]),"
      "localStorage.removeItem('papo.name')",
      {"Jose\u0301"});
  page.open(url() + "/?again#/geral");
  page.wait_for_room("geral");
  EXPECT_EQ(page.text_of("#self-name"), "Jos\u00e9");
}

// What the page refuses to take, and what the server does, are one rule. A name
// comes as a person types it, with blanks around it.
constexpr std::string_view kRules = R"js((async () => {
  const { nameOf, problemOf } =
    await import(new URL('js/model/names.js', document.baseURI));
  const { limits } = await (await fetch('version')).json();
  const pieces = ['a', 'b', ' ', '.', '..', '\u00a0', '\ufeff', '\u3000', '\u0085',
    '\u200b', '\u200c', '\u200d', '\u200e', '\u202e', '\u2066', '\u00ad',
    '\u034f', '\u061c', '\u115f', '\u17b4', '\u180b', '\u2060', '\u2800',
    '\u3164', '\ufe0e', '\ufe0f', '\uffa0', '\ufff9', '\ufffc', '\u0301',
    '\u20e3', '\u0007', '1', '#', '\u2764', '\u{1f468}', '\u{1f3fd}', '\u0646',
    '\u{1d159}', '\u{1d173}', '\u{e0061}', '\u{e0100}', '\u1680', '\u2028'];
  const names = pieces.concat(...pieces.map((one) => pieces.map((two) => one + two)),
    ...pieces.map((one) => [`a${one}b`, `a${one}${one}b`, `\u2764${one}\u{1f468}`,
      `\u0646${one}\u0646`, `\u{1f468}${one}\u200d\u2764\ufe0f`]),
    ['x'.repeat(64), 'x'.repeat(65), '\u{1f468}'.repeat(64), '...', '']);
  const wrong = [];
  let refused = 0;
  const ask = async (typed) => {
    const problem = problemOf(nameOf(typed), limits);
    const answer = await fetch('join', { method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ room: 'r', username: nameOf(typed) }) });
    if (answer.status !== 200) refused += 1;
    if ((answer.status === 200) === (problem === '')) return;
    wrong.push(`${escape(typed)}: "${problem}", ${answer.status}`);
  };
  // A browser refuses thousands of requests at once.
  const left = [...names];
  await Promise.all(Array.from({ length: 6 }, async () => {
    while (left.length > 0) await ask(left.pop());
  }));
  if (refused < names.length / 4) return `only ${refused} refused`;
  return wrong.length === 0 ? 'one rule'
    : `${wrong.length} of ${names.length}: ${wrong.slice(0, 20).join('; ')}`;
})())js";

TEST_F(NamesTest, ThePageAndTheServerAgree) {
  serve_sources();
  Page& page = open_page();
  EXPECT_EQ(page.promise(kRules).text, "one rule");
}

}  // namespace
}  // namespace papo::browser
