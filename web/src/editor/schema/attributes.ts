// The attributes of the text's nodes. Absent means the default (docs/schema.md), and here every default is null: the binding writes
// what is not null back on the path of each edit, so a default spelled out could overwrite what another person chose meanwhile.

import type { Attribute } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";

export type Attributes = Record<string, Attribute>;

const id_form = /^[A-Za-z0-9][A-Za-z0-9_-]{21}$/;

export function isId(value: unknown): value is string {
  return typeof value === "string" && id_form.test(value);
}

// 128 random bits as 22 characters of base64url, drawn again until the first is a letter or a digit.
export function drawId(): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const id = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    if (isId(id)) return id;
  }
}

// An attribute may be any value, whatever the schema says: another client wrote it. Null for what is no word. (`String` and `Number`
// throw on some objects, and what throws while it is drawn takes the whole editor.)
export function wordOf(value: unknown): string | null {
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

// How far a cell may reach. A table is laid out cell by cell in memory, so a number without a bound would end the page.
const span_max = 1000;

// What the table's own code, which is not ours, can work with.
export function isCellAttribute(name: string, value: unknown): boolean {
  if (name === "colspan" || name === "rowspan") return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= span_max;
  if (name === "colwidth") return value === null || (Array.isArray(value) && value.length <= span_max && value.every((width) => typeof width === "number" && Number.isFinite(width)));
  return true;
}

export function cellSpan(name: "colspan" | "rowspan"): Attribute {
  return {
    default: 1,
    parseHTML: (element: HTMLElement) => {
      const span = Number(element.getAttribute(name) ?? 1);
      return isCellAttribute(name, span) ? span : 1;
    },
  };
}

// Kept out of the page's HTML: it says how the file was, and a pasted copy was not in the file.
const unseen: Attribute = { default: null, rendered: false, keepOnSplit: false, parseHTML: () => null };

export function seen(name: string, accept: (value: string) => unknown = (value) => value): Attribute {
  const key = `data-${name}`;
  return {
    default: null,
    keepOnSplit: false,
    parseHTML: (element) => {
      const value = element.getAttribute(key);
      return value === null ? null : (accept(value) ?? null);
    },
    renderHTML: (attributes) => {
      const word = wordOf(attributes[name]);
      return word === null ? {} : { [key]: word };
    },
  };
}

export function blockAttributes(): Attributes {
  return { id: seen("id", (value) => (isId(value) ? value : null)), lead: { ...unseen }, eol: { ...unseen } };
}

export function markedAttributes(): Attributes {
  return { ...blockAttributes(), marker: seen("marker") };
}

export function oneOf<T extends string>(values: readonly T[]): (value: string) => T | null {
  return (value) => values.find((known) => known === value) ?? null;
}

export const section_roles = [
  "bluf", "hypotheses", "assumptions", "implications", "recommendations", "entities", "tags", "sources", "changes", "custom",
] as const;
export type SectionRole = (typeof section_roles)[number];

export const assumption_kinds = ["assumption", "redFlag", "blindSpot"] as const;
export type AssumptionKind = (typeof assumption_kinds)[number];

export const scenario_cases = ["best", "worst", "likely"] as const;
export type ScenarioCase = (typeof scenario_cases)[number];

export const confidence_levels = ["low", "moderate", "high"] as const;
export type ConfidenceLevel = (typeof confidence_levels)[number];

function chosen<T extends string>(node: Node, name: string, values: readonly T[], fallback: T): T {
  return values.find((value) => value === node.attrs[name]) ?? fallback;
}

export const roleOf = (node: Node): SectionRole => chosen(node, "role", section_roles, "custom");
export const kindOf = (node: Node): AssumptionKind => chosen(node, "kind", assumption_kinds, "assumption");
export const caseOf = (node: Node): ScenarioCase => chosen(node, "case", scenario_cases, "likely");
export const confidenceOf = (node: Node): ConfidenceLevel => chosen(node, "level", confidence_levels, "moderate");

export function levelOf(node: Node): number {
  const level = Number(wordOf(node.attrs["level"]) ?? 2);
  return Number.isInteger(level) && level >= 1 && level <= 6 ? level : 2;
}

// Words of the document, not of the page: export writes them, so they are the same in every language of the page.
const kind_labels: Record<AssumptionKind, string> = {
  assumption: "Assumptions", redFlag: "Red Flags", blindSpot: "Blind Spots",
};
const case_labels: Record<ScenarioCase, string> = { best: "Best Case", worst: "Worst Case", likely: "Most Likely" };
const confidence_labels: Record<ConfidenceLevel, string> = { low: "Low", moderate: "Moderate", high: "High" };

const written = (node: Node): string | null =>
  typeof node.attrs["label"] === "string" && node.attrs["label"] !== "" ? node.attrs["label"] : null;

export const kindLabel = (node: Node): string => written(node) ?? kind_labels[kindOf(node)];
export const caseLabel = (node: Node): string => written(node) ?? case_labels[caseOf(node)];
export const confidenceLabel = (node: Node): string => written(node) ?? confidence_labels[confidenceOf(node)];
export const mentionLabel = (node: Node): string => written(node) ?? "";
