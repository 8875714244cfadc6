// The page's modules by themselves, where a whole table is not enough: what
// costs how much, what timers do, what survives. Rows are in model_test.cpp and
// net_test.cpp.
#include "browser/modules.h"

namespace papo::browser {
namespace {

// Each construct at three lengths. Steps are what the reader counts and, of
// what the language offers on strings, as many as the string has characters.
constexpr std::string_view kSteps = R"js(
  const { parse } = await use('model/markdown');
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
  const { parse, mentions } = await use('model/markdown');
  const { isEmoji } = await use('model/emoji');
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
  const { initialsOf } = await use('model/letters');
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

constexpr std::string_view kOffers = R"js(
  const { bestOf } = await use('model/names');
  let looks = 0;
  const names = Array.from({ length: 5000 }, (_, i) => ({
    normalize: () => { looks += 1; return `x${i}`; },
  }));
  const bad = [];
  bestOf(names, 'none', 8);
  if (looks !== 5000) bad.push(`none: ${looks}`);
  const words = ['bia', 'ana', 'Anabela', 'juliana', 'ANA B'];
  const got = bestOf(words, 'ana', 3).join();
  if (got !== 'ana,Anabela,ANA B') bad.push(got);
  if (bestOf(words, 'ana', 8).join() !== 'ana,Anabela,ANA B,juliana') bad.push('order');
  if (bestOf(words, '', 2).join() !== 'bia,ana') bad.push('all');
  return bad;
)js";

TEST_F(ModulesTest, OffersLookAtEachNameOnce) {
  EXPECT_EQ(complaints(kOffers), Texts{});
}

constexpr std::string_view kKeys = R"js(
  const { keyOf, Table, moveTables } = await use('net/storage');
  const names = ['ana', 'ana:x', 'ana%3Ax', 'ana%', '__proto__', 'constructor', ':', '%', '@',
    'ana@/chat/', '', 'a:b:c', '\ud800'];
  const bad = [];
  for (const one of names) {
    for (const other of names) {
      const start = `${keyOf('outbox', one)}:`;
      if (one !== other && `${keyOf('outbox', other)}:client`.startsWith(start)) {
        bad.push(`${one} and ${other}`);
      }
    }
    const table = new Table(one, 'drafts', { byTab: true });
    for (const room of names) table.set(room, `${one} in ${room}`);
  }
  for (const one of names) {
    for (const room of names) {
      const kept = new Table(one, 'drafts').get(room);
      if (kept !== `${one} in ${room}`) bad.push(`${one} in ${room}: ${kept}`);
    }
  }
  new Table('next', 'drafts').set('own', 'stays');
  moveTables('__proto__', 'next');
  if (new Table('next', 'drafts').get('__proto__') !== '__proto__ in __proto__') bad.push('move');
  if (new Table('next', 'drafts').get('own') !== 'stays') bad.push('own');
  if (new Table('__proto__', 'drafts').get(':') !== null) bad.push('left behind');
  localStorage.clear();
  sessionStorage.clear();
  return bad;
)js";

TEST_F(ModulesTest, NamesShareNoKeys) {
  EXPECT_EQ(complaints(kKeys), Texts{});
}

