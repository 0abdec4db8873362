// Measures `assay tags --stdio` on data sets in the format of README.md's "Measured" (JSON lines, gzip).
//   node plugins/tags/bench/tags.mjs --data DIR [--assay build/release/bin/assay] [--docs 300] [--splits 5] [--seed 1]
//     [NAME...]
// NAME: inspec, semeval2017, semeval2010, kpcrowd-dev; kpcrowd-phrases, inspec-events (made from these, see below);
// reuters, speed (default: all). The data is not part of this project.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import path from 'node:path';

const args = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : args.splice(at, 2)[1];
};
const data = option('--data');
const assay = option('--assay', 'build/release/bin/assay');
const docsMax = Number(option('--docs', '300'));
const splits = Number(option('--splits', '5'));
const firstSeed = Number(option('--seed', '1'));
const names =
  args.length > 0
    ? args
    : ['inspec', 'semeval2017', 'semeval2010', 'kpcrowd-dev', 'kpcrowd-phrases', 'inspec-events', 'reuters', 'speed'];
if (!data) {
  console.error('tags.mjs: say where the data is: --data DIR');
  process.exit(2);
}

async function load(name) {
  const docs = [];
  const lines = createInterface({ input: createReadStream(path.join(data, `${name}.jsonl.gz`)).pipe(createGunzip()) });
  for await (const line of lines) if (line) docs.push(JSON.parse(line));
  return docs;
}

