// The y-websocket protocol, message by message.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as Y from 'yjs';
import { emptyStateVector, y } from '../wire.mjs';
import { freshName, makeWriter, wordsOf } from './documents.mjs';
import { Server } from './server.mjs';

let server;
before(async () => { server = await Server.start({ config: '[limits]\nmessage_bytes_max = 262144\nheld_seconds = 2\n' }); });
after(() => server?.stop());

describe('handshake', () => {
  test('the server speaks first, with its step 1, and with nobody present says no more', async () => {
    const wire = server.yWire(freshName());
    await wire.opened;
    const first = await wire.take(() => true);
    assert.equal(first.kind, 'step1');
    assert.deepEqual([...first.bytes], [...emptyStateVector]);
    wire.send(y.query(), y.sync('step1', emptyStateVector));
    await wire.take('step2');
    assert.equal(wire.count('step1'), 1);
    await wire.close();
  });

  test('a step 1 is answered with what the peer lacks and no more', async () => {
    const name = freshName();
    const { doc, write } = makeWriter();
    const one = await server.yClient(name);
    one.send(y.sync('update', write('first ')));
    const knows = Y.encodeStateVector(doc);
    const second = write('second');
    one.send(y.sync('update', second));
    const two = await server.yClient(name);
    while (wordsOf(two.first, ...two.log.filter(({ kind }) => kind === 'update').map(({ bytes }) => bytes)) !== 'first second') await two.take('update');
    two.send(y.sync('step1', knows));
    const answer = await two.take('step2');
    assert.deepEqual([...answer.bytes], [...second]);
    await Promise.all([one.close(), two.close()]);
  });

  test('the later one is told who is there', async () => {
    const name = freshName();
    const one = await server.yClient(name);
    one.send(y.awareness([{ client: 7, clock: 3, state: { user: 'one' } }]));
    await one.take('awareness');
    const two = server.yWire(name);
    await two.opened;
    const told = await two.take('awareness');
    assert.deepEqual(told.entries, [{ client: 7, clock: 3, state: { user: 'one' } }]);
    two.send(y.query());
    assert.deepEqual((await two.take('awareness')).entries, told.entries);
    await Promise.all([one.close(), two.close()]);
  });
});

describe('updates', () => {
  test('reach the others, and a repeat reaches nobody again', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    const { write } = makeWriter();
    const [hello, end] = [write('hello '), write('end')];
    one.send(y.sync('update', hello), y.sync('update', hello), y.sync('step2', hello), y.sync('update', end));
    const heard = [];
    while (wordsOf(...heard) !== 'hello end') heard.push((await two.take('update')).bytes);
    assert.ok(heard.length <= 2, 'a repeated update was sent on');
    await Promise.all([one.close(), two.close()]);
  });

  test('one that rests on what is missing is seen by nobody until that comes', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    const { write } = makeWriter();
    const [first, second] = [write('first '), write('second')];
    one.send(y.sync('update', second), y.sync('step1', emptyStateVector));
    await one.take('step2');
    two.send(y.sync('step1', emptyStateVector));
    assert.equal(wordsOf((await two.take('step2')).bytes), '');
    assert.equal(two.count('update'), 0);
    one.send(y.sync('update', first));
    const heard = [];
    while (wordsOf(...heard) !== 'first second') heard.push((await two.take('update')).bytes);
    await Promise.all([one.close(), two.close()]);
  });

  test('one whose missing part never comes is refused with auth 0, and the connection stays', async () => {
    const name = freshName();
    const one = await server.yClient(name);
    const { write } = makeWriter();
    write('never sent');
    one.send(y.sync('update', write('rests on it')));
    const denied = await one.take('denied');
    assert.notEqual(denied.reason, '');
    const other = makeWriter();
    one.send(y.sync('update', other.write('still here')), y.sync('step1', emptyStateVector));
    const two = await server.yClient(name);
    const heard = [two.first];
    while (wordsOf(...heard) !== 'still here') heard.push((await two.take('update')).bytes);
    await Promise.all([one.close(), two.close()]);
  });

  test('what a second client saw is there after kill -9', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    const { write } = makeWriter();
    one.send(y.sync('update', write('seen')));
    assert.equal(wordsOf((await two.take('update')).bytes), 'seen');
    await server.restart('SIGKILL');
    const three = await server.yClient(name);
    assert.equal(wordsOf(three.first), 'seen');
    await three.close();
  });
});

