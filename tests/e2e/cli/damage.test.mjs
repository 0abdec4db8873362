// A data folder that lost something: it is told every time, in words, and nothing more is lost by looking.
import assert from 'node:assert/strict';
import { appendFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { run, temporary_folder } from './program.mjs';

const reports = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../server/reports/testdata');
const some = (await readdir(reports)).filter((name) => /^0[1-6]_.*\.txt$/.test(name)).sort().map((name) => path.join(reports, name));

const run_on = (data, ...words) => run([...words, '--data', data]);

async function filled(t) {
  const data = path.join(await temporary_folder(t), 'data');
  const { code, out, wrong } = await run_on(data, 'import', ...some, '--json');
  assert.equal(code, 0, wrong);
  return { data, id: JSON.parse(out).reports[0].id };
}

// Every file's bytes, by name, but for the lock.
async function contents(folder) {
  const all = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && entry.name !== 'LOCK') all[path.relative(folder, file)] = (await readFile(file)).toString('latin1');
  }
  return all;
}

const log_file = async (data) =>
  path.join(data, 'log', (await readdir(path.join(data, 'log'))).filter((name) => name.endsWith('.log')).sort().at(-1));

async function change(file, how) {
  await writeFile(file, how(await readFile(file)));
}

test('what is gone or damaged is told every time, and nothing else changes', async (t) => {
  const { data, id } = await filled(t);
  const settled = `${data} settled`;
  await cp(data, settled, { recursive: true });
  assert.equal((await run_on(settled, 'user', 'list')).code, 0); // opening settles the log into tables
  const cases = [
    ['CURRENT', async (folder) => rm(path.join(folder, 'log/CURRENT'))],
    ['log/', async (folder) => rm(path.join(folder, 'log'), { recursive: true })],
    ['the manifest', async (folder) => {
      for (const name of await readdir(path.join(folder, 'log'))) if (name.startsWith('MANIFEST')) await rm(path.join(folder, 'log', name));
    }],
    ['FORMAT', async (folder) => rm(path.join(folder, 'FORMAT'))],
  ];
  const of_the_log = [
    ['the log file', async (folder) => rm(await log_file(folder))],
    ['a bit of the last write', async (folder) => change(await log_file(folder), (bytes) => (bytes[bytes.length - 30] ^= 1, bytes))],
    ['a bit in the middle', async (folder) => change(await log_file(folder), (bytes) => (bytes[bytes.length >> 1] ^= 1, bytes))],
    ['the end of the log', async (folder) => change(await log_file(folder), (bytes) => bytes.subarray(0, bytes.length - 500))],
    ['all of the log', async (folder) => change(await log_file(folder), () => '')],
  ];
  for (const [from, list] of [[data, [...cases, ...of_the_log]], [settled, cases]])
    for (const [name, spoil] of list) {
      const folder = `${from} spoilt`;
      await rm(folder, { recursive: true, force: true });
      await cp(from, folder, { recursive: true });
      await spoil(folder);
      const before = await contents(folder);
      for (let time = 0; time < 2; ++time) {
        const verified = await run_on(folder, 'verify');
        assert.equal(verified.code, 1, `${name}: ${verified.out}${verified.wrong}`);
        assert.match(String(verified.out), /1 problem\./, name);
        for (const words of [['export', id], ['user', 'list'], ['import', some[0]], ['serve', '--auth', 'none', '--listen', '127.0.0.1:0']]) {
          const { code, wrong } = await run_on(folder, ...words);
          assert.equal(code, 4, `${name}, ${words}`);
          assert.match(wrong, /damaged|missing/, name);
        }
        // The server's plugins and socket are no data.
        const after = await contents(folder);
        for (const file of new Set([...Object.keys(before), ...Object.keys(after).filter((file) => /^(log|FORMAT)/.test(file))]))
          assert.ok(before[file] === after[file], `${name}: ${file} changed`);
      }
    }
});

test('a torn end is said, by whoever opens the folder first and by verify as long as its copy is there', async (t) => {
  const { data, id } = await filled(t);
  const whole = JSON.parse((await run_on(data, 'verify', '--json')).out);
  assert.equal(whole.notes, undefined);
  await appendFile(await log_file(data), Buffer.alloc(300));
  const before = await contents(data);
  for (let time = 0; time < 2; ++time) {
    const { code, out } = await run_on(data, 'verify');
    assert.equal(code, 0);
    assert.match(String(out), /is not whole from byte \d+ to its end at \d+ \(300 bytes\)/);
    assert.doesNotMatch(String(out), /all is well/);
    const answer = JSON.parse((await run_on(data, 'verify', '--json')).out);
    assert.equal(answer.ok, true);
    assert.equal(answer.notes.length, 1);
    assert.equal(answer.entries, whole.entries);
    const exported = await run_on(data, 'export', id);
    assert.equal(exported.code, 0);
    assert.match(exported.wrong, /^assay: the last write .* is left out/);
    assert.deepEqual(await contents(data), before);
  }
  const listed = await run_on(data, 'user', 'list');
  assert.equal(listed.code, 0);
  assert.match(listed.wrong, /^assay: the last write .* the log as found is kept in /);
  const { code, out } = await run_on(data, 'verify');
  assert.equal(code, 0);
  assert.match(String(out), /log\.damaged holds the log as it was found/);
  assert.doesNotMatch(String(out), /all is well/);
  await rm(path.join(data, 'log.damaged'), { recursive: true });
  assert.match(String((await run_on(data, 'verify')).out), /all is well/);
});

test('looking makes no store', async (t) => {
  const data = path.join(await temporary_folder(t), 'empty');
  await mkdir(data);
  for (const words of [['verify'], ['export', 'x']]) {
    const { code, wrong } = await run_on(data, ...words);
    assert.equal(code, 3, wrong);
    assert.match(wrong, /holds no data/);
    assert.deepEqual(await readdir(data), []);
  }
});
