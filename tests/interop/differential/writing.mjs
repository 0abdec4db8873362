// The other way round: random edits made through the engine's Transaction, and by Yjs as the same client. Each
// transaction's update should be the one Yjs makes, and Yjs must read the engine's document as it was meant.
import * as Y from 'yjs';
import { canonical, describe, root, toTagged } from './describe.mjs';
import { compareStates, makeReference, stateOfReference } from './compare.mjs';
import { Random, randomAny, randomFormat, randomText, roots } from './random_history.mjs';

const keys = ['a', 'b', 'key', 'ключ'];
const nested = { array: () => new Y.Array(), map: () => new Y.Map(), text: () => new Y.Text() };

// [type, path]: every type that both sides can name by root, index and key.
function addressable(doc) {
  const found = [];
  const visit = (type, path) => {
    found.push([type, path]);
    if (type instanceof Y.Text) return;
    if (type instanceof Y.Map) {
      for (const [key, value] of type.entries()) if (value instanceof Y.AbstractType) visit(value, [...path, key]);
      return;
    }
    type.toArray().forEach((value, index) => { if (value instanceof Y.AbstractType) visit(value, [...path, index]); });
  };
  for (const [name, kind] of roots) visit(root(doc, name, kind), [name, kind]);
  return found;
}

function textOp(random, text, path) {
  const index = random.int(0, text.length);
  const length = random.int(0, Math.min(text.length - index, 6));
  switch (random.int(0, 5)) {
    case 0: case 1: return { op: 'insert_text', path, index, text: randomText(random) };
    case 2: return { op: 'insert_text', path, index, text: randomText(random), attributes: randomFormat(random) };
    case 3: return { op: 'format', path, index, length, attributes: randomFormat(random) };
    case 4: return { op: 'remove', path, index, length };
    default: return { op: 'insert_embed', path, index, embed: { image: randomText(random) },
      attributes: random.chance(0.5) ? randomFormat(random) : {} };
  }
}

function arrayOp(random, array, path) {
  const index = random.int(0, array.length);
  if (random.chance(0.3)) return { op: 'remove', path, index, length: random.int(0, Math.min(array.length - index, 3)) };
  if (random.chance(0.3)) return { op: 'insert_type', path, index, kind: random.pick(Object.keys(nested)) };
  const values = Array.from({ length: random.int(1, 4) }, () => randomAny(random))
    .map((value) => (value === undefined || typeof value === 'bigint' ? [value] : value));
  return { op: 'insert', path, index, values };
}

function mapOp(random, path) {
  const key = random.pick(keys);
  if (random.chance(0.2)) return { op: 'unset', path, key };
  if (random.chance(0.3)) return { op: 'set_type', path, key, kind: random.pick(Object.keys(nested)) };
  return { op: 'set', path, key, value: randomAny(random) };
}

function xmlOp(random, xml, path) {
  if (xml instanceof Y.XmlElement && random.chance(0.3)) {
    const key = random.pick(keys);
    return random.chance(0.3) ? { op: 'unset', path, key } : { op: 'set', path, key, value: randomText(random) };
  }
  const index = random.int(0, xml.length);
  if (random.chance(0.3)) return { op: 'remove', path, index, length: random.int(0, Math.min(xml.length - index, 2)) };
  if (random.chance(0.5)) return { op: 'insert_xml_text', path, index };
  return { op: 'insert_element', path, index, node_name: random.pick(['p', 'H1', 'list-item']) };
}

function randomOp(random, doc) {
  const [type, path] = random.pick(addressable(doc));
  if (type instanceof Y.Text) return textOp(random, type, path);
  if (type instanceof Y.Array) return arrayOp(random, type, path);
  if (type instanceof Y.Map) return mapOp(random, path);
  return xmlOp(random, type, path);
}

function find(doc, [name, kind, ...steps]) {
  return steps.reduce((type, step) => type.get(step), root(doc, name, kind));
}

