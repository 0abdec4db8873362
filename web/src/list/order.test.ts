import { describe, expect, it } from "vitest";
import type { Row } from "../wire/api";
import { first_order, pressed, sorted } from "./order";

function row(id: string, given: Partial<Row>): Row {
  return {
    id, title: id, status: "draft", sample: false, role: "owner", owner: null, people: [], threads: 0, findings: null, tags: [],
    created: "2026-01-01T00:00:00.000Z", changed: "2026-01-01T00:00:00.000Z", changedBy: null, ...given,
  };
}

const rows = [
  row("a", { title: "Report 10", threads: 2, changed: "2026-01-03T00:00:00.000Z", owner: { id: "z", name: "Zoe" } }),
  row("b", { title: "report 9", threads: 2, changed: "2026-01-05T00:00:00.000Z" }),
  row("c", { title: "Ähren", people: [{ id: "x", name: "X" }], changed: "2026-01-04T00:00:00.000Z", owner: { id: "d", name: "Dana" } }),
];
const ids = (sorted_rows: Row[]) => sorted_rows.map(({ id }) => id).join("");

describe("sorted", () => {
  it.each([
    { order: first_order, expected: "bca" },
    { order: { by: "title", descending: false }, expected: "cba" },
    { order: { by: "threads", descending: true }, expected: "bac" },
    { order: { by: "people", descending: true }, expected: "cba" },
    { order: { by: "owner", descending: false }, expected: "bca" },
  ] as const)("$order.by, descending $order.descending", ({ order, expected }) => {
    expect(ids(sorted(rows, order, "en"))).toBe(expected);
    expect(ids(sorted([...rows].reverse(), order, "en"))).toBe(expected);
  });
});

it("turns a column round on the second press, and begins another as people expect", () => {
  expect(pressed(first_order, "changed")).toEqual({ by: "changed", descending: false });
  expect(pressed(first_order, "title")).toEqual({ by: "title", descending: false });
  expect(pressed(first_order, "threads")).toEqual({ by: "threads", descending: true });
});
