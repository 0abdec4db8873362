// Kill -9, or a power cut, at random moments under six writing clients on both protocols; then start again and compare.
//
//   node crash.mjs --assay PROGRAM [--kills 10] [--seed N] [--power-cut SHIM]
//
// Nothing that was acknowledged (Hocuspocus: sync status 1) or that any client got from the server may be missing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

import { content, read, sixWriters } from './clients.mjs'
import { Ledger } from './ledger.mjs'
import { cutPower } from './power_cut.mjs'
import { Random, options } from './random.mjs'
import { Server, freePort, pause, until } from './server.mjs'

const given = options({ assay: '', kills: 10, seed: Math.floor(Math.random() * 2 ** 32), 'power-cut': '' })
const random = new Random(given.seed)
const power = given['power-cut'] !== ''
const how = power ? 'power cut' : 'kill -9'
console.log(`${how}, ${given.kills} times, --seed ${given.seed}`)

const documents = ['first', 'second']
const directory = mkdtempSync(join(tmpdir(), 'assay-crash-'))
const data = join(directory, 'data')
const table = join(directory, 'synced')
const env = power ? { LD_PRELOAD: given['power-cut'], SHIM_TABLE: table, SHIM_DELAY_US: '4000' } : {}
const server = new Server({ assay: given.assay, data, port: await freePort(), env })
const ledger = new Ledger()
const losses = []
let dropped = 0
let killedWhileStarting = 0

async function die() {
  await server.kill()
  if (power) dropped += cutPower(data, table, random)
}

async function checkNothingIsMissing(when) {
  for (const name of documents) {
    const missing = ledger.missing(name, await read(server.url, name))
    if (missing === null) continue
    losses.push(`${when}, ${name}: ${missing}`)
    console.log(`LOST ${losses.at(-1)}`)
  }
}

await server.start()
const writers = sixWriters(ledger, random, server.url, documents)

for (let kill = 1; kill <= given.kills; kill++) {
  const before = { acknowledged: ledger.acknowledged, seen: ledger.seen }
  for (const writer of writers) {
    writer.connect()
    writer.type()
  }
  // Some die during the handshakes, most in the middle of the work.
  if (random.chance(0.8)) {
    const enough = before.acknowledged + 1 + random.below(30)
    await until('acknowledgements', () => ledger.acknowledged >= enough)
  }
  await pause(random.below(400))
  await die()
  for (const writer of writers) {
    writer.pauseTyping()
    writer.disconnect()
  }
  await pause(0) // what had arrived is read now
  if (random.chance(0.2)) {
    server.spawn()
    await pause(random.below(80))
    await die()
    killedWhileStarting++
  }
  await server.start()
  await checkNothingIsMissing(`${how} ${kill}`)
  console.log(
    `${how} ${kill}: ${ledger.acknowledged - before.acknowledged} acknowledged, ${ledger.seen - before.seen} seen, nothing missing so far: ${losses.length === 0}`,
  )
  for (const writer of writers) writer.edit() // made while away
}

// All come back, and all are equal in the end, on a server that has started once more.
for (const writer of writers) writer.connect()
await until('all writers to be in step', () => {
  const contents = (name) => new Set(writers.filter((w) => w.documentName === name).map((w) => content(w.doc)))
  return writers.every((writer) => writer.synced) && documents.every((name) => contents(name).size === 1)
})
const final = new Map(writers.map((writer) => [writer.documentName, content(writer.doc)]))
for (const writer of writers) writer.destroy()
const code = await server.stop()
if (code !== 0) losses.push(`the server ended with ${code} on SIGTERM: ${server.errors}`)
const verified = spawnSync(given.assay, ['verify', '--data', data], { encoding: 'utf8' })
if (verified.status !== 0) losses.push(`assay verify: ${verified.stdout}${verified.stderr}`)
await server.start()
await checkNothingIsMissing('at the end')
for (const name of documents) {
  if (content(await read(server.url, name)) !== final.get(name)) losses.push(`at the end, ${name}: not what the writers have`)
}
await server.stop()
rmSync(directory, { recursive: true, force: true })

const edits = writers.reduce((sum, writer) => sum + writer.edits, 0)
console.log(
  `${given.kills} times ${how} (${killedWhileStarting} more while starting${power ? `, ${dropped} unsynced bytes dropped` : ''}): ` +
    `${edits} edits, ${ledger.acknowledged} acknowledged, ${ledger.seen} seen by others, ${losses.length} losses`,
)
for (const loss of losses) console.log(loss)
process.exit(losses.length === 0 ? 0 : 1)
