// The pure modules of the page, in the browser that runs them: each is imported
// and asked, row by row.
#include "browser/fixture.h"

namespace papo::browser {
namespace {

using Texts = std::vector<std::string>;

class ModulesTest : public BrowserTest {
 protected:
  // What `body`, the body of an async function, returns: a list of complaints.
  // It may use(name) a module of static/js.
  Texts complaints(std::string_view body, Window::Arguments arguments = {}) {
    serve();
    Page& page = open_page();
    std::string script =
        "(async (...given) => { const use = (name) =>"
        " import(new URL(`js/${name}.js`, document.baseURI)); ";
    script.append(body).append("})(...arguments)");
    return page.promise(script, arguments).list();
  }
};

// Each construct at three lengths. Steps are what the reader counts and, of
// what the language offers on strings, as many as the string has characters.
constexpr std::string_view kSteps = R"js(
  const { parse } = await use('text');
  let native = 0;
  const kept = [];
  const meterOf = (type, names, cost) => names.forEach((name) => {
    const own = type[name];
    kept.push(() => { type[name] = own; });
    type[name] = function (...words) {
      native += cost(this, words);
      return own.apply(this, words);
    };
  });
  const repeat = (unit) => (n) => unit.repeat(Math.ceil(n / unit.length));
  const runs = (n) => {
    let text = '';
    for (let k = 1; text.length < n / 2; k += 1) text += '`'.repeat(k) + 'a';
    return text + text;
  };
  const rows = {
    'closing parentheses': (n) => 'https://a' + ')'.repeat(n),
    'parentheses': (n) => `https://a${'('.repeat(n / 2)}${')'.repeat(n / 2)}`,
    'punctuation': (n) => 'https://a' + repeat(".,;:!?'*_~)]}")(n),
    'an address in brackets of each kind': repeat('[(<{https://a.b}>)] '),
    'runs of backticks': runs,
    'one unclosed run': (n) => '`'.repeat(n - 1) + 'a',
    'a long local part': (n) => `${'a.'.repeat(n / 2)}@b.c`,
  };
  const units = [
    'https://', 'https://a ', 'https://a*', 'https://a)*_', '*https://a', 'http',
    'mailto:', 'mailto:a@b.c ', 'a@b', 'a@b.c', 'a@', 'a.', '+-._', 'a@a.a.a.a.a.a.a.a',
    '*', '**', '***', '*a', '*a ', 'a* ', '**a ', '*a **b ', '* a', '*a*', '**a**', '*a_',
    '_', '__', '_a', '_a ', 'a_a', '__a ', '__a_', '~', '~~', '~~a ', '~~a~~ ', '**_~~`',
    '`', '` ', '``a`', '`a`', '``a', '```', '```\n', '```a\n', '```a```\n', '   ```\n',
    '>', '> ', '> a\n', '>>>> a\n', '> > > > > a\n', '> - 1. a\n', '> ```\n', '>\n\n',
    '-', '- ', '- a\n', '- a\n1. a\n', '1. ', '1. a\n', '999999999. a\n', '1', '-\n',
    '@', '@a', '@a ', '@-.', '@a.', '@ana be', '@ana belmond ', '@ana b@', 'a@ana ',
    '(', ')', '()', '[', ']', '[](', '[a](b) ', '![](', '<', '<>', '{', '|', '\\', '"',
    ' ', '\t', '\n', ' \n', '\n\n a', 'a', 'a ', '\u3000', '\u00e9', '\u{1f600}', 'z\u0300',
    '\u200d', '\u{1f1e7}\u{1f1f7}',
  ];
  for (const unit of units) rows[JSON.stringify(unit)] = repeat(unit);
  const names = Array.from({ length: 200 }, (_, i) => `ana ${'be'.repeat(i % 30)}l${i}`);
  const stepsOf = (text) => {
    const meter = { steps: 0 };
    native = 0;
    parse(text, names, meter);
    return meter.steps + native;
  };
  meterOf(String.prototype, ['indexOf', 'lastIndexOf', 'includes', 'split', 'match',
    'matchAll', 'replace', 'replaceAll', 'search', 'trim', 'trimEnd', 'trimStart',
    'toLowerCase', 'toUpperCase', 'normalize'], (text) => text.length);
  meterOf(String.prototype, ['startsWith', 'endsWith'], (_, [part]) => part.length);
  meterOf(RegExp.prototype, ['exec', 'test'], (_, [text]) => text.length);
  const bad = [];
  try {
    for (const [name, make] of Object.entries(rows)) {
      const [one, two, four] = [2048, 4096, 8192].map((n) => stepsOf(make(n)));
      const grows = two > 2.2 * one + 500 || four > 2.2 * two + 500;
      if (grows || four > 100 * 8192 || one < 1000) bad.push(`${name}: ${one}, ${two}, ${four}`);
    }
  } finally {
    kept.forEach((undo) => undo());
  }
  return bad;
)js";

TEST_F(ModulesTest, ReadingAStrangersTextTakesStepsInProportion) {
  EXPECT_EQ(complaints(kSteps), Texts{});
}

constexpr std::string_view kReadings = R"js(
  const { parse, mentions } = await use('text');
  const { isEmoji } = await use('show-text');
  const flat = (node) => typeof node === 'string' ? node
    : `<${node.kind}${node.text === undefined ? '' : `:${node.text}`}${
      node.name === undefined ? '' : `:${node.name}`}${
      (node.children ?? []).length ? ` ${node.children.map(flat).join('')}` : ''}>`;
  const rows = [
    ['**a *b* c**', '<p <strong a <em b> c>>'],
    ['*a **b** c*', '<p <em a <strong b> c>>'],
    ['snake_case_name', '<p snake_case_name>'],
    ['_a_, (*b*)', '<p <em a>, (<em b>)>'],
    ['**open', '<p **open>'],
    ['`a`b`', '<p <code:a>b`>'],
    ['``a`b``', '<p <code:a`b>>'],
    ['` ` `', '<p ` ` `>'],
    ['(see https://a.b/c_(d))', '<p (see <link:https://a.b/c_(d)>)>'],
    ['https://a.b/c).', '<p <link:https://a.b/c>).>'],
    ['*https://a.b/c*', '<p <em <link:https://a.b/c>>>'],
    ['xhttps://a.b', '<p xhttps://a.b>'],
    ['https://', '<p https://>'],
    ['write to a.b@c.example, now', '<p write to <link:a.b@c.example>, now>'],
    ['a@b', '<p a@b>'],
    ['@ana, @bia lima! @bia limao', '<p <mention:ana>, <mention:bia lima>! <mention:bia> limao>'],
    ['@Ana. a@ana', '<p <mention:Ana>. a@ana>'],
    ['@\u{1d4aa}', '<p <mention:\u{1d4aa}>>'],
  ];
  const bad = [];
  for (const [text, want] of rows) {
    const got = parse(text, ['bia lima']).map(flat).join('');
    if (got !== want) bad.push(`${text}: ${got}`);
  }
  const calls = [['@ana', true], ['x@ana', false], ['@anab', false], ['\u{1d4aa}@ana', false],
    ['(@ANA)', true], ['@anab @ana', true], ['ana', false]];
  for (const [text, want] of calls) if (mentions(text, 'ana') !== want) bad.push(text);
  const pictures = [['\u{1f600}', true], ['\u2764\ufe0f', true], ['1\ufe0f\u20e3', true],
    ['\u{1f1e7}\u{1f1f7} \u{1f468}\u200d\u{1f469}\u200d\u{1f467}', true], ['1', false],
    ['\u{1f600}'.repeat(16), true], ['\u{1f600}'.repeat(17), false],
    ['\u{1f600}'.repeat(16) + 'x', false], ['', false], [' ', false], ['a', false]];
  for (const [text, want] of pictures) if (isEmoji(text) !== want) bad.push(`emoji ${text}`);
  return bad;
)js";

