// Client ids and clocks as far out as Yjs counts: updates put together by hand, for no client types that much. Collected
// ranges bring a client's clock up, skips leave gaps that wait, structs lie behind both, and rest on one another.
import * as encoding from 'lib0/encoding';
import { Random } from './random_history.mjs';

const far = (random, max) => Math.min(max, Math.floor(2 ** (Math.log2(max) * random.int(0, 1000) / 1000)));
// What the engine takes in: README, "Where it differs".
const lengthMax = 2 ** 31 - 1;
const clockMax = 2 ** 42 - 2;

function clients(random) {
  const ids = new Set([2 ** 53 - 1 - random.int(0, 2), 2 ** 32 + random.int(0, 2), random.int(0, 300)]);
  return [...ids].map((id) => ({ id, clock: 0, run: 0, elements: [] }));
}

function writeItem(encoder, random, client, all) {
  const words = random.pick(['a', 'far', 'weit weg', 'é', '😀']);
  const origin = random.chance(0.7) ? random.pick(all.flatMap(({ id, elements }) => elements.map((clock) => [id, clock]))) : undefined;
  encoding.writeUint8(encoder, 4 | (origin ? 0x80 : 0));
  if (origin) {
    encoding.writeVarUint(encoder, origin[0]);
    encoding.writeVarUint(encoder, origin[1]);
  } else {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarString(encoder, 'text');
  }
  encoding.writeVarString(encoder, words);
  for (let i = 0; i < words.length; i++) client.elements.push(client.clock + i);
  return words.length;
}

// One update: some structs of one client from where it is, perhaps behind a gap.
function update(random, client, all) {
  const structs = encoding.createEncoder();
  let count = 0;
  if (random.chance(0.15) && client.clock < clockMax) {
    client.run = 0;
    client.clock += 1 + Math.min(far(random, 2 ** 52), 2 ** 53 - 2 ** 43 - client.clock);  // nobody will ever fill it
  }
  const first = client.clock;
  for (let n = random.int(1, 4); n > 0; n--, count++) {
    // Neighbours become one range, which has to stay within the bound too.
    const room = Math.min(lengthMax - client.run, (client.clock < clockMax ? clockMax : 2 ** 53 - 2 ** 32) - client.clock - 1000);
    let length;
    if (random.chance(0.5) && room > 1) {
      length = far(random, room);
      client.run += length;
      encoding.writeUint8(structs, 0);
      encoding.writeVarUint(structs, length);
    } else {
      client.run = 0;
      length = writeItem(structs, random, client, all);
    }
    client.clock += length;
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint(encoder, count);
  encoding.writeVarUint(encoder, client.id);
  encoding.writeVarUint(encoder, first);
  encoding.writeUint8Array(encoder, encoding.toUint8Array(structs));
  const known = client.elements.length && random.chance(0.3);
  encoding.writeVarUint(encoder, known ? 1 : 0);
  if (known) {
    const clock = random.pick(client.elements);
    for (const number of [client.id, 1, clock, random.chance(0.5) ? 1 : far(random, 2 ** 53 - 1 - clock)]) encoding.writeVarUint(encoder, number);
  }
  return encoding.toUint8Array(encoder);
}

export function farHistory(seed) {
  const random = new Random(seed + 0xfa700000);
  const all = clients(random);
  const updates = Array.from({ length: random.int(2, 14) }, () => update(random, random.pick(all), all));
  return random.chance(0.3) ? random.shuffle(updates) : updates;
}

// Beyond the bounds: refused with this reason, and by Yjs taken in.
export function tooLong() {
  const encoder = encoding.createEncoder();
  for (const number of [1, 1, 7, 0, 0, lengthMax + 1, 0]) encoding.writeVarUint(encoder, number);
  return encoding.toUint8Array(encoder);
}
