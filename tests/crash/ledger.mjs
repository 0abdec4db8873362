// What must never be lost: every update that a client got from the server, and every update that the server acknowledged.
import * as Y from 'yjs'

export class Ledger {
  constructor() {
    this.documents = new Map() // name → a Y.Doc that holds exactly what must be there
    this.acknowledged = 0
    this.seen = 0
  }

  document(name) {
    if (!this.documents.has(name)) this.documents.set(name, new Y.Doc())
    return this.documents.get(name)
  }

  noteSeen(name, update) {
    this.seen++
    Y.applyUpdate(this.document(name), update)
  }

  noteAcknowledged(name, update) {
    this.acknowledged++
    Y.applyUpdate(this.document(name), update)
  }

  // What `held`, a document as the server has it, lacks; none: null.
  missing(name, held) {
    const must = this.document(name)
    // With what waits in `must`: an acknowledgement may be here before that of what it rests on, sent with it.
    const lacking = Y.encodeStateAsUpdate(must, Y.encodeStateVector(held))
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(held))
    let changes = null
    copy.on('update', (update) => (changes = Y.decodeUpdate(update)))
    Y.applyUpdate(copy, lacking)
    if (isPending(copy)) return 'structs on which others rest'
    if (changes === null) return null
    return `${changes.structs.length} structs and deletions of ${changes.ds.clients.size} clients`
  }
}

const isPending = (doc) => doc.store.pendingStructs !== null || doc.store.pendingDs !== null
