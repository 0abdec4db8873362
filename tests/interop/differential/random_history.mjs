// Seeded random histories: several Yjs clients that write everything Yjs can hold, and the updates of it in an order in
// which a network may deliver them. The same seed gives the same history.
import * as Y from 'yjs';
import * as prng from 'lib0/prng';
import { root } from './describe.mjs';

export const roots = [['text', 'text'], ['map', 'map'], ['array', 'array'], ['xml', 'fragment'], ['notes', 'text']];

export class Random {
  constructor(seed) { this.generator = prng.create(seed); }
  int(min, max) { return prng.int53(this.generator, min, max); }  // both included
  chance(p) { return prng.real53(this.generator) < p; }
  pick(list) { return list[this.int(0, list.length - 1)]; }
  shuffle(list) {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}

// ---- Values -----------------------------------------------------------------------------------------------------

const words = ['a', 'b', 'word', 'two words', '\n', 'é', 'ß', '漢字', '😀', '👩‍👩‍👧', 'x😀y', '𝒳𝒴', 'e\u0301', '\u0000', '\ufffd', '',
  'a longer run of words, as somebody types it in one go. '];
const numbers = [0, -0, 1, -1, 63, 64, -64, 127, 128, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 53, 1e21,
  0.5, 0.1, -1.25, 1e300, 5e-324, Infinity, -Infinity, NaN];
const bigints = [0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];
const keys = ['a', 'b', 'key', 'ключ', '', 'long key with words in it'];

export function randomText(random) {
  let text = random.pick(words);
  while (random.chance(0.3)) text += random.pick(words);
  return text;
}
// Half a pair: what a broken editor sends. The wire cannot hold it, so that everybody else gets U+FFFD.
const withLoneHalf = (random) => random.pick(['\ud83d', '\ude00', 'a\ud83d', '\ude00b', '\ude00\ud83d']);

export function randomAny(random, depth = 0) {
  switch (random.int(0, depth > 2 ? 7 : 9)) {
    case 0: return undefined;
    case 1: return null;
    case 2: return random.chance(0.5);
    case 3: return random.pick(numbers);
    case 4: return random.int(-1000000, 1000000) / random.pick([1, 2, 3]);
    case 5: return random.pick(bigints);
    case 6: return randomText(random);
    case 7: return randomBytes(random);
    case 8: return Array.from({ length: random.int(0, 3) }, () => randomAny(random, depth + 1));
    default: return Object.fromEntries(Array.from({ length: random.int(0, 3) }, () => [random.pick(keys), randomAny(random, depth + 1)]));
  }
}
const randomBytes = (random) => Uint8Array.from({ length: random.int(0, 9) }, () => random.int(0, 255));

const formats = [['bold', true], ['italic', true], ['bold', null], ['italic', null], ['color', 'red'], ['color', '#00f'], ['color', null],
  ['link', { href: 'https://example.org/?a=1', title: null }], ['size', 12], ['comment', 'c1'], ['comment', null]];
export function randomFormat(random) {
  return Object.fromEntries(Array.from({ length: random.int(1, 2) }, () => random.pick(formats)));
}

function randomType(random, depth) {
  const kind = random.int(0, 3);
  if (kind === 0) {
    const map = new Y.Map();
    for (let n = random.int(0, 2); n > 0; n--) map.set(random.pick(keys), randomMember(random, depth + 1));
    return map;
  }
  if (kind === 1) return Y.Array.from(Array.from({ length: random.int(0, 3) }, () => randomElement(random, depth + 1)));
  if (kind === 2) return new Y.Text(randomText(random));
  return randomXml(random, depth);
}

function randomXml(random, depth) {
  if (random.chance(0.4)) return new Y.XmlText(randomText(random));
  if (random.chance(0.05)) return new Y.XmlHook(random.pick(['hook', 'other']));
  const element = new Y.XmlElement(random.pick(['p', 'H1', 'list-item', 'é']));
  if (random.chance(0.4)) element.setAttribute(random.pick(keys), random.pick(['x', 'y', '']));
  if (depth < 3) while (random.chance(0.4)) element.insert(0, [randomXml(random, depth + 1)]);
  return element;
}

const randomSubdocument = (random) => new Y.Doc({
  guid: `guid-${random.int(0, 99)}`,
  ...(random.chance(0.3) ? { autoLoad: true } : {}),
  ...(random.chance(0.3) ? { gc: false } : {}),
  ...(random.chance(0.3) ? { meta: { n: random.int(0, 9) } } : {}),
});

function randomMember(random, depth = 0) {
  if (depth < 3 && random.chance(0.25)) return randomType(random, depth);
  if (random.chance(0.04)) return randomSubdocument(random);
  return randomAny(random);
}

// Yjs does not take undefined and bigint as elements of an array, only deeper down.
function randomElement(random, depth = 0) {
  const value = randomMember(random, depth);
  return value === undefined || typeof value === 'bigint' ? [value] : value;
}

// ---- Edits ------------------------------------------------------------------------------------------------------

// All living types of a document below one root, the root included.
function typesBelow(type) {
  const found = [type];
  const visit = (value) => { if (value instanceof Y.AbstractType) found.push(...typesBelow(value)); };
  for (let item = type._start; item; item = item.right) if (!item.deleted) item.content.getContent().forEach(visit);
  for (const item of type._map.values()) if (!item.deleted) item.content.getContent().forEach(visit);
  return found;
}

function editText(random, text) {
  const length = text.length;
  const at = random.int(0, length);
  const some = random.int(0, Math.min(length - at, 6));
  switch (random.int(0, 9)) {
    case 0: case 1: case 2: return text.insert(at, random.chance(0.03) ? withLoneHalf(random) : randomText(random));
    case 3: return text.insert(at, randomText(random), randomFormat(random));
    case 4: return text.format(at, some, randomFormat(random));
    case 5: case 6: return text.delete(at, some);
    case 7: return text.insertEmbed(at, random.chance(0.3) ? randomType(random, 2) : { image: randomText(random) },
      random.chance(0.5) ? randomFormat(random) : {});
    case 8: return text.applyDelta([
      ...(at ? [{ retain: at, ...(random.chance(0.3) ? { attributes: randomFormat(random) } : {}) }] : []),
      { insert: randomText(random) || 'z', ...(random.chance(0.5) ? { attributes: randomFormat(random) } : {}) },
      ...(some ? [{ delete: some }] : [])]);
    default: return random.chance(0.5) ? text.setAttribute(random.pick(keys), randomAny(random)) : text.removeAttribute(random.pick(keys));
  }
}

function editArray(random, array) {
  const at = random.int(0, array.length);
  if (random.chance(0.35)) return array.delete(at, random.int(0, Math.min(array.length - at, 3)));
  return array.insert(at, Array.from({ length: random.int(1, 4) }, () => randomElement(random)));
}

function editMap(random, map) {
  const key = random.pick(keys);
  return random.chance(0.25) ? map.delete(key) : map.set(key, randomMember(random));
}

function editXml(random, xml) {
  if (xml instanceof Y.XmlElement && random.chance(0.3)) {
    const key = random.pick(keys);
    if (random.chance(0.3)) return xml.removeAttribute(key);
    return xml.setAttribute(key, random.pick(['1', 'two', '']));
  }
  const at = random.int(0, xml.length);
  if (random.chance(0.3)) return xml.delete(at, random.int(0, Math.min(xml.length - at, 2)));
  return xml.insert(at, [randomXml(random, 1)]);
}

// What no Yjs of today writes any more, but old documents hold: values as JSON text.
function insertOldJson(random, transaction, array) {
  const { doc } = transaction;
  const at = random.int(0, array.length);
  let left = null;
  let right = array._start;
  for (let seen = 0; right && seen + (right.deleted ? 0 : right.length) <= at; right = right.right) {
    seen += right.deleted ? 0 : right.length;
    left = right;
  }
  const content = new Y.ContentJSON(Array.from({ length: random.int(1, 3) }, () => random.pick([1, 'x', null, undefined, { a: [1] }, [], true])));
  new Y.Item(Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID)), left, left && left.lastId, right, right && right.id,
    array, null, content).integrate(transaction, 0);
  if (array._searchMarker) array._searchMarker.length = 0;  // Yjs remembers places there, and was passed by
}

