// A real `assay serve` with accounts on a free port and a data folder of its own, and people who speak to it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const patienceMs = 30_000

// Waits until `look` gives something true, and gives that; the limit only keeps a failing test from hanging.
export async function until(what, look) {
  const end = Date.now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export class Server {
  static async start(program) {
    const server = new Server(program, await mkdtemp(join(tmpdir(), 'assay-api-')))
    await server.start()
    return server
  }

  constructor(program, data) {
    this.program = program
    this.data = data
  }

  async start() {
    this.said = ''
    const address = `127.0.0.1:${this.port ?? 0}`
    this.process = spawn(this.program, ['serve', '--auth', 'accounts', '--data', this.data, '--listen', address])
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => (this.said += text))
    const child = this.process
    this.port = await until('the server to say where it is', () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${this.said}`)
      return /http:\/\/127\.0\.0\.1:(\d+)\//.exec(this.said)?.[1]
    })
    this.origin = `http://127.0.0.1:${this.port}`
    await until('the server to be ready', async () => (await fetch(`${this.origin}/readyz`)).ok)
  }

  async setupToken() {
    return until('the setup link', () => /\/setup\?token=([\w-]+)/.exec(this.said)?.[1])
  }

  async kill() {
    const gone = once(this.process, 'exit')
    this.process.kill('SIGKILL')
    await gone
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const gone = once(this.process, 'exit')
    this.process.kill('SIGTERM')
    await gone
  }

  async remove() {
    await this.stop()
    await rm(this.data, { recursive: true, force: true })
  }

  // A command of the same program on the same data.
  command(words, input = '') {
    return runCommand(this.program, [...words, '--data', this.data], { input })
  }
}

// Exit code, standard output, standard error.
export async function runCommand(program, words, { input = '', env = {} } = {}) {
  const child = spawn(program, words, { env: { ...process.env, ...env } })
  let out = ''
  let wrong = ''
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (wrong += text))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, out, wrong }
}

// One browser: keeps its cookie and says where it comes from.
export class Person {
  constructor(server) {
    this.server = server
    this.cookie = ''
  }

  get token() {
    return this.cookie.slice(this.cookie.indexOf('=') + 1)
  }

  async send(method, path, body, type = 'application/json') {
    const headers = { origin: this.server.origin }
    if (this.cookie) headers.cookie = this.cookie
    if (body !== undefined) headers['content-type'] = type
    const text = body === undefined || type !== 'application/json' ? body : JSON.stringify(body)
    const answer = await fetch(this.server.origin + path, { method, headers, body: text })
    const set = answer.headers.getSetCookie()
    if (set.length > 0) this.cookie = set[0].split(';')[0]
    const bytes = Buffer.from(await answer.arrayBuffer())
    const json = answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(bytes) : undefined
    return { status: answer.status, bytes, json, headers: answer.headers }
  }

  // The same, for an answer that must be this one.
  async expect(status, ...words) {
    const answer = await this.send(...words)
    assert.equal(answer.status, status, `${words[0]} ${words[1]}: ${answer.bytes}`)
    return answer.json ?? answer.bytes
  }

  signIn(user, password) {
    return this.expect(200, 'POST', '/api/session', { user, password })
  }
}
