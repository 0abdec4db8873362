import { expect, test } from "vitest";
import type { Suggestion } from "../findings/finding";
import { offered } from "./offered";

const suggest = (value: string, confidence: number, kind = "tag"): Suggestion => ({ kind, value, label: `why ${value}`, confidence });

test("the surest come first, each once, of all plugins", () => {
  const found = offered([[suggest("grain", 0.5), suggest("ports", 0.9)], [suggest("Grain", 0.7), suggest("Title", 1, "title")]], [], new Set());
  expect(found).toEqual([{ tag: "ports", why: "why ports" }, { tag: "Grain", why: "why Grain" }]);
});

test("what the report has, and what was refused, is not offered", () => {
  const found = offered([[suggest("Grain", 0.9), suggest("ports", 0.8), suggest("fees", 0.7)]], ["grain"], new Set(["Ports"]));
  expect(found.map(({ tag }) => tag)).toEqual(["fees"]);
});

test("no more than can be taken in at a glance", () => {
  expect(offered([Array.from({ length: 50 }, (_, index) => suggest(`t${index}`, 0.5))], [], new Set()).length).toBe(8);
});