function edit(random, transaction) {
  const { doc } = transaction;
  const [name, kind] = random.pick(roots);
  const below = typesBelow(root(doc, name, kind));
  const type = random.chance(0.5) ? below[0] : random.pick(below);
  if (type instanceof Y.Text) return editText(random, type);
  if (type instanceof Y.Array) return random.chance(0.03) ? insertOldJson(random, transaction, type) : editArray(random, type);
  if (type instanceof Y.Map) return editMap(random, type);  // an XML hook is one
  return editXml(random, type);
}

// ---- Histories --------------------------------------------------------------------------------------------------

function randomClientId(random) {
  switch (random.int(0, 4)) {
    case 0: return random.int(0, 200);
    case 1: return random.int(2 ** 32, 2 ** 53 - 1);
    case 2: return 2 ** 53 - 1 - random.int(0, 3);
    default: return random.int(0, 2 ** 32 - 1);
  }
}

function makeClients(random) {
  const ids = new Set();
  while (ids.size < random.int(1, 4)) ids.add(randomClientId(random));
  return [...ids].map((id) => {
    const doc = new Y.Doc({ gc: random.chance(0.8) });
    doc.clientID = id;
    for (const [name, kind] of roots) root(doc, name, kind);
    const client = { doc, inbox: [], undo: null };
    if (random.chance(0.3)) client.undo = new Y.UndoManager(roots.map(([name, kind]) => root(doc, name, kind)), { captureTimeout: 0 });
    return client;
  });
}

