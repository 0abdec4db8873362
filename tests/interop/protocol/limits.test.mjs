// Slow, silent and hasty clients: what they cost is bounded, and nobody else notices. The bounds are set low here.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { decodeHMessage, emptyStateVector, h, Wire, y } from '../wire.mjs';
import { freshName, makeWriter, wordsOf } from './documents.mjs';
import { Server } from './server.mjs';

let server;
before(async () => {
  server = await Server.start({ config: [
    '[limits]', 'outbox_bytes_max = 262144', 'bytes_per_second = 67108864', 'messages_per_second = 200', 'held_seconds = 2',
    'documents_max = 4', 'awareness_clients_max = 3', 'state_vector_entries_max = 100', 'held_updates_max = 5',
  ].join('\n') });
});
after(() => server?.stop());

test('a slow reader is brought level by one diff, and holds nobody up', async () => {
  const name = freshName('slow');
  const [slow, writer] = [await server.yClient(name), await server.yClient(name)];
  slow.socket._socket.pause();
  const { doc, write } = makeWriter();
  // Far more than what the kernel takes for a socket that nobody reads.
  for (let n = 0; n < 60; n++) {
    writer.send(y.sync('update', write('x'.repeat(200_000))));
    writer.send(y.sync('step1', Y.encodeStateVector(doc)));
    await writer.take('step2');
  }
  const quick = await server.yClient(name);
  assert.equal(wordsOf(quick.first).length, 60 * 200_000);
  slow.socket._socket.resume();
  const words = new Y.Doc();
  const heard = () => slow.log.filter(({ kind }) => kind === 'update' || kind === 'step2');
  for (let applied = 0; words.getText('text').length < 60 * 200_000;) {
    await slow.take((m) => m.kind === 'update' || m.kind === 'step2', { within: 30_000 });
    for (const { bytes } of heard().slice(applied)) Y.applyUpdate(words, bytes);
    applied = heard().length;
  }
  assert.ok(heard().length < 60, 'nothing was left out for the slow one');
  await Promise.all([slow, writer, quick].map((wire) => wire.close()));
});

test('a hasty writer is read more slowly, loses nothing and is not closed', async () => {
  const name = freshName('hasty');
  const [writer, reader] = [await server.hClient(name), await server.yClient(name)];
  const { write } = makeWriter();
  const count = 700;
  for (let n = 0; n < count; n++) writer.send(h.sync(name, 'update', write('x')));
  for (let n = 0; n < count; n++) assert.equal((await writer.take('status', { within: 30_000 })).value, 1);
  reader.send(y.sync('step1', emptyStateVector));
  const whole = await reader.take('step2');
  assert.equal(wordsOf(whole.bytes).length, count);
  await Promise.all([writer.close(), reader.close()]);
});

test('pings are answered at the pace of messages, also before authentication', async () => {
  const paused = async () => Number((await (await fetch(`http://${server.host}/metrics`)).text()).match(/reads_paused\S* (\d+)/)[1]);
  const before = await paused();
  const wire = server.hWire();
  await wire.opened;
  let answered = 0;
  const count = 700;  // of 200 a second, and twice as many at once
  const all = new Promise((resolve) => wire.socket.on('pong', () => ++answered === count && resolve()));
  for (let n = 0; n < count; n++) wire.socket.ping('x'.repeat(100));
  await all;
  assert.ok(await paused() > before, 'they were read as fast as they came');
  await wire.close();
});

test('who answers no ping is closed with 4408; who does stays', async () => {
  const strict = await Server.start({ config: '[limits]\nsilence_seconds = 3\nping_seconds = 1\n' });
  try {
    const [silent, alive] = [strict.yWire(freshName(), { autoPong: false }), await strict.yClient(freshName())];
    assert.equal((await silent.closed).code, 4408);
    alive.send(y.sync('step1', emptyStateVector));
    await alive.take('step2');
    await alive.close();
  } finally {
    await strict.stop();
  }
});

