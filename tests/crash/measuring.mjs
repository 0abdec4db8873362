// The two clients that measure how late an edit reaches another, on a thread of their own: what the writers beside them
// cost their own event loop is not the server's delay. Posts 'ready', then on 'take' the delays since the last time: `ms`, and when
// the edit was made, `at`, in ms of the clock that all threads share.
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

import { until } from './server.mjs'

function client() {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://${workerData.url}/yjs`, 'measured', doc, { WebSocketPolyfill: WebSocket, disableBc: true })
  return { times: doc.getMap('times'), provider }
}

const sender = client()
const receiver = client()
let delays = []
receiver.times.observe((event) => {
  for (const key of event.keysChanged) {
    const made = receiver.times.get(key)
    delays.push({ ms: performance.now() - made, at: performance.timeOrigin + made })
  }
})
await until('the measuring clients', () => sender.provider.synced && receiver.provider.synced)
setInterval(() => sender.times.set('now', performance.now()), 20)
parentPort.on('message', () => {
  parentPort.postMessage(delays)
  delays = []
})
parentPort.postMessage('ready')
