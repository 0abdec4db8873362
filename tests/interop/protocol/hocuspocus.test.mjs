// The Hocuspocus protocol, message by message.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { emptyStateVector, emptyUpdate, h, y } from '../wire.mjs';
import { freshName, makeWriter, wordsOf } from './documents.mjs';
import { Server } from './server.mjs';

let server;
before(async () => {
  server = await Server.start({ config: '[limits]\nmessage_bytes_max = 262144\nheld_seconds = 2\nauthentication_seconds = 2\n' });
});
after(() => server?.stop());

const of = (key, kind) => (message) => message.key === key && message.kind === kind;

describe('authentication', () => {
  for (const [name, version] of [['of provider 3, without a version', null], ['of provider 4, with one', '4.8.0']]) {
    test(`an Auth ${name} is answered`, async () => {
      const key = freshName();
      const wire = server.hWire();
      await wire.opened;
      wire.send(h.auth(key, '', version));
      assert.equal((await wire.take('authenticated')).scope, 'read-write');
      await wire.close();
    });
  }

  test('answers come on the key that asked, also with a session behind NUL', async () => {
    const name = freshName();
    const wire = server.hWire();
    await wire.opened;
    const keys = [name, `${name}\0session-1`, `${name}\0session-2`];
    for (const key of keys) await server.hOpen(wire, key);
    const { write } = makeWriter();
    wire.send(h.sync(keys[1], 'update', write('once')));
    assert.equal((await wire.take(of(keys[1], 'status'))).value, 1);
    for (const key of [keys[0], keys[2]]) assert.equal(wordsOf((await wire.take(of(key, 'update'))).bytes), 'once');
    await wire.close();
  });

  test('what comes before it waits, and is then answered', async () => {
    const key = freshName();
    const wire = server.hWire();
    await wire.opened;
    wire.send(h.sync(key, 'step1', emptyStateVector), h.sync(key, 'update', makeWriter().write('early')));
    wire.send(h.auth(key));
    await wire.take('authenticated');
    await wire.take('step2');
    assert.equal((await wire.take('status')).value, 1);
    assert.equal(wire.log.findIndex(({ kind }) => kind === 'authenticated'), 0);
    await wire.close();
  });

  test('too much before it closes with 1009, and nothing of it is kept', async () => {
    const key = freshName();
    const wire = server.hWire();
    await wire.opened;
    const update = makeWriter().write('x'.repeat(30_000));
    wire.send(...Array.from({ length: 4 }, () => h.sync(key, 'update', update)));
    assert.equal((await wire.closed).code, 1009);
    const reader = await server.hClient(key);
    assert.equal(wordsOf(reader.first), '');
    await reader.close();
  });

  test('one message over the limit before it closes with 1009', async () => {
    const wire = server.hWire();
    await wire.opened;
    wire.send(h.sync('doc', 'update', new Uint8Array(70_000)));
    assert.equal((await wire.closed).code, 1009);
  });

  test('without it the socket closes with 4408', async () => {
    const wire = server.hWire();
    await wire.opened;
    assert.equal((await wire.closed).code, 4408);
  });

  for (const [name, key] of [['too long', 'x'.repeat(257)], ['empty', ''], ['with a control character', 'a\u0007b'], ['with a foreign tilde', 'nobody~comments']]) {
    test(`a name that is ${name} is denied on its key, and the socket stays`, async () => {
      const wire = server.hWire();
      await wire.opened;
      wire.send(h.auth(key), h.sync(key, 'step1', emptyStateVector));
      assert.notEqual((await wire.take(of(key, 'denied'))).reason, '');
      await server.hOpen(wire, freshName());
      assert.ok(!wire.log.some((message) => message.key === key && message.kind === 'step2'));
      await wire.close();
    });
  }
});

