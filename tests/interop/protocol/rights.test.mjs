// Who may do what, with accounts: roles on a report's two documents, told and enforced on both protocols.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as Y from 'yjs';
import { emptyStateVector, emptyUpdate, h, y } from '../wire.mjs';
import { freshName, makeWriter, wordsOf } from './documents.mjs';
import { Server } from './server.mjs';

let server;
const cookies = {};
let report;
before(async () => {
  server = await Server.start({ auth: 'accounts', config: '[server]\nopen_prefixes = ["open-"]\n' });
  for (const user of ['olga', 'edna', 'rene', 'vera', 'nemo']) {
    await server.addUser(user);
    cookies[user] = await server.signIn(user);
  }
  report = await server.addReport(cookies.olga, { edna: 'editor', rene: 'reviewer', vera: 'viewer' });
});
after(() => server?.stop());

const as = (user) => ({ headers: { cookie: cookies[user] } });

describe('what one is told', () => {
  const cases = [
    ['olga', '', 'read-write'], ['olga', '~comments', 'read-write'], ['edna', '', 'read-write'], ['edna', '~comments', 'read-write'],
    ['rene', '', 'readonly'], ['rene', '~comments', 'read-write'], ['vera', '', 'readonly'], ['vera', '~comments', 'readonly'],
    ['nemo', '', null], ['nemo', '~comments', null],
  ];
  for (const [user, part, scope] of cases) {
    test(`${user} on the report${part}: ${scope ?? 'denied'}`, async () => {
      const wire = server.hWire(as(user));
      await wire.opened;
      wire.send(h.auth(report + part));
      const answer = await wire.take((m) => m.kind === 'authenticated' || m.kind === 'denied');
      assert.equal(answer.scope ?? null, scope);
      await wire.close();
    });
  }

  for (const [name, headers] of [['no cookie', {}], ['a wrong cookie', { cookie: 'assay_session=wrong' }]]) {
    test(`${name}: denied on the key, the socket stays; a y-websocket closes with 4401`, async () => {
      const wire = server.hWire({ headers });
      await wire.opened;
      wire.send(h.auth(report), h.auth(report, 'no such token'));
      await wire.take('denied');
      assert.equal(wire.count('authenticated'), 0);
      wire.send(h.ping());
      await wire.take('pong');
      await wire.close();
      const other = server.yWire(report, { headers });
      const code = await other.opened.then(() => other.closed.then((closed) => closed.code), (error) => error.message);
      assert.ok(code === 4401 || code === 'HTTP 401', `${code}`);
    });
  }

  test('a name that is no report is denied, unless its prefix is open', async () => {
    const wire = server.hWire(as('edna'));
    await wire.opened;
    const [closed, open] = [freshName('closed'), freshName('open')];
    wire.send(h.auth(closed));
    await wire.take('denied');
    await server.hOpen(wire, open);
    await wire.close();
  });
});