// { clients, updates }: every update that some client made, in the order of making.
function simulate(random) {
  const clients = makeClients(random);
  const updates = [];
  for (const client of clients) {
    client.doc.on('update', (update, origin) => {
      if (origin === 'network') return;
      updates.push(update);
      for (const other of clients) if (other !== client) other.inbox.push(update);
    });
  }
  for (let steps = random.int(3, 40); steps > 0; steps--) {
    const client = random.pick(clients);
    if (random.chance(0.4)) {
      if (random.chance(0.2)) random.shuffle(client.inbox);
      for (const update of client.inbox.splice(0, random.int(0, client.inbox.length))) Y.applyUpdate(client.doc, update, 'network');
    }
    if (client.undo && random.chance(0.15)) random.chance(0.6) ? client.undo.undo() : client.undo.redo();
    else client.doc.transact((transaction) => { for (let n = random.int(1, random.pick([1, 1, 5])); n > 0; n--) edit(random, transaction); });
  }
  return { clients, updates };
}

// In the order made, nearly so, or in none; some twice, some as one, some never, some as the whole of a client.
function deliver(random, { clients, updates }) {
  let order = [...updates];
  const mood = random.int(0, 4);
  if (mood === 1) random.shuffle(order);
  if (mood === 2) for (let i = 0; i + 1 < order.length; i++) if (random.chance(0.3)) [order[i], order[i + 1]] = [order[i + 1], order[i]];
  if (mood === 3) order = order.filter(() => !random.chance(0.1));
  if (random.chance(0.4)) order = order.flatMap((update) => (random.chance(0.2) ? [update, update] : [update]));
  if (random.chance(0.3)) {
    const merged = [];
    while (order.length) {
      const some = order.splice(0, random.int(1, 4));
      merged.push(some.length > 1 ? Y.mergeUpdates(some) : some[0]);
    }
    order = merged;
  }
  if (updates.length && random.chance(0.3)) {
    const whole = Y.encodeStateAsUpdate(random.pick(clients).doc);
    order.splice(random.int(0, order.length), 0, random.chance(0.5) ? whole
      : Y.diffUpdate(whole, Y.encodeStateVectorFromUpdate(random.pick(updates))));
  }
  return order;
}

export function randomHistory(seed) {
  const random = new Random(seed);
  const history = simulate(random);
  return deliver(random, history);
}