TEST_F(ModulesTest, TextIsReadAsItIsMeant) {
  EXPECT_EQ(complaints(kReadings), Texts{});
}

constexpr std::string_view kInitials = R"js(
  const { initialsOf } = await use('dom');
  const rows = [
    ['ana', 'A'], ['Ana Clara Lima', 'AL'], ['ana_lima', 'AL'], ['', ''], ['  ', ''],
    ['\u{1f1e7}\u{1f1f7} Ana', '\u{1f1e7}\u{1f1f7}A'],
    ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
    ['\u{1f44d}\u{1f3fd} ok', '\u{1f44d}\u{1f3fd}O'],
    ['e\u0301lo', 'E\u0301'], ['\u2764\ufe0f bia', '\u2764\ufe0fB'],
    ['\u0928\u093f\u0924\u093f', '\u0928\u093f'], ['\u{10428}', '\u{10400}'],
    ['\u200bana', 'A'], ['\u202e\u2066ana', 'A'], ['\u00ad\u034f\u3164ana', 'A'],
    ['ana \u200b', 'A'], ['\ufeff \u2800 x', 'X'],
    ['\u00dfeta', '\u00df'], ['\ufb01m', '\ufb01'],
    ['...', '.'], ['-_-', '-'], ['\u00bf?', '\u00bf'],
    [`z${'\u0300'.repeat(40)}`, 'Z'],
  ];
  return rows.filter(([name, want]) => initialsOf(name) !== want)
    .map(([name]) => `${JSON.stringify(name)}: ${JSON.stringify(initialsOf(name))}`);
)js";

TEST_F(ModulesTest, AnAvatarsLettersAreWholeAndSeen) {
  EXPECT_EQ(complaints(kInitials), Texts{});
}

}  // namespace
}  // namespace papo::browser