describe('what one may write', () => {
  test('a reader\'s new update gets 0 and reaches nobody; a repeat and an empty one get 1', async () => {
    const [reader, editor] = [await server.hClient(report, as('rene')), await server.hClient(report, as('edna'))];
    const mine = makeWriter();
    const known = mine.write('by the editor');
    editor.send(h.sync(report, 'update', known));
    assert.equal((await editor.take('status')).value, 1);
    await reader.take('update');
    const refusedUpdate = makeWriter().write('by the reviewer');
    reader.send(h.sync(report, 'update', refusedUpdate), h.sync(report, 'update', known), h.sync(report, 'step2', emptyUpdate));
    assert.equal((await reader.take('status')).value, 0);
    assert.equal((await reader.take('status')).value, 1);
    assert.equal((await reader.take('status')).value, 1);
    await reader.take(({ kind, payload }) => kind === 'stateless' && JSON.parse(payload).type === 'refused');
    const again = makeWriter().write('!');
    editor.send(h.sync(report, 'update', again), h.sync(report, 'step1', emptyStateVector));
    assert.ok(!wordsOf((await editor.take('step2')).bytes).includes('reviewer'));
    assert.ok(editor.log.filter(({ kind }) => kind === 'update').every(({ bytes }) => !wordsOf(known, bytes).includes('reviewer')));
    await Promise.all([reader.close(), editor.close()]);
  });

  test('on y-websocket a refusal is auth 0 with a reason, and reading goes on', async () => {
    const [reader, editor] = [await server.yClient(report, as('vera')), await server.yClient(report, as('edna'))];
    reader.send(y.sync('update', makeWriter().write('by the viewer')));
    assert.notEqual((await reader.take('denied')).reason, '');
    editor.send(y.sync('update', makeWriter().write('after')));
    assert.ok(wordsOf((await reader.take('update')).bytes).includes('after'));
    assert.equal(editor.count('update'), 0);
    await Promise.all([reader.close(), editor.close()]);
  });

  test('an update that rests on a refused one is refused too', async () => {
    const reader = await server.hClient(report, as('rene'));
    const { write } = makeWriter();
    reader.send(h.sync(report, 'update', write('one')), h.sync(report, 'update', write('two')));
    assert.equal((await reader.take('status')).value, 0);
    assert.equal((await reader.take('status', { within: 70_000 })).value, 0);
    await reader.close();
  });

  test('a client id belongs to the first user who writes with it', async () => {
    const [olga, edna] = [await server.hClient(report, as('olga')), await server.hClient(report, as('edna'))];
    const writer = makeWriter();
    olga.send(h.sync(report, 'update', writer.write('mine')));
    assert.equal((await olga.take('status')).value, 1);
    await edna.take('update');
    edna.send(h.sync(report, 'update', writer.write('shadowed')));
    assert.equal((await edna.take('status')).value, 0);
    await Promise.all([olga.close(), edna.close()]);
  });

  test('ratings: only under one\'s own user id', async () => {
    const edna = await server.hClient(report, as('edna'));
    const rate = (key) => {
      const doc = new Y.Doc();
      doc.getMap('ratings').set(key, { value: 'CC', note: '', at: '' });
      return Y.encodeStateAsUpdate(doc);
    };
    edna.send(h.sync(report, 'update', rate('edna/e1/h1')), h.sync(report, 'update', rate('olga/e1/h1')), h.sync(report, 'update', rate('ednab/e1/h1')));
    assert.equal((await edna.take('status')).value, 1);
    assert.equal((await edna.take('status')).value, 0);
    assert.equal((await edna.take('status')).value, 0);
    await edna.close();
  });

  test('comments: a thread as the page makes it, and nothing that threads do not have', async () => {
    const name = `${report}~comments`;
    const threadWith = (said, members = {}) => {
      const doc = new Y.Doc();
      const message = { id: freshName('m'), author: 'rene', at: Date.now(), body: 'words', ...said };
      const thread = { anchor: { start: '', end: '', before: '', after: '', block: null, section: null }, quote: 'words', state: 'open', by: 'rene', at: Date.now(), ...members };
      doc.getMap('threads').set(freshName('t'), new Y.Map(Object.entries({
        ...thread, messages: Y.Array.from([new Y.Map(Object.entries(message))]), reactions: new Y.Map(),
      }).filter(([, value]) => value !== undefined)));
      return Y.encodeStateAsUpdate(doc);
    };
    const rene = await server.hClient(name, as('rene'));
    const cases = [
      [1, threadWith({})], [1, threadWith({ body: 'x'.repeat(10_000) })],
      [0, threadWith({ body: 'w '.repeat(2_500_000) })], [0, threadWith({ at: 1e300 })],
      [0, threadWith({ more: new Y.Map() })], [0, threadWith({}, { by: undefined })],
      [0, threadWith({}, { state: { half: true } })],
    ];
    for (const [status, update] of cases) {
      rene.send(h.sync(name, 'update', update));
      assert.equal((await rene.take('status')).value, status, Buffer.from(update).toString('latin1').slice(0, 400));
    }
    const reasons = rene.log.filter(({ kind }) => kind === 'stateless').map(({ payload }) => JSON.parse(payload).reason);
    assert.ok(reasons.includes('a message is text of at most 10,000 characters'), `${reasons}`);
    await rene.close();
  });

  test('readers show their cursor', async () => {
    const [reader, editor] = [await server.hClient(report, as('vera')), await server.hClient(report, as('edna'))];
    reader.send(h.awareness(report, [{ client: 41, clock: 1, state: { user: 'vera' } }]));
    const heard = await editor.take((m) => m.kind === 'awareness' && m.entries.some(({ client }) => client === 41));
    assert.deepEqual(heard.entries, [{ client: 41, clock: 1, state: { user: 'vera' } }]);
    await Promise.all([reader.close(), editor.close()]);
  });

  test('another user\'s entry is nobody else\'s, whatever the clock', async () => {
    const [vera, edna] = [await server.hClient(report, as('vera')), await server.hClient(report, as('edna'))];
    vera.send(h.awareness(report, [{ client: 42, clock: 1, state: { user: 'vera' } }]));
    await edna.take((m) => m.kind === 'awareness' && m.entries.some(({ client }) => client === 42));
    edna.send(h.awareness(report, [{ client: 42, clock: 9, state: { user: 'edna' } }, { client: 43, clock: 1, state: {} }]));
    await vera.take((m) => m.kind === 'awareness' && m.entries.some(({ client }) => client === 43));
    assert.ok(!vera.log.some((m) => m.kind === 'awareness' && m.entries.some(({ client, clock }) => client === 42 && clock === 9)));
    await Promise.all([vera.close(), edna.close()]);
  });
});