constexpr std::string_view kOutbox = R"js(
  const { Outbox } = await use('net/outbox');
  const { Refusal } = await use('net/http');
  localStorage.clear();
  const asked = [];
  const pauses = { next: () => { asked.push(1); return 1; }, reset() {} };
  const outcomes = new Map();
  let states = [];
  const tries = [];
  const started = (user, send) => new Promise((resolve) => {
    const outbox = new Outbox({
      user, pauses, changed: (list) => { states = list; },
      send: async (item) => {
        tries.push(item.text);
        return send(item);
      },
      sent: (item) => {
        outcomes.set(item.text, 'sent');
        if (item.text === 'last') resolve(outbox);
      },
    });
    outbox.add({ room: 'r', text: 'poison', at: 1 });
    outbox.add({ room: 'r', text: 'twice', at: 2 });
    outbox.add({ room: 'r', text: 'old', at: 3, target: 7 });
    outbox.add({ room: 'r', text: 'new', at: 4, target: 7 });
    outbox.add({ room: 'r', text: 'refused', at: 5 });
    outbox.add({ room: 'r', text: 'last', at: 6 });
  });
  let twice = 0;
  const outbox = await started('ana', (item) => {
    const code = { poison: 'strange', refused: 'message_too_long' }[item.text] ??
      (item.text === 'twice' && (twice += 1) < 3 ? 'offline' : null);
    if (code !== null) throw new Refusal({ code });
    return { id: 1 };
  });
  const bad = [];
  const expect = (what, got, want) => {
    if (JSON.stringify(got) !== JSON.stringify(want)) bad.push(`${what}: ${JSON.stringify(got)}`);
  };
  expect('tries', tries, [...Array(5).fill('poison'), ...Array(3).fill('twice'),
    'new', 'refused', 'last']);
  expect('sent', [...outcomes.keys()], ['twice', 'new', 'last']);
  expect('left', states.filter(({ text }) => text !== 'last')
    .map(({ text, state, code }) => `${text} ${state} ${code}`),
  ['poison failed strange', 'refused failed message_too_long']);
  expect('pauses', asked.length, 4 + 2);
  const textsOf = (user) => new Outbox({ user, pauses, send() {}, changed() {}, sent() {} })
    .list().map(({ text }) => text).filter((text) => text !== 'last');
  expect('kept', textsOf('ana'), ['poison', 'refused']);
  expect('another name', textsOf('an'), []);
  outbox.moveTo('bia');
  expect('moved', [textsOf('bia'), textsOf('ana')], [['poison', 'refused'], []]);
  localStorage.clear();
  return bad;
)js";

TEST_F(ModulesTest, TheOutboxTriesAgainAndIsHeldUpByNone) {
  EXPECT_EQ(complaints(kOutbox), Texts{});
}

constexpr std::string_view kPauses = R"js(
  const { Pauses } = await use('net/retry');
  const take = (luck, n) => {
    const pauses = new Pauses({ first: 100, most: 1000, luck });
    return Array.from({ length: n }, () => Math.round(pauses.next()));
  };
  const bad = [];
  if (take(() => 1, 6).join() !== '100,200,400,800,1000,1000') bad.push(take(() => 1, 6).join());
  if (take(() => 0, 6).join() !== '50,100,200,400,500,500') bad.push(take(() => 0, 6).join());
  if (take(() => 1, 5000).at(-1) !== 1000) bad.push('overflows');
  return bad;
)js";

TEST_F(ModulesTest, PausesGrowToABoundAndAreJittered) {
  EXPECT_EQ(complaints(kPauses), Texts{});
}

