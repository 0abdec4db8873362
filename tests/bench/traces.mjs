// Editing traces: the public ones where a folder of them is given, synthetic ones of the same shape where not.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as prng from 'lib0/prng';

export const sequential = ['automerge-paper', 'seph-blog1', 'rustcode'];
export const concurrent = ['friendsforever', 'clownschool'];

export function readTrace(file) {
  const bytes = readFileSync(file);
  return JSON.parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

// The file of that trace in the folder, or undefined.
export function findTrace(folder, name) {
  return folder && ['.json.gz', '.json'].map((end) => path.join(folder, name + end)).find(existsSync);
}

// Shaped like automerge-paper: runs of typing and of backspacing, the place moving now and then, mostly not far; about
// 40 characters stay of 100 edits.
export function syntheticSequential(edits = 259_778, seed = 1) {
  const random = prng.create(seed);
  const letters = 'etaoin shrdlu cmfwyp\n';
  const txns = [];
  let text = '';
  let chunks = [];  // the text so far, in pieces, so that an edit costs no copy of all
  let length = 0;
  const splice = (at, removed, inserted) => {
    let i = 0;
    while (i < chunks.length && at > chunks[i].length) at -= chunks[i++].length;
    if (i === chunks.length) chunks.push('');
    while (removed > 0) {
      const here = Math.min(removed, chunks[i].length - at);
      chunks[i] = chunks[i].slice(0, at) + chunks[i].slice(at + here);
      removed -= here;
      if (removed > 0) { i += 1; at = 0; }
    }
    if (inserted) chunks[i] = chunks[i].slice(0, at) + inserted + chunks[i].slice(at);
    if (chunks[i].length > 4096) chunks.splice(i, 1, chunks[i].slice(0, 2048), chunks[i].slice(2048));
  };
  let at = 0;
  while (txns.length < edits) {
    if (prng.real53(random) < 0.5) {
      const far = prng.real53(random) < 0.2;
      at = far ? prng.int53(random, 0, length) : Math.max(0, Math.min(length, at + prng.int53(random, -40, 40)));
    }
    const typing = length === 0 || prng.real53(random) < 0.7;
    for (let run = prng.int53(random, 1, 30); run > 0 && txns.length < edits; run--) {
      if (typing) {
        const letter = letters[prng.int53(random, 0, letters.length - 1)];
        splice(at, 0, letter);
        txns.push({ patches: [[at, 0, letter]] });
        at += 1;
        length += 1;
      } else if (at > 0) {
        at -= 1;
        splice(at, 1, '');
        txns.push({ patches: [[at, 1, '']] });
        length -= 1;
      }
    }
  }
  text = chunks.join('');
  return { startContent: '', endContent: text, txns };
}

// Where each transaction of a trace is replayed, so that it is made in a document holding exactly what its author had
// seen: [{ document, needs, patches }], `needs` the earlier steps to apply there first. As `ydoc bench replay` does it.
export function planSteps(trace) {
  if (trace.kind !== 'concurrent') return { documents: 1, steps: trace.txns.map(({ patches }) => ({ document: 0, needs: [], patches })) };
  const states = [];
  const stepsOf = [];
  const documentsOf = new Map();
  const after = [];
  const steps = [];
  trace.txns.forEach(({ parents, agent, patches }, number) => {
    const seen = new Map();
    for (const parent of parents) for (const [d, n] of after[parent]) if ((seen.get(d) ?? 0) < n) seen.set(d, n);
    const own = documentsOf.get(agent) ?? [];
    documentsOf.set(agent, own);
    let document = own.find((d) => [...states[d]].every(([other, n]) => (seen.get(other) ?? 0) >= n));
    if (document === undefined) {
      document = states.length;
      states.push(new Map());
      stepsOf.push([]);
      own.push(document);
    }
    const needs = [];
    for (const [other, n] of seen) for (let i = states[document].get(other) ?? 0; i < n; i++) needs.push(stepsOf[other][i]);
    needs.sort((a, b) => a - b);
    steps.push({ document, needs, patches });
    seen.set(document, stepsOf[document].push(number));
    states[document] = seen;
    after.push(seen);
  });
  return { documents: states.length, steps };
}