// Closing meets a ping at moments that nobody can order, so many try; a few in a thousand would stay.
test('who is closed while it pings leaves nothing behind', async (t) => {
  const guarded = await Server.start({ auth: 'accounts' });
  t.after(() => guarded.stop());
  const pings = Buffer.concat(Array.from({ length: 10 }, () => Buffer.concat([Buffer.from([0x89, 0x80 | 100, 0, 0, 0, 0]), Buffer.alloc(100)])));
  const moment = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
  const visit = async () => {
    const socket = net.connect(guarded.port, '127.0.0.1');
    const gone = new Promise((resolve) => socket.on('error', () => {}).on('data', () => {}).once('close', resolve));
    socket.write(`GET /yjs/x HTTP/1.1\r\nHost: ${guarded.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
      + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
    await moment();
    socket.write(pings);
    await moment();
    socket.end();
    await gone;
  };
  await Promise.all(Array.from({ length: 25 }, async () => { for (let n = 0; n < 8; n++) await visit(); }));
  for (const until = Date.now() + 20_000; await guarded.metric('assay_connections ') > 0 && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await guarded.metric('assay_connections '), 0);
});

test('too many documents on one socket close it with a reason', async () => {
  const wire = server.hWire();
  await wire.opened;
  for (let n = 0; n < 4; n++) await server.hOpen(wire, freshName());
  wire.send(h.auth(freshName()));
  const closed = await wire.closed;
  assert.equal(closed.code, 1008);
  assert.notEqual(closed.reason, '');
});

test('one connection owns so many awareness entries and no more', async () => {
  const name = freshName('crowd');
  const [one, two] = [await server.yClient(name), await server.yClient(name)];
  for (let client = 1; client <= 6; client++) one.send(y.awareness([{ client, clock: 1, state: {} }]));
  two.send(y.awareness([{ client: 99, clock: 1, state: {} }]));
  await one.take((m) => m.kind === 'awareness' && m.entries.some(({ client }) => client === 99));
  two.send(y.query());
  const all = await two.take((m) => m.kind === 'awareness' && m.entries.length > 1);
  assert.equal(all.entries.filter(({ client }) => client < 99).length, 3);
  await Promise.all([one.close(), two.close()]);
});

test('a state vector with too many entries closes that connection', async () => {
  const wire = await server.yClient(freshName());
  wire.send(y.sync('step1', Y.encodeStateVector(new Map(Array.from({ length: 101 }, (_, i) => [i + 1, 1])))));
  assert.equal((await wire.closed).code, 1002);
});

// One collected struct of each client.
const ofClients = (first, count) => encoding.encode((e) => {
  encoding.writeVarUint(e, count);
  for (let client = first; client < first + count; client++) for (const number of [1, client, 0, 0, 1]) encoding.writeVarUint(e, number);
  encoding.writeVarUint(e, 0);
});

test('a document takes no more clients than a client can say it has, and stays open to all who have it', async () => {
  const name = freshName('clients');
  const [wire, other] = [await server.hClient(name), await server.yClient(name)];
  wire.send(h.sync(name, 'update', ofClients(70_000, 99)));
  assert.equal((await wire.take('status')).value, 1);
  wire.send(h.sync(name, 'update', ofClients(80_000, 2)));
  assert.match(JSON.parse((await wire.take('stateless')).payload).reason, /no room/);
  assert.equal((await wire.take('status')).value, 0);
  const { doc, write } = makeWriter();
  other.send(y.sync('update', write('the last')));
  other.send(y.sync('step1', emptyStateVector));
  Y.applyUpdate(doc, (await other.take('step2')).bytes);
  assert.equal(Y.decodeStateVector(Y.encodeStateVector(doc)).size, 100);
  // Whose own words are not there yet says more than the document has, and is heard.
  for (const own of [1, 2, 3]) {
    const offline = new Y.Doc();
    offline.getText('own').insert(0, `${own}`);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(offline));
  }
  other.send(y.sync('step1', Y.encodeStateVector(doc)));
  await other.take('step2');
  other.send(y.sync('update', Y.encodeStateAsUpdate(doc)));
  assert.match((await other.take('denied')).reason, /no room/);
  await Promise.all([wire.close(), other.close()]);
});

test('a routing key longer than any name and session id closes its socket', async () => {
  for (const key of [`name\0${'s'.repeat(600)}`, 'n'.repeat(600)]) {
    const wire = server.hWire();
    await wire.opened;
    wire.send(h.auth(key));
    const closed = await wire.closed;
    assert.equal(closed.code, 1002);
    assert.match(closed.reason, /routing key/);
  }
  const wire = server.hWire();
  await wire.opened;
  wire.send(h.auth('n'.repeat(300)));
  assert.match((await wire.take('denied')).reason, /name/);
  await wire.close();
});

test('who comes and goes under ever new ids is heard so often and no more', async () => {
  const name = freshName('comers');
  const [one, two] = [await server.yClient(name), await server.yClient(name)];
  one.send(y.awareness(Array.from({ length: 2000 }, (_, i) => [{ client: i + 1, clock: 1, state: {} }, { client: i + 1, clock: 2, state: null }]).flat()));
  const { entries } = await two.take('awareness');
  assert.equal(entries.length, 2 * 256);
  two.send(y.awareness([{ client: 9_999, clock: 1, state: {} }]));
  await one.take((m) => m.kind === 'awareness' && m.entries.some(({ client }) => client === 9_999));
  await Promise.all([one.close(), two.close()]);
});

test('so many updates wait for what they rest on and no more: the next is refused at once, its status in its turn', async () => {
  const name = freshName('held');
  const wire = await server.hClient(name);
  const { write } = makeWriter();
  write('never sent');
  for (let n = 0; n < 6; n++) wire.send(h.sync(name, 'update', write('x')));
  wire.send(h.ping());
  assert.equal(JSON.parse((await wire.take(({ kind, payload }) => kind === 'stateless' && JSON.parse(payload).type === 'refused')).payload).type, 'refused');
  for (let n = 0; n < 6; n++) assert.equal((await wire.take('status')).value, 0);
  await wire.close();
});

test('a WebSocket on a path that has none is refused by HTTP', async () => {
  const wire = new Wire(`ws://${server.host}/nowhere`, decodeHMessage);
  await assert.rejects(wire.opened, /HTTP 4/);
});

test('one document\'s nested bomb does not stall another document', async () => {
  const [bomb, calm] = [await server.yClient(freshName('bomb')), await server.yClient(freshName('calm'))];
  const doc = new Y.Doc();
  const array = doc.getArray('a');
  doc.transact(() => { for (let n = 0; n < 20_000; n++) array.push([new Y.Map()]); });
  const made = Y.encodeStateAsUpdate(doc);
  bomb.send(y.sync('update', made), y.sync('update', new Uint8Array([0, 1, ...Y.encodeStateVector(new Map([[doc.clientID, 1]])).slice(1, -1), 1, 0, 0xa0, 0x9c, 1])));
  calm.send(y.sync('update', makeWriter().write('calm')), y.sync('step1', emptyStateVector));
  assert.equal(wordsOf((await calm.take('step2')).bytes), 'calm');
  bomb.send(y.sync('step1', emptyStateVector));
  const answer = new Y.Doc();
  Y.applyUpdate(answer, (await bomb.take('step2')).bytes);
  assert.equal(answer.getArray('a').length, 0);
  await Promise.all([bomb.close(), calm.close()]);
});