// Timers are kept and fired by hand; sockets and streams answer when told to.
constexpr std::string_view kTimers = R"js(
  const { Transport } = await use('net/transport');
  const { HttpApi } = await use('net/http');
  const { StreamDoor } = await use('net/stream');
  const own = { setTimeout, clearTimeout, WebSocket, EventSource, fetch };
  const timers = new Map();
  let nextTimer = 1;
  window.setTimeout = (deed, ms) => {
    timers.set(nextTimer, { deed, ms });
    nextTimer += 1;
    return nextTimer - 1;
  };
  window.clearTimeout = (timer) => timers.delete(timer);
  const fire = (wanted = () => true) => {
    for (const [timer, { deed, ms }] of [...timers]) {
      if (!wanted(ms) || !timers.delete(timer)) continue;
      deed();
    }
  };
  const settle = async () => {
    for (let i = 0; i < 10; i += 1) {
      await new Promise((done) => { own.setTimeout.call(window, done, 0); });
    }
  };
  const sockets = [];
  const streams = [];
  window.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    closed = false;
    constructor() { sockets.push(this); }
    close() { this.closed = true; }
  };
  window.EventSource = class {
    closed = false;
    constructor() { streams.push(this); }
    addEventListener() {}
    close() { this.closed = true; }
  };
  window.fetch = async () => new Response('{"status":"ok"}');
  const bad = [];
  try {
    // A stream that was given up for another one.
    let closed = 0;
    const ctx = { user: 'ana', api: new HttpApi('ana'), resume: () => 0, current: () => 'a' };
    const door = new StreamDoor(ctx, { opened() {}, feed() {}, closed: () => { closed += 1; } });
    fire();
    door.subscribe('a');
    fire((ms) => ms < 1000);
    streams[1].onopen();
    fire();
    if (closed !== 0) bad.push('the first stream’s timer ended the second');
    if (!streams[0].closed || streams[1].closed) bad.push('streams');
    door.close();
    timers.clear();

    // A probe of the best door, whose answer comes when the connection is another.
    const told = [];
    const transport = new Transport({
      user: 'ana', resume: () => 0, current: () => 'a',
      on: { opened() {}, feed() {}, changed: (status, name) => told.push(`${status} ${name}`) },
    });
    transport.start();
    for (let i = 0; i < 2; i += 1) {
      sockets.at(-1).onclose({ code: 1006 });
      await settle();
      fire((ms) => ms <= 1000);
    }
    await settle();
    fire((ms) => ms === 0);  // The slot is there,
    fire((ms) => ms === 0);  // and the stream begins.
    streams.at(-1).onopen();
    if (told.at(-1) !== 'open sse') bad.push(told.join());
    fire((ms) => ms === 60000);
    const probe = sockets.at(-1);
    streams.at(-1).onerror();
    await settle();
    fire((ms) => ms < 2000);
    fire((ms) => ms === 0);
    streams.at(-1).onopen();
    if (!probe.closed) bad.push('the probe of a lost connection goes on');
    const before = sockets.length;
    probe.onmessage?.({});
    probe.onclose?.({});
    if (sockets.length !== before || streams.at(-1).closed) {
      bad.push('an old probe ended a connection');
    }
    if (told.at(-1) !== 'open sse') bad.push(told.join());
    // Silence is an answer: another probe follows.
    fire((ms) => ms === 60000);
    fire((ms) => ms === 8000);
    const follows = [...timers.values()].some(({ ms }) => ms === 60000);
    if (!follows) bad.push('no probe follows a silent one');
  } finally {
    Object.assign(window, own);
  }
  return bad;
)js";

TEST_F(ModulesTest, TheTimerOfAnAbandonedAttemptEndsNothingElse) {
  EXPECT_EQ(complaints(kTimers), Texts{});
}

constexpr std::string_view kRead = R"js(
  const { Store } = await use('model/store');
  const written = new Map();
  const table = (kept) => ({
    get: (room) => kept.get(room) ?? null, set: (room, value) => kept.set(room, value),
  });
  const store = new Store({ me: 'ana', memory: {
    read: table(written), drafts: table(new Map()), levels: table(new Map()),
    edits: table(new Map()),
  } });
  const room = store.open('geral');
  const say = (id, username, more) => store.apply({ type: 'message', room: 'geral', id, username,
    message: 'text', timestamp: id / 1e6, ...more }, 0);
  const bad = [];
  const expect = (what, unread, line) => {
    if (room.unread !== unread) bad.push(`${what}: ${room.unread} unread`);
    if (room.lineId !== line) bad.push(`${what}: line ${room.lineId}`);
  };
  store.apply({ type: 'system', room: 'geral', id: 1, event: 'join', user: 'ana' }, 0);
  say(10, 'bia');
  say(20, 'bia');
  store.show('geral');
  expect('others', 2, 1);
  say(30, 'ana', { client_id: 'of another device' });
  expect('my answer', 0, null);
  if (written.get('geral') !== 30) bad.push('not remembered');
  say(25, 'bia');
  expect('what was before, later', 0, null);
  say(40, 'bia');
  say(30, 'ana', { client_id: 'of another device' });
  expect('told twice', 1, null);
  store.apply({ type: 'edit', room: 'geral', target: 30, message: 'changed', timestamp: 1 }, 0);
  expect('an edit', 1, null);
  say(35, 'ana');
  expect('an older one of mine', 1, null);
  if (room.readId !== 35) bad.push(`read ${room.readId}`);
  return bad;
)js";

TEST_F(ModulesTest, OnesOwnMessageMarksWhatWasBeforeItAsRead) {
  EXPECT_EQ(complaints(kRead), Texts{});
}

}  // namespace
}  // namespace papo::browser
