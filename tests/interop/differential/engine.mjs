// The engine as a child process (crdt_replay), one call a command. Calls are answered in order, so many may be under way.
import { spawn } from 'node:child_process';

const commands = { make: 0, apply: 1, news: 2, describe: 3, encode: 4, write: 5, state: 6 };

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

  make(slot, { gc = true } = {}) { return this.#call('make', slot, Buffer.from([gc ? 1 : 0])); }
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
  close() { this.child.stdin.end(); }
}