describe('awareness', () => {
  test('goes to all, its sender included', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    const entry = { client: 11, clock: 1, state: { cursor: 5 } };
    one.send(y.awareness([entry]));
    assert.deepEqual((await one.take('awareness')).entries, [entry]);
    assert.deepEqual((await two.take('awareness')).entries, [entry]);
    await Promise.all([one.close(), two.close()]);
  });

  test('an entry belongs to its connection: an echo moves nothing, a higher clock of the same user takes over', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    const state = { cursor: 5 };
    one.send(y.awareness([{ client: 12, clock: 5, state }]));
    await two.take('awareness');
    two.send(y.awareness([{ client: 12, clock: 5, state: { cursor: 'stolen' } }]), y.awareness([{ client: 12, clock: 4, state: null }]));
    two.send(y.awareness([{ client: 13, clock: 1, state }]));
    const next = await two.take((m) => m.kind === 'awareness' && m.entries.some(({ client }) => client === 13));
    assert.equal(next.entries.length, 1);
    two.send(y.query());
    const all = await two.take((m) => m.kind === 'awareness' && m.entries.length === 2);
    assert.deepEqual(all.entries.find(({ client }) => client === 12), { client: 12, clock: 5, state });
    two.send(y.awareness([{ client: 12, clock: 6, state: { cursor: 6 } }]));
    await one.take((m) => m.kind === 'awareness' && m.entries.some(({ client, clock }) => client === 12 && clock === 6));
    await one.close();
    two.send(y.query());
    const left = await two.take((m) => m.kind === 'awareness' && m.entries.length === 2);
    assert.deepEqual(left.entries.find(({ client }) => client === 12), { client: 12, clock: 6, state: { cursor: 6 } });
    await two.close();
  });

  test('who leaves goes out as null at the clock last seen; an old echo gets that null back, alone; the next clock counts', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    one.send(y.awareness([{ client: 14, clock: 9, state: {} }]));
    await two.take('awareness');
    await one.close();
    const gone = await two.take('awareness');
    assert.deepEqual(gone.entries, [{ client: 14, clock: 9, state: null }]);
    const three = await server.yClient(name);
    three.send(y.awareness([{ client: 14, clock: 9, state: { revived: true } }]));
    assert.deepEqual((await three.take('awareness')).entries, [{ client: 14, clock: 9, state: null }]);
    three.send(y.awareness([{ client: 14, clock: 10, state: { back: true } }]));
    const back = await two.take('awareness');
    assert.deepEqual(back.entries, [{ client: 14, clock: 10, state: { back: true } }]);
    await Promise.all([two.close(), three.close()]);
  });

  test('a state over its bound is dropped or closes that connection, and reaches nobody', async () => {
    const name = freshName();
    const [one, two] = [await server.yClient(name), await server.yClient(name)];
    one.send(y.awareness([{ client: 15, clock: 1, state: 'x'.repeat(20_000) }]));
    two.send(y.awareness([{ client: 16, clock: 1, state: {} }]));
    const heard = await two.take('awareness');
    assert.deepEqual(heard.entries.map(({ client }) => client), [16]);
    await Promise.all([one.close(), two.close()]);
  });
});

describe('bad messages', () => {
  const { write } = makeWriter();
  const good = y.sync('update', write('good'));
  const cases = [
    ['an empty message', new Uint8Array(), 1002],
    ['an unknown type', new Uint8Array([99]), 1002],
    ['an unknown sync step', new Uint8Array([0, 7, 0]), 1002],
    ['a sync message cut short', good.subarray(0, good.length - 3), 1002],
    ['an update that is none', y.sync('update', new Uint8Array([1, 2, 3])), 1002],
    ['an update with bytes behind it', y.sync('update', new Uint8Array([0, 0, 0])), 1002],
    ['a length over the message', new Uint8Array([0, 2, 0xff, 0xff, 0xff, 0x7f, 1]), 1002],
    ['a count of 2^32 structs', y.sync('update', new Uint8Array([1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0])), 1002],
    ['a varint without an end', new Uint8Array(20).fill(0xff), 1002],
    ['a state vector that is none', y.sync('step1', new Uint8Array([5])), 1002],
    ['awareness cut short', new Uint8Array([1, 3, 1, 5, 1]), 1002],
    ['a message over the limit', new Uint8Array(262_145), 1009],
  ];
  for (const [name, message, code] of cases) {
    test(`${name}: that connection closes with ${code}, nobody else notices`, async () => {
      const document = freshName('bad');
      const [bad, bystander] = [await server.yClient(document), await server.yClient(document)];
      bad.send(message);
      const closed = await bad.closed;
      assert.equal(closed.code, code);
      if (code !== 1009) assert.notEqual(closed.reason, '');
      bystander.send(y.sync('step1', emptyStateVector));
      assert.equal(wordsOf((await bystander.take('step2')).bytes), '');
      assert.equal(bystander.count('update'), 0);
      await bystander.close();
    });
  }

  test('a text message closes with 1003', async () => {
    const wire = await server.yClient(freshName());
    wire.send('hello');
    assert.equal((await wire.closed).code, 1003);
  });

  test('random bytes never take the server down', async () => {
    const document = freshName('noise');
    for (let round = 0; round < 60; round++) {
      const wire = await server.yClient(document);
      const noise = Uint8Array.from({ length: 1 + (round * 7) % 40 }, (_, i) => (round * 131 + i * i * 17 + i) & 255);
      noise[0] = round % 4;
      wire.send(noise);
      wire.send(y.sync('step1', emptyStateVector));
      await Promise.race([wire.closed, wire.take('step2')]);
      await wire.close();
    }
    const wire = await server.yClient(document);
    await wire.close();
  });
});

