// Both wire protocols by hand: messages in and out as plain objects, and a client that sends exactly what it is told.
// Nothing here answers by itself, so that a test can say who spoke first and how often.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';

export const emptyUpdate = new Uint8Array([0, 0]);
export const emptyStateVector = new Uint8Array([0]);

const syncKinds = ['step1', 'step2', 'update'];

function readSync(decoder) {
  const kind = syncKinds[decoding.readVarUint(decoder)];
  return { kind, bytes: decoding.readVarUint8Array(decoder) };
}

export function readAwareness(bytes) {
  const decoder = decoding.createDecoder(bytes);
  const entries = [];
  for (let n = decoding.readVarUint(decoder); n > 0; n--) {
    entries.push({ client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder), state: JSON.parse(decoding.readVarString(decoder)) });
  }
  return entries;
}

export function writeAwareness(entries) {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const { client, clock, state } of entries) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, typeof state === 'string' ? state : JSON.stringify(state));
    }
  });
}

const writer = (write) => { const encoder = encoding.createEncoder(); write(encoder); return encoding.toUint8Array(encoder); };

// ---- y-websocket ------------------------------------------------------------------------------------------------

export function decodeYMessage(bytes) {
  const decoder = decoding.createDecoder(bytes);
  const type = decoding.readVarUint(decoder);
  if (type === 0) return readSync(decoder);
  if (type === 1) return { kind: 'awareness', entries: readAwareness(decoding.readVarUint8Array(decoder)) };
  if (type === 2) return { kind: decoding.readVarUint(decoder) === 0 ? 'denied' : 'auth?', reason: decoding.readVarString(decoder) };
  if (type === 3) return { kind: 'query' };
  return { kind: `type ${type}` };
}

export const y = {
  sync: (kind, bytes) => writer((e) => {
    encoding.writeVarUint(e, 0);
    encoding.writeVarUint(e, syncKinds.indexOf(kind));
    encoding.writeVarUint8Array(e, bytes);
  }),
  awareness: (entries) => writer((e) => { encoding.writeVarUint(e, 1); encoding.writeVarUint8Array(e, writeAwareness(entries)); }),
  query: () => new Uint8Array([3]),
};

// ---- Hocuspocus -------------------------------------------------------------------------------------------------

export function decodeHMessage(bytes) {
  if (bytes.length === 1) return { kind: { 9: 'ping', 10: 'pong' }[bytes[0]] ?? `byte ${bytes[0]}` };
  const decoder = decoding.createDecoder(bytes);
  const key = decoding.readVarString(decoder);
  const type = decoding.readVarUint(decoder);
  if (type === 0) return { key, ...readSync(decoder) };
  if (type === 1) return { key, kind: 'awareness', entries: readAwareness(decoding.readVarUint8Array(decoder)) };
  if (type === 2) {
    const part = decoding.readVarUint(decoder);
    return part === 1 ? { key, kind: 'denied', reason: decoding.readVarString(decoder) }
      : { key, kind: 'authenticated', scope: decoding.readVarString(decoder) };
  }
  if (type === 4) { const { kind, bytes: body } = readSync(decoder); return { key, kind: `reply ${kind}`, bytes: body }; }
  if (type === 5) return { key, kind: 'stateless', payload: decoding.readVarString(decoder) };
  if (type === 7) return { key, kind: 'close', reason: decoding.readVarString(decoder) };
  if (type === 8) return { key, kind: 'status', value: decoding.readVarInt(decoder) };
  return { key, kind: `type ${type}` };
}

const hocuspocus = (key, type, write = () => {}) => writer((e) => {
  encoding.writeVarString(e, key);
  encoding.writeVarUint(e, type);
  write(e);
});

export const h = {
  auth: (key, token = '', version = '4.8.0') => hocuspocus(key, 2, (e) => {
    encoding.writeVarUint(e, 0);
    encoding.writeVarString(e, token);
    if (version !== null) encoding.writeVarString(e, version);
  }),
  sync: (key, kind, bytes, { type = 0 } = {}) => hocuspocus(key, type, (e) => {
    encoding.writeVarUint(e, syncKinds.indexOf(kind));
    encoding.writeVarUint8Array(e, bytes);
  }),
  awareness: (key, entries) => hocuspocus(key, 1, (e) => encoding.writeVarUint8Array(e, writeAwareness(entries))),
  query: (key) => hocuspocus(key, 3),
  stateless: (key, text) => hocuspocus(key, 5, (e) => encoding.writeVarString(e, text)),
  broadcastStateless: (key, text) => hocuspocus(key, 6, (e) => encoding.writeVarString(e, text)),
  close: (key) => hocuspocus(key, 7),
  ping: () => new Uint8Array([9]),
  pong: () => new Uint8Array([10]),
};

// ---- The client -------------------------------------------------------------------------------------------------

export class Wire {
  // `decode` is decodeYMessage or decodeHMessage. All messages stay in `log`, in order; `take` consumes from it.
  constructor(url, decode, { headers = {}, ...options } = {}) {
    this.log = [];
    this.taken = new Set();
    this.wakers = new Set();
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false, ...options });
    this.socket.binaryType = 'nodebuffer';
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
      this.socket.once('unexpected-response', (request, response) => reject(new Error(`HTTP ${response.statusCode}`)));
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => this.socket.once('close', (code, reason) => { this.over = true; resolve({ code, reason: reason.toString() }); this.#wake(); }));
    this.socket.on('error', () => {});
    this.socket.on('message', (data, binary) => {
      this.log.push(binary ? decode(new Uint8Array(data)) : { kind: 'text', text: data.toString() });
      this.#wake();
    });
  }

  #wake() { for (const wake of this.wakers) wake(); }
  send(...messages) { for (const message of messages) this.socket.send(message); return this; }

  // The first message not yet taken that fits; waits for it.
  async take(fits, { within = 10_000 } = {}) {
    const test = typeof fits === 'string' ? (message) => message.kind === fits : fits;
    const look = () => this.log.find((message) => !this.taken.has(message) && test(message));
    const found = look() ?? await new Promise((resolve, reject) => {
      const stop = () => { clearTimeout(timer); this.wakers.delete(wake); };
      const fail = (why) => { stop(); reject(new Error(`${why} while waiting for ${fits}; received ${JSON.stringify(this.log.map(({ kind }) => kind))}`)); };
      const wake = () => { const message = look(); if (message) { stop(); resolve(message); } else if (this.over) fail('connection closed'); };
      const timer = setTimeout(() => fail('nothing came'), within);
      this.wakers.add(wake);
      if (this.over) fail('connection closed');
    });
    this.taken.add(found);
    return found;
  }

  // Messages of that kind so far, taken or not.
  count(kind) { return this.log.filter((message) => message.kind === kind).length; }
  close() { this.socket.close(); return this.closed; }
}
