// import, export and verify: into a data folder, through a running server, and with everything that can go wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { program, run, serve, temporary_folder } from './program.mjs';

const reports = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../server/reports/testdata');
const files = (await readdir(reports)).filter((name) => name.endsWith('.txt')).sort().map((name) => path.join(reports, name));
const some = files.filter((file) => /\/0[1-6]_|\/1[47]_/.test(file));

async function json_of(words, options) {
  const { code, out, wrong } = await run(words, options);
  assert.equal(code, 0, wrong);
  return JSON.parse(out);
}

async function assert_exports(imported, where) {
  for (const { id, file } of imported) {
    const { code, out, wrong } = await run(['export', id, '--format', 'txt', ...where]);
    assert.equal(code, 0, wrong);
    assert.ok(out.equals(await readFile(file)), `${file} does not come out as it went in`);
  }
}

test('into a folder and out again, byte for byte', async (t) => {
  const data = path.join(await temporary_folder(t), 'not/yet/there');
  const where = ['--data', data];
  const { reports: imported } = await json_of(['import', ...files, '--json', ...where]);
  assert.equal(imported.length, files.length);
  for (const [i, report] of imported.entries()) {
    assert.deepEqual(Object.keys(report), ['id', 'file', 'title', 'unrecognised']);
    assert.equal(report.file, files[i]);
    assert.match(report.id, /^[A-Za-z0-9][\w-]{21}$/);
    const characters = [...(await readFile(report.file)).toString()];
    for (const { start, end, text } of report.unrecognised) assert.equal(characters.slice(start, end).join(''), text);
  }
  await assert_exports(imported, where);
  const verified = await json_of(['verify', '--json', ...where]);
  assert.deepEqual(verified, { ok: true, rooms: files.length, entries: files.length, reports: files.length, problems: [] });
});

test('through a running server, by its socket and by its URL, and after kill -9', async (t) => {
  const data = await temporary_folder(t);
  const first = await serve(t, data, ['--auth', 'none']);
  const socket = ['--data', data];
  const { reports: by_socket } = await json_of(['import', ...some, '--json', ...socket]);
  const { reports: by_url } = await json_of(['import', ...some, '--json', '--into', first.url]);
  for (const imported of [by_socket, by_url]) {
    assert.equal(imported.length, some.length);
    await assert_exports(imported, socket);
    await assert_exports(imported, ['--from', first.url]);
  }
  assert.deepEqual(by_socket.map(({ title, unrecognised }) => ({ title, unrecognised })),
    by_url.map(({ title, unrecognised }) => ({ title, unrecognised })));

  const unknown = await run(['export', 'nosuch', ...socket]);
  assert.deepEqual([unknown.code, unknown.wrong], [3, 'assay: there is no report nosuch; the list of reports shows their ids\n']);
  const busy = await run(['verify', ...socket]);
  assert.equal(busy.code, 4);
  assert.match(busy.wrong, /^assay: .*in use.*\n$/);

  await first.stop('SIGKILL');
  await assert_exports([...by_socket, ...by_url], socket);
  assert.equal((await json_of(['verify', '--json', ...socket])).ok, true);
  const second = await serve(t, data, ['--auth', 'none']);
  await assert_exports([...by_socket, ...by_url], ['--from', second.url]);
});

test('without a place: the server on this machine, else the default folder', async (t) => {
  const home = await temporary_folder(t);
  const options = { env: { HOME: home, XDG_DATA_HOME: '', XDG_STATE_HOME: '' } };
  const state = { HOME: home, XDG_STATE_HOME: '' };
  const first = await serve(t, path.join(home, 'first'), ['--auth', 'none'], state);
  const { reports: imported } = await json_of(['import', some[0], '--json'], options);
  await assert_exports(imported, ['--from', first.url]);
  assert.equal((await run(['export', imported[0].id], options)).code, 0);

  const second = await serve(t, path.join(home, 'second'), ['--auth', 'none'], state);
  const unclear = await run(['import', some[0]], options);
  assert.equal(unclear.code, 2);
  assert.match(unclear.wrong, /^assay: several servers run here, .*--data DIR\n$/);

  await first.stop('SIGKILL'); // leaves its notice behind
  const { reports: [{ id }] } = await json_of(['import', some[0], '--json'], options);
  await assert_exports([{ id, file: some[0] }], ['--from', second.url]);
  await second.stop();
  const { reports: alone } = await json_of(['import', some[0], '--json'], options);
  await assert_exports(alone, ['--data', path.join(home, '.local/share/assay')]);
});

