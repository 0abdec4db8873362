// Types nested deep, put together by hand, and the few bytes that delete them all.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as encoding from 'lib0/encoding';

const client = 7;

function nested(count) {
  const encoder = encoding.createEncoder();
  for (const number of [1, count, client, 0]) encoding.writeVarUint(encoder, number);
  for (let i = 0; i < count; i++) {
    encoding.writeUint8(encoder, 7);  // a type
    encoding.writeVarUint(encoder, i ? 0 : 1);
    if (i) for (const number of [client, i - 1]) encoding.writeVarUint(encoder, number);
    else encoding.writeVarString(encoder, 'root');
    encoding.writeVarUint(encoder, 0);  // an array
  }
  encoding.writeVarUint(encoder, 0);
  return encoding.toUint8Array(encoder);
}

// { whole, withDeletion }: files of updates; `bytes` is the size of the deletion.
export function nestedFiles(folder, count = 20_000) {
  const deletion = Uint8Array.from([0, 1, client, 1, 0, 1]);
  const write = (name, updates) => {
    const file = path.join(folder, name);
    writeFileSync(file, Buffer.concat(updates.flatMap((update) => {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(update.length);
      return [head, update];
    })));
    return file;
  };
  const types = nested(count);
  return { count, bytes: deletion.length, whole: write('nested.updates', [types]), withDeletion: write('nested-deleted.updates', [types, deletion]) };
}
