import { describe, expect, test, vi } from "vitest";
import type { ReportSession, ServerMessage } from "../provider/report_session";
import { checksOf } from "./checks";

const finding = (id: string, more = {}) => ({
  id, rule: "r", severity: "warning", message: "m", hint: "", quote: "q", anchor: { start: "", end: "", before: "", after: "", block: null, section: null }, ...more,
});

function open() {
  const listeners: ((message: ServerMessage) => void)[] = [];
  const session = { onMessage: (listener: (message: ServerMessage) => void) => listeners.push(listener) } as unknown as ReportSession;
  const checks = checksOf(session);
  const tell = (message: ServerMessage): void => listeners.forEach((listener) => listener(message));
  return { checks, session, tell, list: (findings: unknown[], more = {}) => tell({ type: "findings", plugin: "p", revision: 1, final: true, findings, ...more }) };
}

describe("the store of a session", () => {
  test("is one, however often it is asked for", () => {
    const { checks, session } = open();
    expect(checksOf(session)).toBe(checks);
  });

  test("holds each plugin's last list", () => {
    const { checks, list, tell } = open();
    list([finding("a"), finding("b")]);
    tell({ type: "findings", plugin: "other", revision: 1, final: true, findings: [finding("a")] });
    list([finding("b")]);
    expect(checks.findings.value.map(({ id }) => id)).toEqual(["p/b", "other/a"]);
  });

  test("keeps the findings that say the same, and the list if it does", () => {
    const { checks, list } = open();
    list([finding("a"), finding("b")]);
    const [a] = checks.findings.value;
    const before = checks.listOf("p");
    list([finding("a"), finding("b")]);
    expect(checks.listOf("p")).toBe(before);
    list([finding("a"), finding("b", { severity: "error" })]);
    expect(checks.listOf("p")).not.toBe(before);
    expect(checks.findings.value[0]).toBe(a);
    expect(checks.findings.value[1]!.severity).toBe("error");
    list([finding("b", { severity: "error" }), finding("a")]);
    expect(checks.findings.value.map(({ id }) => id)).toEqual(["p/b", "p/a"]);
  });

  test("says when a check last ended, and whether one is under way", () => {
    vi.useFakeTimers({ now: 5000 });
    const { checks, list, tell } = open();
    expect(checks.checked.value).toBeNull();
    list([], { final: false });
    expect([checks.checked.value, checks.underway.value]).toEqual([null, true]);
    tell({ type: "checked", plugin: "p", revision: 2 });
    expect([checks.checked.value, checks.underway.value]).toEqual([5000, false]);
    vi.useRealTimers();
  });

  test("a check that did not end is neither waited for nor taken for done", () => {
    const { checks, list, tell } = open();
    list([], { final: false });
    list([], { final: false, stale: true, reason: "it took longer than a check may take" });
    expect([checks.checked.value, checks.underway.value]).toEqual([null, false]);
    expect([...checks.unfinished.value]).toEqual([["p", "it took longer than a check may take"]]);
    list([], { revision: 2 });
    expect(checks.unfinished.value.size).toBe(0);
    list([], { final: false, stale: true, reason: "it died" });
    tell({ type: "plugin", plugin: "p", state: "removed" });
    expect(checks.unfinished.value.size).toBe(0);
  });

  test("a plugin that was not shown all of the report is done, and says what it left out", () => {
    const { checks, list, tell } = open();
    list([finding("a")], { left_out: "one passage ended it twice" });
    expect([...checks.left_out.value]).toEqual([["p", "one passage ended it twice"]]);
    expect([checks.unfinished.value.size, checks.underway.value]).toEqual([0, false]);
    list([], { revision: 2 });
    expect(checks.left_out.value.size).toBe(0);
    list([], { left_out: "one passage ended it twice" });
    tell({ type: "plugin", plugin: "p", state: "removed" });
    expect(checks.left_out.value.size).toBe(0);
  });

  test("forgets a plugin that was removed, and all that it said", () => {
    const { checks, list, tell } = open();
    list([finding("a")]);
    tell({ type: "plugin", plugin: "p", name: "P", version: "1", state: "running", reason: "" });
    tell({ type: "plugin", plugin: "p", state: "removed" });
    expect([checks.findings.value, checks.plugins.value.size]).toEqual([[], 0]);
  });

  test("takes no harm from what is no message", () => {
    const { checks, tell } = open();
    for (const message of [{ type: "findings" }, { type: "plugin", plugin: "x" }, { type: "nonsense" }] as ServerMessage[]) tell(message);
    expect(checks.findings.value).toEqual([]);
    expect(checks.plugins.value.size).toBe(0);
  });
});
