// Small documents that say one thing, and what a client has heard put together again.
import * as Y from 'yjs';

let lastClient = 1000;

// A writer with its own client id: `write(text)` gives the update of appending those words to the root `text`.
export function makeWriter(client = ++lastClient) {
  const doc = new Y.Doc();
  doc.clientID = client;
  const write = (words) => {
    let made;
    doc.once('update', (update) => { made = update; });
    doc.getText('text').insert(doc.getText('text').length, words);
    return made;
  };
  return { doc, client, write };
}

// The words of root `text` after these updates.
export function wordsOf(...updates) {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText('text').toString();
}

let lastName = 0;
export const freshName = (stem = 'doc') => `${stem}-${process.pid}-${++lastName}`;
