import { describe, expect, test } from "vitest";
import type { Finding, Severity } from "./finding";
import { countsOf, grouped, ruleName, type Listed } from "./order";

const listed = (id: string, severity: Severity, at: number | null, section: string | null = null, rule = "r"): Listed => ({
  finding: { id, plugin: "p", rule, severity } as Finding, at, section,
});
const ids = (groups: ReturnType<typeof grouped>): [string, string[]][] => groups.map(({ key, listed }) => [key, listed.map(({ finding }) => finding.id)]);

const all = [
  listed("h", "hint", 5, "s1", "b"), listed("w2", "warning", 90, "s2", "a"), listed("e", "error", 50, "s2", "c"),
  listed("w1", "warning", 10, "s1", "a"), listed("head", "warning", null, null, "d"),
];

describe("groups", () => {
  test("by severity: the worst first, then as in the text", () => {
    expect(ids(grouped(all, "severity", []))).toEqual([["error", ["e"]], ["warning", ["head", "w1", "w2"]], ["hint", ["h"]]]);
  });

  test("by section: as in the report, with what is about the whole first", () => {
    expect(ids(grouped(all, "section", ["s2", "s1"]))).toEqual([["", ["head"]], ["s2", ["e", "w2"]], ["s1", ["h", "w1"]]]);
  });

  test("by rule: the worst first, then those that say the most", () => {
    expect(ids(grouped(all, "rule", []))).toEqual([["p/c", ["e"]], ["p/a", ["w1", "w2"]], ["p/d", ["head"]], ["p/b", ["h"]]]);
  });

  test("the order is the same whatever order they came in", () => {
    for (const grouping of ["severity", "rule", "section"] as const) {
      expect(grouped([...all].reverse(), grouping, ["s1", "s2"])).toEqual(grouped(all, grouping, ["s1", "s2"]));
    }
  });
});

test("counts by severity", () => {
  expect(countsOf(all.map(({ finding }) => finding))).toEqual({ error: 1, warning: 3, hint: 1 });
});

test("a rule reads as words", () => {
  expect(ruleName("structure.confidence-no-basis")).toBe("Confidence no basis");
  expect(ruleName("weak_word")).toBe("Weak word");
  expect(ruleName("odd.")).toBe("odd.");
});
