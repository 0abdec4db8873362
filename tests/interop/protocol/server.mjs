// One `assay serve` for a test file, with its own data folder and port, and the calls a test needs to set the scene.
//   ASSAY names the program; ctest sets it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { decodeHMessage, decodeYMessage, emptyStateVector, emptyUpdate, h, Wire, y } from '../wire.mjs';

const program = process.env.ASSAY ?? path.resolve(import.meta.dirname, '../../../build/release/bin/assay');

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export class Server {
  // `config` is TOML text. The folder lives until `stop`.
  static async start({ auth = 'none', config = '' } = {}) {
    const server = new Server();
    server.auth = auth;
    server.folder = mkdtempSync(path.join(os.tmpdir(), 'assay-protocol-'));
    server.config = path.join(server.folder, 'assay.toml');
    writeFileSync(server.config, config);
    await server.run();
    return server;
  }

  async run() {
    this.port ??= await freePort();  // the same one after a restart, for those who come back
    this.host = `127.0.0.1:${this.port}`;
    this.output = '';
    this.child = spawn(program, ['serve', '--auth', this.auth, '--data', path.join(this.folder, 'data'), '--config', this.config,
      '--listen', this.host], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => { this.output += text; });
    for (let tries = 0; ; tries++) {
      if (this.child.exitCode !== null) throw new Error(`assay serve ended with ${this.child.exitCode}: ${this.output}`);
      try {
        if ((await this.get('/readyz')).status === 200) return;
      } catch { /* not listening yet */ }
      if (tries > 1200) throw new Error(`assay serve did not become ready: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async end(signal) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }
  async restart(signal = 'SIGKILL') { await this.end(signal); await this.run(); }
  async stop() { await this.end('SIGTERM'); rmSync(this.folder, { recursive: true, force: true }); }

  // { status, headers, body }. `socket: true` asks through the control socket, with administrator's rights.
  request(method, target, { body, headers = {}, socket = false } = {}) {
    const where = socket ? { socketPath: path.join(this.folder, 'data/control.sock') } : { host: '127.0.0.1', port: this.port };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const request = http.request({ ...where, method, path: target, agent: false, headers: { ...type, ...headers } }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const raw = Buffer.concat(chunks).toString();
          let parsed = raw;
          try { parsed = JSON.parse(raw); } catch { /* not JSON */ }
          resolve({ status: response.statusCode, headers: response.headers, body: parsed });
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  }
  get(target, options) { return this.request('GET', target, options); }

  async metric(name) {
    const { body } = await this.get('/metrics');
    const lines = String(body).split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
  }

  async addUser(id) {
    const answer = await this.request('POST', '/api/users', { socket: true, body: { id, name: id, password: `${id}-password-1` } });
    if (answer.status !== 201) throw new Error(`user ${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  // The cookie of a session of that user.
  async signIn(id) {
    const answer = await this.request('POST', '/api/session', { body: { user: id, password: `${id}-password-1` } });
    if (answer.status !== 200) throw new Error(`sign in ${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.headers['set-cookie'][0].split(';')[0];
  }
  async addReport(cookie, roles = {}) {
    const made = await this.request('POST', '/api/reports', { headers: { cookie }, body: { title: 'A report' } });
    if (made.status !== 201) throw new Error(`report: ${made.status} ${JSON.stringify(made.body)}`);
    await this.setRoles(cookie, made.body.id, roles);
    return made.body.id;
  }
  async setRoles(cookie, id, roles) {
    const answer = await this.request('PATCH', `/api/reports/${id}`, { headers: { cookie }, body: { roles } });
    if (answer.status !== 200) throw new Error(`roles: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  // ---- Clients by hand ----
  yWire(document, options) { return new Wire(`ws://${this.host}/yjs/${document}`, decodeYMessage, options); }
  hWire(options) { return new Wire(`ws://${this.host}/collab`, decodeHMessage, options); }

  // Connected and level: both sides have said what they have.
  async yClient(document, options) {
    const wire = this.yWire(document, options);
    await wire.opened;
    await wire.take('step1');
    wire.send(y.sync('step1', emptyStateVector), y.sync('step2', emptyUpdate));
    wire.first = (await wire.take('step2')).bytes;
    return wire;
  }
  async hClient(key, { token = '', ...options } = {}) {
    const wire = this.hWire(options);
    await wire.opened;
    return this.hOpen(wire, key, token);
  }
  async hOpen(wire, key, token = '') {
    const mine = (kind) => (message) => message.kind === kind && message.key === key;
    wire.send(h.auth(key, token), h.sync(key, 'step1', emptyStateVector));
    wire.scope = (await wire.take(mine('authenticated'))).scope;
    wire.first = (await wire.take(mine('step2'))).bytes;
    await wire.take(mine('step1'));
    wire.send(h.sync(key, 'step2', emptyUpdate));
    await wire.take(mine('status'));
    return wire;
  }
}
