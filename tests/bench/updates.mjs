// Files of updates: [u32 little-endian length][update] repeated.
export function splitUpdates(bytes) {
  const updates = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    updates.push(new Uint8Array(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return updates;
}
