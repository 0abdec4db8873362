// Writers on both protocols, all of them stock providers, and a reader made by hand. Whatever they get from the server, and
// whatever it acknowledges, goes into the ledger.
import { HocuspocusProvider } from '@hocuspocus/provider'
import { HocuspocusProvider as HocuspocusProvider3 } from 'hocuspocus-provider-3'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const hocuspocusSync = 0
const hocuspocusSyncReply = 4
const hocuspocusSyncStatus = 8

class Writer {
  constructor(name, documentName, ledger, random) {
    this.name = name
    this.documentName = documentName
    this.random = random
    this.doc = new Y.Doc()
    this.timer = null
    this.edits = 0
  }

  // One small edit of the kinds an editor makes.
  edit() {
    this.edits++
    const text = this.doc.getText('text')
    const { random } = this
    this.doc.transact(() => {
      if (text.length > 4000 || (text.length > 0 && random.chance(0.25))) {
        const at = random.below(text.length)
        text.delete(at, Math.min(text.length - at, 1 + random.below(text.length > 4000 ? 200 : 8)))
      } else {
        text.insert(random.below(text.length + 1), `${this.name}${this.edits} `)
      }
      if (random.chance(0.1)) this.doc.getMap('map').set(`${random.below(20)}`, `${this.name}${this.edits}`)
      if (random.chance(0.1)) this.doc.getArray('array').push([{ by: this.name, edit: this.edits }])
    })
  }

  type() {
    const next = () => {
      this.edit()
      this.timer = setTimeout(next, this.random.below(12))
    }
    this.timer = setTimeout(next, this.random.below(12))
  }

  pauseTyping() {
    clearTimeout(this.timer)
  }
}

// The update in a sync message, as it left the server; none for a step 1. What the document makes of it would not do: it may
// delete a loser for the sake of an edit of its own that the server never had.
function updateIn(decoder) {
  const step = decoding.readVarUint(decoder)
  if (step === sync.messageYjsSyncStep1) return null
  const update = decoding.readVarUint8Array(decoder)
  return update.length > 2 ? update : null // two zeros say nothing
}

function listeningYWebsocket(writer, ledger) {
  return class extends WebSocket {
    constructor(...words) {
      super(...words)
      this.on('message', (message) => {
        const decoder = decoding.createDecoder(new Uint8Array(message))
        const update = decoding.readVarUint(decoder) === 0 ? updateIn(decoder) : null
        if (update !== null) ledger.noteSeen(writer.documentName, update)
      })
    }
  }
}

export class YWebsocketWriter extends Writer {
  constructor(name, documentName, ledger, random, url) {
    super(name, documentName, ledger, random)
    this.closeCodes = []
    this.provider = new WebsocketProvider(`ws://${url}/yjs`, documentName, this.doc, {
      WebSocketPolyfill: listeningYWebsocket(this, ledger),
      connect: false,
      disableBc: true,
      maxBackoffTime: 100,
    })
    this.provider.on('connection-close', (event) => event && this.closeCodes.push(event.code))
  }

  connect() {
    this.provider.connect()
  }

  disconnect() {
    this.provider.disconnect()
  }

  get synced() {
    return this.provider.synced
  }

  destroy() {
    this.pauseTyping()
    this.provider.destroy()
    this.provider.awareness.destroy()
    this.doc.destroy()
  }
}

