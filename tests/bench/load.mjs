// The load: so many clients on one server, by hand and over either protocol, in a process of its own. Connects all, says
// {"ready":true}, waits for a line, does its work, says what came of it, waits for another line, goes.
//   node load.mjs fanout|idle --protocol y|h --url URL --clients N [--updates N] [--rate N]
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import * as Y from 'yjs';
import { decodeHMessage, decodeYMessage, emptyStateVector, emptyUpdate, h, Wire, y } from '../interop/wire.mjs';

const { values: options, positionals: [what] } = parseArgs({ allowPositionals: true, options: {
  protocol: { type: 'string' }, url: { type: 'string' }, clients: { type: 'string' },
  updates: { type: 'string', default: '100' }, rate: { type: 'string', default: '10' },
} });
const count = Number(options.clients);
const hocuspocus = options.protocol === 'h';
const key = 'bench';

const encodeUpdate = (update) => (hocuspocus ? h.sync(key, 'update', update) : y.sync('update', update));

async function connect() {
  const wire = new Wire(hocuspocus ? options.url : `${options.url}/${key}`, hocuspocus ? decodeHMessage : decodeYMessage);
  await wire.opened;
  if (hocuspocus) {
    wire.send(h.auth(key), h.sync(key, 'step1', emptyStateVector));
    await wire.take('authenticated');
    await wire.take('step2');
    wire.send(h.sync(key, 'step2', emptyUpdate));
  } else {
    wire.send(y.sync('step1', emptyStateVector));
    await wire.take('step2');
    wire.send(y.sync('step2', emptyUpdate));
  }
  return wire;
}

// What each client will send, made before the clock starts: one typed letter an update.
function typed(client, updates) {
  const doc = new Y.Doc();
  doc.clientID = client;
  const text = doc.getText('text');
  const made = [];
  doc.on('update', (update) => made.push(encodeUpdate(update)));
  for (let i = 0; i < updates; i++) text.insert(i, 'x');
  return made;
}

// When every client has heard everything of every other, all has been delivered.
async function fanout(wires) {
  const updates = Number(options.updates);
  const sends = wires.map((_, i) => typed(i + 1, updates));
  const sentAt = wires.map(() => new Float64Array(updates));
  const latencies = [];
  let messages = 0;
  let missing = count * (count - 1);  // pairs of listener and writer with something still to come
  let finish;
  const finished = new Promise((resolve) => { finish = resolve; });
  wires.forEach((wire, listener) => {
    const heard = new Uint32Array(count + 1);
    const hear = (update) => {
      messages += 1;
      for (const { id, length } of Y.decodeUpdate(update).structs) {
        if (id.client - 1 === listener || id.clock + length <= heard[id.client]) continue;
        const now = performance.now();
        for (let i = heard[id.client]; i < id.clock + length; i++) latencies.push(now - sentAt[id.client - 1][i]);
        heard[id.client] = id.clock + length;
        if (heard[id.client] === updates && --missing === 0) finish();
      }
    };
    wire.log.push = (message) => { if (message.kind === 'update' || message.kind === 'step2') hear(message.bytes); return 0; };
  });
  console.log(JSON.stringify({ ready: true }));
  await once(process.stdin, 'data');
  const start = performance.now();
  const pause = 1000 / Number(options.rate);
  wires.forEach((wire, client) => {
    const begin = start + (client / count) * pause;
    let next = 0;
    const tick = () => {
      while (next < updates && performance.now() >= begin + next * pause) {
        sentAt[client][next] = performance.now();
        wire.socket.send(sends[client][next++]);
      }
      if (next < updates) setTimeout(tick, Math.max(0, begin + next * pause - performance.now()));
    };
    tick();
  });
  await finished;
  const seconds = (performance.now() - start) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const at = (p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
  console.log(JSON.stringify({ deliveries: updates * count * (count - 1), messages, seconds, p50: at(0.5), p99: at(0.99) }));
}

async function idle(wires) {
  console.log(JSON.stringify({ ready: true, connections: wires.length }));
  await once(process.stdin, 'data');
  const lost = wires.filter((wire) => wire.over).length;
  console.log(JSON.stringify({ lost }));
}

const wires = [];
for (let i = 0; i < count; i += 50) wires.push(...await Promise.all(Array.from({ length: Math.min(50, count - i) }, connect)));
await (what === 'fanout' ? fanout(wires) : idle(wires));
process.exit(0);
