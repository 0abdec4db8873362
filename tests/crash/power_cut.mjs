// Takes back what a disk would not have after a power cut: the shim (sync_shim.c) has noted how far each file was synced.
import { closeSync, existsSync, ftruncateSync, lstatSync, openSync, readFileSync, readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'

const recordBytes = 24 // device, inode, synced bytes: u64 each, little-endian

export function cutPower(data, table, random) {
  const synced = new Map()
  const bytes = readFileSync(table)
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
    const inode = bytes.readBigUInt64LE(at + 8)
    if (inode !== 0n) synced.set(inode, Number(bytes.readBigUInt64LE(at + 16)))
  }
  let dropped = 0
  for (const path of filesBelow(data)) {
    const { ino, size } = lstatSync(path, { bigint: true })
    const kept = synced.get(ino)
    if (kept === undefined) {
      // Never synced, so perhaps not even its name is on the disk. An empty file says nothing either way.
      dropped += Number(size)
      if (size > 0n) unlinkSync(path)
      continue
    }
    const rest = Number(size) - kept
    if (rest <= 0) continue
    const torn = random.below(rest + 1) // a part of what was on its way may have arrived
    dropped += rest - torn
    const file = openSync(path, 'r+')
    ftruncateSync(file, kept + torn)
    closeSync(file)
  }
  return dropped
}

function filesBelow(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}
