// assay check: the plugins that the server runs, on files; offsets in characters of the file as stored, exit codes, SARIF.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { run, temporary_folder } from './program.mjs';

const reports = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../server/reports/testdata');
const vague = '\ufeffPort 😀 closed – The Wire\r\nPublished on: 2025-10-09\r\nIntelligence Report: Port closed\r\n'
  + '1. Bottom Line Up Front (BLUF)\r\nThe **port** is undoubtedly closed. Confidence level: Moderate.\r\n';

test('JSON: every finding has the characters that it says, in every sample file', async (t) => {
  const data = await temporary_folder(t);
  const files = (await readdir(reports)).filter((name) => name.endsWith('.txt')).sort().map((name) => path.join(reports, name));
  const { code, out, wrong } = await run(['check', ...files, '--json', '--fail-on', 'never', '--data', data]);
  assert.equal(code, 0, wrong);
  const checked = JSON.parse(out).files;
  assert.deepEqual(checked.map(({ file }) => file), files);
  let found = 0;
  for (const { file, findings } of checked) {
    const characters = [...(await readFile(file)).toString()];
    for (const { start, end, text, severity, related, fixes } of findings) {
      assert.equal(characters.slice(start, end).join(''), text, file);
      assert.match(severity, /^(error|warning|hint)$/);
      for (const place of [...related, ...fixes.flatMap(({ edits }) => edits)]) assert.ok(place.start <= place.end && place.end <= characters.length);
      found++;
    }
  }
  assert.ok(found > files.length);
});

test('for people: one is no plural, and what is no text is not told to be imported', async (t) => {
  const data = await temporary_folder(t);
  const file = path.join(data, 'clean.txt');
  await writeFile(file, 'A title\n\nWords.\n');
  const { code, out } = await run(['check', file, '--plugin', 'ach', '--data', data]);
  assert.deepEqual([code, String(out)], [0, '0 errors, 0 warnings, 0 hints in 1 file\n']);
  await writeFile(file, Buffer.from('caf\xe9', 'latin1'));
  const refused = await run(['check', file, '--data', data]);
  assert.equal(refused.code, 3);
  assert.match(refused.wrong, /clean\.txt: not UTF-8 text at byte 3; save it as UTF-8 and try again\n$/);
});

test('CR LF, a byte order mark and an emoji count as they are stored', async (t) => {
  const data = await temporary_folder(t);
  const file = path.join(data, 'vague.txt');
  await writeFile(file, vague);
  const { code, out } = await run(['check', file, '--json', '--plugin', 'redflags', '--data', data]);
  assert.equal(code, 1);
  const finding = JSON.parse(out).files[0].findings.find(({ text }) => text === 'undoubtedly');
  assert.equal(finding.rule, 'language.absolute-claim');
  assert.equal(finding.start, [...vague.slice(0, vague.indexOf('undoubtedly'))].length);
});

test('exit codes: by --fail-on, wrong usage, what cannot be read', async (t) => {
  const data = await temporary_folder(t);
  const file = path.join(data, 'vague.txt');
  await writeFile(file, vague);
  await writeFile(path.join(data, 'bad.txt'), Buffer.from('caf\xe9', 'latin1'));
  for (const [words, code] of [[[file], 1], [[file, '--fail-on', 'never'], 0], [[file, '--fail-on', 'sometimes'], 2], [[], 2],
    [[file, '--plugin', 'none'], 2], [[path.join(data, 'missing.txt')], 3], [[path.join(data, 'bad.txt')], 3]])
    assert.equal((await run(['check', ...words, '--data', data])).code, code, words.join(' '));
});

test('plugin run: what would do nothing is wrong usage', async () => {
  for (const words of [['--accept'], ['--seed', '3']])
    assert.equal((await run(['plugin', 'run', 'none.so', 'draft.md', ...words])).code, 2, words.join(' '));
});

test('SARIF 2.1.0: one run, lines and columns in characters', async (t) => {
  const data = await temporary_folder(t);
  const file = path.join(data, 'vague répo rt.txt');
  await writeFile(file, vague);
  const { code, out } = await run(['check', file, '--sarif', '--fail-on', 'never', '--data', data]);
  assert.equal(code, 0);
  const { version, runs } = JSON.parse(out);
  assert.equal(version, '2.1.0');
  const result = runs[0].results.find(({ ruleId }) => ruleId === 'language.absolute-claim');
  const { artifactLocation, region } = result.locations[0].physicalLocation;
  assert.equal(artifactLocation.uri, encodeURI(file));
  assert.deepEqual([region.startLine, region.startColumn, region.charLength], [5, 17, 'undoubtedly'.length]);
  assert.ok(runs[0].tool.driver.rules.some(({ id }) => id === result.ruleId));
});

test('a rule pack in a file: its own examples run, a report is checked with it, and one that is broken is refused by line', async (t) => {
  const data = await temporary_folder(t);
  const pack = path.join(data, 'house.toml');
  const file = path.join(data, 'report.txt');
  const rule = (passes) => `[pack]\nid = "org.example.house"\n\n[[rule]]\nrule = "house.goodly"\nkind = "phrase"\nany = ["a goodly lot of"]\n`
    + `message = "“{match}” is no count."\nhint = "Say how many."\nseverity = "error"\n`
    + `test.flags = ["We saw a goodly lot of ships."]\ntest.passes = ["${passes}"]\n`;
  await writeFile(file, 'Ships – The Wire\n1. Bottom Line Up Front (BLUF)\nThere are a goodly lot of ships.\n');
  await writeFile(pack, rule('We saw three ships.'));

  const tested = await run(['plugin', 'test', pack]);
  assert.deepEqual([tested.code, String(tested.out)], [0, '1 rule, 2 examples, 0 not as expected\n'], tested.wrong);
  const checked = await run(['check', file, '--pack', pack, '--json', '--plugin', 'redflags', '--data', data]);
  assert.equal(checked.code, 1, checked.wrong);
  assert.ok(JSON.parse(String(checked.out)).files[0].findings.some(({ rule, text }) => rule === 'house.goodly' && text === 'a goodly lot of'));

  await writeFile(pack, rule('A goodly lot of ships left.'));
  const failed = await run(['plugin', 'test', pack]);
  assert.equal(failed.code, 1);
  assert.match(String(failed.out), /house\.toml:\d+: house\.goodly: it should pass, and flags “A goodly lot of”: A goodly lot of ships left\./);

  await writeFile(pack, '[pack]\nid = "org.example.house"\n\n[[rule]]\nrule = "house.goodly"\nkind = "phrases"\n');
  for (const command of [['plugin', 'test', pack], ['check', file, '--pack', pack, '--data', data]]) {
    const refused = await run(command);
    assert.equal(refused.code, 3, refused.out);
    assert.match(String(refused.wrong), /^assay: \S*house\.toml:\d+: .*\n$/); // once
  }
});
