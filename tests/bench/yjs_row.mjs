// One row of the engine's table, measured on Yjs in a process of its own: the counterpart of `ydoc bench`, with the same
// words, the same clock and the same work left out of it.
//   node yjs_row.mjs replay|apply|load|encode|merge|memory FILE [--emit] [--listen] [--v2] [--batch N] [--runs N]
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as Y from 'yjs';
import { planSteps, readTrace } from './traces.mjs';
import { splitUpdates } from './updates.mjs';

const { values: options, positionals: [what, file] } = parseArgs({ allowPositionals: true, options: {
  emit: { type: 'boolean' }, listen: { type: 'boolean' }, v2: { type: 'boolean' }, batch: { type: 'string' },
  runs: { type: 'string', default: '5' }, write: { type: 'string' },
} });

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const cpuNow = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };

const newDoc = (client) => { const doc = new Y.Doc(); doc.clientID = client; return doc; };

// Returns [work, ops, check]: `prepare` has been done, `work` is what is timed.
function replay() {
  const trace = readTrace(file);
  const { documents, steps } = planSteps(trace);
  const several = documents > 1;
  const ops = steps.reduce((sum, { patches }) => sum + patches.length, 0);
  const prepare = () => {
    const docs = Array.from({ length: documents }, (_, i) => newDoc(i + 1));
    const updates = steps.map(() => []);
    let step = 0;
    for (const doc of docs) {
      doc.getText('text');
      if (options.emit || several) doc.on('update', (update, origin) => { if (origin !== 'other') updates[step].push(update); });
    }
    return { docs, updates, texts: docs.map((doc) => doc.getText('text')), at: (n) => { step = n; } };
  };
  const work = ({ docs, updates, texts, at }) => {
    steps.forEach(({ document, needs, patches }, number) => {
      at(number);
      for (const need of needs) for (const update of updates[need]) Y.applyUpdate(docs[document], update, 'other');
      const text = texts[document];
      for (const [position, removed, inserted] of patches) {
        docs[document].transact(() => {
          if (removed) text.delete(position, removed);
          if (inserted) text.insert(position, inserted);
        });
      }
    });
  };
  const check = ({ docs, updates, texts }) => {
    if (several) for (const some of updates) for (const update of some) Y.applyUpdate(docs[0], update, 'other');
    if (texts[0].toString() !== trace.endContent) throw new Error(`${file}: the replayed text is not the trace's endContent`);
  };
  return { prepare, work, check, ops };
}

function apply() {
  const updates = splitUpdates(readFileSync(file));
  let heard = 0;
  return {
    ops: updates.length,
    prepare: () => { const doc = new Y.Doc(); if (options.listen) doc.on('update', (update) => { heard += update.length; }); return doc; },
    work: (doc) => { for (const update of updates) Y.applyUpdate(doc, update); },
    check: () => { if (options.listen && !heard) throw new Error('the listener heard nothing'); },
  };
}

function load() {
  const bytes = new Uint8Array(readFileSync(file));
  return {
    ops: 1,
    prepare: () => ({ doc: new Y.Doc() }),
    work: (state) => {
      (options.v2 ? Y.applyUpdateV2 : Y.applyUpdate)(state.doc, bytes);
      state.text = state.doc.getText([...state.doc.share.keys()][0]).toString();
    },
    check: ({ text }) => { if (!text) throw new Error('no text'); },
  };
}

function encode() {
  const doc = new Y.Doc();
  (options.v2 ? Y.applyUpdateV2 : Y.applyUpdate)(doc, new Uint8Array(readFileSync(file)));
  return { ops: 1, prepare: () => ({}), work: () => (options.v2 ? Y.encodeStateAsUpdateV2 : Y.encodeStateAsUpdate)(doc), check: () => {} };
}

function merge() {
  const updates = splitUpdates(readFileSync(file));
  const batch = Number(options.batch ?? updates.length);
  return {
    ops: updates.length,
    prepare: () => ({}),
    work: () => {
      const parts = [];
      for (let at = 0; at < updates.length; at += batch) parts.push(Y.mergeUpdates(updates.slice(at, at + batch)));
      Y.mergeUpdates(parts);
    },
    check: () => {},
  };
}

// Heap after collection with the document loaded, less that before. Needs --expose-gc.
function memory() {
  const bytes = new Uint8Array(readFileSync(file));
  const warm = new Y.Doc();
  Y.applyUpdate(warm, bytes);
  warm.destroy();
  const settle = () => { for (let i = 0; i < 4; i++) globalThis.gc(); const { heapUsed, arrayBuffers } = process.memoryUsage(); return heapUsed + arrayBuffers; };
  const before = settle();
  const kept = new Y.Doc();
  Y.applyUpdate(kept, bytes);
  kept.getText([...kept.share.keys()][0]);
  const after = settle();
  console.log(JSON.stringify({ what, file, kib: (after - before) / 1024, clients: kept.store.clients.size }));
}

// The trace's updates one by one, and the whole document, for the rows that read them.
function write() {
  const trace = readTrace(file);
  const { documents, steps } = planSteps(trace);
  const docs = Array.from({ length: documents }, (_, i) => newDoc(i + 1));
  const updates = steps.map(() => []);
  let number = 0;
  for (const doc of docs) doc.on('update', (update, origin) => { if (origin !== 'other') updates[number].push(update); });
  for (; number < steps.length; number++) {
    const { document, needs, patches } = steps[number];
    for (const need of needs) for (const update of updates[need]) Y.applyUpdate(docs[document], update, 'other');
    const text = docs[document].getText('text');
    for (const [position, removed, inserted] of patches) {
      docs[document].transact(() => {
        if (removed) text.delete(position, removed);
        if (inserted) text.insert(position, inserted);
      });
    }
  }
  const all = updates.flat();
  const whole = new Y.Doc();
  for (const update of all) Y.applyUpdate(whole, update);
  const prefix = (update) => { const head = Buffer.alloc(4); head.writeUInt32LE(update.length); return [head, update]; };
  writeFileSync(`${options.write}.updates`, Buffer.concat(all.flatMap(prefix)));
  writeFileSync(`${options.write}.v1`, Y.encodeStateAsUpdate(whole));
  writeFileSync(`${options.write}.v2`, Y.encodeStateAsUpdateV2(whole));
}

function measure({ prepare, work, check, ops }) {
  const cpu = [];
  const wall = [];
  for (let run = 0; run < Number(options.runs); run++) {
    const state = prepare();
    const cpuBefore = cpuNow();
    const wallBefore = performance.now();
    work(state);
    cpu.push(cpuNow() - cpuBefore);
    wall.push(performance.now() - wallBefore);
    if (run === 0) check(state);
  }
  // The first run also pays for compiling; the later ones show what a server that has been up for a while pays; the medians
  // of the first five and eleven are what who measures a few runs in a fresh process reads.
  const later = cpu.length > 1 ? cpu.slice(1) : cpu;
  console.log(JSON.stringify({ what, file, runs: cpu.length, wall_ms: median(wall), first_ms: cpu[0], five_ms: median(cpu.slice(0, 5)),
    eleven_ms: median(cpu.slice(0, 11)), cpu_ms: median(later), ops }));
}

const rows = { replay, apply, load, encode, merge };
if (what === 'memory') memory();
else if (what === 'write') write();
else measure(rows[what]());
