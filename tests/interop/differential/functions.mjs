// What Yjs offers beside documents: merging, cutting and converting updates, relative positions, snapshots. The engine's
// answers are compared byte by byte.
import * as Y from 'yjs';
import { makeReference, settled } from './compare.mjs';
import { root } from './describe.mjs';
import { Random, roots } from './random_history.mjs';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

async function updatesAlone(engine, random, updates, differs) {
  const some = random.shuffle([...updates]).slice(0, random.int(1, Math.min(6, updates.length)));
  const inV2 = some.map(Y.convertUpdateFormatV1ToV2);
  const since = Y.encodeStateVectorFromUpdate(random.pick(updates));
  const merged = Y.mergeUpdates(some);
  const mergedV2 = Y.mergeUpdatesV2(inV2);
  const expected = {
    'merge v1': [merged, engine.update('merge', 'v1', some)],
    'merge v2': [mergedV2, engine.update('merge', 'v2', inV2)],
    'diff v1': [Y.diffUpdate(merged, since), engine.update('diff', 'v1', [merged], since)],
    'diff v2': [Y.diffUpdateV2(mergedV2, since), engine.update('diff', 'v2', [mergedV2], since)],
    'vector v1': [Y.encodeStateVectorFromUpdate(merged), engine.update('vector', 'v1', [merged])],
    'vector v2': [Y.encodeStateVectorFromUpdateV2(mergedV2), engine.update('vector', 'v2', [mergedV2])],
    'v1 to v2': [Y.convertUpdateFormatV1ToV2(merged), engine.update('convert', 'v1', [merged])],
    'v2 to v1': [Y.convertUpdateFormatV2ToV1(mergedV2), engine.update('convert', 'v2', [mergedV2])],
  };
  for (const [what, [theirs, answer]] of Object.entries(expected)) {
    const ours = await answer.catch((error) => error);
    if (ours instanceof Error) differs(what, ours.message);
    else if (hex(ours) !== hex(theirs)) differs(what, `ours ${hex(ours)}, Yjs ${hex(theirs)}`);
  }
}

// Positions taken half way through a history, and looked for at its end.
async function positions(engine, random, updates, differs) {
  let doc = makeReference(roots);
  engine.make(3);
  const apply = (update) => { Y.applyUpdate(doc, update); return engine.apply(3, update); };
  const half = updates.length >> 1;
  for (const update of updates.slice(0, half)) await apply(update);
  doc = settled(doc, roots);
  const taken = [];
  for (const [name, kind] of roots.filter(([, k]) => k !== 'map')) {
    const type = root(doc, name, kind);
    for (const [index, side] of [[0, 0], [type.length, 0], [random.int(0, type.length), 0], [random.int(0, type.length), -1]]) {
      const theirs = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(type, index, side));
      const ours = await engine.position(3, [name, kind], index, side);
      if (hex(ours) !== hex(theirs)) differs('position', `${name} at ${index}, side ${side}: ours ${hex(ours)}, Yjs ${hex(theirs)}`);
      taken.push(theirs);
    }
  }
  for (const update of updates.slice(half)) await apply(update);
  doc = settled(doc, roots);
  for (const position of taken) {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(position), doc);
    const theirs = found && { index: found.index, side: found.assoc };
    const ours = await engine.resolve(3, position);
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) differs('resolve', `${hex(position)}: ours ${JSON.stringify(ours)}, Yjs ${JSON.stringify(theirs)}`);
  }
  const wholes = [
    ['snapshot', Y.encodeSnapshot(Y.snapshot(doc)), await engine.snapshot(3)],
    ['encode v2', Y.encodeStateAsUpdateV2(doc), await engine.encodeV2(3)],
  ];
  for (const [what, theirs, ours] of wholes) if (hex(ours) !== hex(theirs)) differs(what, `ours ${hex(ours)}, Yjs ${hex(theirs)}`);
}

// What differs, as [what, detail] pairs.
export async function compareFunctions(engine, seed, updates) {
  if (!updates.length) return [];
  const random = new Random(seed ^ 0xf00d);
  const found = [];
  const differs = (what, detail) => found.push([what, detail]);
  await updatesAlone(engine, random, updates, differs);
  await positions(engine, random, updates, differs);
  return found;
}
