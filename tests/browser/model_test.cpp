// static/js/model and static/js/words, row by row.
#include "browser/modules.h"

namespace papo::browser {
namespace {

class ModelTest : public ModulesTest {};

// A store that remembers nothing, with one room, and short ways to tell it.
constexpr std::string_view kStore = R"js(
  const { Store } = await use('model/store');
  const table = (kept = new Map()) => ({
    get: (room) => kept.get(room) ?? null, set: (room, value) => kept.set(room, value),
  });
  const storeOf = (me = 'ana') => new Store({ me, memory: {
    read: table(), drafts: table(), levels: table(), edits: table() } });
  const roomIn = (store, name = 'geral') => {
    const room = store.open(name);
    const tell = (type, id, more) => store.apply({ type, id, room: name, ...more }, 1000);
    return { room, tell,
      say: (id, username, message = 'text', more = {}) =>
        tell('message', id, { username, message, ...more }) };
  };
)js";

std::string with_store(std::string_view body) {
  return std::string(kStore).append(body);
}

TEST_F(ModelTest, HistoryIsInTheOrderOfIds) {
  EXPECT_EQ(complaints(with_store(R"js(
    const told = [
      ['in order', [10, 20, 30], [10, 20, 30]],
      ['late', [10, 30, 20], [10, 20, 30]],
      ['twice', [10, 20, 10, 20], [10, 20]],
      ['backwards', [30, 20, 10], [10, 20, 30]],
      ['none', [], []],
    ];
    for (const [what, ids, want] of told) {
      const { room, say } = roomIn(storeOf());
      for (const id of ids) say(id, 'bia');
      check(what, room.entries.map(({ id }) => id), want);
      check(`${what}, by id`, [...room.byId.keys()].sort(), want);
    }
    // At the limit, and one over: then some more go, so that not each costs.
    const { room, say } = roomIn(storeOf());
    for (let id = 1; id <= 300; id += 1) say(id, 'bia');
    check('at the limit', [room.entries.length, room.dropped], [300, 0]);
    say(301, 'bia');
    check('over the limit', [room.entries.length, room.dropped], [200, 101]);
    check('the oldest', [room.entries[0].id, room.byId.has(101), room.byId.has(102)],
      [102, false, true]);
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, AMessageIsReadFromWhatTheServerTells) {
  EXPECT_EQ(complaints(R"js(
    const { messageOf } = await use('model/history');
    const rows = [
      ['another’s', { id: 5e6, username: 'bia', message: 'oi' },
        { key: 'm5000000', mine: false, text: 'oi', deleted: false, mention: false, at: 5000 }],
      ['mine, from here', { id: 5e6, username: 'ana', message: 'oi', client_id: 'x' },
        { key: 'cx', mine: true, text: 'oi', deleted: false, mention: false, at: 5000 }],
      ['another’s with a client_id', { id: 5e6, username: 'bia', message: 'oi', client_id: 'x' },
        { key: 'm5000000', mine: false, text: 'oi', deleted: false, mention: false, at: 5000 }],
      ['a call', { id: 5e6, username: 'bia', message: '@ana?' },
        { key: 'm5000000', mine: false, text: '@ana?', deleted: false, mention: true, at: 5000 }],
      ['my own call', { id: 5e6, username: 'ana', message: '@ana' },
        { key: 'm5000000', mine: true, text: '@ana', deleted: false, mention: false, at: 5000 }],
      ['deleted', { id: 5e6, username: 'bia', deleted: 7 },
        { key: 'm5000000', mine: false, text: '', deleted: true, mention: false, at: 5000 }],
      ['a clock elsewhere', { id: 5e6, username: 'bia', message: 'oi', sent_at: 9 },
        { key: 'm5000000', mine: false, text: 'oi', deleted: false, mention: false, at: 9000 }],
    ];
    for (const [what, object, want] of rows) {
      const { key, mine, text, deleted, mention, at } = messageOf(object, 'ana');
      check(what, { key, mine, text, deleted, mention, at }, want);
    }
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, ChangesComeInAnyOrder) {
  EXPECT_EQ(complaints(with_store(R"js(
    const edit = (message, timestamp) => ['edit', { target: 10, message, timestamp }];
    const erase = ['delete', { target: 10, timestamp: 9 }];
    const rows = [
      ['an edit', [edit('b', 5)], 'b 5 there'],
      ['a later one', [edit('b', 5), edit('c', 6)], 'c 6 there'],
      ['an earlier one, late', [edit('c', 6), edit('b', 5)], 'c 6 there'],
      ['at the same time', [edit('b', 5), edit('c', 5)], 'c 5 there'],
      ['a deletion', [erase], ' 0 gone'],
      ['an edit before it', [edit('b', 5), erase], ' 5 gone'],
      ['an edit after it', [erase, edit('b', 10)], ' 0 gone'],
      ['twice', [edit('b', 5), edit('b', 5), erase, erase], ' 5 gone'],
    ];
    for (const [what, changes, want] of rows) {
      const { room, say, tell } = roomIn(storeOf());
      say(10, 'bia', 'a');
      changes.forEach(([type, more], i) => tell(type, 20 + i, more));
      const [{ text, edited, deleted }] = room.entries;
      check(what, `${text} ${edited} ${deleted ? 'gone' : 'there'}`, want);
    }
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, AGapIsToldOnceAndAnOtherLifeBeginsAnew) {
  EXPECT_EQ(complaints(with_store(R"js(
    const rows = [
      ['goes on behind the point', [[10], [20]], 20, [30, 40], 'm10 m20 g20.5 m30 m40'],
      ['told twice', [[10]], 10, ['gap', 30], 'm10 g10.5 m30'],
      ['another life', [[50], [60]], 60, [5, 6], 'g4.5 m5 m6'],
      ['at the very point', [[50], [60]], 60, [60, 61], 'g59.5 m60 m61'],
    ];
    for (const [what, before, after, then, want] of rows) {
      const { room, say, tell } = roomIn(storeOf());
      room.synced = true;
      before.forEach(([id]) => say(id, 'bia'));
      tell('truncated', undefined, { after });
      check(`${what}: resume`, room.resume, 0);
      for (const id of then) {
        if (id === 'gap') tell('truncated', undefined, { after });
        else say(id, 'bia');
      }
      check(what, room.entries.map(({ key }) => key).join(' '), want);
    }
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, OnlyAFeedThatIsOnMovesThePointToComeBackTo) {
  EXPECT_EQ(complaints(with_store(R"js(
    const store = storeOf();
    const { room, say } = roomIn(store);
    say(10, 'bia');
    check('not yet on', room.resume, 0);
    room.synced = true;
    say(20, 'bia');
    say(15, 'bia');
    check('on', room.resume, 20);
    store.confirm({ type: 'message', room: 'geral', id: 30, username: 'ana', message: 'x' });
    check('a confirmation', room.resume, 20);
    check('elsewhere', store.apply({ type: 'message', room: 'none', id: 40 }, 0), null);
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, UnreadIsWhatOthersSaidBehindThePoint) {
  EXPECT_EQ(complaints(with_store(R"js(
    const rows = [
      ['nothing known', null, [[10, 'bia', 'a']], '0 0'],
      ['before it', 10, [[5, 'bia', 'a']], '0 0'],
      ['at it', 10, [[10, 'bia', 'a']], '0 0'],
      ['behind it', 10, [[11, 'bia', 'a']], '1 0'],
      ['mine', 10, [[11, 'ana', 'a']], '0 0'],
      ['a call', 10, [[11, 'bia', '@ana'], [12, 'bia', 'a']], '2 1'],
      ['deleted', 10, [[11, 'bia', undefined]], '0 0'],
    ];
    const { count } = await use('model/unread');
    for (const [what, readId, messages, want] of rows) {
      const { room, tell } = roomIn(storeOf());
      room.readId = readId;
      for (const [id, username, message] of messages) tell('message', id, { username, message });
      check(what, `${room.unread} ${room.mentions}`, want);
      count(room);
      check(`${what}, counted anew`, `${room.unread} ${room.mentions}`, want);
    }
    const { room, say, tell } = roomIn(storeOf());
    room.readId = 1;
    say(10, 'bia', '@ana');
    tell('delete', 11, { target: 10, timestamp: 1 });
    check('deleted later', [room.unread, room.mentions], [0, 0]);
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, TheUnreadLineStandsUntilOneLeavesOrAnswers) {
  EXPECT_EQ(complaints(with_store(R"js(
    const store = storeOf();
    const { room, say } = roomIn(store);
    store.open('praia');
    room.readId = 5;
    say(10, 'bia');
    store.show('geral');
    check('shown', room.lineId, 5);
    store.look(true);
    check('looked at', [room.unread, room.lineId, room.readId], [0, 5, 10]);
    say(20, 'bia');
    store.look(false);
    check('stays', [room.unread, room.lineId], [1, 5]);
    store.show('praia');
    check('left', room.lineId, null);
    store.look(true);
    store.show('geral');
    check('again', room.lineId, 10);
    store.markRead('geral');
    check('marked', [room.unread, room.lineId, room.readId], [0, null, 20]);
    store.show(null);
    check('nowhere', [store.room(), store.state.current], [null, null]);
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, WhatIsOnItsWayStandsWithItsRoom) {
  EXPECT_EQ(complaints(with_store(R"js(
    const { foreseen } = await use('model/pending');
    const item = (more) => ({ client: 'x', room: 'geral', text: 'new', at: 1, target: null,
      state: 'queued', code: '', rev: 1, ...more });
    const rows = [
      ['a message', item({}), 'new', 'old'],
      ['another room’s', item({ room: 'praia' }), '', 'old'],
      ['arrived already', item({ client: 'seen' }), '', 'old'],
      ['a change', item({ target: 10 }), '', 'new'],
      ['a change that failed', item({ target: 10, state: 'failed' }), '', 'new'],
      ['a change of what is gone', item({ target: 99 }), '', 'old'],
      ['one that failed', item({ target: 99, state: 'failed' }), 'new', 'old'],
    ];
    for (const [what, sent, pending, shown] of rows) {
      const store = storeOf();
      const { room, say } = roomIn(store);
      say(10, 'ana', 'old', { client_id: 'seen' });
      store.setPending([sent]);
      check(what, room.pending.map(({ text }) => text).join(), pending);
      check(`${what}, shown`, foreseen(room.entries[0], room).text, shown);
    }
    const store = storeOf();
    const { room, say } = roomIn(store);
    store.setPending([item({})]);
    say(20, 'ana', 'new', { client_id: 'x' });
    check('told by the feed', [room.pending.length, room.entries.length], [0, 1]);
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, TypingEndsByItself) {
  EXPECT_EQ(complaints(with_store(R"js(
    const typing = (room) => [...room.typing.keys()].join();
    const rows = [
      ['another', ({ tell }) => tell('typing', 0, { user: 'bia' }), 'bia'],
      ['me', ({ tell }) => tell('typing', 0, { user: 'ana' }), ''],
      ['who stops', ({ tell }) => tell('typing', 0, { user: 'caio', typing: false }), ''],
      ['who sends', ({ say }) => say(10, 'caio'), ''],
      ['who leaves', ({ tell }) => tell('system', 10, { event: 'leave', user: 'caio' }), ''],
      ['who goes', ({ tell }) => tell('presence', 0, { user: 'caio', online: false }), ''],
      ['who is there', ({ tell }) => tell('presence', 0, { user: 'caio', online: true }), 'caio'],
    ];
    for (const [what, deed, want] of rows) {
      const it = roomIn(storeOf());
      if (want !== 'bia') it.tell('typing', 0, { user: 'caio' });
      deed(it);
      check(what, typing(it.room), what === 'me' ? 'caio' : want);
    }
    const store = storeOf();
    const { room, tell } = roomIn(store);
    tell('typing', 0, { user: 'bia' });
    store.expireTyping(1000 + 6999);
    check('not yet', typing(room), 'bia');
    store.expireTyping(1000 + 7000);
    check('over', typing(room), '');
    return wrong;
  )js")),
            Texts{});
}

TEST_F(ModelTest, QuestionsToTheStateHaveOneAnswer) {
  EXPECT_EQ(complaints(R"js(
    const { callOf, calledIn, isHushed, lastOfMine, loud, neighbour, others, roomsFor } =
      await use('model/selectors');
    const room = (name, more = {}) =>
      ({ name, unread: 0, mentions: 0, level: 'all', ...more });
    const mapOf = (...rooms) => new Map(rooms.map((each) => [each.name, each]));
    const rooms = mapOf(room('b', { unread: 2 }), room('a'),
      room('d', { unread: 1, level: 'none' }),
      room('c', { unread: 5, mentions: 1, level: 'mentions' }));
    const steps = [
      ['next', 'a', 1, undefined, 'b'], ['round the end', 'd', 1, undefined, 'a'],
      ['back', 'a', -1, undefined, 'd'], ['from nowhere', null, 1, undefined, 'a'],
      ['back from nowhere', null, -1, undefined, 'd'], ['with news', 'a', 1, loud, 'b'],
      ['muted ones are none', 'c', 1, loud, 'b'],
    ];
    for (const [what, current, step, wanted, want] of steps) {
      check(what, neighbour({ rooms, current }, step, wanted), want);
    }
    check('no rooms', neighbour({ rooms: new Map(), current: null }, 1), null);

    check('calls', callOf(rooms), { count: 2 + 1, dot: true });
    check('a whisper', callOf(mapOf(room('a', { unread: 3, mentions: 1, level: 'none' }))),
      { count: 0, dot: false });

    const state = { rooms, current: 'a',
      directory: [{ room: 'a', members: 1 }, { room: 'café', members: 7 }] };
    check('others', others(state).map((each) => each.room), ['café']);
    const offers = [
      ['nothing typed', '', 'b c d café'], ['a letter', 'c', 'c café'],
      ['another spelling', 'cafe\u0301', 'café'],
      ['in capitals', 'CAF\u00c9', 'café +CAFÉ'], ['with its sign', '#b', 'b'],
      ['a new one', 'zoo', '+zoo'], ['where one is', 'a', 'a café'],
    ];
    for (const [what, typed, want] of offers) {
      check(what, roomsFor(state, typed, 9).map(({ name, fresh }) =>
        (fresh ? `+${name}` : name)).join(' '), want);
    }
    check('at most', roomsFor(state, '', 2).length, 2);

    const people = { names: () => ['dora', 'ana', 'bia'] };
    const said = [{ user: 'bia' }, { user: 'caio' }, { type: 'gap' }];
    check('whom to call', calledIn({ entries: said, people }, 'ana'), ['caio', 'bia', 'dora']);
    check('my last', lastOfMine({ entries: [{ id: 1, mine: true }, { id: 2, mine: true,
      deleted: true }, { id: 3 }] }).id, 1);
    check('none of mine', lastOfMine({ entries: [] }), null);
    const hush = { synced: true, pending: [], entries: [{ type: 'system' }] };
    check('hushed', isHushed(hush), true);
    check('said', isHushed({ ...hush, entries: [{ type: 'message' }] }), false);
    check('saying', isHushed({ ...hush, pending: [{}] }), false);
    check('unknown', isHushed({ ...hush, synced: false }), false);
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, RowsGroupWhatBelongsTogether) {
  EXPECT_EQ(complaints(R"js(
    const { rowsOf, trafficOf } = await use('model/rows');
    const noon = new Date(2024, 5, 1, 12).getTime();
    const minute = 60000;
    const say = (id, user, minutes, more = {}) => ({ id, key: `m${id}`, type: 'message', user,
      text: 'x', mine: user === 'ana', at: noon + minutes * minute, ...more });
    const system = (id, event, user) => ({ id, key: `m${id}`, type: 'system', event, user,
      at: noon });
    const shown = ({ kind, key, entries, first, last }) => (kind === 'message'
      ? `${first ? '(' : ''}${key}${last ? ')' : ''}` : kind === 'traffic'
        ? `traffic${entries.length}` : kind);
    const rows = [
      ['one group', [say(1, 'bia', 0), say(2, 'bia', 1)], null, 'day (m1 m2)'],
      ['two people', [say(1, 'bia', 0), say(2, 'caio', 1)], null, 'day (m1) (m2)'],
      ['at five minutes', [say(1, 'bia', 0), say(2, 'bia', 5)], null, 'day (m1) (m2)'],
      ['just before', [say(1, 'bia', 0), say(2, 'bia', 4.99)], null, 'day (m1 m2)'],
      ['an action', [say(1, 'bia', 0), say(2, 'bia', 0, { text: '/me x' })], null,
        'day (m1) (m2)'],
      ['another day', [say(1, 'bia', 0), say(2, 'bia', 24 * 60)], null, 'day (m1) day (m2)'],
      ['the line', [say(1, 'bia', 0), say(2, 'bia', 1)], 1, 'day (m1) line (m2)'],
      ['no line before mine', [say(1, 'bia', 0), say(2, 'ana', 1)], 1, 'day (m1) (m2)'],
      ['comings fold', [system(1, 'join', 'bia'), system(2, 'leave', 'bia')], null,
        'day traffic2'],
      ['a topic does not', [system(1, 'join', 'bia'), system(2, 'topic', 'bia')], null,
        'day traffic1 topic'],
      ['what is not known is not shown', [system(1, 'other', 'bia')], null, 'day'],
      ['nothing', [], 5, ''],
    ];
    for (const [what, entries, line, want] of rows) {
      check(what, rowsOf(entries, [], line).map(shown).join(' '), want);
    }
    check('what is on its way', rowsOf([say(1, 'ana', 0)], [say(null, 'ana', 1)], null)
      .map(shown).join(' '), 'day (m1 mnull)');
    const told = (...events) => {
      const { joined, left } = trafficOf(events.map(([event, user]) => ({ event, user })));
      return `${joined.join()} | ${left.join()}`;
    };
    check('came', told(['join', 'bia']), 'bia | ');
    check('came and went', told(['join', 'bia'], ['leave', 'bia'], ['join', 'caio']), 'caio | ');
    check('nothing else', told(['join', 'bia'], ['leave', 'bia']), ' | bia');
    check('went and came', told(['leave', 'bia'], ['join', 'bia'], ['leave', 'bia']), ' | bia');
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, TheSightFollowsTheEndOrStays) {
  EXPECT_EQ(complaints(R"js(
    const { Sight } = await use('model/sight');
    const roomOf = (length, more = {}) => ({ dropped: 0, unread: 0, readId: 0,
      entries: Array.from({ length }, (_, i) => ({ id: i + 1 })), ...more });
    const rows = [
      ['nothing', roomOf(0), 0, 0], ['few', roomOf(10), 0, 10], ['many', roomOf(500), 420, 500],
      ['some unread', roomOf(500, { unread: 80, readId: 420 }), 420, 500],
      ['more unread', roomOf(500, { unread: 81, readId: 419 }), 399, 699],
      ['all unread', roomOf(500, { unread: 500 }), 0, 300],
    ];
    for (const [what, room, start, end] of rows) {
      const sight = new Sight();
      sight.enter(room);
      check(what, [sight.startOf(room), sight.endOf(room)], [start, end]);
    }
    const sight = new Sight();
    const room = roomOf(500);
    check('what is not held does not move', sight.moveUp(room), false);
    sight.hold(420);
    sight.hold(7);
    check('held', [sight.startOf(room), sight.isAtLatest(room)], [420, true]);
    check('no further down', sight.moveDown(room), false);
    check('up', [sight.moveUp(room), sight.startOf(room)], [true, 380]);
    room.entries.splice(0, 100);
    room.dropped = 100;
    check('the oldest went', sight.startOf(room), 280);
    for (let i = 0; i < 9; i += 1) sight.moveUp(room);
    check('the top', [sight.moveUp(room), sight.startOf(room), sight.isAtLatest(room)],
      [false, 0, false]);
    check('down again', [sight.moveDown(room), sight.startOf(room)], [true, 40]);
    sight.release();
    check('at the end', [sight.isHeld(), sight.startOf(room)], [false, 320]);
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, CommandsAreReadAsTheyAreWritten) {
  EXPECT_EQ(complaints(R"js(
    const { readCommand } = await use('model/commands');
    const rows = [
      ['oi', { send: 'oi' }], ['//join a', { send: '/join a' }], ['/', { send: '/' }],
      ['/1', { send: '/1' }], ['/join praia', { command: 'join', argument: 'praia' }],
      ['/JOIN  praia ', { command: 'join', argument: 'praia' }],
      ['/join', { problem: 'needsText', name: 'join' }],
      ['/topic', { command: 'topic', argument: '' }],
      ['/me waves', { send: '/me waves' }], ['/me', { problem: 'needsText', name: 'me' }],
      ['/leave', { command: 'leave', argument: '' }],
      ['/dance', { problem: 'unknownCommand', name: 'dance' }],
      ['/topic a\nb', { command: 'topic', argument: 'a\nb' }],
    ];
    for (const [text, want] of rows) check(text, readCommand(text), want);
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, NamesAreAsLongAsTheServerSays) {
  EXPECT_EQ(complaints(R"js(
    const { meantBy, problemOf } = await use('model/names');
    const limits = { name_characters: 4, name_bytes: 8 };
    const rows = [
      ['at the limit', 'aaaa', limits, ''], ['one over', 'aaaaa', limits, 'nameTooLong'],
      ['eight bytes', '\u00e9\u00e9\u00e9\u00e9', limits, ''],
      ['nine bytes', '\u3042\u3042\u3042', limits, 'nameTooLong'],
      ['characters, not units', '\u{1f468}\u{1f468}', limits, ''],
      ['nothing told yet', 'a'.repeat(1000), undefined, ''],
      ['an answer without them', 'a'.repeat(1000), {}, ''],
      ['none', '', {}, 'nameMissing'], ['dots', '..', {}, 'nameDots'],
      ['hidden', 'a\u200b', {}, 'nameHidden'], ['blank', '\u2800', {}, 'nameInvisible'],
    ];
    for (const [what, name, told, want] of rows) check(what, problemOf(name, told), want);
    check('as it is there', meantBy('e\u0301', ['e\u0301']), 'e\u0301');
    check('as it is typed', meantBy(' e\u0301 ', ['a']), '\u00e9');
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, EmojiAreFoundByTheirNames) {
  EXPECT_EQ(complaints(R"js(
    const { EMOJI, emojiOf, findEmoji } = await use('model/emoji');
    const names = EMOJI.flatMap((each) => each.names);
    check('each name once', new Set(names).size, names.length);
    check('exactly', [emojiOf('wave'), emojiOf('wav'), emojiOf('__proto__')],
      ['\u{1f44b}', null, null]);
    check('beginning first', findEmoji('heart', 3).map(({ name }) => name).join(),
      'heart_eyes,heart,green_heart');
    check('in Portuguese', findEmoji('foguete', 3).map(({ char }) => char), ['\u{1f680}']);
    check('none', findEmoji('zzz', 3), []);
    return wrong;
  )js"),
            Texts{});
}

TEST_F(ModelTest, PhrasesCountAndKeepTheirPlaces) {
  EXPECT_EQ(complaints(R"js(
    const { errorText, setLanguage, t, tn } = await use('words/words');
    const rows = [
      ['en', 'unread', { n: 1 }, '1 unread'], ['en', 'newMessages', { n: 1 }, '1 new message'],
      ['en', 'newMessages', { n: 0 }, '0 new messages'],
      ['pt', 'newMessages', { n: 1 }, '1 mensagem nova'],
      ['pt', 'newMessages', { n: 2 }, '2 mensagens novas'],
      ['en', 'writeTo', { room: '{n}' }, 'Message #{n}'],
      ['en', 'writeTo', {}, 'Message #{room}'], ['en', 'no_such_phrase', {}, 'no_such_phrase'],
      ['xx', 'cancel', {}, 'Cancel'],
    ];
    for (const [lang, key, values, want] of rows) {
      setLanguage(lang);
      check(`${lang} ${key}`, t(key, values), want);
    }
    setLanguage('en');
    check('with nodes', tn('joined', { who: ['A', 'B'], n: 2 }), ['A', 'B', ' joined']);
    check('a code', errorText({ code: 'forbidden' }), t('err_forbidden'));
    check('another', errorText({ code: 'odd', message: 'no' }), t('err_other', { message: 'no' }));
    return wrong;
  )js"),
            Texts{});
}

}  // namespace
}  // namespace papo::browser
