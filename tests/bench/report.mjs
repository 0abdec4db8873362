// Results as text, to be read and compared: a heading that says when, where and with what, then tables.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// Not through the package's exports: not every package lets its package.json be asked for.
export function version(name) {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, '../node_modules', name, 'package.json'), 'utf8')).version;
}

export function heading(title, top, packages) {
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['-C', top, 'describe', '--always', '--dirty=+'], { encoding: 'utf8' }).trim();
  } catch { /* not a checkout */ }
  const cpus = os.cpus();
  return [
    title,
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}`,
    `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown CPU'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}, load ${os.loadavg()[0].toFixed(1)} at the start`,
    [`Node ${process.versions.node}`, ...packages.map((name) => `${name} ${version(name)}`)].join(', '),
    '',
  ].join('\n');
}

export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd();
  return `${[line(all[0]), widths.map((w) => '-'.repeat(w)).join('  '), ...all.slice(1).map(line)].join('\n')}\n`;
}

export const number = (value, digits = 3) => (value >= 1000 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(digits)).toString());

export function save(file, text) {
  writeFileSync(file, text);
  console.log(text);
  console.log(`written to ${file}`);
}
