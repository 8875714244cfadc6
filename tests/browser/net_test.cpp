// static/js/net, row by row, against servers that are pretended.
#include "browser/modules.h"

namespace papo::browser {
namespace {

class NetTest : public ModulesTest {};

TEST_F(NetTest, AnAnswerOfTheServerIsToldFromAnotherOnes) {
  EXPECT_EQ(complaints(R"js(
    const { HttpApi } = await use('net/http');
    const page = '<html>';
    const rows = [
      ['done', 200, '{"status":"success","id":1}', {}, 'answer'],
      ['refused', 409, '{"status":"error","code":"client_id_reused"}', {},
        'client_id_reused 0 false'],
      ['without a code', 400, '{"status":"error"}', {}, 'other 0 false'],
      ['too many', 429, '{"status":"error","code":"too_many_connections"}',
        { 'Retry-After': '3' }, 'too_many_connections 3 true'],
      ['a disk that is full', 503, '{"status":"error","code":"storage_unavailable"}', {},
        'storage_unavailable 0 true'],
      ['a proxy’s no', 502, page, {}, 'offline 0 true'],
      ['a proxy’s limit', 429, page, { 'Retry-After': '7' }, 'rate_limited 7 true'],
      ['a proxy’s time-out', 408, page, {}, 'offline 0 true'],
      ['somebody’s log-in', 200, page, {}, 'offline 0 true'],
      ['not found, by whom?', 404, page, {}, 'strange 0 true'],
      ['a list', 200, '[]', {}, 'offline 0 true'], ['nothing', 200, '', {}, 'offline 0 true'],
      ['longer than we wait', 503, page, { 'Retry-After': '9999' }, 'offline 120 true'],
      ['a date gone by', 503, page, { 'Retry-After': 'Thu, 01 Jan 1970 00:00:00 GMT' },
        'offline 0 true'],
      ['no number', 503, page, { 'Retry-After': 'soon' }, 'offline 0 true'],
    ];
    const { fetch } = window;
    try {
      for (const [what, status, body, headers, want] of rows) {
        window.fetch = async () => new Response(body, { status, headers });
        const got = await new HttpApi('ana').request({ type: 'send' }).then(() => 'answer',
          ({ code, retryAfter, temporary }) => `${code} ${retryAfter} ${temporary}`);
        check(what, got, want);
      }
      window.fetch = async () => { throw new TypeError('no network'); };
      const { code } = await new HttpApi('ana').request({ type: 'send' }).catch((no) => no);
      check('no network', code, 'offline');
    } finally {
      window.fetch = fetch;
    }
    return wrong;
  )js"),
            Texts{});
}

TEST_F(NetTest, CommandsAreAskedAsTheServerTakesThem) {
  EXPECT_EQ(complaints(R"js(
    const { HttpApi } = await use('net/http');
    const rows = [
      [{ type: 'send', ref: 1, room: 'a', message: 'b' },
        'POST send {"username":"ana","room":"a","message":"b"}'],
      [{ type: 'rooms' }, 'GET rooms?username=ana -'],
      [{ type: 'receive', room: 'a b', after: 0 }, 'GET receive?username=ana&room=a+b&after=0 -'],
      [{ type: 'join', room: 'a', username: 'bia' }, 'POST join {"username":"bia","room":"a"}'],
    ];
    const { fetch } = window;
    const asked = [];
    window.fetch = async (url, { method = 'GET', body = '-' }) => {
      asked.push(`${method} ${String(url).slice(document.baseURI.length)} ${body}`);
      return new Response('{"status":"success"}');
    };
    try {
      for (const [command, want] of rows) {
        await new HttpApi('ana').request(command);
        check(command.type, asked.pop(), want);
      }
      const stop = new AbortController();
      window.fetch = (url, { signal }) => new Promise((_, reject) => {
        signal.addEventListener('abort', reject);
      });
      const wait = new HttpApi('ana').request({ type: 'rooms' }, { signal: stop.signal });
      stop.abort();
      check('given up', (await wait.catch((no) => no)).code, 'offline');
      const late = new HttpApi('ana').request({ type: 'rooms' }, { timeout: 1 });
      check('too late', (await late.catch((no) => no)).code, 'offline');
    } finally {
      window.fetch = fetch;
    }
    return wrong;
  )js"),
            Texts{});
}

TEST_F(NetTest, WhatIsRefusedForNowIsTriedAgain) {
  EXPECT_EQ(complaints(R"js(
    const { insist, Pauses } = await use('net/retry');
    const { Refusal } = await use('net/http');
    const rows = [
      ['at once', ['done'], true, 'done', 1],
      ['the third time', ['offline', 'timeout', 'done'], true, 'done', 3],
      ['never', ['forbidden', 'done'], true, 'forbidden', 1],
      ['for good, later', ['offline', 'forbidden', 'done'], true, 'forbidden', 2],
      ['no longer wanted', ['offline', 'done'], false, null, 1],
    ];
    for (const [what, outcomes, wanted, want, times] of rows) {
      let tries = 0;
      const deed = async () => {
        const code = outcomes[tries];
        tries += 1;
        if (code !== 'done') throw new Refusal({ code });
        return code;
      };
      const pauses = new Pauses({ first: 0 });
      const got = await insist(deed, () => wanted, pauses).catch(({ code }) => code);
      check(what, [got, tries], [want, times]);
    }
    return wrong;
  )js"),
            Texts{});
}

// A socket that does what it is told, and keeps what is sent.
constexpr std::string_view kSocket = R"js(
  const own = window.WebSocket;
  const sockets = [];
  window.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    sent = [];
    constructor(url) {
      this.url = url;
      sockets.push(this);
    }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() { this.readyState = 3; }
    says(object) { this.onmessage({ data: JSON.stringify(object) }); }
  };
)js";

