// The engine beside real Yjs on seeded random histories. Prints counts; ends with 1 when one differs in what it says
// (JSON, state vector, delete set, bytes). Of our own writing one update in a thousand documents may differ from the one Yjs
// makes: clearing formats after a deletion, Yjs compares objects by identity, and so by what else happened in that session.
//   node run.mjs --program PATH/crdt_replay [--seed N] [--count N] [--keep DIR] [--case FILE]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareHistory } from './compare.mjs';
import { Engine } from './engine.mjs';
import { farHistory, tooLong } from './far_clocks.mjs';
import { compareFunctions } from './functions.mjs';
import { randomHistory, roots } from './random_history.mjs';
import { compareVersions } from './versions.mjs';
import { compareWriting } from './writing.mjs';

const { values: options } = parseArgs({ options: {
  program: { type: 'string' }, seed: { type: 'string', default: '1' }, count: { type: 'string', default: '2000' },
  writing: { type: 'string', default: '500' }, functions: { type: 'string', default: '500' },
  far: { type: 'string', default: '500' }, versions: { type: 'string', default: '300' }, keep: { type: 'string' }, case: { type: 'string' },
} });

let engine = new Engine(options.program);
const ok = (verdict) => verdict.json && verdict.sv && verdict.ds && verdict.bytes;

async function verdictOf(updates, settings) {
  try {
    return await compareHistory(engine, roots, updates, settings);
  } catch (error) {
    if (engine.ended) engine = new Engine(options.program);
    return { json: false, sv: false, ds: false, bytes: false, detail: { error: error.message } };
  }
}

// Leaves out what can be left out while it still differs in the same respect.
async function minimise(updates, settings, verdict) {
  const respects = ['json', 'sv', 'ds', 'bytes'].filter((what) => !verdict[what]);
  let best = updates;
  for (let size = best.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < best.length;) {
      const fewer = [...best.slice(0, at), ...best.slice(at + size)];
      const again = await verdictOf(fewer, settings);
      if (respects.some((what) => !again[what])) best = fewer;
      else at += size;
    }
  }
  return best;
}

async function keep(name, updates, settings) {
  if (!options.keep) return;
  mkdirSync(options.keep, { recursive: true });
  const verdict = await verdictOf(updates, settings);
  writeFileSync(path.join(options.keep, `${name}.json`), JSON.stringify({
    roots, settings, updates: updates.map((update) => Buffer.from(update).toString('hex')), verdict }, null, 1));
}

async function histories(first, count, what, historyOf) {
  const totals = { json: 0, sv: 0, ds: 0, bytes: 0 };
  let kept = 0;
  let updates = 0;
  for (let seed = first; seed < first + count; seed++) {
    const history = historyOf(seed);
    updates += history.length;
    const settings = { news: seed % 2 === 0, gc: seed % 5 !== 0 };
    const verdict = await verdictOf(history, settings);
    for (const respect of Object.keys(totals)) totals[respect] += verdict[respect] ? 1 : 0;
    if (ok(verdict)) continue;
    const respects = Object.keys(totals).filter((respect) => !verdict[respect]).join(', ');
    if (++kept > 20) continue;
    const detail = verdict.detail.error ?? verdict.detail.news ?? verdict.detail.first;
    console.log(`${what}: seed ${seed} differs in ${respects}${detail ? `: ${detail}` : ''}`);
    await keep(`${what}-${seed}`, await minimise(history, settings, verdict), settings);
  }
  console.log(`${count} ${what} from seed ${first}, ${updates} updates: equal JSON ${totals.json}, state vector ${totals.sv}, `
    + `delete set ${totals.ds}, bytes ${totals.bytes}`);
  return totals.json === count && totals.sv === count && totals.ds === count && totals.bytes === count;
}

async function writings(first, count) {
  const totals = { json: 0, bytes: 0, updates: 0 };
  let said = 0;
  for (let seed = first; seed < first + count; seed++) {
    let verdict;
    try {
      verdict = await compareWriting(engine, seed);
    } catch (error) {
      if (engine.ended) engine = new Engine(options.program);
      verdict = { json: false, bytes: false, updates: false, detail: error.message };
    }
    for (const what of Object.keys(totals)) totals[what] += verdict[what] ? 1 : 0;
    if (verdict.json && verdict.bytes && verdict.updates) continue;
    if (++said <= 20) console.log(`writing seed ${seed} differs: ${verdict.detail}`);
  }
  console.log(`${count} documents of our writing from seed ${first}: equal JSON in Yjs ${totals.json}, bytes after a round trip ${totals.bytes}, `
    + `updates as Yjs would have written them ${totals.updates}`);
  return totals.json === count && totals.bytes === count && totals.updates >= count - Math.ceil(count / 1000);
}

// Comparisons that tell what differs as [what, detail] pairs: none, if all is well.
async function comparisons(what, first, count, compare) {
  const totals = new Map();
  let fine = 0;
  for (let seed = first; seed < first + count; seed++) {
    let found;
    try {
      found = await compare(seed);
    } catch (error) {
      if (engine.ended) engine = new Engine(options.program);
      found = [['error', error.message]];
    }
    fine += found.length ? 0 : 1;
    for (const [respect, detail] of found) {
      totals.set(respect, (totals.get(respect) ?? 0) + 1);
      if (totals.get(respect) <= 3) console.log(`${what}: seed ${seed} differs in ${respect}: ${detail.slice(0, 2000)}`);
    }
  }
  console.log(`${count} histories for ${what} from seed ${first}: all equal ${fine}`
    + [...totals].map(([respect, n]) => `, ${respect} differs ${n}`).join(''));
  return fine === count;
}

async function oneCase(file) {
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  const verdict = await verdictOf(kept.updates.map((hex) => new Uint8Array(Buffer.from(hex, 'hex'))), kept.settings);
  console.log(JSON.stringify(verdict, null, 1));
  return ok(verdict);
}

const first = Number(options.seed);
let fine;
if (options.case) {
  fine = await oneCase(options.case);
} else {
  const read = await histories(first, Number(options.count), 'histories', randomHistory);
  const distant = await histories(first, Number(options.far), 'histories with far clocks', farHistory);
  const refused = await (engine.make(9), engine.apply(9, tooLong())).then(() => 'taken in', (error) => error.message);
  console.log(`a collected range of 2^31: ${refused}`);
  const written = await writings(first, Number(options.writing));
  const offered = await comparisons('merge, diff, conversion, positions, snapshot and format 2', first, Number(options.functions),
    (seed) => compareFunctions(engine, seed, randomHistory(seed)));
  const versions = await comparisons('reading and writing across Yjs 13 and 14', first, Number(options.versions), (seed) => compareVersions(engine, seed));
  fine = read && distant && refused.startsWith('refused') && written && offered && versions;
}
engine.close();
process.exitCode = fine ? 0 : 1;
