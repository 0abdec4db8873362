import { expect, it } from "vitest";
import type { Row } from "../wire/api";
import { matching } from "./match";

const row = (id: string, title: string, tags: string[], owner: string): Row => ({
  id, title, tags, owner: { id: owner.toLowerCase(), name: owner }, status: "draft", sample: false, role: "owner", people: [], threads: 0, findings: null,
  created: "", changed: "", changedBy: null,
});
const rows = [row("a", "Port closures in the Gulf", ["energy", "maritime"], "Eli"), row("b", "Élections à Genève", ["politics"], "Dana")];

it.each([
  { typed: "", found: "ab" },
  { typed: "  ", found: "ab" },
  { typed: "gulf PORT", found: "a" },
  { typed: "energy eli", found: "a" },
  { typed: "geneve", found: "b" },
  { typed: "genève", found: "b" },
  { typed: "port geneve", found: "" },
])("$typed", ({ typed, found }) => {
  expect(matching(rows, typed).map(({ id }) => id).join("")).toBe(found);
});
