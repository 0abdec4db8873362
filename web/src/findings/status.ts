// What the findings' tab says about the checks themselves. Pure.

export interface StatusFacts {
  connected: boolean;
  // When a check last ended; null before the first.
  checked: number | null;
  // The first edit since then; null when there was none.
  edited: number | null;
  underway: boolean;
}

export type Status = { kind: "offline" | "never" | "checking" | "now" } | { kind: "ago"; seconds: number };

// A check that is quick is not announced.
const patience_ms = 400;
const now_s = 2;
// An edit that no check answers, in a report without words to check, is not waited for.
const longest_ms = 10_000;

export function statusOf(facts: StatusFacts, now: number): Status {
  if (!facts.connected) return { kind: "offline" };
  const waits = facts.edited === null ? 0 : now - facts.edited;
  if ((waits > patience_ms && waits < longest_ms) || (facts.underway && facts.checked !== null)) return { kind: "checking" };
  if (facts.checked === null) return { kind: "never" };
  const seconds = Math.floor((now - facts.checked) / 1000);
  return seconds < now_s ? { kind: "now" } : { kind: "ago", seconds };
}
