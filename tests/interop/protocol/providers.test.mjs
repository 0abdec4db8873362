// The stock providers, unchanged: y-websocket, Hocuspocus 4 and Hocuspocus 3 on one document.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, test } from 'node:test';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { HocuspocusProvider as Provider3, HocuspocusProviderWebsocket as Socket3 } from 'hocuspocus-provider-3';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { canonical } from '../differential/describe.mjs';
import { Random } from '../differential/random_history.mjs';
import { freshName } from './documents.mjs';
import { Server } from './server.mjs';

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

// Closes what a failed test left open, too: an open socket keeps the process.
const opened = [];
afterEach(() => { for (const peer of opened.splice(0)) peer.close(); });
const keep = (peer) => { opened.push(peer); return peer; };

function open(kind, name) {
  const doc = new Y.Doc();
  if (kind === 'y-websocket') {
    const provider = new WebsocketProvider(`ws://${server.host}/yjs`, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true });
    return keep({ kind, doc, provider, synced: () => provider.synced, saved: () => true, close: () => provider.destroy() });
  }
  const [Provider, Socket] = kind === 'hocuspocus 3' ? [Provider3, Socket3] : [HocuspocusProvider, HocuspocusProviderWebsocket];
  const socket = new Socket({ url: `ws://${server.host}/collab`, WebSocketPolyfill: WebSocket });
  const provider = new Provider({ name, document: doc, websocketProvider: socket, token: '' });
  provider.attach();
  return keep({ kind, doc, provider, synced: () => provider.isSynced, saved: () => provider.unsyncedChanges === 0,
    close: () => { provider.destroy(); socket.destroy(); } });
}

// Waits for what the documents and providers say; each change of a document looks again, and a slow clock besides.
async function until(peers, condition, what) {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await Promise.race([...peers.map(({ doc }) => once(doc, 'update')), new Promise((resolve) => setTimeout(resolve, 20))]);
  }
}

const kinds = ['y-websocket', 'hocuspocus 4', 'hocuspocus 3'];

test('all three write at once, end equal, and know that all is saved', async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e6);
  t.diagnostic(`seed ${seed}`);
  const random = new Random(seed);
  const name = freshName('providers');
  const peers = [...kinds, ...kinds].map((kind) => open(kind, name));
  await until(peers, () => peers.every((peer) => peer.synced()), 'the first sync');
  for (let round = 0; round < 200; round++) {
    const { doc } = random.pick(peers);
    const text = doc.getText('text');
    const at = random.int(0, text.length);
    if (random.chance(0.3)) text.delete(at, random.int(0, Math.min(3, text.length - at)));
    else if (random.chance(0.2)) text.format(0, random.int(0, text.length), { bold: random.chance(0.5) || null });
    else text.insert(at, random.pick(['a', 'bc', 'é', ' ']));  // no pairs: Yjs peers part for good over one that two of them split
    doc.getMap('map').set(random.pick(['x', 'y']), round);
    if (random.chance(0.2)) await new Promise((resolve) => setImmediate(resolve));
  }
  const say = ({ doc }) => canonical([doc.getText('text').toDelta(), doc.getMap('map').toJSON()]);
  await until(peers, () => new Set(peers.map(say)).size === 1, 'agreement');
  await until(peers, () => peers.every((peer) => peer.saved()), 'Saved');
  const agreed = say(peers[0]);
  opened.splice(0).forEach((peer) => peer.close());
  await server.restart('SIGKILL');
  const later = kinds.map((kind) => open(kind, name));
  await until(later, () => later.every((peer) => peer.synced()), 'the sync after a restart');
  for (const peer of later) assert.equal(say(peer), agreed, peer.kind);
});

test('who edits offline while the server is away is brought level when it is back', async () => {
  const name = freshName('away');
  const peers = kinds.map((kind) => open(kind, name));
  await until(peers, () => peers.every((peer) => peer.synced()), 'the first sync');
  await server.end('SIGKILL');
  peers.forEach(({ doc, kind }) => doc.getMap('map').set(kind, true));
  await server.run();
  await until(peers, () => peers.every(({ doc }) => doc.getMap('map').size === 3), 'agreement');
});

test('presence is seen across all three, and goes when one leaves', async () => {
  const name = freshName('presence');
  const peers = kinds.map((kind) => open(kind, name));
  await until(peers, () => peers.every((peer) => peer.synced()), 'the first sync');
  peers.forEach(({ provider, kind }) => provider.awareness.setLocalStateField('user', kind));
  const seen = ({ provider }) => [...provider.awareness.getStates().values()].map(({ user }) => user).filter(Boolean).sort().join();
  await until(peers, () => peers.every((peer) => seen(peer) === [...kinds].sort().join()), 'seeing one another');
  const [left, ...stay] = peers;
  left.close();
  await until(stay, () => stay.every((peer) => seen(peer) === kinds.slice(1).sort().join()), 'leaving');
});
