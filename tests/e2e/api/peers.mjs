// The stock providers as a browser or a program would use them, and a client made by hand that minds no rule.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

import { until } from './server.mjs'

const headersOf = (person) => ({ cookie: person.cookie, origin: person.server.origin })

// y-websocket, signed in by cookie.
export class CookiePeer {
  constructor(person, name) {
    this.doc = new Y.Doc()
    this.closed = []
    this.denied = []
    class Socket extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols, { headers: headersOf(person) })
      }
    }
    this.provider = new WebsocketProvider(`ws://127.0.0.1:${person.server.port}/yjs`, name, this.doc, {
      WebSocketPolyfill: Socket,
      disableBc: true,
      maxBackoffTime: 100,
    })
    const auth = 2
    this.provider.messageHandlers[auth] = (_, decoder) => {
      decoding.readVarUint(decoder)
      this.denied.push(decoding.readVarString(decoder))
    }
    this.provider.on('connection-close', (event) => event && this.closed.push(event.code))
  }

  synced() {
    return until('y-websocket to be synced', () => this.provider.synced)
  }

  destroy() {
    this.provider.destroy()
    this.doc.destroy()
  }
}

// Hocuspocus: with a token in the Auth message, or an empty one and the cookie.
export class HocuspocusPeer {
  constructor(person, name, { byCookie = false } = {}) {
    this.doc = new Y.Doc()
    this.scopes = []
    this.failures = []
    this.closed = []
    this.messages = []
    class Socket extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols, byCookie ? { headers: headersOf(person) } : {})
      }
    }
    this.socket = new HocuspocusProviderWebsocket({
      url: `ws://127.0.0.1:${person.server.port}/collab`,
      WebSocketPolyfill: Socket,
      delay: 100,
      minDelay: 50,
      maxDelay: 200,
    })
    this.socket.on('close', ({ event }) => this.closed.push(event.code))
    this.provider = new HocuspocusProvider({
      websocketProvider: this.socket,
      name,
      document: this.doc,
      awareness: null,
      token: byCookie ? '' : person.token,
      onAuthenticated: ({ scope }) => this.scopes.push(scope),
      onAuthenticationFailed: ({ reason }) => this.failures.push(reason),
      onStateless: ({ payload }) => this.messages.push(JSON.parse(payload)),
    })
    this.provider.attach()
  }

  get scope() {
    return this.scopes.at(-1)
  }

  synced() {
    return until('Hocuspocus to be synced', () => this.provider.isSynced)
  }

  saved() {
    return until('everything to be acknowledged', () => this.provider.unsyncedChanges === 0)
  }

  destroy() {
    this.provider.destroy()
    this.socket.destroy()
    this.doc.destroy()
  }
}

// Sends one update over y-websocket's protocol, whatever its role, and answers with the reason of the refusal.
export function sendByHand(person, name, update) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${person.server.port}/yjs/${name}`, { headers: headersOf(person) })
    socket.on('open', () => {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, 0)
      sync.writeUpdate(encoder, update)
      socket.send(encoding.toUint8Array(encoder))
    })
    socket.on('message', (bytes) => {
      const decoder = decoding.createDecoder(new Uint8Array(bytes))
      if (decoding.readVarUint(decoder) !== 2) return
      decoding.readVarUint(decoder)
      socket.terminate()
      resolve(decoding.readVarString(decoder))
    })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code} and no word of refusal`)))
  })
}

// The whole text of a report's document, without its structure.
export const words = (doc) => doc.getXmlFragment('default').toString().replace(/<[^>]*>/g, '')

// A thread as the page makes it, whole in one transaction.
export function addThread(doc, id, { id: user, name }, body) {
  doc.transact(() => {
    const message = new Y.Map(Object.entries({ id: `m-${id}`, author: user, name, at: Date.now(), body }))
    const thread = new Y.Map(Object.entries({ quote: 'words', state: 'open', by: user, at: Date.now() }))
    thread.set('messages', Y.Array.from([message]))
    thread.set('reactions', new Y.Map())
    doc.getMap('threads').set(id, thread)
  })
}
