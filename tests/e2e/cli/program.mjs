// The program `assay` as people use it: a command and what it said, or a server that runs until it is told to stop.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const program = path.join(process.env.ASSAY_BIN ?? '', 'assay');

// Servers say there where they run; those of this test are nobody else's business.
const state = mkdtempSync(path.join(tmpdir(), 'assay-state-'));
process.env.XDG_STATE_HOME = state;
process.on('exit', () => rmSync(state, { recursive: true, force: true }));

export async function temporary_folder(test) {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-cli-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

// Exit code, and both outputs as bytes.
export async function run(words, { input = '', env = {} } = {}) {
  const child = spawn(program, words, { env: { ...process.env, ...env } });
  const out = [];
  const wrong = [];
  child.stdout.on('data', (bytes) => out.push(bytes));
  child.stderr.on('data', (bytes) => wrong.push(bytes));
  child.stdin.on('error', () => {}); // it may end without reading
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, out: Buffer.concat(out), wrong: Buffer.concat(wrong).toString() };
}

// A server on a free port; `url` once it is ready.
export async function serve(test, data, words = [], env = {}) {
  const child = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...words], { env: { ...process.env, ...env } });
  let said = '';
  const ready = new Promise((resolve, reject) => {
    const hear = (bytes) => {
      said += bytes;
      const url = /ready: (http:\/\/\S+?)\/?\s/.exec(said);
      if (url) resolve(url[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
  const gone = once(child, 'exit');
  const stop = async (signal = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
  };
  test.after(() => stop('SIGKILL'));
  return { url: await ready, stop };
}