describe('changes while connected', () => {
  test('a changed role is told again and enforced; a lost one ends the document, not the socket', async () => {
    const id = await server.addReport(cookies.olga, { edna: 'editor' });
    const edna = await server.hClient(id, as('edna'));
    await server.setRoles(cookies.olga, id, { edna: 'viewer' });
    assert.equal((await edna.take('authenticated')).scope, 'readonly');
    edna.send(h.sync(id, 'update', makeWriter().write('too late')));
    assert.equal((await edna.take('status')).value, 0);
    await server.setRoles(cookies.olga, id, { edna: null });
    await edna.take((m) => m.kind === 'denied' || m.kind === 'close');
    edna.send(h.ping());
    await edna.take('pong');
    await edna.close();
  });

  test('a deleted report ends its sessions, and its names are denied', async () => {
    const id = await server.addReport(cookies.olga, { edna: 'editor' });
    const [edna, byY] = [await server.hClient(id, as('edna')), await server.yClient(`${id}~comments`, as('olga'))];
    assert.equal((await server.request('DELETE', `/api/reports/${id}`, as('olga'))).status, 204);
    await edna.take((m) => m.kind === 'denied' || m.kind === 'close');
    assert.equal((await byY.closed).code, 4403);
    const late = server.hWire(as('olga'));
    await late.opened;
    late.send(h.auth(id));
    await late.take('denied');
    await Promise.all([edna.close(), late.close()]);
  });

  test('signing out closes that session\'s sockets', async () => {
    const cookie = await server.signIn('vera');
    const [one, two] = [await server.yClient(report, { headers: { cookie } }), await server.hClient(report, { headers: { cookie } })];
    assert.equal((await server.request('DELETE', '/api/session', { headers: { cookie } })).status, 204);
    assert.ok([4401, 4403].includes((await one.closed).code));
    await Promise.race([two.closed, two.take((m) => m.kind === 'denied' || m.kind === 'close')]);
    await two.close();
  });
});
