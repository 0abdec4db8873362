import { describe, expect, test } from "vitest";
import shared from "./cases.json";
import { likeness, resolve, type Range } from "./resolve";
import type { FlatText } from "./text_view";

export function flatten(blocks: readonly { id: string | null; section: string | null; text: string }[]): FlatText {
  let length = 0;
  return {
    text: blocks.map(({ text }) => text).join("\n"),
    blocks: blocks.map(({ id, section, text }) => {
      const start = length;
      length += text.length + 1;
      return { id, section, start, end: start + text.length };
    }),
  };
}

const range = (pair: number[] | null): Range | null => (pair ? { start: pair[0]!, end: pair[1]! } : null);

describe("resolve", () => {
  test.each(shared.cases)("$name", ({ blocks, anchor, positions, expect: expected, by }) => {
    const found = resolve(flatten(blocks), anchor, range(positions));
    expect(found && { start: found.start, end: found.end }).toEqual(range(expected));
    expect(found?.by ?? null).toBe(by);
  });
});

describe("likeness", () => {
  test.each([
    ["", "", 1], ["abc", "abc", 1], ["abc", "", 0], ["abcd", "abxd", 0.75], ["abcdefghij", "abc", 0.3], ["abc", "xyz", 0],
    ["traffic resumed", "traffic has resumed", 15 / 19],
  ])("%j and %j", (a, b, expected) => {
    expect(likeness(a, b)).toBeCloseTo(expected, 9);
    expect(likeness(b, a)).toBeCloseTo(expected, 9);
  });
});
