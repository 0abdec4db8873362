import { expect, test } from "vitest";
import { statusOf } from "./status";

const calm = { connected: true, checked: 100_000, edited: null, underway: false };

test.each([
  ["without a connection nothing is checked", { ...calm, connected: false, edited: 100_000 }, 101_000, { kind: "offline" }],
  ["before the first check", { ...calm, checked: null }, 101_000, { kind: "never" }],
  ["just now", calm, 101_999, { kind: "now" }],
  ["a while ago", calm, 107_500, { kind: "ago", seconds: 7 }],
  ["a quick check is not announced", { ...calm, edited: 107_200 }, 107_500, { kind: "ago", seconds: 7 }],
  ["a slow one is", { ...calm, edited: 107_000 }, 107_500, { kind: "checking" }],
  ["blocks are left to check", { ...calm, underway: true }, 107_500, { kind: "checking" }],
  ["an edit that no check answers is not waited for without end", { ...calm, edited: 107_000 }, 117_000, { kind: "ago", seconds: 17 }],
] as const)("%s", (_, facts, now, status) => {
  expect(statusOf(facts, now)).toEqual(status);
});
