// What isolation costs: the same check in process and in a process of its own, by the size of the text.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { heading, number, save, table } from './report.mjs';

const sizes = [['1 KB', 1_000], ['10 KB', 10_000], ['100 KB', 100_000], ['1 MB', 1_000_000]];
const sentences = [
  'Officials said that the measures would be reviewed before the end of the year.',
  'The second shipment reached the port on Tuesday, according to two people who saw it.',
  'It is likely that the talks go on, and that neither side changes its position soon.',
  'Prices rose by four per cent in March and fell again in April.',
];

// Paragraphs of three sentences.
function textOf(bytes) {
  let text = '';
  for (let i = 0; text.length < bytes; i++) text += sentences[(i * 7 + (i >> 2)) % sentences.length] + (i % 3 === 2 ? '\n\n' : ' ');
  return `A title\n\n${text.slice(0, bytes)}\n`;
}

function microseconds(assay, library, file, isolated) {
  const out = execFileSync(assay, ['plugin', 'run', library, file, '--bench', ...(isolated ? ['--isolated'] : [])], { encoding: 'utf8' });
  return Number(/: ([0-9.]+) us a check/.exec(out)[1]);
}

export async function benchPlugins({ top, work, bin }) {
  mkdirSync(work, { recursive: true });
  const assay = path.join(bin, 'assay');
  const libraries = [['long_sentences (C)', path.join(bin, '../tests/plugins/long_sentences.so')], ['redflags', path.join(bin, '../lib/assay/plugins/redflags.so')]];
  const rows = [];
  for (const [name, library] of libraries) {
    for (const [size, bytes] of sizes) {
      const file = path.join(work, `plugins-${bytes}.txt`);
      writeFileSync(file, textOf(bytes));
      const inside = microseconds(assay, library, file, false);
      const apart = microseconds(assay, library, file, true);
      rows.push([`${name}, ${size}`, number(inside), number(apart), number(apart - inside)]);
    }
  }
  save(path.join(top, 'tests/bench/results-plugins.txt'),
    `${heading('Plugins: microseconds a check, wall clock, median; isolated is process to process and back, answers judged', top, [])}\n${table(['plugin, text', 'in process', 'isolated', 'difference'], rows)}`);
}
