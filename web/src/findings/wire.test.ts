import { describe, expect, test } from "vitest";
import { readMessage, wireId } from "./wire";

const anchor = { start: "AQ==", end: "Ag==", before: "before ", after: " after", block: "p1", section: "s1" };
const finding = {
  id: "5mXq0c1dC7Y", rule: "structure.confidence-no-basis", severity: "warning", message: "A confidence level without its basis.",
  hint: "Say what it rests on.", help: "https://example.org/rules#c", confidence: 0.9, quote: "Confidence level: Moderate.",
  range: { start: "AQ==", end: "Ag==" }, anchor,
  fixes: [{ title: "Write “Low”", edits: [{ quote: "Moderate", range: { start: "AQ==", end: "Ag==" }, anchor, replacement: "Low" }] }],
  related: [{ message: "Said here, too.", quote: "High", range: { start: "AQ==", end: "Ag==" }, anchor }],
};
const list = (findings: unknown, more = {}) => readMessage({ type: "findings", plugin: "redflags", revision: 181, final: true, findings, ...more });
const read = (findings: unknown, more = {}) => {
  const message = list(findings, more);
  if (message?.type !== "findings") throw new Error("no list");
  return message.findings;
};

describe("findings", () => {
  test("are read whole", () => {
    const [first] = read([finding]);
    expect(first).toMatchObject({
      id: "redflags/5mXq0c1dC7Y", plugin: "redflags", severity: "warning", quote: finding.quote, anchor, field: null, stale: false, ignored: null,
      help: "https://example.org/rules#c", hint: "Say what it rests on.",
      fixes: [{ title: "Write “Low”", edits: [{ quote: "Moderate", replacement: "Low", anchor }] }],
      related: [{ message: "Said here, too.", quote: "High", anchor }],
    });
    expect(wireId(first!)).toBe("5mXq0c1dC7Y");
  });

  test("are stale, ignored or in the head as the server says", () => {
    const ignored = { id: "i1", scope: "report", reason: "House style", by: { id: "dana", name: "Dana" }, at: "2026-01-02T03:04:05.000Z" };
    const [first] = read([{ ...finding, ignored }], { stale: true });
    expect(first).toMatchObject({ stale: true, ignored: { id: "i1", scope: "report", reason: "House style", by: "Dana", at: Date.UTC(2026, 0, 2, 3, 4, 5) } });
    const { anchor: _anchor, range: _range, ...without } = finding;
    expect(read([{ ...without, field: "title" }])[0]).toMatchObject({ anchor: null, field: "title" });
  });

  test("that are none are left out, and the others stay", () => {
    const wrong = [null, 3, "x", [], {}, { ...finding, id: "" }, { ...finding, severity: "fatal" }, { ...finding, rule: 3 }];
    expect(read([...wrong, finding]).map(({ id }) => id)).toEqual(["redflags/5mXq0c1dC7Y"]);
    expect(read("no list")).toEqual([]);
  });

  test("lose a fix of which a part cannot be read", () => {
    const [edit] = finding.fixes[0]!.edits;
    for (const edits of [[], "x", [{ ...edit, replacement: 3 }], [edit, { ...edit, quote: null }], [{ quote: "a", replacement: "b" }]]) {
      expect(read([{ ...finding, fixes: [{ title: "Half", edits }] }])[0]!.fixes).toEqual([]);
    }
  });

  test("link only to the web", () => {
    for (const help of ["javascript:alert(1)", "data:text/html,x", "//x", "x", 3, null]) expect(read([{ ...finding, help }])[0]!.help).toBeNull();
  });

  test("are bounded in number and in words", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ ...finding, id: `f${index}`, message: "m".repeat(100) }));
    expect(read(many).length).toBe(10_000);
    expect(read([{ ...finding, message: "m".repeat(100_000) }])[0]!.message.length).toBe(4_000);
  });
});

describe("other messages", () => {
  test("a check without news", () => {
    expect(readMessage({ type: "checked", plugin: "tags", revision: 7 })).toEqual({ type: "checked", plugin: "tags", revision: 7 });
  });

  test("the state of a plugin", () => {
    expect(readMessage({ type: "plugin", plugin: "ach", name: "ACH", version: "1.0.0", state: "restarting", reason: "It ended." }))
      .toEqual({ type: "plugin", health: { id: "ach", name: "ACH", version: "1.0.0", state: "restarting", reason: "It ended." } });
    expect(readMessage({ type: "plugin", plugin: "ach", state: "sleeping" })).toBeNull();
  });

  test("suggestions", () => {
    const message = readMessage({ type: "suggestions", plugin: "tags", suggestions: [{ kind: "tag", value: " grain ", label: "In the title", confidence: 7 }, { kind: "tag", value: "" }, 3] });
    expect(message).toEqual({ type: "suggestions", plugin: "tags", suggestions: [{ kind: "tag", value: "grain", label: "In the title", confidence: 1 }] });
  });

  test("a panel", () => {
    const message = readMessage({ type: "panel", plugin: "ach", revision: 4, data: { a: 1 }, scores: [{ name: "x", label: "X", value: 1, low: 0, high: 2 }, {}], stale: true });
    expect(message).toEqual({ type: "panel", plugin: "ach", panel: { data: { a: 1 }, scores: [{ name: "x", label: "X", value: 1, low: 0, high: 2 }], stale: true, revision: 4 } });
  });

  test("what is none of ours", () => {
    for (const message of [{ type: "findings" }, { type: "findings", plugin: 3 }, { type: "storage", plugin: "x" }, {}]) expect(readMessage(message)).toBeNull();
  });
});