test('without a place, the commands that look after a server find it, and say so; with none they say that, too', async (t) => {
  const home = await temporary_folder(t);
  const options = { env: { HOME: home, XDG_DATA_HOME: '', XDG_STATE_HOME: '' } };
  const usual = path.join(home, '.local/share/assay');
  const nothing = [[['verify'], 3, `assay: no data folder at ${usual}; nothing to verify (--data DIR names another)\n`],
    [['user', 'list'], 3, `assay: no data folder at ${usual}; there are no users (--data DIR names another)\n`],
    [['export', 'x'], 3, `assay: no data folder at ${usual}; no report to export (--data DIR names another)\n`]];
  for (const [words, code, wrong] of nothing) {
    const ended = await run(words, options);
    assert.deepEqual([ended.code, ended.wrong], [code, wrong]);
  }
  const tried = await run(['plugin', 'list'], options);
  assert.equal(tried.code, 0, tried.wrong);
  assert.match(String(tried.out), /^redflags +\S+ +starts /m);
  assert.doesNotMatch(String(tried.out), / running /);
  assert.match(String(tried.out), new RegExp(`^No server runs on ${usual}, which is not there; `, 'm'));
  await assert.rejects(stat(usual)); // asking makes no folder

  const data = path.join(home, 'build/data');
  const server = await serve(t, data, ['--auth', 'none'], options.env);
  const using = `assay: using the server at ${server.url}/, data ${data}\n`;
  const users = await run(['user', 'list'], options);
  assert.deepEqual([users.code, users.wrong], [0, using]);
  const { served, plugins } = await json_of(['plugin', 'list', '--json'], options);
  assert.equal(served, true);
  assert.ok(plugins.some(({ id }) => id === 'redflags'));
  const busy = await run(['verify'], options);
  assert.equal(busy.code, 4);
  assert.ok(busy.wrong.startsWith(using), busy.wrong);

  const kept = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../plugins/sdk/kept/long_sentences_1_0_x86_64.so');
  const installed = await run(['plugin', 'install', kept], options);
  assert.deepEqual([installed.code, installed.wrong], [0, using]);
  const [, id] = /^(\S+) \S+ is installed: /.exec(String(installed.out));
  await stat(path.join(data, 'plugins', `${id}.so`));
  const state = async () => (await json_of(['plugin', 'list', '--json'], options)).plugins.find((plugin) => plugin.id === id)?.state;
  for (const until = Date.now() + 20_000; await state() !== 'running'; await new Promise((resolve) => setTimeout(resolve, 100)))
    assert.ok(Date.now() < until, 'the server did not take the plugin up');
  const removed = await run(['plugin', 'remove', id], options);
  assert.deepEqual([removed.code, removed.wrong], [0, using]);
  await assert.rejects(stat(path.join(data, 'plugins', `${id}.so`)));

  await serve(t, path.join(home, 'second'), ['--auth', 'none'], options.env);
  for (const words of [['plugin', 'list'], ['plugin', 'install', kept], ['user', 'list'], ['verify']]) {
    const unclear = await run(words, options);
    assert.equal(unclear.code, 2, words.join(' '));
    assert.ok(unclear.wrong.includes(data) && unclear.wrong.includes(path.join(home, 'second')) && unclear.wrong.endsWith('choose one with --data DIR\n'), unclear.wrong);
  }
  await serve(t, usual, ['--auth', 'none'], options.env); // the usual folder goes before the others
  assert.match((await run(['user', 'list'], options)).wrong, new RegExp(`^assay: using the server at http://\\S+, data ${usual}\n$`));
});

test('with accounts: the socket needs no sign-in, the URL does', async (t) => {
  const data = await temporary_folder(t);
  const server = await serve(t, data);
  const { reports: [{ id }] } = await json_of(['import', some[0], '--json', '--data', data]);
  await assert_exports([{ id, file: some[0] }], ['--data', data]);
  for (const words of [['export', id, '--from', server.url], ['import', some[0], '--into', server.url]]) {
    for (const token of [[], ['--token', 'wrong']]) {
      const refused = await run([...words, ...token], { env: { ASSAY_TOKEN: '' } });
      assert.equal(refused.code, 3, refused.wrong);
      assert.match(refused.wrong, /^assay: .*\n$/);
      assert.equal(refused.out.length, 0);
    }
  }
});

