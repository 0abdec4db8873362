// The running server beside @y/websocket-server and @hocuspocus/server: each alone in a process, the same load, the
// server's own CPU time from /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { heading, number, save, table } from './report.mjs';

const here = import.meta.dirname;
const clockTicksPerSecond = 100;  // what Linux shows to programs, on every architecture Debian has

function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
}
function rssKib(pid) { return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]); }

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

// A line of JSON a call, from a child's standard output.
function lines(child) {
  const reader = createInterface({ input: child.stdout });
  const waiting = [];
  const ready = [];
  reader.on('line', (line) => { const take = waiting.shift(); if (take) take.resolve(line); else ready.push(line); });
  child.once('exit', (code) => { for (const { reject } of waiting.splice(0)) reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)); });
  return () => (ready.length ? Promise.resolve(ready.shift()) : new Promise((resolve, reject) => waiting.push({ resolve, reject })));
}

async function startNode(script) {
  const child = spawn(process.execPath, ['--expose-gc', path.join(here, 'servers', script)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } });
  const { port } = JSON.parse(await lines(child)());
  return { child, port, collect: () => child.kill('SIGUSR2'), stop: () => stop(child) };
}

export async function startAssay(bin, extra = []) {
  const data = mkdtempSync(path.join(os.tmpdir(), 'assay-bench-'));
  const port = await freePort();
  const child = spawn(path.join(bin, 'assay'), ['serve', '--auth', 'none', '--data', data, '--listen', `127.0.0.1:${port}`, ...extra], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null) throw new Error(`assay serve ended with ${child.exitCode}`);
    try {
      if ((await fetch(`http://127.0.0.1:${port}/readyz`)).ok) break;
    } catch { /* not up yet */ }
    if (tries > 600) throw new Error('assay serve did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { child, port, collect: () => {}, stop: async () => { await stop(child); rmSync(data, { recursive: true, force: true }); } };
}

const rows = (bin) => [
  ['@y/websocket-server', 'y', () => startNode('y_websocket.mjs'), ''],
  ['Assay, y-websocket protocol', 'y', () => startAssay(bin), '/yjs'],
  ['@hocuspocus/server', 'h', () => startNode('hocuspocus.mjs'), '/collab'],
  ['Assay, Hocuspocus protocol', 'h', () => startAssay(bin), '/collab'],
];

async function withLoad(server, args, work) {
  const load = spawn(process.execPath, [path.join(here, 'load.mjs'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const next = lines(load);
  try {
    await next();
    return await work(() => { load.stdin.write('go\n'); return next(); });
  } finally {
    await stop(load);
  }
}

async function measureFanout([name, protocol, start, prefix], { clients, updates, rate }) {
  const server = await start();
  try {
    const args = ['fanout', '--protocol', protocol, '--url', `ws://127.0.0.1:${server.port}${prefix}`, '--clients', String(clients),
      '--updates', String(updates), '--rate', String(rate)];
    return await withLoad(server, args, async (go) => {
      const before = cpuSeconds(server.child.pid);
      const result = JSON.parse(await go());
      const cpu = cpuSeconds(server.child.pid) - before;
      console.error(`${name}: ${result.deliveries} deliveries, ${cpu.toFixed(2)} s CPU`);
      return { name, cpu, perSecond: result.deliveries / cpu, ...result };
    });
  } finally {
    await server.stop();
  }
}

export async function benchServer({ top, bin, clients = 50, updates = 100, rate = 10, runs = 3 }) {
  const best = [];
  for (const row of rows(bin)) {
    const results = [];
    for (let run = 0; run < runs; run++) results.push(await measureFanout(row, { clients, updates, rate }));
    results.sort((a, b) => a.cpu - b.cpu);
    best.push(results[results.length >> 1]);
  }
  const text = heading(`Fan-out: 1 document, ${clients} clients, each typing ${updates} letters at ${rate} a second; median of ${runs} runs by CPU`, top,
    ['yjs', '@hocuspocus/server', '@y/websocket-server', 'ws'])
    + table(['', 'deliveries', 'messages', 'CPU s', 'deliveries a CPU second', 'p50 ms', 'p99 ms'],
      best.map((r) => [r.name, number(r.deliveries), number(r.messages), number(r.cpu), number(r.perSecond), number(r.p50), number(r.p99)]))
    + '\nA delivery is one letter of one client heard by one other. Assay stores and syncs every update before it is shown; the two others keep\n'
    + 'everything in memory. The load generator shares the machine; CPU is the server process alone.\n';
  save(path.join(here, 'results-server.txt'), text);
}

async function measureIdle([name, protocol, start, prefix], connections) {
  const server = await start();
  const settle = async () => { server.collect(); await new Promise((resolve) => setTimeout(resolve, 1500)); return rssKib(server.child.pid); };
  const url = `ws://127.0.0.1:${server.port}${prefix}`;
  try {
    // A first few connections pay for what any first connection makes.
    const before = await withLoad(server, ['idle', '--protocol', protocol, '--url', url, '--clients', '50'], async () => settle());
    const after = await withLoad(server, ['idle', '--protocol', protocol, '--url', url, '--clients', String(connections + 50)], async (go) => {
      const rss = await settle();
      const { lost } = JSON.parse(await go());
      if (lost) throw new Error(`${name}: ${lost} connections were lost`);
      return rss;
    });
    console.error(`${name}: ${before} KiB, with ${connections} more ${after} KiB`);
    return [name, number(before), number(after), number((after - before) / connections)];
  } finally {
    await server.stop();
  }
}

export async function benchMemory({ top, bin, connections = 2000 }) {
  const measured = [];
  for (const row of rows(bin)) measured.push(await measureIdle(row, connections));
  const text = heading(`Memory of an idle connection: resident set with 50 connections, then with ${connections} more, all on one document`, top,
    ['yjs', '@hocuspocus/server', '@y/websocket-server', 'ws'])
    + table(['', 'KiB with 50', `KiB with ${connections + 50}`, 'KiB a connection'], measured)
    + '\nNode\'s heap is collected before each reading.\n';
  save(path.join(here, 'results-memory.txt'), text);
}