// One `assay tags --stdio`; `ask` waits for the answer to one line.
class Tagger {
  constructor(...more) {
    this.process = spawn(assay, ['tags', '--stdio', ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.waiting = [];
    createInterface({ input: this.process.stdout }).on('line', (line) => this.waiting.shift()(JSON.parse(line)));
  }
  ask(request) {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  suggest(doc, n = 15) {
    return this.ask({ op: 'suggest', id: doc.id, title: doc.title, text: doc.text, n });
  }
  learn(doc, tags) {
    return this.ask({ op: 'learn', id: doc.id, title: doc.title, text: doc.text, tags });
  }
  // User and system seconds so far, and the most memory it had, in MiB.
  usage() {
    const stat = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const memory = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8'))[1];
    return { seconds: (Number(stat[11]) + Number(stat[12])) / 100, mib: Number(memory) / 1024 };
  }
  // Milliseconds on a processor so far: what a busy machine takes from it does not count.
  onProcessor() {
    return Number(readFileSync(`/proc/${this.process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  }
  end() {
    this.process.stdin.end();
  }
}

// Porter 1980, for the metric alone.
function porter(word) {
  if (word.length < 3) return word;
  const cons = (w, i) => (/[aeiou]/.test(w[i]) ? false : w[i] !== 'y' || i === 0 || !cons(w, i - 1));
  const measure = (w) => {
    let m = 0;
    for (let i = 1; i < w.length; ++i) if (cons(w, i) && !cons(w, i - 1)) ++m;
    return m;
  };
  const vowel = (w) => [...w].some((_, i) => !cons(w, i));
  const double = (w) => w.length > 1 && w.at(-1) === w.at(-2) && cons(w, w.length - 1);
  const cvc = (w) => {
    const n = w.length;
    return n > 2 && cons(w, n - 1) && !cons(w, n - 2) && cons(w, n - 3) && !/[wxy]/.test(w[n - 1]);
  };
  let w = word;
  if (w.endsWith('sses') || w.endsWith('ies')) w = w.slice(0, -2);
  else if (w.endsWith('s') && !w.endsWith('ss')) w = w.slice(0, -1);
  let more = false;
  if (w.endsWith('eed')) {
    if (measure(w.slice(0, -3)) > 0) w = w.slice(0, -1);
  } else if (w.endsWith('ed') && vowel(w.slice(0, -2))) {
    w = w.slice(0, -2);
    more = true;
  } else if (w.endsWith('ing') && vowel(w.slice(0, -3))) {
    w = w.slice(0, -3);
    more = true;
  }
  if (more) {
    if (/(at|bl|iz)$/.test(w)) w += 'e';
    else if (double(w) && !/[lsz]$/.test(w)) w = w.slice(0, -1);
    else if (measure(w) === 1 && cvc(w)) w += 'e';
  }
  if (w.endsWith('y') && vowel(w.slice(0, -1))) w = `${w.slice(0, -1)}i`;
  const swap = (list, least) => {
    for (const [tail, instead] of list)
      if (w.endsWith(tail)) {
        const stem = w.slice(0, -tail.length);
        if (measure(stem) > least && (tail !== 'ion' || /[st]$/.test(stem))) w = stem + instead;
        return;
      }
  };
  swap([['ational', 'ate'], ['ization', 'ize'], ['iveness', 'ive'], ['fulness', 'ful'], ['ousness', 'ous'],
    ['tional', 'tion'], ['biliti', 'ble'], ['entli', 'ent'], ['ousli', 'ous'], ['ation', 'ate'], ['alism', 'al'],
    ['aliti', 'al'], ['iviti', 'ive'], ['enci', 'ence'], ['anci', 'ance'], ['izer', 'ize'], ['abli', 'able'],
    ['alli', 'al'], ['ator', 'ate'], ['eli', 'e']], 0);
  swap([['icate', 'ic'], ['ative', ''], ['alize', 'al'], ['iciti', 'ic'], ['ical', 'ic'], ['ness', ''], ['ful', '']], 0);
  swap(['ement', 'ance', 'ence', 'able', 'ible', 'ment', 'ant', 'ent', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize', 'ion',
    'al', 'er', 'ic', 'ou'].map((tail) => [tail, '']), 1);
  if (w.endsWith('e')) {
    const stem = w.slice(0, -1);
    if (measure(stem) > 1 || (measure(stem) === 1 && !cvc(stem))) w = stem;
  }
  if (measure(w) > 1 && w.endsWith('ll')) w = w.slice(0, -1);
  return w;
}
const normal = (tag) => (tag.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map(porter).join(' ');

async function f1At10(tagger, docs) {
  let right = 0, said = 0, gold = 0;
  for (const doc of docs) {
    const wanted = new Set(doc.tags.map(normal).filter(Boolean));
    const { tags } = await tagger.suggest(doc);
    const seen = new Set(tags.map((entry) => normal(entry.tag)).filter(Boolean));
    const first = [...seen].slice(0, 10);
    right += first.filter((tag) => wanted.has(tag)).length;
    said += first.length;
    gold += wanted.size;
  }
  return (200 * right) / (said + gold);
}

// Two stand-ins for what no set here is: news stories with few tags of several words, and tags that come again because
// several texts are about the same thing.
const plain = (text) => (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).join(' ');

// Stories of kpcrowd, and of their tags the eight of two to four words that stand in the text most often, of these the
// earliest; stories with fewer than four are left out.
async function kpcrowdPhrases() {
  const docs = [];
  for (const doc of await load('kpcrowd-dev')) {
    const text = ` ${plain(doc.text)} `;
    const tags = doc.tags
      .map((tag) => ({ tag, words: ` ${plain(tag)} `, count: plain(tag).split(' ').length }))
      .filter(({ words, count }) => count >= 2 && count <= 4 && text.includes(words))
      .map((entry) => ({ ...entry, times: text.split(entry.words).length - 1, at: text.indexOf(entry.words) }))
      .sort((a, b) => b.times - a.times || a.at - b.at)
      .slice(0, 8)
      .map(({ tag }) => tag);
    if (tags.length >= 4) docs.push({ ...doc, tags });
  }
  return docs;
}

// Thirty groups of ten abstracts of inspec that are alike (cosine of tf-idf): the closest group first, none twice.
async function inspecEvents() {
  const docs = await load('inspec');
  const counts = docs.map((doc) => {
    const words = new Map();
    for (const word of plain(doc.text).split(' ')) words.set(word, (words.get(word) ?? 0) + 1);
    return words;
  });
  const texts = new Map();
  for (const words of counts) for (const word of words.keys()) texts.set(word, (texts.get(word) ?? 0) + 1);
  const places = new Map();
  counts.forEach((words, i) => {
    const weights = [...words]
      .filter(([word]) => texts.get(word) > 1)
      .map(([word, n]) => [word, (1 + Math.log(n)) * Math.log(docs.length / texts.get(word))]);
    const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    for (const [word, weight] of weights) {
      if (!places.has(word)) places.set(word, []);
      places.get(word).push([i, weight / length]);
    }
  });
  const alike = docs.map(() => new Float64Array(docs.length));
  for (const list of places.values()) for (const [i, a] of list) for (const [j, b] of list) alike[i][j] += a * b;
  const used = new Set();
  const out = [];
  for (let group = 0; group < 30; ++group) {
    let best = { sum: -1 };
    for (let i = 0; i < docs.length; ++i) {
      if (used.has(i)) continue;
      const near = docs.map((_, j) => j).filter((j) => j !== i && !used.has(j) && alike[i][j] < 0.8);
      near.sort((a, b) => alike[i][b] - alike[i][a] || a - b).splice(9);
      const sum = near.reduce((total, j) => total + alike[i][j], 0);
      if (sum > best.sum) best = { sum, members: [i, ...near] };
    }
    for (const i of best.members) {
      used.add(i);
      out.push(docs[i]);
    }
  }
  return out;
}

// Fisher and Yates, by mulberry32.
function shuffled(list, seed) {
  const out = [...list];
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = out.length - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

// All documents untrained; then, split by split, the first hundred of a shuffled order are learned and at most `docsMax`
// others are what is measured on: untrained, after 20, after 100.
async function keyphrases(name) {
  const docs =
    name === 'kpcrowd-phrases' ? await kpcrowdPhrases() : name === 'inspec-events' ? await inspecEvents() : await load(name);
  const fresh = new Tagger();
  const all = await f1At10(fresh, docs);
  fresh.end();
  const steps = [[], [], []];
  let held;
  for (let split = 0; split < splits; ++split) {
    const order = shuffled(docs, firstSeed + split);
    held = order.slice(100, 100 + docsMax);
    const tagger = new Tagger();
    steps[0].push(await f1At10(tagger, held));
    for (const [step, from, until] of [[1, 0, 20], [2, 20, 100]]) {
      for (const doc of order.slice(from, until)) await tagger.learn(doc, doc.tags);
      steps[step].push(await f1At10(tagger, held));
    }
    tagger.end();
  }
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const gain = (step) => {
    const gains = steps[step].map((value, i) => value - steps[0][i]);
    const spread = Math.sqrt(mean(gains.map((value) => (value - mean(gains)) ** 2)));
    return `${mean(steps[step]).toFixed(1)} (${mean(gains) < 0 ? '' : '+'}${mean(gains).toFixed(1)}, spread ${spread.toFixed(1)})`;
  };
  console.log(
    `${name.padEnd(15)} all ${String(docs.length).padStart(4)}: ${all.toFixed(1)}   seeds ${firstSeed} to ` +
      `${firstSeed + splits - 1}, held ${held.length}: ${mean(steps[0]).toFixed(1)}, after 20 ${gain(1)}, after 100 ${gain(2)}`,
  );
}

async function reutersSplit(docs, how, isHeld) {
  const tagger = new Tagger();
  const before = performance.now();
  const lessons = docs.filter((_, i) => !isHeld(i));
  for (const doc of lessons) await tagger.learn(doc, doc.topics);
  const rate = (1000 * lessons.length) / (performance.now() - before);
  let gain = 0, labelled = 0;
  const labels = new Map();
  const count = (label) => labels.get(label) ?? labels.set(label, { right: 0, wrong: 0, missed: 0 }).get(label);
  for (const doc of docs.filter((_, i) => isHeld(i))) {
    const gold = new Set(doc.topics);
    const { tags } = await tagger.suggest(doc);
    const assigned = new Set(tags.filter((entry) => entry.score >= 0.5).map((entry) => entry.tag));
    for (const tag of assigned) ++count(tag)[gold.has(tag) ? 'right' : 'wrong'];
    for (const tag of gold) if (!assigned.has(tag)) ++count(tag).missed;
    if (gold.size === 0) continue;
    const worth = (list) => list.slice(0, 5).reduce((sum, hit, i) => sum + (hit ? 1 / Math.log2(i + 2) : 0), 0);
    gain += worth(tags.map((entry) => gold.has(entry.tag))) / worth([...gold].map(() => true));
    ++labelled;
  }
  const f1 = ({ right, wrong, missed }) => (200 * right) / (2 * right + wrong + missed);
  const sum = { right: 0, wrong: 0, missed: 0 };
  for (const entry of labels.values()) for (const key of Object.keys(sum)) sum[key] += entry[key];
  const macro = [...labels.values()].reduce((total, entry) => total + f1(entry), 0) / labels.size;
  console.log(`reuters      ${how}: nDCG@5 ${((100 * gain) / labelled).toFixed(1)}  micro F1 ${f1(sum).toFixed(1)}  ` +
    `macro F1 ${macro.toFixed(1)} over ${labels.size} labels  learned ${rate.toFixed(0)} a second`);
  return tagger;
}

async function reuters() {
  const docs = await load('reuters-dev');
  (await reutersSplit(docs, 'every tenth held back', (i) => i % 10 === 9)).end();
  (await reutersSplit(docs, 'last tenth in time   ', (i) => i >= docs.length * 0.9)).end();
}

// Stories a CPU second, untrained and with 10,000 reports learned; answers one after the other for p99.
async function speed() {
  const stories = await load('reuters-dev');
  const measure = async (tagger, what) => {
    const times = [];
    const own = [];
    const before = tagger.usage();
    for (const doc of stories.slice(0, 4000)) {
      const ownBefore = tagger.onProcessor();
      const at = performance.now();
      await tagger.suggest(doc);
      times.push(performance.now() - at);
      own.push(tagger.onProcessor() - ownBefore);
    }
    const after = tagger.usage();
    times.sort((a, b) => a - b);
    own.sort((a, b) => a - b);
    console.log(`speed        ${what}: ${(4000 / (after.seconds - before.seconds)).toFixed(0)} stories a CPU second, ` +
      `p50 ${times[2000].toFixed(2)} ms, p99 ${times[3960].toFixed(2)} ms (on the processor ${own[3960].toFixed(2)} ms), ${after.mib.toFixed(0)} MiB`);
  };
  const tagger = new Tagger();
  await measure(tagger, 'untrained            ');
  for (let i = 0; i < 10000; ++i) {
    const doc = stories[i % stories.length];
    await tagger.learn({ ...doc, id: `${doc.id}/${i}` }, doc.tags);
  }
  await measure(tagger, '10,000 reports learned');
  tagger.end();
}

for (const name of names)
  if (name === 'reuters') await reuters();
  else if (name === 'speed') await speed();
  else await keyphrases(name);
