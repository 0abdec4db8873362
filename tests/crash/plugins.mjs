// A plugin that crashes, hangs, floods and eats memory, again and again, while eight clients type.
//
//   node plugins.mjs --assay PROGRAM --hostile LIBRARY [--deeds 50] [--seed N] [--delay-ms 100]
//
// No edit may reach another client more than --delay-ms later than the slowest did before the first deed, on this machine
// as loaded as it is; nothing acknowledged or seen may be missing, and every other plugin goes on. Six stock clients of both
// protocols write; two more measure, on a thread of their own. What they measured before and during the deeds is printed.
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

import { read, sixWriters } from './clients.mjs'
import { Ledger } from './ledger.mjs'
import { Random, options } from './random.mjs'
import { Server, freePort, until } from './server.mjs'

const given = options({
  assay: '',
  hostile: '',
  deeds: 50,
  seed: Math.floor(Math.random() * 2 ** 32),
  'delay-ms': 100,
})
const random = new Random(given.seed)
const hostile = 'org.example.hostile'
const deeds = [
  'crash', 'abort', 'exit', 'hang', 'bomb', 'flood', 'flood-log', 'flood-put', 'flood-get', 'print', 'nonsense', 'close', 'socket', 'fork', 'exec',
  'kill-parent', 'outside', 'bad-utf8',
]
const documents = ['first', 'second']
console.log(`${given.deeds} deeds, --seed ${given.seed}`)

const directory = mkdtempSync(join(tmpdir(), 'assay-plugins-'))
const data = join(directory, 'data')
mkdirSync(join(data, 'plugins'), { recursive: true, mode: 0o700 })
copyFileSync(given.hostile, join(data, 'plugins', '.coming'))
renameSync(join(data, 'plugins', '.coming'), join(data, 'plugins', 'hostile.so'))
const server = new Server({ assay: given.assay, data, port: await freePort() })
await server.start()
const troubles = []

// As an administrator of this machine, by the control socket.
function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: join(data, 'control.sock'), method, path, headers: { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' } }, (answer) => {
      let text = ''
      answer.on('data', (part) => (text += part))
      answer.on('end', () => (answer.statusCode < 300 ? resolve(JSON.parse(text)) : reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))))
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
}
const plugins = async () => new Map((await ask('GET', '/api/plugins')).plugins.map((one) => [one.id, one]))
const status = async () => (await plugins()).get(hostile)

function client(name) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://${server.url}/yjs`, name, doc, { WebSocketPolyfill: WebSocket, disableBc: true })
  return { doc, provider, close: () => { provider.destroy(); provider.awareness.destroy(); doc.destroy() } }
}

// The two that measure.
const measuring = new Worker(new URL('measuring.mjs', import.meta.url), { workerData: { url: server.url } })
const [ready] = await once(measuring, 'message')
if (ready !== 'ready') throw new Error(`the measuring clients: ${ready}`)
let delays = []
async function measured() {
  measuring.postMessage('take')
  const [more] = await once(measuring, 'message')
  for (const delay of more) delays.push(delay)
  return delays
}

const ledger = new Ledger()
const writers = sixWriters(ledger, random, server.url, documents)
for (const writer of writers) {
  writer.connect()
  writer.type()
}

const made = await ask('POST', '/api/reports?name=a.txt', 'A title\nPublished on: 2025-10-09\n1. Bottom Line Up Front (BLUF)\nwords\n')
const report = client(made.id)
await until('the report', () => report.provider.synced)
const paragraph = () => report.doc.getXmlFragment('default').get(0).get(1).get(0)
const say = (word) =>
  report.doc.transact(() => {
    const text = paragraph()
    text.delete(0, text.length)
    text.insert(0, word)
  })
await until('the plugins', async () => [...(await plugins()).values()].every((one) => one.state === 'running'))
const others = [...(await plugins()).values()].filter((one) => one.id !== hostile)

const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0
const summary = (delays, list = delays.map(({ ms }) => ms)) => `p50 ${percentile(list, 0.5).toFixed(1)}, p99 ${percentile(list, 0.99).toFixed(1)}, longest ${percentile(list, 1).toFixed(1)} ms of ${list.length}`
await until('a base line', async () => (await measured()).length >= 400)
console.log(`before the first deed: ${summary(delays)}`)
const limit = given['delay-ms'] + Math.max(...delays.map(({ ms }) => ms))
delays = []

const now = () => performance.timeOrigin + performance.now()
const counts = new Map()
const begun = []  // deeds, with the time each was asked for
for (let i = 0; i < given.deeds; i++) {
  const deed = random.pick(deeds)
  counts.set(deed, (counts.get(deed) ?? 0) + 1)
  const before = await status()
  begun.push({ deed, at: now() })
  say(deed)
  await until(`the deed ${deed} to be done`, async () => (await status()).checks > before.checks)
  say('words')
  // Off and on: otherwise it would be off after three, and its block left out after two.
  await ask('POST', `/api/plugins/${hostile}`, { on: false })
  await ask('POST', `/api/plugins/${hostile}`, { on: true })
  await until('it to serve again', async () => (await status()).state === 'running')
}
const during = await measured()
await measuring.terminate()
console.log(`during the deeds:      ${summary(during)}`)
console.log([...counts].map(([deed, n]) => `${deed} ${n}`).join(', '))
for (const { ms, at } of [...during].sort((a, b) => b.ms - a.ms).slice(0, 5)) {
  const { deed, at: since } = begun.findLast((one) => one.at <= at) ?? { deed: 'none', at }
  console.log(`  ${ms.toFixed(1)} ms, made ${(at - since).toFixed(0)} ms after ${deed}`)
}
const late = during.filter(({ ms }) => ms > limit)
if (late.length > 0) troubles.push(`${late.length} edits took longer than ${limit.toFixed(0)} ms`)

// The others: never ended, and still answering.
say('Reportedly this changes everything, a source says.')
for (const other of others) {
  await until(`${other.id} to check again`, async () => (await plugins()).get(other.id).checks > other.checks)
  const now = (await plugins()).get(other.id)
  if (now.state !== 'running' || now.deaths !== 0) troubles.push(`${other.id}: ${now.state}, ${now.deaths} deaths: ${now.reason}`)
}

for (const writer of writers) writer.pauseTyping()
await until('all writers to be in step', () => writers.every((writer) => writer.synced))
report.close()
for (const writer of writers) writer.destroy()
await server.kill()
await server.start()
for (const name of documents) {
  const missing = ledger.missing(name, await read(server.url, name))
  if (missing !== null) troubles.push(`${name}: lost ${missing}`)
}
await server.stop()
rmSync(directory, { recursive: true, force: true })
console.log(`${given.deeds} deeds: ${ledger.acknowledged} acknowledged, ${ledger.seen} seen, ${others.map((one) => one.id).join(', ')} went on, ${troubles.length} troubles`)
for (const trouble of troubles) console.log(trouble)
process.exit(troubles.length === 0 ? 0 : 1)
