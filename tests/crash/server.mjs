// The program under test: started, killed, started again on the same data and the same port.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// Waits until `condition` holds; the limit only keeps a hanging test from hanging for good.
export async function until(what, condition, limitSeconds = 60) {
  const end = Date.now() + limitSeconds * 1000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${limitSeconds} s for: ${what}`)
    await pause(10)
  }
}

export class Server {
  constructor({ assay, data, port, env = {} }) {
    this.assay = assay
    this.data = data
    this.port = port
    this.env = env
    this.process = null
    this.errors = ''
  }

  get url() {
    return `127.0.0.1:${this.port}`
  }

  spawn() {
    this.process = spawn(
      this.assay,
      ['serve', '--auth', 'none', '--data', this.data, '--listen', `127.0.0.1:${this.port}`],
      { env: { ...process.env, ...this.env }, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.errors = ''
    this.process.stderr.on('data', (text) => {
      this.errors = (this.errors + text).slice(-4000)
    })
    this.exited = once(this.process, 'exit')
    const child = this.process
    const end = () => child.kill('SIGKILL') // when the test itself fails
    process.once('exit', end)
    this.exited.then(() => process.removeListener('exit', end))
  }

  async start() {
    this.spawn()
    const child = this.process
    await until('the server to be ready', async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${this.errors}`)
      try {
        return (await fetch(`http://${this.url}/readyz`)).ok
      } catch {
        return false
      }
    })
  }

  async kill() {
    this.process.kill('SIGKILL')
    await this.exited
  }

  async stop() {
    this.process.kill('SIGTERM')
    const [code] = await this.exited
    return code
  }
}