// A WebSocket that reads along: each update sent is acknowledged by one status, in order.
function listeningHocuspocus(writer, ledger) {
  return class extends WebSocket {
    constructor(...words) {
      super(...words)
      const waiting = []
      this.waiting = waiting
      this.on('message', (message) => {
        const bytes = new Uint8Array(message)
        if (bytes.length < 2) return
        const decoder = decoding.createDecoder(bytes)
        decoding.readVarString(decoder)
        const type = decoding.readVarUint(decoder)
        if (type === hocuspocusSync || type === hocuspocusSyncReply) {
          const seen = updateIn(decoder)
          if (seen !== null) ledger.noteSeen(writer.documentName, seen)
        }
        if (type !== hocuspocusSyncStatus) return
        const update = waiting.shift()
        if (update === undefined) throw new Error('a sync status for nothing')
        if (decoding.readVarInt(decoder) === 1) {
          writer.acknowledged++
          ledger.noteAcknowledged(writer.documentName, update)
        } else {
          writer.refused++
        }
      })
      this.on('close', (code) => writer.closeCodes.push(code))
      this.on('error', () => {}) // the provider lets go of a socket that is still connecting
    }

    send(bytes, ...words) {
      if (bytes.length > 1) {
        const decoder = decoding.createDecoder(new Uint8Array(bytes))
        decoding.readVarString(decoder)
        const type = decoding.readVarUint(decoder)
        if (type === hocuspocusSync || type === hocuspocusSyncReply) {
          const step = decoding.readVarUint(decoder)
          if (step !== sync.messageYjsSyncStep1) this.waiting.push(decoding.readVarUint8Array(decoder))
        }
      }
      super.send(bytes, ...words)
    }
  }
}

export class HocuspocusWriter extends Writer {
  constructor(name, documentName, ledger, random, url, version = 4) {
    super(name, documentName, ledger, random)
    this.closeCodes = []
    this.stateless = []
    this.acknowledged = this.refused = 0
    const Provider = version === 3 ? HocuspocusProvider3 : HocuspocusProvider
    this.provider = new Provider({
      url: `ws://${url}/collab`,
      name: documentName,
      document: this.doc,
      WebSocketPolyfill: listeningHocuspocus(this, ledger),
      autoConnect: false,
      connect: false,
      delay: 100,
      minDelay: 50,
      maxDelay: 200,
      token: '',
      onStateless: ({ payload }) => this.stateless.push(payload),
    })
  }

  connect() {
    this.provider.connect()?.catch(() => {}) // given up when we disconnect meanwhile
  }

  disconnect() {
    this.provider.disconnect()
  }

  get synced() {
    return this.provider.synced && this.provider.unsyncedChanges === 0
  }

  destroy() {
    this.pauseTyping()
    this.provider.destroy()
    this.doc.destroy()
  }
}

// The document as the server shows it to somebody who has nothing.
export function read(url, documentName) {
  return new Promise((resolve, reject) => {
    const doc = new Y.Doc()
    const socket = new WebSocket(`ws://${url}/yjs/${encodeURIComponent(documentName)}`)
    socket.on('open', () => {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, 0)
      sync.writeSyncStep1(encoder, doc)
      socket.send(encoding.toUint8Array(encoder))
    })
    socket.on('message', (bytes) => {
      const decoder = decoding.createDecoder(new Uint8Array(bytes))
      if (decoding.readVarUint(decoder) !== 0) return
      const step = decoding.readVarUint(decoder)
      if (step === sync.messageYjsSyncStep1) return
      Y.applyUpdate(doc, decoding.readVarUint8Array(decoder))
      if (step !== sync.messageYjsSyncStep2) return
      socket.terminate()
      resolve(doc)
    })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`the server closed with ${code} before it had answered`)))
  })
}

// Three on each protocol, two documents.
export function sixWriters(ledger, random, url, documents) {
  return [
    new YWebsocketWriter('a', documents[0], ledger, random, url),
    new YWebsocketWriter('b', documents[0], ledger, random, url),
    new YWebsocketWriter('c', documents[1], ledger, random, url),
    new HocuspocusWriter('d', documents[0], ledger, random, url),
    new HocuspocusWriter('e', documents[1], ledger, random, url),
    new HocuspocusWriter('f', documents[1], ledger, random, url, 3),
  ]
}

// A document as plain values, to compare.
export const content = (doc) =>
  JSON.stringify([doc.getText('text').toJSON(), doc.getArray('array').toJSON(), Object.entries(doc.getMap('map').toJSON()).sort()])