test('JSON says what the report says', async (t) => {
  const data = await temporary_folder(t);
  const layout = files.find((file) => file.endsWith('01_layout.txt'));
  const { reports: [{ id }] } = await json_of(['import', layout, '--json', '--data', data]);
  const report = await json_of(['export', id, '--format', 'json', '--data', data]);
  assert.equal(report.title, 'Lithium mine at Sorva reopens under new owner');
  assert.equal(report.outlet, 'The Harbour Gazette');
  assert.equal(report.published, '2026-03-14');
  assert.equal(report.bluf.confidence.value, 'moderate');
  assert.equal(report.bluf.leadingHypothesis, null); // the sentence shares words with both
  assert.equal(report.judgement.preferredHypothesis, report.hypotheses[0].id);
  assert.deepEqual([report.hypotheses, report.assumptions, report.redFlags, report.blindSpots, report.implications,
    report.recommendations, report.scenarios, report.tags].map((list) => list.length), [2, 2, 2, 1, 2, 2, 3, 4]);
  const characters = [...(await readFile(layout)).toString()];
  const check = (blocks) => {
    for (const block of blocks ?? []) {
      if (block.type === 'paragraph' && block.range && !block.marker)
        assert.equal(characters.slice(...block.range).join(''), block.words.map((word) => word.text).join(''));
      check(block.blocks);
    }
  };
  check(report.blocks);
});

test('files, standard input and output', async (t) => {
  const folder = await temporary_folder(t);
  const where = ['--data', path.join(folder, 'data')];
  const imported = await run(['import', '-', ...where], { input: 'Title\n1. BLUF\nText.\n2. Odd section\nodd\n' });
  assert.equal(imported.code, 0, imported.wrong);
  const [line, more] = imported.out.toString().split('\n');
  const [id, file, title] = line.split('\t');
  assert.deepEqual([file, title], ['-', 'Title']);
  assert.match(more, /not recognised.*2\. Odd section odd/);

  const target = path.join(folder, 'out.txt');
  await writeFile(target, 'before');
  const link = path.join(folder, 'link.txt');
  await symlink(target, link);
  assert.equal((await run(['export', id, '-o', link, ...where])).code, 0);
  assert.match((await readFile(target)).toString(), /^Title\n1\. BLUF\n/);
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'link.txt', 'out.txt']);

  const lost = await run(['export', id, '-o', path.join(folder, 'no/such/out.txt'), ...where]);
  assert.equal(lost.code, 4);
  assert.match(lost.wrong, /^assay: .*cannot be written: No such file or directory\n$/);
});

test('what cannot be read is said in one line, and keeps nothing else out', async (t) => {
  const folder = await temporary_folder(t);
  const data = path.join(folder, 'data');
  const made = async (name, bytes) => {
    await writeFile(path.join(folder, name), bytes);
    return path.join(folder, name);
  };
  const binary = await made('binary.txt', Buffer.from([0x41, 0xff, 0xfe, 0x00]));
  const utf16 = await made('utf16.txt', Buffer.from('\ufeffText', 'utf16le'));
  const good = await made('good.txt', 'Good');
  const word = await made('report.docx', 'PK');
  const mixed = await run(['import', binary, utf16, good, word, folder, path.join(folder, 'none.txt'), '--json', '--data', data]);
  assert.equal(mixed.code, 3);
  assert.deepEqual(JSON.parse(mixed.out).reports.map(({ title }) => title), ['Good']);
  const lines = mixed.wrong.trimEnd().split('\n');
  const expected = [/binary\.txt: not UTF-8 text at byte 1;/, /utf16\.txt: UTF-16 text;/, /report\.docx: .*\.txt.*not \.docx/,
    /cannot be read: Is a directory/, /none\.txt: cannot be read: No such file/];
  assert.equal(lines.length, expected.length, mixed.wrong);
  lines.forEach((line, i) => assert.match(line, expected[i]));

  const empty = path.join(folder, 'empty');
  await mkdir(empty);
  const latin = path.join(folder, 'latin.csv');
  await writeFile(latin, Buffer.from('evidence,H1,H2\nfine,C,I\nq\xe9,C,I\n', 'latin1'));
  const empty_csv = await made('empty.csv', '');
  const cases = [
    [['ach', '--to', 'json', latin], 3, /latin\.csv: line 3: not UTF-8/],
    [['import'], 2, /files.*see assay import --help/],
    [['bogus'], 2, /^assay: there is no command 'bogus' \(see assay --help\)\n$/],
    [['--bogus'], 2, /^assay: there is no option '--bogus' before a command \(see assay --help\)\n$/],
    [['plugin', 'bogus'], 2, /^assay: there is no command 'plugin bogus' \(see assay plugin --help\)\n$/],
    [['user'], 2, /see assay user --help/],
    [['ach', empty_csv], 3, /empty\.csv: the file is empty\n$/],
    [['serve', '--auth', 'none', '--data', good], 4, /a file stands where a folder has to be; choose another with --data\n$/],
    [['import', good, '--into', 'ftp://x', '--token', 'x'], 2, /not the URL of a server/],
    [['import', good, '--into', 'http://127.0.0.1:1'], 4, /cannot be reached/],
    [['import', good, '--into', 'http://127.0.0.1:1', '--data', data], 2, /exclude/i],
    [['import', good, '--data', good], 4, /good\.txt/],
    [['export', 'x', '--format', 'pdf', '--data', data], 2, /txt or json/],
    [['export', 'unknown', '--data', data], 3, /no report unknown/],
    [['export', '../../etc', '--data', data], 3, /no report/],
    [['export', 'x', '--data', path.join(folder, 'nowhere')], 3, /no data folder/],
    [['verify', '--data', path.join(folder, 'nowhere')], 3, /no data folder/],
  ];
  for (const [words, code, line] of cases) {
    const ended = await run(words);
    assert.equal(ended.code, code, `${words.join(' ')}: ${ended.wrong}`);
    assert.match(ended.wrong, line);
    assert.equal(ended.wrong.trimEnd().split('\n').length, 1, ended.wrong);
  }
});

