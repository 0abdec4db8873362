// The engine as a child process (crdt_replay), one call a command. Calls are answered in order, so many may be under way.
import { spawn } from 'node:child_process';

const commands = { make: 0, apply: 1, news: 2, describe: 3, encode: 4, write: 5, state: 6, update: 7, position: 8, resolve: 9, snapshot: 10, encodeV2: 11 };

export class Engine {
  constructor(program) {
    this.child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.waiting = [];
    this.chunks = [];
    this.have = 0;
    this.child.stdout.on('data', (chunk) => this.#take(chunk));
    this.child.on('close', (code, signal) => this.#end(`crdt_replay ended (${signal ?? code})`));
    this.child.on('error', (error) => this.#end(error.message));
    this.child.stdin.on('error', () => {});
  }

  #end(reason) {
    this.ended = reason;
    for (const { reject } of this.waiting.splice(0)) reject(new Error(reason));
  }

  #take(chunk) {
    this.chunks.push(chunk);
    this.have += chunk.length;
    while (this.have >= 4) {
      if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
      const all = this.chunks[0];
      const end = 4 + all.readUInt32LE(0);
      if (this.have < end) return;
      this.chunks = [all.subarray(end)];
      this.have -= end;
      this.waiting.shift().resolve(all.subarray(4, end));
    }
  }

  #call(command, slot, body) {
    if (this.ended) return Promise.reject(new Error(this.ended));
    const head = Buffer.alloc(6);
    head.writeUInt32LE(body.length + 2, 0);
    head[4] = commands[command];
    head[5] = slot;
    this.child.stdin.write(Buffer.concat([head, body]));
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  make(slot, { gc = true } = {}) {
    const made = this.#call('make', slot, Buffer.from([gc ? 1 : 0]));
    made.catch(() => {});  // seldom waited for; whoever calls next hears of it
    return made;
  }
  async apply(slot, update, { news = false } = {}) {
    const answer = await this.#call(news ? 'news' : 'apply', slot, update);
    if (answer[0] === 0x65) throw new Error(`refused: ${answer.subarray(1)}`);
    return { changed: answer[0] === 0x63, pending: answer[1] === 0x70, news: new Uint8Array(answer.subarray(2)) };
  }
  async describe(slot, roots) {
    return JSON.parse((await this.#call('describe', slot, Buffer.from(JSON.stringify(roots)))).toString());
  }
  async encode(slot, stateVector = new Uint8Array()) {
    return new Uint8Array(await this.#call('encode', slot, Buffer.from(stateVector)));
  }
  async write(slot, client, ops) {
    return new Uint8Array(await this.#call('write', slot, Buffer.from(JSON.stringify({ client, ops }))));
  }
  async state(slot) { return new Uint8Array(await this.#call('state', slot, Buffer.alloc(0))); }
  // merge, diff, vector or convert, without a document.
  async update(what, format, updates, since = new Uint8Array()) {
    const hex = (bytes) => Buffer.from(bytes).toString('hex');
    const body = { do: what, format, updates: updates.map(hex), since: hex(since) };
    return new Uint8Array(await this.#call('update', 0, Buffer.from(JSON.stringify(body))));
  }
  async position(slot, path, index, side) {
    return new Uint8Array(await this.#call('position', slot, Buffer.from(JSON.stringify({ path, index, side }))));
  }
  async resolve(slot, position) { return JSON.parse((await this.#call('resolve', slot, Buffer.from(position))).toString()); }
  async snapshot(slot) { return new Uint8Array(await this.#call('snapshot', slot, Buffer.alloc(0))); }
  async encodeV2(slot) { return new Uint8Array(await this.#call('encodeV2', slot, Buffer.alloc(0))); }
  close() { this.child.stdin.end(); }
}
