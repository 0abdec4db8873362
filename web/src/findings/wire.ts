// Reads what the server says about checks (docs/protocol.md, Findings). Pure. Whatever does not fit is left out, whole findings at
// a time: what comes out holds what its type promises.

import { readAnchor, type StoredAnchor } from "../anchors/stored_anchor";
import {
  fields, plugin_states, severities, type Edit, type Finding, type Fix, type Ignored, type Panel, type PluginHealth, type Related, type Score,
  type Suggestion,
} from "./finding";

// Its plugin could not check what was written since; why, if its last check did not end (else its state says so).
export interface Unfinished {
  reason: string;
}

export type CheckMessage =
  // `left_out`: what of the report the plugin was not shown, as a sentence; empty: nothing.
  | { type: "findings"; plugin: string; revision: number; final: boolean; unfinished: Unfinished | null; left_out: string; findings: Finding[] }
  | { type: "checked"; plugin: string; revision: number }
  | { type: "panel"; plugin: string; panel: Panel }
  | { type: "suggestions"; plugin: string; suggestions: Suggestion[] }
  | { type: "plugin"; health: PluginHealth }
  // It is gone, and all that it said.
  | { type: "removed"; plugin: string };

const findings_most = 10_000;
const words_most = 4_000;
const fixes_most = 10;
const edits_most = 100;
const suggestions_most = 200;
const scores_most = 200;

type Fields = Readonly<Record<string, unknown>>;

const record = (value: unknown): Fields | null => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null);
const words = (value: unknown): string => (typeof value === "string" ? value.slice(0, words_most) : "");
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const oneOf = <T extends string>(known: readonly T[], value: unknown): T | null => known.find((one) => one === value) ?? null;

function each<T>(value: unknown, most: number, read: (item: Fields) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, most).flatMap((item: unknown) => {
    const fields = record(item);
    const made = fields && read(fields);
    return made === null ? [] : [made];
  });
}

// Null for what is no message about checks, or none that can be used.
export function readMessage(message: Fields): CheckMessage | null {
  const plugin = words(message["plugin"]);
  const revision = number(message["revision"]);
  if (plugin === "") return null;
  switch (message["type"]) {
    case "findings": {
      const stale = message["stale"] === true;
      const findings = each(message["findings"], findings_most, (item) => readFinding(item, plugin, stale));
      return { type: "findings", plugin, revision, final: message["final"] !== false, unfinished: stale ? { reason: words(message["reason"]) } : null, left_out: words(message["left_out"]), findings };
    }
    case "checked":
      return { type: "checked", plugin, revision };
    case "panel": {
      const scores = each(message["scores"], scores_most, readScore);
      return { type: "panel", plugin, panel: { data: message["data"] ?? null, scores, stale: message["stale"] === true, revision } };
    }
    case "suggestions":
      return { type: "suggestions", plugin, suggestions: each(message["suggestions"], suggestions_most, readSuggestion) };
    case "plugin": {
      if (message["state"] === "removed") return { type: "removed", plugin };
      const state = oneOf(plugin_states, message["state"]);
      if (!state) return null;
      return { type: "plugin", health: { id: plugin, name: words(message["name"]) || plugin, version: words(message["version"]), state, reason: words(message["reason"]) } };
    }
    default:
      return null;
  }
}

export function readFinding(item: Fields, plugin: string, stale: boolean): Finding | null {
  const id = words(item["id"]);
  const rule = words(item["rule"]);
  const severity = oneOf(severities, item["severity"]);
  if (id === "" || rule === "" || !severity) return null;
  const field = oneOf(fields, item["field"]);
  return {
    // Another plugin may have used the same.
    id: `${plugin}/${id}`,
    plugin, rule, severity, message: words(item["message"]) || rule, hint: words(item["hint"]), help: address(item["help"]),
    // The quote is compared with the text: cut short it would not be found.
    quote: typeof item["quote"] === "string" ? item["quote"] : "",
    anchor: field ? null : anchorOf(item), field,
    fixes: each(item["fixes"], fixes_most, readFix),
    related: each(item["related"], fixes_most, readRelated),
    stale, ignored: readIgnored(item["ignored"]),
  };
}

// The server's own name for a finding.
export const wireId = ({ id, plugin }: Finding): string => id.slice(plugin.length + 1);

function anchorOf(item: Fields): StoredAnchor | null {
  return record(item["anchor"]) ? readAnchor(item["anchor"]) : record(item["range"]) ? readAnchor(item["range"]) : null;
}

function readFix(item: Fields): Fix | null {
  const given = Array.isArray(item["edits"]) ? item["edits"].length : 0;
  const edits = each(item["edits"], edits_most, readEdit);
  // Some of the edits would leave the text half mended.
  if (given === 0 || edits.length !== given) return null;
  return { title: words(item["title"]), edits };
}

function readEdit(item: Fields): Edit | null {
  const anchor = anchorOf(item);
  const { quote, replacement } = item;
  if (!anchor || typeof quote !== "string" || typeof replacement !== "string") return null;
  return { anchor, quote, replacement };
}

function readRelated(item: Fields): Related | null {
  return { message: words(item["message"]), quote: words(item["quote"]), anchor: anchorOf(item) };
}

export function readIgnored(value: unknown): Ignored | null {
  const item = record(value);
  const scope = item && oneOf(["here", "report"] as const, item["scope"]);
  if (!item || !scope) return null;
  const by = record(item["by"]);
  return { id: words(item["id"]), scope, reason: words(item["reason"]), by: words(by?.["name"]), at: Date.parse(words(item["at"])) || 0 };
}

function readSuggestion(item: Fields): Suggestion | null {
  const kind = words(item["kind"]);
  const value = words(item["value"]).trim();
  if (kind === "" || value === "") return null;
  return { kind, value, label: words(item["label"]), confidence: Math.min(1, Math.max(0, number(item["confidence"]))) };
}

function readScore(item: Fields): Score | null {
  const name = words(item["name"]);
  return name === "" ? null : { name, label: words(item["label"]), value: number(item["value"]), low: number(item["low"]), high: number(item["high"]) };
}

function address(value: unknown): string | null {
  if (typeof value !== "string" || !URL.canParse(value)) return null;
  const { protocol, href } = new URL(value);
  return protocol === "https:" || protocol === "http:" ? href : null;
}
