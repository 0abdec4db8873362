// When to try the connection again: 0.5, 1, 2, 4 … 30 s, each drawn from its upper half, so that many pages that lost the
// same server do not come back in one moment.

const first_ms = 500;
const last_ms = 30_000;

// `failures`: attempts that failed since the last connection, from 0. `random` from 0 to 1.
export function delayBefore(failures: number, random: number): number {
  const full = Math.min(last_ms, first_ms * 2 ** Math.min(failures, 16));
  return Math.round(full / 2 + (full / 2) * random);
}
