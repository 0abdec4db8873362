// What the page may say about saving. "Saved" only ever means: the server holds all of it on stable storage.
// Pure: the facts go in, with the time; out come the state and when it would change by itself.

import type { Role } from "./report_session";

export type SaveState =
  // The first moments of a page, before the server answered or failed to.
  | { kind: "opening" }
  // `at`: Unix ms of the last acknowledgement, null if nothing was sent on this page.
  | { kind: "saved"; at: number | null }
  | { kind: "saving"; waiting: number }
  // `storage`: the server said that it cannot store just now.
  | { kind: "not_saved_yet"; waiting: number; storage: boolean }
  | { kind: "offline_device"; waiting: number }
  | { kind: "offline_tab"; waiting: number }
  | { kind: "read_only"; why: ReadOnlyReason; connected: boolean }
  | { kind: "refused"; reason: string };

export type ReadOnlyReason = "viewer" | "reviewer" | "locked";

export interface SaveFacts {
  // The first answer, good or bad, has not come yet.
  opening: boolean;
  // Connected, allowed, and level with the server: both sides have told each other what they hold.
  level: boolean;
  // When each change now under way was sent, oldest first.
  unanswered: readonly number[];
  // Own changes since all was last stored, on this connection or before it.
  unsent: number;
  last_stored: number | null;
  storage_failed: boolean;
  // Changes are also kept on this device.
  kept_on_device: boolean;
  role: Role;
  locked: boolean;
  refused: string | null;
}

export const patience_ms = 5000;

export function saveState(facts: SaveFacts, now: number): SaveState {
  if (facts.refused !== null) return { kind: "refused", reason: facts.refused };
  if (!facts.level && facts.opening) return { kind: "opening" };
  const waiting = Math.max(facts.unanswered.length, facts.unsent);
  const why = read_only_reason(facts);
  // A reviewer's comments are saved like any text; only with nothing under way is "read only" the whole story.
  if (why && waiting === 0) return { kind: "read_only", why, connected: facts.level };
  if (!facts.level) {
    return facts.kept_on_device ? { kind: "offline_device", waiting } : { kind: "offline_tab", waiting };
  }
  if (facts.storage_failed) return { kind: "not_saved_yet", waiting, storage: true };
  const oldest = facts.unanswered[0];
  // Written, but not on the wire yet: the socket is closing and the page does not know.
  if (oldest === undefined && facts.unsent > 0) return { kind: "saving", waiting };
  if (oldest === undefined) return { kind: "saved", at: facts.last_stored };
  if (now - oldest < patience_ms) return { kind: "saving", waiting: facts.unanswered.length };
  return { kind: "not_saved_yet", waiting: facts.unanswered.length, storage: false };
}

// The time at which the same facts give another state, or null.
export function nextTurn(facts: SaveFacts, now: number): number | null {
  const oldest = facts.unanswered[0];
  if (oldest === undefined || oldest + patience_ms <= now) return null;
  return oldest + patience_ms;
}

// True when closing this tab now would lose words.
export function wouldLose(state: SaveState, kept_on_device: boolean): boolean {
  if (state.kind === "refused") return true;
  if (kept_on_device) return false;
  return "waiting" in state && state.waiting > 0;
}

// Changes into these are said aloud; going from saving to saved is not.
export function isAlarm(state: SaveState): boolean {
  return state.kind === "not_saved_yet" || state.kind === "offline_device" || state.kind === "offline_tab" || state.kind === "refused";
}

function read_only_reason(facts: SaveFacts): ReadOnlyReason | null {
  if (facts.role === "viewer" || facts.role === "reviewer") return facts.role;
  return facts.locked ? "locked" : null;
}