TEST_F(NetTest, ASocketGivesEachQuestionItsAnswer) {
  EXPECT_EQ(complaints(std::string(kSocket).append(R"js(
    const { SocketDoor } = await use('net/socket');
    const told = [];
    const door = new SocketDoor({ user: 'a b', resume: () => 7 }, {
      opened: ({ build }) => told.push(`opened ${build}`),
      feed: ({ type }) => told.push(`feed ${type}`), closed: (code) => told.push(`closed ${code}`),
    });
    window.WebSocket.OPEN = 1;
    const [socket] = sockets;
    const code = (promise) => promise.then(({ ref }) => `ok ${ref}`, (no) => no.code);
    const first = code(door.request({ type: 'send' }));
    const second = code(door.subscribe('r'));
    const third = code(door.request({ type: 'leave' }));
    check('where', String(socket.url).replace(/^.*\/ws/, 'ws'), 'ws?username=a+b');
    check('sent', socket.sent, [{ type: 'send', ref: 1 },
      { type: 'subscribe', room: 'r', after: 7, ref: 2 }, { type: 'leave', ref: 3 }]);
    socket.says({ type: 'hello', build: 'x' });
    socket.says({ type: 'error', ref: 2, code: 'room_not_found' });
    socket.says({ type: 'ok', ref: 9 });
    socket.says({ type: 'message' });
    socket.says({ type: 'ok', ref: 1 });
    check('the first', await first, 'ok 1');
    check('the second', await second, 'room_not_found');
    socket.onclose({ code: 1012 });
    socket.onclose({ code: 1000 });
    socket.says({ type: 'message' });
    check('left unanswered', await third, 'offline');
    check('told', told, ['opened x', 'feed message', 'closed 1012']);
    check('afterwards', await code(door.request({ type: 'send' })), 'offline');
    window.WebSocket = own;
    return wrong;
  )js")),
            Texts{});
}

TEST_F(NetTest, AStreamComesBackForAllItsRooms) {
  EXPECT_EQ(complaints(R"js(
    const { StreamDoor } = await use('net/stream');
    const own = window.EventSource;
    const streams = [];
    window.EventSource = class extends EventTarget {
      constructor(url) {
        super();
        this.url = String(url).replace(/^.*\/events/, 'events');
        streams.push(this);
      }
      close() { this.closed = true; }
    };
    const told = [];
    const points = { a: 30, b: 20 };
    const door = new StreamDoor({ user: 'ana', resume: (room) => points[room] }, {
      opened: () => told.push('opened'), feed: ({ type }) => told.push(type),
      closed: () => told.push('closed'),
    });
    const settled = () => new Promise((done) => { setTimeout(done, 80); });
    await settled();
    check('without rooms', streams[0].url, 'events?username=ana');
    streams[0].onopen();
    door.subscribe('a');
    door.subscribe('b');
    door.subscribe('a');
    await settled();
    check('once for both', streams.slice(1).map(({ url }) => url),
      ['events?username=ana&room=a&room=b&after=20']);
    check('the one before', streams[0].closed, true);
    streams[1].onopen();
    streams[1].dispatchEvent(new MessageEvent('message', { data: '{"type":"message"}' }));
    streams[1].dispatchEvent(new MessageEvent('unknown', { data: '{"type":"unknown"}' }));
    streams[1].onerror();
    streams[1].onerror();
    streams[1].dispatchEvent(new MessageEvent('message', { data: '{"type":"message"}' }));
    check('told', told, ['opened', 'opened', 'missed', 'message', 'closed']);
    window.EventSource = own;
    return wrong;
  )js"),
            Texts{});
}

TEST_F(NetTest, APollFetchesWhatHasMoved) {
  EXPECT_EQ(complaints(R"js(
    const { PollDoor } = await use('net/poll');
    const told = [];
    const asked = [];
    const points = { here: 5, moved: 5, still: 9 };
    const answers = {
      user_rooms: {}, rooms: { rooms: [{ room: 'here', last_id: 9 }, { room: 'moved', last_id: 8 },
        { room: 'still', last_id: 9 }, { room: 'foreign', last_id: 99 }] },
    };
    const api = { request: async ({ type, room, after }) => {
      asked.push(room ? `${type} ${room} ${after}` : type);
      if (type !== 'receive') return answers[type];
      return { truncated: room === 'moved', messages: [{ type: 'message', room }] };
    } };
    const door = new PollDoor({ user: 'ana', api, resume: (room) => points[room] ?? 0,
      current: () => 'here' }, {
      opened: ({ last_id: last }) => told.push(`opened ${last}`),
      feed: ({ type, room = '' }) => told.push(`${type} ${room}`.trim()),
      closed: () => told.push('closed'),
    }, 0);
    for (const room of ['here', 'moved', 'still']) await door.subscribe(room);
    await new Promise((done) => { setTimeout(done, 20); });
    check('asked', asked,
      ['user_rooms', 'rooms', 'receive here 5', 'receive moved 5']);
    check('told', told,
      ['opened 99', 'message here', 'truncated moved', 'message moved', 'rooms']);
    await door.subscribe('new');
    check('a new room', asked.at(-1), 'receive new 0');
    door.close();
    return wrong;
  )js"),
            Texts{});
}

TEST_F(NetTest, FourTabsHoldAConnection) {
  EXPECT_EQ(complaints(R"js(
    const { Slot } = await use('net/slots');
    const freed = [];
    const slots = [0, 1, 2, 3, 4].map((i) => new Slot({ free: () => freed.push(i), lost() {} }));
    const settled = () => new Promise((done) => { setTimeout(done, 200); });
    for (const slot of slots) {
      slot.want();
      slot.want();
      await settled();
    }
    check('four', slots.map((each) => each.held()), [true, true, true, true, false]);
    check('told', freed, [0, 1, 2, 3]);
    slots[1].giveBack();
    await settled();
    check('the next in line', slots.map((each) => each.held()), [true, false, true, true, true]);
    for (const slot of slots) slot.giveBack();
    return wrong;
  )js"),
            Texts{});
}

TEST_F(NetTest, ListsAreAskedForOnlyWhenSomebodySeesThem) {
  EXPECT_EQ(complaints(R"js(
    const { Lists } = await use('net/lists');
    const { People } = await use('model/people');
    const roomOf = (more) => ({ name: 'r', synced: true, people: new People(), peopleAt: -Infinity,
      peopleTimer: 0, listed: { members: 2, online: 1 }, ...more });
    const rows = [
      ['a small room', roomOf(), true, false, {}, 1],
      ['without a connection', roomOf(), false, true, {}, 0],
      ['whose feed is not on', roomOf({ synced: false }), true, true, {}, 0],
      ['a hundred', roomOf({ listed: { members: 100 } }), true, false, {}, 1],
      ['a crowd', roomOf({ listed: { members: 101 } }), true, false, {}, 0],
      ['a crowd that is shown', roomOf({ listed: { members: 101 } }), true, true, {}, 1],
      ['a crowd that is called', roomOf({ listed: { members: 101 } }), true, false,
        { wanted: true }, 1],
      ['no room', null, true, true, {}, 0],
    ];
    for (const [what, room, open, shown, how, want] of rows) {
      const asked = [];
      const lists = new Lists({
        store: { room: () => room, changed() {}, state: { directory: [] } },
        ask: async ({ type }) => {
          asked.push(type);
          return { members: [{ username: 'ana', online: true }] };
        },
        isOpen: () => open, peopleShown: () => shown,
      });
      lists.people(how);
      lists.people(how);
      await new Promise((done) => { setTimeout(done, 5); });
      lists.people(how);
      check(what, asked.length, want);
      if (want) check(`${what}, told`, [room.people.known, room.people.count()], [true, 1]);
    }
    const directory = [];
    let asked = 0;
    const lists = new Lists({
      store: { room: () => null, state: { directory }, setDirectory() {} },
      ask: async () => {
        asked += 1;
        return { rooms: [] };
      },
      isOpen: () => true, peopleShown: () => false,
    });
    await lists.rooms();
    await lists.rooms();
    check('as often as one likes', asked, 2);
    directory.length = 4000;
    await lists.rooms();
    check('but not many rooms', asked, 2);
    return wrong;
  )js"),
            Texts{});
}

// A server that keeps no room over its restarts: what it forgot is joined
// again.
TEST_F(NetTest, ASessionBringsItsRoomsBackAndSendsOnce) {
  EXPECT_EQ(complaints(std::string(kSocket).append(R"js(
    const { Session } = await use('net/session');
    const { Store } = await use('model/store');
    localStorage.clear();
    const { fetch } = window;
    const answers = { user_rooms: { rooms: ['kept'] }, rooms: { rooms: [] }, members: null };
    window.fetch = async (url) => {
      const path = new URL(url).pathname.slice(1);
      return answers[path] ? new Response(JSON.stringify({ status: 'success', ...answers[path] }))
        : new Response('', { status: 500 });
    };
    const table = () => ({ get: () => null, set() {} });
    const store = new Store({ me: 'ana', memory: { read: table(), drafts: table(),
      levels: table(), edits: table() } });
    const told = [];
    const tell = (what) => (...words) => told.push([what, ...words].join(' '));
    const session = new Session({ user: 'ana', store, first: '', peopleShown: () => false,
      on: { arrived: ({ text }) => told.push(`arrived ${text}`), status: tell('status'),
        told: ({ name_bytes: most }) => told.push(`told ${most}`), upgraded: tell('upgraded'),
        lost: tell('lost'), trouble: ({ code }) => told.push(`trouble ${code}`) } });
    store.open('forgotten');
    session.start();
    const [socket] = sockets;
    const settled = () => new Promise((done) => { setTimeout(done, 30); });
    let seen = 0;
    // Answers what has come since, as `codes` say by type.
    const answer = async (codes = {}) => {
      const lines = [];
      for (;;) {
        await settled();
        const news = socket.sent.slice(seen);
        seen += news.length;
        if (news.length === 0) return lines.sort();
        for (const { type, room, ref } of news) {
          lines.push(`${type} ${room}`);
          const code = codes[type]?.shift();
          socket.says(code ? { type: 'error', ref, code } : { type: 'ok', ref, room, id: 90 });
        }
      }
    };
    try {
      socket.says({ type: 'hello', build: 'x', last_id: 10, limits: { name_bytes: 9 } });
      check('comes back', await answer(),
        ['join forgotten', 'subscribe forgotten', 'subscribe kept']);
      check('told', told, ['status open ws', 'told 9']);
      socket.says({ type: 'message', id: 10, room: 'kept', username: 'bia', message: 'old' });
      socket.says({ type: 'message', id: 11, room: 'kept', username: 'bia', message: 'new' });
      check('news', told.slice(2), ['arrived new']);
      session.send('kept', 'oi');
      check('a room that is gone', await answer({ send: ['room_not_found'] }),
        ['join kept', 'send kept', 'send kept', 'subscribe kept']);
      check('once', store.room('kept').entries.map(({ text }) => text), ['old', 'new', 'oi']);
      session.edit(90, 'kept', 'olá');
      check('an edit', await answer(), ['edit kept']);
      check('as it is now', store.room('kept').entries.at(-1).text, 'olá');
      session.typing('kept');
      session.typing('kept');
      check('typing', await answer(), ['typing kept']);
      session.send('kept', 'no');
      check('for good', await answer({ send: ['message_too_long'] }), ['send kept']);
      check('stays', store.room('kept').pending.map(({ state, code }) => `${state} ${code}`),
        ['failed message_too_long']);
      answers.user_rooms = { rooms: ['kept'] };
      socket.says({ type: 'system', event: 'leave', id: 95, room: 'forgotten', user: 'ana' });
      await answer();
      check('left elsewhere', [store.room('forgotten'), told.at(-1)], [null, 'lost forgotten']);
    } finally {
      window.fetch = fetch;
      window.WebSocket = own;
      localStorage.clear();
    }
    return wrong;
  )js")),
            Texts{});
}

}  // namespace
}  // namespace papo::browser
