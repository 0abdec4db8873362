// The micro-workloads B1 to B3 of crdt-benchmarks (github.com/dmonad/crdt-benchmarks), from the same generator and seed, as
// data that every engine reads: { id, kind, of, start?, edits?, updates? }. Edits are [index, removed, inserted].
//   edit: one transaction an edit, the updates then applied one by one to a second document
//   together: two clients who share `start`, each with all its edits in one transaction that the other applies
//   merge: `updates` of as many clients, applied one by one to one document
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as prng from 'lib0/prng';
import * as Y from 'yjs';

export function microWorkloads(n = 6000) {
  const gen = prng.create(42);
  const word = (min, max) => prng.word(gen, min, max);
  const found = [];
  const edit = (id, of, edits) => found.push({ id, kind: 'edit', of, edits: [edits] });

  // n times: an edit of a text that is kept along to know its length.
  const atRandom = (start, make) => {
    let text = start;
    const edits = [];
    const put = (index, removed, inserted) => {
      text = text.slice(0, index) + inserted + text.slice(index + removed);
      edits.push([index, removed, inserted]);
    };
    for (let i = 0; i < n; i++) make(put, () => text.length);
    return edits;
  };
  const insertOrRemove = (put, length) => {
    const index = prng.uint32(gen, 0, length());
    if (length() === index || prng.bool(gen)) put(index, 0, word(2, 10));
    else put(index, prng.uint32(gen, 1, Math.min(9, length() - index)), '');
  };

  edit('B1.1 append n characters', 'text', [...word(n, n)].map((letter, i) => [i, 0, letter]));
  edit('B1.2 insert a string of length n', 'text', [[0, 0, word(n, n)]]);
  edit('B1.3 prepend n characters', 'text', [...word(n, n)].map((letter) => [0, 0, letter]));
  edit('B1.4 n characters at random places', 'text', atRandom('', (put, length) => put(prng.uint32(gen, 0, length()), 0, word(1, 1))));
  edit('B1.5 n words at random places', 'text', atRandom('', (put, length) => put(prng.uint32(gen, 0, length()), 0, word(2, 10))));
  edit('B1.6 insert a string, delete it', 'text', [[0, 0, word(n, n)], [0, n, '']]);
  edit('B1.7 insert and delete at random places', 'text', atRandom('', insertOrRemove));
  const numbers = () => Array.from({ length: n }, () => prng.uint32(gen, 0, 0x7fffffff));
  edit('B1.8 append n numbers', 'array', numbers().map((number, i) => [i, 0, [number]]));
  edit('B1.9 insert an array of n numbers', 'array', [[0, 0, numbers()]]);
  edit('B1.10 prepend n numbers', 'array', numbers().map((number) => [0, 0, [number]]));
  edit('B1.11 n numbers at random places', 'array', numbers().map((number, i) => [prng.uint32(gen, 0, i), 0, [number]]));

  const start = word(100, 100);
  const together = (id, make) => found.push({ id, kind: 'together', of: 'text', start, edits: [make(), make()] });
  together('B2.1 two insert a string of length n', () => [[0, 0, word(n, n)]]);
  together('B2.2 two insert n characters', () => atRandom(start, (put, length) => put(prng.uint32(gen, 0, length()), 0, word(1, 1))));
  together('B2.3 two insert n words', () => atRandom(start, (put, length) => put(prng.uint32(gen, 0, length()), 0, word(3, 9))));
  together('B2.4 two insert and delete', () => atRandom(start, (put, length) => {
    put(prng.uint32(gen, 0, length()), 0, word(3, 9));
    insertOrRemove(put, length);
  }));

  const clients = Math.floor(Math.sqrt(n)) * 20;
  const merge = (id, of, write) => {
    const updates = Array.from({ length: clients }, (_, i) => {
      const doc = new Y.Doc();
      doc.clientID = prng.uint32(gen, 0, 0xffffffff);
      write(doc, i);
      return Y.encodeStateAsUpdate(doc);
    });
    found.push({ id, kind: 'merge', of, updates });
  };
  merge('B3.1 20√n set a number in a map', 'map', (doc, i) => doc.getMap('map').set('v', i));
  merge('B3.2 20√n set an object in a map', 'map', (doc, i) => doc.getMap('map').set('v', { name: String(i), address: 'here' }));
  merge('B3.3 20√n set a string in a map', 'map', (doc, i) => doc.getMap('map').set('v', String(i).repeat(clients)));
  merge('B3.4 20√n insert into an array', 'array', (doc, i) => doc.getArray('array').insert(0, [String(i)]));
  merge('B3.5 20√n insert into a text', 'text', (doc, i) => doc.getText('text').insert(0, String(i)));
  return found;
}

// One JSON file each, and beside it FILE.updates ([u32 little-endian length][update] repeated) where there are updates.
export function writeMicroWorkloads(folder) {
  mkdirSync(folder, { recursive: true });
  return microWorkloads().map(({ updates, ...workload }) => {
    const file = path.join(folder, `${workload.id.split(' ')[0]}.json`);
    writeFileSync(file, JSON.stringify(workload));
    if (updates) {
      writeFileSync(`${file}.updates`, Buffer.concat(updates.flatMap((update) => {
        const head = Buffer.alloc(4);
        head.writeUInt32LE(update.length);
        return [head, update];
      })));
    }
    return { id: workload.id, file };
  });
}