function writeWithYjs(doc, op) {
  const type = find(doc, op.path);
  switch (op.op) {
    case 'insert_text': return op.attributes ? type.insert(op.index, op.text, op.attributes) : type.insert(op.index, op.text);
    case 'insert_embed': return type.insertEmbed(op.index, op.embed, op.attributes);
    case 'format': return type.format(op.index, op.length, op.attributes);
    case 'remove': return type.delete(op.index, op.length);
    case 'insert': return type.insert(op.index, op.values);
    case 'insert_type': return type.insert(op.index, [nested[op.kind]()]);
    case 'insert_element': return type.insert(op.index, [new Y.XmlElement(op.node_name)]);
    case 'insert_xml_text': return type.insert(op.index, [new Y.XmlText()]);
    case 'set': return type instanceof Y.XmlElement ? type.setAttribute(op.key, op.value) : type.set(op.key, op.value);
    case 'set_type': return type.set(op.key, nested[op.kind]());
    default: return type instanceof Y.XmlElement ? type.removeAttribute(op.key) : type.delete(op.key);
  }
}

const hex = (bytes) => Buffer.from(bytes).toString('hex');

// Two writers, each twice: once in Yjs, once in the engine (slots 1 and 2). They hear of one another now and then.
export async function compareWriting(engine, seed) {
  const random = new Random(seed ^ 0x5eed);
  const clients = [random.int(1, 2 ** 32), random.int(2 ** 32 + 1, 2 ** 53 - 1)];
  const docs = clients.map((client) => {
    const doc = makeReference(roots);
    doc.clientID = client;
    return doc;
  });
  for (const slot of [1, 2]) engine.make(slot);
  const inboxes = [[], []];
  const updates = [];
  const verdict = { json: true, bytes: true, updates: true, detail: '' };
  const note = (what, detail) => { verdict[what] = false; verdict.detail ||= detail; };
  for (let steps = random.int(2, 15); steps > 0; steps--) {
    const who = random.int(0, 1);
    if (random.chance(0.4)) {
      for (const update of inboxes[who].splice(0)) {
        Y.applyUpdate(docs[who], update);
        engine.apply(who + 1, update);
      }
    }
    const ops = [];
    let theirs = new Uint8Array();
    const listen = (update) => { theirs = update; };
    docs[who].once('update', listen);
    docs[who].transact(() => {
      for (let n = random.int(1, random.pick([1, 1, 4])); n > 0; n--) {
        const op = randomOp(random, docs[who]);
        writeWithYjs(docs[who], op);
        ops.push(toTagged(op));
      }
    });
    docs[who].off('update', listen);
    const ours = await engine.write(who + 1, clients[who], ops);
    if (hex(ours) !== hex(theirs)) note('updates', `update of ${JSON.stringify(ops)}: ours ${hex(ours)}, Yjs ${hex(theirs)}`);
    updates.push(ours);
    if (ours.length) inboxes[1 - who].push(ours);
  }
  for (const update of inboxes[0].splice(0)) {
    Y.applyUpdate(docs[0], update);
    engine.apply(1, update);
  }
  const [description, state, update] = await Promise.all([engine.describe(1, roots), engine.state(1), engine.encode(1)]);
  const compareWith = (doc) => {
    const states = compareStates(stateOfReference(doc, roots), { description, state, update });
    if (!states.json || !states.sv || !states.ds) note('json', states.detail.first ?? JSON.stringify(states.detail));
  };
  compareWith(docs[0]);
  // A writer that splits a surrogate pair without then writing there keeps two halves that nobody hears of: so does Yjs.
  const reader = makeReference(roots);
  for (const some of updates) if (some.length) Y.applyUpdate(reader, some);
  if (canonical(describe(reader, roots)) === canonical(describe(docs[0], roots))) compareWith(reader);
  const again = makeReference(roots);
  Y.applyUpdate(again, update);
  if (hex(Y.encodeStateAsUpdate(again)) !== hex(update)) note('bytes', 'bytes change in a round trip through Yjs');
  if (canonical(describe(again, roots)) !== canonical(description)) note('json', 'JSON changes in a round trip through Yjs');
  return verdict;
}