describe('sync', () => {
  test('step 2 and then one step 1, for each step 1; none unasked', async () => {
    const key = freshName();
    const wire = server.hWire();
    await wire.opened;
    wire.send(h.auth(key));
    await wire.take('authenticated');
    wire.send(h.ping());
    await wire.take('pong');
    assert.equal(wire.count('step1'), 0);
    for (let n = 1; n <= 3; n++) {
      wire.send(h.sync(key, 'step1', emptyStateVector));
      await wire.take('step2');
      await wire.take('step1');
      assert.equal(wire.count('step1'), n);
    }
    const kinds = wire.log.map(({ kind }) => kind).filter((kind) => kind.startsWith('step'));
    assert.deepEqual(kinds, ['step2', 'step1', 'step2', 'step1', 'step2', 'step1']);
    await wire.close();
  });

  test('type 4 is as type 0, but its step 1 brings no step 1', async () => {
    const key = freshName();
    const wire = await server.hClient(key);
    wire.send(h.sync(key, 'step1', emptyStateVector, { type: 4 }), h.sync(key, 'step2', makeWriter().write('by reply'), { type: 4 }));
    await wire.take((m) => m.kind === 'step2' || m.kind === 'reply step2');
    assert.equal((await wire.take('status')).value, 1);
    assert.equal(wire.count('step1') + wire.count('reply step1'), 1);  // the one of the handshake
    await wire.close();
  });

  test('each step 2 and each update gets one status, in order, also empty ones and repeats; nothing else gets one', async () => {
    const key = freshName();
    const wire = await server.hClient(key);
    const before = wire.count('status');
    const { write } = makeWriter();
    const [one, two] = [write('one '), write('two')];
    const sent = [['update', one], ['update', one], ['step2', emptyUpdate], ['update', two], ['step2', two], ['update', emptyUpdate]];
    for (const [kind, bytes] of sent) wire.send(h.sync(key, kind, bytes));
    wire.send(h.awareness(key, [{ client: 5, clock: 1, state: {} }]), h.query(key), h.stateless(key, 'hello'), h.sync(key, 'step1', emptyStateVector), h.ping());
    for (const _ of sent) assert.equal((await wire.take('status')).value, 1);
    await wire.take('pong');
    await wire.take('step2');
    assert.equal(wire.count('status') - before, sent.length);
    await wire.close();
  });

  test('an acknowledged update is there after kill -9', async () => {
    const key = freshName();
    const wire = await server.hClient(key);
    wire.send(h.sync(key, 'update', makeWriter().write('acknowledged')));
    assert.equal((await wire.take('status')).value, 1);
    await server.restart('SIGKILL');
    const again = await server.hClient(key);
    assert.equal(wordsOf(again.first), 'acknowledged');
    await again.close();
  });

  test('statuses behind an update that waits wait too, and come in order', async () => {
    const key = freshName();
    const wire = await server.hClient(key);
    const [a, b] = [makeWriter(), makeWriter()];
    const [first, second] = [a.write('first '), a.write('second ')];
    wire.send(h.sync(key, 'update', second), h.sync(key, 'update', b.write('other')), h.ping());
    await wire.take('pong');
    const before = wire.count('status');
    wire.send(h.sync(key, 'update', first));
    for (let n = 0; n < 3; n++) assert.equal((await wire.take('status')).value, 1);
    assert.ok(before <= 1, 'a status overtook the one that waits');
    await wire.close();
  });

  test('an update whose missing part never comes gets 0, and says why', async () => {
    const key = freshName();
    const wire = await server.hClient(key);
    const { write } = makeWriter();
    write('never sent');
    wire.send(h.sync(key, 'update', write('rests on it')), h.sync(key, 'update', makeWriter().write('fine')));
    assert.equal((await wire.take('status')).value, 0);
    assert.equal((await wire.take('status')).value, 1);
    const refused = JSON.parse((await wire.take(({ kind, payload }) => kind === 'stateless' && JSON.parse(payload).type === 'refused')).payload);
    assert.equal(refused.type, 'refused');
    assert.notEqual(refused.reason ?? '', '');
    await wire.close();
  });

  test('both protocols are in one room', async () => {
    const name = freshName();
    const [hocuspocus, ywebsocket] = [await server.hClient(name), await server.yClient(name)];
    hocuspocus.send(h.sync(name, 'update', makeWriter().write('from h')));
    assert.equal(wordsOf((await ywebsocket.take('update')).bytes), 'from h');
    ywebsocket.send(y.sync('update', makeWriter().write('from y')));
    assert.equal(wordsOf((await hocuspocus.take('update')).bytes), 'from y');
    ywebsocket.send(y.awareness([{ client: 21, clock: 1, state: { who: 'y' } }]));
    assert.deepEqual((await hocuspocus.take('awareness')).entries, [{ client: 21, clock: 1, state: { who: 'y' } }]);
    await ywebsocket.close();
    assert.deepEqual((await hocuspocus.take('awareness')).entries, [{ client: 21, clock: 1, state: null }]);
    await hocuspocus.close();
  });
});

describe('the rest', () => {
  test('ping gets pong; pong gets nothing; the server never pings', async () => {
    const wire = await server.hClient(freshName());
    wire.send(h.pong(), h.pong(), h.ping(), h.ping());
    await wire.take('pong');
    await wire.take('pong');
    assert.equal(wire.count('pong'), 2);
    assert.equal(wire.count('ping'), 0);
    await wire.close();
  });

  test('close lets go of that document alone', async () => {
    const [one, two] = [freshName(), freshName()];
    const wire = server.hWire();
    await wire.opened;
    await server.hOpen(wire, one);
    await server.hOpen(wire, two);
    const other = await server.hClient(one);
    wire.send(h.awareness(one, [{ client: 31, clock: 2, state: {} }]));
    await other.take('awareness');
    wire.send(h.close(one));
    assert.deepEqual((await other.take('awareness')).entries, [{ client: 31, clock: 2, state: null }]);
    wire.send(h.sync(two, 'update', makeWriter().write('goes on')));
    assert.equal((await wire.take(of(two, 'status'))).value, 1);
    await server.hOpen(wire, one);
    await Promise.all([wire.close(), other.close()]);
  });

  const { write } = makeWriter();
  const good = h.sync('doc', 'update', write('good'));
  const bad = [
    ['an empty message', () => new Uint8Array(), 1002],
    ['a single byte that is neither ping nor pong', () => new Uint8Array([3]), 1002],
    ['a key cut short', () => new Uint8Array([200, 1, 65]), 1002],
    ['a key that is no UTF-8', () => new Uint8Array([2, 0xff, 0xfe, 0]), 1002],
    ['an unknown type', (key) => new Uint8Array([...h.query(key).slice(0, -1), 77]), 1002],
    ['type 6, which is the server\'s', (key) => h.broadcastStateless(key, 'all of you'), 1002],
    ['an update that is none', (key) => h.sync(key, 'update', new Uint8Array([9, 9])), 1002],
    ['a message cut short', () => good.subarray(0, good.length - 2), 1002],
    ['a message over the limit', () => new Uint8Array(262_145), 1009],
  ];
  for (const [name, make, code] of bad) {
    test(`${name} closes with ${code}, and nobody else notices`, async () => {
      const key = freshName('bad');
      const [wire, bystander] = [await server.hClient(key), await server.hClient(key)];
      wire.send(make(key));
      assert.equal((await wire.closed).code, code);
      bystander.send(h.ping());
      await bystander.take('pong');
      assert.equal(bystander.count('update') + bystander.count('stateless'), 0);
      await bystander.close();
    });
  }
});
