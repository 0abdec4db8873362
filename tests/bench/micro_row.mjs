// One micro-workload on Yjs or ywasm, in a process of its own: the counterpart of `ydoc bench micro`.
//   node micro_row.mjs yjs|ywasm FILE
// Prints { cold: { time, encode, load }, warm: {...}, bytes, said }: the first run of each in this process, and the median of
// batches after so many runs that the compiler has had its time.
import { existsSync, readFileSync } from 'node:fs';
import { splitUpdates } from './updates.mjs';

const [engineName, file] = process.argv.slice(2);
const workload = JSON.parse(readFileSync(file));
const updates = existsSync(`${file}.updates`) ? splitUpdates(readFileSync(`${file}.updates`)) : [];

async function yjs() {
  const Y = await import('yjs');
  const root = (doc) => ({ text: () => doc.getText('text'), array: () => doc.getArray('array'), map: () => doc.getMap('map') })[workload.of]();
  return {
    create: (client, heard) => {
      const doc = new Y.Doc();
      doc.clientID = client;
      if (heard) doc.on('update', (update, origin) => { if (origin !== 'other') heard(update); });
      return { doc, root: root(doc) };
    },
    transact: ({ doc }, work) => doc.transact(() => work()),
    insert: ({ root: type }, index, content) => type.insert(index, content),
    remove: ({ root: type }, index, length) => type.delete(index, length),
    apply: ({ doc }, update) => Y.applyUpdate(doc, update, 'other'),
    encode: ({ doc }) => Y.encodeStateAsUpdate(doc),
    read: ({ root: type }) => (workload.of === 'text' ? type.toString() : type.toJSON()),
    free: () => {},
  };
}

async function ywasm() {
  const Y = (await import('ywasm')).default;
  const root = (doc) => ({ text: () => doc.getText('text'), array: () => doc.getArray('array'), map: () => doc.getMap('map') })[workload.of]();
  const inside = (state, work) => {
    if (state.transaction) return work(state.transaction);
    state.transaction = state.doc.beginTransaction('own');
    try { return work(state.transaction); } finally {
      state.transaction.commit();
      state.transaction.free();
      state.transaction = null;
    }
  };
  return {
    create: (client, heard) => {
      const doc = new Y.YDoc({ clientID: client });
      const state = { doc, root: root(doc), transaction: null, applying: false };
      if (heard) doc.onUpdate((update) => { if (!state.applying) heard(update); });
      return state;
    },
    transact: inside,
    insert: (state, index, content) => inside(state, (t) => (typeof content === 'string' ? state.root.insert(index, content, undefined, t) : state.root.insert(index, content, t))),
    remove: (state, index, length) => inside(state, (t) => state.root.delete(index, length, t)),
    apply: (state, update) => {
      state.applying = true;
      inside(state, (t) => t.applyV1(update));
      state.applying = false;
    },
    encode: ({ doc }) => Y.encodeStateAsUpdate(doc),
    read: ({ root: type }) => (workload.of === 'text' ? type.toString() : type.toJson()),
    free: ({ doc }) => doc.free(),
  };
}

const engine = await { yjs, ywasm }[engineName]();

function write(doc, [index, removed, inserted]) {
  if (removed) engine.remove(doc, index, removed);
  if (inserted.length) engine.insert(doc, index, inserted);
}

// prepare() makes the documents, work(state) is what is timed.
const kinds = {
  edit: {
    prepare() {
      const heard = [];
      return { heard, docs: [engine.create(1, (update) => heard.push(update)), engine.create(2)] };
    },
    work({ heard, docs }) {
      for (const edit of workload.edits[0]) write(docs[0], edit);
      for (const update of heard) engine.apply(docs[1], update);
      return docs.map(engine.read);
    },
  },
  together: {
    prepare() {
      const docs = [];
      docs.push(engine.create(1, (update) => engine.apply(docs[1], update)), engine.create(2, (update) => engine.apply(docs[0], update)));
      engine.insert(docs[0], 0, workload.start);
      return { docs };
    },
    work({ docs }) {
      docs.forEach((doc, i) => engine.transact(doc, () => { for (const edit of workload.edits[i]) write(doc, edit); }));
      return docs.map(engine.read);
    },
  },
  merge: {
    prepare: () => ({ docs: [engine.create(1)] }),
    work({ docs }) {
      // In one transaction, as crdt-benchmarks does it: cheaper for both than one an update.
      engine.transact(docs[0], () => { for (const update of updates) engine.apply(docs[0], update); });
      return docs.map(engine.read);
    },
  },
};

const cpuNow = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function batch(count, prepare, work, done) {
  const states = Array.from({ length: count }, prepare);
  const before = cpuNow();
  for (const state of states) work(state);
  const spent = cpuNow() - before;
  states.forEach(done);
  return spent;
}

function measure(prepare, work, done = () => {}) {
  const cold = batch(1, prepare, work, done);
  let count = 1;
  for (let runs = 0, spent = cold; runs < 50 && spent < 1000; runs += count) spent += batch(count, prepare, work, done);
  const times = [];
  while (times.length < 5) {
    const spent = batch(count, prepare, work, done);
    if (spent < 20 && count < 512) count *= 2;
    else times.push(spent / count);
  }
  return { cold, warm: times.sort((a, b) => a - b)[2] };
}

const { prepare, work } = kinds[workload.kind];
const free = ({ docs }) => docs.forEach(engine.free);
const time = measure(prepare, work, free);
const state = prepare();
const said = work(state);
if (said.some((other) => !same(other, said[0]))) throw new Error(`${file}: both documents should say the same`);
const bytes = engine.encode(state.docs[0]);
const encode = measure(() => null, () => engine.encode(state.docs[0]));
const load = measure(() => engine.create(3), (doc) => { engine.apply(doc, bytes); return engine.read(doc); }, engine.free);
const pick = (which) => ({ time: time[which], encode: encode[which], load: load[which] });
console.log(JSON.stringify({ cold: pick('cold'), warm: pick('warm'), bytes: bytes.length, said: said[0] }));
