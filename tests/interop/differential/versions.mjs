// Across versions: documents written by the release candidate of Yjs 14, where one kind of type holds children, words and
// attributes. The engine must say and write what Yjs 13 says and writes of them, and Yjs 14 must find its own document in
// what the engine writes; and the other way round for documents of Yjs 13.
import * as Y14 from '@y/y';
import * as Y from 'yjs';
import { compareStates, makeReference, settled, stateOfReference } from './compare.mjs';
import { canonical } from './describe.mjs';
import { Random, randomHistory, randomText, roots } from './random_history.mjs';

const names = ['p', 'heading', 'list-item', null];
const formats = [{ bold: true }, { italic: true }, { link: { href: 'x' } }, { bold: null }];
const values = (random) => random.pick([1, -2.5, 'word', true, null, { a: [1, 'x'] }, ['y', 2], new Uint8Array([1, 2])]);

function types(type) {
  const found = [type];
  for (const child of type.toArray()) if (child instanceof Y14.Type) found.push(...types(child));
  type.forEachAttr((value) => { if (value instanceof Y14.Type) found.push(...types(value)); });
  return found;
}

function edit(random, doc) {
  const type = random.pick(types(doc.get(random.pick(roots)[0])));
  const at = random.int(0, type.length);
  const some = random.int(0, Math.min(type.length - at, 4));
  switch (random.int(0, 7)) {
    case 0: case 1: return type.insert(at, randomText(random) || 'x');
    case 2: return type.insert(at, randomText(random) || 'y', random.pick(formats));
    case 3: return type.insert(at, [random.chance(0.5) ? new Y14.Type(random.pick(names)) : values(random)]);
    case 4: return some && type.delete(at, some);
    case 5: return some && type.format(at, some, random.pick(formats));
    case 6: return type.setAttr(random.pick(['a', 'b', 'key']), random.chance(0.2) ? new Y14.Type(random.pick(names)) : values(random));
    default: return type.deleteAttr(random.pick(['a', 'b', 'key']));
  }
}

// Two or three authors who hear of one another now and then; their updates in the order of making.
function history14(random) {
  const updates = [];
  const docs = Array.from({ length: random.int(1, 3) }, () => {
    const doc = new Y14.Doc({ gc: random.chance(0.8) });
    doc.clientID = random.int(1, 2 ** 32 - 1);
    doc.on('update', (update, origin) => { if (origin !== 'network') updates.push(update); });
    return { doc, heard: 0 };
  });
  for (let steps = random.int(3, 25); steps > 0; steps--) {
    const author = random.pick(docs);
    if (random.chance(0.5)) {
      for (const update of updates.slice(author.heard)) Y14.applyUpdate(author.doc, update, 'network');
      author.heard = updates.length;
    }
    author.doc.transact(() => { for (let n = random.int(1, 3); n > 0; n--) edit(random, author.doc); });
  }
  return updates;
}

const plain = (value) => {
  if (typeof value === 'bigint' || value instanceof Uint8Array) return String(value);
  if (value instanceof Y14.Doc) return value.guid;
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value === undefined ? 'undefined' : value;
};
const says14 = (doc) => canonical(Object.fromEntries(roots.map(([name]) => [name, plain(doc.get(name).toJSON())])));

// Words that stand right in an array or an element are read letter by letter, and so halves of pairs alone. UTF-8 has none.
const wellFormed = (value) => JSON.parse(JSON.stringify(value), (key, member) => (typeof member === 'string' ? member.toWellFormed() : member));

function fresh(yjs, update) {
  const doc = new yjs.Doc();
  yjs.applyUpdate(doc, update);
  return doc;
}

// What differs, as [what, detail] pairs.
export async function compareVersions(engine, seed) {
  const random = new Random(seed + 0x14000000);
  const found = [];
  const writtenBy14 = random.chance(0.7);
  const updates = writtenBy14 ? history14(random) : randomHistory(seed);
  const slot = 4;
  engine.make(slot);
  const doc13 = makeReference(roots);
  const doc14 = new Y14.Doc();
  for (const update of updates) {
    engine.apply(slot, update);
    Y.applyUpdate(doc13, update);
    Y14.applyUpdate(doc14, update);
  }
  const [description, state, update] = await Promise.all([engine.describe(slot, roots), engine.state(slot), engine.encode(slot)]);
  let expected;
  try {
    expected = stateOfReference(settled(doc13, roots), roots);
    expected.description = wellFormed(expected.description);
  } catch {
    // Yjs 13 cannot print XML with such values in it: what it writes is compared all the same.
    const settled13 = settled(doc13, roots);
    expected = { description, state: Y.encodeStateVector(settled13), update: Y.encodeStateAsUpdate(settled13) };
  }
  const verdict = compareStates(expected, { description, state, update });
  for (const what of ['json', 'sv', 'ds', 'bytes']) if (!verdict[what]) found.push([`13 ${what}`, JSON.stringify(verdict.detail.first ?? verdict.detail[what])]);
  const read14 = new Y14.Doc();
  if (random.chance(0.5)) Y14.applyUpdate(read14, update);
  else Y14.applyUpdateV2(read14, await engine.encodeV2(slot));
  // With something waiting, 14 may take in more update by update than from the whole; and a pair that was cut reads
  // otherwise after a reload. Then what Yjs 13 writes is the measure.
  const known = [says14(doc14), says14(fresh(Y14, expected.update))];
  if (!description.pending && !known.includes(says14(read14))) found.push(['14 reads', `ours ${says14(read14)}, its own ${known[0]}, from Yjs 13 ${known[1]}`]);
  // What 14 writes in either format.
  engine.make(slot);
  await engine.apply(slot, Y14.encodeStateAsUpdate(doc14));
  const again = await engine.state(slot);
  const vector = (bytes) => canonical([...Y.decodeStateVector(bytes)].filter(([, clock]) => clock).sort(([a], [b]) => a - b));
  // With something waiting, or after a merge of marks, 14 can write what no fresh document takes in whole, its own neither:
  // then Yjs 13 says what is in the bytes.
  const bytes14 = Y14.encodeStateAsUpdate(doc14);
  const heard = [Y14.encodeStateVector(doc14), Y.encodeStateVector(fresh(Y, bytes14))].map(vector);
  if (!heard.includes(vector(again))) found.push(['14 writes', `ours ${vector(again)}, its own ${heard[0]}, in Yjs 13 ${heard[1]}`]);
  const fromV2 = await engine.update('convert', 'v2', [Y14.encodeStateAsUpdateV2(doc14)]);
  engine.make(slot);
  await engine.apply(slot, fromV2);
  if (vector(await engine.state(slot)) !== vector(again)) found.push(['14 writes v2', 'the formats say different things']);
  return found;
}
