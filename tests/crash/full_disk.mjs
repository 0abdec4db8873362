// The disk fills up under six writing clients: read-only soon, readable meanwhile, writable again by itself once there is
// space, nothing lost. Then a start on a full disk: one clear line.
//
//   node full_disk.mjs --assay PROGRAM [--seed N]
//
// On a small tmpfs in a mount namespace of its own, so nothing outlives the test. Exits with 77 where that is not permitted.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { HocuspocusWriter, YWebsocketWriter, content, read, sixWriters } from './clients.mjs'
import { Ledger } from './ledger.mjs'
import { Random, options } from './random.mjs'
import { Server, freePort, until } from './server.mjs'

const given = options({ assay: '', seed: Math.floor(Math.random() * 2 ** 32), disk: '' })
if (given.disk === '') process.exit(insideNamespace())

// Runs this file again in a mount namespace with a small disk; what it exited with.
function insideNamespace() {
  for (const way of [['--mount'], ['--mount', '--map-root-user']]) {
    const disk = mkdtempSync(join(tmpdir(), 'assay-full-'))
    const mount = `mount -t tmpfs -o size=96m tmpfs ${disk} && exec "$@"`
    const possible = spawnSync('unshare', [...way, 'sh', '-c', mount, 'sh', 'true'])
    const result =
      possible.status === 0 &&
      spawnSync(
        'unshare',
        [...way, 'sh', '-c', mount, 'sh', process.execPath, import.meta.filename ?? process.argv[1], ...process.argv.slice(2), '--disk', disk],
        { stdio: 'inherit' },
      )
    rmSync(disk, { recursive: true, force: true })
    if (result) return result.status ?? 1
  }
  console.log('skipped: mounting a small disk is not permitted here')
  return 77
}

function expect(what, holds) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`)
  if (!holds) process.exit(1)
}

const filler = join(given.disk, 'filler')
function fillDisk() {
  const file = openSync(filler, 'a')
  for (let chunk = 1 << 20; chunk >= 1; ) {
    try {
      writeSync(file, Buffer.alloc(chunk))
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error
      chunk = chunk >> 1
    }
  }
  closeSync(file)
}

console.log(`full disk, --seed ${given.seed}`)
const random = new Random(given.seed)
const documents = ['first', 'second']
const data = join(given.disk, 'data')
const server = new Server({ assay: given.assay, data, port: await freePort() })
const ledger = new Ledger()
await server.start()
const writers = sixWriters(ledger, random, server.url, documents)
const hocuspocus = writers.filter((writer) => writer instanceof HocuspocusWriter)
const yWebsocket = writers.filter((writer) => writer instanceof YWebsocketWriter)

const nothingMissing = async () => {
  for (const name of documents) {
    const missing = ledger.missing(name, await read(server.url, name))
    if (missing !== null) return console.log(`${name}: ${missing}`), false
  }
  return true
}
const inStep = () =>
  writers.every((writer) => writer.synced) &&
  documents.every((name) => new Set(writers.filter((w) => w.documentName === name).map((w) => content(w.doc))).size === 1)

for (const writer of writers) writer.connect()
await until('all writers to be connected', () => writers.every((writer) => writer.synced))
for (const writer of writers) writer.type()
await until('the first hundred acknowledgements', () => ledger.acknowledged > 100)

fillDisk()
// RocksDB has some of the disk in hand already: large pastes use it up.
const paste = setInterval(() => {
  const array = writers[3].doc.getArray('pasted')
  array.push(['x'.repeat(200_000)])
  if (array.length > 2) array.delete(0, 1)
}, 20)
let oldest = 0
const watch = setInterval(() => {
  const sockets = hocuspocus.map((writer) => writer.provider.configuration.websocketProvider.webSocket)
  oldest = sockets.some((socket) => socket?.waiting.length > 0) ? oldest || Date.now() : 0
}, 5)
const told = (writer) => writer.stateless.some((text) => text.includes('"storage"') && text.includes('read-only'))
await until('a Hocuspocus client to hear that storage is read-only', () => hocuspocus.some(told))
if (oldest !== 0) console.log(`read-only ${Date.now() - oldest} ms after the oldest edit that was not stored`)
clearInterval(watch)
clearInterval(paste)
await until('all Hocuspocus clients to hear it', () => hocuspocus.every(told))
process.on('exit', (code) => code !== 0 && console.log(writers.map((w) => [w.name, ...w.closeCodes.slice(-5)]), server.errors))
await until('all y-websocket writers to be closed with 1013', () => yWebsocket.every((writer) => writer.closeCodes.includes(1013)))
const acknowledged = ledger.acknowledged
expect('what is durable can be read meanwhile, all of it', await nothingMissing())
for (const writer of writers) writer.edit()
expect('nothing is acknowledged meanwhile', ledger.acknowledged === acknowledged)
expect('nothing of it is refused', hocuspocus.every((writer) => writer.refused === 0))

rmSync(filler)
await until('all Hocuspocus clients to be closed with 1013', () => hocuspocus.every((writer) => writer.closeCodes.includes(1013)))
await until('new acknowledgements', () => ledger.acknowledged > acknowledged)
for (const writer of writers) writer.pauseTyping()
await until('all writers to be in step', inStep)
expect('nothing is missing after recovery', await nothingMissing())
for (const writer of writers) writer.disconnect()

await server.kill()
await server.start()
expect('nothing is missing after kill -9 and a new start', await nothingMissing())
await server.kill()

fillDisk()
const start = (path) =>
  spawnSync(given.assay, ['serve', '--auth', 'none', '--data', path, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 10_000 })
const fresh = start(join(given.disk, 'fresh'))
console.log(fresh.stderr.trim())
expect('a start on a full disk ends with 4', fresh.status === 4)
expect('and says why in one line', fresh.stderr.trim().split('\n').length === 1 && /full|space/.test(fresh.stderr))
const again = start(data)
console.log(again.stderr.trim() || 'started')
expect('a start with data there ends with 4 and one line, or runs', again.status === 4 || again.error?.code === 'ETIMEDOUT')
rmSync(filler)
await server.start()
expect('nothing is missing once there is space', await nothingMissing())
expect('the server ends well', (await server.stop()) === 0)
for (const writer of writers) writer.destroy()
process.exit(0)
