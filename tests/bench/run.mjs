// The benchmarks, one entry: node run.mjs [crdt] [server] [memory] [plugins] [--traces DIR] [--only TRACE] [--bin DIR]
// Results are printed and kept beside this file as results-*.txt.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchCrdt } from './crdt.mjs';
import { benchPlugins } from './plugins.mjs';
import { benchMemory, benchServer } from './server.mjs';

const top = path.resolve(import.meta.dirname, '../..');
const parts = { crdt: benchCrdt, server: benchServer, memory: benchMemory, plugins: benchPlugins };
const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  traces: { type: 'string' }, only: { type: 'string' }, bin: { type: 'string', default: path.join(top, 'build/release/bin') },
} });

function fail(line) { console.error(`bench: ${line}`); process.exit(2); }
for (const name of positionals) if (!parts[name]) fail(`no benchmark named ${name}; there are ${Object.keys(parts).join(', ')}`);
if (options.traces && !existsSync(options.traces)) fail(`no folder ${options.traces}`);
for (const name of positionals.length ? positionals : Object.keys(parts)) {
  await parts[name]({ top, work: path.join(top, 'build/bench'), ...options, bin: path.resolve(options.bin) });
}