test('ach --table: a column that nobody rated never has the star, and what is open is said; odd lines are, too', async (t) => {
  const folder = await temporary_folder(t);
  const file = path.join(folder, 'matrix.csv');
  await writeFile(file, 'evidence,Rated,Blank\nfirst,I,\nsecond,C\nthird,N,,II\n');
  const { code, out, wrong } = await run(['ach', '--table', file]);
  assert.equal(code, 0);
  const rows = String(out).split('\n');
  assert.match(rows[1], /^ .* 100% {2}Rated$/);
  assert.match(rows[2], /^not rated .* 0% {2}Blank$/);
  assert.equal(rows[3], 'Not decidable yet: with what is not rated, these could still come before a leader: Rated');
  assert.deepEqual(wrong.split('\n').map((line) => line.replace(/^.*matrix\.csv: /, '')), [
    'line 3 has 2 cells, the first line 3; the rest counts as not rated', 'line 4 has 4 cells, the first line 3; what is beyond is not read', '']);
  assert.deepEqual((await json_of(['ach', file])).weighted_inconsistency.leaders, [1]); // the figures are what they are

  await writeFile(file, 'evidence,A,B\nfirst,I,C\n');
  const decided = await run(['ach', '--table', file]);
  assert.match(String(decided.out), /\n {10}[^\n]* A\n\*[^\n]* B\n$/);
  assert.equal(decided.wrong, '');
});

test('verify finds damage', async (t) => {
  const data = await temporary_folder(t);
  await json_of(['import', ...some, '--json', '--data', data]);
  assert.equal((await run(['user', 'list', '--data', data])).code, 0); // opening settles the log into tables
  assert.equal((await run(['verify', '--data', data])).code, 0);
  const log = path.join(data, 'log');
  const tables = await Promise.all((await readdir(log)).filter((name) => /\.(sst|log)$/.test(name))
    .map(async (name) => ({ file: path.join(log, name), size: (await stat(path.join(log, name))).size })));
  const { file } = tables.reduce((a, b) => (a.size >= b.size ? a : b));
  const bytes = await readFile(file);
  for (let i = bytes.length >> 1; i < (bytes.length >> 1) + 20; ++i) bytes[i] ^= 0xff;
  await writeFile(file, bytes);
  const { code, out } = await run(['verify', '--json', '--data', data]);
  assert.equal(code, 1);
  const answer = JSON.parse(out);
  assert.equal(answer.ok, false);
  assert.ok(answer.problems.length > 0);
  // For people the damage stands there once, and nobody is told to run what runs.
  const shown = String((await run(['verify', '--data', data])).out);
  assert.equal(shown.split('damage: ').length, 2, shown);
  assert.doesNotMatch(shown, /run .assay verify/);
});

for (const words of [['check', files[0]], ['check', files[0], '--json'], ['--help'], ['--version']]) {
  test(`output that cannot be written is the machine's trouble: ${words.filter((word) => word !== files[0]).join(' ')}`, async () => {
    const ends = (where) => promisify(execFile)('sh', ['-c', `"$0" "$@" ${where}`, program, ...words]).then(
      () => ({ code: 0 }), ({ code, stderr }) => ({ code, stderr }));
    for (const where of ['>/dev/full', '>&-']) {
      const { code, stderr } = await ends(where);
      assert.equal(code, 4, where);
      assert.match(stderr, /^assay: standard output cannot be written: [^\n]+\n$/);
    }
  });
}
