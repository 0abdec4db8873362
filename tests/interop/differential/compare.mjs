// One history applied by Yjs and by the engine, update by update in the same order, and what differs afterwards.
import * as Y from 'yjs';
import { canonical, describe, root } from './describe.mjs';

const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;

// A Yjs peer that reads along tidies superfluous formatting marks out of texts after a remote change: edits of its own,
// which no update of the history holds. A relay must not write unasked, so the reference here has that turned off.
export function makeReference(roots, { gc = true, tidy = false } = {}) {
  const doc = new Y.Doc({ gc });
  doc.clientID = 1234567;  // it never writes
  for (const [name, kind] of roots) root(doc, name, kind);
  if (!tidy) doc.on('afterTransaction', (transaction) => { transaction._needFormattingCleanup = false; });
  return doc;
}

function deleteSetText(update) {
  const { ds } = Y.decodeUpdate(update);
  return canonical([...ds.clients].sort(([a], [b]) => a - b).map(([client, runs]) => [client, runs.map(({ clock, len }) => [clock, len])]));
}

function stateText(encoded) {
  return canonical([...Y.decodeStateVector(encoded)].sort(([a], [b]) => a - b));
}

// Where two readings first part: "roots.xml.json: ours ..., Yjs ...".
export function firstDifference(ours, yjs, where = '') {
  if (ours && yjs && typeof ours === 'object' && typeof yjs === 'object' && Array.isArray(ours) === Array.isArray(yjs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(yjs)])) {
      if (canonical(ours[key]) !== canonical(yjs[key])) return firstDifference(ours[key], yjs[key], where ? `${where}.${key}` : key);
    }
  }
  return `${where}: ours ${canonical(ours)}, Yjs ${canonical(yjs)}`;
}

// { json, sv, ds, bytes, detail }: true where equal; `detail` says what both sides had where they are not.
export function compareStates(expected, actual) {
  const verdict = { json: true, sv: true, ds: true, bytes: true, detail: {} };
  const differ = (what, ours, theirs) => { verdict[what] = false; verdict.detail[what] = { ours, yjs: theirs }; };
  if (canonical(expected.description) !== canonical(actual.description)) {
    differ('json', actual.description, expected.description);
    verdict.detail.first = firstDifference(actual.description, expected.description);
  }
  if (stateText(expected.state) !== stateText(actual.state)) differ('sv', stateText(actual.state), stateText(expected.state));
  if (!same(expected.update, actual.update)) {
    const hex = (bytes) => Buffer.from(bytes).toString('hex');
    differ('bytes', hex(actual.update), hex(expected.update));
    let ours;
    try { ours = deleteSetText(actual.update); } catch (error) { ours = `not readable: ${error.message}`; }
    if (ours !== deleteSetText(expected.update)) differ('ds', ours, deleteSetText(expected.update));
  }
  return verdict;
}

export const stateOfReference = (doc, roots) => ({
  description: describe(doc, roots), state: Y.encodeStateVector(doc), update: Y.encodeStateAsUpdate(doc),
});

// Yjs notes of structs that wait only what the last of them needs, and can go on waiting although all is there (our README
// says so): a fresh Yjs document takes in more of that very document than it did itself. Such a reference is replaced by the
// fresh one.
export function settled(doc, roots, options) {
  for (let now = doc; ;) {
    if (!now.store.pendingStructs) return now;
    const fresh = makeReference(roots, options);
    Y.applyUpdate(fresh, Y.encodeStateAsUpdate(now));
    if (stateText(Y.encodeStateVector(fresh)) === stateText(Y.encodeStateVector(now))) return now;
    now = fresh;
  }
}

function follow(updates, roots, gc) {
  const follower = makeReference(roots, { gc });
  for (const update of updates) Y.applyUpdate(follower, update);
  return canonical(stateOfReference(follower, roots));
}

// Half of the histories ask for what was new; that alone must then bring a second Yjs document to the same state, or, where Yjs's
// own update events do not (without collecting, a struct that comes late may keep a content there), to that of a follower of Yjs.
export async function compareHistory(engine, roots, updates, { news = false, gc = true } = {}) {
  const doc = makeReference(roots, { gc });
  engine.make(0, { gc });
  const applied = updates.map((update) => engine.apply(0, update, { news }));
  const events = [];
  doc.on('update', (update) => events.push(update));
  for (const update of updates) Y.applyUpdate(doc, update);
  const answers = await Promise.all(applied);
  const expected = stateOfReference(settled(doc, roots, { gc }), roots);
  const [description, state, update] = await Promise.all([engine.describe(0, roots), engine.state(0), engine.encode(0)]);
  const verdict = compareStates(expected, { description, state, update });
  if (news && !description.pending) {
    const followed = follow(answers.map((answer) => answer.news).filter((bytes) => bytes.length), roots, gc);
    if (followed !== canonical(expected) && followed !== follow(events, roots, gc)) {
      verdict.json = false;
      verdict.detail.news = 'what apply said to be new does not make the same document';
    }
  }
  return verdict;
}
