// The engine beside Yjs (and ywasm), row by row in the same run: CPU milliseconds, medians.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { writeMicroWorkloads } from './micro_workloads.mjs';
import { nestedFiles } from './nested.mjs';
import { heading, number, save, table } from './report.mjs';
import { concurrent, findTrace, sequential, syntheticSequential } from './traces.mjs';

const run = promisify(execFile);
const here = (name) => path.join(import.meta.dirname, name);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const times = (theirs, ours) => (theirs === undefined ? '' : number(theirs / ours));

async function node(script, args, flags = [], timeout = 0) {
  const { stdout } = await run(process.execPath, [...flags, '--max-old-space-size=8192', here(script), ...args], { maxBuffer: 1 << 28, timeout });
  return stdout ? JSON.parse(stdout) : null;
}
const yjs = (args, flags, timeout) => node('yjs_row.mjs', args, flags, timeout);
async function ours(ydoc, args) {
  const { stdout } = await run(ydoc, ['bench', ...args, '--json'], { maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

// What both sides read: the trace, its updates one by one, the whole document in both formats.
async function prepare(work, name, traceFile) {
  let trace = traceFile;
  if (!trace) {
    trace = path.join(work, `${name}.json.gz`);
    if (!existsSync(trace)) writeFileSync(trace, gzipSync(JSON.stringify(syntheticSequential())));
  }
  const stem = path.join(work, name);
  if (!existsSync(`${stem}.v2`)) await yjs(['write', trace, '--write', stem]);
  return { name, trace, updates: `${stem}.updates`, v1: `${stem}.v1`, v2: `${stem}.v2` };
}

// [title, arguments of both sides, how many times Yjs's speed it must and should be]. Short rows are run in several processes
// of Yjs, many times in each. Yjs takes minutes to merge all at once, for it sorts all decoders anew for each struct: only ours
// is measured, against milliseconds.
const long = { processes: 1, runs: 4 };
const short = { processes: 3, runs: 30 };
function rowsOf({ trace, updates, v1, v2 }, isConcurrent) {
  if (isConcurrent) {
    return [
      ['replay, each author a document', ['replay', trace], { ...long, must: 15, aim: 40 }],
      ['apply updates one by one', ['apply', updates], { ...long, must: 15, aim: 40 }],
      ['load v1 and read the text', ['load', v1], { ...short, must: 20, aim: 40 }],
    ];
  }
  return [
    ['replay local edits', ['replay', trace], { ...long, must: 28, aim: 90 }],
    ['replay, one update an edit', ['replay', trace, '--emit'], { ...long, must: 20, aim: 40 }],
    ['apply updates one by one', ['apply', updates], { ...long, must: 30, aim: 60 }],
    ['the same with a listener', ['apply', updates, '--listen'], { ...long, must: 40, aim: 80 }],
    ['load v1 and read the text', ['load', v1], { ...short, must: 20, aim: 40 }],
    ['load v2 and read the text', ['load', v2, '--v2'], { ...short, must: 20, aim: 35 }],
    ['encode v1', ['encode', v1], { ...short, must: 25, aim: 50 }],
    ['merge, 1,000 updates a call', ['merge', updates, '--batch', '1000'], { ...long, must: 40, aim: 100 }],
    ['merge all at once', ['merge', updates], { processes: 0, must: '500 ms', aim: '150 ms' }],
  ];
}

// Ours: short rows are run more often, for a median of few says little there.
const runsFor = (milliseconds) => String(Math.max(5, Math.min(200, Math.round(1000 / Math.max(milliseconds, 0.1)))));

async function measureRow(ydoc, [title, args, { processes, runs, must, aim }]) {
  const theirs = [];
  for (let i = 0; i < processes; i++) theirs.push(await yjs([...args, '--runs', String(runs)]));
  const of = (what) => (theirs.length ? median(theirs.map((row) => row[what])) : undefined);
  const [first, five, eleven, warm] = ['first_ms', 'five_ms', 'eleven_ms', 'cpu_ms'].map(of);
  const once = await ours(ydoc, [...args, '--runs', '1']);
  const mine = (await ours(ydoc, [...args, '--runs', runsFor(once.cpu_ms)])).cpu_ms;
  console.error(`${title}: Yjs ${first?.toFixed(1) ?? '-'} first, ${five?.toFixed(1) ?? '-'} median of five, ${warm?.toFixed(1) ?? '-'} warm, ours ${mine.toFixed(3)}`);
  const shown = (value) => (value === undefined ? '' : number(value));
  return [title, first === undefined ? 'minutes' : number(first), shown(five), shown(eleven), shown(warm), number(mine),
    times(five, mine), times(eleven, mine), times(warm, mine), must, aim];
}

async function memoryRow(ydoc, work, files) {
  const letter = path.join(work, 'letter');
  const trace = `${letter}.json`;
  writeFileSync(trace, JSON.stringify({ endContent: 'a', txns: [{ patches: [[0, 0, 'a']] }] }));
  if (!existsSync(`${letter}.v1`)) await yjs(['write', trace, '--write', letter]);
  const theirs = await yjs(['memory', files.v1], ['--expose-gc']);
  const peak = async (file) => {
    const seen = [];
    for (let i = 0; i < 5; i++) seen.push((await ours(ydoc, ['load', file, '--runs', '1'])).peak_rss_kib);
    return median(seen);
  };
  const text = Number((await run(ydoc, ['text', 'text', files.v1], { maxBuffer: 1 << 28 })).stdout.length);
  const mine = await peak(files.v1) - await peak(`${letter}.v1`) - (statSync(files.v1).size + text) / 1024;
  return ['memory of the loaded document, KiB', '', '', '', number(theirs.kib), number(mine), '', '', times(theirs.kib, mine), '1,000 KiB', '500 KiB'];
}

async function traceTable(ydoc, work, name, file) {
  console.error(`-- ${name}`);
  const files = await prepare(work, name, file);
  const isConcurrent = concurrent.includes(name);
  const rows = [];
  for (const row of rowsOf(files, isConcurrent)) rows.push(await measureRow(ydoc, row));
  if (!isConcurrent) rows.push(await memoryRow(ydoc, work, files));
  const head = ['', 'Yjs, first', 'of 5', 'of 11', 'warm', 'ours', 'of 5 / ours', 'of 11 / ours', 'warm / ours', 'must', 'aim'];
  return `${name}\n${table(head, rows)}`;
}

// ---- Growth

async function growthTable(ydoc, trace) {
  const rows = [];
  for (const count of [1, 10, 100]) {
    const row = await ours(ydoc, ['scale', trace, '--times', String(count)]);
    console.error(`${count} times: replay ${row.replay_ms.toFixed(0)}, apply ${row.apply_ms.toFixed(0)}, load ${row.load_ms.toFixed(1)}`);
    const perEdit = (milliseconds) => `${number(milliseconds)} (${number(milliseconds * 1e6 / row.edits)})`;
    rows.push([`${count} times, ${row.edits.toLocaleString('en-US')} edits`, perEdit(row.replay_ms), perEdit(row.apply_ms), perEdit(row.load_ms), perEdit(row.encode_ms),
      number(row.items_kib)]);
  }
  return `Growth: automerge-paper typed over and over, each time behind the last (one run; in brackets nanoseconds an edit)\n${
    table(['', 'replay', 'apply one by one', 'load v1', 'encode v1', 'document, KiB'], rows)}`;
}

// ---- Twenty thousand types, each in the one before, deleted by a delete set of ten bytes

async function nestedTable(ydoc, work) {
  const { whole, withDeletion, count, bytes } = nestedFiles(work);
  const patience = 30;
  const theirs = await yjs(['apply', withDeletion, '--runs', '1'], [], patience * 1000).then((row) => number(row.cpu_ms * 1000 / count),
    (error) => (error.killed ? `not done in ${patience} s` : (error.stderr.match(/RangeError: [^\n]*/) ?? ['fails'])[0]));
  const both = await ours(ydoc, ['apply', withDeletion, '--nesting', String(count + 1), '--runs', '50']);
  const alone = await ours(ydoc, ['apply', whole, '--nesting', String(count + 1), '--runs', '50']);
  const bounded = await ours(ydoc, ['apply', withDeletion, '--runs', '50']);
  const each = (row) => number(row.cpu_ms * 1000 / count);
  return `${count.toLocaleString('en-US')} nested types, deleted by an update of ${bytes} bytes: microseconds a struct\n${table(['', 'Yjs', 'ours'], [
    ['taking them in', '', each(alone)], ['deleting and collecting them', '', number((both.cpu_ms - alone.cpu_ms) * 1000 / count)],
    ['both', theirs, each(both)], ['both, nesting bounded at 1,000 as on the server', '', each(bounded)]])}`;
}

// ---- Micro-workloads

// As text, whatever order an engine keeps the members of an object in: ywasm's is another one in each process.
const inOrder = (said) => JSON.stringify(said, (key, value) => (value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value));

async function microTables(ydoc, work) {
  const rows = { time: [], encode: [], load: [] };
  for (const { id, file } of writeMicroWorkloads(path.join(work, 'micro'))) {
    const mine = await ours(ydoc, ['micro', file]);
    const theirs = await node('micro_row.mjs', ['yjs', file]);
    const wasm = await node('micro_row.mjs', ['ywasm', file]);
    // Which of many concurrent values of one key wins is the same for all; texts and arrays too.
    for (const other of [theirs, wasm]) {
      if (inOrder(other.said) !== inOrder(mine.said)) throw new Error(`${id}: the engines differ in what the document says`);
    }
    for (const what of Object.keys(rows)) {
      const value = mine[`${what}_ms`];
      rows[what].push([id, number(theirs.cold[what]), number(theirs.warm[what]), number(wasm.warm[what]), number(value),
        number(theirs.warm[what] / value), number(wasm.warm[what] / value)]);
    }
    console.error(`${id}: ${Object.keys(rows).map((what) => `${what} ${rows[what].at(-1).slice(5).join(' and ')} times`).join(', ')}`);
  }
  const head = ['', 'Yjs, first', 'Yjs, warm', 'ywasm, warm', 'ours', 'Yjs / ours', 'ywasm / ours'];
  const titles = { time: 'edit, apply and read (B3: apply and read)', encode: 'encode v1', load: 'load v1 and read' };
  return Object.entries(rows).map(([what, of]) => `crdt-benchmarks at N = 6000, ${titles[what]}\n${table(head, of)}`).join('\n');
}

export async function benchCrdt({ top, bin, work, traces, only }) {
  const ydoc = path.join(bin, 'ydoc');
  mkdirSync(work, { recursive: true });
  const parts = [heading('The engine beside Yjs and ywasm: CPU milliseconds, medians', top, ['yjs', 'ywasm']),
    'Yjs and ywasm run in processes of their own. "First" is the first run in a fresh process: what opening one document costs there.\n'
    + '"Of 5" and "of 11" are medians of the first runs (of long rows, of the four there are); the former is what "must" and "aim" are\n'
    + 'held against, and docs/decisions/0011 says why. "Warm" is the median of all runs after the first, thirty of short rows. Of short rows\n'
    + 'each is the median of three processes. "must" and "aim" say how many times Yjs\'s speed, or an absolute figure. Without --traces\n'
    + 'a synthetic trace stands in; the public ones are github.com/josephg/editing-traces.\n'];
  const file = here(`results-crdt${traces ? '' : '-synthetic'}${only ? `-${only}` : ''}.txt`);
  const add = (part) => { parts.push(part); writeFileSync(file, parts.join('\n')); };  // what was measured stays, whatever comes
  const names = traces ? [...sequential, ...concurrent].filter((name) => findTrace(traces, name)) : ['synthetic'];
  const wanted = (name) => !only || only === name;
  for (const name of names.filter(wanted)) add(await traceTable(ydoc, work, name, findTrace(traces, name)));
  if (wanted('nested')) add(await nestedTable(ydoc, work));
  if (wanted('micro')) add(await microTables(ydoc, work));
  if (wanted('growth')) add(await growthTable(ydoc, (traces && findTrace(traces, sequential[0])) ?? path.join(work, 'synthetic.json.gz')));
  save(file, parts.join('\n'));
}
