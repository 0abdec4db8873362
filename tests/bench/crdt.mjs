// The engine beside Yjs, row by row in the same run: CPU milliseconds, medians.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { heading, number, save, table } from './report.mjs';
import { concurrent, findTrace, sequential, syntheticSequential } from './traces.mjs';

const run = promisify(execFile);
const yjsRow = path.join(import.meta.dirname, 'yjs_row.mjs');

async function yjs(args, flags = []) {
  const { stdout } = await run(process.execPath, [...flags, '--max-old-space-size=8192', yjsRow, ...args], { maxBuffer: 1 << 24 });
  return stdout ? JSON.parse(stdout) : null;
}

async function ours(ydoc, args) {
  const { stdout } = await run(ydoc, ['bench', ...args, '--json']);
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

function rowsOf({ trace, updates, v1, v2 }, isConcurrent) {
  if (isConcurrent) {
    return [['replay, each author a document', ['replay', trace]], ['apply updates one by one', ['apply', updates]],
      ['load v1 and read the text', ['load', v1]]];
  }
  return [
    ['replay local edits', ['replay', trace]],
    ['replay, one update an edit', ['replay', trace, '--emit']],
    ['apply updates one by one', ['apply', updates]],
    ['the same with a listener', ['apply', updates, '--listen']],
    ['load v1 and read the text', ['load', v1]],
    ['load v2 and read the text', ['load', v2, '--v2']],
    ['encode v1', ['encode', v1]],
    ['merge, 1,000 updates a call', ['merge', updates, '--batch', '1000']],
    // Yjs takes minutes here, for it sorts all decoders anew for each struct: only ours is measured.
    ['merge all at once', ['merge', updates], { yjs: false }],
  ];
}

// Short rows are run more often: a median of few says little there.
function runsFor(milliseconds) { return String(Math.max(5, Math.min(200, Math.round(1000 / Math.max(milliseconds, 0.1))))); }

async function measureRow(ydoc, [title, args, { yjs: withYjs = true } = {}]) {
  const theirs = withYjs ? await yjs([...args, '--runs', args[0] === 'load' || args[0] === 'encode' ? '5' : '3']) : null;
  let mine;
  try {
    const once = await ours(ydoc, [...args, '--runs', '1']);
    mine = await ours(ydoc, [...args, '--runs', runsFor(once.cpu_ms)]);
  } catch (error) {
    const reason = (error.stderr || error.message).trim().split('\n').pop();
    return [title, theirs ? number(theirs.cpu_ms) : '', '-', reason.slice(0, 60)];
  }
  console.error(`${title}: Yjs ${theirs?.cpu_ms.toFixed(1) ?? '-'} ms, ours ${mine.cpu_ms.toFixed(3)} ms`);
  return [title, theirs ? number(theirs.cpu_ms) : 'minutes', number(mine.cpu_ms), theirs ? number(theirs.cpu_ms / mine.cpu_ms) : ''];
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
    return seen.sort((a, b) => a - b)[2];
  };
  const text = Number((await run(ydoc, ['text', 'text', files.v1], { maxBuffer: 1 << 28 })).stdout.length);
  const mine = await peak(files.v1) - await peak(`${letter}.v1`) - (statSync(files.v1).size + text) / 1024;
  return ['memory of the loaded document, KiB', number(theirs.kib), number(mine), number(theirs.kib / mine)];
}

export async function benchCrdt({ top, bin, work, traces, only }) {
  const ydoc = path.join(bin, 'ydoc');
  mkdirSync(work, { recursive: true });
  const parts = [heading('The engine beside Yjs: CPU milliseconds, medians of several runs in one process each', top, ['yjs'])];
  const names = traces ? [...sequential, ...concurrent].filter((name) => findTrace(traces, name)) : ['synthetic'];
  for (const name of only ? names.filter((n) => n === only) : names) {
    console.error(`-- ${name}`);
    const files = await prepare(work, name, findTrace(traces, name));
    const isConcurrent = concurrent.includes(name);
    const rows = [];
    for (const row of rowsOf(files, isConcurrent)) rows.push(await measureRow(ydoc, row));
    if (!isConcurrent) rows.push(await memoryRow(ydoc, work, files));
    parts.push(`${name}\n${table(['', 'Yjs', 'ours', 'Yjs / ours'], rows)}`);
  }
  save(path.join(import.meta.dirname, `results-crdt${traces ? '' : '-synthetic'}${only ? `-${only}` : ''}.txt`), parts.join('\n'));
}
