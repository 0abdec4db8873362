import { describe, expect, it } from "vitest";
import { isAlarm, nextTurn, saveState, wouldLose, type SaveFacts, type SaveState } from "./save_state";

const now = 1_000_000;
const level: SaveFacts = {
  opening: false,
  level: true,
  unanswered: [],
  unsent: 0,
  last_stored: 900_000,
  storage_failed: false,
  kept_on_device: true,
  role: "editor",
  locked: false,
  refused: null,
};

const cases: { name: string; facts: Partial<SaveFacts>; state: SaveState }[] = [
  { name: "all acknowledged", facts: {}, state: { kind: "saved", at: 900_000 } },
  { name: "nothing ever sent", facts: { last_stored: null }, state: { kind: "saved", at: null } },
  { name: "one under way", facts: { unanswered: [now - 10], unsent: 1 }, state: { kind: "saving", waiting: 1 } },
  { name: "just under the limit", facts: { unanswered: [now - 4999], unsent: 1 }, state: { kind: "saving", waiting: 1 } },
  { name: "at the limit", facts: { unanswered: [now - 5000, now], unsent: 2 }, state: { kind: "not_saved_yet", waiting: 2, storage: false } },
  { name: "written, not yet on the wire", facts: { unsent: 1 }, state: { kind: "saving", waiting: 1 } },
  { name: "the server cannot store", facts: { storage_failed: true, unanswered: [now], unsent: 1 }, state: { kind: "not_saved_yet", waiting: 1, storage: true } },
  { name: "first moments", facts: { level: false, opening: true }, state: { kind: "opening" } },
  { name: "first moments of a viewer", facts: { level: false, opening: true, role: "viewer" }, state: { kind: "opening" } },
  { name: "a viewer without a connection", facts: { level: false, role: "viewer" }, state: { kind: "read_only", why: "viewer", connected: false } },
  { name: "no connection", facts: { level: false, unsent: 3 }, state: { kind: "offline_device", waiting: 3 } },
  { name: "no connection, no store", facts: { level: false, kept_on_device: false, unsent: 3 }, state: { kind: "offline_tab", waiting: 3 } },
  { name: "connected but not level", facts: { level: false }, state: { kind: "offline_device", waiting: 0 } },
  { name: "viewer", facts: { role: "viewer" }, state: { kind: "read_only", why: "viewer", connected: true } },
  { name: "reviewer", facts: { role: "reviewer" }, state: { kind: "read_only", why: "reviewer", connected: true } },
  { name: "reviewer with a comment under way", facts: { role: "reviewer", unanswered: [now], unsent: 1 }, state: { kind: "saving", waiting: 1 } },
  { name: "reviewer offline with a comment", facts: { role: "reviewer", level: false, unsent: 1 }, state: { kind: "offline_device", waiting: 1 } },
  { name: "locked", facts: { locked: true }, state: { kind: "read_only", why: "locked", connected: true } },
  { name: "refused before all else", facts: { refused: "no", level: false, role: "viewer" }, state: { kind: "refused", reason: "no" } },
];

describe("saveState", () => {
  it.each(cases)("$name", ({ facts, state }) => {
    expect(saveState({ ...level, ...facts }, now)).toEqual(state);
  });

  it("never says saved unless level, with nothing under way and nothing unsent", () => {
    for (const { facts, state } of cases) {
      const all = { ...level, ...facts };
      if (state.kind === "saved") expect([all.level, all.unanswered.length, all.unsent, all.refused]).toEqual([true, 0, 0, null]);
    }
  });
});

describe("nextTurn", () => {
  it.each([
    { name: "nothing under way", unanswered: [], turn: null },
    { name: "the oldest counts", unanswered: [now - 1000, now], turn: now + 4000 },
    { name: "already over", unanswered: [now - 5000], turn: null },
  ])("$name", ({ unanswered, turn }) => {
    expect(nextTurn({ ...level, unanswered }, now)).toBe(turn);
  });
});

describe("wouldLose", () => {
  it.each<{ state: SaveState; kept: boolean; lost: boolean }>([
    { state: { kind: "offline_tab", waiting: 1 }, kept: false, lost: true },
    { state: { kind: "offline_tab", waiting: 0 }, kept: false, lost: false },
    { state: { kind: "offline_device", waiting: 4 }, kept: true, lost: false },
    { state: { kind: "saving", waiting: 1 }, kept: false, lost: true },
    { state: { kind: "saved", at: null }, kept: false, lost: false },
    { state: { kind: "refused", reason: "" }, kept: true, lost: true },
  ])("$state.kind, kept $kept", ({ state, kept, lost }) => {
    expect(wouldLose(state, kept)).toBe(lost);
  });
});

it("says alarms aloud, and nothing else", () => {
  const loud = cases.filter(({ state }) => isAlarm(state)).map(({ state }) => state.kind);
  expect(new Set(loud)).toEqual(new Set(["not_saved_yet", "offline_device", "offline_tab", "refused"]));
});