describe('names', () => {
  const cases = [
    ['a slash and a space, encoded or not', 'a/b%20c', true],
    ['beyond ASCII', encodeURIComponent('доклад'), true],
    ['256 bytes', 'x'.repeat(256), true],
    ['257 bytes', 'x'.repeat(257), false],
    ['nothing', '', false],
    ['a control character', 'a%07b', false],
    ['bytes that are no UTF-8', 'a%ff', false],
    ['a percent sign alone', 'a%', false],
    ['a tilde that is no report\'s comments', 'nobody~comments', false],
  ];
  for (const [name, document, fine] of cases) {
    test(`${name}: ${fine ? 'opens' : 'is refused'}`, async () => {
      const wire = server.yWire(document);
      const refused = wire.opened.then(
        () => Promise.race([wire.closed.then(({ code }) => code), wire.take((m) => m.kind === 'denied' || m.kind === 'step1').then(({ kind }) => kind, () => 'closed')]),
        (error) => error.message);
      const outcome = await refused;
      assert.equal(outcome === 'step1', fine, `outcome: ${outcome}`);
      wire.socket.terminate();
    });
  }

  test('a name is decoded once: the same document by either spelling', async () => {
    const name = freshName('spelled');
    const [one, two] = [await server.yClient(`${name}/a~b`.replace('~b', '-b')), await server.yClient(`${name}%2Fa-b`)];
    one.send(y.sync('update', makeWriter().write('same')));
    assert.equal(wordsOf((await two.take('update')).bytes), 'same');
    await Promise.all([one.close(), two.close()]);
  });
});

describe('who may ask', () => {
  const cases = [
    ['no Origin', {}, true],
    ['its own Origin', (host) => ({ origin: `http://${host}` }), true],
    ['a foreign Origin', { origin: 'https://evil.example' }, false],
    ['Origin null', { origin: 'null' }, false],
    ['a foreign Host', { host: 'evil.example' }, false],
    ['localhost as Host', (host) => ({ host: host.replace('127.0.0.1', 'localhost') }), true],
  ];
  for (const [name, headers, fine] of cases) {
    for (const path of ['/yjs/origin', '/collab']) {
      test(`${path} with ${name}: ${fine ? 'passes' : 'is refused before it opens'}`, async () => {
        const wire = path === '/collab' ? server.hWire({ headers: typeof headers === 'function' ? headers(server.host) : headers })
          : server.yWire('origin', { headers: typeof headers === 'function' ? headers(server.host) : headers });
        const opened = await wire.opened.then(() => true, () => false);
        assert.equal(opened, fine);
        wire.socket.terminate();
      });
    }
  }
});

test('two clients that hold different halves both end with the whole', async () => {
  const name = freshName();
  const [a, b] = [makeWriter(), makeWriter()];
  const [left, right] = [a.write('left '), b.write('right')];
  const one = server.yWire(name);
  await one.opened;
  one.send(y.sync('step1', Y.encodeStateVector(a.doc)));
  await one.take('step1');
  one.send(y.sync('step2', left));
  const two = await server.yClient(name);
  two.send(y.sync('step2', right));
  const sorted = (text) => [...text].sort().join('');
  const heard = [(await one.take('step2')).bytes];
  while (sorted(wordsOf(left, ...heard)) !== sorted('left right')) heard.push((await one.take('update')).bytes);
  const three = await server.yClient(name);
  assert.equal(sorted(wordsOf(three.first)), sorted('left right'));
  await Promise.all([one.close(), two.close(), three.close()]);
});
